//! Plans of small files, written out.

use shared::Encoding;
use shared::{ObjectRef, ReportTask, Role, SplitResult, TimeFormat};

use super::*;

fn task(size: usize, options: RunOptions) -> ValidateTask {
    let object = ObjectRef {
        bucket: "uploads".to_owned(),
        key: "incoming/a.csv".to_owned(),
        version_id: None,
        etag: "e".to_owned(),
        size: size as u64,
    };
    ValidateTask { run_id: "r".to_owned(), object, options, single_split: false, other_order: false }
}

fn plan_with(text: &[u8], options: RunOptions) -> Plan {
    let head =
        Head { text, complete: true, compression: Compression::None, transcoding: Transcoding::default() };
    plan_head(head, &task(text.len(), options), 64 << 20)
}

fn plan_of(text: &str) -> Plan {
    plan_with(text.as_bytes(), RunOptions::default())
}

fn asked(names: &[&str]) -> RunOptions {
    RunOptions { columns: names.iter().map(|name| (*name).to_owned()).collect(), ..RunOptions::default() }
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn rejection(text: &str) -> Finding {
    let plan = plan_of(text);
    assert_eq!(plan.verdict, Verdict::Rejected, "{:?}", plan.findings);
    plan.findings.last().unwrap().clone()
}

#[test]
fn a_plan_tells_process_all_it_needs() {
    let text = "station;time;temp (°C);hum\nA;29.02.2024 13:00;12,5;80\nB;01.03.2024 13:00;-0,25;81\n";
    let plan = plan_of(text);
    assert_eq!(codes(&plan), ["temperature_column"]);
    assert_eq!(plan.plausible, Some((-90.0, 60.0)));
    let columns = plan.columns.unwrap();
    let variable = columns.primary().unwrap();
    assert_eq!((variable.name.as_str(), variable.role, variable.scale), ("temp (°C)", Role::Instant, 2));
    assert_eq!(variable.unit, Unit::Celsius);
    assert_eq!(columns.layout, Layout::Rows { columns: vec![2] });
    assert_eq!(columns.station.unwrap().index, 0);
    assert_eq!(columns.time.unwrap().format, TimeFormat::DayFirst);
    let dialect = plan.dialect.unwrap();
    assert_eq!((dialect.delimiter, dialect.decimal_mark, dialect.quoted), (';', ',', false));
    assert_eq!((dialect.data_start, dialect.data_line), (28, 2));
    assert_eq!(plan.splits, splits::single(28, Some(text.len() as u64)));
}

/// What Step Functions carries from state to state, at most:
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>.
const STATE_BYTES: usize = 256 << 10;

#[test]
fn the_largest_run_fits_the_state_of_an_execution() {
    // With many names, or the temperature's long one, which stands in the plan twice; then there are fewer splits.
    let others: String = (0..7_500).map(|n| format!(",c{n}")).collect();
    let long = "x".repeat(65_000);
    for (header, splits) in [
        (format!("station,time,temperature{others}"), splits::MAX_SPLITS),
        (format!("station,time,temperature {long}"), splits::MAX_SPLITS),
    ] {
        let row = "A,2024-02-29 13:00,12.5".to_owned() + &",0".repeat(header.matches(',').count() - 2);
        let text = format!("{header}\n{row}\n{row}\n");
        let mut task = task(5 << 40, RunOptions::default());
        task.object.key = "k".repeat(1024);
        let head = Head {
            text: text.as_bytes(),
            complete: false,
            compression: Compression::None,
            transcoding: Transcoding::default(),
        };
        let plan = plan_head(head, &task, 64 << 20).identified(&task.object);
        assert_eq!(plan.verdict, Verdict::Accepted);
        assert!(plan.splits.len() as u64 >= splits, "{}", plan.splits.len());
        let rows = 10_u64.pow(10);
        let partials = plan.splits.iter().map(|split| SplitResult {
            index: split.index,
            rows_read: rows,
            rows_rejected: rows,
            records_rejected: rows,
        });
        let partials = partials.collect();
        let state = ReportTask { run_id: "0".repeat(32), object: task.object, plan, partials };
        let bytes = serde_json::to_vec(&state).unwrap().len();
        assert!(bytes < STATE_BYTES, "{bytes}");
    }
}

#[test]
fn an_object_is_cut_into_splits_unless_that_is_unsafe() {
    let splits = |text: &str, single_split| {
        let options = RunOptions { split_bytes: Some(4), ..RunOptions::default() };
        let head = Head {
            text: text.as_bytes(),
            complete: true,
            compression: Compression::None,
            transcoding: Transcoding::default(),
        };
        plan_head(head, &ValidateTask { single_split, ..task(text.len(), options) }, 64 << 20).splits.len()
    };
    assert_eq!(splits("temp\n1.50\n2.50\n3.50\n", false), 4);
    assert_eq!(splits("temp\n1.50\n2.50\n3.50\n", true), 1);
    assert_eq!(splits("\"temp\"\n1.50\n2.50\n3.50\n", false), 4);
    assert_eq!(splits("temp,note\n1.50,\"a\nb\"\n2.50,c\n", false), 1);
    assert_eq!(splits("temp,\"a\nnote\"\n1.50,b\n2.50,c\n", false), 1);
    // Only the head is known; the object is longer.
    let head = Head {
        text: b"temp\n1.5\n2",
        complete: false,
        compression: Compression::None,
        transcoding: Transcoding::default(),
    };
    let plan = plan_head(head, &task(105, RunOptions::default()), 50);
    assert_eq!(plan.splits.iter().map(|split| split.end).collect::<Vec<_>>(), [Some(55), Some(105)]);
}

#[test]
fn files_that_are_no_temperatures_are_rejected_with_a_hint() {
    let finding = rejection("time,temp,soil_temp\n1,cold,2\n2,\"mild, or so\",3\n");
    assert_eq!(finding.code, "no_numbers");
    assert!(finding.message.contains("\"cold\" (line 2), \"mild, or so\" (line 3)"), "{}", finding.message);
    assert!(finding.hint.contains("--column") && finding.hint.contains("\"soil_temp\""), "{}", finding.hint);

    let finding = rejection("id,temp\n1,1704067200000\n");
    assert!(finding.message.contains("no temperature (a number below a billion)"), "{}", finding.message);

    assert_eq!(rejection("2024-01-01,1.5,80.1\n2024-01-02,2.5,81.2\n").code, "no_header");
    assert_eq!(rejection("time,temp\n").code, "no_rows");
    assert_eq!(rejection("").code, "empty_object");
    let finding = rejection("time~temp\n2024-01-01~1.5\n");
    assert!(finding.hint.contains("semicolons"), "{}", finding.hint);
}

#[test]
fn remarks_above_the_header_are_passed_over() {
    let plan =
        plan_of("latitude,longitude\n52.5,13.4\n\ntime,temperature_2m (°C)\n2023-01-01,15\n2023-01-02,16\n");
    let dialect = plan.dialect.unwrap();
    assert_eq!(
        (dialect.data_line, &dialect.header[..]),
        (5, &["time".to_owned(), "temperature_2m (°C)".to_owned()][..])
    );
    let finding = plan.findings.iter().find(|finding| finding.code == "preamble").unwrap();
    assert!(
        finding.message.contains("2 lines, beginning with \"latitude,longitude\""),
        "{}",
        finding.message
    );
}

#[test]
fn missing_values_alone_are_accepted_with_a_warning() {
    let plan = plan_of("time,tavg,soil_temp\n2024-01-01,,5\n2024-01-02,-9999.0,6\n");
    assert_eq!(plan.verdict, Verdict::Accepted);
    assert_eq!(codes(&plan), ["temperature_column", "only_missing_values", "unit_unknown"]);
    assert!(plan.findings[1].hint.contains("\"soil_temp\""));
    // A column that is empty in the head leads no other.
    let plan = plan_of("time,tavg,tmax\n2024-01-01,,5\n2024-01-02,-9999.0,6\n");
    assert_eq!(codes(&plan), ["temperature_column", "only_missing_values", "unit_unknown"]);
    assert_eq!(plan.columns.unwrap().layout, Layout::Rows { columns: vec![2, 1] });
}

#[test]
fn a_doubtful_file_is_accepted_with_warnings() {
    let plan = plan_of("date,temp_c\n1/2/2024,1,x\n1/3/2024,2,x\n1/4/2024,3\n");
    assert_eq!(codes(&plan), ["temperature_column", "ragged", "ambiguous_date_order"]);
    assert!(plan.findings[1].message.contains("2 of the first 3 rows"), "{}", plan.findings[1].message);
    assert_eq!(plan.columns.unwrap().time.unwrap().format, TimeFormat::MonthFirst);

    let plan = plan_of("time,temp_c\nmorning,1\nnoon,2\n");
    assert_eq!(codes(&plan), ["temperature_column", "time_not_understood"]);
    assert!(plan.columns.unwrap().time.is_none());
    // The second time column serves where the first is the hour only.
    let plan = plan_of("time,date,temp_c\n13:00,2024-01-01,1\n");
    assert_eq!(plan.columns.unwrap().time.unwrap().name, "date");
}

#[test]
fn options_come_before_names() {
    let text = b"time,2023,temp\n2024-01-01,1.5,x\n";
    assert_eq!(plan_with(text, asked(&["2023"])).columns.unwrap().layout, Layout::Rows { columns: vec![1] });
    assert_eq!(plan_with(b"2022,2023\n1.5,2.5\n", asked(&["2023"])).verdict, Verdict::Accepted);
    assert_eq!(plan_with(text, asked(&["tmin"])).findings[0].code, "no_such_column");
    let profile = Profile {
        unit: Some(Unit::Fahrenheit),
        time_format: Some(TimeFormat::DayFirst),
        ..Profile::generic()
    };
    let options = RunOptions { profile: Some(profile), ..RunOptions::default() };
    let plan = plan_with(b"date,temp\n1/2/2024,70\n", options);
    assert_eq!(codes(&plan), ["temperature_column"]);
    assert_eq!(plan.columns.as_ref().unwrap().time.as_ref().unwrap().format, TimeFormat::DayFirst);
    assert_eq!(plan.plausible, Some((-130.0, 140.0)));
}

#[test]
fn western_text_is_read_as_such() {
    let plan =
        plan_with(b"Datum;Temperatur (\xB0C)\n01.02.2024;1,5\n13.02.2024;2,5\n", RunOptions::default());
    assert_eq!(codes(&plan), ["encoding", "temperature_column"]);
    assert_eq!(plan.dialect.unwrap().encoding, Encoding::Windows1252);
    assert_eq!(plan.columns.unwrap().variables[0].unit, Unit::Celsius);
}

#[test]
fn whole_numbers_too_large_for_degrees_are_pointed_out() {
    let suspected = |values: &[&str]| {
        codes(&plan_of(&format!("temp\n{}\n", values.join("\n")))).contains(&"suspected_tenths")
    };
    assert!(suspected(&["58", "-12", "149", "201", "-9999"]));
    // Kelvins, degrees Fahrenheit, and values with fractions are what they are.
    for values in [&["271", "281", "301"][..], &["-4", "58", "104"], &["58.5", "149", "201"]] {
        assert!(!suspected(values), "{values:?}");
    }
}
