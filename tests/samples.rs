//! Every sample's statistics against what pandas, and exact arithmetic, make of the same file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use isotherm_tests::{Pipeline, json, root};
use serde_json::Value;
use shared::{OutcomeKind, RunOptions};

fn close(ours: &Value, theirs: &Value, relative: f64, what: &str) {
    match (ours.as_f64(), theirs.as_f64()) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= relative * b.abs().max(1e-300), "{what}: {a} and {b}"),
        _ => assert!(ours.is_null() && theirs.is_null(), "{what}: {ours} and {theirs}"),
    }
}

/// Groups of ours that pandas has too: by name, all of ours counted.
fn groups(ours: &Value, theirs: &Value, key: &str, file: &str) {
    for expected in theirs.as_array().unwrap() {
        let found = ours.as_array().unwrap().iter().find(|group| group[key] == expected[key]);
        let found = found.unwrap_or_else(|| panic!("{file}: no {key} {}", expected[key]));
        let what = format!("{file}: {}", expected[key]);
        assert_eq!(found["count"], expected["count"], "{what}");
        close(&found["min"], &expected["min"], 0.0, &what);
        close(&found["max"], &expected["max"], 0.0, &what);
        close(&found["mean"], &expected["exact_mean"], 0.0, &what);
        close(&found["mean"], &expected["mean"], 1e-12, &what);
        if expected.get("exact_std").is_some() {
            close(&found["std"], &expected["exact_std"], 0.0, &what);
        }
    }
}

/// Quantiles of ours beside those of all values: half a bin of the histogram apart, and the rounding of pandas.
fn quantiles(ours: &Value, theirs: &Value, what: &str) {
    for (name, value) in theirs.as_object().unwrap() {
        let distance = (ours[name].as_f64().unwrap() - value.as_f64().unwrap()).abs();
        assert!(distance <= 0.005 + 1e-9, "{what}: {name} is off by {distance}");
    }
}

/// Every variable that pandas was asked for, and no other; the primary one first.
fn variables(ours: &Value, theirs: &Value, file: &str) {
    let (ours, theirs) = (ours.as_array().unwrap(), theirs.as_array().unwrap());
    assert_eq!(ours[0]["name"], theirs[0]["name"], "{file}: the primary variable");
    let names = |variables: &[Value]| {
        let mut names: Vec<_> =
            variables.iter().map(|variable| variable["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(ours), names(theirs), "{file}: the variables");
    for expected in theirs {
        let found = ours.iter().find(|variable| variable["name"] == expected["name"]).unwrap();
        let what = format!("{file}: {}", expected["name"]);
        for field in ["role", "unit", "readings"] {
            assert_eq!(found[field], expected[field], "{what}: {field}");
        }
        close(&found["min"], &expected["min"], 0.0, &what);
        close(&found["max"], &expected["max"], 0.0, &what);
        for figure in ["mean", "std"] {
            close(&found[figure], &expected[figure], 1e-12, &what);
            close(&found[figure], &expected[format!("exact_{figure}")], 0.0, &what);
        }
        quantiles(&found["quantiles"], &expected["quantiles"], &what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_have_the_statistics_that_pandas_computes() {
    let schema = jsonschema::validator_for(&json("docs/statistics.schema.json")).unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("tests/expected")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".json") || name == "bad.json" {
            continue;
        }
        let expected = json(&format!("tests/expected/{name}"));
        let file = expected["file"].as_str().unwrap();
        let pipeline = Pipeline::new();
        let bytes = std::fs::read(root().join("samples").join(file)).unwrap();
        let object = pipeline.upload(&format!("incoming/{file}"), &bytes).await;
        let outcome = pipeline.run(&object, RunOptions::default()).await;
        assert_eq!(outcome.outcome, OutcomeKind::Processed, "{file}");

        let ours: Value =
            serde_json::from_slice(&pipeline.result(outcome.statistics.as_ref().unwrap())).unwrap();
        let problems: Vec<_> = schema.iter_errors(&ours).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{file}: {problems:?}");
        for field in ["temperature_column", "station_column", "time_column", "unit", "record_count"] {
            assert_eq!(ours[field], expected[field], "{file}: {field}");
        }
        assert_eq!(ours["quality"]["rows_missing"], expected["rows_missing"], "{file}");
        close(&ours["min_temperature"], &expected["min_temperature"], 0.0, file);
        close(&ours["max_temperature"], &expected["max_temperature"], 0.0, file);
        close(&ours["mean_temperature"], &expected["mean_temperature"], 1e-12, file);
        close(&ours["mean_temperature"], &expected["exact_mean"], 0.0, file);
        close(&ours["std_temperature"], &expected["std_temperature"], 1e-12, file);
        close(&ours["std_temperature"], &expected["exact_std"], 0.0, file);
        quantiles(&ours["quantiles"], &expected["quantiles"], file);
        variables(&ours["variables"], &expected["variables"], file);
        if expected["by_station"].is_array() {
            groups(&ours["by_station"], &expected["by_station"], "station", file);
        }
        assert_eq!(
            ours["by_day"].as_array().unwrap().len() as u64,
            expected["day_count"].as_u64().unwrap(),
            "{file}"
        );
        groups(&ours["by_day"], &expected["by_day"], "day", file);

        for (field, value) in [
            ("mean_temperature", outcome.mean_temperature),
            ("max_temperature", outcome.max_temperature),
            ("min_temperature", outcome.min_temperature),
        ] {
            assert_eq!(ours[field].as_f64(), value, "{file}: the execution's output repeats {field}");
        }
        seen += 1;
    }
    let samples = std::fs::read_dir(root().join("samples")).unwrap().map(|entry| entry.unwrap().path());
    let tables = samples.filter(|path| shared::layout::is_table(path.to_str().unwrap())).count();
    assert_eq!(seen, tables, "every sample has expected values");
}

/// NIST Statistical Reference Datasets, univariate summary statistics.
#[tokio::test]
async fn nist_certified_values_are_met_exactly() {
    let certified = json("tests/expected/nist/certified.json");
    for (name, expected) in certified.as_object().unwrap() {
        let pipeline = Pipeline::new();
        let file = expected["file"].as_str().unwrap();
        let bytes = std::fs::read(root().join("tests/expected/nist").join(file)).unwrap();
        let object = pipeline.upload(file, &bytes).await;
        let outcome = pipeline.run(&object, RunOptions::default()).await;
        let ours: Value =
            serde_json::from_slice(&pipeline.result(outcome.statistics.as_ref().unwrap())).unwrap();
        for field in ["mean_temperature", "std_temperature", "min_temperature", "max_temperature"] {
            assert_eq!(ours[field].as_f64(), expected[field].as_f64(), "{name}: {field}");
        }
        assert_eq!(ours["record_count"], expected["record_count"], "{name}");
    }
}
