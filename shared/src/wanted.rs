//! The temperatures that a profile looks for: a name, and what the file's name for it may leave open.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::unit::Unit;
use crate::variable::Role;
use crate::writing::Code;

/// A temperature that a profile looks for. In a file the name alone, or a table with these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Name of the column, or of the element in a long table.
    pub name: String,
    /// What its values are; otherwise the words of the name tell.
    pub role: Option<Role>,
    /// Unit of its values, where the header does not tell; otherwise the profile's.
    pub unit: Option<Unit>,
    /// How its values are written, where the profile does not say it for all of them.
    pub values: Values,
}

/// What a profile says about how values are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// What values are to be divided by to be degrees: 10 where the file writes tenths of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divisor: Option<u32>,
    /// Texts that stand for a missing temperature, besides the empty field. Numbers among them are compared as numbers:
    /// `-9999` also takes `-9999.0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Characters that may be glued behind a number, and are taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<String>,
    /// A quality code behind the number in the same field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// A column with the value's quality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusColumn>,
}

/// A column with the quality of a temperature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusColumn {
    /// Its name, or [`StatusColumn::NEXT`] for the one behind the value's.
    pub column: String,
    /// Texts in it that say that there is no value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Texts in it beside values that are not to be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<String>,
}

impl StatusColumn {
    /// Stands for the column right behind the value's.
    pub const NEXT: &str = "next";
}

impl Values {
    /// The digits that `divisor` stands for: 1 for 10.
    ///
    /// # Errors
    /// One sentence when it is no power of ten up to a thousand.
    pub fn shift(&self) -> Result<u8, String> {
        match self.divisor {
            None | Some(1) => Ok(0),
            Some(10) => Ok(1),
            Some(100) => Ok(2),
            Some(1000) => Ok(3),
            Some(other) => Err(format!("divisor: must be 1, 10, 100 or 1000, not {other}")),
        }
    }

    /// These, and where they say nothing `others`.
    pub fn or(&self, others: &Values) -> Values {
        Values {
            divisor: self.divisor.or(others.divisor),
            missing: [&self.missing[..], &others.missing].concat(),
            flags: self.flags.clone().or_else(|| others.flags.clone()),
            code: self.code.clone().or_else(|| others.code.clone()),
            status: self.status.clone().or_else(|| others.status.clone()),
        }
    }
}

impl From<&str> for Wanted {
    fn from(name: &str) -> Self {
        Wanted { name: name.to_owned(), ..Wanted::default() }
    }
}

/// The table's form. Its fields are those of [`Values`], too: flattened, an unknown field would go unnoticed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    divisor: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flags: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<StatusColumn>,
}

impl Serialize for Wanted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Wanted { name, role, unit, values } = self.clone();
        if role.is_none() && unit.is_none() && values == Values::default() {
            return serializer.serialize_str(&name);
        }
        let Values { divisor, missing, flags, code, status } = values;
        Table { name, role, unit, divisor, missing, flags, code, status }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Wanted {
    // Not an untagged enum: its errors would not say what is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrTable)
    }
}

struct NameOrTable;

impl<'de> Visitor<'de> for NameOrTable {
    type Value = Wanted;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name, or a table with \"name\", \"role\" and \"unit\"")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Wanted, E> {
        Ok(Wanted::from(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Wanted, A::Error> {
        let Table { name, role, unit, divisor, missing, flags, code, status } =
            Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Wanted { name, role, unit, values: Values { divisor, missing, flags, code, status } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_table_are_read_and_written_as_such() {
        for (json, role, unit) in [
            (r#""tmax""#, None, None),
            (r#"{"name":"tmax","role":"max"}"#, Some(Role::Max), None),
            (r#"{"name":"tmax","role":"max","unit":"celsius"}"#, Some(Role::Max), Some(Unit::Celsius)),
            (r#"{"name":"tmax","unit":"kelvin"}"#, None, Some(Unit::Kelvin)),
            (r#"{"name":"tmax","divisor":10,"flags":"s"}"#, None, None),
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
            (r#"{"name":"t","status":{"spalte":"q"}}"#, "spalte"),
            ("1", "a name, or a table"),
        ] {
            let error = serde_json::from_str::<Wanted>(json).unwrap_err().to_string();
            assert!(error.contains(what), "{json}: {error}");
        }
    }
}
