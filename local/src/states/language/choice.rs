//! The rules of a Choice state.

use serde_json::Value;

use super::error::DefinitionError;
use super::failure::Failure;
use super::fields::Fields;
use super::path::{Path, Scope};

/// One element of `Choices`: a text that the variable must be, and the state that follows then.
#[derive(Debug)]
pub struct Rule {
    variable: Path,
    equals: String,
    pub next: String,
}

impl Rule {
    pub fn parse(value: &Value, location: &str) -> Result<Self, DefinitionError> {
        let mut fields = Fields::new(value, location)?;
        fields.string("Comment")?;
        let next = fields.required_string("Next")?.to_owned();
        let variable = fields.path("Variable")?;
        let equals = fields.string("StringEquals")?;
        // Before anything is missed: an operator that is not known is better called by its name.
        fields.finish()?;
        match (variable, equals) {
            (Some(variable), Some(equals)) => Ok(Self { variable, equals: equals.to_owned(), next }),
            (None, _) => Err(DefinitionError::new(location, "field \"Variable\" is missing")),
            (_, None) => Err(DefinitionError::new(location, "has no comparison operator")),
        }
    }

    /// Whether the rule holds. A variable of another type is not equal; one that is not there is an error.
    pub fn holds(&self, scope: Scope<'_>) -> Result<bool, Failure> {
        let found = self.variable.find(scope);
        let value = found.ok_or_else(|| Failure::astray("States.Runtime", &self.variable))?;
        Ok(value.as_str() == Some(&self.equals))
    }
}
