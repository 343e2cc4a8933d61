//! Objects to plans: reads a little of an object and says how the run shall read all of it.
//!
//! [`content`] tells text from what is none, and its encoding; [`sniff`] finds delimiter and header in the
//! head's [`records`]; [`columns`] chooses by [`names`]; [`values`] looks at the numbers and times;
//! [`splits`] cuts the work; [`plan`] puts it together without I/O, and [`handler`] is the function.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod columns;
pub mod config;
pub mod content;
pub mod handler;
mod listing;
pub mod names;
pub mod plan;
pub mod records;
pub mod sniff;
pub mod splits;
pub mod values;

pub use config::Config;
pub use handler::handle;
pub use plan::{Head, plan_head};
