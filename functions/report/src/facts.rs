//! What the file was and how it was read, for people.

use std::collections::BTreeSet;

use shared::TimeFormat;
use shared::{Columns, Compression, Dialect, Layout, ObjectRef, Plan, Role};

use crate::format;

/// Columns of the file that the report names.
const COLUMNS_SHOWN: usize = 60;
/// Missing markers that the report names.
const MARKERS_SHOWN: usize = 30;

/// Something about the file.
pub struct Fact {
    /// What about it.
    pub label: &'static str,
    /// What is known.
    pub value: String,
}

/// A column of the file.
pub struct Column {
    /// Its name, fit to be shown.
    pub name: String,
    /// What it was taken for; empty when it was not read.
    pub role: &'static str,
}

/// The first columns of the file, and how many more there are.
pub fn columns(plan: &Plan) -> (Vec<Column>, usize) {
    let header = plan.dialect.as_ref().map_or(&[][..], |dialect| &dialect.header);
    let shown = header.iter().take(COLUMNS_SHOWN).enumerate();
    let shown = shown.map(|(index, name)| Column { name: format::name(name), role: role(plan, index) });
    (shown.collect(), header.len().saturating_sub(COLUMNS_SHOWN))
}

fn role(plan: &Plan, index: usize) -> &'static str {
    let Some(columns) = &plan.columns else { return "" };
    match index {
        _ if columns.station.as_ref().is_some_and(|column| column.index == index) => "station",
        _ if columns.time.as_ref().is_some_and(|time| time.index == index || time.rest.contains(&index)) => {
            "time"
        }
        _ => temperature(columns, index),
    }
}

/// What of the temperatures stands in a column.
fn temperature(columns: &Columns, index: usize) -> &'static str {
    match &columns.layout {
        Layout::Rows { columns: of } if of[..] == [index] => "temperature",
        Layout::Rows { columns: of } => match of.iter().position(|column| *column == index) {
            Some(variable) => columns.variables.get(variable).map_or("", |variable| meaning(variable.role)),
            None => "",
        },
        Layout::Wide { columns } if columns.contains(&index) => "station’s temperature",
        Layout::Long { element, .. } if element.index == index => "element",
        Layout::Long { value, .. } if value.index == index => "temperature",
        Layout::Months { columns } if columns.contains(&index) => "month’s temperature",
        Layout::Hours { columns } if columns.contains(&index) => "hour’s temperature",
        _ => "",
    }
}

/// A role in words.
fn meaning(role: Role) -> &'static str {
    match role {
        Role::Mean => "mean temperature",
        Role::Instant => "temperature",
        Role::Max => "maximum temperature",
        Role::Min => "minimum temperature",
    }
}

/// How the table is laid out, where that is not one row per time.
fn arrangement(columns: &Columns) -> Option<&'static str> {
    match columns.layout {
        Layout::Rows { .. } => None,
        Layout::Wide { .. } => Some("a column for each station"),
        Layout::Long { .. } => Some("a row for each element"),
        Layout::Months { .. } => Some("a row for each year, a column for each month"),
        Layout::Hours { .. } => Some("a row for each day, a column for each hour"),
    }
}

/// What the file was, and how it was read.
pub fn facts(object: &ObjectRef, plan: &Plan) -> Vec<Fact> {
    let size = match object.size {
        ..1000 => format::size(object.size),
        bytes => format!("{} ({} bytes)", format::size(bytes), format::count(bytes)),
    };
    // Not the version's id: see `Source`.
    let mut facts = vec![
        Fact::new("Bucket", &object.bucket),
        Fact::new("Key", &object.key),
        Fact::new("Size", size),
        Fact::new("ETag", &object.etag),
    ];
    if let Some(dialect) = &plan.dialect {
        facts.extend(text_facts(dialect));
    }
    facts.push(Fact::new("Profile", format::name(&plan.profile)));
    if let Some(columns) = &plan.columns {
        facts.extend(arrangement(columns).map(|value| Fact::new("Layout", value)));
        // The units of several stand in their table.
        if let [only] = &columns.variables[..] {
            let unit = match only.unit.symbol() {
                "" => "not told by the file",
                symbol => symbol,
            };
            facts.push(Fact::new("Unit", unit));
        }
        facts.extend(values(columns).map(|value| Fact::new("Values", value)));
        facts.push(Fact::new("Missing markers", markers(columns)));
        facts.extend(columns.time.as_ref().map(|time| Fact::new("Times", times(time.format))));
    }
    facts
}

