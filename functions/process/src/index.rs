//! Where the fields of a text's lines end: 64 bytes at a time, by comparing them all at once.
//!
//! The index covers a *window* of whole lines that need no closer look at their quotes: every quote in them either
//! opens a field at its start or closes one at its end. The first line with another quote ends the window.

use wide::u8x64;

/// Bytes that are looked at together.
const WORD: usize = 64;
/// About so many bytes make a window: text and index of one stay in the processor's first cache.
const WINDOW: usize = 6 << 10;

/// The ends of the fields in a window of a text.
#[derive(Debug, Default)]
pub struct Index {
    /// Offsets, from the window's start, of the delimiters and line ends that part fields: the first `count` of it.
    ends: Vec<u32>,
    count: usize,
    /// Number of lines.
    lines: usize,
    start: usize,
    end: usize,
    quoted: bool,
    ascii: bool,
}

impl Index {
    /// Indexes a window of `text` from `start`, the beginning of a line. The window may be empty: the first line
    /// has quotes that need a closer look, or no line end.
    pub fn read(&mut self, text: &[u8], start: usize, delimiter: u8) {
        self.clear();
        (self.start, self.end) = (start, start);
        let mut quotes = Quotes::default();
        let (mut high, mut seen_line_end, mut at) = (u8x64::splat(0), false, start);
        while at < text.len() && (at - start < WINDOW || !seen_line_end) {
            let (word, valid) = load(text, at);
            let equal = |byte: u8| word.simd_eq(u8x64::splat(byte)).to_bitmask() & valid;
            let (mut delimiters, mut line_ends, marks) = (equal(delimiter), equal(b'\n'), equal(b'"'));
            high |= word;
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
            seen_line_end |= line_ends != 0;
            self.take(at - start, delimiters | line_ends);
            if stop != 0 {
                break;
            }
            at += WORD;
        }
        self.quoted = quotes.seen;
        self.ascii = high.to_bitmask() == 0;
        // What is behind the last line end belongs to a line of the next window.
        while let Some(last) = self.count.checked_sub(1).map(|last| self.ends[last] as usize) {
            if text[start + last] == b'\n' {
                self.end = start + last + 1;
                break;
            }
            self.count -= 1;
        }
        self.lines = memchr::memchr_iter(b'\n', &text[self.start..self.end]).count();
    }

    /// Empties the window.
    pub fn clear(&mut self) {
        (self.count, self.lines, self.start, self.end) = (0, 0, 0, 0);
    }

    /// Adds the set bits of `ends`, whose first stands for the offset `base`.
    #[inline]
    fn take(&mut self, base: usize, ends: u64) {
        if self.ends.len() < self.count + WORD {
            self.ends.resize(2 * self.ends.len() + WORD, 0);
        }
        let found = ends.count_ones() as usize;
        let mut rest = ends;
        // Eight at a time without looking whether there are as many: what is too much is written over later.
        for eight in self.ends[self.count..self.count + WORD].chunks_exact_mut(8).take(found.div_ceil(8)) {
            for offset in eight {
                *offset = base as u32 + rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
            }
        }
        self.count += found;
    }

    /// Offset of the window's first byte.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Offset of the first byte behind the window.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Whether a quote is among the window's lines.
    pub fn quoted(&self) -> bool {
        self.quoted
    }

    /// Whether all that was looked at is ASCII.
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Whether each line of `text`, which was read, has `width` fields.
    pub fn is_regular(&self, text: &[u8], width: usize) -> bool {
        // As many line ends as there are lines of that width, and each where one of them ends: so there is none elsewhere.
        let rows = self.ends().chunks_exact(width);
        let is_line_end = |end: &u32| text[self.start + *end as usize] == b'\n';
        self.lines * width == self.count && rows.fold(true, |all, row| all & is_line_end(&row[width - 1]))
    }

    /// Offsets, from the window's start, of the bytes behind its fields: a delimiter or the line's `\n`.
    #[inline]
    pub fn ends(&self) -> &[u32] {
        &self.ends[..self.count]
    }
}

/// The next 64 bytes, and a bit for each of them that the text still has.
#[inline]
fn load(text: &[u8], at: usize) -> (u8x64, u64) {
    if let Some(Ok(bytes)) = text.get(at..at + WORD).map(<[u8; WORD]>::try_from) {
        return (u8x64::new(bytes), u64::MAX);
    }
    let rest = &text[at..];
    let mut bytes = [0; WORD];
    bytes[..rest.len()].copy_from_slice(rest);
    (u8x64::new(bytes), (1 << rest.len()) - 1)
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
    #[inline]
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
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
