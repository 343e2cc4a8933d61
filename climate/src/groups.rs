//! Cells added up by station, day, month or variable.
//!
//! Polars groups and adds a batch of cells at a time, as columns of 128-bit integers; what goes on in the next batch is
//! put together from the sums. All of it is exact: where even 128 bits would not do, or values are no integers at all,
//! the cells of a group are merged one by one.

use polars_core::frame::group_by::{GroupBy, GroupsIndicator};
use polars_core::prelude::*;
use polars_core::series::IsSorted;
use shared::summary::Sums;
use shared::{Cell, CellKey, Day, Summary};

use crate::columns::halves;
use crate::error::Result;
use crate::record::Record;

/// The readings of many cells, as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the cells have in common; where they differ, the station is empty and the day `None`. A month has its first
    /// day.
    pub key: CellKey,
    /// Their readings.
    pub cell: Cell,
    /// Of a day: its stations with a usable reading, those without a name left out.
    pub stations: u64,
    /// Days with a usable reading.
    pub days: u64,
    /// First and last of these days.
    pub period: Option<(Day, Day)>,
}

impl Group {
    /// A day that was already added up.
    pub(crate) fn of_day(row: &Record) -> Group {
        let Record { key, cell, stations } = row.clone();
        Group { key, cell, stations, days: 0, period: None }
    }

    fn merge(&mut self, other: &Group) {
        self.cell.merge(&other.cell);
        self.stations += other.stations;
        self.days += other.days;
        self.period = match (self.period, other.period) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

impl From<Group> for Record {
    fn from(group: Group) -> Self {
        Record { key: group.key, cell: group.cell, stations: group.stations }
    }
}

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Variable and station.
    Station,
    /// Variable and day.
    Day,
    /// Variable and month.
    Month,
    /// Variable.
    Variable,
}

impl By {
    /// The key of the group of a row.
    pub fn key(self, key: &CellKey) -> CellKey {
        let station = if self == By::Station { key.station.clone() } else { String::new() };
        let day = match self {
            By::Day => key.day,
            By::Month => key.day.map(Day::first_of_month),
            By::Station | By::Variable => None,
        };
        CellKey { variable: key.variable, station, day }
    }

    fn same(self, a: &CellKey, b: &CellKey) -> bool {
        let month = |key: &CellKey| key.day.map(Day::first_of_month);
        a.variable == b.variable
            && match self {
                By::Station => a.station == b.station,
                By::Day => a.day == b.day,
                By::Month => month(a) == month(b),
                By::Variable => true,
            }
    }

    /// A number for the group of every row. All but days follow each other in a table that is sorted by key, so that
    /// these numbers ascend.
    fn numbers(self, rows: &[Record]) -> Column {
        let mut number = 0_i64;
        let mut numbers = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            if self == By::Day {
                // A day's number takes 23 bits; no day has one that is not taken.
                let day = row.key.day.map_or(i64::from(u32::MAX), |day| i64::from(day.number() as u32));
                number = i64::from(row.key.variable) << 32 | day;
            } else if at > 0 && !self.same(&rows[at - 1].key, &row.key) {
                number += 1;
            }
            numbers.push(number);
        }
        let mut column = Int64Chunked::from_vec(GROUP.into(), numbers);
        if self != By::Day {
            column.set_sorted_flag(IsSorted::Ascending);
        }
        column.into_column()
    }
}

const GROUP: &str = "group";
/// Columns of 128-bit integers, which are added.
const ADDED: [&str; 9] = [
    "missing",
    "rejected",
    "stations",
    "days",
    "count",
    "sum_high",
    "sum_low",
    "squares_high",
    "squares_low",
];
/// Columns of which the least counts.
const LEAST: [&str; 2] = ["min", "first"];
/// Columns of which the greatest counts.
const GREATEST: [&str; 2] = ["max", "last"];

/// A batch of a table, as Polars adds it up.
pub(crate) struct Batch<'a> {
    rows: &'a [Record],
    columns: Vec<Column>,
}

