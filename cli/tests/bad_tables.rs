//! Tables of several temperatures that are not as they should be: what `isotherm run` says, word for word.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::process::Command;

use serde_json::Value;

/// What `isotherm run` tells about a file, and its exit status.
struct Told {
    status: i32,
    /// The complaints, without the file's name before them.
    lines: Vec<String>,
    /// The statistics, as they lie in the results folder.
    statistics: Value,
    /// The rejected rows and readings: line, column, reason.
    rejected: Vec<String>,
}

/// Runs `isotherm run` with `options` on a file of `text`.
fn run(text: &str, options: &[&str]) -> Told {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_isotherm"));
    let output = command.arg("run").args(options).arg("a.csv").current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines = stdout.lines().filter_map(|line| line.strip_prefix("a.csv: "));
    let result = |path: &str| std::fs::read_to_string(folder.path().join("isotherm-out").join(path)).unwrap();
    let rejected = result("rejected/incoming/a_rows.csv");
    Told {
        status: output.status.code().unwrap(),
        lines: lines.filter(|line| !line.starts_with("rejected rows: ")).map(str::to_owned).collect(),
        statistics: serde_json::from_str(&result("processed/incoming/a_stats.json")).unwrap(),
        rejected: rejected
            .lines()
            .skip(1)
            .map(|line| line.splitn(4, ',').take(3).collect::<Vec<_>>().join(","))
            .collect(),
    }
}

/// The readings of each variable: name, read, used, missing, rejected.
fn readings(statistics: &Value) -> Vec<(String, [u64; 4])> {
    let variables = statistics["variables"].as_array().unwrap().iter();
    let counts = |variable: &Value| {
        ["read", "used", "missing", "rejected"].map(|count| variable["readings"][count].as_u64().unwrap())
    };
    variables.map(|variable| (variable["name"].as_str().unwrap().to_owned(), counts(variable))).collect()
}

const READINGS_REJECTED: &str = "(They count in no figure; other readings of their rows do. rejected/incoming/a_rows.csv \
    lists each with its line number and column. A column that holds text in a part of the file may be no temperature \
    at all: --column names those that are meant.)";

#[test]
fn a_column_that_turns_into_text_in_a_later_split_is_told() {
    let mut text = "date,tmax,tmin\n".to_owned();
    for row in 0..40_000 {
        let value = if row < 20_000 { "5.5" } else { "warm" };
        writeln!(text, "2024-01-{:02},{value},-1.5", row % 28 + 1).unwrap();
    }
    let told = run(&text, &["--split-bytes", "100000"]);
    assert_eq!(told.status, 0);
    assert_eq!(
        told.lines,
        [format!(
            "warning: 20,000 readings were rejected, in “tmax” (20,000 of 40,000). {READINGS_REJECTED}"
        )]
    );
    let expected = [("tmax", [40_000, 20_000, 0, 20_000]), ("tmin", [40_000, 40_000, 0, 0])];
    assert_eq!(readings(&told.statistics), expected.map(|(name, counts)| (name.to_owned(), counts)));
    assert_eq!(told.statistics["quality"]["rows_used"], 40_000);
    assert_eq!((told.rejected.len(), told.rejected[0].as_str()), (20_000, "20002,tmax,not_a_number"));
}

#[test]
fn the_only_column_that_turns_into_text_costs_its_rows() {
    let text =
        format!("date,tmax\n{}{}", "2024-01-01,5.5\n".repeat(20_000), "2024-01-02,warm\n".repeat(20_000));
    let told = run(&text, &["--split-bytes", "100000"]);
    assert_eq!(told.status, 0);
    assert_eq!(
        told.lines,
        ["warning: 20,000 of 40,000 rows were rejected: 20,000 not_a_number. (They count in no figure. \
             rejected/incoming/a_rows.csv lists each with its line number.)"]
    );
}

#[test]
fn a_reading_rejected_beside_one_that_is_used_is_accounted_for_by_its_column() {
    let told = run("date,tmax,tmin\n2024-01-01,5.5,1.5\n2024-01-02,warm,2.5\n2024-01-03,6.5,\n", &[]);
    assert_eq!(told.status, 0);
    assert_eq!(
        told.lines,
        [
            format!("warning: 1 reading was rejected, in “tmax” (1 of 3). {READINGS_REJECTED}"),
            "warning: Many readings are missing in “tmin” (33.3 %). (Their figures describe the other readings only. Check \
             whether what is missing falls on certain times or stations.)"
                .to_owned()
        ]
    );
    let quality = &told.statistics["quality"];
    assert_eq!((&quality["rows_used"], &quality["rows_rejected"]), (&3.into(), &0.into()));
    let expected = [("tmax", [3, 2, 0, 1]), ("tmin", [3, 2, 1, 0])];
    assert_eq!(readings(&told.statistics), expected.map(|(name, counts)| (name.to_owned(), counts)));
    assert_eq!(told.rejected, ["3,tmax,not_a_number"]);
}

