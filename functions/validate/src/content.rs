//! What the bytes are: compressed, text, or something that is no text at all; [`crate::encodings`] tells in which encoding.

use aws::zstd;
use memchr::memmem;
use shared::transcoding::{ByteOrder, Transcoding};
use shared::{Compression, Finding};

/// UTF-8's byte order mark.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What files begin with that are often taken for CSV files, and what to call them.
const SIGNATURES: [(&[u8], &str); 18] = [
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook: save it as CSV"),
    (b"PAR1", "a Parquet file: export it as CSV"),
    (b"ARROW1", "an Arrow file: export it as CSV"),
    (b"SQLite format 3\0", "an SQLite database: export it as CSV"),
    (b"\x89HDF\r\n", "an HDF5 or NetCDF file: export it as CSV"),
    (b"CDF\x01", "a NetCDF file: export it as CSV"),
    (b"CDF\x02", "a NetCDF file: export it as CSV"),
    (b"GRIB", "a GRIB file: export it as CSV"),
    (b"\xFD7zXZ\0", "an xz archive: compress it with gzip or zstd instead"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive: unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive: unpack it first"),
    (b"\xFF\xFE\0\0", "UTF-32 text: save it as UTF-8"),
    (b"\0\0\xFE\xFF", "UTF-32 text: save it as UTF-8"),
    (b"\x7FELF", "a program"),
];

/// How the object is compressed, told by its first bytes and not by its name.
pub fn compression(bytes: &[u8]) -> Compression {
    match bytes {
        [0x1F, 0x8B, ..] => Compression::Gzip,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, ..] => Compression::Bzip2,
        [b'P', b'K', 3, 4, ..] if zip_kind(bytes).is_none() => Compression::Zip,
        _ if zstd::begins_as_zstd(bytes) => Compression::Zstd,
        _ => Compression::None,
    }
}

/// Rejects what is no text table.
///
/// # Errors
/// The finding that says what it looks like.
pub fn check_text(head: &[u8]) -> Result<(), Finding> {
    match looks_like(head) {
        Some(what) => Err(Finding::error(
            "not_text",
            format!("this is not a text table; it looks like {what}"),
            "upload the table as text: one row per line, fields separated by commas, semicolons or tabs",
        )),
        None => Ok(()),
    }
}

fn looks_like(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"PK\x03\x04") {
        return zip_kind(head);
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Some(what);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive: unpack it first");
    }
    let start = &head[..head.len().min(1000)];
    let control = head.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    if control > head.len() / 20 {
        return Some("binary data");
    }
    // A download that failed often leaves the server's error page under the table's name.
    let start = start.strip_prefix(BOM).unwrap_or(start).trim_ascii_start().to_ascii_lowercase();
    if start.starts_with(b"<") {
        let html = memmem::find(&start, b"<html").is_some() || start.starts_with(b"<!doctype html");
        return Some(if html { "an HTML page" } else { "an XML document" });
    }
    let json = [&b"{"[..], b"["].iter().any(|open| {
        start.strip_prefix(*open).is_some_and(|rest| matches!(rest.trim_ascii_start(), [b'"' | b'{', ..]))
    });
    json.then_some("JSON")
}

/// What a ZIP archive is, if it is not one of tables.
fn zip_kind(head: &[u8]) -> Option<&'static str> {
    let contains = |name: &[u8]| memmem::find(head, name).is_some();
    if contains(b"opendocument.spreadsheet") {
        Some("an OpenDocument spreadsheet: save it as CSV")
    } else if contains(b"xl/") {
        Some("an Excel workbook: save it as CSV")
    } else if contains(b"[Content_Types].xml") {
        Some("an Office document: export its table as CSV")
    } else {
        None
    }
}

/// What is to be done to a text before its lines are read.
pub fn transcoding(text: &[u8]) -> Transcoding {
    let utf16 = utf16(text);
    let mut found = Transcoding { utf16, ..Transcoding::default() };
    let text = found.apply(text, false);
    found.carriage_returns = !text.contains(&b'\n') && text.contains(&b'\r');
    let lines: Vec<&[u8]> = text
        .split(|byte| *byte == b'\n' || found.carriage_returns && *byte == b'\r')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .take(LINES)
        .collect();
    found.wrapped_lines = are_wrapped(&lines);
    found.single_quotes = !found.wrapped_lines && !text.contains(&b'"') && have_single_quotes(&lines);
    found
}

/// Lines that tell how fields are quoted.
const LINES: usize = 50;
/// Fewer lines tell nothing.
const FEWEST_LINES: usize = 3;
const DELIMITERS: &[u8] = b",;\t|";

/// The byte order of UTF-16: by its mark, or by the zeros in every other byte of Western text.
fn utf16(text: &[u8]) -> Option<ByteOrder> {
    match text {
        [0xFF, 0xFE, 0, 0, ..] => return None,
        [0xFF, 0xFE, ..] => return Some(ByteOrder::LittleEndian),
        [0xFE, 0xFF, ..] => return Some(ByteOrder::BigEndian),
        _ => {}
    }
    let start = &text[..text.len().min(1000)];
    let nuls = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (nuls(0), nuls(1), start.len() / 2);
    if half == 0 || even.abs_diff(odd) <= half * 2 / 5 {
        return None;
    }
    Some(if odd > even { ByteOrder::LittleEndian } else { ByteOrder::BigEndian })
}

