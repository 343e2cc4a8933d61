//! How a function fails: the error types that the workflow matches by name.

use thiserror::Error;

/// A failure of a step. [`Failure::error_type`] is what `ErrorEquals` in `workflows/` sees.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// A server error or a time-out: trying again may help.
    #[error("{0}")]
    Transient(String),
    /// More was asked for than the service gives at a time: it must be asked less often, for as long as it takes.
    #[error("{0}")]
    Throttled(String),
    /// The object is no longer the version that the run is about.
    #[error("{0}")]
    ObjectChanged(String),
    /// The object is gone.
    #[error("{0}")]
    ObjectMissing(String),
    /// A quoted field holds a line end in one of several splits, so a split may begin inside one.
    #[error("{0}")]
    SplitUnsafe(String),
    /// The order of day and month was guessed from the head of the file, and a row shows that it is the other one.
    #[error("{0}")]
    DateOrder(String),
    /// Another version of Isotherm left it, in a format that this one does not read.
    #[error("{0}")]
    OtherFormat(String),
    /// The task cannot be done as given: a bug, or a permission that is lacking.
    #[error("{0}")]
    InvalidTask(String),
}

impl Failure {
    /// `what` finds no room on the function's own disk.
    pub fn no_room(what: &str, error: &dyn std::error::Error) -> Self {
        Failure::InvalidTask(format!(
            "cannot keep the {what} in a temporary file: {error}; give the function more ephemeral storage, or on one \
             machine make room there or name another folder with --out"
        ))
    }

    /// The stable name that leaves the function as its Lambda error type.
    pub fn error_type(&self) -> &'static str {
        match self {
            Failure::Transient(_) => "Transient",
            Failure::Throttled(_) => "Throttled",
            Failure::ObjectChanged(_) => "ObjectChanged",
            Failure::ObjectMissing(_) => "ObjectMissing",
            Failure::SplitUnsafe(_) => "SplitUnsafe",
            Failure::DateOrder(_) => "DateOrder",
            Failure::OtherFormat(_) => "OtherFormat",
            Failure::InvalidTask(_) => "InvalidTask",
        }
    }

    /// Every error type there is, for checks against the workflow.
    pub const ERROR_TYPES: [&'static str; 8] = [
        "Transient",
        "Throttled",
        "ObjectChanged",
        "ObjectMissing",
        "SplitUnsafe",
        "DateOrder",
        "OtherFormat",
        "InvalidTask",
    ];
}

/// An error with its causes on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
