//! A batch of cells as Arrow arrays: a row for each series, with lists of what its cells hold. There are two such lists:
//! where all cells of a batch fit integers of 32 bits, as is usual, they are in the narrow one, else in the wide one. The
//! other is empty.

use polars_arrow::array::{Array, ListArray, PrimitiveArray, StructArray, Utf8Array, new_empty_array};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_arrow::offset::{Offsets, OffsetsBuffer};
use polars_arrow::record_batch::RecordBatchT;
use polars_arrow::types::NativeType;

use crate::batch::{Batch, Heads, Whole};
use crate::columns::{Columns, NO_DAY, day};
use crate::error::{Error, Result};

pub(crate) type RecordBatch = RecordBatchT<Box<dyn Array>>;

/// What is said of other columns than [`schema`].
const STRANGE: Error = Error::Damaged("its columns are not those of a table of cells");

/// Name, type and whether it may be null.
type Described = (&'static str, ArrowDataType, bool);

/// What is known of each cell, in either list.
const COUNTS: [Described; 5] = [
    ("day", ArrowDataType::Date32, true),
    ("stations", ArrowDataType::UInt32, false),
    ("missing", ArrowDataType::UInt32, false),
    ("rejected", ArrowDataType::UInt32, false),
    ("count", ArrowDataType::UInt32, false),
];
/// Behind it its values in 32 bits. Half the bytes are half the time that compressing takes.
const NARROW: [Described; 4] = [
    ("sum", ArrowDataType::Int32, false),
    ("squares", ArrowDataType::UInt32, false),
    ("min", ArrowDataType::Int32, false),
    ("max", ArrowDataType::Int32, false),
];
/// Or in 64 bits.
const WIDE: [Described; 5] = [
    ("sum", ArrowDataType::Int64, false),
    // The square sum's upper and lower 64 bits: plain integers that any reader of Arrow knows, of which the upper one is
    // almost always 0 and takes no room once it is compressed.
    ("squares_high", ArrowDataType::Int64, false),
    ("squares_low", ArrowDataType::UInt64, false),
    ("min", ArrowDataType::Int64, false),
    ("max", ArrowDataType::Int64, false),
];
/// The same of the cells that the above cannot hold, and are empty there: position in the list, and all of it as JSON.
const WHOLE: [Described; 2] =
    [("position", ArrowDataType::UInt32, false), ("cell", ArrowDataType::Utf8, false)];

/// The columns of a list of cells with these values.
fn cells_with(values: &[Described]) -> Vec<Described> {
    [&COUNTS, values].concat()
}

fn fields(columns: &[Described]) -> Vec<Field> {
    let field = |(name, dtype, nullable): &Described| Field::new((*name).into(), dtype.clone(), *nullable);
    columns.iter().map(field).collect()
}

fn list_of(columns: &[Described]) -> ArrowDataType {
    let item = Field::new("item".into(), ArrowDataType::Struct(fields(columns)), false);
    ArrowDataType::List(Box::new(item))
}

/// The columns' names and types.
pub(crate) fn schema() -> ArrowSchema {
    let columns = [
        ("variable", ArrowDataType::UInt32, false),
        ("station", ArrowDataType::Utf8, false),
        ("narrow", list_of(&cells_with(&NARROW)), false),
        ("wide", list_of(&cells_with(&WIDE)), false),
        ("whole", list_of(&WHOLE), false),
    ];
    fields(&columns).into_iter().collect()
}

/// The upper and the lower 64 bits of `value` = upper × 2^64 + lower.
fn halves(value: i128) -> (i64, u64) {
    ((value >> 64) as i64, value as u64)
}

/// The number of these [`halves`].
fn number(high: i64, low: u64) -> i128 {
    i128::from(high) << 64 | i128::from(low)
}

/// The arrays of `batch`, whose columns become theirs.
///
/// # Errors
/// If they cannot be made, which would be a mistake here.
pub(crate) fn encode(batch: Batch, schema: &ArrowSchema) -> Result<RecordBatch> {
    let whole = encode_whole(&batch)?;
    let Batch { heads, columns, .. } = batch;
    let (series, rows) = (heads.variables.len(), columns.len());
    let starts: Vec<i32> = heads.starts.iter().map(|start| *start as i32).chain([rows as i32]).collect();
    let values = Narrow::of(&columns);
    let Columns { day, stations, missing, rejected, count, sum, squares, min, max } = columns;
    let counts = [stations, missing, rejected, count].map(integers);
    let counts = [days(day)?].into_iter().chain(counts);
    let (narrow, wide) = (cells_with(&NARROW), cells_with(&WIDE));
    let (narrow, wide) = match values {
        Some(Narrow { sum, squares, min, max }) => {
            let values = [integers(sum), integers(squares), integers(min), integers(max)];
            (list(&narrow, starts, counts.chain(values).collect())?, empty_list(&wide, series)?)
        }
        None => {
            let (high, low): (Vec<i64>, Vec<u64>) = squares.into_iter().map(halves).unzip();
            let values = [integers(sum), integers(high), integers(low), integers(min), integers(max)];
            (empty_list(&narrow, series)?, list(&wide, starts, counts.chain(values).collect())?)
        }
    };
    let ends = heads.name_ends.iter().map(|end| *end as i32);
    let names = texts([0].into_iter().chain(ends).collect(), heads.names)?;
    let arrays = vec![integers(heads.variables), names, narrow, wide, whole];
    Ok(RecordBatchT::try_new(series, schema.clone().into(), arrays)?)
}

/// The columns of values, each in 32 bits.
struct Narrow {
    sum: Vec<i32>,
    squares: Vec<u32>,
    min: Vec<i32>,
    max: Vec<i32>,
}

impl Narrow {
    /// `None` where a value does not fit.
    fn of(columns: &Columns) -> Option<Narrow> {
        let fit = |values: &[i64]| values.iter().all(|value| i32::try_from(*value).is_ok());
        let squares_fit = columns.squares.iter().all(|squares| u32::try_from(*squares).is_ok());
        // The extremes of no values are the ends of their range, there as here; no value may be taken for one.
        let extremes_fit = |values: &[i64], none: i64, narrow: i32| {
            values
                .iter()
                .all(|value| *value == none || i32::try_from(*value).is_ok_and(|value| value != narrow))
        };
        let all_fit = squares_fit
            && fit(&columns.sum)
            && extremes_fit(&columns.min, i64::MAX, i32::MAX)
            && extremes_fit(&columns.max, i64::MIN, i32::MIN);
        all_fit.then(|| Narrow {
            sum: columns.sum.iter().map(|sum| *sum as i32).collect(),
            squares: columns.squares.iter().map(|squares| *squares as u32).collect(),
            min: columns.min.iter().map(|min| (*min).min(i32::MAX.into()) as i32).collect(),
            max: columns.max.iter().map(|max| (*max).max(i32::MIN.into()) as i32).collect(),
        })
    }
}

type Arrays = Vec<Box<dyn Array>>;

fn days(days: Vec<i32>) -> Result<Box<dyn Array>> {
    let has_days = days.contains(&NO_DAY).then(|| Bitmap::from_iter(days.iter().map(|day| *day != NO_DAY)));
    Ok(Box::new(PrimitiveArray::try_new(ArrowDataType::Date32, days.into(), has_days)?))
}

fn encode_whole(batch: &Batch) -> Result<Box<dyn Array>> {
    let (mut positions, mut json, mut ends, mut starts) = (Vec::new(), String::new(), vec![0], vec![0]);
    for series in batch.series() {
        for (row, whole) in batch.whole_in(series.rows.clone()) {
            positions.push(row - series.rows.start as u32);
            json.push_str(&serde_json::to_string(whole).map_err(std::io::Error::from)?);
            ends.push(i32::try_from(json.len()).map_err(|_| Error::Damaged("texts without end"))?);
        }
        starts.push(positions.len() as i32);
    }
    list(&WHOLE, starts, vec![integers(positions), texts(ends, json)?])
}

fn integers<T: NativeType>(values: Vec<T>) -> Box<dyn Array> {
    Box::new(PrimitiveArray::from_vec(values))
}

fn texts(ends: Vec<i32>, text: String) -> Result<Box<dyn Array>> {
    let ends = OffsetsBuffer::from(Offsets::try_from(ends)?);
    Ok(Box::new(Utf8Array::try_new(ArrowDataType::Utf8, ends, text.into_bytes().into(), None)?))
}

fn list(columns: &[Described], starts: Vec<i32>, values: Arrays) -> Result<Box<dyn Array>> {
    let rows = values.first().map_or(0, |column| column.len());
    let rows = StructArray::try_new(ArrowDataType::Struct(fields(columns)), rows, values, None)?;
    let starts = OffsetsBuffer::from(Offsets::try_from(starts)?);
    Ok(Box::new(ListArray::<i32>::try_new(list_of(columns), starts, Box::new(rows), None)?))
}

/// A list that is empty in each of so many rows.
fn empty_list(columns: &[Described], rows: usize) -> Result<Box<dyn Array>> {
    let none = columns.iter().map(|(_, dtype, _)| new_empty_array(dtype.clone()));
    list(columns, vec![0; rows + 1], none.collect())
}

/// The batch of these arrays.
///
/// # Errors
/// [`Error::Damaged`] if they are not what [`encode`] makes of one.
pub(crate) fn decode(batch: RecordBatch) -> Result<Batch> {
    let mut arrays = batch.into_arrays().into_iter();
    let variables = integers_of(arrays.next())?;
    let (names, name_ends) = texts_of(arrays.next())?;
    let (narrow, wide) = (items_of(arrays.next())?, items_of(arrays.next())?);
    let ((cells, starts), is_narrow) = match (narrow, wide) {
        (cells, (_, none)) if is_empty(&none) => (cells, true),
        ((_, none), cells) if is_empty(&none) => (cells, false),
        _ => return Err(Error::Damaged("a series with two lists of cells")),
    };
    let mut cells = cells.into_iter();
    let mut columns = Columns {
        day: days_of(cells.next())?,
        stations: integers_of(cells.next())?,
        missing: integers_of(cells.next())?,
        rejected: integers_of(cells.next())?,
        count: integers_of(cells.next())?,
        ..Columns::default()
    };
    if is_narrow {
        columns.sum = converted(cells.next(), |sum: i32| sum.into())?;
        columns.squares = converted(cells.next(), |squares: u32| squares.into())?;
        columns.min =
            converted(cells.next(), |min: i32| if min == i32::MAX { i64::MAX } else { min.into() })?;
        columns.max =
            converted(cells.next(), |max: i32| if max == i32::MIN { i64::MIN } else { max.into() })?;
    } else {
        columns.sum = integers_of(cells.next())?;
        columns.squares = squares_of(cells.next(), cells.next())?;
        columns.min = integers_of(cells.next())?;
        columns.max = integers_of(cells.next())?;
    }
    if starts.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::Damaged("a series without cells"));
    }
    let whole = whole_of(arrays.next(), &starts)?;
    let starts = starts[..variables.len()].to_vec();
    Ok(Batch { heads: Heads { variables, names, name_ends, starts }, columns, whole })
}

