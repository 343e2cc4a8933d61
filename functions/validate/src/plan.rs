//! The plan of one object, made from its head: no I/O, so that the same bytes give the same plan.

use shared::{
    Columns, Compression, Dialect, Encoding, Finding, Plan, Profile, RunOptions, TemperatureColumn,
    TextColumn, TimeColumn, Unit, ValidateTask, Verdict,
};

use shared::unit::PLAUSIBLE_IN_ANY_UNIT;

use crate::columns::{self, Choice};
use crate::content;
use crate::listing::{list, quote};
use crate::records::Record;
use crate::sniff::{self, Shape};
use crate::splits;
use crate::values::{self, Sample};

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

    let shape = sniff::sniff(head.text, head.complete, encoding)?;
    let asked = options.column.as_deref();
    // A year may be a column's name, for those who ask for it.
    if !asked.is_some_and(|name| shape.header.iter().any(|column| column == name.trim())) {
        sniff::check_header(&shape.header)?;
    }
    let choice = columns::choose(&shape.header, &profile, asked).map_err(|finding| {
        hint_at_later_header(finding, &shape, |names| columns::choose(names, &profile, asked), encoding)
    })?;
    findings.push(choice.finding.clone());

    let rows = regular_rows(&shape, findings);
    let mark = values::decimal_mark(&rows, choice.index, shape.delimiter);
    let sample = values::sample(&rows, choice.index, mark, &profile.missing);
    check_sample(&sample, &choice, &shape, encoding)?;
    if sample.numbers == 0 {
        findings.push(only_missing(&sample, &choice, &shape));
    }
    let unit = unit(&choice, &profile, &shape, findings);
    let columns = Columns {
        station: text_column(&shape.header, &profile.station, choice.index),
        time: time_column(&shape, &rows, &profile, choice.index, findings),
        temperature: TemperatureColumn {
            index: choice.index,
            name: shape.header[choice.index].clone(),
            unit,
            scale: sample.scale,
            missing: profile.missing.clone(),
        },
    };
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
    let splits = if dialect.compression != Compression::None {
        splits::single(dialect.data_start, None)
    } else if dialect.quoted || task.single_split {
        // A split could begin inside a quoted field.
        splits::single(dialect.data_start, Some(task.object.size))
    } else {
        splits::cut(dialect.data_start, task.object.size, options.split_bytes.unwrap_or(split_bytes))
    };
    Ok(Plan {
        id: String::new(),
        verdict: Verdict::Accepted,
        findings: std::mem::take(findings),
        plausible: Some(
            profile.plausible_celsius.map_or(PLAUSIBLE_IN_ANY_UNIT, |range| unit.range_from_celsius(range)),
        ),
        profile: profile.name,
        columns: Some(columns),
        dialect: Some(dialect),
        splits,
    })
}

/// The head's rows with as many fields as the header; all of them when there are none.
fn regular_rows<'a>(shape: &'a Shape, findings: &mut Vec<Finding>) -> Vec<&'a Record> {
    let fields = shape.header.len();
    let (regular, ragged): (Vec<&Record>, Vec<&Record>) =
        shape.rows.iter().partition(|row| row.fields.len() == fields);
    if let Some(first) = ragged.first().filter(|_| ragged.len() > regular.len()) {
        findings.push(Finding::warning(
            "ragged",
            format!(
                "{} of the first {} rows have another number of fields than the header's {fields}; line {} has {}",
                ragged.len(),
                shape.rows.len(),
                first.line,
                first.fields.len()
            ),
            "such rows are rejected; check the header, and quote fields that hold the delimiter",
        ));
    }
    if regular.is_empty() { ragged } else { regular }
}

