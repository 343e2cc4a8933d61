//! Cells that follow each other in a table.
//!
//! A table is sorted by variable, station and day, so the rows of a series follow each other: variable and station are
//! named once for all of them. What of a row fits no integer column stands beside the columns.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use shared::summary::Sums;
use shared::{Cell, CellKey, Day, Summary};

use crate::columns::{Columns, NO_DAY, Row, day};
use crate::error::{Error, Result};

/// A batch is full when its stations' names have this many bytes.
const NAME_BYTES: usize = 1 << 20;

/// Cells in the order of their keys, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub(crate) heads: Heads,
    pub(crate) columns: Columns,
    /// Rows that do not fit the columns, by their position; there, the row is empty but for its day.
    pub(crate) whole: Vec<(u32, Whole)>,
}

/// Of each series in a batch: its variable and station, and where its rows begin. None is without rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heads {
    pub variables: Vec<u32>,
    /// The stations' names, one behind the other, and where each ends.
    pub names: String,
    pub name_ends: Vec<u32>,
    pub starts: Vec<u32>,
}

/// A row that no [`Row`] holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Whole {
    pub stations: u64,
    pub missing: u64,
    pub rejected: u64,
    pub summary: Summary,
}

/// The first bytes of a name, as a number that is in the order of names; names of the same one may still differ.
#[inline]
pub fn beginning(name: &str) -> u128 {
    let mut bytes = [0; size_of::<u128>()];
    let length = name.len().min(bytes.len());
    bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

impl Heads {
    /// The name of the station of the series `at`.
    #[inline]
    pub fn name(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.name_ends[before] as usize);
        &self.names[start..self.name_ends[at] as usize]
    }
}

impl Whole {
    /// A cell, or several that were put together, of so many stations.
    pub fn new(stations: u64, cell: Cell) -> Self {
        Whole { stations, missing: cell.missing, rejected: cell.rejected, summary: cell.summary }
    }

    /// Adds another one.
    pub fn merge(&mut self, other: &Whole) {
        self.stations += other.stations;
        self.missing += other.missing;
        self.rejected += other.rejected;
        self.summary.merge(&other.summary);
    }

    /// The cell.
    pub fn cell(&self) -> Cell {
        Cell { missing: self.missing, rejected: self.rejected, summary: self.summary.clone() }
    }
}

impl Batch {
    /// Without cells, with room for so many.
    pub fn with_capacity(rows: usize) -> Self {
        Batch { columns: Columns::with_capacity(rows), ..Batch::default() }
    }

    /// Number of cells.
    #[inline]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is to be handed on, where `most` cells are handled at a time.
    #[inline]
    pub fn is_full(&self, most: usize) -> bool {
        self.len() >= most || self.heads.names.len() >= NAME_BYTES
    }

    /// The cells that are pushed from here on are those of a variable at a station; at least one must be.
    #[inline]
    pub fn begin(&mut self, variable: u32, station: &str) {
        let last = self.heads.variables.len().checked_sub(1);
        if last.is_some_and(|last| self.heads.variables[last] == variable && self.heads.name(last) == station)
        {
            return;
        }
        self.heads.variables.push(variable);
        self.heads.names.push_str(station);
        self.heads.name_ends.push(self.heads.names.len() as u32);
        self.heads.starts.push(self.len() as u32);
    }

    /// Adds a cell without odd values to the series begun last.
    #[inline]
    pub fn push_sums(&mut self, day: Option<Day>, missing: u64, rejected: u64, sums: &Sums) {
        let number = day.map_or(NO_DAY, Day::number);
        match Row::new(number, 0, missing, rejected, sums) {
            Some(row) => self.columns.push(&row),
            None => {
                self.push(day, Cell { missing, rejected, summary: Summary { scaled: *sums, odd: None } });
            }
        }
    }

    /// Adds a cell to the series begun last.
    pub fn push(&mut self, day: Option<Day>, cell: Cell) {
        self.push_counted(day, 0, cell);
    }

    /// Adds what was put together of so many stations.
    pub(crate) fn push_counted(&mut self, day: Option<Day>, stations: u64, cell: Cell) {
        let number = day.map_or(NO_DAY, Day::number);
        let plain = cell.summary.odd.is_none();
        let row = || Row::new(number, stations, cell.missing, cell.rejected, &cell.summary.scaled);
        match plain.then(row).flatten() {
            Some(row) => self.columns.push(&row),
            None => {
                self.whole.push((self.len() as u32, Whole::new(stations, cell)));
                self.columns.push(&Row::empty(number));
            }
        }
    }