/// Whether all lists are empty that begin and end there.
fn is_empty(starts: &[u32]) -> bool {
    starts.last() == Some(&0)
}

fn integers_of<T: NativeType>(array: Option<Box<dyn Array>>) -> Result<Vec<T>> {
    let (_, values, _) = downcast::<PrimitiveArray<T>>(array)?.into_inner();
    Ok(values.to_vec())
}

fn converted<T: NativeType, U>(array: Option<Box<dyn Array>>, convert: impl Fn(T) -> U) -> Result<Vec<U>> {
    let (_, values, _) = downcast::<PrimitiveArray<T>>(array)?.into_inner();
    Ok(values.iter().map(|value| convert(*value)).collect())
}

fn days_of(array: Option<Box<dyn Array>>) -> Result<Vec<i32>> {
    let (_, days, has_days) = downcast::<PrimitiveArray<i32>>(array)?.into_inner();
    let mut days = days.to_vec();
    if let Some(has_days) = has_days {
        days.iter_mut()
            .zip(has_days.iter())
            .filter(|(_, has_day)| !has_day)
            .for_each(|(day, _)| *day = NO_DAY);
    }
    if days.iter().any(|number| *number != NO_DAY && day(*number).is_none()) {
        return Err(Error::Damaged("a day that no calendar has"));
    }
    Ok(days)
}

