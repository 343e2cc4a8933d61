//! The cloud on one machine: Amazon S3 over plain folders, and Step Functions as an interpreter
//! of the project's own state machine definitions.

pub mod account;
pub mod functions;
pub mod s3;
pub mod staging;
pub mod states;
