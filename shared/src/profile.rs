//! Profiles: how a kind of file is read. The plan makes a profile concrete for one file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::builtin;
use crate::time_format::TimeFormat;
use crate::unit::Unit;
use crate::wanted::{StatusColumn, Values, Wanted};
use crate::writing::Code;

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
    /// One row per day, and a column for each hour.
    Hours,
    /// One row per year, and a column for each month.
    Months,
}

/// By what a kind of file is recognised; all that stands here must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// Names that are all in the header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
    /// Regular expressions that are found in the text above the first row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
    /// A regular expression that the first rows match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
}

/// How a kind of file is read. Names are compared without case, punctuation and unit suffixes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's name, repeated in the statistics.
    pub name: String,
    /// What such files are, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where their form is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    /// How such a file is told from others; without it, only who asks for the profile gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognise: Option<Recognition>,
    /// The columns' names in their order, where the file has none, or others that do not help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Beginnings of lines that are remarks and no rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Whether rows may have more fields than the header, which are remarks and not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub surplus: bool,
    /// The share of rejected rows above which the file is none of temperatures; otherwise one half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_rejected: Option<f64>,
    /// Where the temperatures stand; otherwise found in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<TableLayout>,
    /// The temperatures to look for, best first: columns, or elements of a long table. In a wide table, and in one with
    /// months as columns, the first one names what is in all of them.
    pub temperature: Vec<Wanted>,
    /// Names of the column of elements in a long table, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub element: Vec<String>,
    /// Names of the column of values in a long table, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<String>,
    /// Names of the station column, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub station: Vec<String>,
    /// Names of the time column, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time: Vec<String>,
    /// The unit, where the profile knows it; otherwise the header tells or nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// How the time column is written; otherwise found in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_format: Option<TimeFormat>,
    /// See [`Values::divisor`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divisor: Option<u32>,
    /// See [`Values::flags`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<String>,
    /// See [`Values::code`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// See [`Values::status`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusColumn>,
    /// Texts that stand for a missing temperature, besides the empty field. Numbers among them are
    /// compared as numbers: `-9999` also takes `-9999.0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Plausible temperatures in degrees Celsius, lowest and highest; values outside raise a finding. Otherwise
    /// [`crate::unit::PLAUSIBLE_IN_ANY_UNIT`] counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plausible_celsius: Option<(f64, f64)>,
}

impl Default for Profile {
    /// A profile that knows nothing, not even a temperature.
    fn default() -> Self {
        Profile {
            name: String::new(),
            title: None,
            documentation: None,
            recognise: None,
            columns: Vec::new(),
            notes: Vec::new(),
            surplus: false,
            most_rejected: None,
            layout: None,
            temperature: Vec::new(),
            element: Vec::new(),
            value: Vec::new(),
            station: Vec::new(),
            time: Vec::new(),
            unit: None,
            time_format: None,
            divisor: None,
            flags: None,
            code: None,
            status: None,
            missing: Vec::new(),
            plausible_celsius: None,
        }
    }
}

impl Profile {
    /// Reads a profile from the text of a file, TOML or JSON, which may begin with a byte order mark.
    ///
    /// # Errors
    /// One sentence that names the field that is wrong, and where it stands.
    pub fn from_text(text: &str) -> Result<Profile, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with('{') { Profile::from_json(text) } else { Profile::from_toml(text) }
    }

    fn from_toml(text: &str) -> Result<Profile, String> {
        let profile: Profile = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(text.len(), |span| span.start);
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            format!("{}{message}", named_place(text, place))
        })?;
        profile.check().map_err(|wrong| match line_of(text, &wrong) {
            Some(line) => format!("line {line}, {wrong}"),
            None => wrong,
        })?;
        Ok(profile)
    }

    fn from_json(text: &str) -> Result<Profile, String> {
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
            ("columns", list(&self.columns)),
            ("notes", list(&self.notes)),
        ] {
            if is_empty {
                return Err(format!("{field}: one of the names is empty; leave it out"));
            }
        }
        self.check_temperatures()?;
        self.check_layout()?;
        self.check_recognition()?;
        if let Some(share) = self.most_rejected
            && !(0.0..=1.0).contains(&share)
        {
            return Err(format!("most_rejected: must be a share from 0 to 1, not {share}"));
        }
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
                && before != wanted
            {
                let name = &wanted.name;
                return Err(format!("temperature: {name:?} stands there twice with another role or unit"));
            }
            wanted.values.shift().map_err(|wrong| format!("temperature: {:?}: {wrong}", wanted.name))?;
        }
        self.values().shift().map(|_| ())
    }

    fn check_recognition(&self) -> Result<(), String> {
        let Some(Recognition { header, text, row }) = &self.recognise else { return Ok(()) };
        if header.is_empty() && text.is_empty() && row.is_none() {
            return Err("recognise: is empty; name what tells such a file from others".to_owned());
        }
        for pattern in text.iter().chain(row) {
            regex_lite::Regex::new(pattern)
                .map_err(|error| format!("recognise: {pattern:?} is no regular expression: {error}"))?;
        }
        Ok(())
    }

    /// What the profile says about the values of all its temperatures.
    pub fn values(&self) -> Values {
        Values {
            divisor: self.divisor,
            missing: self.missing.clone(),
            flags: self.flags.clone(),
            code: self.code.clone(),
            status: self.status.clone(),
        }
    }

    /// The profile as a file that [`Self::from_text`] reads.
    pub fn to_toml(&self) -> String {
        // Every field has a form in TOML.
        toml::to_string(self).unwrap_or_default()
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

    /// A profile that comes with Isotherm.
    pub fn built_in(name: &str) -> Option<Profile> {
        if name == "generic" {
            return Some(Profile::generic());
        }
        builtin::all().iter().find(|profile| profile.name == name).cloned()
    }
}

