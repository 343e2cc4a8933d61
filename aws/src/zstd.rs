//! Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)): frames in a row, some of which are to be skipped.

use std::io;

use zstd::zstd_safe::zstd_sys::ZSTD_ErrorCode;
use zstd::zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

use crate::text::Decode;
use shared::damage::{Damage, MAX_WINDOW_BYTES};

/// What a frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// The bytes before a frame header's fields: the magic number and the descriptor, which tells what follows.
const DESCRIBED: usize = 5;

/// Whether `bytes` begin as a frame, or as one that is to be skipped: `pzstd` puts such frames before the others.
pub fn begins_as_zstd(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || is_skippable(bytes)
}

fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// Decodes a file's frames. Tools that compress in parallel, or append, write several: all of them are the file.
///
/// The library is given what it asks for, never more and never less: one block at a time. What it does not give
/// out because of an error then depends on the data alone, not on how they arrived.
pub(crate) struct Frames {
    context: Option<DCtx<'static>>,
    part: Part,
    /// Bytes that have not all arrived, or that the library has not taken.
    waiting: Vec<u8>,
    /// How many bytes there have to be.
    wanted: usize,
    /// How many of them the library has taken.
    given: usize,
    /// Bytes of the object that were taken.
    taken: u64,
    /// Where the last whole frame ends.
    whole: u64,
}

/// The part of a frame that comes next.
#[derive(Clone, Copy)]
enum Part {
    /// A magic number, or nothing.
    Start,
    /// The length of a frame that is to be skipped.
    SkippedLength,
    Skipped(u64),
    /// A frame's descriptor.
    Descriptor,
    /// The rest of the header.
    Header,
    Data,
    /// Data that the library has, while its text did not fit.
    Text,
}

impl Frames {
    pub fn new() -> Self {
        Frames {
            context: None,
            part: Part::Start,
            waiting: Vec::new(),
            wanted: MAGIC.len(),
            given: 0,
            taken: 0,
            whole: 0,
        }
    }

    fn wait_for(&mut self, part: Part, wanted: usize) {
        (self.part, self.wanted) = (part, wanted);
    }

    /// The end of a frame.
    fn end_frame(&mut self) {
        self.waiting.clear();
        self.whole = self.taken;
        self.wait_for(Part::Start, MAGIC.len());
    }

    /// The object ends while bytes are wanted.
    fn ended(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        match self.part {
            Part::Start if self.waiting.is_empty() => return Ok(()),
            Part::Start if !MAGIC.starts_with(&self.waiting) => return Err(self.stray().into()),
            // The block before the next one's header was still held back.
            Part::Data if !self.waiting.is_empty() => drop(self.run(text)),
            _ => {}
        }
        Err(Damage::CutShort.into())
    }

    /// What it means that no frame begins where one should.
    fn stray(&self) -> Damage {
        if self.whole == 0 { Damage::Broken } else { Damage::Trailing(self.whole) }
    }

    /// Deals with the part that has arrived.
    fn arrived(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        match self.part {
            Part::Start if is_skippable(&self.waiting) => self.wait_for(Part::SkippedLength, 8),
            Part::Start if self.waiting == MAGIC => self.wait_for(Part::Descriptor, DESCRIBED),
            Part::Start => return Err(self.stray().into()),
            Part::SkippedLength => {
                let length = little_endian(&self.waiting[4..]);
                self.waiting.clear();
                self.wait_for(Part::Skipped(length), 0);
            }
            Part::Skipped(_) => {}
            Part::Descriptor => self.wait_for(Part::Header, Header::length(self.waiting[4])),
            Part::Header => {
                let header = Header::read(&self.waiting);
                if header.window > MAX_WINDOW_BYTES {
                    return Err(Damage::Window(header.window).into());
                }
                if header.dictionary != 0 {
                    return Err(Damage::Dictionary.into());
                }
                self.run(text)?;
            }
            Part::Data | Part::Text => self.run(text)?,
        }
        Ok(())
    }

