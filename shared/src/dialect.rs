//! The dialect: how a file's text is put together, as found in the file itself.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::transcoding::Transcoding;

/// The longest line (or quoted record) that is read as a row, in bytes; a longer one is rejected.
/// Bounds the memory that a file without line ends can claim.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// The delimiter of fields that any number of blanks and tabs part, as in tables for the eye. There are no quotes then.
pub const BLANKS: u8 = b' ';

/// How the object's bytes are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Plain text.
    #[default]
    None,
    /// RFC 1952, one or several members.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// bzip2, one or several streams.
    Bzip2,
    /// A ZIP archive of one file.
    Zip,
}

/// How the text is encoded, once UTF-16 is UTF-8; names are those of the WHATWG's Encoding Standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Western European.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// Central European.
    #[serde(rename = "windows-1250")]
    Windows1250,
    /// Central European, too.
    #[serde(rename = "iso-8859-2")]
    Iso8859_2,
    /// Cyrillic.
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// Japanese, with Microsoft's additions (code page 932).
    #[serde(rename = "shift_jis")]
    ShiftJis,
    /// Korean, with Microsoft's additions (code page 949).
    #[serde(rename = "euc-kr")]
    EucKr,
    /// Chinese; GBK and GB 2312 are parts of it.
    #[serde(rename = "gb18030")]
    Gb18030,
    /// Chinese, traditional.
    #[serde(rename = "big5")]
    Big5,
}

impl Encoding {
    /// The tables of an encoding.
    pub fn tables(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
            Encoding::Windows1250 => encoding_rs::WINDOWS_1250,
            Encoding::Iso8859_2 => encoding_rs::ISO_8859_2,
            Encoding::Windows1251 => encoding_rs::WINDOWS_1251,
            Encoding::ShiftJis => encoding_rs::SHIFT_JIS,
            Encoding::EucKr => encoding_rs::EUC_KR,
            Encoding::Gb18030 => encoding_rs::GB18030,
            Encoding::Big5 => encoding_rs::BIG5,
        }
    }

    /// The encoding with these tables, if it is one of ours.
    pub fn of(tables: &'static encoding_rs::Encoding) -> Option<Encoding> {
        let all = [
            Encoding::Utf8,
            Encoding::Windows1252,
            Encoding::Windows1250,
            Encoding::Iso8859_2,
            Encoding::Windows1251,
            Encoding::ShiftJis,
            Encoding::EucKr,
            Encoding::Gb18030,
            Encoding::Big5,
        ];
        // GBK decodes as GB 18030 does.
        let tables = if tables == encoding_rs::GBK { encoding_rs::GB18030 } else { tables };
        all.into_iter().find(|encoding| encoding.tables() == tables)
    }

    /// Whether every byte is a character.
    pub fn is_single_byte(self) -> bool {
        self != Encoding::Utf8 && self.tables().is_single_byte()
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Windows1252 => "Windows-1252 (Western European)",
            Encoding::Windows1250 => "Windows-1250 (Central European)",
            Encoding::Iso8859_2 => "ISO 8859-2 (Central European)",
            Encoding::Windows1251 => "Windows-1251 (Cyrillic)",
            Encoding::ShiftJis => "Shift JIS (Japanese)",
            Encoding::EucKr => "EUC-KR (Korean)",
            Encoding::Gb18030 => "GB 18030 (Chinese)",
            Encoding::Big5 => "Big5 (Chinese)",
        }
    }
}