/// Whether each line is one quoted field in which other fields are parted.
fn are_wrapped(lines: &[&[u8]]) -> bool {
    let inner = |line: &&&[u8]| {
        let inside = line.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let alone =
            memmem::find_iter(inside, b"\"\"").count() * 2 == memchr::memchr_iter(b'"', inside).count();
        (alone && inside.iter().any(|byte| DELIMITERS.contains(byte))).then_some(())
    };
    lines.len() >= FEWEST_LINES
        && lines.iter().filter_map(|line| inner(&line)).count() * 10 >= lines.len() * 9
}

/// Whether nearly every line has a field in single quotes.
fn have_single_quotes(lines: &[&[u8]]) -> bool {
    let is_quoted = |field: &[u8]| matches!(field.trim_ascii(), [b'\'', .., b'\'']);
    let has_one = |line: &&&[u8]| {
        DELIMITERS.iter().any(|delimiter| {
            let mut fields = line.split(|byte| byte == delimiter);
            fields.clone().count() > 1 && fields.any(is_quoted)
        })
    };
    lines.len() >= FEWEST_LINES && lines.iter().filter(|line| has_one(line)).count() * 10 >= lines.len() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_to_a_text_is_told_by_its_bytes() {
        let none = Transcoding::default();
        let of = |order| Transcoding { utf16: Some(order), ..none };
        let table = "time,temperature\n2024-01-01,1.5\n2024-01-02,2\n";
        let little: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = table.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(transcoding(table.as_bytes()), none);
        assert_eq!(transcoding(&little), of(ByteOrder::LittleEndian));
        assert_eq!(transcoding(&[b"\xFF\xFE", &little[..]].concat()), of(ByteOrder::LittleEndian));
        assert_eq!(transcoding(&big), of(ByteOrder::BigEndian));
        let macintosh = table.replace('\n', "\r");
        assert_eq!(transcoding(macintosh.as_bytes()), Transcoding { carriage_returns: true, ..none });
        let wrapped = "\"id;\"\"temp\"\"\"\r\n\"1;\"\"2.5\"\"\"\r\n\"2;\"\"3\"\"\"\r\n";
        assert_eq!(transcoding(wrapped.as_bytes()), Transcoding { wrapped_lines: true, ..none });
        let single = "'time','temp'\n'a','1'\n'b','2'\n";
        assert_eq!(transcoding(single.as_bytes()), Transcoding { single_quotes: true, ..none });
        for text in ["\"a\"\n\"b\"\n\"c\"\n", "\"a\",\"b\"\n\"1\",\"2\"\n\"1\",\"2\"\n", "a,b\n'x',1\n"] {
            assert_eq!(transcoding(text.as_bytes()), none, "{text}");
        }
    }

    #[test]
    fn files_that_are_no_text_are_called_by_their_names() {
        let table = "time,temperature\n2024-01-01,1.5\n";
        for (bytes, what) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "a PNG picture"),
            (b"PK\x03\x04....xl/workbook.xml", "an Excel workbook: save it as CSV"),
            (b"%PDF-1.7\n", "PDF"),
            (b"PAR1\x15\x04", "Parquet"),
            (b"\xFF\xFE\0\0t\0\0\0", "UTF-32"),
            (b"time,temperature\n1,\0\0\0\0\n", "binary data"),
            (b"\x01\x02\x03\x04\x05\x06", "binary data"),
            (b"\n<!DOCTYPE html>\n<html>", "an HTML page"),
            (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "XML"),
            (b"{ \"error\": 404 }", "JSON"),
        ] {
            let finding = check_text(bytes).unwrap_err();
            assert_eq!(finding.code, "not_text");
            assert!(finding.message.contains(what), "{}", finding.message);
        }
        // A logger that lost its power leaves a few zeros.
        let zeros = format!("{}1,\0\n", table.repeat(3));
        for text in [table, "", "{a},b\n", "\u{FEFF}t\n1\n", &zeros] {
            assert!(check_text(text.as_bytes()).is_ok(), "{text}");
        }
    }

    #[test]
    fn compression_is_told_by_content() {
        assert_eq!(compression(b"\x1f\x8b\x08"), Compression::Gzip);
        assert_eq!(compression(b"\x28\xb5\x2f\xfd\x04"), Compression::Zstd);
        // A frame to be skipped, as pzstd writes it before each of the others.
        assert_eq!(compression(b"\x50\x2a\x4d\x18\x04\0\0\0"), Compression::Zstd);
        assert_eq!(compression(b"P*M, temperature"), Compression::None);
        assert_eq!(compression(b"time"), Compression::None);
        assert_eq!(compression(b"BZh91AY&SY"), Compression::Bzip2);
        assert_eq!(compression(b"BZh, temperature"), Compression::None);
        assert_eq!(compression(b"PK\x03\x04....data.csv"), Compression::Zip);
        assert_eq!(compression(b"PK\x03\x04....xl/workbook.xml"), Compression::None);
        assert_eq!(compression(b""), Compression::None);
    }
}
