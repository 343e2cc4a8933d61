//! Where the fields of a text's lines end: 64 bytes at a time, by comparing them all at once.
//!
//! The index covers a *window* of whole lines that need no closer look at their quotes: every quote in them either
//! opens a field at its start or closes one at its end. The first line with another quote ends the window.

use crate::words::{Compare, Processor, WORD, Work};

/// About so many bytes make a window: text and index of one stay in the processor's first cache.
const WINDOW: usize = 10 << 10;

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
    /// What the next window is tried as.
    dress: Dress,
}

/// How the fields of a window are dressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Dress {
    /// Neither quotes nor `\r`.
    #[default]
    Bare,
    /// Each field in quotes, with no other quote, delimiter or line end in it.
    Full,
    /// In whatever way; so many windows of that kind are still read as such, before one is tried as full.
    Any(u32),
}

/// Windows that are not tried as full after one that is not.
const UNTRIED: u32 = 20;

impl Index {
    /// Indexes a window of `text` from `start`, the beginning of a line, with the instructions of `processor`. The window may
    /// be empty: the first line has quotes that need a closer look, or no line end.
    pub fn read(&mut self, processor: Processor, text: &[u8], start: usize, delimiter: u8) {
        self.clear();
        let text = &text[start..];
        self.find_ends(processor, text, delimiter);
        // What is behind the last line end belongs to a line of the next window.
        let is_line_end = |end: &u32| text[*end as usize] == b'\n';
        self.count = self.ends().iter().rposition(is_line_end).map_or(0, |last| last + 1);
        (self.start, self.end) = (start, start);
        if let Some(last) = self.ends().last() {
            self.end = start + *last as usize + 1;
        }
    }

    /// Empties the window.
    pub fn clear(&mut self) {
        (self.count, self.lines, self.start, self.end) = (0, 0, 0, 0);
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
    pub fn is_regular(&self, text: &[u8], width: usize) -> bool {
        if self.lines * width != self.count {
            return false;
        }
        // As many line ends as there are lines of that width, and each where one of them ends: so there is none elsewhere.
        let (window, ends) = (&text[self.start..self.end], self.ends());
        let (mut all, mut last) = (true, width - 1);
        while let Some(end) = ends.get(last) {
            all &= window.get(*end as usize) == Some(&b'\n');
            last += width;
        }
        all
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

/// A way to read a window, from its start on, with the instructions of the processor at hand; `false` where it is dressed in
/// another way. Each is compiled by itself, so that its loop has the registers for itself.
struct Reads<'a, const HOW: u8> {
    index: &'a mut Index,
    text: &'a [u8],
    delimiter: u8,
}

const BARE: u8 = 0;
const FULL: u8 = 1;
const ANY: u8 = 2;

impl<const HOW: u8> Work for Reads<'_, HOW> {
    type Output = bool;

    #[inline(always)]
    fn with<C: Compare>(self, compare: C) -> bool {
        let Reads { index, text, delimiter } = self;
        match HOW {
            BARE => index.read_alike::<false>(compare, text, delimiter),
            FULL => index.read_alike::<true>(compare, text, delimiter),
            _ => index.read_any(compare, text, delimiter),
        }
    }
}

impl Index {
    /// Finds the ends in `text`, which begins with the window.
    fn find_ends(&mut self, processor: Processor, text: &[u8], delimiter: u8) {
        // As a rule all windows of a text are dressed alike.
        if self.dress == Dress::Bare {
            if processor.run(Reads::<BARE> { index: self, text, delimiter }) {
                return;
            }
            self.dress = Dress::Full;
        }
        if self.dress == Dress::Full {
            if processor.run(Reads::<FULL> { index: self, text, delimiter }) {
                return;
            }
            self.dress = Dress::Any(UNTRIED);
        }
        processor.run(Reads::<ANY> { index: self, text, delimiter });
        self.dress = match self.dress {
            _ if !self.dressed => Dress::Bare,
            Dress::Any(windows @ 1..) => Dress::Any(windows - 1),
            _ => Dress::Full,
        };
    }

    /// Finds the ends where there are neither quotes nor `\r`, or, in `FULL` dress, where each field is in quotes and holds no
    /// other quote, delimiter or line end; `false` where that is not so.
    #[inline(always)]
    fn read_alike<const FULL: bool>(&mut self, compare: impl Compare, text: &[u8], delimiter: u8) -> bool {
        let mut ends = Ends { bounds: &mut self.bounds, count: 0 };
        let (words, rest) = text.as_chunks();
        let mut quoted = Quoted::new(compare);
        let mut at = 0;
        for bytes in words {
            if at >= WINDOW && quoted.seen.lines > 0 {
                break;
            }
            ends.take(compare, at, quoted.read::<FULL>(compare, bytes, delimiter, u64::MAX));
            at += WORD;
        }
        if at == text.len() - rest.len() && (at < WINDOW || quoted.seen.lines == 0) {
            let (bytes, valid) = padded(rest);
            ends.take(compare, at, quoted.read::<FULL>(compare, &bytes, delimiter, valid));
        }
        (self.count, self.lines) = (ends.count, quoted.seen.lines);
        self.ascii = compare.not_ascii(quoted.seen.all) == 0;
        self.dressed = FULL || compare.bits(quoted.seen.dress) != 0;
        if FULL { quoted.others == 0 } else { !self.dressed }
    }

