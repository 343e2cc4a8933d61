//! Tasks: every layout, with few columns or many.

use shared::format::FORMAT;
use shared::{
    Columns, Dialect, Encoding, Layout, ObjectRef, ProcessTask, Role, Split, TextColumn, TimeColumn,
    TimeFormat, Unit, Variable,
};

use super::source::Source;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Values of the variable.
    Value(usize),
    /// The time.
    Time,
    /// The station.
    Station,
    /// In a long table, the element.
    Element,
    /// Something else.
    Other,
}

/// Texts that stand for a missing value in the tasks here.
pub const MISSING: [&str; 5] = ["NA", "NaN", "-9999", "999.9", "-99.9999"];

/// The task for a table of such columns.
pub fn task(kinds: &[Kind], layout: &str, scales: &[u8], format: TimeFormat) -> ProcessTask {
    let indices = |wanted: fn(&Kind) -> bool| -> Vec<usize> {
        (0..kinds.len()).filter(|index| wanted(&kinds[*index])).collect()
    };
    let values = indices(|kind| matches!(kind, Kind::Value(_)));
    let header: Vec<String> = kinds.iter().enumerate().map(|(index, kind)| name(*kind, index)).collect();
    let column = |index: usize| TextColumn { index, name: header[index].clone() };
    let first = |wanted| indices(wanted).first().copied();
    let element = first(|kind| *kind == Kind::Element);
    let layout = match layout {
        "wide" => Layout::Wide { columns: values },
        "long" => Layout::Long { element: column(element.unwrap()), value: column(values[0]) },
        "months" => Layout::Months { columns: values.try_into().unwrap() },
        _ => {
            // In the order of the variables, wherever their columns stand.
            let mut columns = values;
            columns.sort_by_key(|index| match kinds[*index] {
                Kind::Value(variable) => variable,
                _ => usize::MAX,
            });
            Layout::Rows { columns }
        }
    };
    let variable = |(at, scale): (usize, &u8)| Variable {
        name: ELEMENTS[at].into(),
        role: Role::Instant,
        unit: Unit::Celsius,
        scale: *scale,
        missing: MISSING.map(String::from).to_vec(),
        writing: Default::default(),
    };
    let time = first(|kind| *kind == Kind::Time);
    let name = |index: usize| header[index].clone();
    ProcessTask {
        format: FORMAT,
        run_id: "run".into(),
        plan_id: "plan".into(),
        object: ObjectRef {
            bucket: "b".into(),
            key: "k".into(),
            version_id: None,
            etag: "e".into(),
            size: 0,
        },
        columns: Columns {
            variables: scales.iter().enumerate().map(variable).collect(),
            layout,
            station: first(|kind| *kind == Kind::Station).map(column),
            time: time.map(|index| TimeColumn::new(index, &name(index), format)),
        },
        dialect: Dialect {
            compression: Default::default(),
            encoding: Encoding::Utf8,
            delimiter: ',',
            quoted: true,
            decimal_mark: '.',
            header,
            data_start: 0,
            data_line: 2,
            ..Dialect::default()
        },
        split: Split { index: 0, start: 0, end: None, only: true },
    }
}

/// Names of the variables, and so of the elements of a long table.
pub const ELEMENTS: [&str; 3] = ["TMAX", "température", "T"];

fn name(kind: Kind, index: usize) -> String {
    match kind {
        // Two columns of a wide table bear one name.
        Kind::Value(_) if index == 4 => "column 3".into(),
        Kind::Value(_) => format!("column {index}"),
        Kind::Time => "time".into(),
        Kind::Station => "station".into(),
        Kind::Element => "element".into(),
        Kind::Other => "other".into(),
    }
}

/// A task, and what its columns hold.
pub fn any(source: &mut Source<'_>) -> (ProcessTask, Vec<Kind>) {
    let layout = source.pick(&["rows", "rows", "wide", "long", "months"]);
    let some = 1 + source.below(3);
    let values = match layout {
        "rows" => some,
        "wide" => 1 + source.below(12),
        "months" => 12,
        _ => 1,
    };
    let variables = if matches!(layout, "rows" | "long") { some } else { 1 };
    let scales: Vec<u8> = (0..variables).map(|_| source.pick(&[1, 0, 2, 1, 3, 6, 9, 15])).collect();
    let mut kinds = Vec::new();
    if !source.once_in(6) {
        kinds.push(Kind::Time);
    }
    if layout != "wide" && !source.once_in(4) {
        kinds.push(Kind::Station);
    }
    if layout == "long" {
        kinds.push(Kind::Element);
    }
    kinds.extend((0..values).map(|value| Kind::Value(if layout == "rows" { value } else { 0 })));
    kinds.extend(vec![Kind::Other; source.below(3)]);
    let turned = source.below(kinds.len());
    kinds.rotate_left(turned);
    let format = match layout {
        "months" => TimeFormat::Year,
        _ => source.pick(&[
            TimeFormat::YearFirst,
            TimeFormat::Compact,
            TimeFormat::MonthFirst,
            TimeFormat::DayFirst,
            TimeFormat::DayFirstShort,
            TimeFormat::MonthName,
            TimeFormat::EpochSeconds,
            TimeFormat::YearMonth,
        ]),
    };
    let mut task = task(&kinds, layout, &scales, format);
    let (delimiter, mark) = source.pick(&[(',', '.'), (',', '.'), (';', ','), ('\t', '.'), (',', ',')]);
    (task.dialect.delimiter, task.dialect.decimal_mark) = (delimiter, mark);
    task.dialect.encoding = source.pick(&[Encoding::Utf8, Encoding::Utf8, Encoding::Windows1252]);
    task.split.only = !source.once_in(3);
    task.dialect.quoted = task.split.only;
    (task, kinds)
}
