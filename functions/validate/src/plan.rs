//! The plan of one object, made from its head: no I/O, so that the same bytes give the same plan.

use shared::dialect::decode;
use shared::format::FORMAT;
use shared::transcoding::Transcoding;
use shared::unit::PLAUSIBLE_IN_ANY_UNIT;
use shared::{
    Columns, Compression, Dialect, Encoding, Finding, Layout, Plan, Profile, RunOptions, TextColumn,
    TimeColumn, Unit, ValidateTask, Variable, Verdict,
};

use crate::layouts::{self, Found};
use crate::legend::Legend;
use crate::listing::{list, quote};
use crate::names::Name;
use crate::records::Record;
use crate::sniff::{self, Shape};
use crate::table::Table;
use crate::values::Markers;
use crate::{
    columns, content, encodings, headless, months, preamble, recognise, second, size, splits, stations,
    surplus, tenths, times, units,
};

/// The beginning of an object's text.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The text, decompressed.
    pub text: &'a [u8],
    /// Whether that is all of it.
    pub complete: bool,
    /// How the object is compressed.
    pub compression: Compression,
    /// What was done to the text.
    pub transcoding: Transcoding,
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
        format: FORMAT,
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
        splits_at_once: 0,
        plausible: None,
        most_rejected: None,
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
    content::check_text(head.text)?;
    let (encoding, finding) = encodings::encoding(head.text, head.complete);
    findings.extend(finding);
    let mut shape = shape(head, encoding, &task.options)?;
    findings.append(&mut shape.findings);
    let kind = kind(head.text, encoding, &mut shape, &task.options)?;
    let mut tried = findings.clone();
    let planned = match &kind {
        Kind::Asked(profile) => planned(head, task, encoding, &shape, profile, &mut tried),
        Kind::Recognised(profile) => {
            tried.push(recognise::finding(profile));
            planned(head, task, encoding, &shape, profile, &mut tried).or_else(|_| {
                // It has none of the columns that such files have; it may have others.
                tried.clone_from(findings);
                planned(head, task, encoding, &shape, &Profile::generic(), &mut tried)
            })
        }
        Kind::Unknown => planned(head, task, encoding, &shape, &Profile::generic(), &mut tried),
    };
    *findings = tried;
    let mut plan = planned?;
    plan.findings = std::mem::take(findings);
    let most = size::most_splits(&plan)?;
    let start = shape.data_start as u64;
    let is_stored = plan.dialect.as_ref().is_some_and(Dialect::is_stored_as_read);
    plan.splits = if !is_stored {
        splits::single(start, None)
    } else if shape.crosses_lines() || task.single_split {
        // A split could begin inside a quoted field.
        splits::single(start, Some(task.object.size))
    } else {
        splits::cut(start, task.object.size, task.options.split_bytes.unwrap_or(split_bytes), most)
    };
    Ok(plan)
}

/// Finds the table in the text.
fn shape(head: Head<'_>, encoding: Encoding, options: &RunOptions) -> Result<Shape, Finding> {
    let asked = options.profile.as_ref();
    if let Some((_, start)) = recognise::of_rows(head.text, head.complete, encoding, asked) {
        return sniff::behind_preamble(head.text, head.complete, start);
    }
    let generic = Profile::generic();
    let profile = asked.unwrap_or(&generic);
    let speaks = |header: &[String]| {
        let names: Vec<Name> = header.iter().map(|name| Name::new(name)).collect();
        // A year may be a column's name, for those who ask for it.
        let is_asked = |name: &String| header.iter().any(|column| column == name.trim());
        let has = |wanted: &[String]| columns::by_name(&names, wanted).next().is_some();
        if units::is_row_of_units(header) {
            return false;
        }
        options.columns.iter().any(is_asked)
            || !columns::choose(&names, profile).taken.is_empty()
            // In a long table the temperature is an element, below the header.
            || has(&profile.element) && has(&profile.value)
            // A lone column of values may be one of temperatures.
            || has(&profile.value) && names.iter().any(times::is_named)
            || names.len() > months::MONTHS_OF_YEAR && months::names_all(&names)
            || asked.is_none() && recognise::knows(&names)
    };
    sniff::sniff(head.text, head.complete, encoding, &speaks)
}

/// How a file is to be read.
enum Kind {
    /// As the caller says.
    Asked(Profile),
    /// As files of its kind are.
    Recognised(Profile),
    /// By the names of its columns.
    Unknown,
}

/// What kind of file it is; gives the columns the names that the kind has for them.
fn kind(text: &[u8], encoding: Encoding, shape: &mut Shape, options: &RunOptions) -> Result<Kind, Finding> {
    let kind = match &options.profile {
        Some(profile) => {
            recognise::check(profile, text, encoding, shape)?;
            Kind::Asked(profile.clone())
        }
        None => match recognise::of_shape(text, encoding, shape) {
            Some(profile) => Kind::Recognised(completed(profile)),
            None => Kind::Unknown,
        },
    };
    if let Kind::Asked(profile) | Kind::Recognised(profile) = &kind
        && profile.columns.len() == shape.header.len()
    {
        shape.header.clone_from(&profile.columns);
        shape.headless = false;
    }
    Ok(kind)
}