#[test]
fn a_column_asked_for_twice_is_refused() {
    let told = run("date,tmax,tmin\n2024-01-01,5.5,1.5\n", &["--column", "tmax", "--column", "TMAX"]);
    assert_eq!(told.status, 3);
    assert_eq!(
        told.lines,
        [
            "error: the column \"tmax\" is asked for twice, also as \"TMAX\" (give each name to --column once; where \
             columns have the same name, rename one in the file)"
        ]
    );
}

#[test]
fn stations_that_all_differ_may_be_numbers_of_rows() {
    let mut text = "station,date,temperature\n".to_owned();
    for row in 0..200 {
        writeln!(text, "{row},2024-01-{:02},5.5", row % 28 + 1).unwrap();
    }
    let told = run(&text, &[]);
    assert_eq!(told.status, 0);
    assert_eq!(
        told.lines,
        [
            "warning: every row has another station; is that a row number? The first 200 rows have 200 different ones in \
             the column \"station\" (if the column is no station, rename it, such as to \"row\", or give a profile that \
             names another or none)"
        ]
    );
}

/// Three days of ten thousand columns.
fn ten_thousand(name: &str) -> String {
    let names: String = (0..10_000).map(|column| format!(",{name}{column}")).collect();
    let days = (1..=3).map(|day| format!("2024-01-0{day}{}\n", format!(",{day}.5").repeat(10_000)));
    format!("date{names}\n{}", days.collect::<String>())
}

#[test]
fn ten_thousand_columns_are_stations_or_too_many_temperatures() {
    let told = run(&ten_thousand("temp_"), &[]);
    assert_eq!(told.status, 3);
    assert_eq!(
        told.lines,
        [
            "error: 10000 columns are temperatures by their names, such as \"temp_0\", \"temp_1\", \"temp_2\"; a row may \
             hold at most 64 (if each column is a station, read them with --wide; otherwise name the columns to read \
             with --column NAME)"
        ]
    );

    // What the hint says helps.
    let told = run(&ten_thousand("temp_"), &["--wide"]);
    assert_eq!((told.status, told.lines), (0, vec![]));
    assert_eq!(readings(&told.statistics), [("temperature".to_owned(), [30_000, 30_000, 0, 0])]);
    assert_eq!(told.statistics["quality"]["rows_used"], 3);
    assert_eq!(told.statistics["by_station"].as_array().unwrap().len(), 1000);
    let told = run(&ten_thousand("temp_"), &["--column", "temp_7", "--column", "temp_9"]);
    assert_eq!((told.status, told.lines), (0, vec![]));
    let expected = ["temp_7", "temp_9"].map(|name| (name.to_owned(), [3, 3, 0, 0]));
    assert_eq!(readings(&told.statistics), expected);

    // Names so long that no plan could carry them.
    let told = run(&ten_thousand("temperature_"), &["--wide"]);
    assert_eq!(told.status, 3);
    assert_eq!(
        told.lines,
        [
            "error: the header's 10001 names take more than 131072 bytes (the first line must hold the columns' names, \
             and there may be a few thousand of them; keep the columns you need)"
        ]
    );
}

#[test]
fn a_column_of_text_is_no_station_of_a_wide_file() {
    let days: String = (1..10).map(|day| format!("2024-01-0{day},{day}.5,calm,{day}.0\n")).collect();
    let text = format!("date,Oslo,Remark,Bergen\n{days}");
    let told = run(&text, &["--wide"]);
    assert_eq!(told.status, 0);
    assert_eq!(
        told.lines,
        [
            "warning: a column of text is no station: \"Remark\"; such as \"calm\" (line 2), \"calm\" (line 3), \"calm\" \
             (line 4) (it is not read; put temperatures into it, or take it out of the file)"
        ]
    );
    assert_eq!(readings(&told.statistics), [("temperature".to_owned(), [18, 18, 0, 0])]);

    let told = run(&text, &["--wide", "--column", "Oslo", "--column", "Remark"]);
    assert_eq!(told.status, 3);
    assert_eq!(
        told.lines,
        [
            "error: there is no number in the column \"Remark\" in the first 9 rows: \"calm\" (line 2), \"calm\" (line \
             3), \"calm\" (line 4) (name another column with --column NAME)"
        ]
    );
}
