//! The careful path: one record at a time, for what the kernel cannot read. Names each bad row, and is the reference
//! that the kernel is held against.

use std::io;

use shared::dialect::{BLANKS, is_note};
use shared::record::{Extent, Extents, Record, trim_line_end};
use shared::{Columns, Dialect, Encoding, Reading, Reason};

use crate::fields::Fields;
use crate::fold::Fold;
use crate::limits::Limits;
use crate::rejects::Rejects;

/// Reads records.
pub struct CarefulReader {
    dialect: Dialect,
    fields: Fields,
    limits: Limits,
    record: Record,
    readings: Vec<Reading>,
    crossed: bool,
    /// Room for a time that is put together.
    joined: Vec<u8>,
    /// Beginnings of lines that are remarks.
    notes: Vec<Vec<u8>>,
}

impl CarefulReader {
    /// For files of this dialect.
    pub fn new(dialect: &Dialect, columns: &Columns, limits: Limits) -> Self {
        CarefulReader {
            fields: Fields::new(dialect, columns),
            dialect: dialect.clone(),
            limits,
            record: Record::default(),
            readings: Vec::new(),
            crossed: false,
            joined: Vec::new(),
            notes: dialect.notes(),
        }
    }

    /// The extents of the records in `text`; `last` where nothing follows it.
    pub fn extents<'a>(&self, text: &'a [u8], last: bool) -> Extents<'a> {
        Extents::new(text, self.dialect.delimiter as u8, self.limits.line_bytes, last)
    }

    /// Whether a quoted field was met that does not close in the line in which it opens.
    pub fn crossed_lines(&self) -> bool {
        self.crossed
    }

    /// Reads the record, or the blank line, that begins at `at` in `text`, and answers how many bytes it has: none when
    /// a quoted field is still open at the end of `text`.
    ///
    /// # Errors
    /// When a rejected row cannot be kept.
    pub fn read(
        &mut self,
        text: &[u8],
        extents: &mut Extents<'_>,
        at: usize,
        fold: &mut Fold,
        rejects: &mut Rejects,
    ) -> io::Result<usize> {
        let rest = &text[at..];
        let line_bytes = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = &rest[..line_bytes];
        let blank = trim_line_end(line);
        if self.is_blank(blank) {
            fold.text(1, 1, line_bytes as u64);
            return Ok(line_bytes);
        }
        if is_note(line, &self.notes) {
            fold.note(line_bytes as u64);
            return Ok(line_bytes);
        }
        let (outcome, bytes) = if line.strip_suffix(b"\n").unwrap_or(line).len() > self.limits.line_bytes {
            (Err(Reason::LineTooLong), line_bytes)
        } else {
            let extent = extents.at(at);
            self.crossed |= !matches!(extent, Extent::Record { bytes, .. } if bytes <= line_bytes);
            match extent {
                // A record over several lines that does not fit the header was opened by a stray quote:
                // give up its first line only, so that the lines behind it are not lost.
                Extent::Record { bytes, fields }
                    if bytes > line_bytes && fields != self.dialect.header.len() =>
                {
                    (Err(Reason::UnclosedQuote), line_bytes)
                }
                Extent::Record { bytes, .. } => {
                    let record = trim_line_end(&rest[..bytes]);
                    self.record.read(record, self.dialect.delimiter as u8);
                    if bytes <= line_bytes && self.repeats_header() {
                        fold.note(line_bytes as u64);
                        return Ok(line_bytes);
                    }
                    match self.row(fold) {
                        Ok(first_slot) => {
                            self.keep_rejected(first_slot, record, fold, rejects)?;
                            (Ok(()), bytes)
                        }
                        Err(reason) => (Err(reason), bytes),
                    }
                }
                Extent::Unclosed { bytes } => (Err(Reason::UnclosedQuote), bytes),
                Extent::NeedsMore => return Ok(0),
            }
        };
        let record = &rest[..bytes];
        if let Err(reason) = outcome {
            fold.rejected(reason);
            let kept = match reason {
                // As much of a line too long as the block cutter keeps of one.
                Reason::LineTooLong => &record[..self.limits.line_bytes + 1],
                _ => trim_line_end(record),
            };
            rejects.add(fold.lines() + 1, None, reason, kept)?;
        }
        if outcome != Err(Reason::LineTooLong)
            && self.dialect.encoding == Encoding::Utf8
            && std::str::from_utf8(record).is_err()
        {
            fold.undecodable();
        }
        let lines = memchr::memchr_iter(b'\n', record).count() + usize::from(!record.ends_with(b"\n"));
        fold.text(lines as u64, 0, bytes as u64);
        Ok(bytes)
    }

    /// Whether there is nothing on a line. A tab alone may part two empty fields, and a blank may be the only one.
    fn is_blank(&self, line: &[u8]) -> bool {
        let is_nothing = |byte: &u8| match self.dialect.delimiter as u8 {
            BLANKS => byte.is_ascii_whitespace(),
            _ => matches!(byte, b' ' | b'\r') && self.dialect.header.len() > 1,
        };
        line.len() <= self.limits.line_bytes && line.iter().all(is_nothing)
    }

    /// Whether the fields of the record at hand are the header's names.
    fn repeats_header(&self) -> bool {
        let header = &self.dialect.header;
        let mut named = false;
        let is_name = |(field, name): (&[u8], &String)| {
            let field = self.dialect.decode(field);
            let field = field.trim();
            named |= field.chars().any(char::is_alphabetic);
            // A unit from elsewhere may stand behind the name.
            name.strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || !field.is_empty() && rest.starts_with(" ("))
        };
        self.record.len() == header.len() && self.record.fields().zip(header).all(is_name) && named
    }

    /// Counts the record at hand, and answers the slot of the first of its readings, which are those at hand.
    fn row(&mut self, fold: &mut Fold) -> Result<usize, Reason> {
        self.readings.clear();
        match self.record.len().cmp(&self.dialect.header.len()) {
            std::cmp::Ordering::Less => return Err(Reason::TooFewFields),
            std::cmp::Ordering::Greater if !self.dialect.surplus => return Err(Reason::TooManyFields),
            std::cmp::Ordering::Greater | std::cmp::Ordering::Equal => {}
        }
        let fields = &self.fields;
        let slots = match &fields.elements {
            None => 0..fields.slots.len(),
            Some(elements) => match elements.find(self.record.field(elements.index)) {
                Some(slot) => slot..slot + 1,
                None => {
                    fold.other_element();
                    return Ok(0);
                }
            },
        };
        let first_slot = slots.start;
        for slot in &fields.slots[slots] {
            let reading = fields.reading(slot.variable, self.record.field(slot.index));
            self.readings.push(fields.judge(slot.variable, reading, |index| self.record.field(index)));
        }
        let station = fields.station.map(|index| {
            let name = self.record.field(index);
            fold.station_in(name, 0, name.len())
        });
        let time = fields.time(|index| self.record.field(index), &mut self.joined);
        fold.row(first_slot, &self.readings, station, time);
        Ok(first_slot)
    }

    /// Keeps the record once for each reading of it that is rejected.
    fn keep_rejected(
        &self,
        first_slot: usize,
        record: &[u8],
        fold: &Fold,
        rejects: &mut Rejects,
    ) -> io::Result<()> {
        for (slot, reading) in self.fields.slots[first_slot..].iter().zip(&self.readings) {
            if let Reading::Rejected(reason) = reading {
                rejects.add(fold.lines() + 1, Some(slot.index), *reason, record)?;
            }
        }
        Ok(())
    }
}