    /// Finds the ends however fields are dressed, up to a line with a quote that needs a closer look.
    #[inline(always)]
    fn read_any(&mut self, compare: impl Compare, text: &[u8], delimiter: u8) -> bool {
        let mut ends = Ends { bounds: &mut self.bounds, count: 0 };
        let mut quotes = Quotes::default();
        let mut all = compare.load(&[0; WORD]);
        let (mut returns, mut lines, mut at) = (0, 0, 0);
        while at < text.len() && (at < WINDOW || lines == 0) {
            let (rest, last);
            let (bytes, valid) = match text[at..].first_chunk() {
                Some(bytes) => (bytes, u64::MAX),
                None => {
                    (last, rest) = padded(&text[at..]);
                    (&last, rest)
                }
            };
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
            ends.take(compare, at, delimiters | line_ends);
            if stop != 0 {
                break;
            }
            at += WORD;
        }
        (self.count, self.lines) = (ends.count, lines);
        self.dressed = quotes.seen || returns != 0;
        self.ascii = compare.not_ascii(all) == 0;
        true
    }
}

/// The last bytes of a text, and a bit for each of them.
#[inline(always)]
fn padded(rest: &[u8]) -> ([u8; WORD], u64) {
    let mut bytes = [0; WORD];
    bytes[..rest.len()].copy_from_slice(rest);
    (bytes, (1 << rest.len()) - 1)
}

/// The ends of fields so far.
struct Ends<'a> {
    bounds: &'a mut Vec<u32>,
    count: usize,
}

impl Ends<'_> {
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
}

/// What there is in the words so far.
struct Seen<C: Compare> {
    /// The bits of all bytes.
    all: C::Word,
    /// Of each place whether there was a quote or a `\r`.
    dress: C::Mask,
    lines: usize,
}

impl<C: Compare> Seen<C> {
    #[inline(always)]
    fn nothing(compare: C) -> Self {
        let all = compare.load(&[0; WORD]);
        Seen { all, dress: compare.same(all, b'"'), lines: 0 }
    }

    /// Reads a word, of whose bytes only those count that are `valid`; the bits of its delimiters and line ends.
    #[inline(always)]
    fn read(&mut self, compare: C, bytes: &[u8; WORD], delimiter: u8, valid: u64) -> u64 {
        let word = compare.load(bytes);
        let line_ends = compare.same(word, b'\n');
        self.all = compare.or(self.all, word);
        let dress = compare.either(compare.same(word, b'"'), compare.same(word, b'\r'));
        self.dress = compare.either(self.dress, dress);
        self.lines += (compare.bits(line_ends) & valid).count_ones() as usize;
        compare.bits(compare.either(line_ends, compare.same(word, delimiter))) & valid
    }
}

/// What there is in the words so far, and whether each field is in quotes.
struct Quoted<C: Compare> {
    seen: Seen<C>,
    /// 1 where the last byte ended a field, so that a quote opens one here.
    ended: u64,
    /// 1 where the last byte was a quote that closed a field, so that it ends here.
    closed: u64,
    /// Bits of quotes, and of ends of fields, that are not where they should be.
    others: u64,
}

impl<C: Compare> Quoted<C> {
    #[inline(always)]
    fn new(compare: C) -> Self {
        Quoted { seen: Seen::nothing(compare), ended: 1, closed: 0, others: 0 }
    }

    /// Reads a word as [`Seen::read`] does, and in `FULL` dress looks at its quotes.
    #[inline(always)]
    fn read<const FULL: bool>(&mut self, compare: C, bytes: &[u8; WORD], delimiter: u8, valid: u64) -> u64 {
        let ends = self.seen.read(compare, bytes, delimiter, valid);
        if FULL {
            let quotes = compare.equal(compare.load(bytes), b'"') & valid;
            // A quote behind each end, and one before it: where there are no others, no field holds a quote, and so none
            // of them holds what would end it.
            let opening = (ends << 1 | self.ended) & valid;
            let closing = quotes & !opening;
            self.others |= opening & !quotes | ends ^ (closing << 1 | self.closed) & valid;
            (self.ended, self.closed) = (ends >> (WORD - 1), closing >> (WORD - 1));
        }
        ends
    }
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

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
