//! The temperatures that a profile looks for: a name, and what the file's name for it may leave open.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::unit::Unit;
use crate::variable::Role;

/// A temperature that a profile looks for. In JSON the name alone, or an object with `name`, `role` and `unit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Name of the column, or of the element in a long table.
    pub name: String,
    /// What its values are; otherwise the words of the name tell.
    pub role: Option<Role>,
    /// Unit of its values, where the header does not tell; otherwise the profile's.
    pub unit: Option<Unit>,
}

impl From<&str> for Wanted {
    fn from(name: &str) -> Self {
        Wanted { name: name.to_owned(), role: None, unit: None }
    }
}

/// The object's form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
}

impl Serialize for Wanted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Wanted { name, role: None, unit: None } => serializer.serialize_str(name),
            Wanted { name, role, unit } => {
                Object { name: name.clone(), role: *role, unit: *unit }.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Wanted {
    // Not an untagged enum: its errors would not say what is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrObject)
    }
}

struct NameOrObject;

impl<'de> Visitor<'de> for NameOrObject {
    type Value = Wanted;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name, or an object with \"name\", \"role\" and \"unit\"")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Wanted, E> {
        Ok(Wanted::from(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Wanted, A::Error> {
        let Object { name, role, unit } = Object::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Wanted { name, role, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_object_are_read_and_written_as_such() {
        for (json, role, unit) in [
            (r#""tmax""#, None, None),
            (r#"{"name":"tmax","role":"max"}"#, Some(Role::Max), None),
            (r#"{"name":"tmax","role":"max","unit":"celsius"}"#, Some(Role::Max), Some(Unit::Celsius)),
            (r#"{"name":"tmax","unit":"kelvin"}"#, None, Some(Unit::Kelvin)),
        ] {
            let wanted: Wanted = serde_json::from_str(json).unwrap();
            assert_eq!((wanted.name.as_str(), wanted.role, wanted.unit), ("tmax", role, unit));
            assert_eq!(serde_json::to_string(&wanted).unwrap(), json);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, what) in [
            (r#"{"role":"max"}"#, "missing field `name`"),
            (r#"{"name":"t","role":"maximum"}"#, "maximum"),
            (r#"{"name":"t","rolle":"max"}"#, "rolle"),
            ("1", "a name, or an object"),
        ] {
            let error = serde_json::from_str::<Wanted>(json).unwrap_err().to_string();
            assert!(error.contains(what), "{json}: {error}");
        }
    }
}
