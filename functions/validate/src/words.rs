//! What the words of a name say about a temperature: what it is of, and its role.

use shared::Role;

use crate::names::Name;

/// Other quantities and remarks, whose names also speak of temperature; never taken unasked.
const OTHER_QUANTITIES: [&str; 73] = [
    "dew",
    "dewp",
    "taupunkt",
    "orvalho",
    "rocio",
    "rocío",
    "rosee",
    "rosée",
    "wet",
    "mouillé",
    "mouille",
    "méthode",
    "methode",
    "method",
    "wetbulb",
    "humidity",
    "chill",
    "windchill",
    "apparent",
    "feels",
    "feelslike",
    "gefühlte",
    "gefuehlte",
    "ressentie",
    "heat",
    "index",
    "setpoint",
    "set",
    "target",
    "threshold",
    "attempt",
    "flag",
    "flags",
    "qc",
    "qa",
    "q",
    "quality",
    "source",
    "attributes",
    "unit",
    "units",
    "code",
    "count",
    "accumulation",
    "period",
    "duration",
    "uncertainty",
    "error",
    "err",
    "std",
    "stdev",
    "stddev",
    "sd",
    "var",
    "variance",
    "anomaly",
    "departure",
    "change",
    "difference",
    "diff",
    "delta",
    "range",
    "gradient",
    "amplitude",
    "trend",
    "time",
    "date",
    "timestamp",
    "humidex",
    "confidence",
    "alarm",
    "adc",
    "offset",
];
/// The same where nothing parts them from the rest of the word.
const OTHER_QUANTITY_PARTS: [&str; 6] = ["dewp", "wetbulb", "chill", "apparent", "feelslike", "anomal"];
/// The same said in several words.
const OTHER_QUANTITY_PHRASES: [&str; 4] = ["setpoint", "dayswith", "daysof", "deptfrom"];
/// The same in languages that part no words.
const OTHER_QUANTITIES_WITHIN: [&str; 22] = [
    "露点",
    "露點",
    "이슬점",
    "湿球",
    "濕球",
    "습구",
    "時刻",
    "時分",
    "시각",
    "品質",
    "均質",
    "現象なし",
    "温度差",
    "溫度差",
    "較差",
    "일교차",
    "体感",
    "체감",
    "偏差",
    "平年",
    "평년",
    "증기",
];
/// Temperatures of something other than the air, and such as nobody measured: second choice.
const SECOND_CHOICE: [&str; 44] = [
    "soil",
    "sol",
    "suelo",
    "boden",
    "erdboden",
    "bodem",
    "ground",
    "grass",
    "road",
    "water",
    "wtr",
    "wtmp",
    "sea",
    "surface",
    "skin",
    "black",
    "globe",
    "indoor",
    "inside",
    "innen",
    "in",
    "int",
    "internal",
    "room",
    "house",
    "cpu",
    "battery",
    "panel",
    "board",
    "logger",
    "case",
    "device",
    "body",
    "predicted",
    "prediction",
    "forecast",
    "fcst",
    "normal",
    "normals",
    "record",
    "lake",
    "boiler",
    "oil",
    "raw",
];
/// The same in languages that part no words.
const SECOND_CHOICE_WITHIN: [&str; 14] = [
    "地面", "地中", "地温", "地溫", "土壤", "지면", "지중", "초상", "草温", "水温", "水溫", "수온", "海面",
    "해수",
];
const MEANS_WITHIN: [&str; 2] = ["平均", "평균"];
const MAXIMA_WITHIN: [&str; 2] = ["最高", "최고"];
const MINIMA_WITHIN: [&str; 2] = ["最低", "최저"];
const MEANS: [&str; 33] = [
    "mean",
    "avg",
    "average",
    "ave",
    "mittel",
    "middel",
    "med",
    "media",
    "média",
    "moy",
    "moyenne",
    "promedio",
    "gemiddelde",
    "durchschnitt",
    "medie",
    "średnia",
    "srednia",
    "średni",
    "průměr",
    "prumer",
    "průměrná",
    "prumerna",
    "átlag",
    "átlagos",
    "keskiarvo",
    "ortalama",
    "medel",
    "medelvärde",
    "gjennomsnitt",
    "gennemsnit",
    "средняя",
    "среднее",
    "keskmine",
];
const MAXIMA: [&str; 33] = [
    "max",
    "maximum",
    "high",
    "highest",
    "hi",
    "mx",
    "maxima",
    "máxima",
    "maxi",
    "maximal",
    "maximale",
    "máximo",
    "höchste",
    "hoogste",
    "massima",
    "massimo",
    "massime",
    "máx",
    "maks",
    "maksymalna",
    "maksimum",
    "maximální",
    "maximalni",
    "maximális",
    "ylin",
    "korkein",
    "högsta",
    "høyeste",
    "højeste",
    "hæsti",
    "максимальная",
    "максимум",
    "макс",
];
const MINIMA: [&str; 29] = [
    "min",
    "minimum",
    "low",
    "lowest",
    "lo",
    "mn",
    "minima",
    "mínima",
    "mini",
    "minimale",
    "minimal",
    "mínimo",
    "tiefste",
    "laagste",
    "minimo",
    "minime",
    "mín",
    "minimalna",
    "minimální",
    "minimalni",
    "minimális",
    "alin",
    "lägsta",
    "laveste",
    "lavest",
    "lægsti",
    "минимальная",
    "минимум",
    "мин",
];
/// What stands for "temperature" before or behind a role in one word: `tmax`, `tasmin`, `maxtemp`.
const STEMS: [&str; 9] =
    ["temperatur", "temperature", "temperatura", "température", "temp", "tas", "air", "tl", "t"];
