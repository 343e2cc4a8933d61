//! One row of a table of cells, or of groups of cells.

use polars_core::prelude::PlSmallStr;
use shared::{Cell, CellKey, Day};

/// What [`CellKey`] holds, in the same order; a station of up to 24 bytes needs no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub variable: u32,
    pub station: PlSmallStr,
    pub day: Option<Day>,
}

/// A cell, or several that were put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub key: Key,
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
        Record { key: Key::from(key), cell, stations: 0 }
    }
}

impl From<CellKey> for Key {
    fn from(key: CellKey) -> Self {
        Key { variable: key.variable, station: key.station.into(), day: key.day }
    }
}

impl From<Key> for CellKey {
    fn from(key: Key) -> Self {
        CellKey { variable: key.variable, station: key.station.into(), day: key.day }
    }
}
