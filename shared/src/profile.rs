//! Profiles: how a kind of file is read. The plan makes a profile concrete for one file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::day::TimeFormat;
use crate::unit::Unit;
use crate::wanted::Wanted;

/// Where a kind of table keeps its temperatures; [`crate::Layout`] is the same with a file's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableLayout {
    /// One row per time, and a column for each temperature.
    Rows,
    /// One row per time, and a column for each station.
    Wide,
    /// One row per element and time: a column names the element, another holds its value.
    Long,
    /// One row per year, and a column for each month.
    Months,
}

/// How a kind of file is read. Names are compared without case, punctuation and unit suffixes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's name, repeated in the statistics.
    pub name: String,
    /// Where the temperatures stand; otherwise found in the file.
    #[serde(default)]
    pub layout: Option<TableLayout>,
    /// The temperatures to look for, best first: columns, or elements of a long table. In a wide table, and in one with
    /// months as columns, the first one names what is in all of them.
    pub temperature: Vec<Wanted>,
    /// Names of the column of elements in a long table, best first.
    #[serde(default)]
    pub element: Vec<String>,
    /// Names of the column of values in a long table, best first.
    #[serde(default)]
    pub value: Vec<String>,
    /// Names of the station column, best first.
    #[serde(default)]
    pub station: Vec<String>,
    /// Names of the time column, best first.
    #[serde(default)]
    pub time: Vec<String>,
    /// The unit, where the profile knows it; otherwise the header tells or nobody does.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// How the time column is written; otherwise found in the file.
    #[serde(default)]
    pub time_format: Option<TimeFormat>,
    /// Texts that stand for a missing temperature, besides the empty field. Numbers among them are
    /// compared as numbers: `-9999` also takes `-9999.0`.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Plausible temperatures in degrees Celsius, lowest and highest; values outside raise a finding. Otherwise
    /// [`crate::unit::PLAUSIBLE_IN_ANY_UNIT`] counts.
    #[serde(default)]
    pub plausible_celsius: Option<(f64, f64)>,
}

impl Profile {
    /// Reads a profile from the text of a JSON file, which may begin with a byte order mark.
    ///
    /// # Errors
    /// One sentence that names the field that is wrong, and where it stands.
    pub fn from_json(text: &str) -> Result<Profile, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let profile: Profile = serde_json::from_str(text).map_err(|error| match wrong_field(text) {
            Some(field) => format!("{field}: {error}"),
            None => error.to_string(),
        })?;
        profile.check()?;
        Ok(profile)
    }

    /// Checks what its form alone does not tell: that a column can be found by it, and that its range is one.
    ///
    /// # Errors
    /// One sentence that names the field that is wrong.
    pub fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("name: is empty; the statistics name the profile by it".to_owned());
        }
        if self.temperature.is_empty() {
            return Err("temperature: is empty; list at least one name of the temperature column".to_owned());
        }
        let temperature: Vec<&str> = self.temperature.iter().map(|wanted| wanted.name.as_str()).collect();
        let list = |names: &'_ Vec<String>| names.iter().any(|name| name.trim().is_empty());
        for (field, is_empty) in [
            ("temperature", temperature.iter().any(|name| name.trim().is_empty())),
            ("element", list(&self.element)),
            ("value", list(&self.value)),
            ("station", list(&self.station)),
            ("time", list(&self.time)),
        ] {
            if is_empty {
                return Err(format!("{field}: one of the names is empty; leave it out"));
            }
        }
        self.check_temperatures()?;
        self.check_layout()?;
        match self.plausible_celsius {
            Some((low, high)) if !low.is_finite() || !high.is_finite() => {
                Err(format!("plausible_celsius: the bounds must be numbers, but are {low} and {high}"))
            }
            Some((low, high)) if low >= high => Err(format!(
                "plausible_celsius: the lowest temperature stands first, so {low} must be below {high}"
            )),
            _ => Ok(()),
        }
    }

    /// A name that stands twice must say the same twice.
    fn check_temperatures(&self) -> Result<(), String> {
        let mut seen: BTreeMap<&str, &Wanted> = BTreeMap::new();
        for wanted in &self.temperature {
            if let Some(before) = seen.insert(wanted.name.trim(), wanted)
                && (before.role, before.unit) != (wanted.role, wanted.unit)
            {
                let name = &wanted.name;
                return Err(format!("temperature: {name:?} stands there twice with another role or unit"));
            }
        }
        Ok(())
    }

    fn check_layout(&self) -> Result<(), String> {
        let fields = [("element", &self.element), ("value", &self.value)];
        match self.layout {
            None => Ok(()),
            Some(TableLayout::Long) => match fields.iter().find(|(_, names)| names.is_empty()) {
                Some((field, _)) => {
                    Err(format!("{field}: a long table needs the name of this column, and there is none"))
                }
                None => Ok(()),
            },
            Some(_) => match fields.iter().find(|(_, names)| !names.is_empty()) {
                Some((field, _)) => {
                    Err(format!("{field}: only a long table has this column, and layout is another"))
                }
                None => Ok(()),
            },
        }
    }

    /// The names of the profiles that come with Isotherm.
    pub const BUILT_IN: [&'static str; 1] = ["generic"];

    /// A profile that comes with Isotherm.
    pub fn built_in(name: &str) -> Option<Profile> {
        (name == "generic").then(Profile::generic)
    }
}

