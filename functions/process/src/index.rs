//! Where the fields of a text's lines end: 64 bytes at a time, by comparing them all at once.
//!
//! The index covers a *window* of whole lines that need no closer look at their quotes: every quote in them either
//! opens a field at its start or closes one at its end. The first line with another quote ends the window.

use crate::words::{Compare, WORD};

/// About so many bytes make a window: text and index of one stay in the processor's first cache.
const WINDOW: usize = 6 << 10;

/// The ends of the fields in a window of a text.
#[derive(Debug, Default)]
pub struct Index {
    /// Offsets, from the window's start, of the delimiters and line ends that part fields: `count` of it, behind a first one
    /// that stands for the byte before the window.
    bounds: Vec<u32>,
    count: usize,
    /// Number of lines.
    lines: usize,
    start: usize,
    end: usize,
    dressed: bool,
    ascii: bool,
}

impl Index {
    /// Indexes a window of `text` from `start`, the beginning of a line. The window may be empty: the first line
    /// has quotes that need a closer look, or no line end.
    #[inline(always)]
    pub fn read<C: Compare>(&mut self, compare: C, text: &[u8], start: usize, delimiter: u8) {
        self.clear();
        (self.start, self.end) = (start, start);
        let mut quotes = Quotes::default();
        let mut padded = [0; WORD];
        let mut all = compare.load(&padded);
        let (mut returns, mut lines, mut at) = (0, 0, start);
        while at < text.len() && (at - start < WINDOW || lines == 0) {
            let (bytes, valid) = bytes(text, at, &mut padded);
            let word = compare.load(bytes);
            let equal = |byte: u8| compare.equal(word, byte) & valid;
            let (mut delimiters, mut line_ends, marks) = (equal(delimiter), equal(b'\n'), equal(b'"'));
            all = compare.or(all, word);
            returns |= equal(b'\r');
            let mut stop = 0;
            if marks != 0 || quotes.seen {
                stop = quotes.read(marks, &mut delimiters, line_ends, equal(b'\r'));
                if stop != 0 {
                    // The line with that quote is not part of the window, and no line behind it.
                    let before = (1 << stop.trailing_zeros()) - 1;
                    (delimiters, line_ends) = (delimiters & before, line_ends & before);
                }
            } else {
                quotes.parted = (delimiters | line_ends) >> (WORD - 1);
            }
            lines += line_ends.count_ones() as usize;
            self.take(compare, at - start, delimiters | line_ends);
            if stop != 0 {
                break;
            }
            at += WORD;
        }
        self.lines = lines;
        self.dressed = quotes.seen || returns != 0;
        self.ascii = compare.not_ascii(all) == 0;
        // What is behind the last line end belongs to a line of the next window.
        while self.count > 0 {
            let last = self.bounds[self.count] as usize;
            if text[start + last] == b'\n' {
                self.end = start + last + 1;
                break;
            }
            self.count -= 1;
        }
    }

    /// Empties the window.
    pub fn clear(&mut self) {
        (self.count, self.lines, self.start, self.end) = (0, 0, 0, 0);
    }

    /// Adds the set bits of `ends`, whose first stands for the offset `base`.
    #[inline(always)]
    fn take(&mut self, compare: impl Compare, base: usize, ends: u64) {
        let first = self.count + 1;
        if self.bounds.len() < first + WORD {
            self.bounds.resize(2 * self.bounds.len() + WORD + 1, u32::MAX);
        }
        if let Some(free) = self.bounds[first..].first_chunk_mut() {
            // What is too much is written over later.
            compare.positions(ends, base as u32, free);
        }
        self.count += ends.count_ones() as usize;
    }

    /// Offset of the window's first byte.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Offset of the first byte behind the window.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Whether there may be a quote or a `\r` among the window's lines.
    pub fn is_dressed(&self) -> bool {
        self.dressed
    }

    /// Whether all that was looked at is ASCII.
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Whether each line of `text`, which was read, has `width` fields.
    #[inline(always)]
    pub fn is_regular(&self, text: &[u8], width: usize) -> bool {
        // As many line ends as there are lines of that width, and each where one of them ends: so there is none elsewhere.
        let rows = self.ends().chunks_exact(width);
        let is_line_end = |end: &u32| text[self.start + *end as usize] == b'\n';
        self.lines * width == self.count && rows.fold(true, |all, row| all & is_line_end(&row[width - 1]))
    }

    /// Offsets, from the window's start, of the bytes behind its fields: a delimiter or the line's `\n`.
    #[inline]
    pub fn ends(&self) -> &[u32] {
        self.bounds.get(1..=self.count).unwrap_or_default()
    }

    /// The same behind the offset of the byte before the window, which is -1, as it were: [`u32::MAX`].
    #[inline]
    pub fn bounds(&self) -> &[u32] {
        self.bounds.get(..=self.count).unwrap_or(&[u32::MAX])
    }
}

/// The next 64 bytes, and a bit for each of them that the text still has; the last ones are put into `padded`.
#[inline(always)]
fn bytes<'a>(text: &'a [u8], at: usize, padded: &'a mut [u8; WORD]) -> (&'a [u8; WORD], u64) {
    let rest = &text[at..];
    if let Some(bytes) = rest.first_chunk() {
        return (bytes, u64::MAX);
    }
    padded[..rest.len()].copy_from_slice(rest);
    (padded, (1 << rest.len()) - 1)
}

/// What the quotes up to a word of 64 bytes mean for the next one. Each is one bit: 0 or 1, but `inside`.
struct Quotes {
    /// All bits set where the word begins inside a quoted field, none where it does not.
    inside: u64,
    /// The last byte was a delimiter or line end, so that a quote opens a field here.
    parted: u64,
    /// The last byte closed a field.
    closed: u64,
    /// The last byte was a `\r` behind a closing quote.
    returned: u64,
    seen: bool,
}

impl Default for Quotes {
    fn default() -> Self {
        Quotes { inside: 0, parted: 1, closed: 0, returned: 0, seen: false }
    }
}

impl Quotes {
    /// Reads a word: takes from `delimiters` those inside quotes, and answers the bytes that need a closer look.
    #[inline(always)]
    fn read(&mut self, marks: u64, delimiters: &mut u64, line_ends: u64, returns: u64) -> u64 {
        self.seen = true;
        let inside = prefix_xor(marks) ^ self.inside;
        let (opening, closing) = (marks & inside, marks & !inside);
        *delimiters &= !inside;
        let parting = *delimiters | line_ends;
        let behind = closing << 1 | self.closed;
        let behind_return = (behind & returns) << 1 | self.returned;
        let stop = opening & !(parting << 1 | self.parted)
            | behind & !(parting | returns)
            | behind_return & !line_ends
            | line_ends & inside;
        self.inside = ((inside as i64) >> (WORD - 1)) as u64;
        self.parted = parting >> (WORD - 1);
        self.closed = closing >> (WORD - 1);
        self.returned = (behind & returns) >> (WORD - 1);
        stop
    }
}

/// For each bit, whether an odd number of bits up to and with it is set.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
