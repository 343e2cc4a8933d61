//! The records of a head: where each begins and ends, and its fields without quotes.

use memchr::{memchr, memchr_iter, memrchr};
use shared::dialect::MAX_LINE_BYTES;
use shared::record::{self, Extent, Extents, trim_line_end};

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Line number of its first line, from 1.
    pub line: u64,
    /// Offset of the first byte behind its line end.
    pub end: usize,
    /// The fields' bytes, quotes taken off.
    pub fields: Vec<Vec<u8>>,
}

/// Reads records from a text, as `process` does; blank lines are none.
pub struct Records<'a> {
    text: &'a [u8],
    extents: Extents<'a>,
    delimiter: u8,
    at: usize,
    line: u64,
    /// Number of fields of the first record: one over several lines that has another was opened by a stray quote.
    header: Option<usize>,
    record: record::Record,
}

impl<'a> Records<'a> {
    /// Reads `text` from the offset `at`, which is the start of the line numbered `line`. Unless it is `complete`, its
    /// last line may be cut and is left out.
    pub fn new(text: &'a [u8], complete: bool, delimiter: u8, at: usize, line: u64) -> Self {
        let whole = if complete { text.len() } else { memrchr(b'\n', text).map_or(0, |end| end + 1) };
        let text = &text[..whole.max(at)];
        Records {
            text,
            extents: Extents::new(text, delimiter, MAX_LINE_BYTES, complete),
            delimiter,
            at,
            line,
            header: None,
            record: record::Record::default(),
        }
    }

    /// Number of the next line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Length and fields of the record that begins at `self.at`.
    fn read(&mut self) -> (usize, Vec<Vec<u8>>) {
        let rest = &self.text[self.at..];
        let first = line_length(rest);
        if let Extent::Record { bytes, fields } = self.extents.at(self.at)
            && (bytes <= first || self.header.is_none_or(|header| fields == header))
        {
            self.record.read(trim_line_end(&rest[..bytes]), self.delimiter);
            return (bytes, self.record.fields().map(<[u8]>::to_vec).collect());
        }
        let line = trim_line_end(&rest[..first]);
        (first, line.split(|byte| *byte == self.delimiter).map(<[u8]>::to_vec).collect())
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.at < self.text.len() {
            let (length, fields) = self.read();
            let text = &self.text[self.at..self.at + length];
            let line = self.line;
            self.line += memchr_iter(b'\n', text).count() as u64;
            self.at += length;
            if !trim_line_end(text).is_empty() {
                self.header.get_or_insert(fields.len());
                return Some(Record { line, end: self.at, fields });
            }
        }
        None
    }
}

/// Length of the first line, its line end included.
pub fn line_length(text: &[u8]) -> usize {
    memchr(b'\n', text).map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, complete: bool) -> Vec<(u64, usize, Vec<String>)> {
        Records::new(text.as_bytes(), complete, b',', 0, 1)
            .map(|record| {
                let fields =
                    record.fields.into_iter().map(|field| String::from_utf8(field).unwrap()).collect();
                (record.line, record.end, fields)
            })
            .collect()
    }

    fn record(line: u64, end: usize, fields: &[&str]) -> (u64, usize, Vec<String>) {
        (line, end, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn quoted_fields_may_hold_anything() {
        let text = "a,\"b \"\"c\"\", d\"\r\n\r\n\"x\ny\",5\" pipe\n,\n";
        let expected = [
            record(1, 16, &["a", "b \"c\", d"]),
            record(3, 32, &["x\ny", "5\" pipe"]),
            record(5, 34, &["", ""]),
        ];
        assert_eq!(read(text, true), expected);
    }

    #[test]
    fn a_record_over_several_lines_has_the_fields_of_the_first() {
        let expected = [record(1, 4, &["a", "b"]), record(2, 7, &["\"x"]), record(3, 14, &["y\"", "1", "2"])];
        assert_eq!(read("a,b\n\"x\ny\",1,2\n", true), expected);
    }

    #[test]
    fn the_head_is_read_in_time_linear_in_its_length() {
        let text = "a\"b,\"c,1\n".repeat((8 << 20) / 9);
        assert_eq!(read(&text, true).len(), (8 << 20) / 9);
    }

    #[test]
    fn the_last_line_counts_only_when_it_is_whole() {
        assert_eq!(read("a,b\n1,2", true), [record(1, 4, &["a", "b"]), record(2, 7, &["1", "2"])]);
        assert_eq!(read("a,b\n1,2", false), [record(1, 4, &["a", "b"])]);
        assert_eq!(read("", true), []);
        assert_eq!(read("\n\r\n", true), []);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let expected = [record(1, 5, &["\"a", "b"]), record(2, 9, &["1", "2"])];
        assert_eq!(read("\"a,b\n1,2\n", true), expected);
    }
}
