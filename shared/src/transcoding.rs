//! What is done to a text before its lines are read, where the file does not have them as UTF-8 or the like with line feeds.
//!
//! A text that needs it is read from its beginning to its end, as a compressed one is.

use std::borrow::Cow;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

/// What is to be done to a text. By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcoding {
    /// UTF-16 becomes UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utf16: Option<ByteOrder>,
    /// Lines end in a carriage return alone, as on an old Macintosh: it becomes a line feed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub carriage_returns: bool,
    /// Each line as a whole is one quoted field that holds the row: `"a;""b"";1"` becomes `a;"b";1`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wrapped_lines: bool,
    /// Fields stand in single quotes: these and double ones change places.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_quotes: bool,
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByteOrder {
    /// The lower one, as on most machines.
    LittleEndian,
    /// The higher one.
    BigEndian,
}

impl Transcoding {
    /// Whether the text is read as it is.
    pub fn is_none(&self) -> bool {
        *self == Transcoding::default()
    }

    /// A line of the text as the file has it, in UTF-8 where that is UTF-16.
    pub fn restore(self, line: &[u8]) -> Cow<'_, [u8]> {
        let mut line = Cow::Borrowed(line);
        if self.single_quotes {
            line.to_mut().iter_mut().for_each(swap_quotes);
        }
        if self.wrapped_lines {
            let mut wrapped = vec![b'"'];
            for byte in line.iter() {
                wrapped.extend(if *byte == b'"' { &b"\"\""[..] } else { std::slice::from_ref(byte) });
            }
            wrapped.push(b'"');
            line = Cow::Owned(wrapped);
        }
        line
    }

    /// All of `bytes`, transcoded; `last` where nothing follows them.
    pub fn apply(self, bytes: &[u8], last: bool) -> Vec<u8> {
        let mut text = Vec::with_capacity(bytes.len());
        Transcoder::new(self).add(bytes, last, &mut text);
        text
    }
}

/// Transcodes a text piece by piece.
pub struct Transcoder {
    utf16: Option<Decoder>,
    carriage_returns: bool,
    single_quotes: bool,
    wrapped: Option<Wrapped>,
    /// Room for what is decoded.
    decoded: String,
    ended: bool,
}

impl Transcoder {
    /// From the beginning of a text.
    pub fn new(what: Transcoding) -> Self {
        let encoding = |order| if order == ByteOrder::LittleEndian { UTF_16LE } else { UTF_16BE };
        Transcoder {
            utf16: what.utf16.map(|order| encoding(order).new_decoder_with_bom_removal()),
            carriage_returns: what.carriage_returns,
            single_quotes: what.single_quotes,
            wrapped: what.wrapped_lines.then_some(Wrapped::LineStart),
            decoded: String::new(),
            ended: false,
        }
    }

    /// Adds the text of `bytes` to `text`; behind the `last` ones nothing is added.
    pub fn add(&mut self, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        if std::mem::replace(&mut self.ended, last) {
            return;
        }
        let start = text.len();
        match &mut self.utf16 {
            None => text.extend_from_slice(bytes),
            Some(decoder) => {
                let mut rest = bytes;
                loop {
                    self.decoded.clear();
                    // For the bytes at hand and one that waits; more may be asked for.
                    self.decoded.reserve(3 * rest.len() / 2 + 16);
                    let (result, read, _) = decoder.decode_to_string(rest, &mut self.decoded, last);
                    text.extend_from_slice(self.decoded.as_bytes());
                    rest = &rest[read..];
                    if result == CoderResult::InputEmpty {
                        break;
                    }
                }
            }
        }
        if self.carriage_returns {
            text[start..].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        if let Some(wrapped) = &mut self.wrapped {
            let lines = text.split_off(start);
            lines.iter().for_each(|byte| wrapped.add(*byte, text));
        }
        if self.single_quotes {
            text[start..].iter_mut().for_each(swap_quotes);
        }
    }
}

fn swap_quotes(byte: &mut u8) {
    match *byte {
        b'"' => *byte = b'\'',
        b'\'' => *byte = b'"',
        _ => {}
    }
}

/// Where in a line that is one quoted field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapped {
    LineStart,
    Inside,
    /// Behind a quote: the field's last, or the first of two.
    Quote,
    /// In a line that is none.
    Plain,
}

impl Wrapped {
    fn add(&mut self, byte: u8, text: &mut Vec<u8>) {
        *self = match (*self, byte) {
            (Wrapped::LineStart, b'"') => Wrapped::Inside,
            (Wrapped::Inside, b'"') => Wrapped::Quote,
            (Wrapped::Quote, b'"') => {
                text.push(byte);
                Wrapped::Inside
            }
            (Wrapped::Quote, b'\r') => {
                text.push(byte);
                Wrapped::Quote
            }
            (_, b'\n') => {
                text.push(byte);
                Wrapped::LineStart
            }
            // A quote in mid-line after all.
            (Wrapped::Quote, _) => {
                text.extend([b'"', byte]);
                Wrapped::Inside
            }
            (Wrapped::Inside, _) => {
                text.push(byte);
                Wrapped::Inside
            }
            (Wrapped::LineStart | Wrapped::Plain, _) => {
                text.push(byte);
                Wrapped::Plain
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn in_pieces(what: Transcoding, bytes: &[u8], size: usize) -> Vec<u8> {
        let (mut transcoder, mut text) = (Transcoder::new(what), Vec::new());
        bytes.chunks(size).for_each(|piece| transcoder.add(piece, false, &mut text));
        transcoder.add(b"", true, &mut text);
        transcoder.add(b"", true, &mut text);
        text
    }

    proptest! {
        #[test]
        fn utf16_is_what_the_standard_library_makes_of_it(text in "\\PC{0,40}", size in 1_usize..9, bom in any::<bool>()) {
            let marked = if bom { format!("\u{feff}{text}") } else { text.clone() };
            for (order, bytes) in [
                (ByteOrder::LittleEndian, marked.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
                (ByteOrder::BigEndian, marked.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            ] {
                let what = Transcoding { utf16: Some(order), ..Transcoding::default() };
                prop_assert_eq!(in_pieces(what, &bytes, size), text.trim_start_matches('\u{feff}').as_bytes());
                prop_assert_eq!(what.apply(&bytes, true), in_pieces(what, &bytes, size));
            }
        }

        #[test]
        fn wrapped_lines_are_those_that_were_wrapped(lines in prop::collection::vec("[a\",; 1]{0,12}", 0..5), size in 1_usize..9) {
            let wrapped: String = lines.iter().map(|line| format!("\"{}\"\r\n", line.replace('"', "\"\""))).collect();
            let what = Transcoding { wrapped_lines: true, ..Transcoding::default() };
            let plain: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            prop_assert_eq!(in_pieces(what, wrapped.as_bytes(), size), plain.as_bytes());
            for line in &lines {
                let restored = what.restore(line.as_bytes());
                prop_assert_eq!(what.apply(&restored, true), line.as_bytes());
            }
        }
    }

    #[test]
    fn quotes_change_places_and_back() {
        let what = Transcoding { single_quotes: true, ..Transcoding::default() };
        assert_eq!(what.apply(b"'a';5\" pipe", true), b"\"a\";5' pipe");
        assert_eq!(what.restore(b"\"a\";5' pipe").as_ref(), b"'a';5\" pipe");
    }

    #[test]
    fn carriage_returns_become_line_feeds() {
        let what = Transcoding { carriage_returns: true, ..Transcoding::default() };
        assert_eq!(in_pieces(what, b"a,b\r1,2\r", 3), b"a,b\n1,2\n");
    }
}
