//! How the text is put together: where the header is, what parts the fields, where the data begin.

use shared::dialect::{BLANKS, decode};
use shared::{Encoding, Finding, Unit};

use crate::content::BOM;
use crate::dress::assignment;
use crate::listing::list;
use crate::names::Name;
use crate::preamble::{self, Start};
use crate::records::{Record, Records, line_length};
use crate::times;
use crate::units;
use crate::values::{is_number_or_time, is_value};

/// The delimiters, the rarest in prose first: where two fit equally well the first is taken.
const DELIMITERS: [u8; 4] = *b"\t;,|";
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
    /// Whether the file has none, so that these names are numbers: `column 1` and so on.
    pub headless: bool,
    /// Offset and line number of the header's line; of the first row where there is none.
    pub header_at: (usize, u64),
    /// Offset of the first byte behind the header.
    pub data_start: usize,
    /// Number of the line that begins there.
    pub data_line: u64,
    /// The rows that lie in the head as a whole.
    pub rows: Vec<Record>,
    /// Whether the header names columns that only some rows have.
    pub surplus: bool,
    /// What was passed over.
    pub findings: Vec<Finding>,
}

impl Shape {
    /// Whether most rows have as many fields as the header.
    fn is_regular(&self) -> bool {
        let rows = &self.rows[..self.rows.len().min(DELIMITER_RECORDS)];
        rows.iter().filter(|row| row.fields.len() == self.header.len()).count() * 2 >= rows.len()
    }

    /// Whether this is a table of temperatures by its header, with the first row right below it.
    fn is_told(&self, speaks: &dyn Fn(&[String]) -> bool) -> bool {
        let texts = |row: &Record| -> Vec<String> {
            row.fields.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect()
        };
        // A title says what a table is about, too.
        let is_title = self.header.len() == 1 && {
            let rows = self.rows.iter().take(DELIMITER_RECORDS);
            let numbers = rows.clone().filter(|row| is_value(&texts(row)[0])).count();
            numbers * 2 < rows.count()
        };
        // A second line of names, or of units, belongs to the header.
        let first = texts(&self.rows[0]);
        let is_row = first.iter().all(String::is_empty) || first.iter().any(|field| has_value(field));
        self.is_regular() && !is_title && is_row && speaks(&self.header) && !units::is_row_of_units(&first)
    }

    /// Whether the header is another row: where the rows have numbers and times, it has them, too.
    fn is_row(&self, decode: impl Fn(&[u8]) -> String) -> bool {
        let rows = &self.rows[..self.rows.len().min(DELIMITER_RECORDS)];
        // `time,2023,2024` is a header all the same.
        if self.header.iter().any(|name| times::speaks_of_time(&Name::new(name)) && !is_number_or_time(name))
        {
            return false;
        }
        let mut typed = 0;
        for (index, name) in self.header.iter().enumerate() {
            let fields = || rows.iter().filter_map(|row| row.fields.get(index)).map(|field| decode(field));
            let filled = fields().filter(|field| !field.trim().is_empty()).count();
            let fitting = fields().filter(|field| is_number_or_time(field.trim())).count();
            if fitting == 0 || fitting * 3 < filled * 2 || name.is_empty() {
                continue;
            }
            if !is_number_or_time(name) {
                return false;
            }
            typed += 1;
        }
        typed > 0
    }

    /// Whether some field of the first row may hold a value, so that the line above it may be the header.
    fn begins_with_values(&self) -> bool {
        self.rows[0].fields.iter().any(|field| has_value(String::from_utf8_lossy(field).trim()))
    }

    /// Whether the first line can be the header of a table.
    fn is_table(&self) -> bool {
        let mut names = self.header.iter().filter(|name| !name.is_empty()).peekable();
        self.is_regular()
            && self.header.len() > 1
            && (names.peek().is_none() || !names.all(|name| is_number_or_time(name)))
    }

