//! A batch of cells as a frame that Polars groups and adds up.
//!
//! All of it is exact. Sums whose bound fits 64 bits are added as such; others as their upper and lower halves, in
//! columns of 128-bit integers; and where even these would not do, or values are no integers at all, the cells of a group
//! are merged one by one.

use std::collections::BTreeMap;

use polars_core::frame::group_by::{GroupBy, GroupsIndicator};
use polars_core::prelude::*;
use polars_core::series::IsSorted;
use shared::summary::Sums;
use shared::{Cell, Day, Summary};

use crate::columns::halves;
use crate::error::Result;
use crate::groups::{By, Sum};
use crate::record::Record;

const GROUP: &str = "group";
/// What is added up, in the order of [`added`].
const ADDED: usize = 6;

fn added(row: &Record) -> [i128; ADDED] {
    let Sums { count, sum, sum_of_squares, .. } = row.cell.summary.scaled;
    let days = row.key.day.is_some() && row.cell.summary.count() > 0;
    let Cell { missing, rejected, .. } = row.cell;
    [missing.into(), rejected.into(), days.into(), count.into(), sum, sum_of_squares]
}

/// Where a sum stands among the columns.
#[derive(Clone, Copy)]
enum Place {
    /// Nowhere: it is zero in every row.
    Zero,
    /// In one column of 64-bit integers.
    Narrow(usize),
    /// In two columns of 128-bit integers: upper and lower halves.
    Wide(usize, usize),
}

/// Rows of a table that are added up together.
pub(crate) struct Batch<'a> {
    rows: &'a [Record],
    /// `None` for a batch too small for Polars.
    frame: Option<Frame>,
}

struct Frame {
    added: Vec<Column>,
    places: [Place; ADDED],
    /// Least value and first day, greatest value and last day.
    least: [Column; 2],
    greatest: [Column; 2],
    has_odd: bool,
}

impl<'a> Batch<'a> {
    /// `rows`, which Polars adds up if they are at least `least_rows`: for fewer, it takes longer to begin than to end.
    pub fn new(rows: &'a [Record], least_rows: usize) -> Self {
        Batch { rows, frame: (rows.len() >= least_rows.max(1)).then(|| Frame::new(rows)) }
    }

    /// The groups of the batch, in the order of the rows.
    pub fn sums(&self, by: By) -> Result<Vec<Sum>> {
        match &self.frame {
            Some(frame) => frame.sums(self.rows, by),
            None => Ok(one_by_one(self.rows, by)),
        }
    }
}

fn one_by_one(rows: &[Record], by: By) -> Vec<Sum> {
    let mut sums: BTreeMap<_, Sum> = BTreeMap::new();
    for row in rows {
        let alone = by.alone(row);
        match sums.get_mut(&alone.record.key) {
            Some(sum) => sum.merge(&alone),
            None => {
                sums.insert(alone.record.key.clone(), alone);
            }
        }
    }
    sums.into_values().collect()
}

impl Frame {
    fn new(rows: &[Record]) -> Self {
        let mut values: [Vec<i128>; ADDED] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
        let mut bounds = [0_u128; ADDED];
        let mut has_odd = false;
        for row in rows {
            for ((values, bound), value) in values.iter_mut().zip(&mut bounds).zip(added(row)) {
                values.push(value);
                *bound = bound.saturating_add(value.unsigned_abs());
            }
            has_odd |= row.cell.summary.odd.is_some();
        }
        let mut columns = Vec::new();
        let mut column = |values: Series| {
            columns.push(values.with_name(columns.len().to_string().into()).into_column());
            columns.len() - 1
        };
        let places = std::array::from_fn(|at| {
            let values = || values[at].iter().copied();
            match bounds[at] {
                0 => Place::Zero,
                bound if bound <= i64::MAX as u128 => {
                    let narrow: Vec<i64> = values().map(|value| value as i64).collect();
                    Place::Narrow(column(Series::new(PlSmallStr::EMPTY, narrow)))
                }
                _ => {
                    let half = |pick: fn((i64, u64)) -> i128| {
                        let halves: Vec<i128> = values().map(|value| pick(halves(value))).collect();
                        Series::new(PlSmallStr::EMPTY, halves)
                    };
                    let high = column(half(|(high, _)| high.into()));
                    Place::Wide(high, column(half(|(_, low)| low.into())))
                }
            }
        });
        let extreme = |name: &str, value: &dyn Fn(&Record) -> i64| {
            Int64Chunked::from_vec(name.into(), rows.iter().map(value).collect()).into_column()
        };
        let used_day = |row: &Record| row.key.day.filter(|_| row.cell.summary.count() > 0);
        let least = [
            extreme("min", &|row| row.cell.summary.scaled.min),
            extreme("first", &|row| used_day(row).map_or(i64::MAX, |day| day.number().into())),
        ];
        let greatest = [
            extreme("max", &|row| row.cell.summary.scaled.max),
            extreme("last", &|row| used_day(row).map_or(i64::MIN, |day| day.number().into())),
        ];
        Frame { added: columns, places, least, greatest, has_odd }
    }

