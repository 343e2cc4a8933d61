//! The profiles that come with Isotherm: the files of the folder `profiles`.

use std::sync::LazyLock;

use crate::profile::Profile;

macro_rules! files {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*] };
}

/// Their names and texts.
const FILES: &[(&str, &str)] = files! {
    "adafruit-io"
    "aemet-daily"
    "aemet-monthly"
    "berkeley-kaggle"
    "berkeley-text"
    "bmkg"
    "bom"
    "cdo-daily-summaries"
    "cimis"
    "cma"
    "cma-short"
    "conagua"
    "daymet"
    "dayton-city-temperature"
    "dwd-10min"
    "dwd-daily"
    "dwd-hourly"
    "dwd-monthly"
    "dwd-regional"
    "dwd-regional-blanks"
    "ecad"
    "eccc"
    "ecowitt"
    "ems-brno"
    "era5-climate-pulse"
    "ett"
    "fmi"
    "gefcom-temperature"
    "geosphere"
    "ghcnd-access"
    "ghcnd-by-year"
    "ghcnd-station-long"
    "ghcnd-tenths"
    "giss-csv"
    "giss-text"
    "grafana"
    "gsod"
    "gsod-op"
    "hadcet-monthly"
    "hadcrut4-annual"
    "hadcrut4-monthly"
    "hadcrut5-annual"
    "hadcrut5-monthly"
    "hko"
    "hko-max"
    "hko-min"
    "hobo"
    "hobolink"
    "home-assistant"
    "ibutton"
    "iem-asos"
    "imgw-kd"
    "imgw-kdt"
    "imgw-kt"
    "imgw-sd"
    "imgw-sdt"
    "imgw-st"
    "influx"
    "inmet"
    "iot-temp"
    "isd"
    "isd-lite"
    "jena"
    "jma"
    "kma"
    "knmi-daily"
    "knmi-hourly"
    "lake-wtr"
    "lcd"
    "lcd-legacy"
    "lcdv2"
    "meteofrance-daily"
    "meteofrance-hourly"
    "meteofrance-synop"
    "meteostat"
    "meteostat-bulk-daily"
    "meteostat-bulk-hourly"
    "meteostat-daily"
    "meteoswiss"
    "meteoswiss-homogenized"
    "metoffice-station"
    "midas"
    "nasa-power"
    "ndbc"
    "netatmo"
    "niwa"
    "one-billion-rows"
    "open-meteo"
    "pme-minidot"
    "prism"
    "rp5"
    "seklima"
    "senamhi"
    "sensor-community"
    "silo"
    "smhi-hourly"
    "smhi-max"
    "smhi-mean"
    "smhi-min"
    "szeged"
    "toa5"
    "tomst"
    "tomst-ten-fields"
    "uci-air-quality"
    "uci-appliances"
    "uci-beijing-multi-site"
    "uci-beijing-pm25"
    "uci-occupancy"
    "uci-sml2010"
    "uscrn-daily"
    "uscrn-hourly"
    "uscrn-subhourly"
    "weatherlink"
    "weatherlink-com"
    "wunderground"
};

static ALL: LazyLock<Vec<Profile>> =
    // A test reads each of them.
    LazyLock::new(|| FILES.iter().filter_map(|(_, text)| Profile::from_text(text).ok()).collect());

/// All of them but `generic`, which recognises nothing.
pub fn all() -> &'static [Profile] {
    &ALL
}

/// The text of the file of a profile.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_a_profile_of_its_name_that_recognises_something() {
        for (name, text) in FILES {
            let profile = Profile::from_text(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(profile.name, *name);
            assert!(profile.recognise.is_some(), "{name}: recognise");
            assert!(
                profile.documentation.is_some() && profile.title.is_some(),
                "{name}: title, documentation"
            );
        }
    }

    #[test]
    fn no_file_of_the_folder_is_left_out() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../profiles");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(there, FILES.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>());
    }
}
