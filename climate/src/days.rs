//! Cells added up by day, which lie scattered over a table that is sorted by station first.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use polars_core::prelude::PlSmallStr;
use shared::Day;

use crate::error::Result;
use crate::limits::Limits;
use crate::merge::Merge;
use crate::record::{Key, Record};
use crate::runs::Runs;

/// The days of all variables so far; those that memory has no room for lie on disk, as sorted runs.
///
/// A batch has hardly two rows of a day, and so nothing to group: each row goes to its day at once.
pub(crate) struct Days {
    most: usize,
    positions: HashMap<(u32, Option<Day>), usize, RandomState>,
    groups: Vec<Record>,
    runs: Runs,
}

impl Days {
    pub fn new(limits: &Limits) -> Self {
        Days {
            most: limits.groups.max(1),
            positions: HashMap::default(),
            groups: Vec::new(),
            runs: Runs::new(limits.clone()),
        }
    }

    /// Adds a batch of cells.
    pub fn add(&mut self, rows: &[Record]) -> Result<()> {
        for row in rows {
            let next = self.groups.len();
            let position = *self.positions.entry((row.key.variable, row.key.day)).or_insert(next);
            match self.groups.get_mut(position) {
                Some(known) => known.merge(row),
                None => {
                    let key = Key { station: PlSmallStr::EMPTY, ..row.key.clone() };
                    self.groups.push(Record { key, ..row.clone() });
                }
            }
            if self.groups.len() >= self.most {
                let full = self.take();
                self.runs.add_records(full.into_iter().map(Ok))?;
            }
        }
        Ok(())
    }

    /// The days at hand, sorted.
    fn take(&mut self) -> Vec<Record> {
        self.positions.clear();
        let mut groups = std::mem::take(&mut self.groups);
        groups.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        groups
    }

    /// All days, sorted by variable and day.
    pub fn finish(mut self) -> Result<Merge> {
        let rest = self.take();
        self.runs.merge_records(rest)
    }
}
