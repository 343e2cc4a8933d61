//! Cells added up by station, month or variable: groups whose rows follow each other.

use polars_core::prelude::PlSmallStr;
use shared::{Cell, CellKey, Day};

use crate::error::Result;
use crate::frame::Batch;
use crate::record::{Key, Record};

/// The readings of many cells, as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the cells have in common; where they differ, the station is empty and the day `None`. A month has its first
    /// day.
    pub key: CellKey,
    /// Their readings.
    pub cell: Cell,
    /// Of a day: its stations with a usable reading, those without a name left out. 0 for other groups.
    pub stations: u64,
    /// Days with a usable reading; 0 for a day.
    pub days: u64,
    /// First and last of these days.
    pub period: Option<(Day, Day)>,
}

/// A [`Group`] on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub record: Record,
    pub days: u64,
    pub period: Option<(Day, Day)>,
}

impl Sum {
    pub fn merge(&mut self, other: &Sum) {
        self.record.merge(&other.record);
        self.days += other.days;
        self.period = match (self.period, other.period) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

impl From<Sum> for Group {
    fn from(sum: Sum) -> Self {
        let Record { key, cell, stations } = sum.record;
        Group { key: key.into(), cell, stations, days: sum.days, period: sum.period }
    }
}

impl From<Record> for Group {
    /// A day that was already added up.
    fn from(record: Record) -> Self {
        Group::from(Sum { record, days: 0, period: None })
    }
}

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Variable and station.
    Station,
    /// Variable and month.
    Month,
    /// Variable.
    Variable,
}

impl By {
    /// The key of the group of a row.
    pub fn key(self, key: &Key) -> Key {
        let station = if self == By::Station { key.station.clone() } else { PlSmallStr::EMPTY };
        let day = match self {
            By::Month => key.day.map(Day::first_of_month),
            By::Station | By::Variable => None,
        };
        Key { variable: key.variable, station, day }
    }

    /// Whether two rows belong to the same group.
    pub fn same(self, a: &Key, b: &Key) -> bool {
        let month = |key: &Key| key.day.map(Day::first_of_month);
        a.variable == b.variable
            && match self {
                By::Station => a.station == b.station,
                By::Month => a.day == b.day || month(a) == month(b),
                By::Variable => true,
            }
    }

    /// A row as a group of its own.
    pub fn alone(self, row: &Record) -> Sum {
        let day = row.key.day.filter(|_| row.cell.summary.count() > 0);
        let record = Record { key: self.key(&row.key), cell: row.cell.clone(), stations: 0 };
        Sum { record, days: day.is_some().into(), period: day.map(|day| (day, day)) }
    }
}

/// Groups over any number of batches of a table that is sorted by key.
pub(crate) struct Grouper {
    by: By,
    /// The group that the batch so far ended in.
    open: Option<Sum>,
}

impl Grouper {
    pub fn new(by: By) -> Self {
        Grouper { by, open: None }
    }

    /// Adds a batch and hands on the groups that it completes.
    pub fn add(&mut self, batch: &Batch<'_>, mut done: impl FnMut(&Group) -> Result<()>) -> Result<()> {
        for sum in batch.sums(self.by)? {
            match &mut self.open {
                Some(open) if open.record.key == sum.record.key => open.merge(&sum),
                open => {
                    if let Some(complete) = open.replace(sum) {
                        done(&complete.into())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands on the last group.
    pub fn finish(self, done: impl FnOnce(&Group) -> Result<()>) -> Result<()> {
        self.open.map_or(Ok(()), |open| done(&open.into()))
    }
}
