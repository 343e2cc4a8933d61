//! The result tables: cells, stations and days as Parquet files.

use std::io::Write;
use std::sync::{Arc, mpsc};

use crate::batch::Batch;
use crate::days::Days;
use crate::error::Result;
use crate::figures::{About, Figures};
use crate::groups::{By, Group, Stations, Totals};
use crate::limits::Limits;
use crate::parquet::ParquetTable;
use crate::results::{
    cell_columns, day_columns, metadata, push_cells, push_day, push_station, station_columns,
};
use crate::runs::Merged;

/// Where the tables go.
#[derive(Clone, Copy, Debug)]
pub struct Outputs<W> {
    /// `cells.parquet`: one row per cell.
    pub cells: W,
    /// `stations.parquet`: one row per variable and station.
    pub stations: W,
    /// `days.parquet`: one row per variable and day.
    pub days: W,
}

/// Batches that wait to be written or added up.
const BATCHES_WAITING: usize = 4;

/// Where those of groups go.
struct Groups<W> {
    stations: W,
    days: W,
}

/// Who wants to see the groups, each kind in the order of its keys: stations first, then months and totals among the
/// days that they consist of. A group without a day, or without a station, holds the readings that have none.
pub trait Visitor {
    /// All days of a station.
    fn station(&mut self, _group: &Group) {}
    /// All stations on a day.
    fn day(&mut self, _group: &Group) {}
    /// All stations in a month.
    fn month(&mut self, _group: &Group) {}
    /// All readings of a variable.
    fn total(&mut self, _group: &Group) {}
}

/// Nobody.
impl Visitor for () {}

/// Writes the three tables from `cells`, sorted by key, and shows their groups to `visitor`.
///
/// # Errors
/// If the cells cannot be read or are not what `about` says, or if an output or a temporary file cannot be written.
pub fn write_tables<W: Write + Send + 'static>(
    cells: Merged,
    about: &About<'_>,
    limits: &Limits,
    outputs: Outputs<W>,
    visitor: &mut impl Visitor,
) -> Result<Outputs<W>> {
    let figures = Figures::new(about);
    let metadata = metadata(about)?;
    let (figures, metadata) = (&figures, &metadata);
    let cells_table = ParquetTable::new(outputs.cells, &cell_columns(figures), limits)?;
    let write_cells = |mut table: ParquetTable<W>, batches: &mut dyn Iterator<Item = Arc<Batch>>| {
        for batch in batches {
            push_cells(&mut table, &batch, about, figures)?;
        }
        table.finish(metadata.clone())
    };
    let groups = Groups { stations: outputs.stations, days: outputs.days };
    let Merged(mut cells) = cells;
    let (mut first, mut rows) = (Vec::new(), 0);
    let mut is_all = false;
    while rows < limits.threads_from && !is_all {
        match cells.next_batch()? {
            Some(batch) => {
                rows += batch.len();
                first.push(Arc::new(batch));
            }
            None => is_all = true,
        }
    }
    if is_all {
        let cells = write_cells(cells_table, &mut first.iter().cloned())?;
        let Groups { stations, days } =
            write_groups(&mut first.into_iter(), about, figures, metadata, limits, groups, visitor)?;
        return Ok(Outputs { cells, stations, days });
    }
    let batches = first.into_iter().map(Ok).chain(cells.map(|batch| batch.map(Arc::new)));
    // Reading many cells, writing them again and adding them up take about as long: they go on side by side.
    let (to_write, written) = mpsc::sync_channel(BATCHES_WAITING);
    let (to_add, added) = mpsc::sync_channel(BATCHES_WAITING);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || hand_on(batches, &[to_write, to_add]));
        let writing = scope.spawn(move || write_cells(cells_table.beside()?, &mut written.into_iter()));
        let groups = write_groups(&mut added.into_iter(), about, figures, metadata, limits, groups, visitor);
        let (read, cells) = (joined(reading), joined(writing));
        // Where one of them fails the others end early; its error is the one to report.
        read?;
        let (cells, Groups { stations, days }) = (cells?, groups?);
        Ok(Outputs { cells, stations, days })
    })
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Hands `batches` on to all of `readers`, as long as they want them.
fn hand_on(
    batches: impl Iterator<Item = Result<Arc<Batch>>>,
    readers: &[mpsc::SyncSender<Arc<Batch>>],
) -> Result<()> {
    for batch in batches {
        let batch = batch?;
        if readers.iter().any(|reader| reader.send(Arc::clone(&batch)).is_err()) {
            break;
        }
    }
    Ok(())
}

