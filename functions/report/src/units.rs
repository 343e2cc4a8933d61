//! Units that nothing tells, and that the values of the whole file speak of.

use std::ops::RangeInclusive;

use shared::{Columns, Finding, Partial, Unit};

use crate::format;

/// Fewer values tell nothing.
const FEWEST: u64 = 30;
/// Kelvins that air may have had.
const KELVIN: RangeInclusive<f64> = 180.0..=335.0;
/// No air has had more degrees Celsius.
const MOST_CELSIUS: f64 = 58.0;
/// Degrees Fahrenheit that air may have had.
const FAHRENHEIT: RangeInclusive<f64> = -130.0..=136.0;

/// The finding about a variable without a unit whose values can only be in one; they are not converted.
pub fn suspected(columns: &Columns, partial: &Partial) -> Option<Finding> {
    let each = columns.variables.iter().zip(&partial.variables);
    let unknown =
        each.filter(|(variable, learned)| variable.unit == Unit::Unknown && learned.readings.used >= FEWEST);
    let mut found = unknown.filter_map(|(variable, learned)| {
        let (min, max) = (learned.total.min(variable.scale)?, learned.total.max(variable.scale)?);
        let within =
            |range: RangeInclusive<f64>| range.contains(&min.to_f64()) && range.contains(&max.to_f64());
        let unit = match () {
            () if within(KELVIN) => Unit::Kelvin,
            () if max.to_f64() > MOST_CELSIUS && within(FAHRENHEIT) => Unit::Fahrenheit,
            () => return None,
        };
        Some((variable, min, max, unit))
    });
    let (variable, min, max, unit) = found.next()?;
    let message = format!(
        "Nothing tells the unit of “{}”, but values from {min} to {max} can only be in {} if they are temperatures of the air.",
        format::name(&variable.name),
        unit.symbol()
    );
    Some(Finding::info(
        "unit_suspected",
        message,
        "They are not converted. Name the unit in the header or in a profile.",
    ))
}
