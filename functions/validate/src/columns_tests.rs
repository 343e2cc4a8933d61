//! Headers of real files, and the column each is about.

use super::*;

fn header<T: AsRef<str>>(names: &[T]) -> Vec<Name> {
    names.iter().map(|name| Name::new(name.as_ref())).collect()
}

/// The column that both names of a pair mean.
fn choice_of(names: &[&str]) -> usize {
    if names[0] == "temp" { 1 } else { 2 }
}

fn chosen(names: &[&str]) -> Option<(usize, Unit)> {
    let choice = choose(&header(names), &Profile::generic());
    choice.taken.first().map(|taken| (taken.index, taken.unit))
}

/// All that are read, and their roles.
fn all(names: &[&str]) -> Vec<(usize, Role)> {
    let choice = choose(&header(names), &Profile::generic());
    choice.taken.iter().map(|taken| (taken.index, taken.role)).collect()
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
            // The days' means stand in few rows of such a table, so that they do not lead in the end.
            7,
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
fn every_temperature_of_the_air_is_read_and_the_mean_leads() {
    use Role::{Instant, Max, Mean, Min};
    for (names, expected) in [
        (
            &["Date", "Max_TemperatureC", "Mean_TemperatureC", "Min_TemperatureC"][..],
            &[(2, Mean), (1, Max), (3, Min)][..],
        ),
        (&["date", "precipitation", "temp_max", "temp_min", "wind"], &[(2, Max), (3, Min)]),
        (
            &["DATE", "TMAX", "TMIN", "TAVG", "TOBS", "TMAX_ATTRIBUTES"],
            &[(3, Mean), (4, Instant), (1, Max), (2, Min)],
        ),
        (&["time", "temp", "temp_avg"], &[(2, Mean), (1, Instant)]),
        (&["time", "temp_F", "temp_C", "dew_point_C"], &[(1, Instant), (2, Instant)]),
        (&["STN", "YYYYMMDD", "TG", "TN", "TX", "UG"], &[(2, Mean), (4, Max), (3, Min)]),
        (&["date", "T", "Td", "Tn", "Tx", "Tg"], &[(1, Instant), (4, Max), (3, Min)]),
        (&["station_abbr", "tre200d0", "tre200dx", "tre200dn", "tre005d0"], &[(1, Mean), (2, Max), (3, Min)]),
        (&["time", "temp_indoor", "temp_outdoor", "temp_wet_bulb"], &[(2, Instant)]),
        (&["Year", "Maximum temperature (C)", "Days of accumulation of maximum temperature"], &[(1, Max)]),
        (&["time", "lake_temp", "soil_temperature"], &[(1, Instant)]),
    ] {
        assert_eq!(all(names), expected, "{names:?}");
    }
    assert_eq!(choose(&header(&["temp_indoor", "temp_outdoor"]), &Profile::generic()).others, [0]);
}

#[test]
fn a_profile_of_ones_own_is_a_list_of_the_best_first() {
    let mut profile = Profile::generic();
    let water = Wanted {
        name: "water_temp".to_owned(),
        role: Some(Role::Mean),
        unit: Some(Unit::Kelvin),
        ..Wanted::default()
    };
    profile.temperature = vec![Wanted::from("TMAX"), water, Wanted::from("TAVG")];
    let choice = choose(&header(&["TAVG", "Water Temp", "TMAX", "tmax2", "TMIN"]), &profile);
    let read: Vec<_> = choice.taken.iter().map(|taken| (taken.index, taken.role, taken.unit)).collect();
    let unknown = Unit::Unknown;
    assert_eq!(
        read,
        [
            (2, Role::Max, unknown),
            (1, Role::Mean, Unit::Kelvin),
            (0, Role::Mean, unknown),
            (3, Role::Max, unknown)
        ]
    );
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
        assert_eq!(choose(&header(names), &Profile::generic()), Choice::default(), "{names:?}");
        let finding = no_temperature_column(&header(names), &Profile::generic());
        assert_eq!(finding.code, "no_temperature_column", "{names:?}");
        assert!(finding.hint.contains("--column"), "{}", finding.hint);
        assert!(names.iter().all(|name| finding.message.contains(name)), "{}", finding.message);
    }
}

#[test]
fn a_column_asked_for_is_found_exactly_or_nearly() {
    let columns = header(&["Temp", "temp", "Dew Point (°C)", "temp"]);
    let asked = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        choose_asked(&columns, &Profile::generic(), &names)
    };
    let index = |name| asked(&[name]).map(|choice| (choice.taken[0].index, choice.taken[0].unit));
    assert_eq!(index("temp"), Ok((1, Unit::Unknown)));
    assert_eq!(index("TEMP"), Ok((0, Unit::Unknown)));
    assert_eq!(index("Dew Point (°C)"), Ok((2, Unit::Celsius)));
    assert_eq!(index("dew_point"), Ok((2, Unit::Celsius)));
    let finding = index("humidity").unwrap_err();
    assert_eq!(finding.code, "no_such_column");
    assert!(finding.message.contains("\"humidity\"") && finding.message.contains("\"Dew Point (°C)\""));
    assert!(index("?").is_err());
    let choice = asked(&["dew_point", "temp"]).unwrap();
    assert_eq!(choice.taken.iter().map(|taken| taken.index).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(choice.others, [0, 3]);
    for names in [["temp", "temp"], ["dew_point", "Dew Point (°C)"], ["temp", " temp"]] {
        let finding = asked(&names).unwrap_err();
        assert_eq!(finding.code, "same_column_twice");
        assert!(finding.message.contains(&format!("{:?}", columns[choice_of(&names)].text)), "{finding:?}");
    }
}

#[test]
fn a_profile_may_tell_units_apart() {
    let columns = header(&["temp_f", "temp_c"]);
    let profile = Profile { temperature: vec!["temp_c".into()], ..Profile::generic() };
    assert_eq!(choose(&columns, &profile).taken[0].index, 1);
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
    let finding = no_temperature_column(&header(&columns), &Profile::generic());
    assert!(finding.message.len() < 1000 && finding.message.contains("4970 more"), "{}", finding.message);
}
