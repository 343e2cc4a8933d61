//! Reads the fields of one JSON object of a definition and refuses whatever was not asked for.

use serde_json::{Map, Value};

use super::error::DefinitionError;
use super::output::{Placement, Selection};
use super::path::Path;
use super::template::Template;

/// One object of a definition. Every field that is read is remembered; [`Fields::finish`]
/// refuses the others, so that nothing can be skipped.
pub struct Fields<'a> {
    pub location: String,
    object: &'a Map<String, Value>,
    read: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub fn new(value: &'a Value, location: impl Into<String>) -> Result<Self, DefinitionError> {
        let location = location.into();
        match value {
            Value::Object(object) => Ok(Self { location, object, read: Vec::new() }),
            other => Err(DefinitionError::new(
                &location,
                format!("must be a JSON object, but is {}", kind_of(other)),
            )),
        }
    }

    pub fn error(&self, problem: impl Into<String>) -> DefinitionError {
        DefinitionError::new(&self.location, problem)
    }

    /// The location of a part of this object.
    pub fn at(&self, part: &str) -> String {
        format!("{}: {part}", self.location)
    }

    /// Ends the reading.
    pub fn finish(self) -> Result<(), DefinitionError> {
        match self.object.keys().find(|key| !self.read.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(self.error(format!("field \"{key}\" is not supported by the local runner"))),
        }
    }

    pub fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.read.push(name);
        self.object.get(name)
    }

    pub fn required(&mut self, name: &'static str) -> Result<&'a Value, DefinitionError> {
        self.get(name).ok_or_else(|| self.error(format!("field \"{name}\" is missing")))
    }

    pub fn string(&mut self, name: &'static str) -> Result<Option<&'a str>, DefinitionError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "a string", other)),
        }
    }

    pub fn required_string(&mut self, name: &'static str) -> Result<&'a str, DefinitionError> {
        self.string(name)?.ok_or_else(|| self.error(format!("field \"{name}\" is missing")))
    }

    /// A whole number of at least `least`.
    pub fn count(&mut self, name: &'static str, least: u64) -> Result<Option<u64>, DefinitionError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) if number >= least => Ok(Some(number)),
                _ => Err(self.wrong(name, &format!("a whole number of at least {least}"), value)),
            },
        }
    }

    pub fn array(&mut self, name: &'static str) -> Result<Option<&'a Vec<Value>>, DefinitionError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(self.wrong(name, "an array", other)),
        }
    }

    pub fn path(&mut self, name: &'static str) -> Result<Option<Path>, DefinitionError> {
        match self.string(name)? {
            None => Ok(None),
            Some(text) => {
                Path::parse(text).map(Some).map_err(|problem| DefinitionError::new(&self.at(name), problem))
            }
        }
    }

    /// `OutputPath`: a path, `null` for nothing, absent for everything.
    pub fn selection(&mut self) -> Result<Selection, DefinitionError> {
        let name = "OutputPath";
        if self.object.get(name) == Some(&Value::Null) {
            self.read.push(name);
            return Ok(Selection::Nothing);
        }
        Ok(self.path(name)?.map_or(Selection::Everything, Selection::At))
    }

    /// `ResultPath`: a path into the state's input, `null` to discard, absent to replace.
    pub fn placement(&mut self) -> Result<Placement, DefinitionError> {
        let name = "ResultPath";
        if self.object.get(name) == Some(&Value::Null) {
            self.read.push(name);
            return Ok(Placement::Discard);
        }
        match self.path(name)? {
            None => Ok(Placement::Replace),
            Some(path) => {
                Placement::at(path).map_err(|problem| DefinitionError::new(&self.at(name), problem))
            }
        }
    }

    pub fn template(&mut self, name: &'static str) -> Result<Option<Template>, DefinitionError> {
        match self.get(name) {
            None => Ok(None),
            Some(value @ Value::Object(_)) => Template::parse(value, &self.at(name)).map(Some),
            Some(other) => Err(self.wrong(name, "a JSON object", other)),
        }
    }

    pub fn wrong(&self, name: &str, wanted: &str, found: &Value) -> DefinitionError {
        let shown = match found {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => found.to_string(),
            other => kind_of(other).to_owned(),
        };
        self.error(format!("field \"{name}\" must be {wanted}, but is {shown}"))
    }
}

/// What kind of JSON value this is, for messages.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
