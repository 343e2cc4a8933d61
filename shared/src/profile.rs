//! Profiles: how a kind of file is read. The plan makes a profile concrete for one file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::day::TimeFormat;
use crate::unit::Unit;

/// How a kind of file is read. Names are compared without case, punctuation and unit suffixes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's name, repeated in the statistics.
    pub name: String,
    /// Names of the temperature column, best first.
    pub temperature: Vec<String>,
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
        for (field, names) in
            [("temperature", &self.temperature), ("station", &self.station), ("time", &self.time)]
        {
            if names.iter().any(|name| name.trim().is_empty()) {
                return Err(format!("{field}: one of the names is empty; leave it out"));
            }
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

    /// The names of the profiles that come with Isotherm.
    pub const BUILT_IN: [&'static str; 1] = ["generic"];

    /// A profile that comes with Isotherm.
    pub fn built_in(name: &str) -> Option<Profile> {
        (name == "generic").then(Profile::generic)
    }

    /// The profile for any file that names its columns.
    pub fn generic() -> Profile {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Profile {
            name: "generic".to_owned(),
            temperature: list(&[
                "temperature",
                "temp",
                "air_temperature",
                "air_temp",
                "tavg",
                "tmean",
                "temp_avg",
                "mean_temperature",
                "mean_temp",
                "temperature_mean",
                "temp_mean",
                "average_temperature",
                "avg_temp",
                "avg_temperature",
                "temperature_avg",
                "daily_mean_temperature",
                "tas",
                "t2m",
                "temperature_2m",
                "2m_temperature",
                "t_2m",
                "ta",
                "tair",
                "t_air",
                "dry_bulb_temperature",
                "hourly_dry_bulb_temperature",
                "dry_bulb",
                "surface_temperature",
                "sst",
                "water_temperature",
                "lufttemperatur",
                "temperatur",
                "temperatura",
                "température",
                "max_temperature",
                "temp_max",
                "temperature_max",
                "tmax",
                "tasmax",
                "min_temperature",
                "temp_min",
                "temperature_min",
                "tmin",
                "tasmin",
                "t",
            ]),
            station: list(&[
                "station",
                "station_id",
                "stationid",
                "station_name",
                "stn",
                "site",
                "site_id",
                "sensor",
                "sensor_id",
                "device",
                "device_id",
                "location",
                "location_id",
                "city",
                "name",
                "id",
            ]),
            time: list(&[
                "time",
                "timestamp",
                "datetime",
                "date_time",
                "date",
                "dt",
                "day",
                "observation_time",
                "obs_time",
                "valid_time",
                "time_utc",
                "date_utc",
                "local_time",
                "utc",
            ]),
            unit: None,
            time_format: None,
            // The defaults of pandas.read_csv, and the numbers below absolute zero that loggers write.
            missing: list(&[
                "NaN", "NA", "N/A", "null", "None", "nan", "-NaN", "<NA>", "#N/A", "#N/A N/A", "#NA", "n/a",
                "NULL", "-nan", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "-", "--", "-9999", "-999",
                "-999.9", "-9999.9", "-99999",
            ]),
            // Records: -89.2 °C (Vostok 1983) and 56.7 °C (Furnace Creek 1913), WMO Weather and Climate Extremes Archive.
            plausible_celsius: Some((-90.0, 60.0)),
        }
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
        let example = page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let profile = Profile::from_json(example).unwrap();
        assert_eq!((profile.time_format, profile.unit), (Some(TimeFormat::DayFirst), Some(Unit::Celsius)));
        assert_eq!(profile.missing, ["NA", "-9999", "9999.9"]);
    }
}
