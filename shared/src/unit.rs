//! Units of temperature, as a column header names them.

use serde::{Deserialize, Serialize};

/// Beyond these numbers no air has been colder or warmer, whether they are Celsius, Fahrenheit or Kelvin: -130 °F are
/// -90 °C and 333.15 K are 60 °C, a little beyond the records that [`crate::Profile::generic`] names.
pub const PLAUSIBLE_IN_ANY_UNIT: (f64, f64) = (-130.0, 333.15);

/// The unit a file's temperatures are written in. Values are never converted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Degrees Celsius.
    Celsius,
    /// Degrees Fahrenheit.
    Fahrenheit,
    /// Kelvin.
    Kelvin,
    /// The header does not tell.
    #[default]
    Unknown,
}

impl Unit {
    /// The symbol for people: `°C`, `°F`, `K`, or nothing.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Celsius => "°C",
            Unit::Fahrenheit => "°F",
            Unit::Kelvin => "K",
            Unit::Unknown => "",
        }
    }

    /// A range given in degrees Celsius, in this unit. When the unit is unknown: the numbers that lie in it in
    /// Celsius, in Fahrenheit or in Kelvin, and what is between these.
    pub fn range_from_celsius(self, (low, high): (f64, f64)) -> (f64, f64) {
        match self {
            Unit::Celsius => (low, high),
            Unit::Fahrenheit => (low * 9.0 / 5.0 + 32.0, high * 9.0 / 5.0 + 32.0),
            Unit::Kelvin => (low + 273.15, high + 273.15),
            Unit::Unknown => [Unit::Fahrenheit, Unit::Kelvin]
                .map(|unit| unit.range_from_celsius((low, high)))
                .into_iter()
                .fold((low, high), |all, one| (all.0.min(one.0), all.1.max(one.1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plausible_in_any_unit_is_so_in_one_of_them() {
        assert_eq!(Unit::Fahrenheit.range_from_celsius((-90.0, 60.0)), (-130.0, 140.0));
        assert_eq!(Unit::Kelvin.range_from_celsius((-90.0, 60.0)).1, 333.15);
        assert_eq!(Unit::Unknown.range_from_celsius((-90.0, 60.0)), PLAUSIBLE_IN_ANY_UNIT);
    }
}
