//! Profiles: how a kind of file is read. The plan makes a profile concrete for one file.

use serde::{Deserialize, Serialize};

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
    /// Plausible temperatures in degrees Celsius, lowest and highest; values outside raise a finding.
    #[serde(default)]
    pub plausible_celsius: Option<(f64, f64)>,
}

impl Profile {
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
