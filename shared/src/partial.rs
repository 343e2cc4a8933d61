//! Partials: what process learned from a split, in a form that merges. Its cells lie in a table beside it.

use serde::{Deserialize, Serialize};

use crate::account::{ReadingAccount, RowAccount};
use crate::damage::Damage;
use crate::histogram::Histogram;
use crate::order::DayOrder;
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
    /// Lines that are remarks, or the header once more; they are no rows.
    #[serde(default, skip_serializing_if = "is_none")]
    pub notes: u64,
    /// Rows with bytes that the encoding does not know.
    #[serde(default)]
    pub undecodable_rows: u64,
    /// Why the compressed data could not be read to their end. What stands here is what could be read before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<Damage>,
    /// The row account.
    pub account: RowAccount,
    /// The plan's variables, in its order.
    pub variables: Vec<VariablePartial>,
    /// Rows whose readings were looked at, but whose time could not be read; they are in no day.
    pub rows_without_day: u64,
    /// Those of them whose time is a day if day and month change places.
    #[serde(default)]
    pub rows_in_other_order: u64,
    /// How the rows follow each other from day to day.
    #[serde(default)]
    pub order: DayOrder,
    /// Rows of a long table whose element is none of the variables; they count as missing.
    #[serde(default)]
    pub rows_of_other_elements: u64,
}

/// What was learned of one variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariablePartial {
    /// The account of its readings.
    pub readings: ReadingAccount,
    /// Sums over all usable values.
    pub total: Summary,
    /// Counts of all usable values by bin; of bounded size.
    pub histogram: Histogram,
}

impl Partial {
    /// Of no rows, for so many variables.
    pub fn new(variables: usize) -> Self {
        Partial {
            variables: (0..variables).map(|_| VariablePartial::new(variables)).collect(),
            ..Partial::default()
        }
    }

    /// The variable whose figures lead; `None` where there is no plan for any.
    pub fn primary(&self) -> Option<&VariablePartial> {
        self.variables.first()
    }

    /// Adds `other`, which is about the same variables and the text that follows. But for [`Self::order`] the result does not
    /// depend on the order of merging.
    pub fn merge(&mut self, other: &Partial) {
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.blank_lines += other.blank_lines;
        self.notes += other.notes;
        self.undecodable_rows += other.undecodable_rows;
        self.damage = self.damage.take().or_else(|| other.damage.clone());
        self.account.merge(&other.account);
        self.rows_without_day += other.rows_without_day;
        self.rows_in_other_order += other.rows_in_other_order;
        self.rows_of_other_elements += other.rows_of_other_elements;
        self.order.follow(&other.order);
        for (mine, theirs) in self.variables.iter_mut().zip(&other.variables) {
            mine.merge(theirs);
        }
    }
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

impl VariablePartial {
    /// Of no readings; one of so many variables, which share the room for histograms.
    pub fn new(variables: usize) -> Self {
        VariablePartial { histogram: Histogram::one_of(variables), ..VariablePartial::default() }
    }

    /// Adds `other`.
    pub fn merge(&mut self, other: &VariablePartial) {
        self.readings.merge(&other.readings);
        self.total.merge(&other.total);
        self.histogram.merge(&other.histogram);
    }
}
