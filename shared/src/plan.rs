//! The plan: validate's answer, and process's instructions.

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;
use crate::finding::Finding;
use crate::object::{ObjectRef, identity, json};
use crate::time_format::TimeFormat;
use crate::variable::Variable;

/// Whether the object can be read as temperatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It can; the plan has columns, dialect and splits.
    Accepted,
    /// It cannot; the findings say why.
    Rejected,
}

/// Validate's answer for one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`crate::format::FORMAT`] of the version that planned.
    pub format: u32,
    /// The plan's identity, given by [`Plan::identified`]: where its partials lie. A run may come to have
    /// several plans, and functions of an earlier one may still be writing when the next one is worked on.
    pub id: String,
    /// Whether the object can be read.
    pub verdict: Verdict,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// Name of the profile.
    pub profile: String,
    /// The columns to read; absent when rejected.
    pub columns: Option<Columns>,
    /// How the text is put together; absent when rejected.
    pub dialect: Option<Dialect>,
    /// The work: byte ranges that together cover the data rows; empty when rejected.
    pub splits: Vec<Split>,
    /// How many of them are worked on at a time; 0: all.
    #[serde(default)]
    pub splits_at_once: u32,
    /// Plausible temperatures in the file's own unit, or in any unit where that is unknown; absent when rejected.
    pub plausible: Option<(f64, f64)>,
    /// The share of rejected rows above which the file is none of temperatures, where its profile says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_rejected: Option<f64>,
}

impl Plan {
    /// The plan of `object` with its id: the same for equal plans, another as soon as `process` would make
    /// something else of one of its splits.
    #[must_use]
    pub fn identified(mut self, object: &ObjectRef) -> Self {
        let parts = [json(object), json(&self.columns), json(&self.dialect), json(&self.splits)];
        self.id = identity(parts.iter().map(Vec::as_slice));
        self
    }
}

/// The columns that are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The file's temperatures, the primary one first; at least one.
    pub variables: Vec<Variable>,
    /// Where they stand.
    pub layout: Layout,
    /// The station column, if there is one.
    pub station: Option<TextColumn>,
    /// The time column, if there is one whose format is known.
    pub time: Option<TimeColumn>,
}

/// Where a table keeps its temperatures. Columns are indices of fields, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One row per time, and a column for each of the plan's variables, in their order.
    Rows {
        /// The variables' columns.
        columns: Vec<usize>,
    },
    /// One row per time, and a column for each station, which the header names.
    Wide {
        /// The stations' columns.
        columns: Vec<usize>,
    },
    /// One row per element and time: the plan's variables are named as the elements are.
    Long {
        /// The column that names the element.
        element: TextColumn,
        /// The column of the values.
        value: TextColumn,
    },
    /// One row per day, and columns for its hours, of one variable.
    Hours {
        /// The hours' columns.
        columns: Vec<usize>,
    },
    /// One row per year, and a column for each month; the time column holds the year.
    Months {
        /// The columns of January to December.
        columns: [usize; 12],
    },
}

/// A place in a row that may hold a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Index of the field in the row.
    pub index: usize,
    /// Position of the variable in the plan.
    pub variable: usize,
    /// Index of the column whose name is the station, where columns are stations.
    pub station: Option<usize>,
    /// The month, 1 to 12, where columns are months.
    pub month: Option<u8>,
}

impl Columns {
    /// The places of a row's readings. A row of a long table holds the one of its element alone, any other row all of
    /// them.
    pub fn slots(&self) -> Vec<Slot> {
        let slot = |index, variable| Slot { index, variable, station: None, month: None };
        match &self.layout {
            Layout::Rows { columns } => {
                columns.iter().enumerate().map(|(variable, index)| slot(*index, variable)).collect()
            }
            Layout::Hours { columns } => columns.iter().map(|index| slot(*index, 0)).collect(),
            Layout::Wide { columns } => {
                columns.iter().map(|index| Slot { station: Some(*index), ..slot(*index, 0) }).collect()
            }
            Layout::Long { value, .. } => {
                (0..self.variables.len()).map(|variable| slot(value.index, variable)).collect()
            }
            Layout::Months { columns } => (1..)
                .zip(columns)
                .map(|(month, index)| Slot { month: Some(month), ..slot(*index, 0) })
                .collect(),
        }
    }

    /// The variable whose figures lead the statistics.
    pub fn primary(&self) -> Option<&Variable> {
        self.variables.first()
    }
}

/// A column of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextColumn {
    /// Index of the field in the row, from 0.
    pub index: usize,
    /// Name in the header.
    pub name: String,
}

/// The time column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeColumn {
    /// Index of the field in the row, from 0.
    pub index: usize,
    /// Where the parts of a day have columns of their own (a year, a month, a day): those behind the first. Joined by
    /// hyphens they are what `format` reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<usize>,
    /// Name in the header; of several columns, all of them.
    pub name: String,
    /// How the column writes a day.
    pub format: TimeFormat,
    /// How it writes the days that it does not write so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<TimeFormat>,
    /// Whether the order of day and month was guessed, because the head of the file fits either.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
}

impl TimeColumn {
    /// A column by itself, of one format.
    pub fn new(index: usize, name: &str, format: TimeFormat) -> Self {
        TimeColumn { index, rest: Vec::new(), name: name.to_owned(), format, also: None, guessed: false }
    }
}

/// A byte range of one object's (decompressed) text; it owns every record that starts inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Position in the plan, from 0.
    pub index: u32,
    /// First byte.
    pub start: u64,
    /// One past the last byte; `None`: to the end (compressed text, whose length nobody knows yet).
    pub end: Option<u64>,
    /// Whether it is the only split of its plan.
    pub only: bool,
}
