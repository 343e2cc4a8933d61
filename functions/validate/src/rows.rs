//! One row per time, and a column for each temperature.

use shared::dialect::decode;
use shared::{Finding, Layout, Unit, Variable};

use crate::columns::{self, Choice, MAX_VARIABLES, Taken};
use crate::layouts::Found;
use crate::listing::{list, quote};
use crate::table::{Read, Table};
use crate::values::{self, Sample};
use crate::{lone, marks};

/// The fewest columns of numbers for which a table without a temperature may be one of stations.
const FEWEST_STATIONS: usize = 3;

/// The temperatures among the columns.
///
/// # Errors
/// The finding that says why there are none, or too many.
pub fn find(table: &Table<'_>, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
    let choice = if table.is_asked() {
        columns::choose_asked(&table.names, table.profile, &table.asked)?
    } else {
        columns::choose(&table.names, table.profile)
    };
    let Choice { mut taken, others } = choice;
    if taken.is_empty() {
        let (only, finding) = lone::value(table).ok_or_else(|| no_temperature_column(table))?;
        taken.push(only);
        findings.push(finding);
    }
    if taken.len() > MAX_VARIABLES {
        return Err(too_many(&taken, table));
    }
    let indices: Vec<usize> = taken.iter().map(|taken| taken.index).collect();
    let mark = table.mark(&indices);
    let mut sampled: Vec<Read> = taken
        .iter()
        .map(|taken| table.read(taken, table.name(taken.index), taken.index, mark, &table.rows))
        .collect();
    if let Some(read) = wrong(&sampled, table.is_asked()) {
        return Err(no_numbers(table, read.taken.index, &read.sample, &others));
    }
    if let Some(finding) = sampled.iter().find_map(|read| marks::two(table, read.taken.index)) {
        return Err(finding);
    }
    let left_out: Vec<Read> = sampled.extract_if(.., |read| !read.sample.may_be_temperatures()).collect();
    if !table.is_asked() {
        sparse_last(&mut sampled);
    }
    unit_of_text(table, &mut sampled, findings);
    findings.push(temperature_column(table, &sampled, &others));
    findings.extend(columns_without_numbers(table, &left_out));
    findings.extend(only_missing(table, &sampled, &others));
    findings.extend(sampled.iter_mut().flat_map(|read| std::mem::take(&mut read.findings)));
    let columns: Vec<usize> = sampled.iter().map(|read| read.taken.index).collect();
    let variables = variables(table, &sampled, findings);
    Ok(Found {
        layout: Layout::Rows { columns: columns.clone() },
        variables,
        mark,
        taken: columns,
        time: None,
    })
}

/// The column that keeps the table from being read: any of those asked for, or the best when there is no other.
fn wrong(sampled: &[Read], asked: bool) -> Option<&Read> {
    let mut wrong = sampled.iter().filter(|read| !read.sample.may_be_temperatures());
    let first = wrong.next()?;
    (asked || wrong.count() + 1 == sampled.len()).then_some(first)
}

/// A column that is all but empty in the head, such as a daily mean in a table of hours, leads no fuller one.
pub fn sparse_last(sampled: &mut [Read]) {
    let fullest = sampled.iter().map(|read| read.sample.numbers).max().unwrap_or(0);
    sampled.sort_by_key(|read| read.sample.numbers * 2 < fullest);
}

/// Where no name and no profile tells a unit, the text above the table may name the only one.
fn unit_of_text(table: &Table<'_>, sampled: &mut [Read], findings: &mut Vec<Finding>) {
    let unit = table.legend.unit();
    if unit == Unit::Unknown || sampled.iter().any(|read| read.unit != Unit::Unknown) {
        return;
    }
    sampled.iter_mut().for_each(|read| read.unit = unit);
    findings.push(Finding::info(
        "unit_in_text",
        format!("the text above the table names {} and no other unit of temperature", unit.symbol()),
        "if the temperatures are in another unit, name it in the header or in a profile",
    ));
}

/// The variables, named as their columns. Where names are equal the later ones say which column they are.
fn variables(table: &Table<'_>, sampled: &[Read], findings: &mut Vec<Finding>) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    let mut repeated: Vec<&str> = Vec::new();
    for read in sampled {
        let taken = &read.taken;
        let mut name = table.name(taken.index).to_owned();
        if variables.iter().any(|before| before.name == name) {
            repeated.push(table.name(taken.index));
            name = format!("{name} (column {})", taken.index + 1);
        }
        variables.push(table.variable(&name, read));
    }
    if !repeated.is_empty() {
        repeated.dedup();
        findings.push(Finding::warning(
            "same_name",
            format!("several columns of temperatures are called {}", list(repeated.into_iter())),
            "give each column a name of its own; now the number of the column stands behind the name",
        ));
    }
    variables
}

