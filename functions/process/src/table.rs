//! The split's table of cells: in sorted runs on disk where it outgrows the memory.

use std::fs::File;
use std::io::BufWriter;

use climate::{CellWriter, Error, Limits, Runs};
use shared::{Cell, CellKey};
use tempfile::NamedTempFile;

/// The cells taken so far.
#[derive(Default)]
pub struct Table {
    limits: Limits,
    runs: Option<Runs>,
}

impl Table {
    /// Writes `cells`, in the order of tables and each key once, to disk; other cells follow.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn add(&mut self, cells: &mut dyn Iterator<Item = (CellKey, Cell)>) -> Result<(), Error> {
        self.runs.get_or_insert_with(|| Runs::new(self.limits.clone())).add(cells)
    }

    /// The table of all cells, `cells` being the last of them.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn finish(
        mut self,
        cells: &mut dyn Iterator<Item = (CellKey, Cell)>,
    ) -> Result<NamedTempFile, Error> {
        let file = NamedTempFile::new()?;
        let writer = BufWriter::new(file.reopen()?);
        let writer: BufWriter<File> = match self.runs.take() {
            Some(mut runs) => {
                runs.add(cells)?;
                runs.write(Vec::new(), writer)?.1
            }
            None => {
                let mut table = CellWriter::new(writer, self.limits.batch)?;
                for (key, cell) in cells {
                    table.push(key, cell)?;
                }
                table.finish()?
            }
        };
        writer.into_inner().map_err(|error| error.into_error())?;
        Ok(file)
    }
}