fn squares_of(high: Option<Box<dyn Array>>, low: Option<Box<dyn Array>>) -> Result<Vec<i128>> {
    let (high, low): (Vec<i64>, Vec<u64>) = (integers_of(high)?, integers_of(low)?);
    Ok(high.into_iter().zip(low).map(|(high, low)| number(high, low)).collect())
}

/// The texts, one behind the other, and where each ends.
fn texts_of(array: Option<Box<dyn Array>>) -> Result<(String, Vec<u32>)> {
    let (_, ends, text, _) = downcast::<Utf8Array<i32>>(array)?.into_inner();
    let text = String::from_utf8(text.to_vec()).map_err(|_| STRANGE)?;
    let ends: Vec<u32> = ends.as_slice()[1..].iter().map(|end| *end as u32).collect();
    if !ends.is_sorted() || ends.iter().any(|end| !text.is_char_boundary(*end as usize)) {
        return Err(STRANGE);
    }
    Ok((text, ends))
}

/// Columns of the items of all lists, and where each list begins, then where the last one ends.
type Items = (Arrays, Vec<u32>);

fn items_of(array: Option<Box<dyn Array>>) -> Result<Items> {
    let (_, items, starts, _) = downcast::<ListArray<i32>>(array)?.into_inner();
    let (_, length, columns, _) = downcast::<StructArray>(Some(items))?.into_data();
    let starts: Vec<u32> = starts.as_slice().iter().map(|start| *start as u32).collect();
    let is_all = starts.first() == Some(&0) && starts.last().map(|end| *end as usize) == Some(length);
    if is_all && starts.is_sorted() { Ok((columns, starts)) } else { Err(STRANGE) }
}

