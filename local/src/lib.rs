//! The cloud on one machine, in process: Amazon S3 over plain folders, the functions, and Step Functions as an
//! interpreter of the project's own state machine definitions.
//!
//! | module | subject |
//! |---|---|
//! | `account` | all of it put together: objects in, an execution's outcome out |
//! | `functions` | the pipeline's handlers, as an execution calls them |
//! | `s3` | buckets, and a client of them |
//! | `states` | the interpreter |

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod account;
pub mod functions;
pub mod s3;
pub mod states;
