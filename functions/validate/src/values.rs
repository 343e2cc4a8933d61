//! The head's values: numbers or not, their decimal mark and digits, and how times are written.

use std::borrow::Cow;
use std::collections::HashSet;

use shared::scaled::MAX_SCALE;
use shared::writing::{Bare, number_length};
use shared::{Decimal, Encoding, TimeFormat, Unit, Writing};

use crate::listing::quote;
use crate::records::Record;

/// What the head's rows have in a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Rows with a number that can be a temperature.
    pub numbers: usize,
    /// Rows with nothing, or with a missing marker.
    pub missing: usize,
    /// Rows with something else.
    pub others: usize,
    /// The first of them: line number and text.
    pub examples: Vec<(u64, Vec<u8>)>,
    /// The most fraction digits of the numbers, up to [`MAX_SCALE`].
    pub scale: u8,
    /// The numbers.
    pub values: Vec<Decimal>,
}

/// The most rows with something else that are kept as examples.
const MAX_EXAMPLES: usize = 3;

/// The texts, and the numbers, that stand for a missing value.
#[derive(Debug)]
pub struct Markers {
    texts: HashSet<Vec<u8>>,
    numbers: Vec<Decimal>,
}

impl Markers {
    /// Whether a number is one of them.
    pub fn has(&self, value: &Decimal) -> bool {
        self.numbers.contains(value)
    }

    /// Whether a text without blanks around it is one of them, or empty.
    pub fn is_missing(&self, text: &[u8], mark: u8) -> bool {
        text.is_empty()
            || self.texts.contains(text)
            || Decimal::parse(text, mark).is_ok_and(|number| self.has(&number))
    }

    /// Those of a profile.
    pub fn new(missing: &[String]) -> Self {
        Markers {
            texts: missing.iter().map(|text| text.as_bytes().to_vec()).collect(),
            numbers: missing.iter().filter_map(|text| Decimal::parse(text.as_bytes(), b'.').ok()).collect(),
        }
    }
}

impl Sample {
    /// Whether there is a number, or hardly anything but missing values.
    pub fn may_be_temperatures(&self) -> bool {
        self.numbers > 0 || self.missing > self.others
    }

    /// Whether the column is text: no number is in it, or hardly any.
    pub fn is_text(&self) -> bool {
        self.others > self.numbers
    }
}

/// How the fields of a column are to be read.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// The decimal mark.
    pub mark: u8,
    /// The missing markers.
    pub markers: &'a Markers,
    /// What stands around the numbers, and their unit.
    pub writing: &'a Writing,
    /// The unit beside them.
    pub unit: Unit,
    /// Encoding of the fields.
    pub encoding: Encoding,
}

/// Looks at the fields `index` of `rows`.
pub fn sample<'a>(rows: impl IntoIterator<Item = &'a Record>, index: usize, way: Way<'_>) -> Sample {
    let Way { mark, markers, writing, .. } = way;
    let mut sample = Sample::default();
    for row in rows {
        let Some(whole) = row.fields.get(index).map(|field| field.trim_ascii()) else { continue };
        if whole.is_empty() || markers.texts.contains(whole) {
            sample.missing += 1;
            continue;
        }
        let text = match writing.bare(whole, way.unit, way.encoding) {
            Bare::Text(text) => text,
            Bare::Missing => {
                sample.missing += 1;
                continue;
            }
            // It is a number all the same.
            Bare::Rejected(_) => continue,
        };
        if text.is_empty() || markers.texts.contains(text) {
            sample.missing += 1;
            continue;
        }
        match Decimal::parse(text, mark) {
            Ok(value) if markers.numbers.contains(&value) => sample.missing += 1,
            Ok(value) if value.is_temperature() => {
                sample.numbers += 1;
                sample.values.push(value);
                sample.scale = sample.scale.max(fraction_digits(text, mark));
            }
            _ => {
                sample.others += 1;
                if sample.examples.len() < MAX_EXAMPLES {
                    sample.examples.push((row.line, whole.to_vec()));
                }
            }
        }
    }
    sample
}

/// Fraction digits of a plain decimal; a number with an exponent has none of its own.
fn fraction_digits(text: &[u8], mark: u8) -> u8 {
    if text.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        return 0;
    }
    let digits = text.iter().rposition(|byte| *byte == mark).map_or(0, |at| text.len() - at - 1);
    u8::try_from(digits).unwrap_or(MAX_SCALE).min(MAX_SCALE)
}