    /// Adds rows of one series of `other`.
    #[inline]
    pub(crate) fn extend(&mut self, other: &Batch, series: usize, rows: Range<usize>) {
        self.begin(other.heads.variables[series], other.heads.name(series));
        if !other.whole.is_empty() {
            let (from, to) = (rows.start, self.len());
            let moved = |(row, whole): &(u32, Whole)| ((*row as usize - from + to) as u32, whole.clone());
            self.whole.extend(other.whole_in(rows.clone()).iter().map(moved));
        }
        self.columns.extend(&other.columns, rows);
    }

    /// Adds a row of `other` to the last one, which has the same key.
    #[inline]
    pub(crate) fn add_to_last(&mut self, other: &Batch, row: usize) {
        let Some(last) = self.len().checked_sub(1) else { return };
        if self.whole.last().is_none_or(|(row, _)| *row as usize != last)
            && other.whole_in(row..row + 1).is_empty()
            && let Some(sum) = self.columns.row(last).plus(&other.columns.row(row))
        {
            return self.columns.set(last, &sum);
        }
        self.add_whole_to_last(last, other.whole(row));
    }

    #[cold]
    fn add_whole_to_last(&mut self, last: usize, other: Whole) {
        let mut sum = self.whole(last);
        sum.merge(&other);
        if self.whole.last().is_some_and(|(row, _)| *row as usize == last) {
            self.whole.pop();
        }
        let number = self.columns.day[last];
        let plain = sum.summary.odd.is_none();
        let row = || Row::new(number, sum.stations, sum.missing, sum.rejected, &sum.summary.scaled);
        match plain.then(row).flatten() {
            Some(row) => self.columns.set(last, &row),
            None => {
                self.columns.set(last, &Row::empty(number));
                self.whole.push((last as u32, sum));
            }
        }
    }

    /// Those of the rows that do not fit the columns.
    #[inline]
    pub(crate) fn whole_in(&self, rows: Range<usize>) -> &[(u32, Whole)] {
        if self.whole.is_empty() {
            return &[];
        }
        let place = |row: usize| self.whole.partition_point(|(known, _)| (*known as usize) < row);
        &self.whole[place(rows.start)..place(rows.end)]
    }

    /// A row, whatever it holds.
    pub(crate) fn whole(&self, row: usize) -> Whole {
        if let [(_, whole), ..] = self.whole_in(row..row + 1) {
            return whole.clone();
        }
        let row = self.columns.row(row);
        Whole::new(row.stations.into(), row.cell())
    }

    /// The rows of the series `at`.
    #[inline]
    pub(crate) fn rows(&self, at: usize) -> Range<usize> {
        let starts = &self.heads.starts;
        let end = starts.get(at + 1).map_or(self.len(), |end| *end as usize);
        starts[at] as usize..end
    }

    /// The series, in their order.
    pub fn series(&self) -> impl Iterator<Item = Series<'_>> {
        (0..self.heads.variables.len()).map(|at| Series {
            variable: self.heads.variables[at],
            station: self.heads.name(at),
            rows: self.rows(at),
            batch: self,
        })
    }

    /// Checks that its cells are in order, and behind the one with the key `before`.
    ///
    /// # Errors
    /// [`Error::Unsorted`] if they are not.
    pub(crate) fn check_order(&self, before: Option<&CellKey>) -> Result<()> {
        let mut last =
            before.map(|key| (key.variable, key.station.as_str(), key.day.map_or(NO_DAY, Day::number)));
        for Series { variable, station, rows, .. } in self.series() {
            let days = &self.columns.day[rows];
            let Some((first, end)) = days.first().zip(days.last()) else {
                return Err(Error::Unsorted(format!("“{station}” has none")));
            };
            if last.is_some_and(|last| last >= (variable, station, *first)) {
                let before = last.map(|last| (last.0, last.1, day(last.2)));
                return Err(Error::Unsorted(format!(
                    "{:?} came after {before:?}",
                    (variable, station, day(*first))
                )));
            }
            if !days.is_sorted_by(|one, other| one < other) {
                return Err(Error::Unsorted(format!("the days of “{station}”")));
            }
            last = Some((variable, station, *end));
        }
        Ok(())
    }

    /// The key of the last cell.
    pub(crate) fn last_key(&self) -> Option<CellKey> {
        let series = self.heads.variables.len().checked_sub(1)?;
        let station = self.heads.name(series).to_owned();
        let number = self.columns.day.last()?;
        Some(CellKey { variable: self.heads.variables[series], station, day: day(*number) })
    }

    /// All cells with their keys.
    pub fn cells(&self) -> impl Iterator<Item = (CellKey, Cell)> {
        self.series().flat_map(move |series| {
            series.rows.clone().map(move |row| {
                let day = day(self.columns.day[row]);
                let key = CellKey { variable: series.variable, station: series.station.to_owned(), day };
                (key, self.whole(row).cell())
            })
        })
    }
}

