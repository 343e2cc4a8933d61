//! The result tables: cells, stations and days as Parquet files.

use std::io::Write;
use std::sync::{Arc, mpsc};

use crate::days::Days;
use crate::error::Result;
use crate::figures::{About, Figures};
use crate::frame::Batch;
use crate::groups::{By, Group, Grouper};
use crate::limits::Limits;
use crate::parquet::ParquetTable;
use crate::record::Record;
use crate::results::{
    cell_columns, day_columns, metadata, push_cell, push_day, push_station, station_columns,
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
pub fn write_tables<W: Write + Send>(
    cells: Merged,
    about: &About<'_>,
    limits: &Limits,
    outputs: Outputs<W>,
    visitor: &mut impl Visitor,
) -> Result<Outputs<W>> {
    let figures = Figures::new(about);
    let metadata = metadata(about)?;
    let (figures, metadata) = (&figures, &metadata);
    let cells_table = ParquetTable::new(outputs.cells, &cell_columns(figures), limits.row_group)?;
    let write_cells = |batches: &mut dyn Iterator<Item = Rows>| {
        let mut table = cells_table;
        for rows in batches {
            rows.iter().try_for_each(|row| push_cell(&mut table, row, about, figures))?;
        }
        table.finish(metadata.clone())
    };
    let groups = Groups { stations: outputs.stations, days: outputs.days };
    let Merged(mut cells) = cells;
    let first = read_batch(&mut cells, limits.frame)?;
    if first.len() < limits.least_frame.min(limits.frame) {
        let all = || (!first.is_empty()).then(|| Arc::clone(&first)).into_iter();
        let cells = write_cells(&mut all())?;
        let Groups { stations, days } =
            write_groups(&mut all(), about, figures, metadata, limits, groups, visitor)?;
        return Ok(Outputs { cells, stations, days });
    }
    // Reading many cells, writing them again and adding them up take about as long: they go on side by side.
    let (to_write, written) = mpsc::sync_channel(1);
    let (to_add, added) = mpsc::sync_channel(1);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || hand_on(first, cells, limits.frame, &[to_write, to_add]));
        let writing = scope.spawn(move || write_cells(&mut written.into_iter()));
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

/// Cells that are handed on together.
type Rows = Arc<Vec<Record>>;

/// The next `most` of `cells`; fewer at their end.
fn read_batch(cells: &mut impl Iterator<Item = Result<Record>>, most: usize) -> Result<Rows> {
    let mut rows = Vec::with_capacity(most);
    fill(&mut rows, most, || Ok(cells.next().transpose()?.map(counted)))?;
    Ok(Arc::new(rows))
}

/// Hands on batches of `most` cells to all of `readers`, as long as they want them: the `first`, then what is left.
fn hand_on(
    first: Rows,
    mut cells: impl Iterator<Item = Result<Record>>,
    most: usize,
    readers: &[mpsc::SyncSender<Rows>],
) -> Result<()> {
    let mut rows = first;
    while !rows.is_empty() && readers.iter().all(|reader| reader.send(Arc::clone(&rows)).is_ok()) {
        drop(rows);
        rows = read_batch(&mut cells, most)?;
    }
    Ok(())
}

/// Writes the tables of stations and days.
fn write_groups<W: Write>(
    batches: &mut dyn Iterator<Item = Rows>,
    about: &About<'_>,
    figures: &Figures,
    metadata: &[(String, String)],
    limits: &Limits,
    outputs: Groups<W>,
    visitor: &mut impl Visitor,
) -> Result<Groups<W>> {
    let mut stations_table =
        ParquetTable::new(outputs.stations, &station_columns(figures), limits.row_group)?;
    let mut days_table = ParquetTable::new(outputs.days, &day_columns(figures), limits.row_group)?;

    let mut stations = Grouper::new(By::Station);
    let mut days = Days::new(limits);
    let mut station_done = |group: &Group| {
        visitor.station(group);
        push_station(&mut stations_table, group, about, figures)
    };
    for rows in batches {
        let batch = Batch::new(&rows, limits.least_frame);
        stations.add(&batch, &mut station_done)?;
        days.add(&rows)?;
    }
    stations.finish(&mut station_done)?;

    let mut rows = Vec::with_capacity(limits.frame);
    let mut months = Grouper::new(By::Month);
    let mut totals = Grouper::new(By::Variable);
    let mut merged = days.finish()?;
    while fill(&mut rows, limits.frame, || merged.next_record())? {
        for row in &rows {
            let group = Group::from(row.clone());
            visitor.day(&group);
            push_day(&mut days_table, &group, about, figures)?;
        }
        let batch = Batch::new(&rows, limits.least_frame);
        months.add(&batch, |group| {
            visitor.month(group);
            Ok(())
        })?;
        totals.add(&batch, |group| {
            visitor.total(group);
            Ok(())
        })?;
    }
    months.finish(|group| {
        visitor.month(group);
        Ok(())
    })?;
    totals.finish(|group| {
        visitor.total(group);
        Ok(())
    })?;

    Ok(Groups {
        stations: stations_table.finish(metadata.to_vec())?,
        days: days_table.finish(metadata.to_vec())?,
    })
}

/// Replaces `rows` by the next ones, at most `most`; whether there are any.
fn fill(
    rows: &mut Vec<Record>,
    most: usize,
    mut next: impl FnMut() -> Result<Option<Record>>,
) -> Result<bool> {
    rows.clear();
    while rows.len() < most.max(1) {
        match next()? {
            Some(record) => rows.push(record),
            None => break,
        }
    }
    Ok(!rows.is_empty())
}

/// A cell that knows whether a station stands behind it.
fn counted(cell: Record) -> Record {
    let stations = u64::from(!cell.key.station.is_empty() && cell.cell.summary.count() > 0);
    Record { stations, ..cell }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use shared::variable::Role;
    use shared::{Cell, CellKey, Day, ObjectRef, Summary, Unit, Variable};

    use super::*;
    use crate::runs::Runs;
    use crate::testing::{SCALE, Said, added_up, cells, said};

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
            runs.add(added_up(chunk)).unwrap();
        }
        let (variables, source) = (variables(), source());
        let about = About { source: &source, variables: &variables, totals: &totals };
        let outputs = Outputs { cells: Vec::new(), stations: Vec::new(), days: Vec::new() };
        let mut seen = Seen::default();
        let outputs =
            write_tables(runs.merge(Vec::new()).unwrap(), &about, limits, outputs, &mut seen).unwrap();
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
            least_frame in 1..60_usize, groups in 1..20_usize, row_group in 1..50_usize,
        ) {
            let whole = Limits { row_group, ..Limits::default() };
            let (expected, _) = tables(&cells, 1000, &whole);
            let tiny = Limits { fan_in, batch, frame, least_frame, groups, row_group, folder: None };
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
            for group in &seen.days {
                let same = |(key, _): &(&CellKey, &Cell)| (key.variable, key.day) == (group.key.variable, group.key.day);
                let named = cells.iter().filter(same).filter(used).filter(|(key, _)| !key.station.is_empty()).count();
                prop_assert_eq!(group.stations, named as u64);
            }
        }
    }
}
