//! Whole numbers that are too large for degrees: tenths or hundredths of them, as weather services like to write them.

use shared::{Decimal, Finding, Layout};

use crate::layouts::Found;
use crate::listing::quote;
use crate::table::Table;

/// No air has had so many degrees, but for kelvins, whose least are above [`LEAST_KELVIN`].
const MOST_DEGREES: f64 = 140.0;
/// See [`MOST_DEGREES`].
const LEAST_KELVIN: f64 = 150.0;
/// Fewer values tell nothing.
const FEWEST: usize = 3;

/// A warning for each variable of `found` whose values in the head may be tenths of a degree.
pub fn suspected(table: &Table<'_>, found: &Found) -> Vec<Finding> {
    let columns: Vec<&[usize]> = match &found.layout {
        Layout::Rows { columns } => columns.chunks(1).collect(),
        Layout::Wide { columns } | Layout::Hours { columns } => vec![columns],
        Layout::Months { columns } => vec![columns],
        // Elements of several scales share the column.
        Layout::Long { .. } => Vec::new(),
    };
    let each = found.variables.iter().zip(columns);
    each.filter(|(variable, _)| variable.writing.shift == 0).filter_map(|(variable, columns)| {
        let (least, greatest) = whole_numbers(table, columns, found.mark)?;
        let too_large = greatest.to_f64() > MOST_DEGREES && least.to_f64() < LEAST_KELVIN;
        too_large.then(|| {
            Finding::warning(
                "suspected_tenths",
                format!(
                    "the values of {} are whole numbers from {least} to {greatest} in the first {} rows: too large for degrees, \
                     as tenths or hundredths of a degree would be; they are read as they stand",
                    quote(&variable.name),
                    table.rows.len()
                ),
                "if they are tenths, divide the figures by ten, or upload the values in degrees",
            )
        })
    })
    .collect()
}

/// The least and the greatest number of the columns, if all are whole and there are enough of them.
fn whole_numbers(table: &Table<'_>, columns: &[usize], mark: u8) -> Option<(Decimal, Decimal)> {
    let mut numbers = Vec::new();
    for row in &table.rows {
        for field in columns.iter().filter_map(|index| row.fields.get(*index)) {
            match Decimal::parse(field.trim_ascii(), mark) {
                Ok(number) if !number.is_temperature() || table.markers.has(&number) => {}
                Ok(number) if number.scale() > 0 => return None,
                Ok(number) => numbers.push(number),
                Err(_) => {}
            }
        }
    }
    let enough = numbers.len() >= FEWEST;
    let greatest = numbers.iter().max()?.clone();
    enough.then_some((numbers.into_iter().min()?, greatest))
}
