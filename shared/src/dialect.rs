//! The dialect: how a file's text is put together, as found in the file itself.

use serde::{Deserialize, Serialize};

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
}

/// How the text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// A single-byte Western encoding: the text is not UTF-8 and has no NUL bytes.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// How a file's text is put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Compression of the object.
    pub compression: Compression,
    /// Encoding of the text.
    pub encoding: Encoding,
    /// The field delimiter: `,`, `;`, `|`, a tab, or a blank for [`BLANKS`].
    pub delimiter: char,
    /// Whether quoted fields occur; then a field may hold a line end.
    pub quoted: bool,
    /// The decimal mark: `.` or `,`.
    pub decimal_mark: char,
    /// The header's field names, in order. Their number is the number of fields of every row.
    pub header: Vec<String>,
    /// Offset of the first data row's first byte in the (decompressed) text.
    pub data_start: u64,
    /// Line number of the first data row, counted from 1 as an editor does.
    pub data_line: u64,
}

impl Dialect {
    /// The text of a field: decoded, whatever its bytes are.
    pub fn decode<'a>(&self, field: &'a [u8]) -> std::borrow::Cow<'a, str> {
        decode(self.encoding, field)
    }

    /// A name as statistics have it: names that differ in any byte stay apart, because a byte that the encoding does
    /// not know stands as `\xE5`.
    pub fn decode_name(&self, name: &[u8]) -> String {
        if self.encoding != Encoding::Utf8 {
            return self.decode(name).into_owned();
        }
        let mut text = String::with_capacity(name.len());
        for chunk in name.utf8_chunks() {
            text.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02X}")));
        }
        text
    }
}

/// Decodes `bytes`; a byte that the encoding does not know becomes U+FFFD.
pub fn decode(encoding: Encoding, bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}