/// Names that say their role by a letter: Deutscher Wetterdienst, MeteoSwiss.
const CODES: [(&str, Role); 9] = [
    ("tmk", Role::Mean),
    ("txk", Role::Max),
    ("tnk", Role::Min),
    ("tre200d0", Role::Mean),
    ("tre200h0", Role::Mean),
    ("tre200dx", Role::Max),
    ("tre200hx", Role::Max),
    ("tre200dn", Role::Min),
    ("tre200hn", Role::Min),
];
/// What climatologists call daily mean, maximum and minimum. So short that they count in company only.
const LETTERS: [(&str, Role); 4] =
    [("tg", Role::Mean), ("tm", Role::Mean), ("tx", Role::Max), ("tn", Role::Min)];

/// Whether the name is of another quantity than a temperature that was measured.
pub fn is_other_quantity(name: &Name) -> bool {
    name.words.iter().any(|word| {
        OTHER_QUANTITIES.contains(&word.as_str())
            || OTHER_QUANTITY_PARTS.iter().any(|part| word.contains(part))
    }) || [&OTHER_QUANTITY_PHRASES[..], &OTHER_QUANTITIES_WITHIN].iter().any(|list| is_within(name, list))
}

/// Whether the name, run together, holds one of `texts`.
fn is_within(name: &Name, texts: &[&str]) -> bool {
    texts.iter().any(|text| name.full_key.contains(text))
}

/// Whether the name is of a temperature that is taken only where there is none of the air.
pub fn is_second_choice(name: &Name) -> bool {
    name.words.iter().any(|word| stripped(word).any(|rest| SECOND_CHOICE.contains(&rest)))
        || is_within(name, &SECOND_CHOICE_WITHIN)
}

/// The role that the name tells.
pub fn role(name: &Name) -> Role {
    let key = name.key();
    if let Some((_, role)) = CODES.iter().chain(&LETTERS).find(|(code, _)| *code == key) {
        return *role;
    }
    let has = |list: &[&str]| {
        name.words
            .iter()
            .enumerate()
            .any(|(at, word)| stripped(word).any(|rest| list.contains(&rest)) && !is_minutes(&name.words, at))
    };
    match () {
        () if has(&MAXIMA) || is_within(name, &MAXIMA_WITHIN) => Role::Max,
        () if has(&MINIMA) || is_within(name, &MINIMA_WITHIN) => Role::Min,
        () if has(&MEANS) || is_within(name, &MEANS_WITHIN) => Role::Mean,
        () => Role::Instant,
    }
}

/// Whether a word is one of those for a mean, a maximum or a minimum.
pub fn is_role(word: &str) -> bool {
    [&MEANS[..], &MAXIMA, &MINIMA].iter().any(|list| list.contains(&word))
}

