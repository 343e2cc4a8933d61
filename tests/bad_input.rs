//! Files that cannot be read, and rows that cannot: each gets its outcome, reason and place.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use isotherm_tests::rejected::RejectedRow;
use isotherm_tests::{Pipeline, json, root};
use serde_json::Value;
use shared::{Encoding, Location, OutcomeKind, Profile, RunOptions, Severity, layout};

#[tokio::test]
async fn bad_files_end_as_expected_and_leave_a_report() {
    let schema = jsonschema::validator_for(&json("docs/statistics.schema.json")).unwrap();
    for (file, expected) in json("tests/expected/bad.json").as_object().unwrap() {
        let pipeline = Pipeline::new();
        let bytes = std::fs::read(root().join("samples/bad").join(file)).unwrap();
        let object = pipeline.upload(&format!("incoming/{file}"), &bytes).await;
        let outcome = pipeline.run(&object, RunOptions::default()).await;
        let ours: Value =
            serde_json::from_slice(&pipeline.result(outcome.statistics.as_ref().unwrap())).unwrap();
        assert!(schema.is_valid(&ours), "{file}");
        let report = String::from_utf8(pipeline.result(outcome.report.as_ref().unwrap())).unwrap();
        assert!(report.starts_with("<!doctype html>") || report.starts_with("<!DOCTYPE html>"), "{file}");

        if expected["outcome"] == "processed" {
            rows(&pipeline, &outcome, &ours, expected, file);
            continue;
        }
        assert_eq!(outcome.outcome, OutcomeKind::Rejected, "{file}");
        assert_eq!(outcome.mean_temperature, None, "{file}");
        assert_eq!(outcome.rejected_rows, None, "{file}");
        let none = Location::new("results", layout::rejected_key(&object.key));
        assert_eq!(RejectedRow::all(&pipeline.result(&none), Encoding::Utf8), [], "{file}");
        let statistics = pipeline.statistics(&outcome);
        let errors: Vec<_> = statistics
            .quality
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .collect();
        assert_eq!(errors.len(), 1, "{file}: one clear message: {errors:?}");
        let text = format!("{} {}", errors[0].message, errors[0].hint);
        for name in expected["message_names"].as_array().into_iter().flatten() {
            assert!(text.contains(name.as_str().unwrap()), "{file}: {name} in {text}");
        }
        assert!(!errors[0].hint.is_empty(), "{file}: what to do about it");
    }
}

fn rows(pipeline: &Pipeline, outcome: &shared::Outcome, ours: &Value, expected: &Value, file: &str) {
    for field in ["temperature_column", "station_column", "time_column", "mean_temperature", "record_count"] {
        assert_eq!(ours[field], expected[field], "{file}: {field}");
    }
    for field in ["max_temperature", "min_temperature"] {
        assert_eq!(ours[field].as_f64(), expected[field].as_f64(), "{file}: {field}");
    }
    for field in ["rows_used", "rows_missing", "rows_rejected", "rejected_by_reason"] {
        assert_eq!(ours["quality"][field], expected[field], "{file}: {field}");
    }
    for (list, key) in [("by_station", "station"), ("by_day", "day")] {
        let used = |group: &&Value| group["count"].as_u64() > Some(0);
        let ours: serde_json::Map<_, _> = ours[list]
            .as_array()
            .unwrap()
            .iter()
            .filter(used)
            .map(|group| (group[key].as_str().unwrap().to_owned(), group["count"].clone()))
            .collect();
        assert_eq!(Value::Object(ours), expected[list], "{file}: {list}");
    }
    let rejected =
        RejectedRow::all(&pipeline.result(outcome.rejected_rows.as_ref().unwrap()), Encoding::Utf8);
    let whole_row = ["too_few_fields", "too_many_fields"];
    for row in &rejected {
        let column = if whole_row.contains(&row.reason.as_str()) { "" } else { "temperature" };
        assert_eq!(row.column, column, "{file}: {row:?}");
    }
    let named: Vec<_> = rejected.iter().map(|row| (row.line.to_string(), row.reason.clone())).collect();
    let wanted: Vec<_> = expected["rejected_lines"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(line, reason)| (line.clone(), reason.as_str().unwrap().to_owned()))
        .collect();
    let by_line = |mut list: Vec<(String, String)>| {
        list.sort_by_key(|(line, _)| line.parse::<u64>().unwrap());
        list
    };
    assert_eq!(by_line(named), by_line(wanted), "{file}");
}

