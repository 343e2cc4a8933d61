//! What is written now and put to S3 later: in memory as long as it is little, else in a temporary file.
//!
//! Most files are small, and so is all that is made of them; a temporary file for each piece would take longer to make
//! and to remove than everything else.

use std::io::{self, BufWriter, Read, Write};

use bytes::Bytes;
use tempfile::NamedTempFile;

/// The most bytes that stay in memory.
const MEMORY_BYTES: usize = 1 << 20;

/// Bytes that are being written.
#[derive(Debug)]
pub struct Spool(Kept);

#[derive(Debug)]
enum Kept {
    Memory(Vec<u8>),
    File(BufWriter<NamedTempFile>),
}

/// Bytes that were written. A temporary file goes away with it.
#[derive(Debug)]
pub enum Spooled {
    /// Few of them.
    Memory(Bytes),
    /// Many.
    File(NamedTempFile),
}

impl Default for Spool {
    fn default() -> Self {
        Spool(Kept::Memory(Vec::new()))
    }
}

impl Spool {
    /// All that was written.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn finish(self) -> io::Result<Spooled> {
        Ok(match self.0 {
            Kept::Memory(mut bytes) => {
                bytes.shrink_to_fit();
                Spooled::Memory(bytes.into())
            }
            Kept::File(file) => Spooled::File(file.into_inner().map_err(io::IntoInnerError::into_error)?),
        })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Kept::Memory(memory) = &mut self.0 {
            if memory.len() + bytes.len() <= MEMORY_BYTES {
                memory.extend_from_slice(bytes);
                return Ok(bytes.len());
            }
            let mut file = BufWriter::new(NamedTempFile::new()?);
            file.write_all(memory)?;
            self.0 = Kept::File(file);
        }
        match &mut self.0 {
            Kept::Memory(_) => Ok(0),
            Kept::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kept::Memory(_) => Ok(()),
            Kept::File(file) => file.flush(),
        }
    }
}

impl Spooled {
    /// The bytes from their start on.
    ///
    /// # Errors
    /// When the temporary file cannot be opened again.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Spooled::Memory(bytes) => Box::new(io::Cursor::new(bytes.clone())),
            Spooled::File(file) => Box::new(file.reopen()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// What was written comes back, wherever it was kept, and little of it is no file.
        #[test]
        fn what_was_written_comes_back(pieces in prop::collection::vec(0..2 * MEMORY_BYTES / 3, 0..6)) {
            let mut spool = Spool::default();
            let mut expected = Vec::new();
            for (number, length) in pieces.into_iter().enumerate() {
                let piece = vec![number as u8; length];
                spool.write_all(&piece).unwrap();
                expected.extend(piece);
            }
            let spooled = spool.finish().unwrap();
            prop_assert_eq!(matches!(spooled, Spooled::Memory(_)), expected.len() <= MEMORY_BYTES);
            for _ in 0..2 {
                let mut read = Vec::new();
                spooled.open().unwrap().read_to_end(&mut read).unwrap();
                prop_assert!(read == expected);
            }
        }
    }
}
