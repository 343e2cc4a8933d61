//! The careful path: row by row, for blocks with something irregular in them. Names each bad row.

use std::io;

use csv_core::ReadRecordResult;
use memchr::memchr;
use shared::decimal::parse_scaled;
use shared::dialect::MAX_LINE_BYTES;
use shared::{Columns, Decimal, Dialect, Reason};

use crate::fold::{Fold, Reading};
use crate::missing::Missing;
use crate::rejects::Rejects;

/// Reads blocks row by row.
pub struct CarefulReader {
    dialect: Dialect,
    columns: Columns,
    missing: Missing,
    record: Record,
}

impl CarefulReader {
    /// For files of this dialect.
    pub fn new(dialect: &Dialect, columns: &Columns) -> Self {
        CarefulReader {
            missing: Missing::new(&columns.temperature),
            record: Record::new(dialect.delimiter as u8),
            dialect: dialect.clone(),
            columns: columns.clone(),
        }
    }

    /// Reads the rows of `block` and answers how many of its bytes were dealt with: all of them, unless a
    /// quoted field is still open at the end and the text goes on behind this block (`last` is false).
    ///
    /// # Errors
    /// When a rejected row cannot be kept.
    pub fn read(
        &mut self,
        block: &[u8],
        last: bool,
        fold: &mut Fold,
        rejects: &mut Rejects,
    ) -> io::Result<usize> {
        let mut at = 0;
        while at < block.len() {
            let rest = &block[at..];
            let line_bytes = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = trim_line_end(&rest[..line_bytes]);
            let number = fold.lines() + 1;
            if line.is_empty() {
                fold.text(1, 1, line_bytes as u64);
                at += line_bytes;
                continue;
            }
            let (outcome, bytes) = if line_length(&rest[..line_bytes]) > MAX_LINE_BYTES {
                (Err(Reason::LineTooLong), line_bytes)
            } else if memchr(b'"', line).is_none() {
                self.record.split(line);
                (self.row(fold), line_bytes)
            } else {
                match self.record.read_quoted(rest, last) {
                    Quoted::Record(bytes)
                        if bytes <= line_bytes || self.record.len() == self.dialect.header.len() =>
                    {
                        (self.row(fold), bytes)
                    }
                    // A record over several lines that does not fit the header was opened by a stray quote:
                    // give up its first line only, so that the lines behind it are not lost.
                    Quoted::Record(_) | Quoted::Unclosed => (Err(Reason::UnclosedQuote), line_bytes),
                    Quoted::NeedsMore => return Ok(at),
                }
            };
            let text = &rest[..bytes];
            if let Err(reason) = outcome {
                fold.rejected(reason);
                rejects.add(number, reason, &self.dialect.decode(trim_line_end(text)))?;
            }
            let lines = memchr::memchr_iter(b'\n', text).count() + usize::from(!text.ends_with(b"\n"));
            fold.text(lines as u64, 0, bytes as u64);
            at += bytes;
        }
        Ok(at)
    }

    /// Folds the record at hand.
    fn row(&self, fold: &mut Fold) -> Result<(), Reason> {
        match self.record.len().cmp(&self.dialect.header.len()) {
            std::cmp::Ordering::Less => return Err(Reason::TooFewFields),
            std::cmp::Ordering::Greater => return Err(Reason::TooManyFields),
            std::cmp::Ordering::Equal => {}
        }
        let reading = self.reading(self.record.field(self.columns.temperature.index))?;
        let station = self.columns.station.as_ref().map(|c| self.dialect.decode(self.record.field(c.index)));
        let time = self.columns.time.as_ref().map(|c| self.record.field(c.index));
        fold.row(&reading, station.as_deref(), time);
        Ok(())
    }

