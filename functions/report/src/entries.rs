//! Lines of the report's tables: variables and stations.

use shared::statistics::{StationStatistics, VariableStatistics};
use shared::{Decimal, Role};

use crate::format;

/// A variable in the table of variables.
pub struct Variable {
    pub name: String,
    pub role: &'static str,
    pub unit: &'static str,
    pub used: String,
    pub missing: String,
    pub rejected: String,
    pub mean: String,
    pub min: String,
    pub max: String,
    pub std: String,
}

/// A station in the table of stations.
pub struct Station {
    pub name: String,
    pub count: String,
    pub mean: String,
    pub min: String,
    pub max: String,
    pub std: String,
}

impl Variable {
    /// The entry of a variable whose values have `scale` fraction digits.
    pub fn new(variable: &VariableStatistics, scale: usize) -> Variable {
        let readings = &variable.readings;
        Variable {
            name: named(&variable.name),
            role: match variable.role {
                Role::Mean => "mean",
                Role::Instant => "at a time",
                Role::Max => "maximum",
                Role::Min => "minimum",
            },
            unit: variable.unit.symbol(),
            used: format::count(readings.used),
            missing: format::count(readings.missing),
            rejected: format::count(readings.rejected),
            mean: float(variable.mean, scale),
            min: decimal(variable.min.as_ref(), scale),
            max: decimal(variable.max.as_ref(), scale),
            std: float(variable.std, scale),
        }
    }
}

impl Station {
    /// The entry of a station; values have `scale` fraction digits.
    pub fn new(station: &StationStatistics, scale: usize) -> Station {
        Station {
            name: named(&station.station),
            count: format::count(station.count),
            mean: float(station.mean, scale),
            min: decimal(station.min.as_ref(), scale),
            max: decimal(station.max.as_ref(), scale),
            std: float(station.std, scale),
        }
    }
}

fn named(name: &str) -> String {
    let name = format::name(name);
    if name.trim().is_empty() { "(no name)".to_owned() } else { name }
}

/// A mean or a deviation in a table, for values with `scale` fraction digits.
fn float(value: Option<f64>, scale: usize) -> String {
    value.map_or("–".to_owned(), |value| format::number(value, scale + 2))
}

/// A value in a table.
fn decimal(value: Option<&Decimal>, scale: usize) -> String {
    value.map_or("–".to_owned(), |value| format::decimal(value, scale))
}
