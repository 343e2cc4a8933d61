//! The careful path: one record at a time, for what the kernel cannot read. Names each bad row, and is the reference
//! that the kernel is held against.

use std::io;

use shared::record::{Extent, Extents, Record, trim_line_end};
use shared::scaled::parse_scaled;
use shared::{Columns, Decimal, Dialect, Encoding, Reason};

use crate::fold::{Fold, Reading};
use crate::limits::Limits;
use crate::missing::Missing;
use crate::rejects::Rejects;

/// Reads records.
pub struct CarefulReader {
    dialect: Dialect,
    columns: Columns,
    limits: Limits,
    missing: Missing,
    record: Record,
}

impl CarefulReader {
    /// For files of this dialect.
    pub fn new(dialect: &Dialect, columns: &Columns, limits: Limits) -> Self {
        CarefulReader {
            missing: Missing::new(&columns.temperature),
            dialect: dialect.clone(),
            columns: columns.clone(),
            limits,
            record: Record::default(),
        }
    }

    /// The extents of the records in `text`; `last` where nothing follows it.
    pub fn extents<'a>(&self, text: &'a [u8], last: bool) -> Extents<'a> {
        Extents::new(text, self.dialect.delimiter as u8, self.limits.line_bytes, last)
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
        if trim_line_end(line).is_empty() {
            fold.text(1, 1, line_bytes as u64);
            return Ok(line_bytes);
        }
        let (outcome, bytes) = if line.strip_suffix(b"\n").unwrap_or(line).len() > self.limits.line_bytes {
            (Err(Reason::LineTooLong), line_bytes)
        } else {
            match extents.at(at) {
                // A record over several lines that does not fit the header was opened by a stray quote:
                // give up its first line only, so that the lines behind it are not lost.
                Extent::Record { bytes, fields }
                    if bytes > line_bytes && fields != self.dialect.header.len() =>
                {
                    (Err(Reason::UnclosedQuote), line_bytes)
                }
                Extent::Record { bytes, .. } => (self.row(trim_line_end(&rest[..bytes]), fold), bytes),
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
            rejects.add(fold.lines() + 1, reason, kept)?;
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

    /// Counts a record.
    fn row(&mut self, record: &[u8], fold: &mut Fold) -> Result<(), Reason> {
        self.record.read(record, self.dialect.delimiter as u8);
        match self.record.len().cmp(&self.dialect.header.len()) {
            std::cmp::Ordering::Less => return Err(Reason::TooFewFields),
            std::cmp::Ordering::Greater => return Err(Reason::TooManyFields),
            std::cmp::Ordering::Equal => {}
        }
        let reading = self.reading(self.record.field(self.columns.temperature.index))?;
        let station = self.columns.station.as_ref().map(|column| {
            let name = self.record.field(column.index);
            fold.station_in(name, 0, name.len())
        });
        let time = self.columns.time.as_ref().map(|column| self.record.field(column.index));
        fold.row(&reading, station, time);
        Ok(())
    }

    fn reading(&self, text: &[u8]) -> Result<Reading, Reason> {
        if self.missing.is_text(text) {
            return Ok(Reading::Missing);
        }
        let mark = self.dialect.decimal_mark as u8;
        let scale = self.columns.temperature.scale;
        if let Some(value) = parse_scaled(text.trim_ascii(), mark, scale) {
            return Ok(if self.missing.is_scaled(value) { Reading::Missing } else { Reading::Scaled(value) });
        }
        let value = Decimal::parse(text, mark)?;
        if self.missing.is_number(&value) {
            return Ok(Reading::Missing);
        }
        if !value.is_temperature() {
            return Err(Reason::OutOfRange);
        }
        Ok(value.to_scaled(scale).map_or(Reading::Odd(value), Reading::Scaled))
    }
}
