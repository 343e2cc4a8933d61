//! Small plans and partials for the unit tests.

use shared::TimeFormat;
use shared::format::FORMAT;
use shared::{
    Columns, Compression, Dialect, Encoding, Finding, Layout, ObjectRef, Partial, Plan, Role, Split,
    TextColumn, TimeColumn, Unit, Variable, VariablePartial, Verdict,
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
        format: FORMAT,
        id: "p".into(),
        verdict: Verdict::Accepted,
        findings: Vec::new(),
        profile: "generic".into(),
        columns: Some(Columns {
            variables: vec![variable("temperature", Role::Instant, Unit::Celsius)],
            layout: Layout::Rows { columns: vec![2] },
            station: Some(TextColumn { index: 1, name: "station".into() }),
            time: Some(TimeColumn::new(0, "time", TimeFormat::YearFirst)),
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
            ..Dialect::default()
        }),
        splits: vec![Split { index: 0, start: 34, end: Some(1_234_567), only: true }],
        splits_at_once: 40,
        plausible: Some((-90.0, 60.0)),
        most_rejected: None,
    }
}

/// A plan that refuses the object.
pub fn rejected_plan(findings: Vec<Finding>) -> Plan {
    Plan {
        format: FORMAT,
        verdict: Verdict::Rejected,
        findings,
        columns: None,
        dialect: None,
        splits: Vec::new(),
        plausible: None,
        ..plan()
    }
}

/// Adds a row for every value (in tenths) of the first variable.
pub fn add(partial: &mut Partial, tenths: &[i64]) {
    partial.lines += tenths.len() as u64;
    partial.account.used(tenths.len() as u64);
    add_readings(&mut partial.variables[0], tenths);
}

/// Adds a reading for every value (in tenths).
pub fn add_readings(variable: &mut VariablePartial, tenths: &[i64]) {
    variable.readings.used(tenths.len() as u64);
    for value in tenths {
        variable.total.add(*value);
        variable.histogram.add(value * 10);
    }
}

/// A variable with one decimal.
pub fn variable(name: &str, role: Role, unit: Unit) -> Variable {
    Variable {
        name: name.into(),
        role,
        unit,
        scale: 1,
        missing: vec!["NA".into(), "-9999".into()],
        writing: Default::default(),
    }
}

/// The plan for a mean, a maximum and a minimum in columns of their own.
pub fn three_variables() -> Plan {
    let mut plan = plan();
    let columns = plan.columns.as_mut().unwrap();
    columns.variables = vec![
        variable("tavg", Role::Mean, Unit::Celsius),
        variable("tmax", Role::Max, Unit::Celsius),
        variable("tmin_f", Role::Min, Unit::Fahrenheit),
    ];
    columns.layout = Layout::Rows { columns: vec![2, 3, 4] };
    plan.dialect.as_mut().unwrap().header =
        ["time", "station", "tavg", "tmax", "tmin_f"].map(str::to_owned).into();
    plan
}
