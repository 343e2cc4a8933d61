//! The payloads between the steps of the workflow.

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;
use crate::object::{Location, ObjectRef};
use crate::plan::{Columns, Plan, Split};
use crate::profile::Profile;

/// What a caller may ask of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOptions {
    /// Names of the temperature columns, the primary one first, instead of a search by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Whether every numeric column is a station.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wide: bool,
    /// The profile to read by, instead of `generic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Bytes per split, instead of the function's own setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_bytes: Option<u64>,
}

/// Input of `validate`, and of an execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidateTask {
    /// The run.
    pub run_id: String,
    /// The object version to read.
    pub object: ObjectRef,
    /// What the caller asks for.
    #[serde(default)]
    pub options: RunOptions,
    /// Plan one split, whatever the size.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_split: bool,
    /// Where the head of the file leaves the order of day and month open, take the one that would not be guessed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_order: bool,
}

/// Input of `process`: one split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessTask {
    /// [`crate::format::FORMAT`] of the version that planned.
    pub format: u32,
    /// The run.
    pub run_id: String,
    /// The plan that the split belongs to.
    pub plan_id: String,
    /// The object version to read.
    pub object: ObjectRef,
    /// The columns to read.
    pub columns: Columns,
    /// How the text is put together.
    pub dialect: Dialect,
    /// The byte range to read.
    pub split: Split,
}

/// Answer of `process`; the partial itself lies in S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitResult {
    /// The split's position in the plan.
    pub index: u32,
    /// Data rows in the split.
    pub rows_read: u64,
    /// Rejected rows in the split.
    pub rows_rejected: u64,
    /// Records of rejected rows and readings, which lie in S3 beside the partial if there are any.
    pub records_rejected: u64,
}

/// Input of `report`: the state of the execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportTask {
    /// The run.
    pub run_id: String,
    /// The object version that was read.
    pub object: ObjectRef,
    /// The plan.
    pub plan: Plan,
    /// The answers of `process` in the order of the splits; empty when the plan was rejected.
    #[serde(default)]
    pub partials: Vec<SplitResult>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// Statistics and report are there.
    Processed,
    /// The file cannot be read as temperatures; the report says why.
    Rejected,
    /// The object was replaced or deleted meanwhile; nothing was written.
    Superseded,
}

/// Output of an execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How the run ended.
    pub outcome: OutcomeKind,
    /// The run.
    pub run_id: String,
    /// The object version that was read.
    pub object: ObjectRef,
    /// Mean of the usable values, in the file's unit.
    pub mean_temperature: Option<f64>,
    /// Greatest usable value.
    pub max_temperature: Option<f64>,
    /// Least usable value.
    pub min_temperature: Option<f64>,
    /// All data rows.
    pub record_count: Option<u64>,
    /// The statistics file.
    pub statistics: Option<Location>,
    /// The report.
    pub report: Option<Location>,
    /// The rejected rows, if there are any. Where there are none, the file holds a header alone.
    pub rejected_rows: Option<Location>,
    /// Why the run was superseded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}