    /// Has the library take the bytes that wait.
    fn run(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        let context = match &mut self.context {
            Some(context) => context,
            none => none.insert(context()?),
        };
        let mut input = InBuffer::around(&self.waiting[self.given..]);
        let hint = context
            .decompress_stream(&mut OutBuffer::around(text), &mut input)
            .map_err(|code| io::Error::from(damage(code)))?;
        self.given += input.pos();
        if self.given < self.waiting.len() || (hint > 0 && text.len() == text.capacity()) {
            self.part = Part::Text;
            return Ok(());
        }
        self.waiting.clear();
        self.given = 0;
        if hint == 0 {
            self.end_frame();
        } else {
            self.wait_for(Part::Data, hint);
        }
        Ok(())
    }
}

impl Decode for Frames {
    fn decode(&mut self, input: &[u8], text: &mut Vec<u8>) -> io::Result<usize> {
        let mut rest = input;
        while text.is_empty() {
            if let Part::Skipped(length) = self.part {
                let step = (rest.len() as u64).min(length);
                rest = &rest[step as usize..];
                self.taken += step;
                if step == length {
                    self.end_frame();
                    continue;
                }
                self.part = Part::Skipped(length - step);
            } else if !matches!(self.part, Part::Text) {
                let step = self.wanted.saturating_sub(self.waiting.len()).min(rest.len());
                self.waiting.extend_from_slice(&rest[..step]);
                rest = &rest[step..];
                self.taken += step as u64;
            }
            let complete = match self.part {
                Part::Skipped(_) => false,
                Part::Text => true,
                _ => self.waiting.len() >= self.wanted,
            };
            if complete {
                self.arrived(text)?;
            } else if input.is_empty() {
                self.ended(text)?;
                break;
            } else {
                break;
            }
        }
        Ok(input.len() - rest.len())
    }
}

fn context() -> io::Result<DCtx<'static>> {
    let mut context = DCtx::try_create().ok_or(io::ErrorKind::OutOfMemory)?;
    // The headers are checked before the library sees them; this holds it to the same limit.
    context
        .set_parameter(DParameter::WindowLogMax(MAX_WINDOW_BYTES.ilog2()))
        .map_err(|code| io::Error::other(zstd::zstd_safe::get_error_name(code)))?;
    Ok(context)
}

/// What the library's error code means; the codes are its negated numbers.
fn damage(code: usize) -> Damage {
    if code.wrapping_neg() == ZSTD_ErrorCode::ZSTD_error_checksum_wrong as usize {
        Damage::Checksum
    } else {
        Damage::Broken
    }
}

/// A frame header (RFC 8878, 3.1.1.1).
struct Header {
    /// Bytes of text that have to be kept.
    window: u64,
    /// Number of the dictionary; 0 for none.
    dictionary: u64,
}

impl Header {
    /// Length of the header that has this descriptor, its magic number included.
    fn length(descriptor: u8) -> usize {
        let (window, dictionary, content) = Self::fields(descriptor);
        DESCRIBED + window + dictionary + content
    }

    /// Lengths of the fields behind the descriptor: window, dictionary and size of the text.
    fn fields(descriptor: u8) -> (usize, usize, usize) {
        // A frame of a single segment has no window of its own: its text is kept as a whole.
        let single = descriptor & 0x20 != 0;
        let content = match descriptor >> 6 {
            0 => usize::from(single),
            flag => 1 << flag,
        };
        (usize::from(!single), [0, 1, 2, 4][usize::from(descriptor & 3)], content)
    }

    fn read(bytes: &[u8]) -> Header {
        let (window, dictionary, content) = Self::fields(bytes[4]);
        let (window, rest) = bytes[DESCRIBED..].split_at(window);
        let (dictionary, rest) = rest.split_at(dictionary);
        let size = little_endian(&rest[..content]) + if content == 2 { 256 } else { 0 };
        let window = window.first().map_or(size, |descriptor| {
            let base = 1_u64 << (10 + (descriptor >> 3));
            base + base / 8 * u64::from(descriptor & 7)
        });
        Header { window, dictionary: little_endian(dictionary) }
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