    /// Whether a quoted field of the head holds a line end.
    pub fn crosses_lines(&self) -> bool {
        let holds = |field: &[u8]| field.contains(&b'\n');
        self.header.iter().any(|name| holds(name.as_bytes()))
            || self.rows.iter().any(|row| row.fields.iter().any(|field| holds(field)))
    }
}

/// Finds the shape of `text`, the beginning of a file or, if `complete`, all of it. `speaks` says whether names are those
/// of a table of temperatures.
///
/// # Errors
/// The finding that says why the text is no table.
pub fn sniff(
    text: &[u8],
    complete: bool,
    encoding: Encoding,
    speaks: &dyn Fn(&[String]) -> bool,
) -> Result<Shape, Finding> {
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
    let plain = first_line(text, complete, encoding, (start, line))
        .map(|shape| headless(shape, text, complete, encoding, speaks));
    if plain.as_ref().is_ok_and(|shape| shape.is_told(speaks)) {
        return plain;
    }
    let Some(start) = preamble::find(text, complete, encoding, speaks) else { return plain };
    let is_told = start.header.as_deref().is_some_and(speaks);
    match plain {
        // A table all the same, of something else, or of columns that are yet to be named, or with rows of many widths.
        Ok(shape)
            if !is_told
                && shape.begins_with_values()
                && (shape.is_table()
                    || shape.header.len() > 1 && !is_remark(&shape.header) && speaks(&shape.header)) =>
        {
            Ok(shape)
        }
        plain => behind_preamble(text, complete, start).or(plain),
    }
}

/// The table whose header is the first line with something on it.
fn first_line(
    text: &[u8],
    complete: bool,
    encoding: Encoding,
    (start, line): (usize, u64),
) -> Result<Shape, Finding> {
    let delimiter = delimiter(text, complete, start, line);
    let mut records = Records::new(text, complete, delimiter, start, line);
    let Some(first) = records.next() else {
        return Err(header_too_large(format!("the first line does not end within {} bytes", text.len())));
    };
    let header: Vec<String> =
        first.fields.iter().map(|field| decode(encoding, field).trim().to_owned()).collect();
    let data_line = records.line();
    check_size(&header)?;
    let rows: Vec<Record> = records.collect();
    if rows.is_empty() {
        return Err(no_rows(text, complete, first.end, data_line));
    }
    let quoted = text.contains(&b'"');
    let findings = Vec::new();
    Ok(Shape {
        delimiter,
        quoted,
        header,
        headless: false,
        header_at: (start, first.line),
        data_start: first.end,
        data_line,
        rows,
        surplus: false,
        findings,
    })
}

/// The same table, with its header as a row, if it is one.
fn headless(
    shape: Shape,
    text: &[u8],
    complete: bool,
    encoding: Encoding,
    speaks: &dyn Fn(&[String]) -> bool,
) -> Shape {
    let decode = |field: &[u8]| decode(encoding, field).into_owned();
    if shape.header.len() < 2 || speaks(&shape.header) || !shape.is_regular() || !shape.is_row(decode) {
        return shape;
    }
    let (data_start, data_line) = shape.header_at;
    let rows = Records::new(text, complete, shape.delimiter, data_start, data_line).collect();
    Shape { header: numbered(shape.header.len()), headless: true, data_start, data_line, rows, ..shape }
}

/// Names for columns that have none but what stands in front of their numbers: `Temp=17.1`, with a unit in the field behind.
fn named_by_fields(rows: &[Record], width: usize) -> Vec<String> {
    let rows: Vec<&Record> =
        rows.iter().filter(|row| row.fields.len() == width).take(DELIMITER_RECORDS).collect();
    let mut names = numbered(width);
    for (index, name) in names.iter_mut().enumerate() {
        let mut named = rows.iter().map(|row| assignment(&row.fields[index]).map(|(name, _)| name));
        let Some(Some(first)) = named.next() else { continue };
        if !named.all(|other| other == Some(first)) {
            continue;
        }
        let plain = String::from_utf8_lossy(&first[..first.len() - 1]);
        let mut units = rows.iter().map(|row| row.fields.get(index + 1).map(Vec::as_slice));
        let unit = units.next().flatten().filter(|unit| units.all(|other| other == Some(unit)));
        let unit = unit
            .map(String::from_utf8_lossy)
            .filter(|unit| Name::new(&format!("t ({unit})")).unit != Unit::Unknown);
        *name = unit.map_or_else(|| plain.to_string(), |unit| format!("{plain} ({unit})"));
    }
    names
}

