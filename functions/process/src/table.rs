//! The split's table of cells: in sorted runs on disk where it outgrows the memory.

use aws::spool::{Spool, Spooled};
use climate::{Batch, CellWriter, Error, Limits, Runs};

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
    pub fn add(&mut self, cells: &mut dyn Iterator<Item = Batch>) -> Result<(), Error> {
        self.runs.get_or_insert_with(|| Runs::new(self.limits.clone())).add(cells)
    }

    /// The table of all cells, `cells` being the last of them.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn finish(mut self, cells: &mut dyn Iterator<Item = Batch>) -> Result<Spooled, Error> {
        let spool = match self.runs.take() {
            Some(mut runs) => {
                runs.add(cells)?;
                runs.write(Batch::default(), Spool::default())?.1
            }
            None => {
                let mut table = CellWriter::new(Spool::default(), self.limits.batch)?;
                for batch in cells {
                    table.write(batch)?;
                }
                table.finish()?
            }
        };
        Ok(spool.finish()?)
    }
}
