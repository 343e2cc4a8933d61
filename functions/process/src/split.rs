//! Blocks to a Partial: each line goes down the fast path, and those that do not fit down the careful one.

use aws::spool::Spooled;
use shared::{Failure, Partial, ProcessTask};

use crate::careful::CarefulReader;
use crate::fold::Fold;
use crate::kernel::{Kernel, Stop};
use crate::limits::Limits;
use crate::rejects::Rejects;
use crate::table::Table;
use crate::words::Processor;

/// Reads the blocks of one split, in order.
pub struct SplitReader {
    kernel: Kernel,
    careful: CarefulReader,
    fold: Fold,
    rejects: Rejects,
    table: Table,
    /// Whether this is the only split of its plan; then a quoted field may hold a line end.
    only: bool,
    /// Text that waits for the rest of a quoted field; less than the longest line allowed.
    open_quote: Vec<u8>,
}

impl SplitReader {
    /// For the split of `task`.
    pub fn new(task: &ProcessTask, limits: Limits) -> Self {
        SplitReader {
            kernel: Kernel::new(&task.dialect, &task.columns, limits),
            careful: CarefulReader::new(&task.dialect, &task.columns, limits),
            fold: Fold::new(&task.dialect, &task.columns, limits.cell_bytes),
            rejects: Rejects::new(task.dialect.transcoding),
            table: Table::default(),
            only: task.split.only,
            open_quote: Vec::new(),
        }
    }

    /// The same with instructions of `processor` alone.
    #[must_use]
    pub fn on(self, processor: Processor) -> Self {
        SplitReader { kernel: self.kernel.on(processor), ..self }
    }

    /// Accounts for the rows of a block of whole lines.
    ///
    /// # Errors
    /// [`Failure::SplitUnsafe`] when a quoted field does not close in its line although there are other splits: they may
    /// begin inside of it. Where no split meets such a field, every line end ends a record, and all began with one:
    /// the first does, and each one behind a split that met none does, too.
    /// [`Failure::DateOrder`] when a row shows that the order of day and month was guessed wrongly.
    /// [`Failure::InvalidTask`] when rejected rows cannot be kept.
    pub fn read(&mut self, block: &[u8]) -> Result<(), Failure> {
        if self.open_quote.is_empty() {
            self.read_text(block, false)?;
        } else {
            let mut text = std::mem::take(&mut self.open_quote);
            text.extend_from_slice(block);
            self.read_text(&text, false)?;
        }
        self.check_order()
    }

    /// Whatever is learned of days in the wrong order is of no use.
    fn check_order(&self) -> Result<(), Failure> {
        if self.fold.is_order_refuted() {
            return Err(Failure::DateOrder(
                "a date can only be read with day and month in the other order than the one that was guessed"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    fn read_text(&mut self, text: &[u8], last: bool) -> Result<(), Failure> {
        let mut extents = self.careful.extents(text, last);
        let mut at = 0;
        self.kernel.begin();
        loop {
            let stop = self.kernel.read(text, at, &mut self.fold);
            let line = match stop {
                Stop::Line(line) => line,
                Stop::Full(next) => {
                    self.write_cells()?;
                    at = next;
                    continue;
                }
                Stop::End => return Ok(()),
            };
            let read = self
                .careful
                .read(text, &mut extents, line, &mut self.fold, &mut self.rejects)
                .map_err(|error| Failure::no_room("rejected rows", &error))?;
            if !self.only && self.careful.crossed_lines() {
                return Err(split_unsafe());
            }
            if read == 0 {
                self.open_quote.extend_from_slice(&text[line..]);
                return Ok(());
            }
            at = line + read;
            if self.fold.is_full() {
                self.write_cells()?;
            }
        }
    }

    /// Makes room for more cells.
    fn write_cells(&mut self) -> Result<(), Failure> {
        self.fold.take_cells(|cells| self.table.add(cells)).map_err(|error| Failure::no_room("cells", &error))
    }

    /// What was learned.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when rejected rows or cells cannot be kept.
    pub fn finish(mut self) -> Result<Learned, Failure> {
        let rest = std::mem::take(&mut self.open_quote);
        self.read_text(&rest, true)?;
        self.check_order()?;
        let table = self.table;
        let cells = self
            .fold
            .take_cells(|cells| table.finish(cells))
            .map_err(|error| Failure::no_room("cells", &error))?;
        Ok(Learned {
            records_rejected: self.rejects.records(),
            rejects: self.rejects.finish().map_err(|error| Failure::no_room("rejected rows", &error))?,
            cells,
            partial: self.fold.finish(),
        })
    }
}

/// What was learned from a split.
pub struct Learned {
    /// All but its cells.
    pub partial: Partial,
    /// The table of its cells.
    pub cells: Spooled,
    /// Its rejected rows and readings, if there are any.
    pub rejects: Option<Spooled>,
    /// How many records these are.
    pub records_rejected: u64,
}

fn split_unsafe() -> Failure {
    Failure::SplitUnsafe(
        "a quoted field goes on over the end of its line; the file's splits may begin inside one".to_owned(),
    )
}