/// `line 3, temperature: `: the line at the byte `at` of a TOML text, and the field that it sets.
fn named_place(text: &str, at: usize) -> String {
    let before = &text[..text.floor_char_boundary(at)];
    let number = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
    let line = text.lines().nth(number - 1).unwrap_or_default();
    match line.split_once('=') {
        Some((field, _)) if !field.trim().is_empty() => format!("line {number}, {}: ", field.trim()),
        _ => format!("line {number}: "),
    }
}

/// The line of a TOML text that sets the field with which the message `wrong` begins.
fn line_of(text: &str, wrong: &str) -> Option<usize> {
    let (field, _) = wrong.split_once(':')?;
    let sets = |line: &str| {
        let line = line.trim();
        let table = line.trim_start_matches('[').trim_end_matches(']');
        line.split_once('=').is_some_and(|(name, _)| name.trim() == field)
            || line.starts_with('[') && table == field
    };
    (1..).zip(text.lines()).find(|(_, line)| sets(line)).map(|(number, _)| number)
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
        let message = Profile::from_text(text).unwrap_err();
        assert!(!message.contains('\n'), "one sentence: {message}");
        message
    }

    #[test]
    fn the_built_in_profiles_pass() {
        Profile::generic().check().unwrap();
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_it() {
        let text =
            "\u{feff}{\"name\": \"loggers\", \"temperature\": [\"T1\"], \"plausible_celsius\": [-40, 85.5]}";
        let profile = Profile::from_text(text).unwrap();
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
    fn a_toml_file_is_read_and_its_lines_are_named() {
        let text =
            "name = \"x\"\n\n[recognise]\nheader = [\"A\"]\n\n[[temperature]]\nname = \"T\"\ndivisor = 10\n";
        let profile = Profile::from_text(text).unwrap();
        assert_eq!((profile.name.as_str(), profile.temperature[0].values.divisor), ("x", Some(10)));
        assert_eq!(Profile::from_text(&profile.to_toml()).unwrap(), profile);
        for (from, to, words) in [
            ("divisor = 10", "divisor = 7", "line 6, temperature: \"T\": divisor: must be 1"),
            ("divisor = 10", "divisr = 10", "divisr"),
            ("header = [\"A\"]", "header = 5", "line 4, header: "),
            ("header = [\"A\"]", "row = \"(\"", "line 3, recognise: \"(\" is no regular expression"),
            ("name = \"x\"", "name = \" \"", "line 1, name: is empty"),
            ("name = \"x\"", "name = \"x", "line 1, name: "),
        ] {
            let message = wrong(&text.replacen(from, to, 1));
            assert!(message.contains(words), "{to}: {message}");
        }
    }

    #[test]
    fn the_profile_in_the_documentation_is_one() {
        let page = include_str!("../../docs/profiles.md");
        let examples: Vec<Profile> = page
            .split("```toml")
            .skip(1)
            .map(|rest| Profile::from_text(rest.split("```").next().unwrap()).unwrap())
            .collect();
        let [airport, long, headless] = &examples[..] else { panic!("three examples") };
        assert_eq!((airport.time_format, airport.unit), (Some(TimeFormat::DayFirst), Some(Unit::Celsius)));
        assert_eq!(airport.missing, ["NA", "-9999", "9999.9"]);
        assert_eq!(
            (airport.temperature[1].role, airport.temperature[1].unit),
            (Some(Role::Max), Some(Unit::Fahrenheit))
        );
        assert_eq!(
            (long.layout, long.value.as_slice()),
            (Some(TableLayout::Long), &["value".to_owned()][..])
        );
        assert_eq!((headless.divisor, headless.columns.len()), (Some(10), 12));
    }
}
