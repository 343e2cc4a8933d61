//! Headers of real files, and the column each is about.

use super::*;

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn chosen(names: &[&str]) -> Option<(usize, Unit)> {
    choose(&header(names), &Profile::generic(), None).ok().map(|choice| (choice.index, choice.unit))
}

#[test]
fn the_temperature_columns_of_known_files_are_found() {
    use Unit::{Celsius, Fahrenheit, Kelvin, Unknown};
    for (names, index, unit) in [
        // Open-Meteo
        (&["time", "temperature_2m (°C)"][..], 1, Celsius),
        (&["time", "dew_point_2m (°C)", "apparent_temperature (°C)", "temperature_2m (°F)"], 3, Fahrenheit),
        (
            &["time", "temperature_2m_max (°C)", "temperature_2m_min (°C)", "temperature_2m_mean (°C)"],
            3,
            Celsius,
        ),
        // Vega
        (&["location", "date", "precipitation", "temp_max", "temp_min", "wind", "weather"], 3, Unknown),
        (&["date", "pressure", "temperature", "wind"], 2, Unknown),
        (&["temp", "date"], 0, Unknown),
        // Plotly
        (&["Date", "Max_TemperatureC", "Mean_TemperatureC", "Min_TemperatureC"], 2, Celsius),
        // eemeter, Pastas
        (&["dt", "tempF"], 1, Fahrenheit),
        (&["Date", "Temp"], 1, Unknown),
        // NOAA LCD, GHCN-Daily, GSOD
        (
            &[
                "STATION",
                "DATE",
                "REPORT_TYPE",
                "HourlyAltimeterSetting",
                "HourlyDewPointTemperature",
                "HourlyDryBulbTemperature",
                "HourlyWetBulbTemperature",
                "DailyAverageDryBulbTemperature",
            ],
            5,
            Unknown,
        ),
        (&["STATION", "NAME", "DATE", "TAVG_ATTRIBUTES", "TMAX", "TMIN", "TAVG"], 6, Unknown),
        (&["STATION", "DATE", "TEMP_ATTRIBUTES", "TEMP", "DEWP", "MAX", "MIN"], 3, Unknown),
        // Berkeley Earth
        (&["dt", "AverageTemperature", "AverageTemperatureUncertainty", "City"], 1, Unknown),
        (
            &["dt", "LandMaxTemperature", "LandAverageTemperatureUncertainty", "LandAverageTemperature"],
            3,
            Unknown,
        ),
        // CRU, ERA5
        (&["time", "lat", "lon", "tas"], 3, Unknown),
        (&["time", "d2m", "t2m (K)"], 2, Kelvin),
        // Weather Underground, Weather Link, Ecowitt, Home Assistant
        (&["dateutc", "indoortempf", "tempf", "humidity"], 2, Fahrenheit),
        (&["Date & Time", "Inside Temp - °F", "High Temp - °F", "Outside Temp - °F"], 3, Fahrenheit),
        (
            &["Time", "Feels Like(℃)", "Dew Point(℃)", "Outdoor Temperature(℃)", "Indoor Temperature(℃)"],
            3,
            Celsius,
        ),
        (&["last_changed", "sensor.kitchen_temperature"], 1, Unknown),
        // Met Éireann, Deutscher Wetterdienst in words
        (&["date", "maxtp", "rain", "Air Temperature (C)"], 3, Celsius),
        (&["Datum", "Lufttemperatur (°C)"], 1, Celsius),
        // Second choices, when there is nothing better
        (&["time", "soil_temperature_0cm", "outside_temp"], 2, Unknown),
        (&["time", "soil_temperature_0cm"], 1, Unknown),
        (&["time", "low_temp", "high_temp"], 2, Unknown),
        (&["login_attempts", "template", "tempo", "temp1"], 3, Unknown),
    ] {
        assert_eq!(chosen(names), Some((index, unit)), "{names:?}");
    }
}

#[test]
fn what_is_no_temperature_is_not_taken() {
    for names in [
        &["timestamp", "station", "humidity", "pressure"][..],
        &["time", "attempt", "template", "temporary", "tempo"],
        &["time", "dew_point_temperature", "wind_chill_temp", "temperature_flag"],
        &["time", "temp_uncertainty", "temperature anomaly"],
        &[""],
    ] {
        let finding = choose(&header(names), &Profile::generic(), None).unwrap_err();
        assert_eq!(finding.code, "no_temperature_column", "{names:?}");
        assert!(finding.hint.contains("--column"), "{}", finding.hint);
        assert!(names.iter().all(|name| finding.message.contains(name)), "{}", finding.message);
    }
}

#[test]
fn the_finding_says_which_and_why_and_what_else() {
    let columns = header(&["date", "temp_max", "temp_min"]);
    let choice = choose(&columns, &Profile::generic(), None).unwrap();
    assert_eq!(choice.others, [2]);
    assert_eq!(
        choice.finding.message,
        "temperatures are read from column 2, \"temp_max\": the profile \"generic\" knows this name; \
         other candidates: \"temp_min\""
    );
    assert!(choice.finding.hint.contains("--column"));
}

#[test]
fn a_column_asked_for_is_found_exactly_or_nearly() {
    let columns = header(&["Temp", "temp", "Dew Point (°C)", "temp"]);
    let index =
        |asked| choose(&columns, &Profile::generic(), Some(asked)).map(|choice| (choice.index, choice.unit));
    assert_eq!(index("temp"), Ok((1, Unit::Unknown)));
    assert_eq!(index("TEMP"), Ok((0, Unit::Unknown)));
    assert_eq!(index("Dew Point (°C)"), Ok((2, Unit::Celsius)));
    assert_eq!(index("dew_point"), Ok((2, Unit::Celsius)));
    let finding = index("humidity").unwrap_err();
    assert_eq!(finding.code, "no_such_column");
    assert!(finding.message.contains("\"humidity\"") && finding.message.contains("\"Dew Point (°C)\""));
    assert!(index("?").is_err());
}

#[test]
fn a_profile_may_tell_units_apart() {
    let columns = header(&["temp_f", "temp_c"]);
    let profile = Profile { temperature: vec!["temp_c".to_owned()], ..Profile::generic() };
    assert_eq!(choose(&columns, &profile, None).unwrap().index, 1);
}

#[test]
fn stations_and_times_are_found_by_the_profiles_names() {
    let profile = Profile::generic();
    let columns = header(&["Date/Time", "Station ID", "City", "temp"]);
    assert_eq!(by_name(&columns, &profile.station).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(by_name(&columns, &profile.time).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn a_message_about_thousands_of_columns_stays_short() {
    let columns: Vec<String> = (0..5000).map(|index| format!("column_{index}")).collect();
    let finding = choose(&columns, &Profile::generic(), None).unwrap_err();
    assert!(finding.message.len() < 1000 && finding.message.contains("4970 more"), "{}", finding.message);
}
