//! The domain of Isotherm: what a run is about, and how its parts merge.
//!
//! Types and arithmetic only: no I/O, nothing asynchronous, no AWS. The functions and the command line
//! share these types; their serde form is the contract between the steps of the workflow.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod account;
pub mod builtin;
pub mod cell;
pub mod damage;
pub mod day;
pub mod decimal;
pub mod dialect;
pub mod edition;
pub mod failure;
pub mod finding;
pub mod format;
mod generic;
pub mod histogram;
pub mod layout;
mod number;
pub mod object;
pub mod order;
pub mod partial;
pub mod plan;
pub mod profile;
pub mod record;
mod rounding;
pub mod scaled;
pub mod shown;
pub mod statistics;
pub mod summary;
pub mod task;
pub mod time_format;
pub mod transcoding;
pub mod unit;
pub mod variable;
pub mod wanted;
pub mod writing;

pub use account::{ReadingAccount, Reason, RowAccount};
pub use cell::{Cell, CellKey, Reading};
pub use damage::Damage;
pub use day::Day;
pub use decimal::Decimal;
pub use dialect::{Compression, Dialect, Encoding};
pub use edition::Edition;
pub use failure::Failure;
pub use finding::{Finding, Severity};
pub use histogram::Histogram;
pub use object::{Location, ObjectRef};
pub use order::DayOrder;
pub use partial::{Partial, VariablePartial};
pub use plan::{Columns, Layout, Plan, Slot, Split, TextColumn, TimeColumn, Verdict};
pub use profile::{Profile, TableLayout};
pub use statistics::Statistics;
pub use summary::Summary;
pub use task::{Outcome, OutcomeKind, ProcessTask, ReportTask, RunOptions, SplitResult, ValidateTask};
pub use time_format::TimeFormat;
pub use unit::Unit;
pub use variable::{Role, Variable};
pub use wanted::Wanted;
pub use writing::Writing;
