//! Rejected rows: kept on disk while a split is read, so that their number costs no memory.

use std::fs::File;
use std::io;

use shared::Reason;
use shared::dialect::MAX_LINE_BYTES;
use tempfile::NamedTempFile;

/// Writes `line,reason,raw` records, without a header, compressed with Zstandard; `raw` is the row's bytes,
/// whatever they are. The file is made with the first record.
#[derive(Default)]
pub struct Rejects {
    writer: Option<(csv::Writer<zstd::Encoder<'static, File>>, NamedTempFile)>,
    rows: u64,
}

impl Rejects {
    /// Keeps a row. `line` counts from 1 within the split; `raw` is the row as it stands in the file, without
    /// its line end. Every row that can be read as one is kept whole; of a line that is too long, its first
    /// [`MAX_LINE_BYTES`], however much of it was read.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn add(&mut self, line: u64, reason: Reason, raw: &[u8]) -> io::Result<()> {
        let (writer, _) = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(open()?),
        };
        let kept = &raw[..raw.len().min(MAX_LINE_BYTES)];
        writer.write_record([line.to_string().as_bytes(), reason.code().as_bytes(), kept])?;
        self.rows += 1;
        Ok(())
    }

    /// Number of rows kept.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The finished file; `None` when no row was rejected.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn finish(self) -> io::Result<Option<NamedTempFile>> {
        let Some((writer, file)) = self.writer else {
            return Ok(None);
        };
        let encoder = writer.into_inner().map_err(|error| error.into_error())?;
        encoder.finish()?;
        Ok(Some(file))
    }
}

fn open() -> io::Result<(csv::Writer<zstd::Encoder<'static, File>>, NamedTempFile)> {
    let file = NamedTempFile::new()?;
    let encoder = zstd::Encoder::new(file.reopen()?, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    let writer = csv::WriterBuilder::new().has_headers(false).from_writer(encoder);
    Ok((writer, file))
}
