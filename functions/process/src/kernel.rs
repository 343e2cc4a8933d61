//! The fast path: lines whose fields end where the index says, read where they lie.
//!
//! A line that does not fit goes to the careful path, alone: it has another number of fields than the header, quotes
//! that need a closer look, bytes that do not decode, or a value that is neither a plain number at the plan's scale
//! nor missing. For every other line this path counts what the careful one would.

use shared::{Columns, Dialect, Encoding, Reading};

use crate::fields::Fields;
use crate::fold::Fold;
use crate::index::{Index, Line};
use crate::limits::Limits;

/// Reads lines fast.
pub struct Kernel {
    index: Index,
    /// Position in the index of the next line.
    next: usize,
    /// Whether lines of the window need to be looked at for bytes that do not decode.
    damaged: bool,
    /// Whether a quote was seen in the text.
    quoted: bool,
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
            quoted: false,
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
        self.quoted = false;
    }

    /// Whether a quote was seen in the text, as far as it was looked at.
    pub fn quoted(&self) -> bool {
        self.quoted
    }

    /// Counts the lines of `text` from `at`, the beginning of a line, up to one that it cannot read.
    pub fn read(&mut self, text: &[u8], mut at: usize, fold: &mut Fold) -> Stop {
        while at < text.len() {
            if at >= self.index.end() {
                self.index.read(text, at, self.delimiter);
                self.next = 0;
                self.quoted |= self.index.quoted();
                self.damaged = self.encoding == Encoding::Utf8
                    && !self.index.is_ascii()
                    && simdutf8::basic::from_utf8(&text[at..self.index.end()]).is_err();
                if self.index.line_count() == 0 {
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
    fn window(&mut self, text: &[u8], at: usize, fold: &mut Fold) -> (usize, usize) {
        // The careful path may have read some lines since.
        while self.next < self.index.line_count() && self.index.line(self.next).start < at {
            self.next += 1;
        }
        let first = self.next;
        let mut readings = std::mem::take(&mut self.readings);
        while self.next < self.index.line_count()
            && self.line(text, self.index.line(self.next), &mut readings, fold)
        {
            self.next += 1;
        }
        self.readings = readings;
        let read = self.next - first;
        let is_all = self.next == self.index.line_count();
        (read, if is_all { self.index.end() } else { self.index.line(self.next).start })
    }

    /// Counts a line, unless it is for the careful path.
    #[inline]
    fn line(&self, text: &[u8], line: Line<'_>, readings: &mut Vec<Reading>, fold: &mut Fold) -> bool {
        if line.fields() != self.width
            || line.end - line.start > self.limits.line_bytes
            // A blank line is no row, and where there is but one column it has as many fields as a row.
            || self.width == 1 && matches!(&text[line.start..line.end], [] | b"\r")
            || self.damaged && std::str::from_utf8(&text[line.start..line.end]).is_err()
        {
            return false;
        }
        let slots = match &self.fields.elements {
            None => 0..self.fields.slots.len(),
            Some(elements) => {
                let (start, end) = self.field(text, &line, elements.index);
                match elements.find(&text[start..end]) {
                    Some(slot) => slot..slot + 1,
                    None => {
                        fold.other_element();
                        return true;
                    }
                }
            }
        };
        if let [slot] = self.fields.slots[..] {
            let (start, end) = self.field(text, &line, slot.index);
            if let Some(value) = self.fields.scaled(slot.variable, text, start, end) {
                let station = self.station(text, &line, fold);
                fold.scaled_row(slot, value, station, self.time(text, &line));
                return true;
            }
        }
        let first_slot = slots.start;
        readings.clear();
        for slot in &self.fields.slots[slots] {
            let (start, end) = self.field(text, &line, slot.index);
            match self.fields.common(slot.variable, text, start, end) {
                Some(reading) => readings.push(reading),
                None => return false,
            }
        }
        let station = self.station(text, &line, fold);
        fold.row(first_slot, readings, station, self.time(text, &line));
        true
    }

    #[inline]
    fn station(&self, text: &[u8], line: &Line<'_>, fold: &mut Fold) -> Option<usize> {
        self.fields.station.map(|index| {
            let (start, end) = self.field(text, line, index);
            fold.station_in(text, start, end)
        })
    }

    #[inline]
    fn time<'a>(&self, text: &'a [u8], line: &Line<'_>) -> Option<&'a [u8]> {
        self.fields.time.map(|index| {
            let (start, end) = self.field(text, line, index);
            &text[start..end]
        })
    }

    /// Offsets of a field's text, without its quotes and the line's `\r`.
    #[inline]
    fn field(&self, text: &[u8], line: &Line<'_>, index: usize) -> (usize, usize) {
        let (mut start, mut end) = line.field(index);
        if index + 1 == self.width && end > start && text[end - 1] == b'\r' {
            end -= 1;
        }
        // In a line of the index a quote at the start has its partner at the end.
        if self.index.quoted() && end > start && text[start] == b'"' {
            start += 1;
            end -= 1;
        }
        (start, end)
    }
}
