//! One row of a table of cells, or of groups of cells.

use shared::{Cell, CellKey};

/// A cell, or several that were put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub key: CellKey,
    pub cell: Cell,
    /// Stations with a usable reading among what was put together; not counted (0) in tables of cells.
    pub stations: u64,
}

impl Record {
    pub fn merge(&mut self, other: &Record) {
        self.cell.merge(&other.cell);
        self.stations += other.stations;
    }
}

impl From<(CellKey, Cell)> for Record {
    fn from((key, cell): (CellKey, Cell)) -> Self {
        Record { key, cell, stations: 0 }
    }
}
