//! Cells added up by day, which lie scattered over a table that is sorted by station first.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use shared::Cell;

use crate::batch::{Batch, Series, Whole};
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
    /// What a row can hold of it; its stations are those with a name and a usable reading.
    row: Row,
    /// The rest.
    rest: Option<Box<Whole>>,
}

impl Sum {
    fn new(variable: u32, day: i32) -> Self {
        Sum { variable, row: Row::empty(day), rest: None }
    }

    #[inline]
    fn add(&mut self, row: &Row, is_named: bool) {
        let row = Row { stations: (is_named && row.count > 0).into(), ..*row };
        match self.row.plus(&row) {
            Some(sum) => self.row = sum,
            None => {
                let full = std::mem::replace(&mut self.row, row);
                self.add_whole(&Whole::new(full.stations.into(), full.cell()));
            }
        }
    }

    #[cold]
    fn add_whole(&mut self, whole: &Whole) {
        self.rest.get_or_insert_default().merge(whole);
    }

    /// Its stations, and its readings.
    fn ended(self) -> (u64, Cell) {
        let mut whole = self.rest.map_or_else(Whole::default, |rest| *rest);
        whole.merge(&Whole::new(self.row.stations.into(), self.row.cell()));
        (whole.stations, whole.cell())
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
        for (at, row) in rows.clone().zip(batch.columns.rows(rows.clone())) {
            let position = self.position(*variable, row.day, next);
            if at == rows.start {
                self.first = position;
            }
            let sum = &mut self.sums[position];
            sum.add(&row, is_named);
            if let [(_, whole), ..] = batch.whole_in(at..at + 1) {
                let stations = (is_named && whole.summary.count() > 0).into();
                sum.add_whole(&Whole { stations, ..whole.clone() });
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
        let is_it = |sum: &Sum| (sum.variable, sum.row.day) == (variable, day);
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
        sums.sort_unstable_by_key(|sum| (sum.variable, sum.row.day));
        let mut batch = Batch::with_capacity(sums.len());
        for sum in sums {
            batch.begin(sum.variable, "");
            let day = day(sum.row.day);
            let (stations, cell) = sum.ended();
            batch.push_counted(day, stations, cell);
        }
        batch
    }

    /// All days, sorted by variable and day.
    pub fn finish(mut self) -> Result<Merged> {
        let rest = self.take();
        self.runs.merge(rest)
    }
}
