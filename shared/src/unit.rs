//! Units of temperature, as a column header names them.

use serde::{Deserialize, Serialize};

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

    /// A range given in degrees Celsius, in this unit; `None` when the unit is unknown.
    pub fn range_from_celsius(self, (low, high): (f64, f64)) -> Option<(f64, f64)> {
        let convert = |celsius: f64| match self {
            Unit::Celsius => Some(celsius),
            Unit::Fahrenheit => Some(celsius * 9.0 / 5.0 + 32.0),
            Unit::Kelvin => Some(celsius + 273.15),
            Unit::Unknown => None,
        };
        Some((convert(low)?, convert(high)?))
    }
}
