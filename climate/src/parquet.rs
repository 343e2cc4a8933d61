//! Result tables as Parquet files, written row group by row group.
//!
//! Every column has a type that pandas, DuckDB and Athena know without any metadata: STRING, DATE, INT64, DOUBLE,
//! DECIMAL. Format: <https://parquet.apache.org/docs/file-format/>. A file depends on its rows alone: row groups are cut
//! by the number of rows, and encodings are chosen per column; for doubles by all of a row group, not by a sample.

use std::io::Write;
use std::sync::mpsc::{self, SyncSender};
use std::thread::JoinHandle;

use polars_arrow::datatypes::{ArrowDataType, IntegerType};
use polars_parquet::write::Encoding;
use shared::Day;

use crate::column::{Column, Lent};
use crate::error::Result;
use crate::limits::Limits;
use crate::row_groups::{RowGroup, RowGroups};

/// Digits of a DECIMAL that is stored as a 64-bit integer.
const SHORT_DIGITS: u32 = 18;
/// The most digits of a DECIMAL that the format, DuckDB and Athena know.
const LONG_DIGITS: u32 = 38;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text that differs from row to row.
    Text,
    /// Text that stays the same for many rows.
    Label,
    /// A day.
    Day,
    /// A count.
    Count,
    /// A number of at most 18 digits, so many of them behind the point.
    Short(u32),
    /// A number of at most 38 digits, so many of them behind the point.
    Long(u32),
    /// The nearest double.
    Double,
}

/// A value of a column of the [`Kind`] of the same name; a label is a text, and decimals are short or long.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Text(Option<&'a str>),
    Day(Option<Day>),
    Count(u64),
    /// The digits of the number.
    Decimal(Option<i128>),
    Double(Option<f64>),
}

/// A Parquet file that is being written.
pub(crate) struct ParquetTable<W: Write> {
    columns: Vec<Column>,
    rows: usize,
    row_group: usize,
    file: Written<W>,
}

/// Who writes row groups.
enum Written<W: Write> {
    /// Whoever fills them.
    Here(Box<RowGroups<W>>),
    /// A thread, while the next one is filled.
    Beside { groups: SyncSender<RowGroup>, thread: JoinHandle<Result<Box<RowGroups<W>>>> },
}

impl<W: Write> ParquetTable<W> {
    /// A table of `columns`, written to `writer` a row group at a time.
    pub fn new(writer: W, columns: &[(&str, Kind)], limits: &Limits) -> Result<Self> {
        let file = RowGroups::new(writer, columns, limits.threads_from)?;
        Ok(ParquetTable {
            columns: columns.iter().map(|(_, kind)| Column::new(*kind)).collect(),
            rows: 0,
            row_group: limits.row_group.max(1),
            file: Written::Here(Box::new(file)),
        })
    }

    /// The same for a large table: its row groups are written by a thread.
    pub fn beside(self) -> Result<Self>
    where
        W: Send + 'static,
    {
        let Written::Here(mut file) = self.file else { return Ok(self) };
        // A row group is filled while one is written, and no third one waits.
        let (groups, received) = mpsc::sync_channel::<RowGroup>(0);
        let write = move || {
            received.into_iter().try_for_each(|group| file.write(group))?;
            Ok(file)
        };
        let thread = std::thread::Builder::new().spawn(write)?;
        Ok(ParquetTable { file: Written::Beside { groups, thread }, ..self })
    }

    /// Adds a row: a value for each column, of its kind.
    pub fn push(&mut self, row: &[Value<'_>]) -> Result<()> {
        debug_assert_eq!(row.len(), self.columns.len());
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
        self.grow(1)
    }

    /// The column `at`, to add rows to it: at most [`Self::room`], as many to each, and then [`Self::grow`] by them.
    pub fn column(&mut self, at: usize) -> &mut Column {
        &mut self.columns[at]
    }

    /// How many rows the row group has room for, at least one.
    pub fn room(&self) -> usize {
        self.row_group - self.rows
    }

    /// Counts rows that were added to all columns.
    pub fn grow(&mut self, rows: usize) -> Result<()> {
        self.rows += rows;
        if self.rows == self.row_group { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let columns = self.columns.iter_mut().map(Column::take).collect::<Result<_>>()?;
        let group = RowGroup { rows, columns };
        match &mut self.file {
            Written::Here(file) => {
                file.write(group)?;
                self.columns.iter_mut().for_each(|column| column.reclaim(Lent::Last));
            }
            Written::Beside { groups, .. } => {
                // Where the thread has ended, it is [`Self::finish`] that says why.
                let _ = groups.send(group);
                self.columns.iter_mut().for_each(|column| column.reclaim(Lent::Before));
            }
        }
        Ok(())
    }

    /// Ends the file with `metadata` of keys and values, and gives the writer back.
    pub fn finish(mut self, metadata: Vec<(String, String)>) -> Result<W> {
        if self.rows > 0 {
            self.flush()?;
        }
        match self.file {
            Written::Here(file) => file.end(metadata),
            Written::Beside { groups, thread } => {
                drop(groups);
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?.end(metadata)
            }
        }
    }
}

impl Kind {
    pub fn dtype(self) -> ArrowDataType {
        match self {
            Kind::Text => ArrowDataType::Utf8View,
            Kind::Label => {
                ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false)
            }
            Kind::Day => ArrowDataType::Date32,
            Kind::Count => ArrowDataType::Int64,
            Kind::Short(scale) => ArrowDataType::Decimal(SHORT_DIGITS as usize, scale as usize),
            Kind::Long(scale) => ArrowDataType::Decimal(LONG_DIGITS as usize, scale as usize),
            Kind::Double => ArrowDataType::Float64,
        }
    }

    /// The DECIMAL with `scale` fraction digits for numbers whose digits are at most `bound`; `None` if there is none.
    pub fn decimal(scale: u32, bound: i128) -> Option<Kind> {
        let below = |digits: u32| scale <= digits && bound < 10_i128.pow(digits);
        let short = below(SHORT_DIGITS).then_some(Kind::Short(scale));
        short.or_else(|| below(LONG_DIGITS).then_some(Kind::Long(scale)))
    }

    /// Whether a decimal of this kind can have these digits.
    pub fn holds(self, digits: i128) -> bool {
        const SHORT: u128 = 10_u128.pow(SHORT_DIGITS);
        const LONG: u128 = 10_u128.pow(LONG_DIGITS);
        digits.unsigned_abs() < if matches!(self, Kind::Short(_)) { SHORT } else { LONG }
    }

    pub fn is_nullable(self) -> bool {
        self != Kind::Count
    }

    pub fn encoding(self) -> Encoding {
        match self {
            Kind::Label => Encoding::RleDictionary,
            Kind::Day | Kind::Count | Kind::Short(_) => Encoding::DeltaBinaryPacked,
            Kind::Text | Kind::Long(_) | Kind::Double => Encoding::Plain,
        }
    }
}
