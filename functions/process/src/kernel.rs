//! The fast path: lines whose fields end where the index says, read where they lie.
//!
//! A line that does not fit goes to the careful path, alone: it has another number of fields than the header, quotes
//! that need a closer look, bytes that do not decode, or a value that is neither a plain number at the plan's scale
//! nor missing. Where runs of blanks part the fields, no line fits. For every other line this path counts what the careful one would.

use shared::dialect::{BLANKS, is_note};
use shared::{Columns, Dialect, Encoding, Reading, Slot};

use crate::cells::{DayNumber, NO_DAY};
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
    /// Beginnings of lines that are remarks.
    notes: Vec<Vec<u8>>,
    limits: Limits,
    fields: Fields,
    /// Room for the readings of a row, and for the rows of a window.
    readings: Vec<Reading>,
    batch: Batch,
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
            notes: dialect.notes(),
            limits,
            fields: Fields::new(dialect, columns),
            readings: Vec::new(),
            batch: Batch::default(),
        }
    }

    /// Forgets the text read before.
    pub fn begin(&mut self) {
        self.index.clear();
        self.next = 0;
    }

    /// Counts the lines of `text` from `at`, the beginning of a line, up to one that it cannot read.
    pub fn read(&mut self, text: &[u8], mut at: usize, fold: &mut Fold) -> Stop {
        if self.delimiter == BLANKS && at < text.len() {
            return Stop::Line(at);
        }
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
        let start = at - window;
        // The careful path may have read some lines since.
        while self.index.ends().get(self.next).is_some_and(|end| (*end as usize) < start) {
            self.next += 1;
        }
        let is_plain = self.width > 1
            && !self.damaged
            && self.notes.is_empty()
            && text.len() <= self.limits.line_bytes
            && self.index.is_regular(whole, self.width);
        let (mut readings, mut batch) = (std::mem::take(&mut self.readings), std::mem::take(&mut self.batch));
        let ends = &self.index.ends()[self.next..];
        let mut rows = Rows { text, start, ends, width: self.width, quoted: self.index.quoted() };
        let regular =
            if is_plain { rows.len() } else { rows.iter().take_while(|row| self.is_regular(row)).count() };
        rows.ends = &ends[..regular * self.width];
        let one = match self.fields.slots[..] {
            [slot] if self.fields.elements.is_none() && !self.fields.judged => Some(slot),
            _ => None,
        };
        while let Some(row) = rows.iter().next() {
            // Rows like most come together; the one that ends them, as others do where there is more to read, alone.
            let together = one.map_or(0, |slot| self.one_reading_each(&rows, slot, &mut batch, fold));
            if together > 0 {
                rows.skip(together);
            } else if self.all_readings(&row, &mut readings, &mut batch.joined, fold) {
                rows.skip(1);
            } else {
                break;
            }
        }
        let (lines, end) = (regular - rows.len(), window + rows.start);
        self.next += lines * self.width;
        (self.readings, self.batch) = (readings, batch);
        (lines, end)
    }

    /// Whether the line has as many fields as the header, and nothing that needs a closer look.
    fn is_regular(&self, row: &Row<'_>) -> bool {
        let end = row.end();
        let is_line_end = |end: &u32| row.text[*end as usize] == b'\n';
        row.ends.last().is_some_and(is_line_end)
            && !row.ends[..self.width - 1].iter().any(is_line_end)
            && end - row.start <= self.limits.line_bytes
            // A blank line is no row, and where there is but one column it has as many fields as a row.
            && !(self.width == 1 && matches!(&row.text[row.start..end], [] | b"\r"))
            && !(self.damaged && std::str::from_utf8(&row.text[row.start..end]).is_err())
            && !is_note(&row.text[row.start..end], &self.notes)
    }

    /// Counts the first of `rows`, as long as their one reading is an integer at its variable's scale: how many. One field
    /// after the other, each in all rows: what is done for a row does not wait for what was done for the row before.
    fn one_reading_each(&self, rows: &Rows<'_>, slot: Slot, batch: &mut Batch, fold: &mut Fold) -> usize {
        let Batch { values, stations, days, joined } = batch;
        let text = rows.text;
        values.clear();
        for (start, end) in rows.field(slot.index) {
            match self.fields.scaled(slot.variable, text, start, end) {
                Some(value) => values.push(value),
                None => break,
            }
        }
        let count = values.len();
        stations.clear();
        if let Some(index) = self.fields.station {
            let fields = rows.field(index).take(count);
            stations.extend(fields.map(|(start, end)| fold.station_in(text, start, end)));
        }
        days.clear();
        if self.fields.has_time() {
            let times = rows.iter().take(count);
            days.extend(times.map(|row| {
                let time = self.fields.time(|index| row.text_of(index), joined);
                time.map_or(NO_DAY, |time| fold.day(time))
            }));
        }
        fold.scaled_rows(slot, values, stations, days);
        count
    }

    /// Counts a row, unless one of its readings is neither a number of a common form nor missing.
    fn all_readings(
        &self,
        row: &Row<'_>,
        readings: &mut Vec<Reading>,
        joined: &mut Vec<u8>,
        fold: &mut Fold,
    ) -> bool {
        let slots = match &self.fields.elements {
            None => 0..self.fields.slots.len(),
            Some(elements) => {
                let (start, end) = row.field(elements.index);
                match elements.find(&row.text[start..end]) {
                    Some(slot) => slot..slot + 1,
                    // The header once more is no row.
                    None if elements.is_named(&row.text[start..end]) => return false,
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
        if self.fields.judged && !self.judge(first_slot, readings, row) {
            return false;
        }
        let station = self.fields.station.map(|index| {
            let (start, end) = row.field(index);
            fold.station_in(row.text, start, end)
        });
        let time = self.fields.time(|index| row.text_of(index), joined);
        fold.row(first_slot, readings, station, time);
        true
    }
}

impl Kernel {
    /// Whether no reading is refused for its quality; what has none is missing then.
    fn judge(&self, first_slot: usize, readings: &mut [Reading], row: &Row<'_>) -> bool {
        let slots = &self.fields.slots[first_slot..];
        slots.iter().zip(readings).all(|(slot, reading)| {
            let known = std::mem::replace(reading, Reading::Missing);
            *reading = self.fields.judge(slot.variable, known, |index| row.text_of(index));
            !matches!(reading, Reading::Rejected(_))
        })
    }
}

/// What was read of rows with one reading each.
#[derive(Default)]
struct Batch {
    values: Vec<i64>,
    /// Positions of the stations, and the days; none where the file has none.
    stations: Vec<usize>,
    days: Vec<DayNumber>,
    /// Room for a time that is put together.
    joined: Vec<u8>,
}

/// Lines of a window, of as many fields each.
struct Rows<'a> {
    text: &'a [u8],
    /// Offset of the first byte.
    start: usize,
    /// Offsets of the bytes behind the fields.
    ends: &'a [u32],
    width: usize,
    /// Whether the window has quotes.
    quoted: bool,
}

impl<'a> Rows<'a> {
    fn len(&self) -> usize {
        self.ends.len() / self.width
    }

    /// One row after the other.
    fn iter(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let (text, quoted, mut start) = (self.text, self.quoted, self.start);
        self.ends.chunks_exact(self.width).map(move |ends| {
            let row = Row { text, start, ends, quoted };
            start = row.end() + 1;
            row
        })
    }

    /// Where the texts of a field are.
    #[inline]
    fn field(&self, index: usize) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        self.iter().map(move |row| row.field(index))
    }

    /// Goes on behind the first `count` rows.
    fn skip(&mut self, count: usize) {
        let (skipped, rest) = self.ends.split_at(count * self.width);
        self.start = skipped.last().map_or(self.start, |end| *end as usize + 1);
        self.ends = rest;
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

impl<'a> Row<'a> {
    /// A field's text, as [`Self::field`].
    #[inline]
    fn text_of(&self, index: usize) -> &'a [u8] {
        let (start, end) = self.field(index);
        &self.text[start..end]
    }

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
