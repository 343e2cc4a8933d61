//! Bytes to blocks: a split's text, cut at line ends into pieces of about one mebibyte.
//!
//! Memory is bounded by the block size and the longest line allowed, whatever the object's size.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::limits::Limits;

/// Cuts the text that a split owns into blocks. Every block consists of whole lines, and only the
/// object's last line may lack its line end; a line that is too long may come as a block of its
/// own, cut short.
pub struct Blocks<R> {
    text: R,
    limits: Limits,
    /// Bytes read but not yet given out: less than one line.
    carry: Vec<u8>,
    /// How many bytes the split owns from here on; the line that begins on the last of them
    /// belongs to it with all of its bytes.
    owned: u64,
    ended: bool,
    /// Bytes of lines too long that were given out in no block.
    skipped: u64,
    /// The text ended before the last of those lines did.
    unfinished: bool,
}

impl<R: AsyncRead + Unpin> Blocks<R> {
    /// `text` begins at the first byte of the split's first line; the split owns the lines that begin in
    /// its next `owned` bytes.
    pub fn new(text: R, owned: u64, limits: Limits) -> Self {
        Blocks { text, limits, carry: Vec::new(), owned, ended: owned == 0, skipped: 0, unfinished: false }
    }

    /// Bytes of lines too long that were given out in no block.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Whether the text ended inside a line that is too long, so that more of it may lie behind.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished
    }

    /// The next block, written over `block`; `false` at the end.
    ///
    /// # Errors
    /// When the text cannot be read.
    pub async fn next(&mut self, block: &mut Vec<u8>) -> io::Result<bool> {
        block.clear();
        if self.ended {
            return Ok(false);
        }
        block.append(&mut self.carry);
        let mut searched = 0;
        loop {
            // The split ends with the first line end at or behind its last byte.
            if block.len() as u64 >= self.owned {
                let from = searched.max(self.owned as usize - 1);
                if let Some(at) = memchr::memchr(b'\n', &block[from..]) {
                    block.truncate(from + at + 1);
                    self.ended = true;
                    return Ok(true);
                }
                searched = block.len();
            }
            if block.len() >= self.limits.block_bytes
                && (block.len() as u64) < self.owned
                && let Some(last) = memchr::memrchr(b'\n', block)
            {
                self.cut(block, last);
                return Ok(true);
            }
            if block.len() > self.limits.line_bytes {
                self.split_off_long_line(block).await?;
                return Ok(true);
            }
            if !self.fill(block).await? {
                self.ended = true;
                return Ok(!block.is_empty());
            }
        }
    }

    /// Gives out `block` up to the line end at `last`, and keeps the rest for the next one.
    fn cut(&mut self, block: &mut Vec<u8>, last: usize) {
        self.carry.extend_from_slice(&block[last + 1..]);
        block.truncate(last + 1);
        self.owned -= block.len() as u64;
    }

    /// Reads on, at most to about one block; `false` at the end of the text.
    async fn fill(&mut self, block: &mut Vec<u8>) -> io::Result<bool> {
        let size = self.limits.block_bytes;
        let room = size.saturating_sub(block.len()).max(size.div_ceil(16));
        block.reserve(room);
        let mut limited = (&mut self.text).take(room as u64);
        Ok(limited.read_buf(block).await? > 0)
    }

    /// `block` begins with lines that may be whole and ends in one that is too long, or will be: gives out
    /// the whole lines first, else the long line as far as it was read, and skips the rest of it.
    async fn split_off_long_line(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        if let Some(last) = memchr::memrchr(b'\n', block) {
            self.cut(block, last);
            return Ok(());
        }
        self.owned = self.owned.saturating_sub(block.len() as u64);
        // As much in any case, so that what is kept of the line does not depend on how its bytes came.
        let kept = block.len().min(self.limits.line_bytes + 1);
        self.skipped += (block.len() - kept) as u64;
        block.truncate(kept);
        let mut rest = Vec::with_capacity(self.limits.block_bytes.div_ceil(16));
        loop {
            rest.clear();
            if !self.fill(&mut rest).await? {
                (self.ended, self.unfinished) = (true, true);
                return Ok(());
            }
            let end = memchr::memchr(b'\n', &rest);
            let skipped = end.map_or(rest.len(), |at| at + 1);
            self.skipped += skipped as u64;
            self.owned = self.owned.saturating_sub(skipped as u64);
            if end.is_some() {
                self.carry.extend_from_slice(&rest[skipped..]);
                self.ended = self.owned == 0;
                return Ok(());
            }
        }
    }
}
