//! How the text is put together: where the header is, what parts the fields, where the data begin.

use shared::dialect::decode;
use shared::{Encoding, Finding};

use crate::content::BOM;
use crate::listing::list;
use crate::records::{Record, Records, line_length};
use crate::values::is_number_or_time;

/// The delimiters, the rarest in prose first: where two fit equally well the first is taken.
const DELIMITERS: [u8; 3] = *b"\t;,";
/// Records that are looked at to find the delimiter.
const DELIMITER_RECORDS: usize = 200;
/// The most bytes of a header's names, as JSON: the plan carries it into the input of every split.
const MAX_HEADER_BYTES: usize = 128 << 10;

/// A text's shape, and the rows of its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The field delimiter.
    pub delimiter: u8,
    /// Whether a quote occurs in the head.
    pub quoted: bool,
    /// Names of the columns, blanks around them taken off.
    pub header: Vec<String>,
    /// Offset of the first byte behind the header.
    pub data_start: usize,
    /// Number of the line that begins there.
    pub data_line: u64,
    /// The rows that lie in the head as a whole.
    pub rows: Vec<Record>,
}

impl Shape {
    /// Whether a quoted field of the head holds a line end.
    pub fn crosses_lines(&self) -> bool {
        let holds = |field: &[u8]| field.contains(&b'\n');
        self.header.iter().any(|name| holds(name.as_bytes()))
            || self.rows.iter().any(|row| row.fields.iter().any(|field| holds(field)))
    }
}

/// Finds the shape of `text`, the beginning of a file or, if `complete`, all of it.
///
/// # Errors
/// The finding that says why the text is no table.
pub fn sniff(text: &[u8], complete: bool, encoding: Encoding) -> Result<Shape, Finding> {
    let (start, line) = skip_blank_lines(text);
    if start == text.len() {
        return Err(if complete {
            Finding::error(
                "empty_object",
                "there are only blank lines in the file",
                "upload a table with a header and rows",
            )
        } else {
            header_too_large(format!("the file begins with {} bytes of blank lines", text.len()))
        });
    }
    if !text.contains(&b'\n') && text[start..].contains(&b'\r') {
        return Err(Finding::error(
            "line_ends",
            "the lines end in a carriage return alone, as on an old Macintosh",
            "save the file with Unix (LF) or Windows (CRLF) line ends",
        ));
    }
    let delimiter = delimiter(text, complete, start, line);
    let mut records = Records::new(text, complete, delimiter, start, line);
    let Some(first) = records.next() else {
        return Err(header_too_large(format!("the first line does not end within {} bytes", text.len())));
    };
    let header: Vec<String> =
        first.fields.iter().map(|field| decode(encoding, field).trim().to_owned()).collect();
    let data_line = records.line();
    // What a serialised header takes bounds the plan; that it cannot be serialised is out of the question.
    if serde_json::to_string(&header).is_ok_and(|json| json.len() > MAX_HEADER_BYTES) {
        return Err(header_too_large(format!(
            "the header's {} names take more than {MAX_HEADER_BYTES} bytes",
            header.len()
        )));
    }
    let rows: Vec<Record> = records.collect();
    if rows.is_empty() {
        return Err(no_rows(text, complete, first.end, data_line));
    }
    let quoted = text.contains(&b'"');
    Ok(Shape { delimiter, quoted, header, data_start: first.end, data_line, rows })
}

/// Rejects a file whose first line is a row.
///
/// # Errors
/// The finding `no_header` when every name in the header is a number or a time.
pub fn check_header(header: &[String]) -> Result<(), Finding> {
    let mut names = header.iter().filter(|name| !name.is_empty()).peekable();
    if names.peek().is_none() || !names.all(|name| is_number_or_time(name)) {
        return Ok(());
    }
    Err(Finding::error(
        "no_header",
        format!("the first line is a row, not a header: {}", list(header.iter().map(String::as_str))),
        "put a line with the columns' names at the top, such as time,temperature",
    ))
}

/// Offset and line number of the first line with something on it.
fn skip_blank_lines(text: &[u8]) -> (usize, u64) {
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let mut line = 1;
    while at < text.len() {
        let length = line_length(&text[at..]);
        if !text[at..at + length].trim_ascii().is_empty() {
            break;
        }
        at += length;
        line += 1;
    }
    (at, line)
}

