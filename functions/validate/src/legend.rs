//! What the text above a table says about its columns: `TG : Daily mean temperature in (0.1 degrees Celsius)`.

use shared::Unit;

/// Words of a line among which a column's name is looked for.
const FIRST_WORDS: usize = 3;
/// How tenths of a degree are called.
const TENTHS: [&str; 8] = ["0.1 d", "0,1 d", "0.1 °", "0,1 °", "0.1 g", "0,1 g", "0.1 &#176;", "tenth"];
/// The units' names, in lower case.
const UNITS: [(&str, Unit); 22] = [
    ("°c", Unit::Celsius),
    ("º c", Unit::Celsius),
    ("ºc", Unit::Celsius),
    ("° c", Unit::Celsius),
    ("℃", Unit::Celsius),
    ("&#176;c", Unit::Celsius),
    ("celsius", Unit::Celsius),
    ("centigrade", Unit::Celsius),
    ("deg c", Unit::Celsius),
    ("degc", Unit::Celsius),
    ("degrees c", Unit::Celsius),
    ("攝氏", Unit::Celsius),
    ("摄氏", Unit::Celsius),
    ("°f", Unit::Fahrenheit),
    ("° f", Unit::Fahrenheit),
    ("ºf", Unit::Fahrenheit),
    ("℉", Unit::Fahrenheit),
    ("fahrenheit", Unit::Fahrenheit),
    ("deg f", Unit::Fahrenheit),
    ("degf", Unit::Fahrenheit),
    ("degrees f", Unit::Fahrenheit),
    ("kelvin", Unit::Kelvin),
];
/// The same where a letter stands alone.
const LETTERS: [(&str, Unit); 6] = [
    ("(c)", Unit::Celsius),
    ("[c]", Unit::Celsius),
    ("(f)", Unit::Fahrenheit),
    ("[f]", Unit::Fahrenheit),
    ("(k)", Unit::Kelvin),
    ("[k]", Unit::Kelvin),
];
/// Words for other quantities than temperature, in the languages of those who publish them.
const OTHER_QUANTITIES: [&str; 32] = [
    "precip",
    "rain",
    "humid",
    "pressure",
    "wind",
    "radiation",
    "snow",
    "flow",
    "discharge",
    "level",
    "voltage",
    "price",
    "sales",
    "niederschlag",
    "feuchte",
    "luftdruck",
    "srážk",
    "srazk",
    "pluie",
    "lluvia",
    "chuva",
    "opad",
    "neerslag",
    "nedb",
    "sunshine",
    "co2",
    "pm2",
    "pm10",
    "srážek",
    "srazek",
    "降水",
    "湿度",
];
/// Words for temperature.
const TEMPERATURE: [&str; 16] = [
    "temp",
    "teplot",
    "lämpötila",
    "térm",
    "term",
    "hőm",
    "气温",
    "氣溫",
    "気温",
    "温度",
    "溫度",
    "기온",
    "온도",
    "°c",
    "°f",
    "celsius",
];

/// What is said about a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its unit.
    pub unit: Unit,
    /// Whether values are tenths of it.
    pub tenths: bool,
}

/// The text above the first row, in lower case.
#[derive(Debug, Default)]
pub struct Legend {
    lines: Vec<String>,
}

impl Legend {
    /// Of the decoded text above the header.
    pub fn new(text: &str) -> Self {
        Legend { lines: text.lines().map(str::to_lowercase).collect() }
    }

    /// What is said about the column `name`: by the lines that begin with it, but for a word or two.
    pub fn about(&self, name: &str) -> Said {
        let name = name.trim().to_lowercase();
        if name.is_empty() {
            return Said::default();
        }
        let lines = self.lines.iter().filter_map(|line| rest_behind(line, &name));
        let mut said = Said::default();
        for rest in lines {
            if said.unit == Unit::Unknown {
                said.unit = unit(rest);
            }
            said.tenths |= TENTHS.iter().any(|words| rest.contains(words));
        }
        said
    }

    /// The unit of temperature that the text names, if it names only one.
    pub fn unit(&self) -> Unit {
        let mut named = self.lines.iter().map(|line| unit(line)).filter(|unit| *unit != Unit::Unknown);
        match named.next() {
            Some(first) if named.all(|unit| unit == first) => first,
            _ => Unit::Unknown,
        }
    }

    /// Whether the text, or else the object's `key`, speaks of temperatures (`Some(true)`), or of another quantity alone.
    pub fn speaks(&self, key: &str) -> Option<bool> {
        let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
        let says = |text: &str| match (has(text, &TEMPERATURE), has(text, &OTHER_QUANTITIES)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        };
        says(&self.lines.join("\n")).or_else(|| says(&key.to_lowercase()))
    }
}

/// What stands in a line behind `name`, one of its first words.
fn rest_behind<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = line.match_indices(name).filter(|(at, _)| {
        let (before, behind) = (&line[..*at], &line[at + name.len()..]);
        !before.ends_with(is_part) && !behind.starts_with(is_part)
    });
    let (at, _) = words.next()?;
    let before = line[..at].split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).count();
    (before < FIRST_WORDS).then(|| &line[at + name.len()..])
}

fn unit(text: &str) -> Unit {
    UNITS
        .iter()
        .chain(&LETTERS)
        .find(|(name, _)| text.contains(name))
        .map_or(Unit::Unknown, |(_, unit)| *unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_by_their_lines() {
        let legend = Legend::new(
            "TG        = Etmaalgemiddelde temperatuur (in 0.1 graden Celsius) / Daily mean temperature in (0.1 degrees Celsius)\n\
             # TX : maximum temperature in 0.1 &#176;C\nT2M     MERRA-2 Temperature at 2 Meters (C)\n\
             long_name,max_air_temp,Maximum air temperature,degC\nRH : humidity",
        );
        for (name, unit, tenths) in [
            ("TG", Unit::Celsius, true),
            ("TX", Unit::Celsius, true),
            ("T2M", Unit::Celsius, false),
            ("max_air_temp", Unit::Celsius, false),
            ("RH", Unit::Unknown, false),
            ("T", Unit::Unknown, false),
        ] {
            assert_eq!(legend.about(name), Said { unit, tenths }, "{name}");
        }
        assert_eq!(legend.unit(), Unit::Celsius);
        assert_eq!(Legend::new("in °C\nor °F").unit(), Unit::Unknown);
    }

    #[test]
    fn a_text_speaks_of_one_quantity_or_another() {
        assert_eq!(Legend::new("Daily mean temperature").speaks(""), Some(true));
        assert_eq!(Legend::new("Denní úhrn srážek v mm").speaks("temp.csv"), Some(false));
        assert_eq!(Legend::new("Export").speaks("incoming/temp-2023.csv"), Some(true));
        assert_eq!(Legend::new("Export").speaks("incoming/a.csv"), None);
    }
}
