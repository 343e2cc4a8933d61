//! Result tables as Parquet files, written row group by row group.
//!
//! Every column has a type that pandas, DuckDB and Athena know without any metadata: STRING, DATE, INT64, DOUBLE,
//! DECIMAL. Format: <https://parquet.apache.org/docs/file-format/>. A file depends on its rows alone: row groups are cut
//! by the number of rows, and encodings are chosen per column, not by what a sample looks like.

use std::io::Write;

use polars_arrow::array::{Array, DictionaryArray, MutablePlString, PrimitiveArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, IntegerType};
use polars_arrow::types::NativeType;
use polars_error::PolarsError;
use polars_parquet::write::{
    CompressedPage, DynIter, DynStreamingIterator, Encoding, FallibleStreamingIterator, FileWriter, KeyValue,
    fallible_streaming_iterator,
};
use shared::Day;

use crate::columns::NO_DAY;
use crate::error::Result;
use crate::figures::TOO_LARGE;
use crate::limits::Limits;
use crate::pages::{self, Encoded, Encoder};

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
    file: FileWriter<W>,
    encoder: Encoder,
    columns: Vec<Column>,
    rows: usize,
    row_group: usize,
    /// Rows that a second thread is worth.
    threads_from: usize,
}

impl<W: Write> ParquetTable<W> {
    /// A table of `columns`, written to `writer` a row group at a time.
    pub fn new(writer: W, columns: &[(&str, Kind)], limits: &Limits) -> Result<Self> {
        let fields =
            columns.iter().map(|(name, kind)| Field::new((*name).into(), kind.dtype(), kind.is_nullable()));
        let schema: ArrowSchema = fields.collect();
        Ok(ParquetTable {
            file: FileWriter::try_new(writer, schema, pages::options()?)?,
            encoder: Encoder::new()?,
            columns: columns.iter().map(|(_, kind)| Column::new(*kind)).collect(),
            rows: 0,
            row_group: limits.row_group.max(1),
            threads_from: limits.threads_from,
        })
    }