/// The decimal mark of the columns: a comma only where the numbers need it.
pub fn decimal_mark(rows: &[&Record], columns: &[usize]) -> u8 {
    // The number alone, where a unit stands behind it.
    let is_fraction = |text: &[u8], mark| {
        let number = &text[..number_length(text)];
        number.contains(&mark) && Decimal::is_written(number, mark)
    };
    let more_commas = |fields: &mut dyn Iterator<Item = &Vec<u8>>| {
        let (mut points, mut commas) = (0, 0);
        for text in fields {
            let text = text.trim_ascii();
            points += usize::from(is_fraction(text, b'.'));
            commas += usize::from(is_fraction(text, b','));
        }
        commas.cmp(&points)
    };
    let mut own = rows.iter().flat_map(|row| columns.iter().filter_map(|index| row.fields.get(*index)));
    // Whole degrees in the head tell nothing; the other columns may.
    let order = more_commas(&mut own).then_with(|| more_commas(&mut rows.iter().flat_map(|row| &row.fields)));
    if order.is_gt() { b',' } else { b'.' }
}

/// Whether a field is a number or a time, as no column name is.
pub fn is_number_or_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_day = || TimeFormat::ALL.into_iter().any(|format| format.day(bytes).is_some());
    let is_clock =
        || text.contains(':') && text.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
    is_number(bytes) || is_day() || is_clock()
}

/// Texts that stand for a missing value whatever the profile.
const NOTHING: [&str; 14] =
    ["na", "nan", "n/a", "null", "none", "-", "--", "---", "t", "m", "mm", "*", "unavailable", "unknown"];

/// Whether a field stands for nothing, whatever the profile.
pub fn stands_for_nothing(field: &str) -> bool {
    NOTHING.contains(&field.to_lowercase().as_str())
}

/// Whether a field is a number, a time, or stands for nothing.
pub fn is_value(field: &str) -> bool {
    is_number_or_time(field) || stands_for_nothing(field)
}

/// Whether a field is a number, with a point or a comma, even if no temperature is that large.
pub fn is_number(text: &[u8]) -> bool {
    [b'.', b','].into_iter().any(|mark| Decimal::is_written(text, mark))
}

/// Examples for a message: `"cold" (line 2), "mild" (line 3)`.
pub fn examples<'a>(examples: &'a [(u64, Vec<u8>)], decode: impl Fn(&'a [u8]) -> Cow<'a, str>) -> String {
    let shown: Vec<_> =
        examples.iter().map(|(line, text)| format!("{} (line {line})", quote(&decode(text)))).collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[&str]) -> Vec<Record> {
        let fields = |value: &str| value.split('|').map(|field| field.as_bytes().to_vec()).collect();
        values.iter().zip(2..).map(|(value, line)| Record { line, end: 0, fields: fields(value) }).collect()
    }

    fn sample_of(values: &[&str], mark: u8) -> Sample {
        let markers = ["NA", "-9999"].map(str::to_owned);
        let (markers, writing) = (Markers::new(&markers), Writing::default());
        let way =
            Way { mark, markers: &markers, writing: &writing, unit: Unit::Unknown, encoding: Encoding::Utf8 };
        sample(&rows(values), 0, way)
    }

    #[test]
    fn values_are_numbers_missing_or_something_else() {
        let found = sample_of(&["21.4", " -0.05 ", "1e-7", "", "NA", "-9999.0", "warm", "inf", "1e9"], b'.');
        assert_eq!((found.numbers, found.missing, found.scale), (3, 3, 2));
        assert_eq!((found.others, found.is_text()), (3, false));
        assert_eq!(found.examples, [(8, b"warm".to_vec()), (9, b"inf".to_vec()), (10, b"1e9".to_vec())]);
        assert_eq!(sample_of(&["1.123456789012"], b'.').scale, 12);
        assert_eq!(sample_of(&["1.1234567890123456"], b'.').scale, MAX_SCALE);
        assert!(sample_of(&["cold", "mild", "1", "NA"], b'.').is_text());
        assert_eq!(sample_of(&["12,5"], b',').scale, 1);
        assert_eq!(sample_of(&["12,5"], b'.').numbers, 0);
    }

    #[test]
    fn the_decimal_mark_is_a_comma_only_where_numbers_need_it() {
        let mark = |values: &[&str]| decimal_mark(&rows(values).iter().collect::<Vec<_>>(), &[0]);
        assert_eq!(mark(&["12,5", "13"]), b',');
        assert_eq!(mark(&["12.5", "13"]), b'.');
        assert_eq!(mark(&["12|81,5", "13|80,1"]), b',');
        assert_eq!(mark(&["12|81", "13|80"]), b'.');
        assert_eq!(mark(&["9,6 °C"]), b',');
    }

    #[test]
    fn numbers_and_times_are_no_column_names() {
        for text in ["1", "-2.5", "12,5", "1e3", "2024-01-01", "20240101", "1/13/2024", "13:00", "13:00:00.5"]
        {
            assert!(is_number_or_time(text), "{text}");
        }
        for text in ["temp", "t2m", "2m temperature", "", "temp 1", ":a"] {
            assert!(!is_number_or_time(text), "{text}");
        }
    }
}
