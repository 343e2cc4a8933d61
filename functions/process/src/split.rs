//! Blocks to a Partial: each line goes down the fast path, and those that do not fit down the careful one.

use shared::{Failure, Partial, ProcessTask};
use tempfile::NamedTempFile;

use crate::careful::CarefulReader;
use crate::fold::Fold;
use crate::kernel::{Kernel, Stop};
use crate::limits::Limits;
use crate::rejects::Rejects;

/// Reads the blocks of one split, in order.
pub struct SplitReader {
    kernel: Kernel,
    careful: CarefulReader,
    fold: Fold,
    rejects: Rejects,
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
            fold: Fold::new(&task.dialect, &task.columns),
            rejects: Rejects::default(),
            only: task.split.only,
            open_quote: Vec::new(),
        }
    }

    /// Accounts for the rows of a block of whole lines.
    ///
    /// # Errors
    /// [`Failure::SplitUnsafe`] when a quote turns up although other splits begin behind this one;
    /// [`Failure::InvalidTask`] when rejected rows cannot be kept.
    pub fn read(&mut self, block: &[u8]) -> Result<(), Failure> {
        if self.open_quote.is_empty() {
            return self.read_text(block, false);
        }
        let mut text = std::mem::take(&mut self.open_quote);
        text.extend_from_slice(block);
        self.read_text(&text, false)
    }

    fn read_text(&mut self, text: &[u8], last: bool) -> Result<(), Failure> {
        let mut extents = self.careful.extents(text, last);
        let mut at = 0;
        self.kernel.begin();
        loop {
            let stop = self.kernel.read(text, at, &mut self.fold);
            if !self.only && self.kernel.quoted() {
                return Err(split_unsafe());
            }
            let Stop::Line(line) = stop else { return Ok(()) };
            let read = self
                .careful
                .read(text, &mut extents, line, &mut self.fold, &mut self.rejects)
                .map_err(|error| cannot_keep(&error))?;
            if read == 0 {
                self.open_quote.extend_from_slice(&text[line..]);
                return Ok(());
            }
            at = line + read;
        }
    }

    /// What was learned, and the rejected rows if there are any.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when rejected rows cannot be kept.
    pub fn finish(mut self) -> Result<(Partial, Option<NamedTempFile>), Failure> {
        let rest = std::mem::take(&mut self.open_quote);
        self.read_text(&rest, true)?;
        let rejects = self.rejects.finish().map_err(|error| cannot_keep(&error))?;
        Ok((self.fold.finish(), rejects))
    }
}

fn split_unsafe() -> Failure {
    Failure::SplitUnsafe(
        "a quoted field turned up behind the head of the file; its splits may begin inside one".to_owned(),
    )
}

fn cannot_keep(error: &std::io::Error) -> Failure {
    Failure::InvalidTask(format!("cannot keep the rejected rows in a temporary file: {error}"))
}
