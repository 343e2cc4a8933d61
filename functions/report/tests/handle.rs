//! The whole function against an S3 in memory: what it writes, and when it refuses to.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod fixture;
mod memory;

use aws::settings::Results;
use fixture::{
    Learned, OBJECT, REJECTED, REPORT, STATISTICS, TABLES, UPLOAD, day, object, plan, ready, run, statistics,
    task, three_variables, two_splits,
};
use memory::Memory;
use report::handle;
use shared::{Finding, OutcomeKind, Plan, Reason, ReportTask, Verdict};

#[tokio::test]
async fn a_run_ends_with_statistics_report_and_rejected_rows() {
    let (memory, task) = ready().await;
    let outcome = run(&memory, task.clone()).await.unwrap();
    assert_eq!(outcome.outcome, OutcomeKind::Processed);
    assert_eq!(outcome.record_count, Some(11));
    // (-4.2 - 3.5 + 1.1 - 1.2 + 2.6 + 10.4 + 12.7 + 9.8) / 8
    assert_eq!(outcome.mean_temperature, Some(3.4625));
    assert_eq!((outcome.min_temperature, outcome.max_temperature), (Some(-4.2), Some(12.7)));
    assert_eq!(
        outcome.statistics.unwrap().to_string(),
        "s3://weather/processed/incoming/stations_stats.json"
    );
    assert_eq!(outcome.report.unwrap().to_string(), "s3://weather/reports/incoming/stations.html");
    assert_eq!(
        outcome.rejected_rows.unwrap().to_string(),
        "s3://weather/rejected/incoming/stations_rows.csv"
    );

    let (content_type, rejected) = memory.text(REJECTED).unwrap();
    assert_eq!(content_type, "text/csv; charset=utf-8");
    // Line 1 is the header; split 0 has lines 2 to 8, split 1 begins in line 9.
    assert_eq!(
        rejected,
        "line,column,reason,form,row\n\
         7,temperature_c,not_a_number,text,\"2024-02-28,Oslo,<b>warm</b>,80\"\n\
         9,,too_few_fields,text,2024-02-28\n"
    );
    let (content_type, statistics) = memory.text(STATISTICS).unwrap();
    assert_eq!(content_type, "application/json");
    insta::assert_snapshot!("statistics", statistics);
    let (content_type, report) = memory.text(REPORT).unwrap();
    assert_eq!(content_type, "text/html; charset=utf-8");
    insta::assert_snapshot!("report", report);

    run(&memory, task).await.unwrap();
    assert_eq!(memory.text(REPORT).unwrap().1, report);
    assert_eq!(memory.text(STATISTICS).unwrap().1, statistics);
    assert_eq!(memory.paths(TABLES).len(), 3);
}

/// Three variables: one that is whole, one with rejected readings beside used ones, one with a missing reading.
#[tokio::test]
async fn every_variable_has_its_figures() {
    let mut learned = Learned::new(3);
    learned.rows("Oslo", day(27), &[-42, -35, 11]);
    learned.readings(1, "Oslo", day(27), &[25]);
    learned.readings(2, "Oslo", day(27), &[-70, -61]);
    learned.reject_reading(2, 1, 3, "2024-02-27,Oslo,-3.5,warm,-7");
    learned.reject_reading(3, 1, 3, "2024-02-27,Oslo,1.1,?,-6.1");
    learned.partial.variables[2].readings.missing(1);
    learned.partial.bytes = 1_800;
    let memory = Memory::default();
    let task = task(&memory, three_variables(1), [learned]).await;
    let outcome = run(&memory, task).await.unwrap();
    assert_eq!(
        outcome.rejected_rows.unwrap().to_string(),
        "s3://weather/rejected/incoming/stations_rows.csv"
    );
    assert_eq!(
        memory.text(REJECTED).unwrap().1,
        "line,column,reason,form,row\n\
         3,tmax,not_a_number,text,\"2024-02-27,Oslo,-3.5,warm,-7\"\n\
         4,tmax,not_a_number,text,\"2024-02-27,Oslo,1.1,?,-6.1\"\n"
    );
    insta::assert_snapshot!("three_variables_statistics", memory.text(STATISTICS).unwrap().1);
    let report = memory.text(REPORT).unwrap().1;
    let body = report.split_once("</style>").unwrap().1;
    insta::assert_snapshot!("three_variables_report", body);
}

