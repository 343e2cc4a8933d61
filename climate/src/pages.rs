//! The columns of a row group as compressed pages: those of a large one by two threads, and all with one compressor each.

use std::sync::{Mutex, PoisonError};

use polars_arrow::array::Array;
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::Compression;
use polars_parquet::parquet::page::{
    CompressedDataPage, CompressedDictPage, CompressedPage, DataPage, DictPage, Page,
};
use polars_parquet::write::{
    CompressionOptions, Encoding, ParquetType, StatisticsOptions, Version, WriteOptions, ZstdLevel,
    array_to_columns,
};
use zstd::bulk::Compressor;

use crate::error::{Error, Result};

/// Twice as fast as the level above, and a tenth larger.
const ZSTD_LEVEL: i32 = 1;

/// A column that is to be written.
pub(crate) struct Encoded {
    pub array: Box<dyn Array>,
    pub dtype: ParquetType,
    pub encoding: Encoding,
}

/// How files are written.
pub(crate) fn options() -> Result<WriteOptions> {
    Ok(WriteOptions {
        statistics: StatisticsOptions::empty(),
        version: Version::V1,
        compression: CompressionOptions::Zstd(Some(ZstdLevel::try_new(ZSTD_LEVEL)?)),
        data_page_size: None,
    })
}

/// Makes pages. Polars would make a new compressor for each one, which takes longer than to compress a small page.
pub(crate) struct Encoder {
    options: WriteOptions,
    zstd: Compressor<'static>,
    /// Room for a compressed page.
    room: Vec<u8>,
}

impl Encoder {
    pub fn new() -> Result<Self> {
        Ok(Encoder { options: options()?, zstd: Compressor::new(ZSTD_LEVEL)?, room: Vec::new() })
    }

    /// The pages of each of `columns`, by two threads where they are `large`.
    pub fn encode(&mut self, columns: Vec<Encoded>, large: bool) -> Result<Vec<Vec<CompressedPage>>> {
        if !large {
            return columns.into_iter().map(|column| self.pages(column)).collect();
        }
        let count = columns.len();
        // The last one, of doubles, takes longest: begun last, it would be waited for.
        let rest = Mutex::new(columns.into_iter().enumerate().rev());
        let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
        let mut helper = Encoder::new()?;
        let (mine, other) = std::thread::scope(|scope| {
            let other = scope.spawn(|| helper.take(next));
            let mine = self.take(next);
            (mine, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let mut all: Vec<_> = std::iter::repeat_with(Vec::new).take(count).collect();
        for (at, pages) in mine?.into_iter().chain(other?) {
            all[at] = pages;
        }
        Ok(all)
    }

    /// The pages of columns, with the places of these, until there is no `next` one.
    fn take(
        &mut self,
        next: impl Fn() -> Option<(usize, Encoded)>,
    ) -> Result<Vec<(usize, Vec<CompressedPage>)>> {
        std::iter::from_fn(next).map(|(at, column)| Ok((at, self.pages(column)?))).collect()
    }

    fn pages(&mut self, column: Encoded) -> Result<Vec<CompressedPage>> {
        let Encoded { array, dtype, encoding } = column;
        let columns = array_to_columns(array, dtype, self.options, &[encoding])?;
        columns.into_iter().flatten().map(|page| self.compress(page?)).collect()
    }

    fn compress(&mut self, page: Page) -> Result<CompressedPage> {
        Ok(match page {
            Page::Data(page) => {
                let (bytes, length) = self.compressed(page.buffer())?;
                let rows = page.num_rows().ok_or(Error::Damaged("a page without a number of rows"))?;
                let header = page.header().clone();
                let DataPage { descriptor, .. } = page;
                CompressedPage::Data(CompressedDataPage::new(
                    header,
                    bytes,
                    Compression::Zstd,
                    length,
                    descriptor,
                    rows,
                ))
            }
            Page::Dict(DictPage { buffer, num_values, is_sorted }) => {
                let (bytes, length) = self.compressed(&buffer)?;
                CompressedPage::Dict(CompressedDictPage::new(
                    bytes,
                    Compression::Zstd,
                    length,
                    num_values,
                    is_sorted,
                ))
            }
        })
    }

    /// The bytes compressed, and how many they were.
    fn compressed(&mut self, bytes: &[u8]) -> Result<(CowBuffer, usize)> {
        self.room.clear();
        self.room.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        self.zstd.compress_to_buffer(bytes, &mut self.room)?;
        Ok((CowBuffer::Owned(self.room.clone()), bytes.len()))
    }
}
