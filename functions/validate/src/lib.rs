//! Objects to plans: reads a little of an object and says how the run shall read all of it.
//!
//! [`content`] tells text from what is none, and its encoding; [`sniff`] finds delimiter and header in the
//! head's [`records`], and [`preamble`] where the table begins if that is not the first line: its rows are told in the text as [`parted`]
//! by each delimiter; [`layouts`] finds where the temperatures of the [`table`] stand, in a file for each layout;
//! [`columns`] chooses by [`names`] and their [`words`]; [`values`] looks at the numbers and times;
//! [`splits`] cuts the work; [`plan`] puts it together without I/O, and [`handler`] is the function.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod asked;
pub mod columns;
pub mod config;
pub mod content;
mod dress;
pub mod encodings;
pub mod handler;
mod headless;
mod hours;
pub mod input;
pub mod layouts;
mod legend;
mod listing;
mod lone;
mod long;
mod marks;
mod months;
pub mod names;
mod parted;
pub mod plan;
pub mod preamble;
pub mod recognise;
pub mod records;
mod rows;
mod second;
mod sentinels;
mod size;
pub mod sniff;
pub mod splits;
mod stations;
mod surplus;
pub mod table;
mod tenths;
pub mod times;
mod units;
pub mod values;
mod wide;
pub mod words;

/// Reads what is known of kinds of files, so that the first object need not wait for it: work for a thread, while others
/// are still at their start.
pub fn prepare() {
    columns::prepare();
    recognise::prepare();
}

pub use config::Config;
pub use handler::handle;
pub use plan::{Head, plan_head};