/// Every row has a usable temperature, and still something was rejected; it is said in numbers of the file.
#[tokio::test]
async fn more_than_the_statistics_hold_stands_in_the_tables() {
    let mut learned = Learned::new(1);
    for station in 0..1_200 {
        learned.rows(&format!("{station:04}"), day(27), &[5, 6]);
    }
    learned.partial.bytes = 1_800;
    let memory = Memory::default();
    let task = task(&memory, plan(1), [learned]).await;
    run(&memory, task).await.unwrap();
    let statistics = statistics(&memory);
    let listed = statistics["by_station"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[999]["station"]), (1_000, &"0999".into()));
    let finding = &statistics["quality"]["findings"][1];
    assert_eq!(finding["code"], "stations_not_all_listed");
    assert_eq!(
        finding["message"],
        "The file has 1,200 stations; the statistics list the first 1,000 by name."
    );
    assert_eq!(finding["hint"], "All of them are in tables/incoming/stations/stations.parquet.");
    let report = memory.text(REPORT).unwrap().1;
    assert!(report.contains("<dt>Stations</dt><dd title=\"1200\">1,200</dd>"));
    assert!(report.contains("tables/incoming/stations/stations.parquet has all of them"));
}

#[tokio::test]
async fn cells_that_do_not_add_up_are_noticed() {
    for change in [0, 1] {
        let memory = Memory::default();
        let mut learned = two_splits();
        let cell = learned[1].cells.values_mut().next().unwrap();
        match change {
            0 => cell.summary.add(1),
            // The same number of values, and another sum.
            _ => cell.summary.scaled.sum += 1,
        }
        let task = task(&memory, plan(2), learned).await;
        let failure = run(&memory, task).await.unwrap_err();
        assert_eq!(failure.error_type(), "InvalidTask");
        assert!(failure.to_string().starts_with("the cells of “temperature_c” do not add up"), "{failure}");
        assert_eq!(memory.paths("/weather/processed/"), [""; 0]);
    }
}

#[tokio::test]
async fn rejects_that_went_astray_are_noticed() {
    let (memory, mut task) = ready().await;
    task.partials[1].records_rejected = 2;
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    assert!(
        failure.to_string().contains("holds 1 rejected rows and readings, but split 1 announced 2"),
        "{failure}"
    );
}

/// More than one part of an upload; and what was sent is taken back where the object was replaced.
#[tokio::test]
async fn many_rejected_rows_are_sent_while_they_are_read() {
    let memory = Memory::default();
    let mut learned = Learned::new(1);
    let row = format!("2024-02-28,Oslo,{},80", "warm ".repeat(2_000));
    for line in 1..=2_000 {
        learned.reject(line, Some(2), Reason::NotANumber, &row);
    }
    learned.partial.bytes = 1_800;
    let task = task(&memory, plan(1), [learned]).await;
    run(&memory, task.clone()).await.unwrap();
    assert_eq!(memory.requests(), ["create", "part 1", "part 2", "part 3", "complete"]);
    let written = memory.text(REJECTED).unwrap().1;
    assert_eq!(written.lines().count(), 2_001);
    assert_eq!(written.lines().last().unwrap(), format!("2001,temperature_c,not_a_number,text,\"{row}\""));

    memory.insert(OBJECT, "another", &UPLOAD);
    run(&memory, task).await.unwrap_err();
    assert_eq!(memory.requests()[5..], ["create", "part 1", "part 2", "abort"]);
    assert_eq!(memory.text(REJECTED).unwrap().1, written);
}

