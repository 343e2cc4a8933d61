//! Cells added up by station, month or variable: groups whose rows follow each other.

use shared::{Cell, CellKey, Day};

use crate::batch::{Batch, Series};
use crate::columns::day;
use crate::error::Result;

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

impl Group {
    /// Adds cells, or days, that come behind these.
    fn merge(&mut self, cell: &Cell, days: u64, period: Option<(Day, Day)>) {
        self.cell.merge(cell);
        self.days += days;
        self.period = match (self.period, period) {
            (Some((first, _)), Some((_, last))) => Some((first, last)),
            (mine, theirs) => mine.or(theirs),
        };
    }

    /// The days in a batch of them, which were already added up.
    pub(crate) fn days(batch: &Batch) -> impl Iterator<Item = Group> {
        batch.series().flat_map(move |series| {
            series.rows.clone().map(move |row| {
                let whole = batch.whole(row);
                let day = day(batch.columns.day[row]);
                Group {
                    key: CellKey { variable: series.variable, station: series.station.to_owned(), day },
                    stations: whole.stations,
                    cell: whole.cell(),
                    days: 0,
                    period: None,
                }
            })
        })
    }
}

/// Who is handed the groups that are complete.
pub(crate) type Done<'a> = &'a mut dyn FnMut(&Group) -> Result<()>;

/// Stations, over any number of batches of a table.
#[derive(Default)]
pub(crate) struct Stations {
    /// The station that the batch so far ended in.
    open: Option<Group>,
}

impl Stations {
    /// Adds a batch and hands on the stations that it completes.
    pub fn add(&mut self, batch: &Batch, done: Done<'_>) -> Result<()> {
        for series in batch.series() {
            let (days, period) = used_days(&series);
            let total = series.total();
            match &mut self.open {
                Some(open)
                    if (open.key.variable, open.key.station.as_str())
                        == (series.variable, series.station) =>
                {
                    open.merge(&total, days, period);
                }
                open => {
                    let (variable, station) = (series.variable, series.station.to_owned());
                    let key = CellKey { variable, station, day: None };
                    let next = Group { key, cell: total, stations: 0, days, period };
                    if let Some(complete) = open.replace(next) {
                        done(&complete)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands on the last station.
    pub fn finish(self, done: Done<'_>) -> Result<()> {
        self.open.map_or(Ok(()), |open| done(&open))
    }
}

/// How many days of a series have a usable reading, and the first and the last of them.
fn used_days(series: &Series<'_>) -> (u64, Option<(Day, Day)>) {
    let Series { rows, batch, .. } = series;
    let (days, counts) = (&batch.columns.day, &batch.columns.count);
    let is_used = |row: &usize| {
        counts[*row] > 0 || batch.whole_in(*row..row + 1).iter().any(|(_, whole)| whole.summary.count() > 0)
    };
    // What has no day comes first.
    let no_days = days[rows.clone()].first().is_some_and(|first| day(*first).is_none());
    let rows = rows.start + usize::from(no_days)..rows.end;
    let ends = rows.clone().find(is_used).zip(rows.clone().rfind(is_used));
    let number = rows.filter(is_used).count() as u64;
    (number, ends.and_then(|(first, last)| day(days[first]).zip(day(days[last]))))
}

/// What days are added up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Variable and month.
    Month,
    /// Variable.
    Variable,
}

/// Months or variables, from the days of all variables in their order.
pub(crate) struct Totals {
    by: By,
    open: Option<Group>,
}

impl Totals {
    pub fn new(by: By) -> Self {
        Totals { by, open: None }
    }

    /// Adds a day and hands on the group that is complete before it.
    pub fn add(&mut self, group: &Group, done: impl FnOnce(&Group)) {
        let day = match self.by {
            By::Month => group.key.day.map(Day::first_of_month),
            By::Variable => None,
        };
        let used = group.key.day.filter(|_| group.cell.summary.count() > 0);
        let (days, period) = (used.is_some().into(), used.map(|day| (day, day)));
        match &mut self.open {
            Some(open) if (open.key.variable, open.key.day) == (group.key.variable, day) => {
                open.merge(&group.cell, days, period);
            }
            open => {
                let key = CellKey { variable: group.key.variable, station: String::new(), day };
                let next = Group { key, cell: group.cell.clone(), stations: 0, days, period };
                if let Some(complete) = open.replace(next) {
                    done(&complete);
                }
            }
        }
    }

    /// Hands on the last group.
    pub fn finish(self, done: impl FnOnce(&Group)) {
        if let Some(open) = &self.open {
            done(open);
        }
    }
}
