//! Questions about cells: sorted tables, what they add up to, and the result tables.
//!
//! What `process` leaves of a split is a table of cells, sorted by series and day ([`file`]), and handled as columns, a
//! batch at a time ([`batch`]). Tables that outgrow the memory are sorted runs on disk ([`runs`]). `report` merges the
//! tables of all splits as one stream, adds the cells up by station, day, month and variable ([`groups`]), and writes the
//! result tables ([`tables`]). Nothing here needs more memory for more stations or more days.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod arrow;
pub mod batch;
mod column;
mod columns;
mod days;
pub mod error;
mod figures;
pub mod file;
pub mod groups;
mod limits;
mod merge;
mod pages;
mod parquet;
mod results;
mod row_groups;
pub mod runs;
pub mod tables;
#[cfg(test)]
mod testing;

pub use batch::Batch;
pub use error::Error;
pub use figures::About;
pub use file::{CellReader, CellWriter};
pub use groups::Group;
pub use limits::Limits;
pub use runs::Runs;
pub use tables::{Outputs, Visitor, write_tables};
