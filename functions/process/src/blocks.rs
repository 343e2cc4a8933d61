//! Pieces of a split's text to blocks of whole lines, without moving them: only a line that is cut by the end of a piece
//! is put together.
//!
//! Memory is bounded by the pieces and the longest line allowed, whatever the object's size.

use std::io;

use bytes::{Buf, Bytes};

use crate::limits::Limits;

/// Where the text comes from.
pub trait Pieces {
    /// The next piece, never an empty one; `None` at the end.
    ///
    /// # Errors
    /// When the text cannot be read any further.
    fn next(&mut self) -> impl Future<Output = io::Result<Option<Bytes>>> + Send;
}

/// Cuts the text that a split owns into blocks. Every block consists of whole lines, and only the
/// object's last line may lack its line end; a line that is too long may come as a block of its
/// own, cut short.
pub struct Blocks<P> {
    pieces: P,
    limits: Limits,
    /// What is left of the piece at hand.
    piece: Bytes,
    /// The beginning of a line, from the pieces before.
    carry: Vec<u8>,
    /// How many bytes the split owns from `carry` on; the line that begins on the last of them
    /// belongs to it with all of its bytes.
    owned: u64,
    /// What comes next.
    state: State,
    /// Bytes of lines too long that were given out in no block.
    skipped: u64,
    /// The text ended before the last of those lines did.
    unfinished: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The end of a line that the split before owns.
    Foreign,
    /// A line of the split's own.
    Own,
    /// The rest of a line that is too long.
    LongLine,
    /// Nothing.
    End,
}

impl<P: Pieces> Blocks<P> {
    /// `pieces` begin at the first byte of the split's first line; the split owns the lines that begin in
    /// its next `owned` bytes.
    pub fn new(pieces: P, owned: u64, limits: Limits) -> Self {
        let state = if owned == 0 { State::End } else { State::Own };
        Blocks {
            pieces,
            limits,
            piece: Bytes::new(),
            carry: Vec::new(),
            owned,
            state,
            skipped: 0,
            unfinished: false,
        }
    }

    /// `pieces` begin one byte before the split, in a line that the split before owns unless it ends there.
    pub fn behind_another(pieces: P, owned: u64, limits: Limits) -> Self {
        Blocks { state: State::Foreign, ..Blocks::new(pieces, owned + 1, limits) }
    }

    /// Bytes of lines too long that were given out in no block.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Whether the text ended inside a line that is too long, so that more of it may lie behind.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished
    }

    /// The line that the text broke off in, where an error ended it.
    pub fn take_broken_line(&mut self) -> Bytes {
        Bytes::from(std::mem::take(&mut self.carry))
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// When the text cannot be read any further.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if self.state == State::End {
                return Ok(None);
            }
            if self.piece.is_empty() {
                // Let go of, so that its memory can be the next one's.
                self.piece = Bytes::new();
                let Some(piece) = self.pieces.next().await? else { return Ok(self.last_line()) };
                self.piece = piece;
            }
            let block = match self.state {
                State::Foreign => {
                    self.skip_foreign_line();
                    None
                }
                State::Own if self.carry.is_empty() => self.whole_lines(),
                State::Own => self.cut_line(),
                State::LongLine => {
                    self.skip_long_line();
                    None
                }
                State::End => None,
            };
            if block.is_some() {
                return Ok(block);
            }
        }
    }

    /// The line without a line end at the end of the text.
    fn last_line(&mut self) -> Option<Bytes> {
        self.unfinished = self.state == State::LongLine;
        self.state = State::End;
        let line = std::mem::take(&mut self.carry);
        (!line.is_empty()).then(|| Bytes::from(line))
    }

    fn skip_foreign_line(&mut self) {
        let owned = usize::try_from(self.owned).unwrap_or(usize::MAX);
        let within = &self.piece[..self.piece.len().min(owned)];
        let end = memchr::memchr(b'\n', within);
        let skipped = end.map_or(within.len(), |at| at + 1);
        self.piece.advance(skipped);
        self.owned -= skipped as u64;
        if self.owned == 0 {
            // No line begins in this split.
            self.state = State::End;
        } else if end.is_some() {
            self.state = State::Own;
        }
    }

    /// The whole lines of the piece that the split owns; what is behind them is carried on.
    fn whole_lines(&mut self) -> Option<Bytes> {
        let piece = &self.piece[..];
        // The split ends with the first line end at or behind its last byte.
        let last_owned = usize::try_from(self.owned - 1).unwrap_or(usize::MAX);
        let end = piece.get(last_owned..).and_then(|rest| memchr::memchr(b'\n', rest));
        if let Some(end) = end {
            self.state = State::End;
            return Some(self.piece.split_to(last_owned + end + 1));
        }
        let block = memchr::memrchr(b'\n', piece).map(|last| self.piece.split_to(last + 1));
        self.owned -= block.as_ref().map_or(0, |block| block.len() as u64);
        // The line may be as long as one that is cut: then what is kept of it does not depend on the pieces.
        if self.piece.len() <= self.limits.line_bytes {
            self.carry.extend_from_slice(&self.piece);
            self.piece.clear();
        } else if block.is_none() {
            return Some(self.begin_of_long_line());
        }
        block
    }

    /// The line that began in a piece before, once its end is there.
    fn cut_line(&mut self) -> Option<Bytes> {
        let end = memchr::memchr(b'\n', &self.piece);
        let more = end.map_or(self.piece.len(), |at| at + 1);
        let length = self.carry.len() + end.unwrap_or(more);
        if length > self.limits.line_bytes {
            return Some(self.begin_of_long_line());
        }
        self.carry.extend_from_slice(&self.piece[..more]);
        self.piece.advance(more);
        end?;
        self.count_line(self.carry.len());
        Some(Bytes::from(std::mem::take(&mut self.carry)))
    }

    /// As much of a line that is too long as is kept in any case; the rest of it is to be skipped.
    fn begin_of_long_line(&mut self) -> Bytes {
        let missing = (self.limits.line_bytes + 1).saturating_sub(self.carry.len());
        let mut line = std::mem::take(&mut self.carry);
        line.extend_from_slice(&self.piece[..missing]);
        self.piece.advance(missing);
        self.owned = self.owned.saturating_sub(line.len() as u64);
        self.state = State::LongLine;
        Bytes::from(line)
    }

    fn skip_long_line(&mut self) {
        let end = memchr::memchr(b'\n', &self.piece);
        let skipped = end.map_or(self.piece.len(), |at| at + 1);
        self.skipped += skipped as u64;
        self.piece.advance(skipped);
        self.owned = self.owned.saturating_sub(skipped as u64);
        if end.is_some() {
            self.state = if self.owned == 0 { State::End } else { State::Own };
        }
    }

    /// A line of the split's own has been given out.
    fn count_line(&mut self, length: usize) {
        self.owned = self.owned.saturating_sub(length as u64);
        if self.owned == 0 {
            self.state = State::End;
        }
    }
}
