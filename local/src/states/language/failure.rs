//! What is wrong with the data that a state was given.

use super::path::Path;

/// Data that a field of the state cannot be applied to.
#[derive(Debug)]
pub struct Failure {
    /// The error name of the language.
    pub error: &'static str,
    /// An explanation for people.
    pub cause: String,
}

impl Failure {
    pub fn new(error: &'static str, cause: impl Into<String>) -> Self {
        Self { error, cause: cause.into() }
    }

    /// A path that leads to nothing.
    pub fn astray(error: &'static str, path: &Path) -> Self {
        Self::new(error, format!("the path {path} leads to nothing in the state's data"))
    }
}