/// The rows that are told whole; `starts` says where the rows of each series begin.
fn whole_of(array: Option<Box<dyn Array>>, starts: &[u32]) -> Result<Vec<(u32, Whole)>> {
    let unreadable = Error::Damaged("values that cannot be read");
    let (items, lists) = items_of(array)?;
    let mut items = items.into_iter();
    let positions: Vec<u32> = integers_of(items.next())?;
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let (json, ends) = texts_of(items.next())?;
    let mut all = Vec::with_capacity(positions.len());
    for (rows, list) in starts.windows(2).zip(lists.windows(2)) {
        for item in list[0] as usize..list[1] as usize {
            let start = item.checked_sub(1).map_or(0, |before| ends[before]);
            let whole: serde_json::Result<Whole> =
                serde_json::from_str(&json[start as usize..ends[item] as usize]);
            let row = rows[0].saturating_add(positions[item]);
            match whole {
                Ok(whole) if row < rows[1] => all.push((row, whole)),
                _ => return Err(unreadable),
            }
        }
    }
    if all.is_sorted_by(|one, other| one.0 < other.0) { Ok(all) } else { Err(unreadable) }
}

fn downcast<A: Array + Clone>(array: Option<Box<dyn Array>>) -> Result<A> {
    array.as_ref().and_then(|array| array.as_any().downcast_ref::<A>()).cloned().ok_or(STRANGE)
}
