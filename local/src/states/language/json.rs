//! JSON for definitions: refuses a key that stands twice in one object (serde_json would keep
//! the last and say nothing), and fills in `${Name}` placeholders.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::error::DefinitionError;

/// Parses `text`; an error carries line and column.
pub fn parse(text: &str) -> Result<Value, DefinitionError> {
    serde_json::from_str::<Unique>(text)
        .map(|unique| unique.0)
        .map_err(|error| DefinitionError::new("definition", format!("not valid JSON: {error}")))
}

/// Replaces every `${Name}` in the strings of `value`.
pub fn substitute(
    value: Value,
    substitutions: &BTreeMap<String, String>,
    location: &str,
) -> Result<Value, DefinitionError> {
    Ok(match value {
        Value::String(text) => Value::String(fill(&text, substitutions, location)?),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .map(|(i, item)| substitute(item, substitutions, &format!("{location}[{i}]")))
            .collect::<Result<_, _>>()?,
        Value::Object(fields) => {
            let mut filled = Map::new();
            for (key, item) in fields {
                let item = substitute(item, substitutions, &format!("{location}.{key}"))?;
                filled.insert(key, item);
            }
            Value::Object(filled)
        }
        other => other,
    })
}

fn fill(
    text: &str,
    substitutions: &BTreeMap<String, String>,
    location: &str,
) -> Result<String, DefinitionError> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            return Err(DefinitionError::new(
                location,
                format!("the placeholder in \"{text}\" has no closing brace"),
            ));
        };
        let name = &rest[start + 2..start + length];
        let Some(replacement) = substitutions.get(name) else {
            return Err(DefinitionError::new(
                location,
                format!("the placeholder ${{{name}}} has no value; give one in the substitutions"),
            ));
        };
        filled.push_str(&rest[..start]);
        filled.push_str(replacement);
        rest = &rest[start + length + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Unique)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Unique(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(de::Error::custom(format!("the field \"{key}\" stands twice in one object")));
            }
            let Unique(item) = map.next_value()?;
            fields.insert(key, item);
        }
        Ok(Value::Object(fields))
    }
}
