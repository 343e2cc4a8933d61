//! The plan of one object, made from its head: no I/O, so that the same bytes give the same plan.

use shared::{
    Columns, Compression, Dialect, Finding, Layout, Plan, Profile, RunOptions, TextColumn, TimeColumn, Unit,
    ValidateTask, Variable, Verdict,
};

use shared::unit::PLAUSIBLE_IN_ANY_UNIT;

use crate::columns;
use crate::content;
use crate::headless;
use crate::layouts::{self, Found};
use crate::listing::{list, quote};
use crate::names::Name;
use crate::records::Record;
use crate::size;
use crate::sniff::{self, Shape};
use crate::splits;
use crate::stations;
use crate::table::Table;
use crate::tenths;
use crate::times;
use crate::values::Markers;

/// The beginning of an object's text.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The text, decompressed.
    pub text: &'a [u8],
    /// Whether that is all of it.
    pub complete: bool,
    /// How the object is compressed.
    pub compression: Compression,
}

/// Plans the run over an object that begins with `head`; `split_bytes` counts unless the task names another size.
pub fn plan_head(head: Head<'_>, task: &ValidateTask, split_bytes: u64) -> Plan {
    let mut findings = Vec::new();
    plan(head, task, split_bytes, &mut findings).unwrap_or_else(|finding| {
        findings.push(finding);
        rejected(&task.options, findings)
    })
}

/// The plan of an object that cannot be read.
pub fn rejected(options: &RunOptions, findings: Vec<Finding>) -> Plan {
    Plan {
        id: String::new(),
        verdict: Verdict::Rejected,
        findings,
        profile: options
            .profile
            .as_ref()
            .map_or_else(|| Profile::generic().name, |profile| profile.name.clone()),
        columns: None,
        dialect: None,
        splits: Vec::new(),
        plausible: None,
    }
}

/// The finding for an object without a byte of text.
pub fn empty_object() -> Finding {
    Finding::error("empty_object", "the file is empty", "upload it again; the upload may have been cut short")
}

