//! gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)): members in a row, each with a check sum, and zeros behind them.

use std::io;

use flate2::{Crc, Decompress, FlushDecompress, Status};
use memchr::memchr;

use crate::text::Decode;
use shared::damage::Damage;

/// What a member begins with: two bytes that stand for gzip, and the only method there is.
const MAGIC: [u8; 3] = [0x1F, 0x8B, 8];
/// Bits of a header's flags.
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// Decodes a file's members. Tools that compress in parallel, or append, write several: all of them are the file.
pub(crate) struct Members {
    part: Part,
    /// Flags of the header at hand.
    flags: u8,
    /// Bytes of a fixed number that have not all arrived.
    waiting: Vec<u8>,
    inflate: Decompress,
    /// Of the header at hand, then of the text.
    crc: Crc,
    /// Bytes of the object that were taken.
    taken: u64,
    /// Where the last whole member ends.
    whole: u64,
}

/// The part of a member that comes next.
#[derive(Clone, Copy)]
enum Part {
    /// A header, zeros to fill the last block of a tape, or nothing.
    Start,
    ExtraLength,
    Extra(usize),
    Name,
    Comment,
    HeaderCrc,
    Data,
    Footer,
    /// Nothing but zeros comes behind zeros.
    Zeros,
}

impl Members {
    pub fn new() -> Self {
        Members {
            part: Part::Start,
            flags: 0,
            waiting: Vec::with_capacity(10),
            inflate: Decompress::new(false),
            crc: Crc::new(),
            taken: 0,
            whole: 0,
        }
    }

    /// Takes `count` bytes off `input`, together with those that wait; `false` when more have to come.
    fn wait_for(&mut self, count: usize, input: &mut &[u8]) -> bool {
        let missing = count.saturating_sub(self.waiting.len()).min(input.len());
        self.waiting.extend_from_slice(&input[..missing]);
        *input = &input[missing..];
        self.waiting.len() >= count
    }

    /// Takes what is left of the header's part with a text, up to a zero; `false` when more has to come.
    fn skip_text(&mut self, input: &mut &[u8]) -> bool {
        let end = memchr(0, input);
        let (text, rest) = input.split_at(end.map_or(input.len(), |at| at + 1));
        self.crc.update(text);
        *input = rest;
        end.is_some()
    }

    /// Whether the header has the part that `flag` stands for.
    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Takes what comes before the next member's header, and its ten bytes that are always there.
    fn start(&mut self, input: &mut &[u8]) -> Result<bool, Damage> {
        let complete = self.wait_for(10, input);
        let (seen, first) = (self.waiting.len().min(MAGIC.len()), self.whole == 0);
        if self.waiting[..seen] != MAGIC[..seen] {
            if !first && self.waiting.iter().all(|byte| *byte == 0) {
                self.part = Part::Zeros;
                return Ok(true);
            }
            return Err(if first { Damage::Broken } else { Damage::Trailing(self.whole) });
        }
        if complete {
            self.flags = self.waiting[3];
            self.crc.reset();
            self.crc.update(&self.waiting);
            self.waiting.clear();
            self.part = Part::ExtraLength;
        }
        Ok(complete)
    }

    /// Takes the next part, as far as it is there; `false` when more has to come.
    fn next(&mut self, input: &mut &[u8], text: &mut Vec<u8>) -> Result<bool, Damage> {
        let part = self.part;
        match part {
            Part::Start => return self.start(input),
            Part::ExtraLength if self.has(EXTRA) => {
                if !self.wait_for(2, input) {
                    return Ok(false);
                }
                self.crc.update(&self.waiting);
                let length = usize::from(self.waiting[0]) | usize::from(self.waiting[1]) << 8;
                self.waiting.clear();
                self.part = Part::Extra(length);
            }
            Part::ExtraLength => self.part = Part::Name,
            Part::Extra(length) => {
                let (extra, rest) = input.split_at(length.min(input.len()));
                self.crc.update(extra);
                *input = rest;
                self.part = Part::Extra(length - extra.len());
                if length > extra.len() {
                    return Ok(false);
                }
                self.part = Part::Name;
            }
            Part::Name if self.has(NAME) && !self.skip_text(input) => return Ok(false),
            Part::Name => self.part = Part::Comment,
            Part::Comment if self.has(COMMENT) && !self.skip_text(input) => return Ok(false),
            Part::Comment => self.part = Part::HeaderCrc,
            Part::HeaderCrc => {
                if self.has(HEADER_CRC) {
                    if !self.wait_for(2, input) {
                        return Ok(false);
                    }
                    if self.waiting != self.crc.sum().to_le_bytes()[..2] {
                        return Err(Damage::Broken);
                    }
                    self.waiting.clear();
                }
                self.crc.reset();
                self.inflate.reset(false);
                self.part = Part::Data;
            }
            Part::Data => return self.inflate(input, text),
            Part::Footer => {
                if !self.wait_for(8, input) {
                    return Ok(false);
                }
                let (sum, length) = (self.crc.sum().to_le_bytes(), self.crc.amount().to_le_bytes());
                if self.waiting != [sum, length].concat() {
                    return Err(Damage::Checksum);
                }
                self.waiting.clear();
                self.part = Part::Start;
            }
            Part::Zeros => {
                if input.iter().any(|byte| *byte != 0) {
                    return Err(Damage::Trailing(self.whole));
                }
                *input = &[];
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn inflate(&mut self, input: &mut &[u8], text: &mut Vec<u8>) -> Result<bool, Damage> {
        let (before, taken) = (text.len(), self.inflate.total_in());
        let status = self.inflate.decompress_vec(input, text, FlushDecompress::None);
        // Counts, and `text`, are right after an error, too: all that could be told before it.
        let taken = (self.inflate.total_in() - taken) as usize;
        *input = &input[taken.min(input.len())..];
        self.crc.update(&text[before..]);
        match status {
            Err(_) => Err(Damage::Broken),
            Ok(Status::StreamEnd) => {
                self.part = Part::Footer;
                Ok(true)
            }
            Ok(_) => Ok(taken > 0 || text.len() > before),
        }
    }
}

impl Decode for Members {
    fn decode(&mut self, input: &[u8], text: &mut Vec<u8>) -> io::Result<usize> {
        let mut rest = input;
        loop {
            let was_footer = matches!(self.part, Part::Footer);
            let before = rest.len();
            let went_on = self.next(&mut rest, text);
            self.taken += (before - rest.len()) as u64;
            if was_footer && matches!(self.part, Part::Start) {
                self.whole = self.taken;
            }
            let went_on = went_on?;
            if !text.is_empty() {
                break;
            }
            if !went_on {
                let may_end = match self.part {
                    Part::Start => self.waiting.is_empty(),
                    Part::Zeros => true,
                    _ => false,
                };
                if input.is_empty() && !may_end {
                    return Err(Damage::CutShort.into());
                }
                break;
            }
        }
        let taken = input.len() - rest.len();
        if taken == 0 && text.is_empty() && !input.is_empty() {
            return Err(Damage::Broken.into());
        }
        Ok(taken)
    }
}