/// A profile that comes with Isotherm says what is special about its kind; for all else names are those of any table.
fn completed(profile: &Profile) -> Profile {
    let generic = Profile::generic();
    let or = |own: &[String], others: Vec<String>| if own.is_empty() { others } else { own.to_vec() };
    Profile {
        station: or(&profile.station, generic.station),
        time: or(&profile.time, generic.time),
        element: or(&profile.element, generic.element),
        value: or(&profile.value, generic.value),
        missing: [&profile.missing[..], &generic.missing].concat(),
        plausible_celsius: profile.plausible_celsius.or(generic.plausible_celsius),
        ..profile.clone()
    }
}

/// The plan by one profile, without its splits.
fn planned(
    head: Head<'_>,
    task: &ValidateTask,
    encoding: Encoding,
    shape: &Shape,
    profile: &Profile,
    findings: &mut Vec<Finding>,
) -> Result<Plan, Finding> {
    let options = &task.options;
    let remarks = surplus::remarks(&shape.header, &shape.rows, profile.surplus || shape.surplus);
    let (rows, ragged) = regular_rows(shape, remarks.is_some());
    let above = decode(encoding, &head.text[..shape.header_at.0]);
    let legend = Legend::new(&above);
    let mut table = Table {
        names: shape.header.iter().map(|name| Name::new(name)).collect(),
        rows,
        complete: head.complete,
        encoding,
        profile,
        headless: shape.headless,
        asked: options.columns.clone(),
        wide: options.wide,
        markers: Markers::new(&profile.missing),
        legend: &legend,
        key: &task.object.key,
        other_order: task.other_order,
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
    findings.extend(second::table(&shape.header, &shape.rows));
    let surplus = remarks.is_some() || profile.surplus || shape.surplus;
    findings.extend(remarks);
    findings.extend(tenths::suspected(&table, &found));
    let Found { layout, variables, mark, taken, time } = found;
    let time = match time {
        Some((index, format)) => Some(TimeColumn::new(index, table.name(index), format)),
        None => times::find(&table, &taken, findings),
    };
    let mut station = station_column(&table, &layout, &taken);
    // What is called an id and counts the rows is the row's.
    if let Some(column) = &station
        && Name::new(&column.name).full_key == "id"
        && stations::count_rows(&table, column)
    {
        findings.push(Finding::info(
            "row_numbers",
            "the column of ids counts the rows, and is no station",
            "",
        ));
        station = None;
    }
    findings.extend(stations::all_differ(&table, station.as_ref(), time.as_ref()));
    findings.extend(unit_unknown(&variables));
    let unit = variables.first().map_or(Unit::Unknown, |variable| variable.unit);
    drop(table);
    let dialect = Dialect {
        compression: head.compression,
        transcoding: head.transcoding,
        encoding,
        delimiter: char::from(shape.delimiter),
        quoted: shape.quoted,
        decimal_mark: char::from(mark),
        header: shape.header.clone(),
        surplus,
        notes: [&profile.notes[..], &notes(shape, &above)].concat(),
        data_start: shape.data_start as u64,
        data_line: shape.data_line,
    };
    let plausible =
        profile.plausible_celsius.map_or(PLAUSIBLE_IN_ANY_UNIT, |range| unit.range_from_celsius(range));
    Ok(Plan {
        format: FORMAT,
        id: String::new(),
        verdict: Verdict::Accepted,
        findings: Vec::new(),
        plausible: Some(plausible),
        most_rejected: profile.most_rejected,
        profile: profile.name.clone(),
        columns: Some(Columns { variables, layout, station, time }),
        dialect: Some(dialect),
        splits: Vec::new(),
        splits_at_once: 0,
    })
}

/// The marks of comments that stand above the table, and among its rows.
fn notes(shape: &Shape, above: &str) -> Vec<String> {
    let begins = |line: &str, mark: char| line.trim_start().starts_with(mark);
    let among = |mark: char| {
        let first = shape.rows.iter().filter_map(|row| row.fields.first());
        first.map(|field| String::from_utf8_lossy(field)).any(|field| begins(&field, mark))
    };
    let marks = preamble::COMMENT_MARKS.into_iter();
    let both = marks.filter(|mark| above.lines().any(|line| begins(line, *mark)) && among(*mark));
    both.map(String::from).collect()
}

/// The head's rows with as many fields as the header, or more where these are remarks; all of them when there are none, and the finding for the others.
fn regular_rows(shape: &Shape, surplus: bool) -> (Vec<&Record>, Option<Finding>) {
    let fields = shape.header.len();
    let (regular, ragged): (Vec<&Record>, Vec<&Record>) =
        shape.rows.iter().partition(|row| row.fields.len() == fields || surplus && row.fields.len() > fields);
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
