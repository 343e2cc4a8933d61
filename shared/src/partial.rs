//! Partials: what process learned from a split, in a form that merges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::RowAccount;
use crate::damage::Damage;
use crate::day::Day;
use crate::histogram::Histogram;
use crate::plan::TimeColumn;
use crate::summary::Summary;

/// What was learned from one split, or from several after merging.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Physical lines that start in the split: places the line numbers of the splits behind it.
    pub lines: u64,
    /// Bytes of (decompressed) text in the split.
    pub bytes: u64,
    /// Lines with nothing on them; they are no rows.
    pub blank_lines: u64,
    /// Rows with bytes that the encoding does not know.
    #[serde(default)]
    pub undecodable_rows: u64,
    /// Why the compressed data could not be read to their end. What stands here is what could be read before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<Damage>,
    /// The row account.
    pub account: RowAccount,
    /// Rows, used or missing, whose time could not be read; they are in no day.
    pub rows_without_day: u64,
    /// Those of them whose time is a day if day and month change places.
    #[serde(default)]
    pub rows_in_other_order: u64,
    /// Sums over all usable values.
    pub total: Summary,
    /// Counts of all usable values by bin; of bounded size.
    pub histogram: Histogram,
    /// Sums by station.
    pub by_station: BTreeMap<String, Summary>,
    /// Sums by day.
    pub by_day: BTreeMap<Day, Summary>,
}

impl Partial {
    /// Whether the order of day and month was guessed, and some row shows that the guess is wrong: then no day is
    /// what it seems. Only the partial of all splits can tell.
    pub fn refutes(&self, time: &TimeColumn) -> bool {
        time.guessed && self.rows_in_other_order > 0
    }

    /// Adds `other`. The result does not depend on the order of merging.
    pub fn merge(&mut self, other: Partial) {
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.blank_lines += other.blank_lines;
        self.undecodable_rows += other.undecodable_rows;
        self.damage = self.damage.take().or(other.damage);
        self.account.merge(&other.account);
        self.rows_without_day += other.rows_without_day;
        self.rows_in_other_order += other.rows_in_other_order;
        self.total.merge(&other.total);
        self.histogram.merge(&other.histogram);
        merge_groups(&mut self.by_station, other.by_station);
        merge_groups(&mut self.by_day, other.by_day);
    }
}

fn merge_groups<K: Ord>(groups: &mut BTreeMap<K, Summary>, others: BTreeMap<K, Summary>) {
    for (key, summary) in others {
        groups.entry(key).or_default().merge(&summary);
    }
}