fn plan(
    head: Head<'_>,
    task: &ValidateTask,
    split_bytes: u64,
    findings: &mut Vec<Finding>,
) -> Result<Plan, Finding> {
    if head.text.is_empty() {
        return Err(empty_object());
    }
    let options = &task.options;
    let profile = options.profile.clone().unwrap_or_else(Profile::generic);
    content::check_text(head.text)?;
    let (encoding, finding) = content::encoding(head.text, head.complete);
    findings.extend(finding);

    let speaks = |header: &[String]| {
        let names: Vec<Name> = header.iter().map(|name| Name::new(name)).collect();
        // A year may be a column's name, for those who ask for it.
        let is_asked = |name: &String| header.iter().any(|column| column == name.trim());
        let has = |wanted: &[String]| columns::by_name(&names, wanted).next().is_some();
        options.columns.iter().any(is_asked)
            || !columns::choose(&names, &profile).taken.is_empty()
            // In a long table the temperature is an element, below the header.
            || has(&profile.element) && has(&profile.value)
    };
    let mut shape = sniff::sniff(head.text, head.complete, encoding, &speaks)?;
    findings.append(&mut shape.findings);
    let (rows, ragged) = regular_rows(&shape);
    let mut table = Table {
        names: shape.header.iter().map(|name| Name::new(name)).collect(),
        rows,
        complete: head.complete,
        delimiter: shape.delimiter,
        encoding,
        profile: &profile,
        headless: shape.headless,
        asked: options.columns.clone(),
        wide: options.wide,
        markers: Markers::new(&profile.missing),
    };
    if shape.headless {
        headless::choose(&mut table, findings)?;
    }
    let found = layouts::find(&table, findings);
    // A wrong delimiter, or a header of fewer fields than the rows, makes numbers hard to find.
    if found.as_ref().map_or_else(|finding| finding.code == "no_numbers", |_| true) {
        findings.extend(ragged);
    }
    let found = found?;
    findings.extend(tenths::suspected(&table, &found));
    let Found { layout, variables, mark, taken, time } = found;
    let time = match time {
        Some((index, format)) => Some(TimeColumn {
            index,
            rest: Vec::new(),
            name: table.name(index).to_owned(),
            format,
            guessed: false,
        }),
        None => times::find(&table, &taken, findings),
    };
    let station = station_column(&table, &layout, &taken);
    findings.extend(stations::all_differ(&table, station.as_ref(), time.as_ref()));
    findings.extend(unit_unknown(&variables));
    let unit = variables.first().map_or(Unit::Unknown, |variable| variable.unit);
    drop(table);
    let columns = Columns { variables, layout, station, time };
    let crosses_lines = shape.crosses_lines();
    let dialect = Dialect {
        compression: head.compression,
        encoding,
        delimiter: char::from(shape.delimiter),
        quoted: shape.quoted,
        decimal_mark: char::from(mark),
        header: shape.header,
        data_start: shape.data_start as u64,
        data_line: shape.data_line,
    };
    let plausible =
        profile.plausible_celsius.map_or(PLAUSIBLE_IN_ANY_UNIT, |range| unit.range_from_celsius(range));
    let mut plan = Plan {
        id: String::new(),
        verdict: Verdict::Accepted,
        findings: std::mem::take(findings),
        plausible: Some(plausible),
        profile: profile.name,
        columns: Some(columns),
        dialect: Some(dialect),
        splits: Vec::new(),
    };
    let most = size::most_splits(&plan)?;
    plan.splits = if head.compression != Compression::None {
        splits::single(shape.data_start as u64, None)
    } else if crosses_lines || task.single_split {
        // A split could begin inside a quoted field.
        splits::single(shape.data_start as u64, Some(task.object.size))
    } else {
        let split_bytes = options.split_bytes.unwrap_or(split_bytes);
        splits::cut(shape.data_start as u64, task.object.size, split_bytes, most)
    };
    Ok(plan)
}

/// The head's rows with as many fields as the header, all of them when there are none, and the finding for the others.
fn regular_rows(shape: &Shape) -> (Vec<&Record>, Option<Finding>) {
    let fields = shape.header.len();
    let (regular, ragged): (Vec<&Record>, Vec<&Record>) =
        shape.rows.iter().partition(|row| row.fields.len() == fields);
    let finding = ragged.first().filter(|_| ragged.len() > regular.len()).map(|first| {
        Finding::warning(
            "ragged",
            format!(
                "{} of the first {} rows have another number of fields than the header's {fields}; line {} has {}",
                ragged.len(),
                shape.rows.len(),
                first.line,
                first.fields.len()
            ),
            "such rows are rejected; check the header, and quote fields that hold the delimiter",
        )
    });
    (if regular.is_empty() { ragged } else { regular }, finding)
}

/// One finding for all variables whose unit nothing tells.
fn unit_unknown(variables: &[Variable]) -> Option<Finding> {
    let unknown: Vec<&str> = variables
        .iter()
        .filter(|variable| variable.unit == Unit::Unknown)
        .map(|variable| variable.name.as_str())
        .collect();
    let message = match unknown[..] {
        [] => return None,
        [only] => format!("the name {} does not tell the unit", quote(only)),
        _ => format!("these names do not tell the unit: {}", list(unknown.into_iter())),
    };
    Some(Finding::info(
        "unit_unknown",
        message,
        "name the unit in the header, such as \"temperature (°C)\", or in a profile, to have values checked more closely",
    ))
}

/// The column of stations; where the columns are stations there is none.
fn station_column(table: &Table<'_>, layout: &Layout, taken: &[usize]) -> Option<TextColumn> {
    match layout {
        Layout::Wide { .. } => None,
        _ => table.text_column(&table.profile.station, taken),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