fn text_facts(dialect: &Dialect) -> [Fact; 5] {
    let compression = match dialect.compression {
        Compression::None => "none",
        Compression::Gzip => "gzip",
        Compression::Zstd => "Zstandard",
        Compression::Bzip2 => "bzip2",
        Compression::Zip => "ZIP",
    };
    let encoding = match dialect.transcoding.utf16 {
        Some(_) => "UTF-16",
        None => dialect.encoding.title(),
    };
    let delimiter = match dialect.delimiter {
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        '\t' => "tab".to_owned(),
        ' ' => "runs of blanks".to_owned(),
        other => format!("“{other}”"),
    };
    let quoted = if dialect.quoted { ", some of them quoted" } else { "" };
    let mark = if dialect.decimal_mark == ',' { "comma" } else { "point" };
    [
        Fact::new("Compression", compression),
        Fact::new("Encoding", encoding),
        Fact::new("Fields", format!("separated by {delimiter}{quoted}")),
        Fact::new("Decimals", format!("after a {mark}")),
        Fact::new("Data", format!("from line {}", format::count(dialect.data_line))),
    ]
}

/// How values are written, where they are more than numbers of degrees.
fn values(columns: &Columns) -> Option<String> {
    let writings = || columns.variables.iter().map(|variable| &variable.writing);
    let mut said = Vec::new();
    let parts = writings().map(|writing| writing.shift).max().unwrap_or(0);
    said.extend(match parts {
        0 => None,
        1 => Some("tenths of a degree: 162 is 16.2".to_owned()),
        2 => Some("hundredths of a degree: 162 is 1.62".to_owned()),
        _ => Some("thousandths of a degree".to_owned()),
    });
    if writings().any(|writing| writing.unit_behind) {
        said.push("the unit stands behind the number".to_owned());
    }
    let flags: BTreeSet<char> = writings().flat_map(|writing| writing.flags.chars()).collect();
    if !flags.is_empty() {
        let flags: Vec<String> = flags.into_iter().map(|flag| format!("“{flag}”")).collect();
        said.push(format!("flags behind the number are taken off: {}", format::name(&flags.join(" "))));
    }
    if writings().any(|writing| writing.code.is_some() || writing.status.is_some()) {
        said.push("quality codes say which of them count".to_owned());
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// The missing markers of all variables.
fn markers(columns: &Columns) -> String {
    let mut known = BTreeSet::new();
    let all = columns.variables.iter().flat_map(|variable| &variable.missing);
    let missing: Vec<&String> = all.filter(|marker| known.insert(*marker)).collect();
    let mut markers = vec!["empty field".to_owned()];
    markers.extend(missing.iter().take(MARKERS_SHOWN).map(|marker| format::name(marker)));
    if missing.len() > MARKERS_SHOWN {
        markers.push(format!("and {} more", missing.len() - MARKERS_SHOWN));
    }
    markers.join(" · ")
}

fn times(format: TimeFormat) -> &'static str {
    match format {
        TimeFormat::YearFirst => "year first, as in 2024-02-29",
        TimeFormat::Compact => "digits only, as in 20240229",
        TimeFormat::MonthFirst => "month first, as in 2/29/2024",
        TimeFormat::DayFirst => "day first, as in 29.2.2024",
        TimeFormat::MonthFirstShort => "month first, as in 2/29/24",
        TimeFormat::DayFirstShort => "day first, as in 29.2.24",
        TimeFormat::YearFirstShort => "year first, as in 24.02.29",
        TimeFormat::MonthName => "with the month's name, as in 29 Feb 2024",
        TimeFormat::EpochSeconds => "seconds since 1970-01-01 UTC",
        TimeFormat::EpochMilliseconds => "milliseconds since 1970-01-01 UTC",
        TimeFormat::EpochMicroseconds => "microseconds since 1970-01-01 UTC",
        TimeFormat::EpochNanoseconds => "nanoseconds since 1970-01-01 UTC",
        TimeFormat::SpreadsheetDays => "days as spreadsheets count them, as in 45351.5",
        TimeFormat::YearMonth => "a year and a month, as in 2024-02",
        TimeFormat::YearDay => "a year and the day in it, as in 2024-060",
        TimeFormat::Year => "the year alone, as in 2024",
    }
}

impl Fact {
    fn new(label: &'static str, value: impl Into<String>) -> Fact {
        Fact { label, value: value.into() }
    }
}