/// Writes the tables of stations and days.
fn write_groups<W: Write>(
    batches: &mut dyn Iterator<Item = Arc<Batch>>,
    about: &About<'_>,
    figures: &Figures,
    metadata: &[(String, String)],
    limits: &Limits,
    outputs: Groups<W>,
    visitor: &mut impl Visitor,
) -> Result<Groups<W>> {
    let mut stations_table = ParquetTable::new(outputs.stations, &station_columns(figures), limits)?;
    let mut days_table = ParquetTable::new(outputs.days, &day_columns(figures), limits)?;

    let mut stations = Stations::default();
    let mut days = Days::new(limits);
    let mut station_done = |group: &Group| {
        visitor.station(group);
        push_station(&mut stations_table, group, about, figures)
    };
    for batch in batches {
        stations.add(&batch, &mut station_done)?;
        days.add(&batch)?;
    }
    stations.finish(&mut station_done)?;

    let mut months = Totals::new(By::Month);
    let mut totals = Totals::new(By::Variable);
    let Merged(mut merged) = days.finish()?;
    while let Some(batch) = merged.next_batch()? {
        for day in Group::days(&batch) {
            visitor.day(&day);
            push_day(&mut days_table, &day, about, figures)?;
            months.add(&day, |month| visitor.month(month));
            totals.add(&day, |total| visitor.total(total));
        }
    }
    months.finish(|month| visitor.month(month));
    totals.finish(|total| visitor.total(total));

    Ok(Groups {
        stations: stations_table.finish(metadata.to_vec())?,
        days: days_table.finish(metadata.to_vec())?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use shared::variable::Role;
    use shared::{Cell, CellKey, Day, ObjectRef, Summary, Unit, Variable};

    use super::*;
    use crate::runs::Runs;
    use crate::testing::{SCALE, Said, added_up, batches, cells, said};

    fn variables() -> Vec<Variable> {
        let variable = |name: &str| Variable {
            name: name.to_owned(),
            role: Role::Max,
            unit: Unit::Celsius,
            scale: SCALE,
            missing: Vec::new(),
            writing: Default::default(),
        };
        ["TMAX", "TMIN", "\"ä\""].map(variable).into()
    }

    fn source() -> ObjectRef {
        ObjectRef { bucket: "b".into(), key: "a.csv".into(), version_id: None, etag: "e".into(), size: 1 }
    }

    #[derive(Default)]
    struct Seen {
        stations: Vec<Group>,
        days: Vec<Group>,
        months: Vec<Group>,
        totals: Vec<Group>,
    }

    impl Visitor for Seen {
        fn station(&mut self, group: &Group) {
            self.stations.push(group.clone());
        }
        fn day(&mut self, group: &Group) {
            self.days.push(group.clone());
        }
        fn month(&mut self, group: &Group) {
            self.months.push(group.clone());
        }
        fn total(&mut self, group: &Group) {
            self.totals.push(group.clone());
        }
    }

    /// The tables of `cells`, cut into runs of `cap`.
    fn tables(cells: &[(CellKey, Cell)], cap: usize, limits: &Limits) -> (Outputs<Vec<u8>>, Seen) {
        let mut totals = vec![Summary::default(); 3];
        cells.iter().for_each(|(key, cell)| totals[key.variable as usize].merge(&cell.summary));
        let mut runs = Runs::new(limits.clone());
        for chunk in cells.chunks(cap) {
            runs.add(batches(added_up(chunk), limits.batch)).unwrap();
        }
        let (variables, source) = (variables(), source());
        let about = About { source: &source, variables: &variables, totals: &totals };
        let outputs = Outputs { cells: Vec::new(), stations: Vec::new(), days: Vec::new() };
        let mut seen = Seen::default();
        let outputs =
            write_tables(runs.merge(Batch::default()).unwrap(), &about, limits, outputs, &mut seen).unwrap();
        (outputs, seen)
    }

    fn grouped(cells: &BTreeMap<CellKey, Cell>, key: impl Fn(&CellKey) -> CellKey) -> Vec<(CellKey, Said)> {
        let keyed: Vec<_> = cells.iter().map(|(old, cell)| (key(old), cell.clone())).collect();
        added_up(&keyed).into_iter().map(|(key, cell)| (key, said(&cell))).collect()
    }

    fn told(groups: &[Group]) -> Vec<(CellKey, Said)> {
        groups.iter().map(|group| (group.key.clone(), said(&group.cell))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Same cells, same bytes and same groups: whatever the runs, the batches and what fits the memory.
        #[test]
        fn tables_depend_on_the_cells_alone(
            cells in cells(), cap in 1..40_usize, fan_in in 2..5_usize, batch in 1..9_usize, frame in 1..50_usize,
            threads_from in 1..60_usize, groups in 1..20_usize, row_group in 1..50_usize,
        ) {
            let whole = Limits { row_group, ..Limits::default() };
            let (expected, _) = tables(&cells, 1000, &whole);
            let tiny = Limits { fan_in, batch, frame, threads_from, groups, row_group, folder: None };
            let (found, seen) = tables(&cells, cap, &tiny);
            prop_assert!(found.cells == expected.cells, "cells.parquet");
            prop_assert!(found.stations == expected.stations, "stations.parquet");
            prop_assert!(found.days == expected.days, "days.parquet");

            let cells = added_up(&cells);
            let key = |variable, station: &str, day| CellKey { variable, station: station.to_owned(), day };
            prop_assert_eq!(told(&seen.stations), grouped(&cells, |old| key(old.variable, &old.station, None)));
            prop_assert_eq!(told(&seen.days), grouped(&cells, |old| key(old.variable, "", old.day)));
            prop_assert_eq!(
                told(&seen.months),
                grouped(&cells, |old| key(old.variable, "", old.day.map(Day::first_of_month)))
            );
            prop_assert_eq!(told(&seen.totals), grouped(&cells, |old| key(old.variable, "", None)));

            let used = |(_, cell): &(&CellKey, &Cell)| cell.summary.count() > 0;
            for group in &seen.stations {
                let same = |(key, _): &(&CellKey, &Cell)| (key.variable, &key.station) == (group.key.variable, &group.key.station);
                let days: Vec<Day> = cells.iter().filter(same).filter(used).filter_map(|(key, _)| key.day).collect();
                prop_assert_eq!(group.days, days.len() as u64);
                prop_assert_eq!(group.period, days.iter().min().copied().zip(days.iter().max().copied()));
            }
            type MonthOf = fn(Day) -> Option<Day>;
            let by_month: MonthOf = |day| Some(day.first_of_month());
            for (groups, month) in [(&seen.months, by_month), (&seen.totals, |_| None)] {
                for group in groups {
                    let same = |(key, _): &(&CellKey, &Cell)| key.variable == group.key.variable;
                    let days = cells.iter().filter(same).filter(used).filter_map(|(key, _)| key.day);
                    let days: BTreeSet<Day> = days.filter(|day| month(*day) == group.key.day).collect();
                    prop_assert_eq!(group.days, days.len() as u64);
                    prop_assert_eq!(group.period, days.first().copied().zip(days.last().copied()));
                }
            }
            for group in &seen.days {
                let same = |(key, _): &(&CellKey, &Cell)| (key.variable, key.day) == (group.key.variable, group.key.day);
                let named = cells.iter().filter(same).filter(used).filter(|(key, _)| !key.station.is_empty()).count();
                prop_assert_eq!(group.stations, named as u64);
            }
        }
    }
}
