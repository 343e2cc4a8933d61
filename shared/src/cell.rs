//! Cells: what is known of one series on one day. The finest thing that is kept.

use crate::account::Reason;
use crate::day::Day;
use crate::summary::Summary;

/// Which cell. The order is that of every table of cells: variable, station (byte by byte), day; what has no day comes
/// first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// Position of the variable in the plan.
    pub variable: u32,
    /// The station; empty where the file has none.
    pub station: String,
    /// The day; `None` without a time column, and for rows whose time is no day.
    pub day: Option<Day>,
}

/// The readings of a cell. `used` is [`Summary::count`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Readings that are empty or a missing marker.
    pub missing: u64,
    /// Readings that are no temperature.
    pub rejected: u64,
    /// The usable ones.
    pub summary: Summary,
}

/// A reading: one value of one series at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// An integer at the variable's scale.
    Scaled(i64),
    /// `digits` × 10^-`scale`, with more fraction digits than the variable's scale.
    Fine {
        /// The digits of the number, a multiple of ten never.
        digits: i64,
        /// Its fraction digits.
        scale: u8,
    },
    /// Any other number.
    Odd(Box<crate::Decimal>),
    /// No temperature.
    Missing,
    /// Something else.
    Rejected(Reason),
}

impl Cell {
    /// Counts a reading.
    #[inline]
    pub fn add(&mut self, reading: &Reading) {
        match reading {
            Reading::Scaled(value) => self.summary.add(*value),
            Reading::Fine { digits, scale } => self.summary.add_fine(*digits, *scale),
            Reading::Odd(value) => self.summary.add_odd(value),
            Reading::Missing => self.missing += 1,
            Reading::Rejected(_) => self.rejected += 1,
        }
    }

    /// Adds the readings of `other`, a cell of the same variable.
    pub fn merge(&mut self, other: &Cell) {
        self.missing += other.missing;
        self.rejected += other.rejected;
        self.summary.merge(&other.summary);
    }
}
