//! What can be wrong with compressed data, in a form that tells each case from the others.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

/// The largest Zstandard window that is read, in bytes. It is what [RFC 8878, 3.1.1.1.2] asks every decoder for
/// at least and every encoder for at most, and what `zstd` keeps to up to level 19. The window has to be held in
/// memory, and its size is the file's choice: without a limit, memory would be, too.
///
/// [RFC 8878, 3.1.1.1.2]: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2
pub const MAX_WINDOW_BYTES: u64 = 8 << 20;

/// Why compressed data cannot be read to their end. As an [`io::Error`] it is of the kind `InvalidData`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// The data end before the text does.
    CutShort,
    /// The text is not the one whose check sum, or length, stands behind it.
    Checksum,
    /// No decoder can make sense of the data.
    Broken,
    /// A Zstandard frame asks for a window of so many bytes, above [`MAX_WINDOW_BYTES`].
    Window(u64),
    /// A Zstandard frame was compressed with a dictionary, which is not part of it.
    Dictionary,
    /// Something other than compressed data lies behind them, from this byte of the object on; the text
    /// before it is whole.
    Trailing(u64),
    /// The archive has more than one file; the text is that of the first.
    Several,
    /// The archive's file is encrypted.
    Encrypted,
    /// The archive's file is compressed by another method than those that are read: its number in the ZIP format.
    Method(u16),
}

impl Damage {
    /// The damage that reading met, if it was that.
    pub fn of(error: &io::Error) -> Option<&Damage> {
        error.get_ref()?.downcast_ref()
    }

    /// Whether the text that was read is a whole one; else its last line may be cut or wrong.
    pub fn leaves_text_whole(&self) -> bool {
        matches!(self, Damage::Trailing(_) | Damage::Several)
    }

    /// The name that a finding about it has.
    pub fn code(&self) -> &'static str {
        match self {
            Damage::CutShort | Damage::Checksum | Damage::Broken => "damaged",
            Damage::Window(_) => "window_too_large",
            Damage::Dictionary => "dictionary",
            Damage::Trailing(_) => "trailing_bytes",
            Damage::Several => "several_files",
            Damage::Encrypted => "encrypted",
            Damage::Method(_) => "unknown_method",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Damage::CutShort => {
                "upload the file again if it was cut short on the way, else compress it again; gzip -t and zstd -t check it"
            }
            Damage::Checksum | Damage::Broken => {
                "compress the file again, and check it (gzip -t, zstd -t) before uploading it"
            }
            Damage::Window(_) => "compress the file again without --long and --ultra",
            Damage::Dictionary => "compress the file again without a dictionary (zstd -D)",
            Damage::Trailing(_) => {
                "if the file was put together from several, compress each of them; else compress it again"
            }
            Damage::Several => "unpack the archive, and upload its files one by one",
            Damage::Encrypted => "unpack the archive with its password, and upload the table",
            Damage::Method(_) => {
                "unpack the archive and upload the table, or compress that with gzip or zstd"
            }
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
        match self {
            Damage::CutShort => f.write_str("the compressed data end before the text does"),
            Damage::Checksum => f.write_str("the text does not match the check sum behind it"),
            Damage::Broken => f.write_str("the compressed data are damaged"),
            Damage::Window(bytes) => write!(
                f,
                "the data are compressed with a window of {} MiB (zstd --long or --ultra), and {} MiB is the most that is read",
                mebibytes(*bytes),
                mebibytes(MAX_WINDOW_BYTES)
            ),
            Damage::Dictionary => {
                f.write_str("the data are compressed with a dictionary, which the file does not hold")
            }
            Damage::Trailing(offset) => {
                write!(f, "from byte {offset} on, the file holds something other than compressed data")
            }
            Damage::Several => {
                f.write_str("the archive holds more than one file, and only the first is read")
            }
            Damage::Encrypted => f.write_str("the archive's file is encrypted"),
            Damage::Method(method) => {
                write!(f, "the archive's file is compressed by a method that is not read, number {method}")
            }
        }
    }
}

impl std::error::Error for Damage {}

impl From<Damage> for io::Error {
    fn from(damage: Damage) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, damage)
    }
}
