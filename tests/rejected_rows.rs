//! Rejected rows are for whoever mends the file: nothing of them is lost, and none is left when it is mended.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use isotherm_tests::rejected::{RejectedRow, encoding};
use isotherm_tests::{Pipeline, root};
use shared::dialect::MAX_LINE_BYTES;
use shared::{Encoding, Location, Outcome, RunOptions, layout};

/// Runs `text` as `incoming/a.csv`; the file of rejected rows, and the encoding.
async fn run(pipeline: &Pipeline, text: &[u8]) -> (Outcome, Vec<u8>, Encoding) {
    let object = pipeline.upload("incoming/a.csv", text).await;
    let outcome = pipeline.run(&object, RunOptions::default()).await;
    let file = pipeline.result(&Location::new("results", layout::rejected_key(&object.key)));
    let encoding = encoding(&pipeline.statistics(&outcome).quality);
    (outcome, file, encoding)
}

/// A file with good rows, and with every one of `bad` for a row.
fn file(header: &str, good: &str, bad: &[Vec<u8>]) -> Vec<u8> {
    let rows = bad.iter().flat_map(|row| [good.as_bytes(), b"\n", row, b"\n"].concat());
    [header.as_bytes(), b"\n"].concat().into_iter().chain(rows).collect()
}

#[tokio::test]
async fn rows_of_any_length_and_of_any_bytes_are_kept_whole() {
    let long = |bytes: usize| [&b"s,"[..], &b"x\xe4\\".repeat(bytes / 3)].concat();
    let bad =
        [long(300), long(64 << 10), long(65 << 10), long(MAX_LINE_BYTES - 10), b"s,\x81\x8d\xa0".to_vec()];
    let text = file("station,temperature", "s,1.5", &bad);
    let (outcome, file, encoding) = run(&Pipeline::new(), &text).await;
    assert_eq!(encoding, Encoding::Windows1252);
    assert!(outcome.rejected_rows.is_some());
    let rows = RejectedRow::all(&file, encoding);
    let found: Vec<_> = rows.iter().map(|row| row.line).collect();
    assert_eq!(found, [3, 5, 7, 9, 11]);
    for (row, bad) in rows.iter().zip(&bad) {
        assert!(row.bytes == *bad, "line {}: {} of {} bytes", row.line, row.bytes.len(), bad.len());
    }
}

#[tokio::test]
async fn of_a_line_that_is_too_long_the_beginning_is_kept_and_the_report_says_so() {
    let line: Vec<u8> = b"s,123456789".iter().copied().cycle().take(3 * MAX_LINE_BYTES).collect();
    let text = file("station,temperature", "s,1.5", std::slice::from_ref(&line));
    let pipeline = Pipeline::new();
    let (outcome, file, encoding) = run(&pipeline, &text).await;
    let rows = RejectedRow::all(&file, encoding);
    assert_eq!((rows.len(), rows[0].line, rows[0].form.as_str()), (1, 3, "cut"));
    assert_eq!((rows[0].reason.as_str(), rows[0].column.as_str()), ("line_too_long", ""));
    assert!(rows[0].bytes == line[..MAX_LINE_BYTES]);
    let report = String::from_utf8(pipeline.result(outcome.report.as_ref().unwrap())).unwrap();
    assert!(report.contains("of a line that is too long for a row, its beginning"));
}

#[tokio::test]
async fn a_mended_file_leaves_a_header_alone() {
    let pipeline = Pipeline::new();
    let (outcome, file, encoding) = run(&pipeline, b"temperature\n1.5\nwarm\n").await;
    assert!(outcome.rejected_rows.is_some());
    assert_eq!(RejectedRow::all(&file, encoding).len(), 1);
    let (outcome, file, encoding) = run(&pipeline, b"temperature\n1.5\n20.5\n").await;
    assert!(outcome.rejected_rows.is_none());
    assert_eq!(RejectedRow::all(&file, encoding), []);
    // Nor does a file that cannot be read at all.
    run(&pipeline, b"temperature\n1.5\nwarm\n").await;
    let (_, file, encoding) = run(&pipeline, b"rain\n1.5\nwarm\n").await;
    assert_eq!(RejectedRow::all(&file, encoding), []);
}