impl FromIterator<(CellKey, Cell)> for Batch {
    /// Cells in the order of their keys.
    fn from_iter<I: IntoIterator<Item = (CellKey, Cell)>>(cells: I) -> Self {
        let mut batch = Batch::default();
        for (key, cell) in cells {
            batch.begin(key.variable, &key.station);
            batch.push(key.day, cell);
        }
        batch
    }
}

/// The cells of a batch that are of one variable at one station.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    /// Position of the variable in the plan.
    pub variable: u32,
    /// The station; empty where the file has none.
    pub station: &'a str,
    pub(crate) rows: Range<usize>,
    pub(crate) batch: &'a Batch,
}

impl Series<'_> {
    /// All of its readings.
    pub fn total(&self) -> Cell {
        let Series { rows, batch, .. } = self;
        let mut total = match batch.columns.add_up(rows.clone()) {
            Some(([_, missing, rejected], scaled)) => {
                Cell { missing, rejected, summary: Summary { scaled, odd: None } }
            }
            None => rows.clone().map(|row| batch.columns.row(row)).fold(Cell::default(), |mut total, row| {
                total.merge(&row.cell());
                total
            }),
        };
        batch.whole_in(rows.clone()).iter().for_each(|(_, whole)| total.merge(&whole.cell()));
        total
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{added_up, cell, cells, said};

    proptest! {
        /// A series' total is that of its cells merged one by one, whatever they hold.
        #[test]
        fn columns_add_up_as_merging_does(cells in cells()) {
            let cells = added_up(&cells);
            let batch: Batch = cells.clone().into_iter().collect();
            prop_assert_eq!(batch.cells().collect::<Vec<_>>(), cells.clone().into_iter().collect::<Vec<_>>());
            let mut expected: Vec<((u32, String), Cell)> = Vec::new();
            for (key, cell) in cells {
                match expected.last_mut().filter(|(series, _)| *series == (key.variable, key.station.clone())) {
                    Some((_, total)) => total.merge(&cell),
                    None => expected.push(((key.variable, key.station), cell)),
                }
            }
            let found = batch.series().map(|series| ((series.variable, series.station.to_owned()), said(&series.total())));
            let expected = expected.into_iter().map(|(series, total)| (series, said(&total)));
            prop_assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }

        /// Rows of one key become the row of the cells merged, whether they fit the columns or not.
        #[test]
        fn rows_are_added_as_cells_are_merged(first in cell(), others in prop::collection::vec(cell(), 0..4)) {
            let key = CellKey { variable: 0, station: "a".to_owned(), day: None };
            let batch = |cell: &Cell| -> Batch { [(key.clone(), cell.clone())].into_iter().collect() };
            let (mut sum, mut expected) = (batch(&first), first);
            for other in others {
                sum.add_to_last(&batch(&other), 0);
                expected.merge(&other);
            }
            let found: Vec<_> = sum.cells().map(|(key, cell)| (key, said(&cell))).collect();
            prop_assert_eq!(found, vec![(key, said(&expected))]);
        }
    }

    #[test]
    fn what_columns_cannot_count_is_kept_beside_them() {
        let day = Day::from_number(1);
        let most = u64::from(u32::MAX);
        let sums = Sums { count: 1, sum: i64::MAX.into(), sum_of_squares: 1, min: 3, max: 4 };
        let mut batch = Batch::default();
        batch.begin(0, "a");
        batch.push_sums(day, most, 0, &sums);
        assert!(batch.whole.is_empty());
        let other = batch.clone();
        batch.add_to_last(&other, 0);
        let (_, cell) = batch.cells().next().unwrap();
        assert_eq!((cell.missing, cell.summary.scaled.sum), (2 * most, 2 * i128::from(i64::MAX)));
        assert_eq!(batch.whole.len(), 1);
        batch.push_sums(Day::from_number(2), most + 1, 0, &sums);
        let read: Vec<_> = batch.cells().map(|(_, cell)| cell.missing).collect();
        assert_eq!(read, [2 * most, most + 1]);
    }
}
