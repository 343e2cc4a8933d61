//! What is wrong with a definition.

/// A definition that cannot be run, found before anything was run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location}: {problem}")]
pub struct DefinitionError {
    /// Where in the definition, such as `state ProcessData: Retry[0]`.
    pub location: String,
    /// What is wrong there.
    pub problem: String,
}

impl DefinitionError {
    pub(crate) fn new(location: &str, problem: impl Into<String>) -> Self {
        Self { location: location.to_owned(), problem: problem.into() }
    }
}
