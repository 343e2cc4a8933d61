//! The command as its users meet it: what it prints, where results lie, and its exit status.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

struct Run {
    output: Output,
    folder: tempfile::TempDir,
}

impl Run {
    /// `isotherm run` with these arguments, in a folder of its own.
    fn new<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_isotherm"))
            .arg("run")
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let run = Run { output, folder };
        assert!(!run.stderr().contains("panicked"), "{}", run.stderr());
        run
    }

    fn status(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    fn result(&self, path: &str) -> PathBuf {
        self.folder.path().join("isotherm-out").join(path)
    }
}

#[test]
fn a_file_leaves_statistics_and_report_in_the_bucket_layout() {
    let run = Run::new(&[samples().join("pastas-heby-temp.csv")]);
    assert_eq!((run.status(), run.stderr()), (0, String::new()));
    assert!(run.stdout().contains("pastas-heby-temp.csv"), "{}", run.stdout());
    assert!(run.stdout().contains("isotherm-out/reports/incoming/pastas-heby-temp.html"), "{}", run.stdout());
    let statistics = std::fs::read(run.result("processed/incoming/pastas-heby-temp_stats.json")).unwrap();
    let statistics: Value = serde_json::from_slice(&statistics).unwrap();
    assert_eq!(statistics["source"]["key"], "incoming/pastas-heby-temp.csv");
    assert!(run.result("reports/incoming/pastas-heby-temp.html").is_file());
    assert!(!run.result("runs").exists(), "intermediate files are gone");
    assert!(!run.result("incoming").exists(), "the input is linked, not copied");
}

#[test]
fn json_is_one_object_per_file_and_line() {
    let files = ["pastas-heby-temp.csv", "vega-weather-two-cities.csv"].map(|name| samples().join(name));
    let run = Run::new(&["--json".as_ref(), files[0].as_os_str(), files[1].as_os_str()]);
    assert_eq!(run.status(), 0);
    let keys: Vec<_> = run
        .stdout()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|statistics| (statistics["source"]["key"].clone(), statistics["mean_temperature"].is_f64()))
        .collect();
    assert_eq!(
        keys,
        [
            ("incoming/pastas-heby-temp.csv".into(), true),
            ("incoming/vega-weather-two-cities.csv".into(), true)
        ]
    );
}

#[test]
fn files_that_cannot_be_read_end_with_3_and_a_message() {
    for (file, words) in [
        ("empty.csv", "empty"),
        ("header-only.csv", "row"),
        ("picture.csv", "PNG"),
        ("no-temperature.csv", "--column"),
        ("all-text.csv", "number"),
    ] {
        let run = Run::new(&[samples().join("bad").join(file)]);
        assert_eq!(run.status(), 3, "{file}");
        assert!(run.stdout().contains("error: ") && run.stdout().contains(words), "{file}: {}", run.stdout());
        let name = file.trim_end_matches(".csv");
        assert!(run.result(&format!("reports/incoming/{name}.html")).is_file(), "{file}");
    }
}

#[test]
fn what_is_no_file_ends_with_1_before_anything_is_run() {
    let run = Run::new(&["no-such.csv", "."]);
    assert_eq!(run.status(), 1);
    assert!(run.stderr().contains("no-such.csv: there is no such file"), "{}", run.stderr());
    assert!(run.stderr().contains(".: is a folder"), "{}", run.stderr());
    assert!(!run.result("").exists());
}

#[test]
fn wrong_usage_ends_with_2() {
    let file = samples().join("pastas-heby-temp.csv");
    let file = file.to_str().unwrap();
    for arguments in [
        vec![],
        vec!["--no-such-option"],
        vec!["--profile", "no-such-profile", file],
        vec!["--column", "Temp", "--column", "Temp", file],
    ] {
        assert_eq!(Run::new(&arguments).status(), 2, "{arguments:?}");
    }
}

#[test]
fn a_column_can_be_named_and_one_that_is_not_there_is_refused() {
    let file = samples().join("vega-weather-two-cities.csv");
    let run = Run::new(&["--json", "--column", "temp_min", file.to_str().unwrap()]);
    let statistics: Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(statistics["temperature_column"], "temp_min");
    let run = Run::new(&["--column", "temp_mid", file.to_str().unwrap()]);
    assert_eq!(run.status(), 3);
    assert!(run.stdout().contains("temp_mid") && run.stdout().contains("temp_min"), "{}", run.stdout());
}

#[test]
fn several_columns_can_be_named_and_the_first_leads() {
    let file = samples().join("vega-weather-two-cities.csv");
    let columns = ["--column", "temp_min", "--column", "wind"];
    let run = Run::new(&[&columns[..], &["--json", file.to_str().unwrap()]].concat());
    let statistics: Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(statistics["temperature_column"], "temp_min");
    assert_eq!(statistics["min_temperature"].as_f64(), Some(-16.0));
    let names: Vec<&Value> =
        statistics["variables"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["temp_min", "wind"]);
}

#[test]
fn the_printed_table_has_a_line_for_each_variable() {
    let files = ["vega-weather-two-cities.csv", "pastas-heby-temp.csv", "bad/empty.csv"]
        .map(|name| samples().join(name));
    let run = Run::new(&files);
    let stdout = run.stdout();
    let mut lines = stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(lines.next().unwrap(), "file variable read used missing rejected mean min max std unit");
    assert!(lines.next().unwrap().chars().all(|c| c == '─'));
    // The figures are those of tests/expected/, which pandas computed.
    for line in [
        "vega-weather-two-cities.csv temp_max 2,922 2,922 0 0 16.769 -7.7 37.8 8.645 unknown",
        "temp_min 2,922 2,922 0 0 8.612 -16 26.7 7.512 unknown",
        "pastas-heby-temp.csv Temp 15,007 15,007 0 0 6.801 -25.8 26.9 8.289 unknown",
        "empty.csv cannot be read",
    ] {
        assert_eq!(lines.next().unwrap(), line);
    }
}

