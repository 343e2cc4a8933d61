//! Tables that do not begin in the first line, through the whole pipeline: read as if nothing stood above them, however
//! they are split.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use isotherm_tests::Pipeline;
use shared::RunOptions;

/// The beginning of a file, whose rows follow: the day and the value of each.
struct Kind {
    beginning: &'static str,
    row: fn(u32, &str) -> String,
    /// Name of the variable, and its unit.
    name: &'static str,
    unit: &'static str,
}

const KINDS: [Kind; 5] = [
    // Campbell Scientific's TOA5.
    Kind {
        beginning: "\"TOA5\",\"station\",\"CR1000\",\"69096\"\r\n\"TIMESTAMP\",\"RECORD\",\"AirTemp\",\"RH\"\r\n\"TS\",\"RN\",\"Deg C\",\"%\"\r\n\"\",\"\",\"Avg\",\"Smp\"\r\n",
        row: |day, value| format!("\"2024-02-{day:02} 12:00:00\",{day},{value},80.5\r\n"),
        name: "AirTemp (Deg C)",
        unit: "celsius",
    },
    // NDBC's standard meteorological data.
    Kind {
        beginning: "#YY  MM DD hh mm WDIR  ATEMP  PRES\n#yr  mo dy hr mn degT   degC   hPa\n",
        row: |day, value| format!("2024 02 {day:02} 12 00   MM  {value:>5}  1013.1\n"),
        name: "ATEMP (degC)",
        unit: "celsius",
    },
    // Open-Meteo.
    Kind {
        beginning: "latitude,longitude,elevation,timezone\n52.52,13.41,38.0,GMT\n\ntime,temperature_2m (°C)\n",
        row: |day, value| format!("2024-02-{day:02}T12:00,{value}\n"),
        name: "temperature_2m (°C)",
        unit: "celsius",
    },
    // HOBOware: a title, and numbers of rows.
    Kind {
        beginning: "\u{feff}\"Plot Title: pond\"\n\"#\",\"Date Time, GMT+01:00\",\"Temp, °F (LGR S/N: 1)\"\n",
        row: |day, value| format!("{day},02/{day:02}/24 12:00:00 PM,{value}\n"),
        name: "Temp, °F (LGR S/N: 1)",
        unit: "fahrenheit",
    },
    // Remarks, parts of the day in columns of their own, and bars.
    Kind {
        beginning: "% made for a test, of one station\n%\n% year|month|day|temperature\n",
        row: |day, value| format!("2024|2|{day}|{value}\n"),
        name: "temperature",
        unit: "unknown",
    },
];

#[tokio::test]
async fn a_table_below_a_preamble_is_read_as_if_there_were_none() {
    let pipeline = Pipeline::new();
    let values = ["-3.5", "0.25", "12.5", "7.0", "-0.75", "2.5"];
    for Kind { beginning, row, name, unit } in KINDS {
        let rows: Vec<String> = (1..=24).map(|day| row(day, values[day as usize % 6])).collect();
        let text = format!("{beginning}{}", rows.concat());
        let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
        let mut first = None;
        for split_bytes in [64, 100, 1000, 1 << 20] {
            let options = RunOptions { split_bytes: Some(split_bytes), ..RunOptions::default() };
            let outcome = pipeline.run(&object, options).await;
            let statistics = pipeline.statistics(&outcome);
            let variable = &statistics.variables[0];
            assert_eq!(
                (variable.name.as_str(), serde_json::to_value(variable.unit).unwrap()),
                (name, unit.into())
            );
            assert_eq!((statistics.quality.rows_read, statistics.quality.rows_used), (24, 24), "{name}");
            // Four times each of the six.
            assert_eq!(statistics.mean_temperature, Some(3.0), "{name}");
            let days: Vec<String> = statistics.by_day.iter().map(|day| day.day.to_string()).collect();
            let expected: Vec<String> = (1..=24).map(|day| format!("2024-02-{day:02}")).collect();
            assert_eq!(days, expected, "{name}");
            let bytes = pipeline.result(outcome.statistics.as_ref().unwrap());
            assert_eq!(*first.get_or_insert(bytes.clone()), bytes, "{name} in splits of {split_bytes}");
        }
    }
}
