//! A batch of cells as Arrow arrays: a row for each series, with lists of what its cells hold.

use polars_arrow::array::{Array, ListArray, PrimitiveArray, StructArray, Utf8Array};
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

/// Name, type and whether it may be null, of what is known of each cell.
const CELL: [(&str, ArrowDataType, bool); 10] = [
    ("day", ArrowDataType::Date32, true),
    ("stations", ArrowDataType::UInt32, false),
    ("missing", ArrowDataType::UInt32, false),
    ("rejected", ArrowDataType::UInt32, false),
    ("count", ArrowDataType::UInt32, false),
    ("sum", ArrowDataType::Int64, false),
    // The square sum's upper and lower 64 bits: plain integers that any reader of Arrow knows, of which the upper one is
    // almost always 0 and takes no room once it is compressed.
    ("squares_high", ArrowDataType::Int64, false),
    ("squares_low", ArrowDataType::UInt64, false),
    ("min", ArrowDataType::Int64, false),
    ("max", ArrowDataType::Int64, false),
];
/// The same of the cells that the above cannot hold, and are empty there: position in the list, and all of it as JSON.
const WHOLE: [(&str, ArrowDataType, bool); 2] =
    [("position", ArrowDataType::UInt32, false), ("cell", ArrowDataType::Utf8, false)];

fn fields(columns: &[(&str, ArrowDataType, bool)]) -> Vec<Field> {
    let field = |(name, dtype, nullable): &(&str, ArrowDataType, bool)| {
        Field::new((*name).into(), dtype.clone(), *nullable)
    };
    columns.iter().map(field).collect()
}

fn list_of(columns: &[(&str, ArrowDataType, bool)]) -> ArrowDataType {
    let item = Field::new("item".into(), ArrowDataType::Struct(fields(columns)), false);
    ArrowDataType::List(Box::new(item))
}

/// The columns' names and types.
pub(crate) fn schema() -> ArrowSchema {
    let columns = [
        ("variable", ArrowDataType::UInt32, false),
        ("station", ArrowDataType::Utf8, false),
        ("cells", list_of(&CELL), false),
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
    let Columns { day, stations, missing, rejected, count, sum, squares, min, max } = columns;
    let has_days = day.contains(&NO_DAY).then(|| Bitmap::from_iter(day.iter().map(|day| *day != NO_DAY)));
    let (high, low): (Vec<i64>, Vec<u64>) = squares.into_iter().map(halves).unzip();
    let cells: Vec<Box<dyn Array>> = vec![
        Box::new(PrimitiveArray::try_new(ArrowDataType::Date32, day.into(), has_days)?),
        integers(stations),
        integers(missing),
        integers(rejected),
        integers(count),
        integers(sum),
        integers(high),
        integers(low),
        integers(min),
        integers(max),
    ];
    let starts = heads.starts.iter().map(|start| *start as i32);
    let cells = list(&CELL, starts.chain([rows as i32]).collect(), rows, cells)?;
    let ends = heads.name_ends.iter().map(|end| *end as i32);
    let names = texts([0].into_iter().chain(ends).collect(), heads.names)?;
    let arrays = vec![integers(heads.variables), names, cells, whole];
    Ok(RecordBatchT::try_new(series, schema.clone().into(), arrays)?)
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
    let rows = positions.len();
    list(&WHOLE, starts, rows, vec![integers(positions), texts(ends, json)?])
}

fn integers<T: NativeType>(values: Vec<T>) -> Box<dyn Array> {
    Box::new(PrimitiveArray::from_vec(values))
}

fn texts(ends: Vec<i32>, text: String) -> Result<Box<dyn Array>> {
    let ends = OffsetsBuffer::from(Offsets::try_from(ends)?);
    Ok(Box::new(Utf8Array::try_new(ArrowDataType::Utf8, ends, text.into_bytes().into(), None)?))
}

fn list(
    columns: &[(&str, ArrowDataType, bool)],
    starts: Vec<i32>,
    rows: usize,
    values: Vec<Box<dyn Array>>,
) -> Result<Box<dyn Array>> {
    let rows = StructArray::try_new(ArrowDataType::Struct(fields(columns)), rows, values, None)?;
    let starts = OffsetsBuffer::from(Offsets::try_from(starts)?);
    Ok(Box::new(ListArray::<i32>::try_new(list_of(columns), starts, Box::new(rows), None)?))
}

/// The batch of these arrays.
///
/// # Errors
/// [`Error::Damaged`] if they are not what [`encode`] makes of one.
pub(crate) fn decode(batch: RecordBatch) -> Result<Batch> {
    let mut arrays = batch.into_arrays().into_iter();
    let variables = integers_of(arrays.next())?;
    let (names, name_ends) = texts_of(arrays.next())?;
    let (cells, starts) = items_of(arrays.next())?;
    let mut cells = cells.into_iter();
    let columns = Columns {
        day: days_of(cells.next())?,
        stations: integers_of(cells.next())?,
        missing: integers_of(cells.next())?,
        rejected: integers_of(cells.next())?,
        count: integers_of(cells.next())?,
        sum: integers_of(cells.next())?,
        squares: squares_of(cells.next(), cells.next())?,
        min: integers_of(cells.next())?,
        max: integers_of(cells.next())?,
    };
    if starts.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::Damaged("a series without cells"));
    }
    let whole = whole_of(arrays.next(), &starts)?;
    let starts = starts[..variables.len()].to_vec();
    Ok(Batch { heads: Heads { variables, names, name_ends, starts }, columns, whole })
}

fn integers_of<T: NativeType>(array: Option<Box<dyn Array>>) -> Result<Vec<T>> {
    let (_, values, _) = downcast::<PrimitiveArray<T>>(array)?.into_inner();
    Ok(values.to_vec())
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
type Items = (Vec<Box<dyn Array>>, Vec<u32>);

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