#[test]
fn a_wide_file_has_a_station_in_each_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cities.csv");
    std::fs::write(&file, "date,Oslo,Bergen,Voss\n2024-01-01,-1.5,2,0\n2024-01-02,-2.5,,1\n").unwrap();
    let file = file.to_str().unwrap();
    let run = Run::new(&["--json", "--wide", file]);
    let statistics: Value = serde_json::from_str(&run.stdout()).unwrap();
    let stations = statistics["by_station"].as_array().unwrap();
    let stations: Vec<_> =
        stations.iter().map(|one| (&one["station"], &one["count"], &one["mean"])).collect();
    let expected = [("Bergen", 1, 2.0), ("Oslo", 2, -2.0), ("Voss", 2, 0.5)]
        .map(|(name, count, mean)| (Value::from(name), Value::from(count), Value::from(mean)));
    assert_eq!(stations, expected.each_ref().map(|(name, count, mean)| (name, count, mean)));
    // Without the option nothing says that these are temperatures; the hint tells of it.
    let run = Run::new(&[file]);
    assert_eq!(run.status(), 3);
    assert!(run.stdout().contains("--wide"), "{}", run.stdout());
}

#[test]
fn a_profile_from_a_file_decides_how_the_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("loggers.json");
    std::fs::write(&profile, r#"{"name": "loggers", "temperature": ["temp_min"], "unit": "celsius"}"#)
        .unwrap();
    let file = samples().join("vega-weather-two-cities.csv");
    let run = Run::new(&["--json", "--profile", profile.to_str().unwrap(), file.to_str().unwrap()]);
    let statistics: Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(
        (&statistics["profile"], &statistics["temperature_column"]),
        (&"loggers".into(), &"temp_min".into())
    );
    assert_eq!(statistics["unit"], "celsius");
}

/// File systems take names of 255 bytes, and a result's name is longer than its file's.
#[test]
fn names_as_long_as_the_file_system_takes_are_run() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = [245, 246, 250, 255]
        .into_iter()
        .flat_map(|length| ["a", "ü", "温"].map(|letter| (length - ".csv".len(), letter)))
        .map(|(bytes, letter)| {
            let fill = "x".repeat(bytes % letter.len());
            folder.path().join(format!("{}{fill}.csv", letter.repeat(bytes / letter.len())))
        })
        .collect();
    for (value, file) in (1..).zip(&files) {
        assert!(file.file_name().unwrap().len() >= 245);
        std::fs::write(file, format!("temperature\n{value}\nwarm\n")).unwrap();
    }
    let run = Run::new(&files);
    assert_eq!((run.status(), run.stderr()), (0, String::new()));
    for (results, ending) in [("processed", "_stats.json"), ("reports", ".html"), ("rejected", "_rows.csv")] {
        let names: Vec<_> = std::fs::read_dir(run.result(results).join("incoming"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names.len(), files.len(), "{names:?}");
        assert!(names.iter().all(|name| name.len() <= 255 && name.ends_with(ending)), "{names:?}");
    }
    for path in run.stdout().lines().filter_map(|line| line.strip_prefix("report: ")) {
        assert!(run.folder.path().join(path).is_file(), "{path}");
    }
}

/// A file that is named, and whose header is written, to drive a terminal or to pass for another one.
#[cfg(unix)]
#[test]
fn what_a_file_is_named_or_holds_drives_no_terminal() {
    let marks = "\u{202e}\u{2066}\u{200f}\u{61c}\u{200b}\u{feff}\u{9b}";
    let nasty = format!("\x1b[2J\x07{marks}");
    let folder = tempfile::tempdir().unwrap();
    let name = format!("a{nasty}gpj.csv");
    let file = folder.path().join(&name);
    let long = "temperature".repeat(2000);
    let header = format!("station{nasty},{nasty}{long}1,{nasty}{long}2,time{nasty}");
    std::fs::write(&file, format!("{header}\ns{nasty},1.5,2,x\ns{nasty},{nasty},3,x\n")).unwrap();
    let unreadable = folder.path().join(format!("b{nasty}.csv"));
    std::fs::write(&unreadable, format!("rain{nasty}{},wind\n1,2\n", "x".repeat(20_000))).unwrap();
    let missing = folder.path().join(format!("c{nasty}.csv"));

    let clean = |text: &str, whose: &str| {
        let found = text.chars().find(|c| c.is_control() && *c != '\n' || marks.contains(*c));
        assert_eq!(found, None, "{whose}: {text:?}");
        assert!(text.len() < 50_000, "{whose}: {} bytes", text.len());
    };
    for arguments in [vec![&file, &unreadable], vec![&missing]] {
        let run = Run::new(&arguments);
        clean(&run.stdout(), "standard output");
        clean(&run.stderr(), "standard error");
        assert!((run.stdout() + &run.stderr()).contains("␛[2J␇\u{fffd}"), "{}", run.stdout());
        if run.status() == 3 {
            let reports = std::fs::read_dir(run.result("reports/incoming")).unwrap();
            let pages = reports.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
            assert_eq!(pages.inspect(|page| clean(page, "page")).count(), 2);
        }
    }
    // Programs get the very names.
    let run = Run::new(&["--json".as_ref(), file.as_os_str()]);
    let statistics: Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(statistics["source"]["key"], format!("incoming/{name}"));
    assert_eq!(statistics["temperature_column"], format!("{nasty}{long}1"));
    clean(&run.stderr(), "standard error");
}
