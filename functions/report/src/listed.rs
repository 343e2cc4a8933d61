//! The stations and days of a file: those that stand in the statistics, and how many there are.

use shared::statistics::Groups;

/// The first stations and days of the primary variable, which the statistics list, and the number of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Those that the statistics list.
    pub groups: Groups,
    /// All stations.
    pub stations: u64,
    /// All days.
    pub days: u64,
}
