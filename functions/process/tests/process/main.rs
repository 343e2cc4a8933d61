//! What `process` learns of a split: the paths held against each other, and against rows that are known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod blocks;
mod clean;
mod examples;
mod paths;
mod support;

use proptest::test_runner::{Config, FileFailurePersistence};

/// So many cases; what fails is kept beside the test.
fn cases(cases: u32) -> Config {
    let beside = FileFailurePersistence::WithSource("proptest-regressions");
    Config { failure_persistence: Some(Box::new(beside)), ..Config::with_cases(cases) }
}
