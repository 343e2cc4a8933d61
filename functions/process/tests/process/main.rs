//! What `process` learns of a split: the paths held against each other, and against rows that are known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod blocks;
mod clean;
mod examples;
mod paths;
mod support;