impl<'a> Batch<'a> {
    /// `rows` must be no more than the stack of 64 spare bits in a 128-bit sum allows: any number that fits the memory.
    pub fn new(rows: &'a [Record]) -> Self {
        let wide = |name: &str, value: &dyn Fn(&Record) -> i128| {
            Int128Chunked::from_vec(name.into(), rows.iter().map(value).collect()).into_column()
        };
        let narrow = |name: &str, value: &dyn Fn(&Record) -> i64| {
            Int64Chunked::from_vec(name.into(), rows.iter().map(value).collect()).into_column()
        };
        let scaled = |row: &Record| row.cell.summary.scaled;
        let used_day = |row: &Record| row.key.day.filter(|_| row.cell.summary.count() > 0);
        let columns = vec![
            wide("missing", &|row| row.cell.missing.into()),
            wide("rejected", &|row| row.cell.rejected.into()),
            wide("stations", &|row| row.stations.into()),
            wide("days", &|row| used_day(row).is_some().into()),
            wide("count", &|row| scaled(row).count.into()),
            wide("sum_high", &|row| halves(scaled(row).sum).0.into()),
            wide("sum_low", &|row| halves(scaled(row).sum).1.into()),
            wide("squares_high", &|row| halves(scaled(row).sum_of_squares).0.into()),
            wide("squares_low", &|row| halves(scaled(row).sum_of_squares).1.into()),
            narrow("min", &|row| scaled(row).min),
            narrow("first", &|row| used_day(row).map_or(i64::MAX, |day| day.number().into())),
            narrow("max", &|row| scaled(row).max),
            narrow("last", &|row| used_day(row).map_or(i64::MIN, |day| day.number().into())),
        ];
        Batch { rows, columns }
    }

    /// The groups of the batch, in the order of their first rows.
    pub fn groups(&self, by: By) -> Result<Vec<Group>> {
        let mut columns = vec![by.numbers(self.rows)];
        columns.extend_from_slice(&self.columns);
        let frame = DataFrame::new(self.rows.len(), columns)?;
        let grouped = frame.group_by_stable([GROUP])?;
        let (added, least, greatest) = aggregate(grouped.clone())?;
        let mut groups = Vec::with_capacity(added[0].len());
        for (at, members) in grouped.get_groups().iter().enumerate() {
            let members = Members(members);
            let sums: [i128; ADDED.len()] = std::array::from_fn(|column| added[column][at]);
            let [missing, rejected, stations, days, count] =
                std::array::from_fn(|column| sums[column] as u64);
            let [.., sum_high, sum_low, squares_high, squares_low] = sums;
            let rows = || members.iter().map(|row| &self.rows[row]);
            let is_odd = |row: &Record| row.cell.summary.odd.is_some();
            let sums = match (whole(sum_high, sum_low), whole(squares_high, squares_low)) {
                (Some(sum), Some(sum_of_squares)) if !rows().any(is_odd) => {
                    Some(Sums { count, sum, sum_of_squares, min: least[0][at], max: greatest[0][at] })
                }
                _ => None,
            };
            let summary = match sums {
                Some(scaled) => Summary { scaled, odd: None },
                None => rows().fold(Summary::default(), |mut summary, row| {
                    summary.merge(&row.cell.summary);
                    summary
                }),
            };
            let day = |number: i64| i32::try_from(number).ok().and_then(Day::from_number);
            groups.push(Group {
                key: by.key(&self.rows[members.first()].key),
                cell: Cell { missing, rejected, summary },
                stations: if by == By::Day { stations } else { 0 },
                days: if by == By::Day { 0 } else { days },
                period: day(least[1][at]).zip(day(greatest[1][at])),
            });
        }
        Ok(groups)
    }
}

/// The sum of numbers that were added up half by half, if it fits.
fn whole(high: i128, low: i128) -> Option<i128> {
    high.checked_mul(1 << 64)?.checked_add(low)
}

/// The columns [`ADDED`], [`LEAST`] and [`GREATEST`], a value for each group.
#[expect(
    deprecated,
    reason = "the lazy plans that replace these cost minutes of building and add the same way"
)]
fn aggregate(grouped: GroupBy<'_>) -> Result<(Vec<Vec<i128>>, Vec<Vec<i64>>, Vec<Vec<i64>>)> {
    let added = grouped.clone().select(ADDED).sum()?;
    let least = grouped.clone().select(LEAST).min()?;
    let greatest = grouped.select(GREATEST).max()?;
    // The groups' numbers are the first column.
    let added = added.columns()[1..].iter().map(|column| Ok(column.i128()?.iter().flatten().collect()));
    Ok((added.collect::<Result<_>>()?, extremes(&least)?, extremes(&greatest)?))
}

fn extremes(frame: &DataFrame) -> Result<Vec<Vec<i64>>> {
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

/// Groups whose rows follow each other, over any number of batches.
pub(crate) struct Grouper {
    by: By,
    /// The group that the batch so far ended in.
    open: Option<Group>,
}

impl Grouper {
    pub fn new(by: By) -> Self {
        Grouper { by, open: None }
    }

    /// Adds a batch and hands on the groups that it completes.
    pub fn add(&mut self, batch: &Batch<'_>, mut done: impl FnMut(&Group) -> Result<()>) -> Result<()> {
        for group in batch.groups(self.by)? {
            match &mut self.open {
                Some(open) if open.key == group.key => open.merge(&group),
                open => {
                    if let Some(complete) = open.replace(group) {
                        done(&complete)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands on the last group.
    pub fn finish(self, done: impl FnOnce(&Group) -> Result<()>) -> Result<()> {
        self.open.as_ref().map_or(Ok(()), done)
    }
}
