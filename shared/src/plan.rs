//! The plan: validate's answer, and process's instructions.

use serde::{Deserialize, Serialize};

use crate::day::TimeFormat;
use crate::dialect::Dialect;
use crate::finding::Finding;
use crate::object::{ObjectRef, identity, json};
use crate::unit::Unit;

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
    /// Plausible temperatures in the file's own unit, or in any unit where that is unknown; absent when rejected.
    pub plausible: Option<(f64, f64)>,
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
    /// The temperature column.
    pub temperature: TemperatureColumn,
    /// The station column, if there is one.
    pub station: Option<TextColumn>,
    /// The time column, if there is one whose format is known.
    pub time: Option<TimeColumn>,
}

/// The temperature column, and how its values are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemperatureColumn {
    /// Index of the field in the row, from 0.
    pub index: usize,
    /// Name in the header.
    pub name: String,
    /// Unit of the values.
    pub unit: Unit,
    /// Fraction digits: values are read as integers scaled by 10^`scale`.
    pub scale: u8,
    /// Texts that stand for a missing value, besides the empty field.
    pub missing: Vec<String>,
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
    /// Name in the header.
    pub name: String,
    /// How the column writes a day.
    pub format: TimeFormat,
    /// Whether the order of day and month was guessed, because the head of the file fits either.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
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
