//! Tables without a header: which of the numbered columns holds the temperatures.

use shared::{Finding, Unit, dialect::decode};

use crate::columns;
use crate::dress;
use crate::listing::quote;
use crate::sniff;
use crate::table::Table;
use crate::times;

/// Asks for the only column that can be one of temperatures, unless the caller names another.
///
/// # Errors
/// The finding `no_header` where there is none, or more than one.
pub fn choose(table: &mut Table<'_>, findings: &mut Vec<Finding>) -> Result<(), Finding> {
    if table.is_asked() || table.wide || !columns::choose(&table.names, table.profile).taken.is_empty() {
        return Ok(());
    }
    let with_unit: Vec<String> = (0..table.names.len())
        .filter(|index| {
            let found = dress::found(table, *index, table.mark(&[*index]), &table.markers);
            found.is_some_and(|found| found.unit != Unit::Unknown)
        })
        .map(|index| table.name(index).to_owned())
        .collect();
    if !with_unit.is_empty() {
        table.asked = with_unit;
        return Ok(());
    }
    let fractions: Vec<usize> =
        (0..table.names.len()).filter(|index| holds_fractions(table, *index)).collect();
    let [only] = fractions[..] else { return Err(sniff::no_header(&first_row(table))) };
    let name = table.name(only).to_owned();
    findings.push(Finding::warning(
        "taken_for_temperatures",
        format!(
            "the file has no header: {} is taken for temperatures because it is the only column of numbers with fractions",
            quote(&name)
        ),
        "put a line with the columns' names at the top, such as time,temperature",
    ));
    table.asked = vec![name];
    Ok(())
}

/// Whether nearly all rows have a number in the column, some with fraction digits, and it is no time.
fn holds_fractions(table: &Table<'_>, index: usize) -> bool {
    let sample = table.sample(index, table.mark(&[index]));
    let nearly_all = sample.numbers > 0 && sample.numbers * 10 >= table.rows.len() * 8;
    nearly_all && sample.scale > 0 && times::format(&table.rows, index, false).is_none()
}

fn first_row(table: &Table<'_>) -> Vec<String> {
    let fields = table.rows.first().map(|row| &row.fields[..]).unwrap_or_default();
    fields.iter().map(|field| decode(table.encoding, field).trim().to_owned()).collect()
}
