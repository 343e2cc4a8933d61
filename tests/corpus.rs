//! Files of many kinds, each made after its format's own documentation: what is read of them is what was written into them.
//!
//! `tests/corpus/generate` writes the files and the expectations beside them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use isotherm_tests::{Pipeline, root, same_bytes};
use serde_json::{Value, json};
use shared::{OutcomeKind, RunOptions, Statistics, builtin};

/// A file, and what must be found in it.
struct Case {
    name: String,
    bytes: Vec<u8>,
    expected: Value,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in folders(&root().join("tests/corpus")) {
        for path in files(&folder) {
            let beside = PathBuf::from(format!("{}.json", path.display()));
            if path.extension().is_some_and(|ending| ending == "json") && !beside.exists() {
                continue;
            }
            let text = std::fs::read_to_string(&beside)
                .unwrap_or_else(|error| panic!("{}: {error}", beside.display()));
            let kind = folder.file_name().unwrap().to_str().unwrap();
            let name = format!("{kind}/{}", path.file_name().unwrap().to_str().unwrap());
            cases.push(Case {
                name,
                bytes: std::fs::read(&path).unwrap(),
                expected: serde_json::from_str(&text).unwrap(),
            });
        }
    }
    cases
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("generate"))
        .collect();
    found.sort();
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// What was found, in the form of an expectation.
fn found(statistics: &Statistics) -> Value {
    let quality = &statistics.quality;
    let variable = |one: &shared::statistics::VariableStatistics| {
        json!({
            "name": one.name,
            "role": one.role,
            "unit": one.unit,
            "used": one.readings.used,
            "missing": one.readings.missing,
            "rejected": one.readings.rejected,
            "mean": one.mean,
            "min": one.min.as_ref().map(shared::Decimal::to_f64),
            "max": one.max.as_ref().map(shared::Decimal::to_f64),
        })
    };
    let days: Vec<String> = statistics.by_day.iter().map(|day| day.day.to_string()).collect();
    let stations: Vec<&str> = statistics.by_station.iter().map(|one| one.station.as_str()).collect();
    json!({
        "profile": statistics.profile,
        "rows": {
            "read": quality.rows_read,
            "used": quality.rows_used,
            "missing": quality.rows_missing,
            "rejected": quality.rows_rejected,
        },
        "variables": statistics.variables.iter().map(variable).collect::<Vec<_>>(),
        "days": days.first().map(|first| json!({ "count": days.len(), "first": first, "last": days.last() })),
        "stations": if stations.is_empty() { Value::Null } else { json!(stations) },
    })
}

/// What differs; a name that is not expected is not compared.
fn differences(found: &Value, expected: &Value) -> Vec<String> {
    let mut different = Vec::new();
    for field in ["profile", "rows", "days", "stations"] {
        if found[field] != expected[field] {
            different.push(format!("{field}: {} instead of {}", found[field], expected[field]));
        }
    }
    let (ours, theirs) = (found["variables"].as_array().unwrap(), expected["variables"].as_array().unwrap());
    if ours.len() != theirs.len() {
        let names =
            |all: &[Value]| all.iter().map(|one| one["name"].to_string()).collect::<Vec<_>>().join(", ");
        different.push(format!("variables: {} instead of {}", names(ours), names(theirs)));
    }
    for (one, other) in ours.iter().zip(theirs) {
        for (field, value) in other.as_object().unwrap() {
            let same = match (one[field].as_f64(), value.as_f64()) {
                (Some(ours), Some(theirs)) => ours == theirs,
                _ => one[field] == *value || field == "name" && value.is_null(),
            };
            if !same {
                different.push(format!("{} {field}: {} instead of {value}", other["name"], one[field]));
            }
        }
    }
    different
}

#[tokio::test]
async fn every_file_is_read_as_its_format_says() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in cases() {
        count += 1;
        let pipeline = Pipeline::new();
        let object = pipeline.upload("incoming/a.csv", &case.bytes).await;
        let outcome = pipeline.run(&object, RunOptions::default()).await;
        let statistics = pipeline.statistics(&outcome);
        let findings = &statistics.quality.findings;
        let errors: Vec<String> = findings
            .iter()
            .filter(|finding| finding.severity == shared::Severity::Error)
            .map(|finding| format!("{}: {}", finding.code, finding.message))
            .collect();
        let different = match (&case.expected["refused"], outcome.outcome) {
            (Value::Null, OutcomeKind::Processed) => differences(&found(&statistics), &case.expected),
            (Value::String(code), OutcomeKind::Rejected) if errors[0].starts_with(code.as_str()) => continue,
            (_, outcome) => vec![format!("{outcome:?} {errors:?}")],
        };
        if !different.is_empty() {
            wrong.push(format!("{}:\n  {}", case.name, different.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} files:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 110, "{count} files are too few");
}

#[test]
fn every_profile_has_two_files_or_more() {
    let mut files = BTreeMap::new();
    for case in cases() {
        *files.entry(case.expected["profile"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    for profile in builtin::all() {
        assert!(files.get(&profile.name).is_some_and(|count| *count > 1), "{}: {files:?}", profile.name);
    }
}

#[tokio::test]
async fn splits_leave_no_trace_in_any_kind() {
    for case in cases() {
        let pipeline = Pipeline::new();
        let object = pipeline.upload("incoming/a.csv", &case.bytes).await;
        pipeline.run(&object, RunOptions::default()).await;
        let whole = pipeline.results();
        for split_bytes in [64, 1000] {
            pipeline.forget_results();
            pipeline
                .run(&object, RunOptions { split_bytes: Some(split_bytes), ..RunOptions::default() })
                .await;
            same_bytes(&pipeline.results(), &whole);
        }
    }
}