#[tokio::test]
async fn a_rejected_file_gets_a_report_that_says_why() {
    let memory = Memory::default();
    memory.insert(OBJECT, &object().etag, &UPLOAD);
    let finding = Finding::error(
        "no_temperature_column",
        "No column is named like a temperature. The columns are: date, rain, wind.",
        "Name the column with --column, or in a profile.",
    );
    let plan = Plan {
        verdict: Verdict::Rejected,
        findings: vec![finding],
        columns: None,
        dialect: None,
        splits: Vec::new(),
        plausible: None,
        ..plan(0)
    };
    let task = ReportTask { run_id: "r2".into(), object: object(), plan, partials: Vec::new() };
    let outcome = run(&memory, task).await.unwrap();
    assert_eq!(outcome.outcome, OutcomeKind::Rejected);
    assert_eq!((outcome.mean_temperature, outcome.record_count), (None, Some(0)));
    assert_eq!(outcome.rejected_rows, None);
    let statistics: serde_json::Value = serde_json::from_str(&memory.text(STATISTICS).unwrap().1).unwrap();
    assert_eq!(statistics["mean_temperature"], serde_json::Value::Null);
    assert_eq!(statistics["quality"]["findings"][0]["code"], "no_temperature_column");
    assert_eq!(memory.text(REJECTED).unwrap().1, "line,column,reason,form,row\n");
    insta::assert_snapshot!("rejected_report", memory.text(REPORT).unwrap().1);
}

#[tokio::test]
async fn a_replaced_object_leaves_no_trace() {
    let (memory, task) = ready().await;
    memory.insert(OBJECT, "another", &UPLOAD);
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "ObjectChanged");
    for prefix in ["/weather/processed/", "/weather/reports/", "/weather/rejected/", "/weather/tables/"] {
        assert_eq!(memory.paths(prefix), [""; 0]);
    }
}

#[tokio::test]
async fn a_partial_that_is_gone_is_not_taken_for_the_object() {
    let (memory, mut task) = ready().await;
    task.run_id = "another".into();
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    assert!(failure.to_string().contains("runs/another/p1/partials/00000.json.zst"), "{failure}");
}

#[tokio::test]
async fn every_split_needs_an_answer() {
    let (memory, mut task) = ready().await;
    task.partials.pop();
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    assert!(failure.to_string().contains("2 splits, but there are answers for 1"), "{failure}");
}

/// The splits' answers may agree in sum and still be about other partials.
#[tokio::test]
async fn rows_are_compared_split_by_split() {
    let (memory, mut task) = ready().await;
    task.partials[0].rows_read += 1;
    task.partials[1].rows_read -= 1;
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    assert!(failure.to_string().starts_with("split 0 announced 8 rows"), "{failure}");
}

#[tokio::test]
async fn every_byte_of_the_object_is_accounted_for() {
    let (memory, mut task) = ready().await;
    task.object.size += 1;
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    let figures = "34 before the data and 1800 in the splits, but the object has 1835";
    assert!(failure.to_string().contains(figures), "{failure}");
}

#[tokio::test]
async fn results_go_to_the_results_bucket_if_there_is_one() {
    let memory = Memory::default();
    memory.insert(OBJECT, &object().etag, &UPLOAD);
    let plan = Plan { verdict: Verdict::Rejected, columns: None, dialect: None, ..plan(0) };
    let task = ReportTask { run_id: "r3".into(), object: object(), plan, partials: Vec::new() };
    let results = Results { bucket: Some("results".into()), by_bucket: false };
    let outcome = handle(task, &memory.storage(), &results).await.unwrap();
    assert_eq!(outcome.statistics.unwrap().bucket, "results");
    // The statistics, and report and rejected rows both in the edition and where the current ones are looked for.
    assert_eq!(memory.paths("/results/").len(), 5);
}

/// What an older run of the file left, before the file was mended.
#[tokio::test]
async fn a_mended_file_leaves_no_rejected_rows() {
    let (memory, task) = ready().await;
    run(&memory, task).await.unwrap();
    assert_eq!(memory.text(REJECTED).unwrap().1.lines().count(), 3);
    let mut learned = Learned::new(1);
    learned.rows("Oslo", day(28), &[1]);
    learned.partial.bytes = 1_800;
    let partials = vec![learned.store(&memory, "r2", 0).await];
    let task = ReportTask { run_id: "r2".into(), object: object(), plan: plan(1), partials };
    let outcome = run(&memory, task).await.unwrap();
    assert_eq!(outcome.rejected_rows, None);
    assert_eq!(memory.text(REJECTED).unwrap().1, "line,column,reason,form,row\n");
}