/// Names for columns that have none.
fn numbered(columns: usize) -> Vec<String> {
    (1..=columns).map(|number| format!("column {number}")).collect()
}

/// The table that begins where its rows told.
pub fn behind_preamble(text: &[u8], complete: bool, start: Start) -> Result<Shape, Finding> {
    let Start { delimiter, header, width, header_at, data_start, data_line, surplus, findings } = start;
    let headless = header.is_none();
    let rows: Vec<Record> = Records::new(text, complete, delimiter, data_start, data_line).collect();
    let header = header.unwrap_or_else(|| named_by_fields(&rows, width));
    check_size(&header)?;
    let quoted = delimiter != BLANKS && text[data_start..].contains(&b'"');
    Ok(Shape {
        delimiter,
        quoted,
        header,
        headless,
        header_at,
        data_start,
        data_line,
        rows,
        surplus,
        findings,
    })
}

/// Whether a field of a row may hold a value: a number, even with something around it, a time, or what stands for nothing.
fn has_value(field: &str) -> bool {
    is_value(field) || field.contains(|c: char| c.is_ascii_digit())
}

/// Whether the first line is none of a table, but a remark about it.
fn is_remark(header: &[String]) -> bool {
    header.first().is_some_and(|name| name.starts_with(preamble::COMMENT_MARKS))
}

/// What a serialised header takes bounds the plan; that it cannot be serialised is out of the question.
fn check_size(header: &[String]) -> Result<(), Finding> {
    if serde_json::to_string(header).is_ok_and(|json| json.len() > MAX_HEADER_BYTES) {
        return Err(header_too_large(format!(
            "the header's {} names take more than {MAX_HEADER_BYTES} bytes",
            header.len()
        )));
    }
    Ok(())
}

/// The rejection for a file whose first line is a row.
pub fn no_header(first: &[String]) -> Finding {
    Finding::error(
        "no_header",
        format!("the first line is a row, not a header: {}", list(first.iter().map(String::as_str))),
        "put a line with the columns' names at the top, such as time,temperature, or name the column of temperatures by its \
         number, such as --column \"column 2\"",
    )
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
        sniff(text.as_bytes(), true, Encoding::Utf8, &|_| true).unwrap()
    }

    fn code(text: &str, complete: bool) -> String {
        sniff(text.as_bytes(), complete, Encoding::Utf8, &|_| false).unwrap_err().code
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
        assert_eq!(code("time,temp,and many more", false), "header_too_large");
        assert_eq!(code("time,temp\n1,2,3,4,5", false), "line_too_long");
        assert_eq!(code(&format!("{}\n1\n", "name,".repeat(25_000)), true), "header_too_large");
    }

    #[test]
    fn a_row_is_no_header() {
        let headless = |text: &str| {
            let shape = sniff(text.as_bytes(), true, Encoding::Utf8, &|_| false).unwrap();
            (shape.headless, shape.data_line, shape.header.len())
        };
        assert_eq!(headless("2024-01-01T00:00,21.4,\n2024-01-01T01:00,21.5,\n"), (true, 1, 3));
        assert_eq!(headless("\u{FEFF}1,21.4\n2,21.5\n"), (true, 1, 2));
        assert_eq!(headless("time,2023,2024\nx,1,2\n"), (false, 2, 3));
        assert_eq!(headless(",\n1,2\n"), (false, 2, 2));
    }
}
