//! Blocks to a Partial: sends each block down the fast path where it can go, else down the careful one.

use shared::{Failure, Partial, ProcessTask};
use tempfile::NamedTempFile;

use crate::careful::CarefulReader;
use crate::fold::Fold;
use crate::frame::FrameReader;
use crate::rejects::Rejects;

/// Reads the blocks of one split, in order.
pub struct SplitReader {
    frames: FrameReader,
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
    pub fn new(task: &ProcessTask) -> Self {
        SplitReader {
            frames: FrameReader::new(&task.dialect, &task.columns),
            careful: CarefulReader::new(&task.dialect, &task.columns),
            fold: Fold::new(&task.columns),
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
        if !self.only && memchr::memchr(b'"', block).is_some() {
            return Err(Failure::SplitUnsafe(
                "a quoted field turned up behind the head of the file; its splits may begin inside one"
                    .to_owned(),
            ));
        }
        if !self.open_quote.is_empty() {
            let mut text = std::mem::take(&mut self.open_quote);
            text.extend_from_slice(block);
            return self.read_carefully(&text, false);
        }
        let Some(frame) = self.frames.read(block) else {
            return self.read_carefully(block, false);
        };
        self.fold.frame(&frame);
        // The block is regular, so each of its lines is a row.
        self.fold.text(frame.temperature.len() as u64, 0, block.len() as u64);
        Ok(())
    }

    fn read_carefully(&mut self, text: &[u8], last: bool) -> Result<(), Failure> {
        let done =
            self.careful.read(text, last, &mut self.fold, &mut self.rejects).map_err(|e| cannot_keep(&e))?;
        self.open_quote.extend_from_slice(&text[done..]);
        Ok(())
    }

    /// What was learned, and the rejected rows if there are any.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when rejected rows cannot be kept.
    pub fn finish(mut self) -> Result<(Partial, Option<NamedTempFile>), Failure> {
        let rest = std::mem::take(&mut self.open_quote);
        self.read_carefully(&rest, true)?;
        let rejects = self.rejects.finish().map_err(|error| cannot_keep(&error))?;
        Ok((self.fold.finish(), rejects))
    }
}

fn cannot_keep(error: &std::io::Error) -> Failure {
    Failure::InvalidTask(format!("cannot keep the rejected rows in a temporary file: {error}"))
}