    /// Adds a row: a value for each column, of its kind.
    pub fn push(&mut self, row: &[Value<'_>]) -> Result<()> {
        debug_assert_eq!(row.len(), self.columns.len());
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.values.push(value);
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
        let dtypes = self.file.parquet_schema().fields().iter().cloned();
        let columns = self.columns.iter_mut().zip(dtypes).map(|(column, dtype)| {
            Ok(Encoded { encoding: column.kind.encoding(), array: column.take(rows)?, dtype })
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let pages = self.encoder.encode(columns, rows >= self.threads_from)?;
        let group = pages.iter().map(|pages| Ok(DynStreamingIterator::new(streamed(pages))));
        Ok(self.file.write(rows as u64, DynIter::new(group))?)
    }

    /// Ends the file with `metadata` of keys and values, and gives the writer back.
    pub fn finish(mut self, metadata: Vec<(String, String)>) -> Result<W> {
        if self.rows > 0 {
            self.flush()?;
        }
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

impl Kind {
    fn dtype(self) -> ArrowDataType {
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

    fn is_nullable(self) -> bool {
        self != Kind::Count
    }

    fn encoding(self) -> Encoding {
        match self {
            Kind::Label => Encoding::RleDictionary,
            Kind::Day | Kind::Count | Kind::Short(_) => Encoding::DeltaBinaryPacked,
            Kind::Text | Kind::Long(_) | Kind::Double => Encoding::Plain,
        }
    }
}

/// A column of the row group that is being filled.
pub(crate) struct Column {
    kind: Kind,
    values: Values,
}

enum Values {
    Text(MutablePlString),
    Label(Labels),
    Day(Numbers<i32>),
    Count(Numbers<i64>),
    /// The digits: Parquet stores a short decimal as such.
    Short(Numbers<i64>),
    Long(Numbers<i128>),
    Double(Numbers<f64>),
}

impl Column {
    fn new(kind: Kind) -> Self {
        Column { kind, values: Values::new(kind, 0) }
    }

    /// Adds a text `times` times.
    pub fn texts(&mut self, text: Option<&str>, times: usize) {
        match &mut self.values {
            Values::Text(values) => (0..times).for_each(|_| values.push(text)),
            Values::Label(labels) => labels.push(text, times),
            _ => self.mistaken("texts"),
        }
    }

    /// Adds days by their numbers.
    pub fn days(&mut self, numbers: &[i32]) {
        match &mut self.values {
            Values::Day(values) => values.extend(numbers, |day| *day != NO_DAY),
            _ => self.mistaken("days"),
        }
    }

    /// Adds counts.
    pub fn counts(&mut self, counts: &[u32]) {
        match &mut self.values {
            Values::Count(values) => values.present(counts.iter().map(|count| i64::from(*count))),
            _ => self.mistaken("counts"),
        }
    }

    /// Adds decimals by their digits, each times `factor`.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) if there is one of more digits than the column has.
    pub fn digits(&mut self, digits: impl Iterator<Item = Option<i128>>, factor: i128) -> Result<()> {
        let kind = self.kind;
        let scaled = digits.map(|digits| match digits {
            None => Ok(None),
            Some(digits) => {
                let digits = if factor == 1 { Some(digits) } else { digits.checked_mul(factor) };
                digits.filter(|digits| kind.holds(*digits)).map(Some).ok_or(TOO_LARGE)
            }
        });
        match &mut self.values {
            Values::Short(values) => {
                for digits in scaled {
                    values.push(digits?.map(|digits| digits as i64));
                }
            }
            Values::Long(values) => {
                for digits in scaled {
                    values.push(digits?);
                }
            }
            _ => self.mistaken("decimals"),
        }
        Ok(())
    }

    /// Adds doubles.
    pub fn doubles(&mut self, numbers: impl Iterator<Item = Option<f64>>) {
        match &mut self.values {
            Values::Double(values) => numbers.for_each(|number| values.push(number)),
            _ => self.mistaken("doubles"),
        }
    }

    fn mistaken(&self, what: &str) {
        debug_assert!(false, "{what} are not of the column's kind, {:?}", self.kind);
    }

    /// The `rows` values so far as an array; the column is empty then, with room for as many.
    fn take(&mut self, rows: usize) -> Result<Box<dyn Array>> {
        let dtype = self.kind.dtype();
        Ok(match std::mem::replace(&mut self.values, Values::new(self.kind, rows)) {
            Values::Text(values) => values.freeze().boxed(),
            Values::Label(labels) => Box::new(DictionaryArray::<u32>::try_new(
                dtype,
                PrimitiveArray::from(labels.positions),
                labels.texts.freeze().boxed(),
            )?),
            Values::Day(values) => values.into_array(dtype)?,
            Values::Count(values) | Values::Short(values) => values.into_array(ArrowDataType::Int64)?,
            Values::Long(values) => values.into_array(dtype)?,
            Values::Double(values) => values.into_array(dtype)?,
        })
    }
}

impl Values {
    /// Without values, with room for those of so many rows.
    fn new(kind: Kind, rows: usize) -> Self {
        match kind {
            Kind::Text => Values::Text(MutablePlString::with_capacity(rows)),
            Kind::Label => Values::Label(Labels::with_capacity(rows)),
            Kind::Day => Values::Day(Numbers::with_capacity(rows)),
            Kind::Count => Values::Count(Numbers::with_capacity(rows)),
            Kind::Short(_) => Values::Short(Numbers::with_capacity(rows)),
            Kind::Long(_) => Values::Long(Numbers::with_capacity(rows)),
            Kind::Double => Values::Double(Numbers::with_capacity(rows)),
        }
    }

    fn push(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Values::Text(values), Value::Text(text)) => values.push(*text),
            (Values::Label(labels), Value::Text(text)) => labels.push(*text, 1),
            (Values::Day(values), Value::Day(day)) => values.push(day.map(Day::number)),
            (Values::Count(values), Value::Count(count)) => values.push(i64::try_from(*count).ok()),
            (Values::Short(values), Value::Decimal(digits)) => {
                values.push(digits.and_then(|digits| i64::try_from(digits).ok()));
            }
            (Values::Long(values), Value::Decimal(digits)) => values.push(*digits),
            (Values::Double(values), Value::Double(number)) => values.push(*number),
            (_, value) => debug_assert!(false, "{value:?} is not of the column's kind"),
        }
    }
}

/// Numbers, some of which may be missing.
struct Numbers<T> {
    values: Vec<T>,
    /// Whether each is there; empty as long as none is missing.
    valid: Vec<bool>,
}

impl<T: NativeType> Numbers<T> {
    fn with_capacity(rows: usize) -> Self {
        Numbers { values: Vec::with_capacity(rows), valid: Vec::new() }
    }

    fn push(&mut self, value: Option<T>) {
        if value.is_none() && self.valid.is_empty() {
            self.valid.resize(self.values.len(), true);
        }
        if value.is_none() || !self.valid.is_empty() {
            self.valid.push(value.is_some());
        }
        self.values.push(value.unwrap_or_default());
    }

    /// Adds numbers that are all there.
    fn present(&mut self, values: impl Iterator<Item = T>) {
        self.values.extend(values);
        if !self.valid.is_empty() {
            self.valid.resize(self.values.len(), true);
        }
    }

    /// Adds numbers, those of which are there that `is_there`.
    fn extend(&mut self, values: &[T], is_there: impl Fn(&T) -> bool) {
        let before = self.values.len();
        self.values.extend_from_slice(values);
        if self.valid.is_empty() && values.iter().all(&is_there) {
            return;
        }
        self.valid.resize(before, true);
        self.valid.extend(values.iter().map(is_there));
    }

    fn into_array(self, dtype: ArrowDataType) -> Result<Box<dyn Array>> {
        let valid = (!self.valid.is_empty()).then(|| Bitmap::from_iter(self.valid));
        Ok(Box::new(PrimitiveArray::try_new(dtype, self.values.into(), valid)?))
    }
}

/// Texts that repeat: each row holds the position of its text. In a sorted table the row before has the same one.
struct Labels {
    positions: Vec<Option<u32>>,
    texts: MutablePlString,
}

impl Labels {
    fn with_capacity(rows: usize) -> Self {
        Labels { positions: Vec::with_capacity(rows), texts: MutablePlString::new() }
    }

    fn push(&mut self, text: Option<&str>, times: usize) {
        let position = text.map(|text| {
            let known = self.texts.len();
            if known == 0 || self.texts.value(known - 1) != text {
                self.texts.push_value(text);
            }
            self.texts.len() as u32 - 1
        });
        self.positions.extend(std::iter::repeat_n(position, times));
    }
}
