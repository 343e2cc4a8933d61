//! The profile `generic`: for any file that names its columns.

use crate::profile::Profile;
use crate::wanted::Wanted;

/// Names of temperature columns, best first among those of one role.
const TEMPERATURE: [&str; 75] = [
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
    // ECMWF's short name.
    "2t",
    "ta",
    "tair",
    "t_air",
    "air_t",
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
    // Iowa Environmental Mesonet, GHCN-Daily at observation time.
    "tmpf",
    "tmpc",
    "tobs",
    "t_out",
    "t_amb",
    "tmed",
    // Among other words, as in AEMET's T.Max.Med.
    "t_max",
    "t_min",
    "middeltemperatur",
    // Deutscher Wetterdienst, days and hours.
    "tmk",
    "txk",
    "tnk",
    "tt_tu",
    // GeoSphere Austria.
    "tl_mittel",
    "tlmax",
    "tlmin",
    // MeteoSwiss at 2 m: days, hours, ten minutes.
    "tre200d0",
    "tre200dx",
    "tre200dn",
    "tre200h0",
    "tre200hx",
    "tre200hn",
    "tre200s0",
    // Other languages' words.
    "teplota",
    "temperatuur",
    "lämpötila",
    "temperatura_media",
    "middeltemp",
];
/// Names of station columns, best first.
const STATION: [&str; 22] = [
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
    "stations_id",
    "station_abbr",
    "stn_id",
    "num_poste",
    "abbr",
    "stasjon",
    "name",
    "id",
];
/// Names of time columns, best first.
const TIME: [&str; 26] = [
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
    "valid",
    "created_at",
    "last_changed",
    "mess_datum",
    "datum",
    "zeit",
    "fecha",
    "tanggal",
    "reference_timestamp",
    "aaaammjj",
    "yyyymmdd",
    "noted_date",
];
/// Names of a long table's column of elements.
const ELEMENT: [&str; 20] = [
    "element",
    "elem",
    "parameter",
    "param",
    "datatype",
    "data_type",
    "variable",
    "var",
    "indicator",
    "observed_property",
    "observedproperty",
    "element_code",
    "parameter_name",
    "measure",
    "measurement",
    "metric",
    "quantity",
    "attr",
    "field",
    "type",
];
/// Names of a long table's column of values.
const VALUE: [&str; 14] = [
    "value",
    "values",
    "val",
    "reading",
    "data",
    "data_value",
    "obs_value",
    "observation_value",
    "observation",
    "result",
    "result_value",
    "wert",
    "valeur",
    "valor",
];
/// The defaults of pandas.read_csv, and the numbers below absolute zero that loggers write.
const MISSING: [&str; 25] = [
    "NaN", "NA", "N/A", "null", "None", "nan", "-NaN", "<NA>", "#N/A", "#N/A N/A", "#NA", "n/a", "NULL",
    "-nan", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "-", "--", "-9999", "-999", "-999.9", "-9999.9",
    "-99999",
];

impl Profile {
    /// The profile for any file that names its columns.
    pub fn generic() -> Profile {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Profile {
            name: "generic".to_owned(),
            layout: None,
            temperature: TEMPERATURE.into_iter().map(Wanted::from).collect(),
            element: list(&ELEMENT),
            value: list(&VALUE),
            station: list(&STATION),
            time: list(&TIME),
            unit: None,
            time_format: None,
            missing: list(&MISSING),
            // Records: -89.2 °C (Vostok 1983) and 56.7 °C (Furnace Creek 1913), WMO Weather and Climate Extremes Archive.
            plausible_celsius: Some((-90.0, 60.0)),
        }
    }

    /// Whether the names are those of [`Profile::generic`], which knows nothing of the file at hand: then a
    /// temperature's role decides which one leads, and not its place in the list.
    pub fn has_generic_names(&self) -> bool {
        self.temperature.len() == TEMPERATURE.len()
            && self.temperature.iter().zip(TEMPERATURE).all(|(wanted, name)| *wanted == Wanted::from(name))
    }
}
