//! Rejected rows and readings: many are kept on disk while a split is read, so that their number costs no memory.

use std::io;

use aws::spool::{Spool, Spooled};
use shared::Reason;
use shared::dialect::MAX_LINE_BYTES;
use shared::transcoding::Transcoding;

/// Writes `line,column,reason,raw` records, without a header, compressed with Zstandard; `column` is the index of the
/// field whose reading is refused, empty where the row is, and `raw` the row's bytes, whatever they are.
#[derive(Default)]
pub struct Rejects {
    writer: Option<csv::Writer<zstd::Encoder<'static, Spool>>>,
    records: u64,
    /// What was done to the text, and is undone.
    transcoding: Transcoding,
}

impl Rejects {
    /// For a text to which that was done.
    pub fn new(transcoding: Transcoding) -> Self {
        Rejects { transcoding, ..Rejects::default() }
    }

    /// Keeps a row, or a reading of it: that of the field `column`. `line` counts from 1 within the split; `raw` is the
    /// row as it stands in the file, without its line end. Every row that can be read as one is kept whole; of a line that is too long, its first
    /// [`MAX_LINE_BYTES`], however much of it was read.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn add(&mut self, line: u64, column: Option<usize>, reason: Reason, raw: &[u8]) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(open()?),
        };
        let kept = &raw[..raw.len().min(MAX_LINE_BYTES)];
        let column = column.map(|index| index.to_string()).unwrap_or_default();
        let line = line.to_string();
        let raw = self.transcoding.restore(kept);
        writer.write_record([line.as_bytes(), column.as_bytes(), reason.code().as_bytes(), &raw])?;
        self.records += 1;
        Ok(())
    }

    /// Number of records kept.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// All records; `None` when no row was rejected.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn finish(self) -> io::Result<Option<Spooled>> {
        let Some(writer) = self.writer else { return Ok(None) };
        let encoder = writer.into_inner().map_err(|error| error.into_error())?;
        encoder.finish()?.finish().map(Some)
    }
}

fn open() -> io::Result<csv::Writer<zstd::Encoder<'static, Spool>>> {
    let encoder = zstd::Encoder::new(Spool::default(), zstd::DEFAULT_COMPRESSION_LEVEL)?;
    Ok(csv::WriterBuilder::new().has_headers(false).from_writer(encoder))
}
