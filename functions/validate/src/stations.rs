//! What is odd about the stations of the head.

use std::collections::HashSet;

use shared::{Finding, TextColumn, TimeColumn};

use crate::listing::quote;
use crate::table::Table;

/// So many rows may well have a station each.
const FEW_ROWS: usize = 50;

/// Fewer rows may have a station each that is called by its number.
const FEWEST_NUMBERS: usize = 10;

/// Whether a column has the next number in every row of the head.
pub fn count_rows(table: &Table<'_>, column: &TextColumn) -> bool {
    let numbers: Option<Vec<i64>> =
        table.rows.iter().map(|row| table.text(row, column.index).parse().ok()).collect();
    numbers.is_some_and(|numbers| {
        numbers.len() >= FEWEST_NUMBERS
            && numbers.windows(2).all(|pair| pair[1].checked_sub(1) == Some(pair[0]))
    })
}

/// The finding for a column of stations that has another one in every row of the head, as a row number has. A table of one
/// moment has one row for each station, and nothing is odd about it.
pub fn all_differ(
    table: &Table<'_>,
    station: Option<&TextColumn>,
    time: Option<&TimeColumn>,
) -> Option<Finding> {
    let station = station?;
    let texts: Vec<String> =
        table.rows.iter().map(|row| table.text(row, station.index)).filter(|text| !text.is_empty()).collect();
    let different: HashSet<&String> = texts.iter().collect();
    let moments = |time: &TimeColumn| {
        table.rows.iter().map(|row| table.text(row, time.index)).collect::<HashSet<_>>().len()
    };
    if texts.len() <= FEW_ROWS || different.len() < texts.len() || time.is_some_and(|time| moments(time) == 1)
    {
        return None;
    }
    Some(Finding::warning(
        "stations_all_differ",
        format!(
            "every row has another station; is that a row number? The first {} rows have {} different ones in the column {}",
            table.rows.len(),
            different.len(),
            quote(&station.name)
        ),
        "if the column is no station, rename it, such as to \"row\", or give a profile that names another or none",
    ))
}
