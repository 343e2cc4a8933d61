//! What the bytes are: compressed, text and in which encoding, or something that is no text at all.

use aws::zstd;
use memchr::memmem;
use shared::{Compression, Encoding, Finding};

/// UTF-8's byte order mark.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What files begin with that are often taken for CSV files, and what to call them.
const SIGNATURES: [(&[u8], &str); 21] = [
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
    (b"BZh", "a bzip2 archive: compress it with gzip or zstd instead"),
    (b"\xFD7zXZ\0", "an xz archive: compress it with gzip or zstd instead"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive: unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive: unpack it first"),
    // The four-byte marks stand before the two-byte ones that they begin with.
    (b"\xFF\xFE\0\0", "UTF-32 text: save it as UTF-8"),
    (b"\0\0\xFE\xFF", "UTF-32 text: save it as UTF-8"),
    (b"\xFF\xFE", UTF_16),
    (b"\xFE\xFF", UTF_16),
    (b"\x7FELF", "a program"),
];

const UTF_16: &str = "UTF-16 text: save it as UTF-8";

/// How the object is compressed, told by its first bytes and not by its name.
pub fn compression(bytes: &[u8]) -> Compression {
    match bytes {
        [0x1F, 0x8B, ..] => Compression::Gzip,
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
        return Some(zip_kind(head));
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Some(what);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive: unpack it first");
    }
    let start = &head[..head.len().min(1000)];
    if memchr::memchr(0, head).is_some() {
        return Some(if every_other_byte_is_nul(start) { UTF_16 } else { "binary data" });
    }
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

fn zip_kind(head: &[u8]) -> &'static str {
    let contains = |name: &[u8]| memmem::find(head, name).is_some();
    if contains(b"opendocument.spreadsheet") {
        "an OpenDocument spreadsheet: save it as CSV"
    } else if contains(b"xl/") {
        "an Excel workbook: save it as CSV"
    } else {
        "a ZIP archive: unpack it first"
    }
}

/// Western text in UTF-16 has a zero in every other byte.
fn every_other_byte_is_nul(bytes: &[u8]) -> bool {
    let nuls = |offset: usize| bytes.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let half = bytes.len() / 2;
    half > 0 && (nuls(0).abs_diff(nuls(1)) > half * 2 / 5)
}

/// The encoding of a text, and a finding where it is not plain UTF-8. `complete`: the text is the whole file;
/// otherwise its last character may be cut.
pub fn encoding(text: &[u8], complete: bool) -> (Encoding, Option<Finding>) {
    let Err(error) = std::str::from_utf8(text) else { return (Encoding::Utf8, None) };
    if error.error_len().is_none() && !complete {
        return (Encoding::Utf8, None);
    }
    let (mut good, mut bad) = (0, 0);
    for chunk in text.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // In Western text bytes hardly ever form valid UTF-8 by chance, so a majority of good characters means
    // UTF-8 with some damage.
    if good > bad {
        let finding = Finding::warning(
            "damaged_utf8",
            format!("the text is UTF-8 with {bad} damaged characters in the part that was looked at"),
            "each damaged byte stands as \\xE5 in names; save the file as UTF-8 again",
        );
        return (Encoding::Utf8, Some(finding));
    }
    let finding = Finding::info(
        "encoding",
        "the text is not UTF-8; it is read as Windows-1252",
        "save the file as UTF-8 if names look wrong",
    );
    (Encoding::Windows1252, Some(finding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn files_that_are_no_text_are_called_by_their_names() {
        let table = "time,temperature\n2024-01-01,1.5\n";
        let with_bom = [&b"\xFF\xFE"[..], &utf16(table)].concat();
        for (bytes, what) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "a PNG picture"),
            (b"PK\x03\x04....xl/workbook.xml", "an Excel workbook: save it as CSV"),
            (b"PK\x03\x04....data.csv", "ZIP"),
            (b"%PDF-1.7\n", "PDF"),
            (b"PAR1\x15\x04", "Parquet"),
            (&with_bom, "UTF-16 text: save it as UTF-8"),
            (&utf16(table), "UTF-16 text: save it as UTF-8"),
            (b"time,temperature\n1,\0\n", "binary data"),
            (b"\x01\x02\x03\x04\x05\x06", "binary data"),
            (b"\n<!DOCTYPE html>\n<html>", "an HTML page"),
            (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "XML"),
            (b"{ \"error\": 404 }", "JSON"),
        ] {
            let finding = check_text(bytes).unwrap_err();
            assert_eq!(finding.code, "not_text");
            assert!(finding.message.contains(what), "{}", finding.message);
        }
        for text in [table, "", "{a},b\n", "\u{FEFF}t\n1\n"] {
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
        assert_eq!(compression(b""), Compression::None);
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_head_is_no_damage() {
        let text = "temperature (°".as_bytes();
        let cut = &text[..text.len() - 1];
        assert_eq!(encoding(cut, false), (Encoding::Utf8, None));
        assert_eq!(encoding(cut, true).0, Encoding::Windows1252);
    }

    #[test]
    fn other_encodings_are_found() {
        let (found, finding) = encoding(b"Temperatur (\xB0C);Stra\xDFe\n1,5;x\n", true);
        assert_eq!((found, finding.unwrap().code.as_str()), (Encoding::Windows1252, "encoding"));
        let (found, finding) = encoding("Straße,°C,Ä\n\u{FF}".as_bytes(), true);
        assert_eq!((found, finding), (Encoding::Utf8, None));
        let damaged = ["Straße,°C,Ä\n".as_bytes(), b"\xFF,1\n"].concat();
        let (found, finding) = encoding(&damaged, true);
        assert_eq!((found, finding.unwrap().code.as_str()), (Encoding::Utf8, "damaged_utf8"));
    }
}