fn check_sample(sample: &Sample, choice: &Choice, shape: &Shape, encoding: Encoding) -> Result<(), Finding> {
    if sample.numbers + sample.missing > 0 {
        return Ok(());
    }
    let name = quote(&shape.header[choice.index]);
    let message = if sample.others.is_empty() {
        format!("the first {} rows have no field in the column {name}", shape.rows.len())
    } else {
        let examples = values::examples(&sample.others, |text| shared::dialect::decode(encoding, text));
        let what = if sample.others.iter().any(|(_, text)| values::is_number(text)) {
            "temperature (a number below a billion)"
        } else {
            "number"
        };
        format!("there is no {what} in the column {name} in the first {} rows: {examples}", shape.rows.len())
    };
    let mut hint = "name another column with --column NAME".to_owned();
    if !choice.others.is_empty() {
        let others = list(choice.others.iter().map(|index| shape.header[*index].as_str()));
        hint.push_str(&format!("; candidates: {others}"));
    }
    if shape.header.len() == 1 {
        hint = "if there should be more columns, part them by commas, semicolons or tabs".to_owned();
    }
    Err(Finding::error("no_numbers", message, hint))
}

fn only_missing(sample: &Sample, choice: &Choice, shape: &Shape) -> Finding {
    let mut hint = "if that is the wrong column, name another with --column NAME".to_owned();
    if !choice.others.is_empty() {
        let others = list(choice.others.iter().map(|index| shape.header[*index].as_str()));
        hint.push_str(&format!("; candidates: {others}"));
    }
    Finding::warning(
        "only_missing_values",
        format!(
            "there is no temperature in the first {} rows of the column {}",
            sample.missing,
            quote(&shape.header[choice.index])
        ),
        hint,
    )
}

/// The unit that the header tells, else the profile.
fn unit(choice: &Choice, profile: &Profile, shape: &Shape, findings: &mut Vec<Finding>) -> Unit {
    let unit = if choice.unit == Unit::Unknown { profile.unit.unwrap_or_default() } else { choice.unit };
    if unit == Unit::Unknown {
        findings.push(Finding::info(
            "unit_unknown",
            format!("the name {} does not tell the unit", quote(&shape.header[choice.index])),
            "name the unit in the header, such as \"temperature (°C)\", or in a profile, to have values checked more closely",
        ));
    }
    unit
}

fn text_column(header: &[String], names: &[String], temperature: usize) -> Option<TextColumn> {
    let index = columns::by_name(header, names).find(|index| *index != temperature)?;
    Some(TextColumn { index, name: header[index].clone() })
}

/// The first column with a time's name whose times are understood.
fn time_column(
    shape: &Shape,
    rows: &[&Record],
    profile: &Profile,
    temperature: usize,
    findings: &mut Vec<Finding>,
) -> Option<TimeColumn> {
    let named: Vec<usize> =
        columns::by_name(&shape.header, &profile.time).filter(|index| *index != temperature).collect();
    for &index in &named {
        let found = match profile.time_format {
            Some(format) => values::fits(rows, index, format).then_some((format, None)),
            None => values::time_format(rows, index),
        };
        if let Some((format, finding)) = found {
            let guessed = finding.is_some();
            findings.extend(finding);
            return Some(TimeColumn { index, name: shape.header[index].clone(), format, guessed });
        }
    }
    let first = *named.first()?;
    let example =
        rows.iter().filter_map(|row| row.fields.get(first)).find(|text| !text.trim_ascii().is_empty());
    findings.push(Finding::info(
        "time_not_understood",
        format!(
            "the times in the column {} are not understood, such as {}; there are no figures by day",
            quote(&shape.header[first]),
            quote(&String::from_utf8_lossy(example.map_or(&b""[..], Vec::as_slice)))
        ),
        "write times as year-month-day, such as 2024-02-29 13:00",
    ));
    None
}

/// Some exports put remarks above the header: says so where a later line looks like one.
fn hint_at_later_header(
    mut finding: Finding,
    shape: &Shape,
    choose: impl Fn(&[String]) -> Result<Choice, Finding>,
    encoding: Encoding,
) -> Finding {
    let is_header = |row: &&Record| {
        let names: Vec<String> = row
            .fields
            .iter()
            .map(|field| shared::dialect::decode(encoding, field).trim().to_owned())
            .collect();
        names.len() > 1 && choose(&names).is_ok()
    };
    if let Some(row) = shape.rows.iter().take(50).find(is_header) {
        finding
            .hint
            .push_str(&format!("; line {} looks like the header: remove the lines above it", row.line));
    }
    finding
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
