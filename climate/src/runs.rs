//! Tables larger than the memory: sorted runs on disk, and their merging.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, IntoInnerError, Read, Seek, Write};

use crate::batch::Batch;
use crate::error::Result;
use crate::file::{CellReader, CellWriter};
use crate::limits::Limits;
use crate::merge::{Merge, Source};

/// Sorted tables, each in a file of its own, that together are one table. Memory depends on the limits alone.
///
/// Runs lie in levels: where one more comes than are merged at a time, those of its level become one run of the next. So no
/// more than that many files are open per level, and every row is written once per level.
pub struct Runs {
    limits: Limits,
    levels: Vec<Vec<Run>>,
}

/// A table, from its start on.
type Run = Box<dyn Read + Send>;

impl Runs {
    /// No runs yet.
    pub fn new(limits: Limits) -> Self {
        Runs { limits, levels: Vec::new() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.levels.iter().all(Vec::is_empty)
    }

    /// Writes `cells`, sorted by key, each key once, to disk as a run.
    ///
    /// # Errors
    /// [`crate::Error::Unsorted`] if they are not, or if the temporary file cannot be written.
    pub fn add(&mut self, cells: impl IntoIterator<Item = Batch>) -> Result<()> {
        let run = self.write_run(cells.into_iter().map(Ok))?;
        self.add_to_level(0, run)
    }

    /// Takes a table that [`CellWriter`] wrote, say of a split, for a run.
    ///
    /// # Errors
    /// If it, or another run that it is merged with, cannot be read.
    pub fn add_table(&mut self, table: impl Read + Send + 'static) -> Result<()> {
        self.add_to_level(0, Box::new(table))
    }

    fn write_run(&self, cells: impl Iterator<Item = Result<Batch>>) -> Result<Run> {
        let file = match &self.limits.folder {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        let (_, file) = write_cells(BufWriter::new(file), self.limits.batch, cells)?;
        let file: std::io::Result<File> = file.into_inner().map_err(IntoInnerError::into_error);
        let mut file = file?;
        file.rewind()?;
        Ok(Box::new(file))
    }

    fn add_to_level(&mut self, level: usize, run: Run) -> Result<()> {
        if self.levels.len() <= level {
            self.levels.push(Vec::new());
        }
        // As many as can be merged at a time may wait: often no more come.
        if self.levels[level].len() == self.fan_in() {
            let full = std::mem::take(&mut self.levels[level]);
            let longer = self.write_run(Merge::new(sources(full)?, self.limits.batch))?;
            self.add_to_level(level + 1, longer)?;
        }
        self.levels[level].push(run);
        Ok(())
    }

    fn fan_in(&self) -> usize {
        self.limits.fan_in.max(2)
    }

    /// All runs as one table, and with them `rest`, which is sorted as well and was not worth a run.
    ///
    /// # Errors
    /// If a run cannot be read or, where they are too many to be merged at a time, written.
    pub fn merge(self, rest: Batch) -> Result<Merged> {
        let most = self.limits.frame;
        Ok(Merged(self.merge_by(rest, most)?))
    }

    /// As [`Self::merge`], `most` cells at a time.
    fn merge_by(mut self, rest: Batch, most: usize) -> Result<Merge> {
        let (fan_in, levels) = (self.fan_in(), std::mem::take(&mut self.levels));
        // The short runs of the lower levels come first: they are the cheapest to merge twice.
        let mut runs: VecDeque<Run> = levels.into_iter().flatten().collect();
        while runs.len() > fan_in {
            let surplus = runs.len() - fan_in + 1;
            let shortest = runs.drain(..surplus.min(fan_in)).collect();
            runs.push_back(self.write_run(Merge::new(sources(shortest)?, self.limits.batch))?);
        }
        let mut sources = sources(runs.into())?;
        if !rest.is_empty() {
            sources.push(Box::new(std::iter::once(Ok(rest))));
        }
        Ok(Merge::new(sources, most))
    }

    /// Writes all runs and `rest` as one table into `writer`, and answers its number of rows and the writer.
    ///
    /// # Errors
    /// As [`Self::merge`], or if `writer` fails.
    pub fn write<W: Write>(self, rest: Batch, writer: W) -> Result<(u64, W)> {
        let batch = self.limits.batch;
        write_cells(writer, batch, self.merge_by(rest, batch)?)
    }
}

/// A table that is read from several, sorted by key, each key once.
pub struct Merged(pub(crate) Merge);

fn write_cells<W: Write>(
    writer: W,
    batch: usize,
    cells: impl Iterator<Item = Result<Batch>>,
) -> Result<(u64, W)> {
    let mut table = CellWriter::new(writer, batch)?;
    for cells in cells {
        table.write(cells?)?;
    }
    table.finish_counted()
}

fn sources(runs: Vec<Run>) -> Result<Vec<Source>> {
    runs.into_iter().map(source).collect()
}

fn source(run: Run) -> Result<Source> {
    let mut table = CellReader::new(run)?;
    Ok(Box::new(std::iter::from_fn(move || table.next_batch().transpose())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::{Cell, CellKey};

    use super::*;
    use crate::testing::{added_up, batches, cell, cells, key, said};

    fn limits(fan_in: usize, batch: usize) -> Limits {
        Limits { fan_in, batch, ..Limits::default() }
    }

    proptest! {
        /// However the cells are cut into runs and however few are merged at a time, one table comes out.
        #[test]
        fn runs_are_one_table(cells in cells(), cap in 1..40_usize, fan_in in 2..5_usize, batch in 1..9_usize) {
            let mut runs = Runs::new(limits(fan_in, batch));
            let mut chunks: Vec<_> = cells.chunks(cap).map(added_up).collect();
            let rest = chunks.pop().unwrap_or_default();
            for (at, chunk) in chunks.into_iter().enumerate() {
                if at % 2 == 0 {
                    runs.add(batches(chunk, batch)).unwrap();
                } else {
                    // As a split's table that comes from elsewhere.
                    let (_, table) =
                        Runs::new(limits(fan_in, batch)).write(chunk.into_iter().collect(), Vec::new()).unwrap();
                    runs.add_table(std::io::Cursor::new(table)).unwrap();
                }
            }
            let (rows, table) = runs.write(rest.into_iter().collect(), Vec::new()).unwrap();
            let read: Vec<_> = CellReader::new(&table[..]).unwrap().collect::<Result<_>>().unwrap();
            let expected = added_up(&cells);
            prop_assert_eq!(rows, expected.len() as u64);
            prop_assert_eq!(read.len(), expected.len());
            for ((key, cell), (expected_key, expected)) in read.iter().zip(&expected) {
                prop_assert_eq!(key, expected_key);
                prop_assert_eq!(said(cell), said(expected));
            }
        }

        /// A cell comes back as it was, to the last field.
        #[test]
        fn a_cell_is_kept_whole(key in key(), cell in cell()) {
            let mut table = CellWriter::new(Vec::new(), 1).unwrap();
            table.push(key.clone(), cell.clone()).unwrap();
            let table = table.finish().unwrap();
            let read: Vec<_> = CellReader::new(&table[..]).unwrap().collect::<Result<_>>().unwrap();
            prop_assert_eq!(read, vec![(key, cell)]);
        }

        /// A table that was cut short or changed is an error, or what was before the damage; never a panic, never more.
        #[test]
        fn a_damaged_table_is_told(cells in cells(), cut in any::<prop::sample::Index>()) {
            let cells = added_up(&cells);
            let (_, table) = Runs::new(limits(2, 7)).write(cells.clone().into_iter().collect(), Vec::new()).unwrap();
            let cut = cut.index(table.len());
            let read = CellReader::new(&table[..cut]).and_then(|table| table.collect::<Result<Vec<_>>>());
            prop_assert!(read.is_err(), "{} of {} bytes were a table", cut, table.len());
        }
    }

    #[test]
    fn cells_out_of_order_are_told() {
        let key = |station: &str| CellKey { variable: 0, station: station.to_owned(), day: None };
        for (first, second) in [("b", "a"), ("a", "a")] {
            let cells = [(key(first), Cell::default()), (key(second), Cell::default())];
            let error = Runs::new(Limits::default()).add([cells.into_iter().collect()]).unwrap_err();
            assert!(matches!(error, crate::Error::Unsorted(_)), "{error}");
        }
    }

    #[test]
    fn no_cells_are_a_table_as_well() {
        let (rows, table) = Runs::new(Limits::default()).write(Batch::default(), Vec::new()).unwrap();
        assert_eq!((rows, CellReader::new(&table[..]).unwrap().count()), (0, 0));
    }
}
