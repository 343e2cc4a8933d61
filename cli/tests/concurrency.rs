//! Several processes on one results folder, and processes that are killed. The numbers of cases are small here;
//! all of them:
//!
//!     ISOTHERM_PAIRS=200 ISOTHERM_KILLS=50 cargo test --release -p isotherm --test concurrency

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How many cases the environment asks for.
fn cases(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |number| number.parse().unwrap())
}

/// Rows of hours at two stations: `tmax` is 10 above `tmin`, so that a mean tells its column.
fn write_rows(path: &Path, rows: usize) {
    let mut text = "time,station,tmin,tmax\n".to_owned();
    for row in 0..rows {
        let (day, tmin) = (row % 28 + 1, i64::try_from(row % 41).unwrap() - 20);
        let reading = if row % 1_000 == 7 { "warm".to_owned() } else { format!("{tmin}.0") };
        writeln!(text, "2024-02-{day:02}T00:00,s{},{reading},{}.0", row % 2, tmin + 10).unwrap();
    }
    std::fs::write(path, text).unwrap();
}

/// Count and sum of a column's values, as [`write_rows`] wrote them.
fn expected(rows: usize, column: &str) -> (u64, f64) {
    let used = (0..rows).filter(|row| column == "tmax" || row % 1_000 != 7);
    let above = if column == "tmax" { 10 } else { 0 };
    let (count, sum) = used.fold((0_u64, 0_i64), |(count, sum), row| {
        (count + 1, sum + i64::try_from(row % 41).unwrap() - 20 + above)
    });
    (count, sum as f64 / count as f64)
}

fn isotherm(file: &Path, out: &Path, column: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_isotherm"))
        .args(["run", "--json", "--split-bytes", "4000", "--column", column, "--out"])
        .args([out, file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Everything below `folder`, but for the lock.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != ".isotherm-lock" {
                found.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    found.into_iter().map(|(path, bytes)| (path.strip_prefix(folder).unwrap().to_owned(), bytes)).collect()
}

/// One file, one folder, two runs at a time: each prints the figures of its own column, and what is left in the
/// folder is all one run's.
#[test]
fn concurrent_runs_do_not_mix() {
    const ROWS: usize = 2_000;
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("x.csv"), folder.path().join("out"));
    write_rows(&file, ROWS);
    for pair in 0..cases("ISOTHERM_PAIRS", 6) {
        // With equal options, too: then they did not mix figures, but one cleaned up what the other read.
        let columns = if pair % 3 == 2 { ["tmin", "tmin"] } else { ["tmin", "tmax"] };
        let runs = columns.map(|column| (column, isotherm(&file, &out, column)));
        for (column, run) in runs {
            let output = run.wait_with_output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "pair {pair}, {column}: {stderr}");
            let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
            let (count, mean) = expected(ROWS, column);
            assert_eq!(printed["temperature_column"], column, "pair {pair}");
            assert_eq!(printed["quality"]["rows_used"], count, "pair {pair}, {column}");
            assert_eq!(printed["mean_temperature"], mean, "pair {pair}, {column}");
        }
        let left = files(&out);
        let read = |name: &str| String::from_utf8(left[Path::new(name)].clone()).unwrap();
        let statistics: Value = serde_json::from_str(&read("processed/incoming/x_stats.json")).unwrap();
        let column = statistics["temperature_column"].as_str().unwrap();
        let message = statistics["quality"]["findings"][0]["message"].as_str().unwrap();
        assert!(message.contains(&format!("\"{column}\"")), "pair {pair}: {message}");
        let report = read("reports/incoming/x.html");
        let shown = |name: &str| report.matches(name).count();
        let other = if column == "tmin" { "tmax" } else { "tmin" };
        assert!(
            shown(column) > shown(other),
            "pair {pair}: the report is about {other}, the statistics {column}"
        );
        const TABLES: [&str; 3] = ["cells", "days", "stations"];
        let tables = TABLES.map(|table| format!("tables/incoming/x/{table}.parquet"));
        for table in &tables {
            // The metadata at a table's end are text.
            let bytes = String::from_utf8_lossy(&left[Path::new(table)]).into_owned();
            assert!(
                bytes.contains(&format!("\"name\":\"{column}\"")),
                "pair {pair}: {table} is not about {column}"
            );
        }
        let mut names: Vec<_> = left.keys().map(|path| path.to_str().unwrap()).collect();
        // Of the run whose statistics are there, and of no other.
        let (edition, others): (Vec<&str>, _) = names.iter().partition(|name| name.starts_with("editions/"));
        let named = statistics["edition"]["id"].as_str().unwrap();
        assert_eq!(edition.len(), 5, "pair {pair}");
        assert!(
            edition.iter().all(|name| name.contains(named)),
            "pair {pair}: {edition:?}, but {named} is named"
        );
        names = others;
        names.retain(|name| *name != "rejected/incoming/x_rows.csv");
        let results = ["processed/incoming/x_stats.json", "reports/incoming/x.html"];
        assert_eq!(names, [&results[..], &tables.each_ref().map(String::as_str)].concat(), "pair {pair}");
    }
}

/// Killed at any moment and run again, a run leaves the same bytes as one that nobody disturbed. What it left
/// unfinished is removed by whichever run comes next, be it of another file.
#[test]
fn a_killed_run_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let [killed, other] = [("killed", 40_000), ("other", 100)].map(|(name, rows)| {
        let file = folder.path().join(name).with_extension("csv");
        write_rows(&file, rows);
        file
    });
    let finish = |file: &Path, out: &Path| {
        let output = isotherm(file, out, "tmin").wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let undisturbed = folder.path().join("undisturbed");
    finish(&other, &undisturbed);
    let begun = Instant::now();
    let printed = finish(&killed, &undisturbed);
    let took = begun.elapsed();
    let undisturbed = files(&undisturbed);

    let mut moments = fastrand::Rng::with_seed(8);
    let (mut kills, out) = (0, folder.path().join("out"));
    for _ in 0..cases("ISOTHERM_KILLS", 5) {
        let mut run = isotherm(&killed, &out, "tmin");
        std::thread::sleep(took.mul_f64(moments.f64()).max(Duration::from_millis(1)));
        run.kill().unwrap();
        kills += usize::from(!run.wait().unwrap().success());
        finish(&other, &out);
        let left: Vec<_> = files(&out).into_keys().filter(|path| !undisturbed.contains_key(path)).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
        assert_eq!(finish(&killed, &out), printed);
        let after = files(&out);
        assert!(after == undisturbed, "{:?}, not {:?}", after.keys(), undisturbed.keys());
        // Every other time the results of the run before are there, too.
        if moments.bool() {
            std::fs::remove_dir_all(&out).unwrap();
        }
    }
    assert!(kills > 0, "every run was over before it was killed");
}
