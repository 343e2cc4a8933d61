//! The whole function against an S3 in memory: what it writes, and when it refuses to.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod memory;

use aws::settings::Results;
use memory::Memory;
use report::handle;
use shared::day::TimeFormat;
use shared::{
    Columns, Compression, Day, Dialect, Encoding, Failure, Finding, Location, ObjectRef, OutcomeKind,
    Partial, Plan, Reason, ReportTask, Split, SplitResult, Summary, TemperatureColumn, TextColumn,
    TimeColumn, Unit, Verdict, layout,
};

const OBJECT: &str = "/weather/incoming/stations.csv";
const STATISTICS: &str = "/weather/processed/incoming/stations_stats.json";
const REPORT: &str = "/weather/reports/incoming/stations.html";
const REJECTED: &str = "/weather/rejected/incoming/stations_rows.csv";

fn object() -> ObjectRef {
    ObjectRef {
        bucket: "weather".into(),
        key: "incoming/stations.csv".into(),
        version_id: None,
        etag: "9b2cf535f27731c974343645a3985328".into(),
        size: 1_834,
    }
}

/// A plan of `splits` splits; the data starts in line 2.
fn plan(splits: u32) -> Plan {
    let split = |index| Split {
        index,
        start: 34 + u64::from(index) * 600,
        end: Some(34 + u64::from(index + 1) * 600),
        only: splits == 1,
    };
    Plan {
        id: "p1".into(),
        verdict: Verdict::Accepted,
        findings: vec![Finding::info(
            "temperature_column",
            "The temperatures are in the column “temperature_c”, by its name.",
            "",
        )],
        profile: "generic".into(),
        columns: Some(Columns {
            temperature: TemperatureColumn {
                index: 2,
                name: "temperature_c".into(),
                unit: Unit::Celsius,
                scale: 1,
                missing: vec!["NA".into(), "-9999".into()],
            },
            station: Some(TextColumn { index: 1, name: "station".into() }),
            time: Some(TimeColumn {
                index: 0,
                name: "time".into(),
                format: TimeFormat::YearFirst,
                guessed: false,
            }),
        }),
        dialect: Some(Dialect {
            compression: Compression::None,
            encoding: Encoding::Utf8,
            delimiter: ',',
            quoted: false,
            decimal_mark: '.',
            header: ["time", "station", "temperature_c", "humidity"].map(str::to_owned).into(),
            data_start: 34,
            data_line: 2,
        }),
        splits: (0..splits).map(split).collect(),
        plausible: Some((-90.0, 60.0)),
    }
}

/// Adds values in tenths to a partial.
fn add(partial: &mut Partial, station: &str, day: Day, tenths: &[i64]) {
    let mut summary = Summary::default();
    for value in tenths {
        summary.add(*value);
        partial.histogram.add(value * 10);
    }
    partial.lines += tenths.len() as u64;
    partial.account.used(tenths.len() as u64);
    partial.total.merge(&summary);
    partial.by_station.entry(station.to_owned()).or_default().merge(&summary);
    partial.by_day.entry(day).or_default().merge(&summary);
}

/// Two splits of seven and four lines; the first ends with a rejected and a missing row, the second
/// begins with a rejected one. One station wants to be a script.
fn two_splits() -> [(Partial, &'static str); 2] {
    let day = |day| Day::new(2024, 2, day).unwrap();
    let mut first = Partial::default();
    add(&mut first, "Oslo", day(27), &[-42, -35, 11]);
    add(&mut first, "Oslo", day(28), &[-12, 26]);
    first.account.rejected(Reason::NotANumber);
    first.account.missing(1);
    first.lines += 2;
    first.bytes = 1_000;
    let mut second = Partial::default();
    second.account.rejected(Reason::TooFewFields);
    second.lines += 1;
    second.bytes = 800;
    add(&mut second, "<script>alert(1)</script>", day(28), &[104, 127]);
    add(&mut second, "<script>alert(1)</script>", day(29), &[98]);
    [
        (first, "6,not_a_number,\"2024-02-28,Oslo,<b>warm</b>,80\"\n"),
        (second, "1,too_few_fields,2024-02-28\n"),
    ]
}

async fn store(memory: &Memory, run_id: &str, index: u32, partial: &Partial, rejects: &str) -> SplitResult {
    let partial_at = Location::new("weather", layout::partial_key(run_id, "p1", index));
    memory.storage().put_json_zst(&partial_at, partial).await.unwrap();
    if !rejects.is_empty() {
        let packed = zstd::encode_all(rejects.as_bytes(), zstd::DEFAULT_COMPRESSION_LEVEL).unwrap();
        let path = format!("/weather/{}", layout::split_rejects_key(run_id, "p1", index));
        memory.insert(&path, "e", &packed);
    }
    let account = &partial.account;
    SplitResult { index, rows_read: account.rows_read, rows_rejected: account.rows_rejected }
}

/// A run that is ready to be reported.
async fn ready() -> (Memory, ReportTask) {
    let memory = Memory::default();
    memory.insert(OBJECT, &object().etag, b"");
    let mut partials = Vec::new();
    for (index, (partial, rejects)) in (0..).zip(two_splits()) {
        partials.push(store(&memory, "r1", index, &partial, rejects).await);
    }
    (memory, ReportTask { run_id: "r1".into(), object: object(), plan: plan(2), partials })
}

async fn run(memory: &Memory, task: ReportTask) -> Result<shared::Outcome, Failure> {
    handle(task, &memory.storage(), &Results::default()).await
}

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
}

