//! x
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
mod columns;
pub mod error;
pub mod file;
mod limits;
mod merge;
mod parquet;
mod record;
pub mod groups;
mod days;
pub mod runs;
pub use error::Error;
pub use file::{CellReader, CellWriter};
pub use limits::Limits;
pub use groups::Group;
pub use runs::Runs;
