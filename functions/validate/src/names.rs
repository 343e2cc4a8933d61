//! Column names as people write them: their words, and the unit that many of them end in.

use std::borrow::Cow;

use shared::Unit;

/// Words that name a unit wherever they stand.
const UNIT_WORDS: [(&str, Unit); 8] = [
    ("celsius", Unit::Celsius),
    ("centigrade", Unit::Celsius),
    ("degc", Unit::Celsius),
    ("fahrenheit", Unit::Fahrenheit),
    ("degf", Unit::Fahrenheit),
    ("kelvin", Unit::Kelvin),
    ("kelvins", Unit::Kelvin),
    ("degk", Unit::Kelvin),
];

/// The word that a degree sign becomes.
const DEGREE: &str = "deg";
/// What the bracket before a letter alone becomes.
const BRACKET: &str = "(";

/// A column name taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name as it is.
    pub text: String,
    /// All words run together, in lower case: `temp_C` is `tempc`.
    pub full_key: String,
    /// The words without the unit: `Mean_TemperatureC` is `mean`, `temperature`.
    pub words: Vec<String>,
    /// The unit that the name tells.
    pub unit: Unit,
}

impl Name {
    /// Takes `text` apart.
    pub fn new(text: &str) -> Self {
        let mut words = split_words(text);
        let full_key = words.concat();
        let unit = take_unit(&mut words);
        Name { text: text.to_owned(), full_key, words, unit }
    }

    /// Whether the name is a unit of temperature and nothing else, but for a number: `°C`, `1 °C`, `Celsius(°C)`.
    pub fn is_unit_alone(&self) -> bool {
        let is_unit = |word: &String| {
            is_degree(word) || letter_unit(word).is_some() || UNIT_WORDS.iter().any(|(name, _)| name == word)
        };
        let words = split_words(&self.text);
        let mut others = words.iter().filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
        let is_more_than_a_letter =
            words.iter().any(|word| word == DEGREE || UNIT_WORDS.iter().any(|(name, _)| name == word));
        is_more_than_a_letter && others.all(is_unit) && words.iter().any(|word| word != DEGREE)
    }

    /// The words without the unit, run together: names that differ in case, punctuation and unit have the same.
    pub fn key(&self) -> String {
        self.words.concat()
    }
}

/// The [`Name::full_key`] of `text`, which is often all there is to it.
pub fn full_key(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(split_words(text).concat())
}

