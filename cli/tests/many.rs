//! Many files in one call: they run side by side, and what is printed comes in their order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Small files, some of them no tables, and among them large ones, which run alone: each with a mean of its own.
fn files(folder: &std::path::Path) -> Vec<(PathBuf, Option<f64>)> {
    (0..60)
        .map(|file| {
            let path = folder.join(format!("{file:02}.csv"));
            let rows = if file % 20 == 7 { 40_000 } else { 1 + file };
            let text = format!("time,temperature\n{}", format!("2024-01-01,{file}.5\n").repeat(rows));
            let is_table = file % 9 != 4;
            std::fs::write(&path, if is_table { text.as_bytes() } else { b"%PDF-1.7" }).unwrap();
            (path, is_table.then_some(file as f64 + 0.5))
        })
        .collect()
}

#[test]
fn answers_come_in_the_order_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_isotherm"))
        .args(["run", "--json", "--out"])
        .arg(folder.path().join("out"))
        .args(files.iter().map(|(path, _)| path))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "some are no tables");
    let answers: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert_eq!(answers.len(), files.len());
    for (answer, (path, mean)) in answers.iter().zip(&files) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(answer["source"]["key"], format!("incoming/{name}"));
        assert_eq!(answer["mean_temperature"].as_f64(), *mean, "{name}");
    }
}
