//! Row groups, encoded and written one after the other.

use std::io::Write;

use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowSchema, Field};
use polars_error::PolarsError;
use polars_parquet::write::{
    CompressedPage, DynIter, DynStreamingIterator, Encoding, FallibleStreamingIterator, FileWriter, KeyValue,
    fallible_streaming_iterator,
};

use crate::error::Result;
use crate::pages::{self, Encoded, Encoder};
use crate::parquet::Kind;

/// The columns of so many rows.
pub(crate) struct RowGroup {
    pub rows: usize,
    pub columns: Vec<(Box<dyn Array>, Encoding)>,
}

/// The row groups of a Parquet file.
pub(crate) struct RowGroups<W: Write> {
    file: FileWriter<W>,
    encoder: Encoder,
    /// Rows that a second thread is worth.
    threads_from: usize,
}

impl<W: Write> RowGroups<W> {
    /// Of a file with `columns`.
    pub fn new(writer: W, columns: &[(&str, Kind)], threads_from: usize) -> Result<Self> {
        let fields =
            columns.iter().map(|(name, kind)| Field::new((*name).into(), kind.dtype(), kind.is_nullable()));
        let schema: ArrowSchema = fields.collect();
        let file = FileWriter::try_new(writer, schema, pages::options()?)?;
        Ok(RowGroups { file, encoder: Encoder::new()?, threads_from })
    }

    /// Writes one. Its arrays are gone then.
    pub fn write(&mut self, group: RowGroup) -> Result<()> {
        let RowGroup { rows, columns } = group;
        let dtypes = self.file.parquet_schema().fields().iter().cloned();
        let columns = columns.into_iter().zip(dtypes).map(|((array, encoding), dtype)| Encoded {
            array,
            dtype,
            encoding,
        });
        let pages = self.encoder.encode(columns.collect(), rows >= self.threads_from)?;
        let group = pages.iter().map(|pages| Ok(DynStreamingIterator::new(streamed(pages))));
        Ok(self.file.write(rows as u64, DynIter::new(group))?)
    }

    /// Ends the file with `metadata` of keys and values, and gives the writer back.
    pub fn end(mut self, metadata: Vec<(String, String)>) -> Result<W> {
        let metadata =
            metadata.into_iter().map(|(key, value)| KeyValue { key, value: Some(value) }).collect();
        self.file.end(Some(metadata))?;
        Ok(self.file.into_inner())
    }
}

/// Pages as Polars takes them.
fn streamed(
    pages: &[CompressedPage],
) -> impl FallibleStreamingIterator<Item = CompressedPage, Error = PolarsError> + Send + Sync {
    fallible_streaming_iterator::convert(pages.iter().map(Ok))
}
