//! Variables: the temperatures that a file holds.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::unit::Unit;
use crate::writing::Writing;

/// What a value of a variable says about its time; what CF calls its cell method. The order is the one in which a file's
/// primary variable is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The mean over a time.
    Mean,
    /// The temperature at one time.
    #[default]
    Instant,
    /// The greatest within a time.
    Max,
    /// The least within a time.
    Min,
}

impl Role {
    /// The name used in files: `mean`, `instant`, `max`, `min`.
    pub fn code(self) -> &'static str {
        match self {
            Role::Mean => "mean",
            Role::Instant => "instant",
            Role::Max => "max",
            Role::Min => "min",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A temperature that the file holds: a column, an element of a long table, or all columns of a wide one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// The column's name in the header, or the element's in its column.
    pub name: String,
    /// What its values are.
    pub role: Role,
    /// Unit of the values.
    pub unit: Unit,
    /// Fraction digits of degrees: values are read as integers scaled by 10^`scale`.
    pub scale: u8,
    /// Texts that stand for a missing value, besides the empty field.
    pub missing: Vec<String>,
    /// How its values are written.
    #[serde(default, skip_serializing_if = "is_plain")]
    pub writing: Writing,
}

fn is_plain(writing: &Writing) -> bool {
    *writing == Writing::default()
}