#[tokio::test]
async fn files_that_differ_in_their_endings_have_results_of_their_own() {
    let pipeline = Pipeline::new();
    let mut seen = std::collections::BTreeSet::new();
    for (value, name) in (1..).zip(["a.csv", "a.csv.gz", "a.tsv", "a.CSV", "a.csv.csv", "a"]) {
        let object =
            pipeline.upload(&format!("incoming/{name}"), format!("temperature\n{value}\n").as_bytes()).await;
        let outcome = pipeline.run(&object, RunOptions::default()).await;
        for place in [outcome.statistics, outcome.report] {
            assert!(seen.insert(place.unwrap().key), "{name}");
        }
    }
    assert!(
        seen.contains("processed/incoming/a_stats.json")
            && seen.contains("processed/incoming/a.csv.gz_stats.json")
    );
}

/// What a spreadsheet would take for a formula, in the comma's and in the semicolon's countries.
#[tokio::test]
async fn no_field_of_the_file_is_a_formula() {
    let bad = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)", "\t=1", "x;=1+1;y", "\u{202e}=1"];
    let bad: Vec<_> = bad.iter().map(|cell| format!("{cell},warm").into_bytes()).collect();
    let text = file("station,=temperature", "s,1.5", &bad);
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", &text).await;
    let options = RunOptions { columns: vec!["=temperature".to_owned()], ..RunOptions::default() };
    let outcome = pipeline.run(&object, options).await;
    assert_eq!(pipeline.statistics(&outcome).temperature_column.as_deref(), Some("=temperature"));
    let written = pipeline.result(outcome.rejected_rows.as_ref().unwrap());
    let rows = RejectedRow::all(&written, Encoding::Utf8);
    assert_eq!(rows.iter().map(|row| row.bytes.clone()).collect::<Vec<_>>(), bad);
    assert!(rows.iter().all(|row| row.column == "=temperature"));
    let runs =
        |field: &str| field.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@', '\t', '\r']);
    for separator in [b',', b';', b'\t'] {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(&written[..]);
        for record in reader.records().map(Result::unwrap) {
            assert!(!record.iter().any(runs), "{record:?}");
        }
    }
}

/// The reader that the documentation gives to users, run on what they get.
#[tokio::test]
async fn the_documented_reader_has_every_byte_back() {
    let docs = std::fs::read_to_string(root().join("docs/rejected-rows.md")).unwrap();
    let reader = docs.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    for (bad, name) in [
        (vec!["=é\u{202e},w\\x41\\rm".into(), b"\xff\xfe,a".to_vec(), b"\x1b,\t\r,\x01".to_vec()], "utf-8"),
        (vec![b"Z\xfcrich,\x80\x81\\".to_vec(), b"M\xe5,-x".to_vec()], "cp1252"),
    ] {
        // Good characters in the majority make the damaged file UTF-8.
        let good = if name == "utf-8" { "ééé,1.5" } else { "s,1.5" };
        let text = file("station,temperature", good, &bad);
        let (_, written, encoding) = run(&Pipeline::new(), &text).await;
        assert_eq!(encoding == Encoding::Utf8, name == "utf-8");
        let folder = tempfile::tempdir().unwrap();
        let (script, rows) = (folder.path().join("reader.py"), folder.path().join("rows.csv"));
        let end = "import sys\nfor line, column, reason, row in rejected_rows(sys.argv[1], sys.argv[2]):\n    print(line, row.hex())\n";
        std::fs::write(&script, format!("{reader}\n{end}")).unwrap();
        std::fs::write(&rows, written).unwrap();
        let Ok(output) = Command::new("python3").args([&script, &rows]).arg(name).output() else {
            eprintln!("there is no python3 to read with; the check was left out");
            return;
        };
        let hex = |row: &Vec<u8>| row.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let expected: String =
            (0..).zip(&bad).map(|(at, row)| format!("{} {}\n", 3 + 2 * at, hex(row))).collect();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed, expected, "{}", String::from_utf8_lossy(&output.stderr));
    }
}
