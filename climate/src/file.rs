//! The file of a table of cells: an Arrow IPC stream, compressed as a whole with Zstandard.
//!
//! `zstd -dc FILE` is what pyarrow's `ipc.open_stream` reads. Format: <https://arrow.apache.org/docs/format/Columnar.html>.
//! Its rows are series, with lists of what their cells hold; a series that goes on in the next batch is named there again.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use polars_arrow::datatypes::ArrowSchema;
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use shared::{Cell, CellKey};

use crate::arrow::{decode, encode, schema};
use crate::batch::Batch;
use crate::error::{Error, Result};

/// Faster than the disk, and already smaller than half: these files live for minutes.
const ZSTD_LEVEL: i32 = -3;
/// Binary logarithm of the compressor's window in bytes. Every open table keeps one in memory, and a block as long.
const ZSTD_WINDOW: u32 = 15;
/// Compressed bytes that an open table reads at a time.
const BUFFER_BYTES: usize = 16 << 10;

/// Writes a table of cells.
pub struct CellWriter<W: Write> {
    stream: StreamWriter<zstd::Encoder<'static, W>>,
    schema: ArrowSchema,
    /// Cells that were pushed one by one and are not written yet.
    pushed: Batch,
    batch: usize,
    rows: u64,
    /// The key of the cell written last.
    last: Option<CellKey>,
}

impl<W: Write> CellWriter<W> {
    /// A table in `writer`; cells that come one by one are encoded `batch` at a time.
    ///
    /// # Errors
    /// If the beginning of the file cannot be written.
    pub fn new(writer: W, batch: usize) -> Result<Self> {
        let mut encoder = zstd::Encoder::new(writer, ZSTD_LEVEL)?;
        encoder.window_log(ZSTD_WINDOW)?;
        let mut stream = StreamWriter::new(encoder, WriteOptions { compression: None });
        let schema = schema();
        stream.start(&schema, None)?;
        let pushed = Batch::default();
        Ok(CellWriter { stream, schema, pushed, batch: batch.max(1), rows: 0, last: None })
    }

    /// Adds a cell; cells come in the order of their keys, each key once.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn push(&mut self, key: CellKey, cell: Cell) -> Result<()> {
        self.pushed.begin(key.variable, &key.station);
        self.pushed.push(key.day, cell);
        if self.pushed.is_full(self.batch) { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let pushed = std::mem::take(&mut self.pushed);
        self.write_batch(pushed)
    }

    /// Adds cells, which come in the order of their keys, each key once.
    ///
    /// # Errors
    /// [`Error::Unsorted`] if these do not follow the ones before, or if the file cannot be written.
    pub fn write(&mut self, batch: Batch) -> Result<()> {
        self.flush()?;
        self.write_batch(batch)
    }

    fn write_batch(&mut self, batch: Batch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        batch.check_order(self.last.as_ref())?;
        self.rows += batch.len() as u64;
        self.last = batch.last_key();
        Ok(self.stream.write(&encode(batch, &self.schema)?, None)?)
    }

    /// Ends the table and gives the writer back, with the number of cells.
    ///
    /// # Errors
    /// If the end of the file cannot be written.
    pub fn finish_counted(mut self) -> Result<(u64, W)> {
        self.flush()?;
        self.stream.finish()?;
        Ok((self.rows, self.stream.into_inner().finish()?))
    }

    /// Ends the table and gives the writer back.
    ///
    /// # Errors
    /// If the end of the file cannot be written.
    pub fn finish(self) -> Result<W> {
        Ok(self.finish_counted()?.1)
    }
}

/// Reads a table of cells, in the order of their keys.
pub struct CellReader<R: Read> {
    stream: StreamReader<Forward<zstd::Decoder<'static, BufReader<R>>>>,
    /// The cells read last, those that come first at the end.
    read: Vec<(CellKey, Cell)>,
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
        Ok(CellReader { stream: StreamReader::new(decoder, metadata, None), read: Vec::new(), ended: false })
    }

    /// The next cells; `None` at the end.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        while !self.ended {
            match self.stream.next().transpose()? {
                Some(StreamState::Some(batch)) => match decode(batch)? {
                    empty if empty.is_empty() => {}
                    batch => return Ok(Some(batch)),
                },
                Some(StreamState::Waiting) => return Err(Error::Damaged("it breaks off")),
                None => self.ended = true,
            }
        }
        Ok(None)
    }
}

impl<R: Read> Iterator for CellReader<R> {
    type Item = Result<(CellKey, Cell)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.read.is_empty() {
            match self.next_batch() {
                Ok(batch) => {
                    self.read.extend(batch.iter().flat_map(Batch::cells));
                    self.read.reverse();
                }
                Err(error) => {
                    // Nothing can be trusted behind an error.
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        self.read.pop().map(Ok)
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