/// How a file's text is put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Compression of the object.
    pub compression: Compression,
    /// What is done to the text before all else.
    #[serde(default, skip_serializing_if = "Transcoding::is_none")]
    pub transcoding: Transcoding,
    /// Encoding of the text then.
    pub encoding: Encoding,
    /// The field delimiter: `,`, `;`, `|`, a tab, or a blank for [`BLANKS`].
    pub delimiter: char,
    /// Whether quoted fields occur; then a field may hold a line end.
    pub quoted: bool,
    /// The decimal mark: `.` or `,`.
    pub decimal_mark: char,
    /// The header's field names, in order. Their number is the number of fields of every row.
    pub header: Vec<String>,
    /// Whether rows may have more fields than that, which are remarks and not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub surplus: bool,
    /// Lines that begin so are remarks, and no rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Offset of the first data row's first byte in the text, decompressed and transcoded.
    pub data_start: u64,
    /// Line number of the first data row, counted from 1 as an editor does.
    pub data_line: u64,
}

impl Default for Dialect {
    /// A text of no columns, with commas and points.
    fn default() -> Self {
        Dialect {
            compression: Compression::None,
            transcoding: Transcoding::default(),
            encoding: Encoding::Utf8,
            delimiter: ',',
            quoted: false,
            decimal_mark: '.',
            header: Vec::new(),
            surplus: false,
            notes: Vec::new(),
            data_start: 0,
            data_line: 1,
        }
    }
}

impl Dialect {
    /// Whether the object's bytes are the text's, so that a split of it can be read alone.
    pub fn is_stored_as_read(&self) -> bool {
        self.compression == Compression::None && self.transcoding.is_none()
    }

    /// The text of a field: decoded, whatever its bytes are.
    pub fn decode<'a>(&self, field: &'a [u8]) -> Cow<'a, str> {
        decode(self.encoding, field)
    }

    /// A name as statistics have it: names that differ in any byte stay apart, because a byte that the encoding does
    /// not know stands as `\xE5`.
    pub fn decode_name(&self, name: &[u8]) -> String {
        if self.encoding.is_single_byte() {
            return self.decode(name).into_owned();
        }
        if self.encoding != Encoding::Utf8 {
            let (text, damaged) = self.encoding.tables().decode_without_bom_handling(name);
            return if damaged { name.escape_ascii().to_string() } else { text.into_owned() };
        }
        let mut text = String::with_capacity(name.len());
        for chunk in name.utf8_chunks() {
            text.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02X}")));
        }
        text
    }

    /// The beginnings of remarks, as bytes of the text.
    pub fn notes(&self) -> Vec<Vec<u8>> {
        self.notes.iter().map(|note| self.encoding.tables().encode(note).0.into_owned()).collect()
    }
}

/// Whether a line is a remark: it begins with one of `notes`, blanks and a quote before that aside.
pub fn is_note(line: &[u8], notes: &[Vec<u8>]) -> bool {
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    notes.iter().any(|note| line.starts_with(note))
}

/// Decodes `bytes`; a byte that the encoding does not know becomes U+FFFD.
pub fn decode(encoding: Encoding, bytes: &[u8]) -> Cow<'_, str> {
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        other => other.tables().decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_and_names_stay_apart() {
        let dialect = |encoding| Dialect { encoding, ..Dialect::default() };
        assert_eq!(dialect(Encoding::ShiftJis).decode_name(b"\x93\x8c\x8b\x9e"), "東京");
        assert_eq!(dialect(Encoding::EucKr).decode_name(b"\xb1\xe2\xbf\xc2"), "기온");
        assert_eq!(dialect(Encoding::Windows1250).decode_name(b"\x8a\xed"), "Ší");
        assert_eq!(dialect(Encoding::ShiftJis).decode_name(b"\x93"), "\\x93");
        assert_eq!(dialect(Encoding::Utf8).decode_name(b"M\xe5"), "M\\xE5");
    }

    #[test]
    fn remarks_are_known_by_their_beginning() {
        let notes =
            Dialect { notes: vec!["end data".to_owned(), "#".to_owned()], ..Dialect::default() }.notes();
        for (line, is_one) in
            [("end data", true), ("  # x", true), ("\"#,1\"", true), ("1,#", false), ("", false)]
        {
            assert_eq!(is_note(line.as_bytes(), &notes), is_one, "{line}");
        }
    }
}
