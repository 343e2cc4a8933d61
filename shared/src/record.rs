//! Where the records of a delimited text end, and what their fields are: the one grammar of quotes.
//!
//! A field that begins with a quote is quoted: up to the next quote that is not doubled, delimiters and line ends
//! are text. What stands between that quote and the next delimiter belongs to the field, too. A quote anywhere
//! else is text. Lines end in `\n` or `\r\n`. That is RFC 4180 read leniently, as Python's `csv` reads it.
//!
//! A quote that is opened and never closed would swallow the rest of the file. So a record over several lines has
//! a longest length; where it would be longer, or the text ends before, its first line is a record that is
//! [`Extent::Unclosed`], and the next line begins anew.

use std::collections::VecDeque;

use memchr::memchr;

use crate::dialect::BLANKS;

/// The fields of one record, without their quotes.
#[derive(Debug, Default)]
pub struct Record {
    text: Vec<u8>,
    /// End of each field in `text`.
    ends: Vec<usize>,
}

impl Record {
    /// Takes the fields of `record`, which is one record without its line end.
    pub fn read(&mut self, record: &[u8], delimiter: u8) {
        self.text.clear();
        self.ends.clear();
        if delimiter == BLANKS {
            return self.read_between_blanks(record);
        }
        let mut rest = record;
        loop {
            if let Some(quoted) = rest.strip_prefix(b"\"") {
                rest = self.unquote(quoted);
            }
            let end = memchr(delimiter, rest);
            self.text.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
            self.ends.push(self.text.len());
            let Some(end) = end else { return };
            rest = &rest[end + 1..];
        }
    }

    fn read_between_blanks(&mut self, record: &[u8]) {
        for field in between_blanks(record) {
            self.text.extend_from_slice(field);
            self.ends.push(self.text.len());
        }
        if self.ends.is_empty() {
            self.ends.push(0);
        }
    }

    /// Takes the text up to the closing quote, and answers what stands behind it.
    fn unquote<'a>(&mut self, mut rest: &'a [u8]) -> &'a [u8] {
        loop {
            let Some(quote) = memchr(b'"', rest) else {
                self.text.extend_from_slice(rest);
                return &[];
            };
            self.text.extend_from_slice(&rest[..quote]);
            rest = &rest[quote + 1..];
            let Some(behind) = rest.strip_prefix(b"\"") else { return rest };
            self.text.push(b'"');
            rest = behind;
        }
    }

    /// Number of fields; at least one.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was read yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The field at `index`, which must be below [`Self::len`].
    pub fn field(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.field(index))
    }
}

/// How far a record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A record of so many bytes, its line end included, and of so many fields.
    Record {
        /// Length in bytes.
        bytes: usize,
        /// Number of fields.
        fields: usize,
    },
    /// In the first line, of so many bytes, a quoted field opens that does not close soon enough.
    Unclosed {
        /// Length of the first line in bytes, its line end included.
        bytes: usize,
    },
    /// The text ends inside a quoted field, and goes on behind what there is of it.
    NeedsMore,
}

/// Finds where records end, in a text of whole lines.
///
/// Takes time in proportion to the text, whatever its quotes are: how a line reads as the inside of a quoted field
/// depends on nothing before it, so each line is read that way at most once, for all records that might reach it.
pub struct Extents<'a> {
    text: &'a [u8],
    delimiter: u8,
    max_bytes: usize,
    /// Whether nothing follows `text`.
    last: bool,
    /// Lines read as the inside of a quoted field: their offset, and the delimiters of fields in all such lines before.
    inside: VecDeque<(usize, usize)>,
    /// Those of them in which the field closes, and with it the record ends.
    closing: VecDeque<Closing>,
    /// How far lines were read that way, and the delimiters in them.
    read_to: usize,
    delimiters: usize,
}

struct Closing {
    start: usize,
    end: usize,
    /// Delimiters in the lines read up to and with this one.
    delimiters: usize,
}

impl<'a> Extents<'a> {
    /// For the records of `text`, of which one over several lines has at most `max_bytes`.
    pub fn new(text: &'a [u8], delimiter: u8, max_bytes: usize, last: bool) -> Self {
        Extents {
            text,
            delimiter,
            max_bytes,
            last,
            inside: VecDeque::new(),
            closing: VecDeque::new(),
            read_to: 0,
            delimiters: 0,
        }
    }

