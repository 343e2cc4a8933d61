//! ZIP archives ([APPNOTE.TXT](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)) of one file, read as a stream:
//! the header before the file's data tells what is needed, and what follows the data whether there is another file.

use std::io;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::text::Decode;
use shared::damage::Damage;

/// What the header of a file begins with, the archive's directory, and the sizes behind the data.
const FILE: [u8; 4] = *b"PK\x03\x04";
const DIRECTORY: [u8; 4] = *b"PK\x01\x02";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// Bytes of the two sizes behind a check sum that stands behind the data.
const SIZES_BYTES: usize = 8;
/// Bytes of a file's header before its name.
const HEADER_BYTES: usize = 30;
/// Flags: encrypted; the check sum stands behind the data.
const ENCRYPTED: u16 = 1;
const SUM_BEHIND: u16 = 8;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Decodes the first file of an archive.
pub(crate) struct Archive {
    part: Part,
    /// Bytes of a fixed number that have not all arrived.
    waiting: Vec<u8>,
    inflate: Decompress,
    crc: Crc,
    /// The check sum that the header gives, unless it stands behind the data.
    sum: Option<u32>,
    /// Whether all of the file's data were read.
    read: bool,
}

#[derive(Clone, Copy)]
enum Part {
    Header,
    /// Name and extra fields: so many bytes, and what comes behind them.
    Name(usize, Data),
    Data(Data),
    /// What stands behind the data of a file.
    Behind,
    /// The directory, which is not read.
    Rest,
}

#[derive(Clone, Copy)]
enum Data {
    Deflated,
    /// Bytes still to come.
    Stored(u64),
}

impl Archive {
    pub fn new() -> Self {
        Archive {
            part: Part::Header,
            waiting: Vec::with_capacity(HEADER_BYTES),
            inflate: Decompress::new(false),
            crc: Crc::new(),
            sum: None,
            read: false,
        }
    }

    fn wait_for(&mut self, count: usize, input: &mut &[u8]) -> bool {
        let missing = count.saturating_sub(self.waiting.len()).min(input.len());
        self.waiting.extend_from_slice(&input[..missing]);
        *input = &input[missing..];
        self.waiting.len() >= count
    }

    /// Takes the next part, as far as it is there; `false` when more has to come.
    fn next(&mut self, input: &mut &[u8], text: &mut Vec<u8>) -> Result<bool, Damage> {
        match self.part {
            Part::Header => {
                if !self.wait_for(HEADER_BYTES, input) {
                    return Ok(false);
                }
                self.header()?;
            }
            Part::Name(length, data) => {
                let skipped = length.min(input.len());
                *input = &input[skipped..];
                if skipped < length {
                    self.part = Part::Name(length - skipped, data);
                    return Ok(false);
                }
                self.part = Part::Data(data);
            }
            Part::Data(Data::Deflated) => return self.inflate(input, text),
            Part::Data(Data::Stored(0)) => self.end_of_data()?,
            Part::Data(Data::Stored(length)) => {
                let room = text.capacity() - text.len();
                let copied = input.len().min(room).min(usize::try_from(length).unwrap_or(usize::MAX));
                text.extend_from_slice(&input[..copied]);
                self.crc.update(&input[..copied]);
                *input = &input[copied..];
                self.part = Part::Data(Data::Stored(length - copied as u64));
                return Ok(copied > 0);
            }
            Part::Behind => {
                if !self.wait_for(4, input) {
                    return Ok(false);
                }
                let first = [self.waiting[0], self.waiting[1], self.waiting[2], self.waiting[3]];
                match first {
                    FILE if self.sum.is_some() => return Err(Damage::Several),
                    DIRECTORY => self.part = Part::Rest,
                    _ if self.sum.is_none() => {
                        // The check sum, with or without a signature before it, and sizes that nobody needs here.
                        let length = if first == DESCRIPTOR { 8 } else { 4 };
                        if !self.wait_for(length, input) {
                            return Ok(false);
                        }
                        let sum = u32_at(&self.waiting, length - 4);
                        self.sum = Some(sum);
                        if sum != self.crc.sum() {
                            return Err(Damage::Checksum);
                        }
                        // Two sizes of four bytes: an archive that needs eight is too large to be read as it is.
                        self.waiting.clear();
                        self.part = Part::Name(SIZES_BYTES, Data::Stored(0));
                    }
                    _ => return Err(Damage::Broken),
                }
            }
            Part::Rest => {
                *input = &[];
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn header(&mut self) -> Result<(), Damage> {
        let header = std::mem::take(&mut self.waiting);
        if header[..4] == DIRECTORY || header[..4] != FILE {
            return Err(Damage::Broken);
        }
        let (flags, method) = (u16_at(&header, 6), u16_at(&header, 8));
        let size = u64::from(u32_at(&header, 18));
        let names = usize::from(u16_at(&header, 26)) + usize::from(u16_at(&header, 28));
        if flags & ENCRYPTED != 0 {
            return Err(Damage::Encrypted);
        }
        self.sum = (flags & SUM_BEHIND == 0).then(|| u32_at(&header, 14));
        self.crc.reset();
        self.inflate.reset(false);
        let data = match method {
            DEFLATED => Data::Deflated,
            STORED if self.sum.is_some() => Data::Stored(size),
            _ => return Err(Damage::Method(method)),
        };
        self.part = Part::Name(names, data);
        Ok(())
    }

    fn inflate(&mut self, input: &mut &[u8], text: &mut Vec<u8>) -> Result<bool, Damage> {
        let (before, taken) = (text.len(), self.inflate.total_in());
        let status = self.inflate.decompress_vec(input, text, FlushDecompress::None);
        let taken = (self.inflate.total_in() - taken) as usize;
        *input = &input[taken.min(input.len())..];
        self.crc.update(&text[before..]);
        match status {
            Err(_) => Err(Damage::Broken),
            Ok(Status::StreamEnd) => self.end_of_data().map(|()| true),
            Ok(_) => Ok(taken > 0 || text.len() > before),
        }
    }

    fn end_of_data(&mut self) -> Result<(), Damage> {
        self.part = Part::Behind;
        self.waiting.clear();
        // A second time behind the sizes: then the sum was checked.
        if !std::mem::replace(&mut self.read, true) && self.sum.is_some_and(|sum| sum != self.crc.sum()) {
            return Err(Damage::Checksum);
        }
        Ok(())
    }
}

impl Decode for Archive {
    fn decode(&mut self, input: &[u8], text: &mut Vec<u8>) -> io::Result<usize> {
        let mut rest = input;
        loop {
            let went_on = self.next(&mut rest, text)?;
            if !text.is_empty() {
                break;
            }
            if !went_on {
                if input.is_empty() && !matches!(self.part, Part::Rest) {
                    return Err(Damage::CutShort.into());
                }
                break;
            }
        }
        Ok(input.len() - rest.len())
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