#[tokio::test]
async fn a_compressed_file_cut_short_says_so() {
    let mut bytes = std::fs::read(root().join("samples/eemeter-il-tempF.csv.gz")).unwrap();
    bytes.truncate(bytes.len() / 2);
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/cut.csv.gz", &bytes).await;
    let outcome = pipeline.run(&object, RunOptions::default()).await;
    let statistics = pipeline.statistics(&outcome);
    assert!(statistics.quality.rows_used > 0);
    let finding = statistics.quality.findings.iter().find(|finding| finding.code == "damaged");
    assert_eq!(
        finding.map(|finding| finding.severity),
        Some(Severity::Warning),
        "{:?}",
        statistics.quality.findings
    );
}

/// A shifted identifier, noise of binary fractions: no one cell may cost the file its statistics.
///
/// Expected values: Python's `fractions`, and `decimal` with 700 digits for the roots.
#[tokio::test]
async fn values_of_any_size_are_carried_through_or_rejected_with_a_reason() {
    let noise = ["1e-151", "-3.5527136788005009e-15", "999999999.99"];
    let integer_of_151_digits = "7".repeat(151);
    let cases: [(&[&str], u64, f64, Option<f64>); 6] = [
        (&["1", "1e151"], 1, 1.0, None),
        (&["1", &integer_of_151_digits, "-1e9", "1e-301"], 3, 1.0, None),
        (&["1", "1e-151"], 0, 0.5, Some(std::f64::consts::FRAC_1_SQRT_2)),
        (&["1e-300", "3e-300"], 0, 2e-300, Some(1.414213562373095e-300)),
        (&noise, 0, 333333333.33, Some(577350269.1838523)),
        (&["10000000.2", "10000000.3", "10000000.1"], 0, 10000000.2, Some(0.1)),
    ];
    for (values, rejected, mean, std) in cases {
        let pipeline = Pipeline::new();
        let text = format!("temperature\n{}\n", values.join("\n"));
        let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
        let whole = pipeline.run(&object, RunOptions::default()).await;
        let statistics = pipeline.statistics(&whole);
        assert_eq!(statistics.record_count, values.len() as u64, "{values:?}");
        assert_eq!(statistics.quality.rows_rejected, rejected, "{values:?}");
        let reasons: Vec<_> =
            statistics.quality.rejected_by_reason.iter().map(|(r, n)| (r.code(), *n)).collect();
        assert_eq!(
            reasons,
            if rejected > 0 { vec![("out_of_range", rejected)] } else { vec![] },
            "{values:?}"
        );
        assert_eq!(
            (statistics.mean_temperature, statistics.std_temperature),
            (Some(mean), std),
            "{values:?}"
        );
        assert!(statistics.quantiles.values().all(Option::is_some), "{values:?}");

        let bytes = pipeline.result(whole.statistics.as_ref().unwrap());
        let options = RunOptions { split_bytes: Some(3), ..RunOptions::default() };
        let split = pipeline.run(&object, options).await;
        assert_eq!(pipeline.result(split.statistics.as_ref().unwrap()), bytes, "{values:?}");
    }
}

/// A marker is recognised however it is written, even where no temperature is that large.
#[tokio::test]
async fn a_missing_marker_may_be_any_number() {
    let pipeline = Pipeline::new();
    // NetCDF's fill value for floats.
    let text = "temperature\n1.5\n9.96921e+36\n9969210000000000000000000000000000000\n9.96922e36\n2.5\n";
    let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
    let profile = Profile { missing: vec!["9.96921e36".to_owned()], ..Profile::generic() };
    let options = RunOptions { profile: Some(profile), ..RunOptions::default() };
    let quality = pipeline.statistics(&pipeline.run(&object, options).await).quality;
    assert_eq!((quality.rows_used, quality.rows_missing, quality.rows_rejected), (2, 2, 1));
}

