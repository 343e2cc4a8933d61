//! Payload templates (`Parameters`, `ItemSelector`, `ResultSelector`): JSON in which a key that
//! ends in `.$` takes its value from a path or an intrinsic function.

use serde_json::{Map, Value};

use super::DefinitionError;
use super::context::Scope;
use super::execute::Failure;
use super::intrinsic::Expression;

#[derive(Debug)]
pub(super) enum Template {
    Literal(Value),
    Computed(Expression),
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
        let Value::String(text) = value else {
            return Err(DefinitionError::new(
                &location,
                "the value of a key that ends in .$ must be a path or an intrinsic function",
            ));
        };
        Expression::parse(text)
            .map(|expression| (name.to_owned(), Self::Computed(expression)))
            .map_err(|problem| DefinitionError::new(&location, problem))
    }

    /// The template with its computed values filled in.
    pub fn render(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        Ok(match self {
            Self::Literal(value) => value.clone(),
            Self::Computed(expression) => expression.evaluate(scope)?,
            Self::Array(items) => items.iter().map(|item| item.render(scope)).collect::<Result<_, _>>()?,
            Self::Object(fields) => fields
                .iter()
                .map(|(key, item)| Ok((key.clone(), item.render(scope)?)))
                .collect::<Result<_, Failure>>()?,
        })
    }
}
