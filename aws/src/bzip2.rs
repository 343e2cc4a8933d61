//! bzip2: streams in a row; parallel compressors write several, and all of them are the file.

use std::io;

use bzip2::{Decompress, Status};

use crate::text::Decode;
use shared::damage::Damage;

/// Decodes a file's streams.
pub(crate) struct Streams {
    decompress: Decompress,
    /// Bytes of the object that were taken.
    taken: u64,
    /// Where the last whole stream ends.
    whole: u64,
}

impl Streams {
    pub fn new() -> Self {
        Streams { decompress: Decompress::new(false), taken: 0, whole: 0 }
    }

    /// Whether a stream has begun that has not ended.
    fn is_open(&self) -> bool {
        self.taken > self.whole
    }
}

impl Decode for Streams {
    fn decode(&mut self, input: &[u8], text: &mut Vec<u8>) -> io::Result<usize> {
        if input.is_empty() && !self.is_open() {
            return Ok(0);
        }
        let before = self.decompress.total_in();
        let status = self.decompress.decompress_vec(input, text);
        let taken = (self.decompress.total_in() - before) as usize;
        self.taken += taken as u64;
        match status {
            Ok(Status::StreamEnd) => {
                self.whole = self.taken;
                self.decompress = Decompress::new(false);
            }
            Ok(_) if input.is_empty() && text.is_empty() => return Err(Damage::CutShort.into()),
            Ok(_) if taken == 0 && text.is_empty() => return Err(Damage::Broken.into()),
            Ok(_) => {}
            // What stands behind a whole stream is no other one.
            Err(_) if self.whole > 0 && before < 4 => return Err(Damage::Trailing(self.whole).into()),
            Err(
                bzip2::Error::DataMagic | bzip2::Error::Data | bzip2::Error::Sequence | bzip2::Error::Param,
            ) => {
                return Err(Damage::Broken.into());
            }
        }
        Ok(taken)
    }
}
