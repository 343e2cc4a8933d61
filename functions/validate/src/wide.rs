//! One row per time, and a column for each station.

use std::collections::{HashMap, HashSet};

use shared::dialect::decode;
use shared::{Finding, Layout};

use crate::columns;
use crate::layouts::Found;
use crate::listing::{list, quote};
use crate::names::Name;
use crate::rows::no_numbers;
use crate::table::Table;
use crate::values::{self, Sample};

/// Names of columns that are parts of a time, and no station's.
const TIME_PARTS: [&str; 24] = [
    "year", "yr", "month", "day", "hour", "minute", "second", "doy", "yday", "jahr", "monat", "tag",
    "stunde", "année", "annee", "mois", "jour", "heure", "año", "ano", "mes", "dia", "día", "hora",
];

/// A column of the table that may be a station.
type Station = (usize, Sample);

/// The stations among the columns: those asked for, else all columns of numbers but those of the time.
///
/// # Errors
/// The findings `no_stations`, `no_numbers`, and those for columns asked for.
pub fn find(table: &Table<'_>, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
    let asked = if table.is_asked() {
        let choice = columns::choose_asked(&table.names, table.profile, &table.asked)?;
        Some(choice.taken.iter().map(|taken| taken.index).collect())
    } else {
        None
    };
    let (candidates, marked): (Vec<usize>, Vec<usize>) = match asked {
        Some(asked) => (asked, Vec::new()),
        None => {
            let about = about_the_row(table);
            (0..table.names.len()).partition(|index| !about.contains(&table.names[*index].full_key))
        }
    };
    let mark = table.mark(&candidates);
    let sampled: Vec<Station> = candidates.iter().map(|index| (*index, table.sample(*index, mark))).collect();
    let (stations, text): (Vec<Station>, Vec<Station>) =
        sampled.into_iter().partition(|(_, sample)| sample.may_be_temperatures() && !sample.is_text());
    match text.first() {
        Some((index, sample)) if table.is_asked() => return Err(no_numbers(table, *index, sample, &[])),
        _ if stations.iter().all(|(_, sample)| sample.numbers == 0) => return Err(no_stations(table)),
        _ => {}
    }
    let (columns, samples): (Vec<usize>, Vec<Sample>) = stations.into_iter().unzip();
    findings.push(temperature_column(table, &columns, &marked));
    findings.extend(text_columns(table, &text));
    findings.extend(same_names(table, &columns));
    let (variable, more) = table.common_variable(&columns, &samples);
    findings.extend(more);
    Ok(Found {
        layout: Layout::Wide { columns: columns.clone() },
        variables: vec![variable],
        mark,
        taken: columns,
        time: None,
    })
}

/// The names, run together, of columns that say when or where the row is and are no stations; a column without a name is
/// none either.
fn about_the_row(table: &Table<'_>) -> HashSet<String> {
    let names = table.profile.time.iter().chain(&table.profile.station);
    let names = names.map(|name| Name::new(name).full_key);
    names.chain(TIME_PARTS.map(str::to_owned)).chain([String::new()]).collect()
}

fn temperature_column(table: &Table<'_>, columns: &[usize], marked: &[usize]) -> Finding {
    let mut message = format!(
        "temperatures are read from {} columns, a station each: {}",
        columns.len(),
        list(table.names_of(columns).into_iter())
    );
    let left: Vec<&str> = table.names_of(marked).into_iter().filter(|name| !name.is_empty()).collect();
    if !left.is_empty() {
        message.push_str(&format!("; by their names these are no stations: {}", list(left.into_iter())));
    }
    Finding::info(
        "temperature_column",
        message,
        "name the stations' columns with --column NAME to read others",
    )
}

fn text_columns(table: &Table<'_>, text: &[Station]) -> Option<Finding> {
    let (_, first) = text.first()?;
    let names: Vec<&str> = text.iter().map(|(index, _)| table.name(*index)).collect();
    let what =
        if names.len() == 1 { "a column of text is no station" } else { "columns of text are no stations" };
    let examples = values::examples(&first.examples, |text| decode(table.encoding, text));
    Some(Finding::warning(
        "text_column",
        format!("{what}: {}; such as {examples}", list(names.into_iter())),
        "it is not read; put temperatures into it, or take it out of the file",
    ))
}

/// Stations are told apart by their names alone.
fn same_names(table: &Table<'_>, columns: &[usize]) -> Option<Finding> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    columns.iter().for_each(|index| *counts.entry(table.name(*index)).or_default() += 1);
    let mut repeated: Vec<&str> =
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
    if repeated.is_empty() {
        return None;
    }
    repeated.sort_unstable();
    Some(Finding::warning(
        "same_station",
        format!(
            "several columns have the same name and are read as one station: {}",
            list(repeated.into_iter())
        ),
        "give each station's column a name of its own",
    ))
}

fn no_stations(table: &Table<'_>) -> Finding {
    let names = table.names.iter().map(|name| name.text.as_str());
    Finding::error(
        "no_stations",
        format!(
            "no column holds numbers besides times and row numbers, so none is a station; the {} columns are {}",
            table.names.len(),
            if table.names.len() == 1 { quote(table.name(0)) } else { list(names) }
        ),
        "check that this is a table with a column for each station, and what parts its columns",
    )
}