/// Says which columns are read and why, which one leads, and what is not read.
fn temperature_column(table: &Table<'_>, sampled: &[Read], others: &[usize]) -> Finding {
    let mut message = String::new();
    let mut hint = "";
    if let Some((Read { taken: first, .. }, rest)) = sampled.split_first() {
        let (name, reason) = (quote(table.name(first.index)), &first.reason);
        message = format!("temperatures are read from column {}, {name}: {reason}", first.index + 1);
        if !rest.is_empty() {
            let rest: Vec<&str> = rest.iter().map(|read| table.name(read.taken.index)).collect();
            message.push_str(&format!(
                "; it leads the statistics ({}); also read: {}",
                first.role,
                list(rest.into_iter())
            ));
            hint = "choose other columns with --column NAME, the leading one first";
        }
    }
    if !others.is_empty() {
        let others = table.names_of(others);
        message.push_str(&format!("; other candidates: {}", list(others.into_iter())));
        hint = "choose other columns with --column NAME, the leading one first";
    }
    Finding::info("temperature_column", message, hint)
}

fn columns_without_numbers(table: &Table<'_>, left_out: &[Read]) -> Option<Finding> {
    let sample = &left_out.first()?.sample;
    let names: Vec<&str> = left_out.iter().map(|read| table.name(read.taken.index)).collect();
    Some(Finding::warning(
        "column_without_numbers",
        format!(
            "by their names these columns are temperatures, but there is no number in the first {} rows: {}{}",
            table.rows.len(),
            list(names.into_iter()),
            such_as(table, sample)
        ),
        "they are not read; if they hold temperatures further down, ask for them with --column NAME",
    ))
}

fn such_as(table: &Table<'_>, sample: &Sample) -> String {
    if sample.examples.is_empty() {
        return String::new();
    }
    format!("; such as {}", values::examples(&sample.examples, |text| decode(table.encoding, text)))
}

fn only_missing(table: &Table<'_>, sampled: &[Read], others: &[usize]) -> Option<Finding> {
    let empty = sampled.iter().filter(|read| read.sample.numbers == 0);
    let names: Vec<&str> = empty.map(|read| table.name(read.taken.index)).collect();
    if names.is_empty() {
        return None;
    }
    let columns = if names.len() == 1 { "column" } else { "columns" };
    let mut hint = "if that is the wrong column, name another with --column NAME".to_owned();
    if !others.is_empty() {
        hint.push_str(&format!("; candidates: {}", list(table.names_of(others).into_iter())));
    }
    Some(Finding::warning(
        "only_missing_values",
        format!(
            "there is no temperature in the first {} rows of the {columns} {}",
            table.rows.len(),
            list(names.into_iter())
        ),
        hint,
    ))
}

/// The rejection for a column without a number in the head.
pub fn no_numbers(table: &Table<'_>, index: usize, sample: &Sample, others: &[usize]) -> Finding {
    let name = quote(table.name(index));
    let rows = table.rows.len();
    let message = if sample.examples.is_empty() {
        format!("the first {rows} rows have no field in the column {name}")
    } else {
        let examples = values::examples(&sample.examples, |text| decode(table.encoding, text));
        let what = if sample.examples.iter().any(|(_, text)| values::is_number(text)) {
            "temperature (a number below a billion)"
        } else {
            "number"
        };
        format!("there is no {what} in the column {name} in the first {rows} rows: {examples}")
    };
    let mut hint = "name another column with --column NAME".to_owned();
    if !others.is_empty() {
        hint.push_str(&format!("; candidates: {}", list(table.names_of(others).into_iter())));
    }
    if table.names.len() == 1 {
        hint = "if there should be more columns, part them by commas, semicolons or tabs".to_owned();
    }
    Finding::error("no_numbers", message, hint)
}

fn too_many(taken: &[Taken], table: &Table<'_>) -> Finding {
    let names: Vec<&str> = taken.iter().take(3).map(|taken| table.name(taken.index)).collect();
    let columns = if table.is_asked() { "are asked for" } else { "are temperatures by their names" };
    Finding::error(
        "too_many_temperatures",
        format!(
            "{} columns {columns}, such as {}; a row may hold at most {MAX_VARIABLES}",
            taken.len(),
            list(names.into_iter())
        ),
        "if each column is a station, read them with --wide; otherwise name the columns to read with --column NAME",
    )
}

/// Nothing is called a temperature; where there are columns of numbers beside a time, they may be stations.
fn no_temperature_column(table: &Table<'_>) -> Finding {
    let finding = columns::no_temperature_column(&table.names, table.profile);
    let times: Vec<usize> = columns::by_name(&table.names, &table.profile.time).collect();
    if times.is_empty() || table.names.len() <= FEWEST_STATIONS {
        return finding;
    }
    let columns: Vec<usize> = (0..table.names.len()).filter(|index| !times.contains(index)).collect();
    let mark = table.mark(&columns);
    let numeric = columns.iter().map(|index| table.sample(*index, mark));
    let numbers = numeric.filter(|sample| sample.numbers > 0 && !sample.is_text()).count();
    if numbers < FEWEST_STATIONS {
        return finding;
    }
    let hint = format!(
        "{}; if each of the {numbers} columns of numbers is a station's temperature, read them with --wide",
        finding.hint_of_command()
    );
    Finding::error(&finding.code, finding.message, hint)
}