/// The field that keeps `text` from being a profile, as far as one of them alone does.
fn wrong_field(text: &str) -> Option<String> {
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
    let is_wrong = |field: &str, value: &RawValue| {
        let mut alone = BTreeMap::from([("name", "\"\""), ("temperature", "[]")]);
        alone.insert(field, value.get());
        let field = |(name, value): (&str, &str)| format!("{}:{value}", serde_json::Value::from(name));
        let alone: Vec<String> = alone.into_iter().map(field).collect();
        serde_json::from_str::<Profile>(&format!("{{{}}}", alone.join(","))).is_err()
    };
    fields.iter().find(|(field, value)| is_wrong(field, value)).map(|(field, _)| field.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variable::Role;

    fn wrong(text: &str) -> String {
        let message = Profile::from_json(text).unwrap_err();
        assert!(!message.contains('\n'), "one sentence: {message}");
        message
    }

    #[test]
    fn the_built_in_profiles_pass() {
        for name in Profile::BUILT_IN {
            Profile::built_in(name).unwrap().check().unwrap();
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_it() {
        let text =
            "\u{feff}{\"name\": \"loggers\", \"temperature\": [\"T1\"], \"plausible_celsius\": [-40, 85.5]}";
        let profile = Profile::from_json(text).unwrap();
        assert_eq!((profile.name.as_str(), profile.plausible_celsius), ("loggers", Some((-40.0, 85.5))));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        let with = |rest: &str| format!(r#"{{"name": "x", "temperature": ["t"], {rest}}}"#);
        for (text, field) in [
            (r#"{"name": " ", "temperature": ["t"]}"#.to_owned(), "name"),
            (r#"{"name": "x", "temperature": []}"#.to_owned(), "temperature"),
            (r#"{"name": "x", "temperature": ["t", ""]}"#.to_owned(), "temperature"),
            (r#"{"name": "x", "temperature": "t"}"#.to_owned(), "temperature"),
            (r#"{"name": "x"}"#.to_owned(), "temperature"),
            (with(r#""station": [" "]"#), "station"),
            (with(r#""layout": "long", "element": ["e"]"#), "value"),
            (with(r#""layout": "long", "value": ["v"]"#), "element"),
            (with(r#""layout": "wide", "element": ["e"]"#), "element"),
            (with(r#""layout": "broad""#), "layout"),
            (with(r#""value": [""]"#), "value"),
            (r#"{"name": "x", "temperature": [{"role": "max"}]}"#.to_owned(), "temperature"),
            (r#"{"name": "x", "temperature": [{"name": "t", "role": "top"}]}"#.to_owned(), "temperature"),
            (r#"{"name": "x", "temperature": ["t", {"name": "t", "role": "max"}]}"#.to_owned(), "twice"),
            (with(r#""unit": "réaumur""#), "unit"),
            (with(r#""temperatur": ["t"]"#), "temperatur"),
            (with(r#""plausible_celsius": [60, -90]"#), "plausible_celsius"),
            (with(r#""plausible_celsius": [20, 20]"#), "plausible_celsius"),
            (with(r#""plausible_celsius": [-1e999, 60]"#), "plausible_celsius"),
            (with(r#""plausible_celsius": [null, 60]"#), "plausible_celsius"),
            (with(r#""plausible_celsius": ["-90", 60]"#), "plausible_celsius"),
            (with(r#""plausible_celsius": [-90]"#), "plausible_celsius"),
        ] {
            let message = wrong(&text);
            assert!(message.contains(field), "{text}: {message}");
        }
        // Not JSON: there is no field yet, but a place.
        assert!(wrong(&with(r#""plausible_celsius": [NaN, 60]"#)).contains("line 1 column"));
        let mut profile = Profile::generic();
        for bounds in [(f64::NAN, 60.0), (-90.0, f64::INFINITY), (f64::NEG_INFINITY, 60.0)] {
            profile.plausible_celsius = Some(bounds);
            assert!(profile.check().unwrap_err().starts_with("plausible_celsius: "));
        }
    }

    #[test]
    fn the_profile_in_the_documentation_is_one() {
        let page = include_str!("../../docs/profiles.md");
        let examples: Vec<Profile> = page
            .split("```json")
            .skip(1)
            .map(|rest| Profile::from_json(rest.split("```").next().unwrap()).unwrap())
            .collect();
        let [airport, long] = &examples[..] else { panic!("two examples") };
        assert_eq!((airport.time_format, airport.unit), (Some(TimeFormat::DayFirst), Some(Unit::Celsius)));
        assert_eq!(airport.missing, ["NA", "-9999", "9999.9"]);
        let tmax = Wanted { name: "TMAX".to_owned(), role: Some(Role::Max), unit: Some(Unit::Fahrenheit) };
        assert_eq!(airport.temperature, [Wanted::from("TAVG"), tmax]);
        assert_eq!(
            (long.layout, long.value.as_slice()),
            (Some(TableLayout::Long), &["value".to_owned()][..])
        );
    }
}
