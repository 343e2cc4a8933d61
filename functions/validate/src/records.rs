//! The records of a head: where each begins and ends, and its fields without quotes.

use memchr::{memchr, memchr_iter};

/// A quoted field that does not close within so many bytes was opened by a stray quote.
const MAX_QUOTED_BYTES: usize = 64 << 10;

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

/// Reads records from a text; blank lines are none.
pub struct Records<'a> {
    text: &'a [u8],
    /// Whether the text's end is the file's end; otherwise its last line may be cut and is left out.
    complete: bool,
    delimiter: u8,
    at: usize,
    line: u64,
}

impl<'a> Records<'a> {
    /// Reads `text` from the offset `at`, which is the start of the line numbered `line`.
    pub fn new(text: &'a [u8], complete: bool, delimiter: u8, at: usize, line: u64) -> Self {
        Records { text, complete, delimiter, at, line }
    }

    /// Number of the next line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return None;
            }
            let (fields, length) = quoted_record(rest, self.delimiter).unwrap_or_else(|| {
                let line = &rest[..line_length(rest)];
                (
                    trim_line_end(line).split(|b| *b == self.delimiter).map(<[u8]>::to_vec).collect(),
                    line.len(),
                )
            });
            if !rest[..length].ends_with(b"\n") && !self.complete {
                return None;
            }
            let line = self.line;
            self.line += memchr_iter(b'\n', &rest[..length]).count() as u64;
            self.at += length;
            if !trim_line_end(&rest[..length]).is_empty() {
                return Some(Record { line, end: self.at, fields });
            }
        }
    }
}

/// Length of the first line, its line end included.
pub fn line_length(text: &[u8]) -> usize {
    memchr(b'\n', text).map_or(text.len(), |end| end + 1)
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The first record and its length; `None` when a quoted field does not close.
fn quoted_record(text: &[u8], delimiter: u8) -> Option<(Vec<Vec<u8>>, usize)> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let mut field = Vec::new();
        // Only a quote at the very start of a field quotes it.
        if text.get(at) == Some(&b'"') {
            at += 1;
            let limit = text.len().min(at + MAX_QUOTED_BYTES);
            loop {
                // A doubled quote may end just behind the limit.
                let length = memchr(b'"', text.get(at..limit)?)?;
                field.extend_from_slice(&text[at..at + length]);
                at += length + 1;
                if text.get(at) != Some(&b'"') {
                    break;
                }
                field.push(b'"');
                at += 1;
            }
        }
        let rest = &text[at..];
        let length = memchr::memchr2(delimiter, b'\n', rest).unwrap_or(rest.len());
        field.extend_from_slice(&rest[..length]);
        at += length;
        if text.get(at) == Some(&delimiter) {
            fields.push(field);
            at += 1;
            continue;
        }
        if field.last() == Some(&b'\r') {
            field.pop();
        }
        fields.push(field);
        return Some((fields, (at + 1).min(text.len())));
    }
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
