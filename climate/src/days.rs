//! Cells added up by day, which lie scattered over a table that is sorted by station first.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use shared::{Cell, Summary};

use crate::batch::{Batch, Series};
use crate::columns::{Row, day};
use crate::error::Result;
use crate::limits::Limits;
use crate::runs::{Merged, Runs};

/// The days of all variables so far; those that memory has no room for lie on disk, as sorted runs.
pub(crate) struct Days {
    most: usize,
    positions: HashMap<(u32, i32), usize, RandomState>,
    sums: Vec<Sum>,
    /// Where the first day of the series before stands: that of the next one is most often the same, and stations that
    /// have the same days find each of them behind the one before.
    first: usize,
    runs: Runs,
}

/// A day of a variable on the way.
struct Sum {
    variable: u32,
    day: i32,
    /// Stations with a name and a usable reading.
    stations: u64,
    missing: u64,
    rejected: u64,
    summary: Summary,
}

impl Sum {
    fn new(variable: u32, day: i32) -> Self {
        Sum { variable, day, stations: 0, missing: 0, rejected: 0, summary: Summary::default() }
    }

    #[inline]
    fn add(&mut self, row: &Row, is_named: bool) {
        self.missing += u64::from(row.missing);
        self.rejected += u64::from(row.rejected);
        self.stations += u64::from(is_named && row.count > 0);
        let sums = &mut self.summary.scaled;
        match sums.sum_of_squares.checked_add(row.squares) {
            Some(squares) => {
                sums.sum_of_squares = squares;
                sums.count += u64::from(row.count);
                sums.sum += i128::from(row.sum);
                sums.min = sums.min.min(row.min);
                sums.max = sums.max.max(row.max);
            }
            None => self.summary.merge(&Summary { scaled: row.sums(), odd: None }),
        }
    }

    fn cell(self) -> Cell {
        Cell { missing: self.missing, rejected: self.rejected, summary: self.summary }
    }
}

impl Days {
    pub fn new(limits: &Limits) -> Self {
        Days {
            most: limits.groups.max(1),
            positions: HashMap::default(),
            sums: Vec::new(),
            first: 0,
            runs: Runs::new(limits.clone()),
        }
    }

    /// Adds a batch of cells.
    pub fn add(&mut self, batch: &Batch) -> Result<()> {
        batch.series().try_for_each(|series| self.add_series(&series))
    }

    fn add_series(&mut self, series: &Series<'_>) -> Result<()> {
        let Series { variable, station, rows, batch } = series;
        let is_named = !station.is_empty();
        let mut next = self.first;
        for row in rows.clone() {
            let position = self.position(*variable, batch.columns.day[row], next);
            if row == rows.start {
                self.first = position;
            }
            let sum = &mut self.sums[position];
            sum.add(&batch.columns.row(row), is_named);
            if let [(_, whole), ..] = batch.whole_in(row..row + 1) {
                sum.missing += whole.missing;
                sum.rejected += whole.rejected;
                sum.stations += u64::from(is_named && whole.summary.count() > 0);
                sum.summary.merge(&whole.summary);
            }
            next = position + 1;
            if self.sums.len() >= self.most {
                let full = self.take();
                self.runs.add([full])?;
                next = 0;
            }
        }
        Ok(())
    }

    /// Where a day of a variable stands, most likely at `likely`.
    #[inline]
    fn position(&mut self, variable: u32, day: i32, likely: usize) -> usize {
        let is_it = |sum: &Sum| (sum.variable, sum.day) == (variable, day);
        if self.sums.get(likely).is_some_and(is_it) {
            return likely;
        }
        let new = self.sums.len();
        let position = *self.positions.entry((variable, day)).or_insert(new);
        if position == new {
            self.sums.push(Sum::new(variable, day));
        }
        position
    }

    /// The days at hand, sorted.
    fn take(&mut self) -> Batch {
        self.positions.clear();
        self.first = 0;
        let mut sums = std::mem::take(&mut self.sums);
        sums.sort_unstable_by_key(|sum| (sum.variable, sum.day));
        let mut batch = Batch::with_capacity(sums.len());
        for sum in sums {
            batch.begin(sum.variable, "");
            batch.push_counted(day(sum.day), sum.stations, sum.cell());
        }
        batch
    }

    /// All days, sorted by variable and day.
    pub fn finish(mut self) -> Result<Merged> {
        let rest = self.take();
        self.runs.merge(rest)
    }
}