/// The delimiter that parts the most fields in the same way in the header and in the rows; a comma when
/// there is but one column.
fn delimiter(text: &[u8], complete: bool, start: usize, line: u64) -> u8 {
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let mut records = Records::new(text, complete, delimiter, start, line).take(DELIMITER_RECORDS);
        let fields = records.next().map_or(1, |header| header.fields.len());
        let (mut rows, mut alike) = (0, 0);
        for row in records {
            rows += 1;
            alike += usize::from(row.fields.len() == fields);
        }
        let score = (fields - 1) as f64 * (alike + 1) as f64 / (rows + 1) as f64;
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn header_too_large(message: String) -> Finding {
    Finding::error(
        "header_too_large",
        message,
        "the first line must hold the columns' names, and there may be a few thousand of them; keep the columns you need",
    )
}

fn no_rows(text: &[u8], complete: bool, data_start: usize, data_line: u64) -> Finding {
    if complete || text[data_start..].trim_ascii().is_empty() {
        return Finding::error(
            "no_rows",
            "there is a header but no row below it",
            "upload the table with its rows",
        );
    }
    Finding::error(
        "line_too_long",
        format!("line {data_line} does not end within the first {} bytes of the file", text.len()),
        "check that the rows end in line ends and that quotes are closed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        sniff(text.as_bytes(), true, Encoding::Utf8).unwrap()
    }

    fn code(text: &str, complete: bool) -> String {
        sniff(text.as_bytes(), complete, Encoding::Utf8).unwrap_err().code
    }

    #[test]
    fn delimiters_are_found() {
        for (text, delimiter, columns) in [
            ("time,temp\n2024-01-01,1.5\n", b',', 2),
            ("time;temp\n2024-01-01;1,5\n", b';', 2),
            ("time;temp (°C, 2m)\n2024-01-01;1,5\n", b';', 2),
            ("time\ttemp\tremark\n2024-01-01\t1,5\ta, b; c\n", b'\t', 3),
            ("temp\n1.5\n2\n", b',', 1),
            ("\"a;b\",temp\n\"x;y\",1\n", b',', 2),
            ("a,b,c,temp\n1,2,3,4\n1,2\n1,2,3,4,5\n1,2;3\n", b',', 4),
        ] {
            let shape = shape(text);
            assert_eq!((shape.delimiter, shape.header.len()), (delimiter, columns), "{text}");
        }
    }

    #[test]
    fn data_begin_behind_the_header() {
        let at = |text: &str| (shape(text).data_start, shape(text).data_line, shape(text).rows.len());
        assert_eq!(at("a,b\n1,2\n"), (4, 2, 1));
        assert_eq!(at("\u{FEFF}a,b\r\n1,2\r\n"), (8, 2, 1));
        assert_eq!(at("\n \r\n\na,b\n\n1,2"), (9, 5, 1));
        assert_eq!(at("\"a\nx\",b\n1,2\n3,4\n"), (8, 3, 2));
    }

    #[test]
    fn names_are_trimmed_and_kept_even_if_empty_or_repeated() {
        assert_eq!(shape(",\" a \", a ,\n1,2,3,4\n").header, ["", "a", "a", ""]);
        assert!(shape("\"a\",b\n1,2\n").quoted);
        assert!(!shape("a,b\n1,2\n").quoted);
    }

    #[test]
    fn what_is_no_table_says_why() {
        assert_eq!(code("\n\n  \n", true), "empty_object");
        assert_eq!(code("\u{FEFF}", true), "empty_object");
        assert_eq!(code("time,temp\n", true), "no_rows");
        assert_eq!(code("time,temp", true), "no_rows");
        assert_eq!(code("time,temp\n\n\n", true), "no_rows");
        assert_eq!(code("time,temp\rx,1\ry,2\r", true), "line_ends");
        assert_eq!(code("time,temp,and many more", false), "header_too_large");
        assert_eq!(code("time,temp\n1,2,3,4,5", false), "line_too_long");
        assert_eq!(code(&format!("{}\n1\n", "name,".repeat(25_000)), true), "header_too_large");
    }

    #[test]
    fn a_row_is_no_header() {
        let check = |text: &str| check_header(&shape(text).header).map_err(|finding| finding.code);
        assert_eq!(check("2024-01-01T00:00,21.4,\n2024-01-01T01:00,21.5,\n"), Err("no_header".to_owned()));
        assert_eq!(check("21.4\n21.5\n"), Err("no_header".to_owned()));
        assert_eq!(check("time,2023,2024\nx,1,2\n"), Ok(()));
        assert_eq!(check(",\n1,2\n"), Ok(()));
    }
}
