//! Cells as columns of integers, a batch at a time.
//!
//! A sum is kept as two columns, its upper and its lower 64 bits: plain integers that any reader of Arrow knows, of which
//! the upper one is almost always the same number and takes no room once it is compressed.

use polars_arrow::array::{Array, MutablePlString, PrimitiveArray, StaticArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_arrow::record_batch::RecordBatchT;
use polars_arrow::types::NativeType;
use shared::summary::{Odd, Sums};
use shared::{Cell, Day, Summary};

use crate::error::{Error, Result};
use crate::record::{Key, Record};

pub(crate) type RecordBatch = RecordBatchT<Box<dyn Array>>;

/// Name, type and whether it may be null, of every column, in their order.
const COLUMNS: [(&str, ArrowDataType, bool); 14] = [
    ("variable", ArrowDataType::UInt32, false),
    ("station", ArrowDataType::Utf8View, false),
    ("day", ArrowDataType::Date32, true),
    ("missing", ArrowDataType::UInt64, false),
    ("rejected", ArrowDataType::UInt64, false),
    ("stations", ArrowDataType::UInt64, false),
    ("count", ArrowDataType::UInt64, false),
    ("sum_high", ArrowDataType::Int64, false),
    ("sum_low", ArrowDataType::UInt64, false),
    ("squares_high", ArrowDataType::Int64, false),
    ("squares_low", ArrowDataType::UInt64, false),
    ("min", ArrowDataType::Int64, false),
    ("max", ArrowDataType::Int64, false),
    // What no integer holds, as JSON.
    ("odd", ArrowDataType::Utf8View, true),
];

/// The columns' names and types.
pub(crate) fn schema() -> ArrowSchema {
    COLUMNS.into_iter().map(|(name, dtype, nullable)| Field::new(name.into(), dtype, nullable)).collect()
}

/// The upper and the lower 64 bits of `value` = upper × 2^64 + lower.
pub(crate) fn halves(value: i128) -> (i64, u64) {
    ((value >> 64) as i64, value as u64)
}

/// The number of these [`halves`].
fn whole(high: i64, low: u64) -> i128 {
    i128::from(high) << 64 | i128::from(low)
}

/// A batch that is being filled.
#[derive(Default)]
pub(crate) struct Columns {
    variable: Vec<u32>,
    station: MutablePlString,
    day: Vec<Option<i32>>,
    missing: Vec<u64>,
    rejected: Vec<u64>,
    stations: Vec<u64>,
    count: Vec<u64>,
    sum_high: Vec<i64>,
    sum_low: Vec<u64>,
    squares_high: Vec<i64>,
    squares_low: Vec<u64>,
    min: Vec<i64>,
    max: Vec<i64>,
    odd: MutablePlString,
    text_bytes: usize,
}

impl Columns {
    /// Adds a row.
    pub fn push(&mut self, record: &Record) -> Result<()> {
        let Record { key, cell, stations } = record;
        let scaled = &cell.summary.scaled;
        self.variable.push(key.variable);
        self.station.push_value(key.station.as_str());
        self.day.push(key.day.map(Day::number));
        self.missing.push(cell.missing);
        self.rejected.push(cell.rejected);
        self.stations.push(*stations);
        self.count.push(scaled.count);
        let (high, low) = halves(scaled.sum);
        self.sum_high.push(high);
        self.sum_low.push(low);
        let (high, low) = halves(scaled.sum_of_squares);
        self.squares_high.push(high);
        self.squares_low.push(low);
        self.min.push(scaled.min);
        self.max.push(scaled.max);
        let odd = match &cell.summary.odd {
            None => None,
            Some(odd) => Some(serde_json::to_string(odd).map_err(std::io::Error::from)?),
        };
        self.text_bytes += key.station.len() + odd.as_ref().map_or(0, String::len);
        self.odd.push(odd);
        Ok(())
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.variable.len()
    }

    /// Bytes of text so far.
    pub fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    /// The rows as a batch.
    pub fn into_batch(self) -> Result<RecordBatch> {
        let rows = self.len();
        let arrays: Vec<Box<dyn Array>> = vec![
            integers(self.variable),
            self.station.freeze().boxed(),
            Box::new(PrimitiveArray::<i32>::from(self.day).to(ArrowDataType::Date32)),
            integers(self.missing),
            integers(self.rejected),
            integers(self.stations),
            integers(self.count),
            integers(self.sum_high),
            integers(self.sum_low),
            integers(self.squares_high),
            integers(self.squares_low),
            integers(self.min),
            integers(self.max),
            self.odd.freeze().boxed(),
        ];
        Ok(RecordBatchT::try_new(rows, schema().into(), arrays)?)
    }
}

fn integers<T: NativeType>(values: Vec<T>) -> Box<dyn Array> {
    Box::new(PrimitiveArray::from_vec(values))
}

/// A batch that was read.
pub(crate) struct Rows {
    rows: usize,
    variable: PrimitiveArray<u32>,
    station: Utf8ViewArray,
    day: PrimitiveArray<i32>,
    missing: PrimitiveArray<u64>,
    rejected: PrimitiveArray<u64>,
    stations: PrimitiveArray<u64>,
    count: PrimitiveArray<u64>,
    sum_high: PrimitiveArray<i64>,
    sum_low: PrimitiveArray<u64>,
    squares_high: PrimitiveArray<i64>,
    squares_low: PrimitiveArray<u64>,
    min: PrimitiveArray<i64>,
    max: PrimitiveArray<i64>,
    odd: Utf8ViewArray,
}

impl Rows {
    /// # Errors
    /// [`Error::Damaged`] if the batch has other columns than [`schema`].
    pub fn new(batch: RecordBatch) -> Result<Rows> {
        let rows = batch.len();
        let mut arrays = batch.into_arrays().into_iter();
        Ok(Rows {
            rows,
            variable: column(arrays.next())?,
            station: text(arrays.next())?,
            day: column(arrays.next())?,
            missing: column(arrays.next())?,
            rejected: column(arrays.next())?,
            stations: column(arrays.next())?,
            count: column(arrays.next())?,
            sum_high: column(arrays.next())?,
            sum_low: column(arrays.next())?,
            squares_high: column(arrays.next())?,
            squares_low: column(arrays.next())?,
            min: column(arrays.next())?,
            max: column(arrays.next())?,
            odd: text(arrays.next())?,
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// The row `at`, which must be below [`Self::len`].
    ///
    /// # Errors
    /// [`Error::Damaged`] if its day or its odd values cannot be read.
    pub fn record(&self, at: usize) -> Result<Record> {
        let day = match self.day.get(at) {
            None => None,
            Some(number) => {
                Some(Day::from_number(number).ok_or(Error::Damaged("a day that no calendar has"))?)
            }
        };
        let odd: Option<Box<Odd>> = match self.odd.get(at) {
            None => None,
            Some(json) => {
                Some(serde_json::from_str(json).map_err(|_| Error::Damaged("values that cannot be read"))?)
            }
        };
        let scaled = Sums {
            count: self.count.value(at),
            sum: whole(self.sum_high.value(at), self.sum_low.value(at)),
            sum_of_squares: whole(self.squares_high.value(at), self.squares_low.value(at)),
            min: self.min.value(at),
            max: self.max.value(at),
        };
        Ok(Record {
            key: Key { variable: self.variable.value(at), station: self.station.value(at).into(), day },
            cell: Cell {
                missing: self.missing.value(at),
                rejected: self.rejected.value(at),
                summary: Summary { scaled, odd },
            },
            stations: self.stations.value(at),
        })
    }
}

fn column<T: NativeType>(array: Option<Box<dyn Array>>) -> Result<PrimitiveArray<T>> {
    downcast(array)
}

fn text(array: Option<Box<dyn Array>>) -> Result<Utf8ViewArray> {
    downcast(array)
}

fn downcast<A: Array + Clone>(array: Option<Box<dyn Array>>) -> Result<A> {
    let array = array.as_ref().and_then(|array| array.as_any().downcast_ref::<A>());
    array.cloned().ok_or(Error::Damaged("its columns are not those of a table of cells"))
}
