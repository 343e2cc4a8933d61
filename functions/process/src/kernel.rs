//! The fast path: lines whose fields end where the index says, read where they lie.
//!
//! A line that does not fit goes to the careful path, alone: it has another number of fields than the header, quotes
//! that need a closer look, bytes that do not decode, or a value that is neither a plain number at the plan's scale
//! nor missing. For every other line this path counts what the careful one would.

use shared::{Columns, Dialect, Encoding, Reading, Slot};

use crate::fields::Fields;
use crate::fold::Fold;
use crate::index::Index;
use crate::limits::Limits;

/// Reads lines fast.
pub struct Kernel {
    index: Index,
    /// Position in the index of the end of the next line's first field.
    next: usize,
    /// Whether lines of the window need to be looked at for bytes that do not decode.
    damaged: bool,
    delimiter: u8,
    encoding: Encoding,
    /// Number of fields of a row.
    width: usize,
    limits: Limits,
    fields: Fields,
    readings: Vec<Reading>,
}

/// Why the kernel stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The line that begins here is for the careful path.
    Line(usize),
    /// The fold is full, and the next line begins here.
    Full(usize),
    /// All of the text was read.
    End,
}

impl Kernel {
    /// For files of this dialect; only `columns` are taken out of the text.
    pub fn new(dialect: &Dialect, columns: &Columns, limits: Limits) -> Self {
        Kernel {
            index: Index::default(),
            next: 0,
            damaged: false,
            delimiter: dialect.delimiter as u8,
            encoding: dialect.encoding,
            width: dialect.header.len(),
            limits,
            fields: Fields::new(dialect, columns),
            readings: Vec::new(),
        }
    }

    /// Forgets the text read before.
    pub fn begin(&mut self) {
        self.index.clear();
        self.next = 0;
    }

    /// Counts the lines of `text` from `at`, the beginning of a line, up to one that it cannot read.
    pub fn read(&mut self, text: &[u8], mut at: usize, fold: &mut Fold) -> Stop {
        while at < text.len() {
            if at >= self.index.end() {
                self.index.read(text, at, self.delimiter);
                self.next = 0;
                self.damaged = self.encoding == Encoding::Utf8
                    && !self.index.is_ascii()
                    && simdutf8::basic::from_utf8(&text[at..self.index.end()]).is_err();
                if self.index.ends().is_empty() {
                    return Stop::Line(at);
                }
            }
            let (lines, read) = self.window(text, at, fold);
            fold.text(lines as u64, 0, (read - at) as u64);
            if read < self.index.end() {
                return Stop::Line(read);
            }
            at = read;
            if fold.is_full() {
                return Stop::Full(at);
            }
        }
        Stop::End
    }

    /// Counts the window's lines from `at` on: how many, and where the first one begins that it cannot read.
    fn window(&mut self, whole: &[u8], at: usize, fold: &mut Fold) -> (usize, usize) {
        let window = self.index.start();
        let text = &whole[window..self.index.end()];
        let (mut start, mut lines) = (at - window, 0);
        // The careful path may have read some lines since.
        while self.index.ends().get(self.next).is_some_and(|end| (*end as usize) < start) {
            self.next += 1;
        }
        let mut readings = std::mem::take(&mut self.readings);
        let is_plain = self.width > 1
            && !self.damaged
            && text.len() <= self.limits.line_bytes
            && self.index.is_regular(whole, self.width);
        let one = match self.fields.slots[..] {
            [slot] if self.fields.elements.is_none() => Some(slot),
            _ => None,
        };
        for ends in self.index.ends()[self.next..].chunks_exact(self.width) {
            let row = Row { text, start, ends, quoted: self.index.quoted() };
            let end = row.end();
            let counted = (is_plain || self.is_regular(&row, end))
                && (one.is_some_and(|slot| self.one_reading(&row, slot, fold))
                    || self.all_readings(&row, &mut readings, fold));
            if !counted {
                break;
            }
            (start, lines, self.next) = (end + 1, lines + 1, self.next + self.width);
        }
        self.readings = readings;
        (lines, window + start)
    }

    /// Whether the line, which ends at `end`, has as many fields as the header, and nothing that needs a closer look.
    fn is_regular(&self, row: &Row<'_>, end: usize) -> bool {
        let is_line_end = |end: &u32| row.text[*end as usize] == b'\n';
        row.ends.last().is_some_and(is_line_end)
            && !row.ends[..self.width - 1].iter().any(is_line_end)
            && end - row.start <= self.limits.line_bytes
            // A blank line is no row, and where there is but one column it has as many fields as a row.
            && !(self.width == 1 && matches!(&row.text[row.start..end], [] | b"\r"))
            && !(self.damaged && std::str::from_utf8(&row.text[row.start..end]).is_err())
    }

    /// Counts a row that holds one reading, which is an integer at its variable's scale; else nothing.
    #[inline]
    fn one_reading(&self, row: &Row<'_>, slot: Slot, fold: &mut Fold) -> bool {
        let (start, end) = row.field(slot.index);
        let Some(value) = self.fields.scaled(slot.variable, row.text, start, end) else { return false };
        let station = self.station(row, fold);
        fold.scaled_row(slot, value, station, self.time(row));
        true
    }

    /// Counts a row, unless one of its readings is neither a number of a common form nor missing.
    fn all_readings(&self, row: &Row<'_>, readings: &mut Vec<Reading>, fold: &mut Fold) -> bool {
        let slots = match &self.fields.elements {
            None => 0..self.fields.slots.len(),
            Some(elements) => {
                let (start, end) = row.field(elements.index);
                match elements.find(&row.text[start..end]) {
                    Some(slot) => slot..slot + 1,
                    None => {
                        fold.other_element();
                        return true;
                    }
                }
            }
        };
        let first_slot = slots.start;
        readings.clear();
        for slot in &self.fields.slots[slots] {
            let (start, end) = row.field(slot.index);
            match self.fields.common(slot.variable, row.text, start, end) {
                Some(reading) => readings.push(reading),
                None => return false,
            }
        }
        let station = self.station(row, fold);
        fold.row(first_slot, readings, station, self.time(row));
        true
    }

    #[inline]
    fn station(&self, row: &Row<'_>, fold: &mut Fold) -> Option<usize> {
        self.fields.station.map(|index| {
            let (start, end) = row.field(index);
            fold.station_in(row.text, start, end)
        })
    }

    #[inline]
    fn time<'a>(&self, row: &Row<'a>) -> Option<&'a [u8]> {
        self.fields.time.map(|index| {
            let (start, end) = row.field(index);
            &row.text[start..end]
        })
    }
}

/// A line of a window.
struct Row<'a> {
    text: &'a [u8],
    /// Offset of its first byte.
    start: usize,
    /// Offsets of the bytes behind its fields.
    ends: &'a [u32],
    /// Whether the window has quotes.
    quoted: bool,
}

impl Row<'_> {
    /// Offset of its last byte.
    #[inline]
    fn end(&self) -> usize {
        self.ends.last().map_or(self.start, |end| *end as usize)
    }

    /// Offsets of a field's text, without its quotes and the line's `\r`.
    #[inline]
    fn field(&self, index: usize) -> (usize, usize) {
        let start = if index == 0 { self.start } else { self.ends[index - 1] as usize + 1 };
        let mut end = self.ends[index] as usize;
        if index + 1 == self.ends.len() && end > start && self.text[end - 1] == b'\r' {
            end -= 1;
        }
        // In a line of the index a quote at the start has its partner at the end.
        if self.quoted && end > start && self.text[start] == b'"' {
            return (start + 1, end - 1);
        }
        (start, end)
    }
}
