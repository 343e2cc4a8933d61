//! Small plans and partials for the unit tests.

use shared::day::TimeFormat;
use shared::{
    Columns, Compression, Day, Dialect, Encoding, Finding, ObjectRef, Partial, Plan, Split, Summary,
    TemperatureColumn, TextColumn, TimeColumn, Unit, Verdict,
};

/// An object.
pub fn object() -> ObjectRef {
    ObjectRef {
        bucket: "weather".into(),
        key: "incoming/two stations.csv".into(),
        version_id: None,
        etag: "9b2cf535f27731c974343645a3985328".into(),
        size: 1_234_567,
    }
}

/// A plan for degrees Celsius with one decimal, by station and day, in one split.
pub fn plan() -> Plan {
    Plan {
        id: "p".into(),
        verdict: Verdict::Accepted,
        findings: Vec::new(),
        profile: "generic".into(),
        columns: Some(Columns {
            temperature: TemperatureColumn {
                index: 2,
                name: "temperature".into(),
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
            header: ["time", "station", "temperature", "humidity"].map(str::to_owned).into(),
            data_start: 34,
            data_line: 2,
        }),
        splits: vec![Split { index: 0, start: 34, end: Some(1_234_567), only: true }],
        plausible: Some((-90.0, 60.0)),
    }
}

/// A plan that refuses the object.
pub fn rejected_plan(findings: Vec<Finding>) -> Plan {
    Plan {
        verdict: Verdict::Rejected,
        findings,
        columns: None,
        dialect: None,
        splits: Vec::new(),
        plausible: None,
        ..plan()
    }
}

/// Adds a row for every value (in tenths) of one station and day.
pub fn add(partial: &mut Partial, station: &str, day: Option<Day>, tenths: &[i64]) {
    let mut summary = Summary::default();
    for value in tenths {
        summary.add(*value);
        partial.histogram.add(value * 10);
    }
    partial.lines += tenths.len() as u64;
    partial.account.used(tenths.len() as u64);
    partial.total.merge(&summary);
    partial.by_station.entry(station.to_owned()).or_default().merge(&summary);
    if let Some(day) = day {
        partial.by_day.entry(day).or_default().merge(&summary);
    }
}