/// The head of the file fits either order, so one is guessed; what lies behind it shows the other.
#[tokio::test]
async fn a_guess_that_the_file_refutes_costs_no_day() {
    let pipeline = Pipeline::new();
    let day = |day| (0..1440).map(move |row| format!("{day:02}/02/2024,{}.500\n", row % 7));
    let text = format!("when,temperature\n{}", (1..=20).flat_map(day).collect::<String>());
    assert!(text.find("13/02").unwrap() > 256 << 10, "the head must not tell");
    let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
    let profile = Profile { time: vec!["when".to_owned()], ..Profile::generic() };
    let options = |split_bytes| RunOptions {
        profile: Some(profile.clone()),
        split_bytes: Some(split_bytes),
        ..RunOptions::default()
    };
    let outcome = pipeline.run(&object, options(1 << 30)).await;
    let statistics = pipeline.statistics(&outcome);
    let days = &statistics.by_day;
    assert_eq!((days.len(), days.iter().all(|day| day.count == 1440)), (20, true));
    assert_eq!(
        (days[0].day.to_string(), days[19].day.to_string()),
        ("2024-02-01".into(), "2024-02-20".into())
    );
    let codes: Vec<_> = statistics.quality.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert!(codes.contains(&"date_order_found") && !codes.contains(&"ambiguous_date_order"), "{codes:?}");

    // Whichever split the refuting rows are in.
    let whole = pipeline.result(outcome.statistics.as_ref().unwrap());
    let split = pipeline.run(&object, options(100_000)).await;
    assert_eq!(pipeline.result(split.statistics.as_ref().unwrap()), whole);
}

#[tokio::test]
async fn blanks_around_a_time_cost_no_day() {
    for (first, second) in [
        ("2024-01-01", "2024-01-02 13:00"),
        ("20240101", "202401021300"),
        ("1/13/2024", "1/14/2024 13:00"),
        ("13.1.2024", "14.1.2024 13:00"),
    ] {
        let pipeline = Pipeline::new();
        // The second text takes the careful path, for the sake of its quotes.
        for text in [
            format!("station, time, temperature\nA, {first}, 1.5\nA,  {second} , 2.5\nA,\t{first},3.5\n"),
            format!(
                "station, time, temperature\nA,\" {first}\", 1.5\nA,\"  {second} \", 2.5\nA,\"\t{first}\",3.5\n"
            ),
        ] {
            let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
            let statistics = pipeline.statistics(&pipeline.run(&object, RunOptions::default()).await);
            let days: Vec<_> = statistics.by_day.iter().map(|day| (day.count, day.mean)).collect();
            assert_eq!(days, [(2, Some(2.5)), (1, Some(2.5))], "{text}");
        }
    }
}

/// What stands for "no value" in one file is a number in another: nobody but the reader can tell.
#[tokio::test]
async fn a_sentinel_is_a_warning_even_where_the_unit_is_unknown() {
    let pipeline = Pipeline::new();
    let text = "STATION,DATE,TMAX\nA,2024-07-01,25.1\nA,2024-07-02,9998.7\nA,2024-07-03,27.3\n";
    let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
    let found = pipeline.statistics(&pipeline.run(&object, RunOptions::default()).await);
    let warning = found.quality.findings.iter().find(|finding| finding.code == "implausible_values").unwrap();
    assert_eq!(warning.severity, Severity::Warning);
    assert!(warning.message.starts_with("1 of 3 values"), "{}", warning.message);
    assert!(warning.message.contains("9998.7"), "{}", warning.message);

    // What the hint says helps.
    assert!(warning.hint.contains("\"missing\": [\"9998.7\"]"), "{}", warning.hint);
    let mut profile = Profile::generic();
    profile.missing.push("9998.7".to_owned());
    let options = RunOptions { profile: Some(profile), ..RunOptions::default() };
    let mended = pipeline.statistics(&pipeline.run(&object, options).await);
    assert_eq!((mended.quality.rows_missing, mended.mean_temperature), (1, Some(26.2)));
    assert!(mended.quality.findings.iter().all(|finding| finding.code != "implausible_values"));

    // Kelvin and Fahrenheit without a unit are no reason for a warning.
    for value in ["-129.9", "120.2", "333.1"] {
        let text = text.replace("9998.7", value);
        let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
        let found = pipeline.statistics(&pipeline.run(&object, RunOptions::default()).await);
        assert!(found.quality.findings.iter().all(|finding| finding.code != "implausible_values"), "{value}");
    }
}
