//! Cells added up by day, which lie scattered over a table that is sorted by station first.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::frame::Batch;
use crate::groups::By;
use crate::limits::Limits;
use crate::merge::Merge;
use crate::record::{Key, Record};
use crate::runs::Runs;

/// The days of all variables so far; those that memory has no room for lie on disk, as sorted runs.
pub(crate) struct Days {
    most: usize,
    groups: BTreeMap<Key, Record>,
    runs: Runs,
}

impl Days {
    pub fn new(limits: &Limits) -> Self {
        Days { most: limits.groups.max(1), groups: BTreeMap::new(), runs: Runs::new(limits.clone()) }
    }

    /// Adds a batch of cells.
    pub fn add(&mut self, batch: &Batch<'_>) -> Result<()> {
        for sum in batch.sums(By::Day)? {
            let record = sum.record;
            match self.groups.get_mut(&record.key) {
                Some(known) => known.merge(&record),
                None => {
                    self.groups.insert(record.key.clone(), record);
                }
            }
            if self.groups.len() >= self.most {
                let full = std::mem::take(&mut self.groups);
                self.runs.add_records(full.into_values().map(Ok))?;
            }
        }
        Ok(())
    }

    /// All days, sorted by variable and day.
    pub fn finish(self) -> Result<Merge> {
        self.runs.merge_records(self.groups.into_values().collect())
    }
}
