//! `isotherm inspect`, as its user sees it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::{Command, Output};

fn inspect(text: &[u8], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    let command = Command::new(env!("CARGO_BIN_EXE_isotherm"))
        .current_dir(folder.path())
        .args(["inspect", "a.csv"])
        .args(arguments)
        .output()
        .unwrap();
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["a.csv"], "nothing is written");
    command
}

const LOGGER: &str = "Plot Title: pond\n#,Date Time,\"Temp, °C\",Logged\n1,06/13/20 10:00:00 AM,15.5,\n2,06/13/20 11:00:00 AM,15.7,\n3,06/13/20 12:00:00 PM,,Logged\n";

#[test]
fn it_shows_how_the_lines_are_cut_and_what_the_columns_are() {
    let output = inspect(LOGGER.as_bytes(), &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "a.csv: would be read",
        "     1 text    Plot Title: pond",
        "     2 header  # │ Date Time │ Temp, °C │ Logged",
        "     3 row     1 │ 06/13/20 10:00:00 AM │ 15.5 │ ",
        "Column 2         Date Time: time",
        "Column 3         Temp, °C: temperature",
        "month first, as in 2/29/24",
        "info: above the table there is text that is not read: a line, beginning with \"Plot Title: pond\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn what_would_be_refused_says_why_and_ends_with_status_3() {
    let output = inspect(b"a,b\n1,2\n3,4\n", &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(
        text.contains("cannot be read as temperatures")
            && text.contains("error: no column's name speaks of a temperature"),
        "{text}"
    );
    // With the column that is meant it would be read.
    assert_eq!(inspect(b"a,b\n1,2\n3,4\n", &["--column", "b"]).status.code(), Some(0));
    assert_eq!(inspect(b"a,b\n1,2\n", &["--column", "b", "--column", "b"]).status.code(), Some(2));
}

#[test]
fn programs_get_the_plan_as_json() {
    let output = inspect(LOGGER.as_bytes(), &["--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["plan"]["verdict"], "accepted");
    assert_eq!(json["plan"]["columns"]["time"]["format"], "month_first_short");
    assert_eq!(json["lines"][1]["kind"], "header");
    assert_eq!(json["lines"][2]["fields"][2], "15.5");
}

#[test]
fn compressed_files_are_looked_into() {
    let packed = zstd::encode_all(LOGGER.as_bytes(), 3).unwrap();
    let text = String::from_utf8(inspect(&packed, &[]).stdout).unwrap();
    assert!(text.contains("header  # │ Date Time") && text.contains("Zstandard"), "{text}");
}

#[test]
fn what_drives_a_terminal_is_not_printed() {
    let output = inspect(b"time,temp\n\x1b[31m2020-01-01,1.5\n2020-01-02,1.5\n", &[]);
    assert!(!output.stdout.contains(&0x1b), "{}", String::from_utf8_lossy(&output.stdout));
}
