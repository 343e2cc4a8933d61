//! Memory does not grow with the number of files.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Files of so many stations that their statistics take megabytes.
fn files(folder: &Path, number: usize) -> Vec<PathBuf> {
    let mut text = "station,temperature\n".to_owned();
    for station in 0..20_000 {
        writeln!(text, "station-{station:05},{}.5", station % 40).unwrap();
    }
    let paths: Vec<_> = (0..number).map(|file| folder.join(format!("{file}.csv"))).collect();
    paths.iter().for_each(|path| std::fs::write(path, &text).unwrap());
    paths
}

/// The peak of resident memory in KiB, as the kernel keeps it; looked at until the process has ended.
fn peak(arguments: &[&str], files: &[PathBuf], out: &Path) -> u64 {
    let mut run = Command::new(env!("CARGO_BIN_EXE_isotherm"))
        .arg("run")
        .args(arguments)
        .arg("--out")
        .arg(out)
        .args(files)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", run.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(now.unwrap_or(0));
        if let Some(status) = run.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(status.success() && peak > 0);
    peak
}

#[test]
fn the_statistics_of_many_files_are_never_in_memory_together() {
    const MIB: u64 = 1 << 10;
    let folder = tempfile::tempdir().unwrap();
    let (files, out) = (files(folder.path(), 16), folder.path().join("out"));
    for arguments in [&[][..], &["--json"][..]] {
        let (one, all) = (peak(arguments, &files[..1], &out), peak(arguments, &files, &out));
        assert!(all < one + 16 * MIB, "{arguments:?}: {one} KiB for one file, {all} KiB for 16");
    }
}