    /// The extent of the record that begins at `at`, the start of a line. Offsets must not go down from call to call.
    pub fn at(&mut self, at: usize) -> Extent {
        let end = line_end(self.text, at);
        if self.delimiter == BLANKS {
            let fields = between_blanks(trim_line_end(&self.text[at..end])).count().max(1);
            return Extent::Record { bytes: end - at, fields };
        }
        let (delimiters, open) = scan(&self.text[at..end], self.delimiter, false);
        if !open {
            return Extent::Record { bytes: end - at, fields: delimiters + 1 };
        }
        let before = self.forget_lines_before(end);
        let horizon = at.saturating_add(self.max_bytes);
        while self.closing.is_empty() && self.read_to < self.text.len().min(horizon) {
            self.read_line_inside();
        }
        match self.closing.front() {
            Some(closing) if closing.end - at <= self.max_bytes => Extent::Record {
                bytes: closing.end - at,
                fields: delimiters + (closing.delimiters - before) + 1,
            },
            None if !self.last && self.text.len() - at < self.max_bytes => Extent::NeedsMore,
            _ => Extent::Unclosed { bytes: end - at },
        }
    }

    /// Forgets the lines before `start`, and answers how many delimiters were in them.
    fn forget_lines_before(&mut self, start: usize) -> usize {
        self.inside.drain(..self.inside.partition_point(|(line, _)| *line < start));
        self.closing.drain(..self.closing.partition_point(|closing| closing.start < start));
        self.read_to = self.read_to.max(start);
        self.inside.front().map_or(self.delimiters, |(_, before)| *before)
    }

    fn read_line_inside(&mut self) {
        let (start, end) = (self.read_to, line_end(self.text, self.read_to));
        let (delimiters, open) = scan(&self.text[start..end], self.delimiter, true);
        self.inside.push_back((start, self.delimiters));
        self.delimiters += delimiters;
        self.read_to = end;
        if !open {
            self.closing.push_back(Closing { start, end, delimiters: self.delimiters });
        }
    }
}

/// Offset of the first byte behind the line that begins at `at`.
fn line_end(text: &[u8], at: usize) -> usize {
    memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length + 1)
}

/// Reads a line whose beginning lies inside a quoted field (`open`) or not: how many delimiters part fields in it,
/// and whether its end lies inside a quoted field.
fn scan(line: &[u8], delimiter: u8, mut open: bool) -> (usize, bool) {
    let mut delimiters = 0;
    let mut rest = line;
    loop {
        if !open && let Some(quoted) = rest.strip_prefix(b"\"") {
            rest = quoted;
            open = true;
        }
        while open {
            let Some(quote) = memchr(b'"', rest) else { return (delimiters, true) };
            rest = &rest[quote + 1..];
            match rest.strip_prefix(b"\"") {
                Some(behind) => rest = behind,
                None => open = false,
            }
        }
        let Some(end) = memchr(delimiter, rest) else { return (delimiters, false) };
        delimiters += 1;
        rest = &rest[end + 1..];
    }
}

/// The fields of a line that blanks part.
fn between_blanks(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|field| !field.is_empty())
}

