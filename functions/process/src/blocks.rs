//! Bytes to blocks: a split's text, cut at line ends into pieces of about one mebibyte.
//!
//! Memory is bounded by the block size and the longest line allowed, whatever the object's size.

use std::io;

use shared::dialect::MAX_LINE_BYTES;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Size at which a block is cut. Measured from 256 KiB to 8 MiB: larger blocks fall out of the
/// processor's cache, smaller ones pay Polars' overhead per frame.
pub const BLOCK_BYTES: usize = 1 << 20;

/// Cuts the text that a split owns into blocks. Every block consists of whole lines, and only the
/// object's last line may lack its line end; a line above [`MAX_LINE_BYTES`] comes as a block of its
/// own, cut short.
pub struct Blocks<R> {
    text: R,
    /// Bytes read but not yet given out: less than one line.
    carry: Vec<u8>,
    /// How many bytes the split owns from here on; the line that begins on the last of them
    /// belongs to it with all of its bytes.
    owned: u64,
    ended: bool,
}

impl<R: AsyncRead + Unpin> Blocks<R> {
    /// `text` begins at the first byte of the split's first line; the split owns the lines that begin in
    /// its next `owned` bytes.
    pub fn new(text: R, owned: u64) -> Self {
        Blocks { text, carry: Vec::new(), owned, ended: owned == 0 }
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
            if block.len() >= BLOCK_BYTES
                && (block.len() as u64) < self.owned
                && let Some(last) = memchr::memrchr(b'\n', block)
            {
                self.cut(block, last);
                return Ok(true);
            }
            if block.len() > MAX_LINE_BYTES {
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
        let room = BLOCK_BYTES.saturating_sub(block.len()).max(BLOCK_BYTES / 16);
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
        let mut rest = Vec::with_capacity(BLOCK_BYTES / 16);
        loop {
            rest.clear();
            if !self.fill(&mut rest).await? {
                self.ended = true;
                return Ok(());
            }
            if let Some(at) = memchr::memchr(b'\n', &rest) {
                self.owned = self.owned.saturating_sub(at as u64 + 1);
                self.carry.extend_from_slice(&rest[at + 1..]);
                self.ended = self.owned == 0;
                return Ok(());
            }
            self.owned = self.owned.saturating_sub(rest.len() as u64);
        }
    }
}
