//! The fast path: lines whose fields end where the index says, read where they lie.
//!
//! A line that does not fit goes to the careful path, alone: it has another number of fields than the header, quotes
//! that need a closer look, bytes that do not decode, or a value that is neither a plain number at the plan's scale
//! nor missing. Where runs of blanks part the fields, no line fits. For every other line this path counts what the careful one would.

use shared::dialect::{BLANKS, is_note};
use shared::{Columns, Dialect, Encoding, Reading, Slot};

use crate::batch::{Batch, MOST};
use crate::fields::Fields;
use crate::fold::Fold;
use crate::index::Index;
use crate::limits::Limits;
use crate::rows::{Row, Rows};
use crate::words::Processor;

/// Reads lines fast.
pub struct Kernel {
    processor: Processor,
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
            processor: Processor::detect(),
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

    /// The same with instructions of `processor` alone.
    #[must_use]
    pub fn on(self, processor: Processor) -> Self {
        Kernel { processor, ..self }
    }

    /// Counts the lines of `text` from `at`, the beginning of a line, up to one that it cannot read.
    pub fn read(&mut self, text: &[u8], mut at: usize, fold: &mut Fold) -> Stop {
        if self.delimiter == BLANKS && at < text.len() {
            return Stop::Line(at);
        }
        while at < text.len() {
            if at >= self.index.end() {
                self.index.read(self.processor, text, at, self.delimiter);
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
        let all = Rows {
            text,
            bounds: &self.index.bounds()[self.next..],
            width: self.width,
            dressed: self.index.is_dressed(),
        };
        debug_assert!(all.start() == start);
        let regular =
            if is_plain { all.len() } else { all.iter().take_while(|row| self.is_regular(row)).count() };
        let mut rows = all.part(0, regular);
        let one = match self.fields.slots[..] {
            [slot] if self.fields.elements.is_none() && !self.fields.judged => Some(slot),
            _ => None,
        };
        while !rows.is_empty() {
            let some = rows.part(0, rows.len().min(MOST));
            let counted = match one {
                Some(slot) if rows.dressed => {
                    self.one_reading_each::<true>(&some, slot, &mut readings, &mut batch, fold)
                }
                Some(slot) => self.one_reading_each::<false>(&some, slot, &mut readings, &mut batch, fold),
                None => some
                    .iter()
                    .take_while(|row| self.all_readings(row, &mut readings, &mut batch.joined, fold))
                    .count(),
            };
            rows = rows.part(counted, rows.len() - counted);
            if counted < some.len() {
                break;
            }
        }
        let (lines, end) = (regular - rows.len(), window + rows.start());
        self.next += lines * self.width;
        (self.readings, self.batch) = (readings, batch);
        (lines, end)
    }

    /// Whether the line has as many fields as the header, and nothing that needs a closer look.
    fn is_regular(&self, row: &Row<'_>) -> bool {
        let (ends, line) = (row.ends(), row.whole());
        let is_line_end = |end: &u32| row.text[*end as usize] == b'\n';
        ends.last().is_some_and(is_line_end)
            && !ends[..self.width - 1].iter().any(is_line_end)
            && line.len() <= self.limits.line_bytes
            // A blank line is no row, and where there is but one column it has as many fields as a row.
            && !(self.width == 1 && matches!(line, [] | b"\r"))
            && !(self.damaged && std::str::from_utf8(line).is_err())
            && !is_note(line, &self.notes)
    }

    /// Counts `rows` up to one that [`Self::all_readings`] does not count: how many.
    fn one_reading_each<const DRESSED: bool>(
        &self,
        rows: &Rows<'_>,
        slot: Slot,
        readings: &mut Vec<Reading>,
        batch: &mut Batch,
        fold: &mut Fold,
    ) -> usize {
        let spans = rows.field::<DRESSED>(slot.index);
        self.fields.scaled(
            self.processor,
            slot.variable,
            rows.text,
            spans,
            &mut batch.scaled,
            &mut batch.others,
        );
        let mut at = 0;
        for turn in 0..=batch.others.len() {
            let other = batch.others.get(turn).copied().unwrap_or(rows.len());
            if other > at {
                batch.count::<DRESSED>(rows, at, other - at, slot, &self.fields, fold);
            }
            at = other;
            if at == rows.len() || !self.all_readings(&rows.row(at), readings, &mut batch.joined, fold) {
                break;
            }
            at += 1;
        }
        at
    }

    /// Counts a row, unless one of its readings is neither a number of a common form nor missing.
    #[inline(always)]
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