#[tokio::test]
async fn what_comes_from_the_file_cannot_become_markup() {
    let (memory, task) = ready().await;
    run(&memory, task).await.unwrap();
    let report = memory.text(REPORT).unwrap().1;
    assert!(report.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert!(report.contains("&#60;b&#62;warm&#60;/b&#62;"));
    for forbidden in ["<script", "<b>", "http:", "https:", "src=", "href=", "@import"] {
        assert!(!report.contains(forbidden), "{forbidden}");
    }
}

#[tokio::test]
async fn a_rejected_file_gets_a_report_that_says_why() {
    let memory = Memory::default();
    memory.insert(OBJECT, &object().etag, b"");
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
    memory.insert(OBJECT, "another", b"");
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "ObjectChanged");
    for prefix in ["/weather/processed/", "/weather/reports/", "/weather/rejected/"] {
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
    memory.insert(OBJECT, &object().etag, b"");
    let plan = Plan { verdict: Verdict::Rejected, columns: None, dialect: None, ..plan(0) };
    let task = ReportTask { run_id: "r3".into(), object: object(), plan, partials: Vec::new() };
    let results = Results { bucket: Some("results".into()) };
    let outcome = handle(task, &memory.storage(), &results).await.unwrap();
    assert_eq!(outcome.statistics.unwrap().bucket, "results");
    assert_eq!(memory.paths("/results/").len(), 3);
}

/// What an older run of the file left, before the file was mended.
#[tokio::test]
async fn a_mended_file_leaves_no_rejected_rows() {
    let (memory, task) = ready().await;
    run(&memory, task).await.unwrap();
    assert_eq!(memory.text(REJECTED).unwrap().1.lines().count(), 3);
    let mut partial = Partial { bytes: 1_800, ..Partial::default() };
    add(&mut partial, "Oslo", Day::new(2024, 2, 28).unwrap(), &[1]);
    let partials = vec![store(&memory, "r2", 0, &partial, "").await];
    let task = ReportTask { run_id: "r2".into(), object: object(), plan: plan(1), partials };
    let outcome = run(&memory, task).await.unwrap();
    assert_eq!(outcome.rejected_rows, None);
    assert_eq!(memory.text(REJECTED).unwrap().1, "line,column,reason,form,row\n");
}

/// A key as it stands in a request.
fn percent_encoded(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    key.bytes().map(|b| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Every text that is not ours, with characters that drive a terminal or move others about, and far too long.
#[tokio::test]
async fn what_cannot_be_seen_or_does_not_fit_does_not_reach_the_page() {
    let unseen = "\u{1b}[31m\u{202e}\u{2066}\u{200b}\u{feff}\u{85}\u{7}";
    let name = |name: &str| format!("{name}{unseen}{}", "x".repeat(20_000));
    let object = ObjectRef { key: format!("incoming/{unseen}{}.csv", "y".repeat(980)), ..object() };
    let mut plan = plan(1);
    plan.profile = name("profile");
    plan.findings = vec![Finding::warning("c", name("finding"), name("hint"))];
    let columns = plan.columns.as_mut().unwrap();
    columns.temperature.name = name("temperature");
    columns.temperature.missing = (0..2000).map(|marker| name(&marker.to_string())).collect();
    columns.station.as_mut().unwrap().name = name("station");
    columns.time.as_mut().unwrap().name = name("time");
    plan.dialect.as_mut().unwrap().header = (0..300).map(|column| name(&column.to_string())).collect();
    let mut partial = Partial { bytes: 1_800, ..Partial::default() };
    for station in 0..300 {
        add(&mut partial, &name(&station.to_string()), Day::new(2024, 2, 28).unwrap(), &[1]);
    }
    partial.account.missing(1000);
    partial.rows_without_day = 1;
    let mut rejects = String::new();
    for line in 1..300 {
        partial.account.rejected(Reason::NotANumber);
        rejects += &format!("{line},not_a_number,\"{}\"\n", name("row"));
    }
    let memory = Memory::default();
    memory.insert(&format!("/weather/{}", percent_encoded(&object.key)), &object.etag, b"");
    let partials = vec![store(&memory, "r", 0, &partial, &rejects).await];
    let outcome = run(&memory, ReportTask { run_id: "r".into(), object, plan, partials }).await.unwrap();

    let report_at = format!("/weather/{}", percent_encoded(&outcome.report.unwrap().key));
    let page = memory.text(&report_at).unwrap().1;
    let marks = unseen.trim_matches(|c: char| c.is_ascii());
    assert_eq!(page.chars().find(|c| c.is_control() && *c != '\n' || marks.contains(*c)), None);
    for shown in
        ["profile␛[31m\u{fffd}", "finding␛", "temperature␛", "row␛", "299 rejected rows", "and 240 more"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    // 200 stations, 100 rows, 60 columns and 30 markers of up to 120 or 200 characters, and our own words.
    assert!(page.len() < 160_000, "{}", page.len());
}

/// Writes reports to look at: `cargo test --release -p report -- --ignored preview`.
#[tokio::test]
#[ignore = "writes target/preview/*.html for people to look at"]
async fn preview() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/preview");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, partial, rejects) in [("year", years(1), false), ("decades", years(40), true)] {
        let memory = Memory::default();
        memory.insert(OBJECT, &object().etag, b"");
        let (mut partial, mut text) = (partial, String::new());
        if rejects {
            for line in 0..140 {
                partial.account.rejected(if line % 3 == 0 {
                    Reason::TooFewFields
                } else {
                    Reason::NotANumber
                });
                text += &format!(
                    "{},not_a_number,\"2001-03-0{},Tromsø,sensor fault #{line},81\"\n",
                    line * 7 + 1,
                    line % 9
                );
            }
            partial.account.missing(45_000);
            let mut outlier = Partial::default();
            add(&mut outlier, "Oslo", Day::new(1999, 5, 3).unwrap(), &[-99_990, -99_990]);
            partial.merge(outlier);
        }
        partial.bytes = 1_800;
        let result = store(&memory, "r", 0, &partial, &text).await;
        let task = ReportTask { run_id: "r".into(), object: object(), plan: plan(1), partials: vec![result] };
        run(&memory, task).await.unwrap();
        std::fs::write(folder.join(format!("{name}.html")), memory.text(REPORT).unwrap().1).unwrap();
    }
}

/// Hourly values of three stations with seasons, days and weather, without chance.
fn years(years: u32) -> Partial {
    let mut partial = Partial { bytes: 1_800, ..Partial::default() };
    let mut state = 1_u64;
    let mut weather = [0.0_f64; 3];
    for year in 2024 - years..2024 {
        for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
            let Some(date) = Day::new(year, month, day) else { continue };
            // A station that was out of order for three weeks of one spring.
            if (year, month) == (2023, 4) && day < 22 {
                continue;
            }
            for (station, (name, base, swing)) in
                [("Bergen", 8.0, 7.0), ("Oslo", 6.5, 11.5), ("Tromsø", 3.0, 8.0)].into_iter().enumerate()
            {
                let hour = |hour: u32, state: &mut u64, weather: &mut f64| {
                    *state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let noise = (*state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5;
                    *weather = *weather * 0.985 + noise * 1.3;
                    let season = (f64::from(month * 30 + day) / 365.0 * std::f64::consts::TAU - 0.5).cos();
                    let time = (f64::from(hour) / 24.0 * std::f64::consts::TAU - 3.8).cos();
                    ((base - swing * season + 3.0 * time + *weather) * 10.0).round() as i64
                };
                let values: Vec<i64> = (0..24).map(|h| hour(h, &mut state, &mut weather[station])).collect();
                add(&mut partial, name, date, &values);
            }
        }
    }
    partial
}