/// The word, and what it says besides "temperature" and a number.
fn stripped(word: &str) -> impl Iterator<Item = &str> {
    let numberless = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let ends = STEMS.into_iter().flat_map(move |stem| {
        // Behind the role stands a word for temperature, never a letter: `high` and `lowest` end in none.
        let behind = (stem.len() > 3).then(|| numberless.strip_suffix(stem)).flatten();
        [numberless.strip_prefix(stem), behind]
    });
    [Some(word), Some(numberless)].into_iter().chain(ends).flatten()
}

/// `10 min avg temp`: the word behind a number is a time.
fn is_minutes(words: &[String], at: usize) -> bool {
    words[at] == "min"
        && at.checked_sub(1).is_some_and(|before| words[before].bytes().all(|byte| byte.is_ascii_digit()))
}

/// The names that are temperatures by their letters: at least two of them, or one with its quality column. `tg` beside a
/// plain `t` is a temperature of the ground.
pub fn by_letters(names: &[Name]) -> Vec<usize> {
    let has = |key: &str| names.iter().any(|name| name.full_key == key);
    let there: Vec<&str> = LETTERS.iter().map(|(letters, _)| *letters).filter(|key| has(key)).collect();
    if there.is_empty() {
        return Vec::new();
    }
    let plain = has("t");
    let with_quality = |key: &str| has(&format!("q{key}"));
    let is_one =
        |key: &str| there.contains(&key) && !(plain && key == "tg") && (there.len() > 1 || with_quality(key));
    (0..names.len()).filter(|index| is_one(&names[*index].full_key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_the_role() {
        for (names, role) in [
            (
                &["tavg", "Mean_TemperatureC", "temp_avg", "TempAvgF", "AirTC_Avg", "T.Med", "TG", "TMK"][..],
                Role::Mean,
            ),
            (&["tl_mittel", "Middeltemperatur", "AverageTemperature", "tmean", "tre200d0"], Role::Mean),
            (
                &["temperature", "temp", "t2m", "tas", "T", "TOBS", "10 min temp", "thermal temp"],
                Role::Instant,
            ),
            (
                &["TMAX", "tasmax", "temp_max", "High Temp - °F", "TX", "tlmax", "maxtemp", "Avg Max Temp"],
                Role::Max,
            ),
            (&["TMIN", "tasmin", "Min_TemperatureC", "Low Temp", "TN", "tlmin", "TempLowF"], Role::Min),
        ] {
            for text in names {
                assert_eq!(super::role(&Name::new(text)), role, "{text}");
            }
        }
    }

    #[test]
    fn other_quantities_and_second_choices_are_known() {
        let other = |text: &str| is_other_quantity(&Name::new(text));
        for text in [
            "dew_point_temperature",
            "wind_chill_temp",
            "Days of accumulation of maximum temperature",
            "indoor_dry_bulb_temperature_cooling_set_point",
            "Gefühlte Temperatur(℃)",
            "Data Source (max temp)",
            "MonthlyDaysWithGT90Temp",
            "DAILYDeptFromNormalAverageTemp",
            "Température du thermomètre mouillé",
        ] {
            assert!(other(text), "{text}");
        }
        let second = |text: &str| is_second_choice(&Name::new(text));
        for text in [
            "soil_temperature_0cm",
            "indoortempf",
            "water_temp",
            "temp_predicted_1",
            "Temperatur Innen(℃)",
            "Température minimale du sol",
        ] {
            assert!(second(text) && !other(text), "{text}");
        }
        for text in ["temperature_2m", "Outside Temp - °F", "sensor.kitchen_temperature"] {
            assert!(!second(text) && !other(text), "{text}");
        }
    }

    #[test]
    fn letters_count_in_company() {
        let by_letters =
            |names: &[&str]| super::by_letters(&names.iter().map(|name| Name::new(name)).collect::<Vec<_>>());
        assert_eq!(by_letters(&["STN", "TG", "TN", "TNH", "TX"]), [1, 2, 4]);
        assert_eq!(by_letters(&["T", "Tn", "Tx", "Tg", "Td"]), [1, 2]);
        assert_eq!(by_letters(&["DATE", "TG", "Q_TG"]), [1]);
        // Total nitrogen, and bytes sent.
        assert!(by_letters(&["TN", "TP"]).is_empty() && by_letters(&["rx", "tx"]).is_empty());
    }
}