/// The words of a name in lower case. Punctuation, blanks and a capital within a word (`tempF`) part them.
fn split_words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.replace("Â°", "°").chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    let at = |index: Option<usize>| index.and_then(|index| characters.get(index)).copied().unwrap_or(' ');
    for (index, &character) in characters.iter().enumerate() {
        let (before, after) = (at(index.checked_sub(1)), at(Some(index + 1)));
        let starts_word = character.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && after.is_lowercase());
        if starts_word || !character.is_alphanumeric() {
            words.push(std::mem::take(&mut word));
        }
        match character {
            // The degree sign, its lookalikes, and what a wrong encoding leaves of it.
            '°' | 'º' | '˚' | '\u{FFFD}' => words.push(DEGREE.to_owned()),
            // A star stands in for a degree sign: `*F`.
            '*' if matches!(after, 'C' | 'F') && !at(Some(index + 2)).is_alphanumeric() => {
                words.push(DEGREE.to_owned());
            }
            '℃' => words.extend([DEGREE.to_owned(), "c".to_owned()]),
            '℉' => words.extend([DEGREE.to_owned(), "f".to_owned()]),
            // A letter in brackets of its own is a unit, wherever it stands.
            '(' | '[' if matches!(at(Some(index + 2)), ')' | ']') => words.push(BRACKET.to_owned()),
            _ if character.is_alphanumeric() => word.extend(character.to_lowercase()),
            _ => {}
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Takes the unit out of the words, unless nothing else would be left.
fn take_unit(words: &mut Vec<String>) -> Unit {
    let whole = words.clone();
    let unit = find_unit(words);
    while words.last().is_some_and(|word| is_degree(word)) {
        words.pop();
    }
    if words.is_empty() {
        *words = whole;
    }
    unit
}

fn find_unit(words: &mut Vec<String>) -> Unit {
    for at in 0..words.len() {
        let named = UNIT_WORDS.iter().find(|(word, _)| *word == words[at]).map(|(_, unit)| *unit);
        // A letter alone is a unit behind "deg" or a word for temperature, or at the end.
        let before = at.checked_sub(1).map(|before| words[before].as_str());
        let plain = || {
            let may = before.is_some_and(|word| is_degree(word) || is_temperature(word))
                || before.is_some() && at + 1 == words.len();
            letter_unit(&words[at]).filter(|_| may)
        };
        if let Some(unit) = named.or_else(plain) {
            // In `temp in °C` it belongs to the unit, in `Temp In (C)` it says where.
            let may_be_in = before != Some(BRACKET);
            words.remove(at);
            let is_filler = |word: &&String| is_degree(word) || may_be_in && *word == "in";
            let fillers = words[..at].iter().rev().take_while(is_filler).count();
            words.drain(at - fillers..at);
            return unit;
        }
        // `tempf`, `TEMPERATUREC`: nothing parts the unit from the word.
        let (stem, letter) =
            words[at].split_at(words[at].floor_char_boundary(words[at].len().saturating_sub(1)));
        // `AirTC`, as Campbell's loggers call it, is `air_t` in °C; `tmpf` comes from airports.
        let is_air = stem == "t" && before == Some("air") || stem == "tmp";
        if let Some(unit) = letter_unit(letter).filter(|_| is_air || ends_in_temperature(stem)) {
            words[at] = stem.to_owned();
            return unit;
        }
    }
    Unit::Unknown
}

fn letter_unit(word: &str) -> Option<Unit> {
    match word {
        "c" => Some(Unit::Celsius),
        "f" => Some(Unit::Fahrenheit),
        "k" => Some(Unit::Kelvin),
        _ => None,
    }
}

fn is_degree(word: &str) -> bool {
    matches!(word, DEGREE | BRACKET | "degs" | "degree" | "degrees")
}

fn is_temperature(word: &str) -> bool {
    matches!(word, "temp" | "temps" | "temperature" | "temperatures" | "temperatur")
}

/// `temp`, and `DRYBULBTEMP`.
fn ends_in_temperature(word: &str) -> bool {
    ["temp", "temperature", "temperatur"].iter().any(|end| word.ends_with(end)) || is_temperature(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_punctuation_and_unit() {
        for (text, key, unit) in [
            ("temperature", "temperature", Unit::Unknown),
            ("Temp", "temp", Unit::Unknown),
            ("T", "t", Unit::Unknown),
            ("temperature_2m (°C)", "temperature2m", Unit::Celsius),
            ("temperature_2m (Â°F)", "temperature2m", Unit::Fahrenheit),
            ("Mean_TemperatureC", "meantemperature", Unit::Celsius),
            ("tempF", "temp", Unit::Fahrenheit),
            ("tempf", "temp", Unit::Fahrenheit),
            ("TEMPERATUREC", "temperature", Unit::Celsius),
            ("temp_c", "temp", Unit::Celsius),
            ("temp_degF", "temp", Unit::Fahrenheit),
            ("temp_degf", "temp", Unit::Fahrenheit),
            ("air_temperature [K]", "airtemperature", Unit::Kelvin),
            ("Air Temp (C) Avg", "airtempavg", Unit::Celsius),
            ("TempC_Avg", "tempavg", Unit::Celsius),
            ("Temperature (degrees celsius)", "temperature", Unit::Celsius),
            ("temperature in deg. F", "temperature", Unit::Fahrenheit),
            ("temperature_kelvin", "temperature", Unit::Kelvin),
            ("Temperatur (\u{FFFD}C)", "temperatur", Unit::Celsius),
            ("Temp (℃)", "temp", Unit::Celsius),
            ("Temperature (RXW 1), *F, Orchard 2", "temperaturerxw1orchard2", Unit::Fahrenheit),
            ("平均気温(℃) 品質情報", "平均気温品質情報", Unit::Celsius),
            ("평균기온(°C)", "평균기온", Unit::Celsius),
            ("T_degC", "t", Unit::Celsius),
            ("temp (°)", "temp", Unit::Unknown),
            ("HourlyDryBulbTemperature", "hourlydrybulbtemperature", Unit::Unknown),
            ("T2M", "t2m", Unit::Unknown),
            ("t_2m", "t2m", Unit::Unknown),
            ("C", "c", Unit::Unknown),
            ("Temp In (C)", "tempin", Unit::Celsius),
            ("Temp (C)", "temp", Unit::Celsius),
            ("tmpf", "tmp", Unit::Fahrenheit),
            ("AirTC_Avg", "airtavg", Unit::Celsius),
            ("HOURLYDRYBULBTEMPF", "hourlydrybulbtemp", Unit::Fahrenheit),
            ("°C", "degc", Unit::Celsius),
            ("Température", "température", Unit::Unknown),
            ("", "", Unit::Unknown),
        ] {
            let name = Name::new(text);
            assert_eq!((name.key().as_str(), name.unit), (key, unit), "{text}");
            assert_eq!(full_key(text), name.full_key, "{text}");
        }
    }

    #[test]
    fn a_unit_may_be_all_of_a_name() {
        for (text, is_one) in [
            ("°C", true),
            ("1 °C", true),
            ("Celsius(°C)", true),
            ("deg. F", true),
            ("C", false),
            ("°", false),
            ("2 %rF", false),
            ("Temp (°C)", false),
        ] {
            assert_eq!(Name::new(text).is_unit_alone(), is_one, "{text}");
        }
    }

    #[test]
    fn words_part_at_capitals_and_punctuation() {
        let words = |text: &str| Name::new(text).words.join(" ");
        assert_eq!(words("HourlyDryBulbTemperature"), "hourly dry bulb temperature");
        assert_eq!(words("DBTemp"), "db temp");
        assert_eq!(words("LandAverageTemperatureUncertainty"), "land average temperature uncertainty");
        assert_eq!(words("outside-temp.1"), "outside temp 1");
    }
}
