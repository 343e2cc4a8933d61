//! The file of a table of cells: an Arrow IPC stream, compressed as a whole with Zstandard.
//!
//! `zstd -dc FILE` is what pyarrow's `ipc.open_stream` reads. Format: <https://arrow.apache.org/docs/format/Columnar.html>.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use shared::{Cell, CellKey};

use crate::columns::{Columns, Rows, schema};
use crate::error::{Error, Result};
use crate::record::{Key, Record};

/// Faster than the disk, and already smaller than half: these files live for minutes.
const ZSTD_LEVEL: i32 = -3;
/// Binary logarithm of the compressor's window in bytes. Every open table keeps one in memory, and a block as long.
const ZSTD_WINDOW: u32 = 15;
/// Compressed bytes that an open table reads at a time.
const BUFFER_BYTES: usize = 16 << 10;
/// A batch ends early when its texts have this many bytes.
const TEXT_BYTES: usize = 1 << 20;

/// Writes a table of cells.
pub struct CellWriter<W: Write> {
    stream: StreamWriter<zstd::Encoder<'static, W>>,
    columns: Columns,
    batch: usize,
    last: Option<Key>,
}

impl<W: Write> CellWriter<W> {
    /// A table in `writer`, encoded `batch` rows at a time.
    ///
    /// # Errors
    /// If the beginning of the file cannot be written.
    pub fn new(writer: W, batch: usize) -> Result<Self> {
        let mut encoder = zstd::Encoder::new(writer, ZSTD_LEVEL)?;
        encoder.window_log(ZSTD_WINDOW)?;
        let mut stream = StreamWriter::new(encoder, WriteOptions { compression: None });
        stream.start(&schema(), None)?;
        Ok(CellWriter { stream, columns: Columns::default(), batch: batch.max(1), last: None })
    }

    /// Adds a cell; cells come in the order of their keys, each key once.
    ///
    /// # Errors
    /// [`Error::Unsorted`] if this one does not follow the one before, or if the file cannot be written.
    pub fn push(&mut self, key: CellKey, cell: Cell) -> Result<()> {
        self.push_record(Record::from((key, cell)))
    }

    pub(crate) fn push_record(&mut self, record: Record) -> Result<()> {
        if self.last.as_ref().is_some_and(|last| *last >= record.key) {
            return Err(Error::Unsorted(format!("{:?} came after {:?}", record.key, self.last)));
        }
        self.columns.push(&record)?;
        self.last = Some(record.key);
        if self.columns.len() >= self.batch || self.columns.text_bytes() >= TEXT_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let columns = std::mem::take(&mut self.columns);
        Ok(self.stream.write(&columns.into_batch()?, None)?)
    }

    /// Ends the table and gives the writer back.
    ///
    /// # Errors
    /// If the end of the file cannot be written.
    pub fn finish(mut self) -> Result<W> {
        if self.columns.len() > 0 {
            self.flush()?;
        }
        self.stream.finish()?;
        Ok(self.stream.into_inner().finish()?)
    }
}

/// Reads a table of cells, in the order of their keys.
pub struct CellReader<R: Read> {
    stream: StreamReader<Forward<zstd::Decoder<'static, BufReader<R>>>>,
    rows: Option<Rows>,
    next: usize,
    ended: bool,
}

impl<R: Read> CellReader<R> {
    /// The table in `reader`.
    ///
    /// # Errors
    /// If `reader` does not begin as such a table does.
    pub fn new(reader: R) -> Result<Self> {
        let mut decoder = Forward {
            reader: zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER_BYTES, reader))?,
            position: 0,
        };
        let metadata = read_stream_metadata(&mut decoder)?;
        if metadata.schema != schema() {
            return Err(Error::Damaged("its columns are not those of a table of cells"));
        }
        Ok(CellReader {
            stream: StreamReader::new(decoder, metadata, None),
            rows: None,
            next: 0,
            ended: false,
        })
    }

    pub(crate) fn next_record(&mut self) -> Result<Option<Record>> {
        loop {
            if let Some(rows) = self.rows.as_ref().filter(|rows| self.next < rows.len()) {
                self.next += 1;
                return rows.record(self.next - 1).map(Some);
            }
            self.next = 0;
            // The batch before is let go of first.
            self.rows = None;
            if self.ended {
                return Ok(None);
            }
            match self.stream.next().transpose()? {
                Some(StreamState::Some(batch)) => self.rows = Some(Rows::new(batch)?),
                Some(StreamState::Waiting) => return Err(Error::Damaged("it breaks off")),
                None => self.ended = true,
            }
        }
    }
}

impl<R: Read> Iterator for CellReader<R> {
    type Item = Result<(CellKey, Cell)>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.next_record().transpose()?;
        // Nothing can be trusted behind an error.
        self.ended |= record.is_err();
        Some(record.map(|record| (record.key.into(), record.cell)))
    }
}

/// A reader that seeks forward, by reading: all that Polars asks of a stream.
struct Forward<R> {
    reader: R,
    position: u64,
}

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl<R: Read> Seek for Forward<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(distance) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        let distance = u64::try_from(distance).map_err(|_| io::ErrorKind::Unsupported)?;
        let skipped = io::copy(&mut self.by_ref().take(distance), &mut io::sink())?;
        if skipped < distance { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(self.position) }
    }
}