    fn sums(&self, rows: &[Record], by: By) -> Result<Vec<Sum>> {
        // Batches are small: handing each column to Polars' threads and waiting for them takes longer than adding it up.
        polars_async::executor::ALLOW_RAYON_THREADS.set(false);
        let mut columns = vec![numbers(rows, by)];
        columns.extend_from_slice(&self.added);
        columns.extend_from_slice(&self.least);
        columns.extend_from_slice(&self.greatest);
        let frame = DataFrame::new(rows.len(), columns)?;
        let grouped = frame.group_by_stable([GROUP])?;
        let names =
            |columns: &[Column]| columns.iter().map(|column| column.name().clone()).collect::<Vec<_>>();
        let (added, least, greatest) =
            aggregate(&grouped, names(&self.added), names(&self.least), names(&self.greatest))?;
        let groups = grouped.get_groups();
        let mut sums = Vec::with_capacity(groups.len());
        for (at, members) in groups.iter().enumerate() {
            let members = Members(members);
            let whole: [Option<i128>; ADDED] = self.places.map(|place| match place {
                Place::Zero => Some(0),
                Place::Narrow(column) => Some(added[column][at]),
                Place::Wide(high, low) => added[high][at].checked_mul(1 << 64)?.checked_add(added[low][at]),
            });
            let key = by.key(&rows[members.first()].key);
            let rows = || members.iter().map(|row| &rows[row]);
            let is_odd = self.has_odd && rows().any(|row| row.cell.summary.odd.is_some());
            let summary = match whole {
                [.., Some(count), Some(sum), Some(sum_of_squares)] if !is_odd => {
                    let (min, max) = (least[0][at], greatest[0][at]);
                    Summary { scaled: Sums { count: count as u64, sum, sum_of_squares, min, max }, odd: None }
                }
                _ => rows().fold(Summary::default(), |mut summary, row| {
                    summary.merge(&row.cell.summary);
                    summary
                }),
            };
            let [missing, rejected, days, ..] = whole.map(|number| number.unwrap_or_default() as u64);
            let day = |column: &Vec<i64>| i32::try_from(column[at]).ok().and_then(Day::from_number);
            sums.push(Sum {
                record: Record { key, cell: Cell { missing, rejected, summary }, stations: 0 },
                days,
                period: day(&least[1]).zip(day(&greatest[1])),
            });
        }
        Ok(sums)
    }
}

/// A number for the group of every row.
fn numbers(rows: &[Record], by: By) -> Column {
    let mut number = 0_i64;
    let mut numbers = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if at > 0 && !by.same(&rows[at - 1].key, &row.key) {
            number += 1;
        }
        numbers.push(number);
    }
    let mut column = Int64Chunked::from_vec(GROUP.into(), numbers);
    // The rows of a group follow each other.
    column.set_sorted_flag(IsSorted::Ascending);
    column.into_column()
}

/// Columns of a number for each group.
type Numbers<T> = Vec<Vec<T>>;

/// Sums, least and greatest values of each group, column by column.
#[expect(
    deprecated,
    reason = "the lazy plans that replace these cost minutes of building and add the same way"
)]
fn aggregate(
    grouped: &GroupBy<'_>,
    added: Vec<PlSmallStr>,
    least: Vec<PlSmallStr>,
    greatest: Vec<PlSmallStr>,
) -> Result<(Numbers<i128>, Numbers<i64>, Numbers<i64>)> {
    let added = grouped.clone().select(added).sum()?;
    let least = grouped.clone().select(least).min()?;
    let greatest = grouped.clone().select(greatest).max()?;
    let wide = |column: &Column| {
        Ok(match column.dtype() {
            DataType::Int128 => column.i128()?.iter().flatten().collect(),
            _ => column.i64()?.iter().flatten().map(i128::from).collect(),
        })
    };
    // The groups' numbers are the first column.
    let added = added.columns()[1..].iter().map(wide).collect::<Result<_>>()?;
    Ok((added, narrow(&least)?, narrow(&greatest)?))
}

fn narrow(frame: &DataFrame) -> Result<Numbers<i64>> {
    frame.columns()[1..].iter().map(|column| Ok(column.i64()?.iter().flatten().collect())).collect()
}

/// The rows of a group.
struct Members<'a>(GroupsIndicator<'a>);

impl Members<'_> {
    fn first(&self) -> usize {
        self.0.first() as usize
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        let (range, list) = match &self.0 {
            GroupsIndicator::Slice([first, length]) => (*first..first + length, None),
            GroupsIndicator::Idx((_, list)) => (0..0, Some(list.iter().copied())),
        };
        range.chain(list.into_iter().flatten()).map(|row| row as usize)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{added_up, cells, said};

    proptest! {
        /// Polars' sums are those of the cells merged one by one, whatever they hold and wherever a batch is cut.
        #[test]
        fn polars_adds_as_merging_does(cells in cells(), by in prop::sample::select(vec![By::Station, By::Month, By::Variable])) {
            let mut rows: Vec<Record> = added_up(&cells).into_iter().map(Record::from).collect();
            if by == By::Month || by == By::Variable {
                // These are asked of tables of days.
                rows.iter_mut().for_each(|row| row.key.station = PlSmallStr::EMPTY);
                rows.sort_by(|a, b| a.key.cmp(&b.key));
            }
            rows.iter_mut().for_each(|row| row.stations = u64::from(!row.key.station.is_empty()));
            let mut expected = one_by_one(&rows, by);
            let mut found = Batch::new(&rows, 1).sums(by).unwrap();
            prop_assert!(found.is_sorted_by(|a, b| a.record.key < b.record.key));
            found.sort_by(|a, b| a.record.key.cmp(&b.record.key));
            expected.sort_by(|a, b| a.record.key.cmp(&b.record.key));
            let told = |sums: &[Sum]| -> Vec<_> {
                let sum = |sum: &Sum| (sum.record.key.clone(), said(&sum.record.cell), sum.record.stations, sum.days, sum.period);
                sums.iter().map(sum).collect()
            };
            prop_assert_eq!(told(&found), told(&expected));
        }
    }
}
