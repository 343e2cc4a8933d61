//! The finding about values that no air has had, each variable in its own unit.

use shared::unit::PLAUSIBLE_IN_ANY_UNIT;
use shared::{Decimal, Finding, Histogram, Partial, Plan, Unit, Variable, VariablePartial};

use crate::format;

/// What is implausible in one variable.
struct Implausible<'a> {
    variable: &'a Variable,
    /// `lowest` or `highest`, and the value.
    extremes: Vec<(&'static str, String)>,
    /// How many values, and of how many.
    values: String,
    /// The range they lie out of.
    range: String,
}

/// Values outside of the plan's range.
pub fn finding(plan: &Plan, partial: &Partial) -> Option<Finding> {
    let (columns, range) = (plan.columns.as_ref()?, plan.plausible?);
    let primary = columns.primary()?.unit;
    let each = columns.variables.iter().zip(&partial.variables);
    let found: Vec<_> = each
        .filter_map(|(variable, learned)| {
            Implausible::of(variable, learned, range_in(variable.unit, range, primary))
        })
        .collect();
    let message = match &found[..] {
        [] => return None,
        [one] if columns.variables.len() == 1 => {
            let Implausible { values, range, .. } = one;
            format!("{values} cannot be air temperatures: {}; plausible is {range}.", one.named())
        }
        _ => {
            let each = found.iter().map(|one| {
                let (name, named) = (format::name(&one.variable.name), one.named());
                format!("“{name}” has {} ({named}; plausible is {})", one.values.to_lowercase(), one.range)
            });
            format!("Some values cannot be air temperatures: {}.", format::listed(each))
        }
    };
    let mut markers: Vec<_> =
        found.iter().flat_map(|one| &one.extremes).map(|(_, value)| format!("\"{value}\"")).collect();
    markers.sort_unstable();
    markers.dedup();
    // A value that was cut is no marker that would be found again.
    let example = if markers.len() > format::NAMES || markers.iter().any(|marker| marker.contains('…')) {
        String::new()
    } else {
        format!(": \"missing\": [{}]", markers.join(", "))
    };
    let hint = format!(
        "They count in all figures. If they stand for missing values, declare these in a profile, beside the file's \
         other markers{example}. If the unit is another one, name it there."
    );
    Some(Finding::warning("implausible_values", message, hint))
}

/// The range of the plan, which is in the unit of the primary variable, in another unit. Where a unit is unknown it
/// stays as it is: the plan has made it wide enough for any.
fn range_in(unit: Unit, range: (f64, f64), primary: Unit) -> (f64, f64) {
    if unit == primary || primary == Unit::Unknown || range == PLAUSIBLE_IN_ANY_UNIT {
        return range;
    }
    // Without the noise of the conversions: a bound is not beyond itself.
    let celsius = |bound: f64| {
        let bound = match primary {
            Unit::Celsius | Unit::Unknown => bound,
            Unit::Fahrenheit => (bound - 32.0) * 5.0 / 9.0,
            Unit::Kelvin => bound - 273.15,
        };
        (bound * 1e6).round() / 1e6
    };
    unit.range_from_celsius((celsius(range.0), celsius(range.1)))
}

impl<'a> Implausible<'a> {
    fn of(variable: &'a Variable, learned: &VariablePartial, (low, high): (f64, f64)) -> Option<Self> {
        let (min, max) = (learned.total.min(variable.scale)?, learned.total.max(variable.scale)?);
        let extremes = [
            (min.to_f64() < low).then(|| ("lowest", shown(&min))),
            (max.to_f64() > high).then(|| ("highest", shown(&max))),
        ];
        let extremes: Vec<_> = extremes.into_iter().flatten().collect();
        if extremes.is_empty() {
            return None;
        }
        let unit = match variable.unit.symbol() {
            "" => "in Celsius, Fahrenheit and Kelvin together",
            symbol => symbol,
        };
        let (certain, exact) = beyond(&learned.histogram, low, high);
        let values = format!(
            "{}{} of {}",
            if exact { "" } else { "At least " },
            format::count(certain.max(extremes.len() as u64)),
            format::counted(learned.readings.used, "value", "values"),
        );
        let range = format!("{} to {} {unit}", tidy(low), tidy(high));
        Some(Implausible { variable, extremes, values, range })
    }

    /// The extremes in words.
    fn named(&self) -> String {
        let named: Vec<_> =
            self.extremes.iter().map(|(which, value)| format!("the {which} is {value}")).collect();
        named.join(", ")
    }
}

/// How many values certainly lie outside of a range, and whether that is all of them: a bin with an end of the
/// range in it may hold more.
fn beyond(histogram: &Histogram, low: f64, high: f64) -> (u64, bool) {
    // In halves of the finest bins: that is where bins begin and end.
    let (low, high) = ((low * 200.0).round() as i64, (high * 200.0).round() as i64);
    let span = histogram.span();
    let (mut outside, mut exact) = (0, true);
    for bin in histogram.bins() {
        let (first, end) = (2 * bin.first - 1, 2 * (bin.first + span) - 1);
        if end <= low || first >= high {
            outside += bin.count;
        } else if first < low || end > high {
            exact = false;
        }
    }
    (outside, exact)
}

/// A value as the file wrote it, unless nobody could read that.
fn shown(value: &Decimal) -> String {
    format::excerpt(&value.to_string(), 40)
}

/// A bound converted from Celsius, without the noise of the conversion: `-130`, `183.15`.
fn tidy(bound: f64) -> String {
    let text = format!("{bound:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_that_of_the_variables_own_unit() {
        let celsius = (-90.0, 60.0);
        for (unit, primary) in [
            (Unit::Fahrenheit, Unit::Celsius),
            (Unit::Fahrenheit, Unit::Kelvin),
            (Unit::Kelvin, Unit::Fahrenheit),
            (Unit::Celsius, Unit::Kelvin),
            (Unit::Unknown, Unit::Celsius),
        ] {
            let range = primary.range_from_celsius(celsius);
            assert_eq!(
                range_in(unit, range, primary),
                unit.range_from_celsius(celsius),
                "{unit:?} {primary:?}"
            );
        }
        // Nobody knows what the profile said.
        assert_eq!(range_in(Unit::Celsius, (-70.0, 300.0), Unit::Unknown), (-70.0, 300.0));
        assert_eq!(range_in(Unit::Kelvin, PLAUSIBLE_IN_ANY_UNIT, Unit::Celsius), PLAUSIBLE_IN_ANY_UNIT);
    }
}
