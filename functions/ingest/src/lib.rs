//! S3 events to executions: one execution of the workflow per uploaded table, named by the run id.
//!
//! [`event`] is what an invocation brings; [`record`] decides what an S3 record means; [`room`] holds uploads back while enough runs go on; [`executions`] starts;
//! [`handler`] takes events apart and answers SQS which messages failed.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod config;
pub mod event;
pub mod executions;
pub mod handler;
pub mod record;
pub mod room;

pub use config::Config;
pub use executions::{Executions, Started, StateMachine};
pub use handler::handle;
pub use room::Room;
