//! The command where the world around it is in the way: streams and folders that cannot be written,
//! disks that are full, inputs that a result would replace.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/pastas-heby-temp.csv")
}

/// A folder to run in. The results lie in `isotherm-out`.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn isotherm(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isotherm"));
    command.current_dir(folder);
    command
}

/// The command through a shell, which can do to it what [`Command`] cannot; `$ISOTHERM` is the command.
fn shell(folder: &Path, script: &str) -> Output {
    let mut command = Command::new("sh");
    command.env("ISOTHERM", env!("CARGO_BIN_EXE_isotherm")).env("SAMPLE", sample());
    command.args(["-c", script]).current_dir(folder).output().unwrap()
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A stream whose reader has gone.
fn broken() -> Stdio {
    let mut reader = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    let stream = reader.stdin.take().unwrap();
    reader.wait().unwrap();
    stream.into()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn standard_error_that_cannot_be_written_changes_no_exit_status() {
    let bad = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/bad/ragged.csv");
    let bad = bad.to_str().unwrap();
    for (arguments, status) in [
        (vec!["run", "no-such.csv"], 1),
        (vec!["run", "--no-such-option"], 2),
        (vec![], 2),
        // Warnings are told on standard error.
        (vec!["run", "--json", bad], 0),
        (vec!["run", "--out", "/dev/null/x", bad], 1),
    ] {
        for stream in [full, broken] {
            let folder = folder();
            let mut command = isotherm(folder.path());
            // Logging writes there, too.
            command.args(&arguments).env("RUST_LOG", "trace").stdout(Stdio::piped()).stderr(stream());
            assert_eq!(
                command.spawn().unwrap().wait_with_output().unwrap().status.code(),
                Some(status),
                "{arguments:?}"
            );
        }
        let folder = folder();
        let closed = shell(folder.path(), &format!("\"$ISOTHERM\" {} 2>&-", arguments.join(" ")));
        assert_eq!(closed.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn results_that_cannot_be_printed_are_a_failure() {
    let sample = sample();
    let sample = sample.to_str().unwrap();
    for arguments in [vec!["run", sample], vec!["run", "--json", sample], vec!["--help"], vec!["--version"]] {
        let folder = folder();
        let output = isotherm(folder.path()).args(&arguments).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(
            stderr(&output),
            "isotherm: cannot write to standard output: No space left on device (os error 28)\n"
        );
        // A reader that has seen enough is none, and neither is a stream that the caller closed.
        let mut read = isotherm(folder.path());
        let status = read.args(&arguments).stdout(broken()).status().unwrap();
        assert_eq!(status.code(), Some(0), "{arguments:?}");
        let closed = shell(folder.path(), &format!("\"$ISOTHERM\" {} >&-", arguments.join(" ")));
        assert_eq!((closed.status.code(), stderr(&closed)), (Some(0), String::new()), "{arguments:?}");
    }
}

/// What is tried again takes up to a minute, what is told at once takes milliseconds: between them lies the slowest machine.
const WAITED: Duration = Duration::from_secs(30);

/// A limit on the size of files is a disk that is full, for root, too.
#[test]
fn a_full_disk_is_told_at_once() {
    for kilobytes in [0, 1] {
        let folder = folder();
        let begun = Instant::now();
        let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$ISOTHERM\" run \"$SAMPLE\"");
        let output = shell(folder.path(), &script);
        let (took, message) = (begun.elapsed(), stderr(&output));
        assert!(took < WAITED, "{took:?}: {message}");
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        for word in ["isotherm-out", "File too large", "--out"] {
            assert!(message.contains(word), "{word} in {message}");
        }
        let left: Vec<_> = std::fs::read_dir(folder.path().join("isotherm-out")).unwrap().collect();
        assert_eq!(left.len(), 1, "but for the lock nothing is left: {left:?}");
    }
}

#[test]
fn a_results_folder_that_cannot_be_written_is_told_before_anything_is_run() {
    for out in ["/proc/isotherm", "/dev/null", "/dev/null/below"] {
        let folder = folder();
        let begun = Instant::now();
        let output = isotherm(folder.path()).args(["run", "--out", out]).arg(sample()).output().unwrap();
        assert!(begun.elapsed() < WAITED);
        assert_eq!(output.status.code(), Some(1));
        let message = stderr(&output);
        assert!(
            message.starts_with(&format!("isotherm: {out}: no results can be written there: ")),
            "{message}"
        );
    }
}

#[test]
fn an_input_is_never_replaced_by_a_result() {
    let folder = folder();
    let input = folder.path().join("rejected/incoming/x_rows.csv");
    std::fs::create_dir_all(input.parent().unwrap()).unwrap();
    let (rows, refused) = ("temperature\n1.5\nwarm\n", "temperature\n2.5\n");
    std::fs::write(folder.path().join("x.csv"), rows).unwrap();
    std::fs::write(&input, refused).unwrap();
    let arguments = ["run", "--out", ".", "x.csv", "rejected/incoming/x_rows.csv"];
    let output = isotherm(folder.path()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(&input).unwrap(), refused);
    assert!(!folder.path().join("processed").exists(), "refused before anything is run");
}

/// Temporary files lie in the process's own folder, where the next one finds what a killed one left.
#[test]
fn nothing_is_written_to_the_folder_for_temporary_files() {
    let folder = folder();
    std::fs::write(folder.path().join("x.csv"), "temperature\n1.5\nwarm\n").unwrap();
    // A file instead of a folder: nothing can be written below it, not even by root.
    let mut command = isotherm(folder.path());
    let output = command.args(["run", "x.csv"]).env("TMPDIR", "x.csv").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
