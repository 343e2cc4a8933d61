//! Payload templates (`Parameters`, `ItemSelector`): JSON in which a key that ends in `.$` takes its value from a
//! path. Intrinsic functions are refused.

use serde_json::{Map, Value};

use super::error::DefinitionError;
use super::failure::Failure;
use super::path::{Path, Scope};

#[derive(Debug)]
pub enum Template {
    Literal(Value),
    Path(Path),
    Array(Vec<Template>),
    Object(Vec<(String, Template)>),
}

impl Template {
    pub fn parse(value: &Value, location: &str) -> Result<Self, DefinitionError> {
        Ok(match value {
            Value::Array(items) => Self::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| Self::parse(item, &format!("{location}[{i}]")))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(key, item)| Self::field(key, item, fields, location))
                    .collect::<Result<_, _>>()?,
            ),
            other => Self::Literal(other.clone()),
        })
    }

    fn field(
        key: &str,
        value: &Value,
        siblings: &Map<String, Value>,
        location: &str,
    ) -> Result<(String, Self), DefinitionError> {
        let location = format!("{location}.{key}");
        let Some(name) = key.strip_suffix(".$") else {
            return Ok((key.to_owned(), Self::parse(value, &location)?));
        };
        if siblings.contains_key(name) {
            return Err(DefinitionError::new(
                &location,
                format!("\"{name}\" and \"{key}\" cannot both be given"),
            ));
        }
        let problem = match value {
            Value::String(text) if text.starts_with("States.") => {
                format!("intrinsic function \"{text}\" is not supported by the local runner")
            }
            Value::String(text) => match Path::parse(text) {
                Ok(path) => return Ok((name.to_owned(), Self::Path(path))),
                Err(problem) => problem,
            },
            _ => "the value of a key that ends in .$ must be a path".to_owned(),
        };
        Err(DefinitionError::new(&location, problem))
    }

    /// The template with its paths' values filled in.
    pub fn render(&self, scope: Scope<'_>) -> Result<Value, Failure> {
        Ok(match self {
            Self::Literal(value) => value.clone(),
            Self::Path(path) => path
                .find(scope)
                .cloned()
                .ok_or_else(|| Failure::astray("States.ParameterPathFailure", path))?,
            Self::Array(items) => items.iter().map(|item| item.render(scope)).collect::<Result<_, _>>()?,
            Self::Object(fields) => fields
                .iter()
                .map(|(key, item)| Ok((key.clone(), item.render(scope)?)))
                .collect::<Result<_, Failure>>()?,
        })
    }
}
