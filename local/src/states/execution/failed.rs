//! Why a state failed.

use super::interface::TaskError;
use crate::states::language::failure::Failure;

/// What Retry and Catch of a state are held against.
#[derive(Debug)]
pub struct Failed {
    pub error: String,
    pub cause: String,
    /// Set if it arose in another state than the one that hands it on.
    pub state: Option<String>,
}

impl Failed {
    pub fn new(error: &str, cause: impl Into<String>) -> Self {
        Self { error: error.to_owned(), cause: cause.into(), state: None }
    }
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self::new(failure.error, failure.cause)
    }
}

impl From<TaskError> for Failed {
    fn from(failure: TaskError) -> Self {
        Self { error: failure.error, cause: failure.cause, state: None }
    }
}