    fn reading(&self, text: &[u8]) -> Result<Reading, Reason> {
        if self.missing.is_text(text) {
            return Ok(Reading::Missing);
        }
        let mark = self.dialect.decimal_mark as u8;
        let scale = self.columns.temperature.scale;
        if let Some(value) = parse_scaled(text, mark, scale) {
            return Ok(if self.missing.is_scaled(value) { Reading::Missing } else { Reading::Scaled(value) });
        }
        let value = Decimal::parse(text, mark)?;
        if self.missing.is_number(&value) {
            return Ok(Reading::Missing);
        }
        Ok(value.to_scaled(scale).map_or(Reading::Odd(value), Reading::Scaled))
    }
}

/// A line without its `\n` or `\r\n`.
fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Length of a line without its `\n`: the measure that the block cutter and the fast path use too.
fn line_length(line: &[u8]) -> usize {
    line.strip_suffix(b"\n").unwrap_or(line).len()
}

/// The fields of one row.
struct Record {
    reader: csv_core::Reader,
    delimiter: u8,
    text: Vec<u8>,
    /// End of each field in `text`.
    ends: Vec<usize>,
    fields: usize,
    /// How many bytes of `text` separate two fields.
    gap: usize,
}

/// What came of reading a record with quotes.
enum Quoted {
    /// A record of so many bytes, its line end included.
    Record(usize),
    /// A quoted field does not close before the text ends or the record is too long.
    Unclosed,
    /// A quoted field is open at the end of the block.
    NeedsMore,
}

impl Record {
    fn new(delimiter: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(csv_core::Terminator::Any(b'\n'))
            .build();
        Record { reader, delimiter, text: Vec::new(), ends: Vec::new(), fields: 0, gap: 0 }
    }

    fn len(&self) -> usize {
        self.fields
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] + self.gap);
        &self.text[start..self.ends[index]]
    }

    /// Takes a line without quotes.
    fn split(&mut self, line: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(line);
        self.ends.clear();
        self.ends.extend(memchr::memchr_iter(self.delimiter, line));
        self.ends.push(line.len());
        self.fields = self.ends.len();
        self.gap = 1;
    }

    /// Takes the record at the start of `rest`, which may go over several lines.
    fn read_quoted(&mut self, rest: &[u8], last: bool) -> Quoted {
        let within = &rest[..rest.len().min(MAX_LINE_BYTES)];
        self.reader.reset();
        // Unquoting never lengthens the text, and there are at most as many fields as bytes.
        self.text.resize(self.text.len().max(within.len()), 0);
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            if self.ends.len() < fields + 64 {
                self.ends.resize(2 * self.ends.len() + 64, 0);
            }
            let (result, bytes_in, bytes_out, ends) =
                self.reader.read_record(&within[read..], &mut self.text[written..], &mut self.ends[fields..]);
            read += bytes_in;
            written += bytes_out;
            fields += ends;
            match result {
                ReadRecordResult::OutputEndsFull => continue,
                ReadRecordResult::Record => break,
                // Everything was read and no line end outside of quotes was among it.
                _ if within.len() == rest.len() && !last => return Quoted::NeedsMore,
                ReadRecordResult::InputEmpty
                    if last && within.len() == rest.len() && !rest.ends_with(b"\n") =>
                {
                    // The last line of the object, without a line end: the record ends with the text,
                    // unless a quote is open, which one more line end would show.
                    let (result, _, _, ends) =
                        self.reader.read_record(b"\n", &mut self.text[written..], &mut self.ends[fields..]);
                    if !matches!(result, ReadRecordResult::Record) {
                        return Quoted::Unclosed;
                    }
                    fields += ends;
                    break;
                }
                _ => return Quoted::Unclosed,
            }
        }
        self.fields = fields;
        self.gap = 0;
        // `\r\n` leaves its `\r` at the end of the last field.
        if let Some(last) = fields.checked_sub(1)
            && self.field(last).ends_with(b"\r")
        {
            self.ends[last] -= 1;
        }
        Quoted::Record(read)
    }
}