/// A line, or a record, without the `\n` or `\r\n` at its end.
pub fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(record: &[u8]) -> Vec<Vec<u8>> {
        let mut fields = Record::default();
        fields.read(record, b',');
        fields.fields().map(<[u8]>::to_vec).collect()
    }

    /// The records of a text, each with its first byte and its fields; an unclosed one is empty.
    fn records(text: &[u8], max_bytes: usize) -> Vec<(usize, Vec<Vec<u8>>)> {
        let mut extents = Extents::new(text, b',', max_bytes, true);
        let (mut at, mut records) = (0, Vec::new());
        while at < text.len() {
            match extents.at(at) {
                Extent::Record { bytes, fields: count } => {
                    let record = fields(trim_line_end(&text[at..at + bytes]));
                    assert_eq!(record.len(), count);
                    records.push((at, record));
                    at += bytes;
                }
                Extent::Unclosed { bytes } => {
                    records.push((at, Vec::new()));
                    at += bytes;
                }
                Extent::NeedsMore => panic!("nothing follows"),
            }
        }
        records
    }

    #[test]
    fn only_a_quote_at_the_start_of_a_field_quotes_it() {
        assert_eq!(fields(b"a,\"b \"\"c\"\", d\",5\" pipe,"), [&b"a"[..], b"b \"c\", d", b"5\" pipe", b""]);
        assert_eq!(fields(b"\"a\"b,\"\""), [&b"ab"[..], b""]);
        assert_eq!(fields(b""), [b""]);
    }

    #[test]
    fn any_number_of_blanks_parts_fields() {
        let mut record = Record::default();
        record.read(b"  2015 01\t 01   -9999 \"x ", BLANKS);
        assert_eq!(record.fields().collect::<Vec<_>>(), [&b"2015"[..], b"01", b"01", b"-9999", b"\"x"]);
        let extent = Extents::new(b" a  b \r\nc\n", BLANKS, 100, true).at(0);
        assert_eq!(extent, Extent::Record { bytes: 8, fields: 2 });
        record.read(b" ", BLANKS);
        assert_eq!(record.len(), 1);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let text = b"\"a,1\nb,2\nc,3\n";
        let starts: Vec<_> = records(text, 1 << 20).iter().map(|(at, fields)| (*at, fields.len())).collect();
        assert_eq!(starts, [(0, 0), (5, 2), (9, 2)]);
    }

    #[test]
    fn a_record_over_several_lines_has_a_longest_length() {
        let text = b"\"a\nb\nc\",1\nd,2\n";
        assert_eq!(records(text, 10)[0].1, [&b"a\nb\nc"[..], b"1"]);
        assert_eq!(records(text, 9)[0], (0, Vec::new()));
    }

    #[test]
    fn a_field_that_is_open_at_the_end_needs_more_unless_it_is_too_long_already() {
        let at = |max_bytes| Extents::new(b"\"a\nb\n", b',', max_bytes, false).at(0);
        assert_eq!((at(6), at(5)), (Extent::NeedsMore, Extent::Unclosed { bytes: 3 }));
    }

    proptest! {
        /// The reference is the csv crate. It knows no longest length, and strips a byte order mark; the text has neither.
        #[test]
        fn records_are_those_of_the_csv_crate(text in "[a\",\n]{0,60}") {
            let text = format!("x{text}\n");
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .terminator(csv::Terminator::Any(b'\n'))
                .from_reader(text.as_bytes());
            let ours = records(text.as_bytes(), usize::MAX);
            // What is open at the end is a record to the csv crate, and to us lines that begin anew.
            let whole = ours.iter().take_while(|(_, fields)| !fields.is_empty());
            let whole = whole.filter(|(at, _)| text.as_bytes()[*at] != b'\n');
            let whole: Vec<_> = whole.map(|(_, fields)| fields.clone()).collect();
            let theirs: Vec<Vec<Vec<u8>>> = reader
                .byte_records()
                .take(whole.len())
                .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
                .collect();
            prop_assert_eq!(whole, theirs);
        }

        /// Reading ahead once for all records gives what reading ahead for each of them gives.
        #[test]
        fn what_was_read_ahead_leaves_no_trace(text in "[a\",\n]{0,80}", max_bytes in 1_usize..40) {
            let text = text.as_bytes();
            let mut extents = Extents::new(text, b',', max_bytes, true);
            let mut at = 0;
            while at < text.len() {
                let extent = extents.at(at);
                prop_assert_eq!(extent, Extents::new(text, b',', max_bytes, true).at(at));
                // Always one line on, so that lines inside records are asked for, too.
                at = line_end(text, at);
            }
        }
    }

    #[test]
    fn time_is_linear_in_the_text_whatever_the_quotes() {
        // 8 MiB in which nearly every line opens a quoted field that does not close: quadratic, this takes hours.
        let text = b"a\"b,\"c,1\n".repeat((8 << 20) / 9);
        assert_eq!(records(&text, 1 << 20).len(), (8 << 20) / 9);
    }
}
