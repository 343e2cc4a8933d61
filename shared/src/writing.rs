//! How the values of a variable are written, where they are more than numbers of degrees.

use serde::{Deserialize, Serialize};

use crate::account::Reason;
use crate::dialect::{Encoding, decode};
use crate::unit::Unit;

/// How values are written. The default: a number of degrees, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writing {
    /// How many of a value's fraction digits the file leaves to the reader: 1 where it writes tenths of a degree, so that
    /// `162` is 16.2; 2 where it writes hundredths.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shift: u8,
    /// Text in front of the number, such as `Temp=`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// Whether the variable's unit may stand behind the number, and behind a blank more text: `48 °F at 2:02 PM`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unit_behind: bool,
    /// Characters that may stand behind the number without a meaning for its value, such as `s` for suspect.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub flags: String,
    /// A quality code in the same field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// A quality code in a column of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// A quality code behind the number: `+0320,1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What parts number and code.
    pub behind: char,
    /// Codes that say that there is no value.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Codes of values that are not to be used.
    #[serde(default)]
    pub rejected: Vec<String>,
}

/// A column beside the value's, with its quality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Index of the field in the row, from 0.
    pub index: usize,
    /// Texts that say that there is no value.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Texts beside values that are not to be used.
    #[serde(default)]
    pub rejected: Vec<String>,
}

/// What a field comes to without what stands around its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare<'a> {
    /// A text, which should be a number or a missing marker.
    Text(&'a [u8]),
    /// Its quality code says that there is no value.
    Missing,
    /// It cannot be used.
    Rejected(Reason),
}

impl Writing {
    /// Whether fields hold numbers and nothing else; these may be parts of degrees all the same.
    pub fn is_bare(&self) -> bool {
        self.prefix.is_empty() && !self.unit_behind && self.flags.is_empty() && self.code.is_none()
    }

    /// Takes from `text` what stands around its number. `unit` is the variable's.
    pub fn bare<'a>(&self, text: &'a [u8], unit: Unit, encoding: Encoding) -> Bare<'a> {
        let mut text = text.trim_ascii();
        if let Some(rest) = text.strip_prefix(self.prefix.as_bytes()) {
            text = rest.trim_ascii();
        }
        if let Some(code) = &self.code {
            match code.take(text) {
                Bare::Text(rest) => text = rest,
                other => return other,
            }
        }
        if self.unit_behind {
            let (number, rest) = text.split_at(number_length(text));
            if number.is_empty() {
                return Bare::Text(without_unit(text, encoding));
            }
            match unit_of(rest, encoding) {
                Some(found) if found == unit => text = number,
                Some(Unit::Unknown) => {}
                Some(_) => return Bare::Rejected(Reason::OtherUnit),
                None => {}
            }
        }
        if !self.flags.is_empty() {
            let is_flag = |byte: &u8| self.flags.as_bytes().contains(byte);
            let flags = text.iter().rev().take_while(|byte| is_flag(byte)).count();
            let number = text[..text.len() - flags].trim_ascii_end();
            if number.last().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.') {
                text = number;
            }
        }
        Bare::Text(text)
    }
}

impl Code {
    fn take<'a>(&self, text: &'a [u8]) -> Bare<'a> {
        let Some(at) = text.iter().rposition(|byte| char::from(*byte) == self.behind) else {
            return Bare::Text(text);
        };
        judge(&text[at + 1..], &self.missing, &self.rejected).unwrap_or(Bare::Text(&text[..at]))
    }
}

impl Status {
    /// What `text`, the status of a value, says against it; `None` where the value counts.
    pub fn verdict(&self, text: &[u8]) -> Option<Bare<'static>> {
        judge(text, &self.missing, &self.rejected)
    }
}

fn judge(text: &[u8], missing: &[String], rejected: &[String]) -> Option<Bare<'static>> {
    let text = text.trim_ascii();
    let is_one = |texts: &[String]| texts.iter().any(|one| one.as_bytes() == text);
    if is_one(missing) {
        return Some(Bare::Missing);
    }
    is_one(rejected).then_some(Bare::Rejected(Reason::BadQuality))
}

/// Length of the number that `text` begins with: a sign, digits, points and commas.
pub fn number_length(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text, [b'-' | b'+', ..]));
    let digits = text[sign..].iter().take_while(|byte| byte.is_ascii_digit() || b".,".contains(byte)).count();
    // The comma of `20, about` is no part of the number.
    let mut length = sign + digits;
    while length > sign && text[length - 1] == b',' {
        length -= 1;
    }
    if text[..length].iter().any(u8::is_ascii_digit) { length } else { 0 }
}

/// The unit that `rest`, the text behind a number, begins with: none where that is something else, and unknown where there
/// is nothing.
pub fn unit_of(rest: &[u8], encoding: Encoding) -> Option<Unit> {
    let rest = decode(encoding, rest);
    let rest = rest.trim();
    if rest.is_empty() {
        return Some(Unit::Unknown);
    }
    match rest.chars().next()? {
        '℃' => return Some(Unit::Celsius),
        '℉' => return Some(Unit::Fahrenheit),
        _ => {}
    }
    let sign = |c: char| matches!(c, '°' | 'º' | '˚' | '*' | '\u{FFFD}' | 'Â' | ' ');
    let letters = rest.trim_start_matches(sign);
    let letters = ["degrees", "degree", "deg.", "deg"]
        .iter()
        .find_map(|word| letters.strip_prefix(word))
        .unwrap_or(letters)
        .trim_start_matches(sign);
    let word: String =
        letters.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    match word.as_str() {
        "c" | "celsius" => Some(Unit::Celsius),
        "f" | "fahrenheit" => Some(Unit::Fahrenheit),
        "k" | "kelvin" => Some(Unit::Kelvin),
        _ => None,
    }
}

/// `err°C` without its unit.
fn without_unit(text: &[u8], encoding: Encoding) -> &[u8] {
    let word = text.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
    match unit_of(&text[word..], encoding) {
        Some(_) if word < text.len() => &text[..word],
        _ => text,
    }
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(writing: &Writing, unit: Unit, text: &str) -> String {
        match writing.bare(text.as_bytes(), unit, Encoding::Utf8) {
            Bare::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
            Bare::Missing => "missing".to_owned(),
            Bare::Rejected(reason) => reason.to_string(),
        }
    }

    #[test]
    fn units_are_taken_off() {
        let writing = Writing { unit_behind: true, ..Writing::default() };
        for (unit, text, expected) in [
            (Unit::Celsius, "9,6°C", "9,6"),
            (Unit::Celsius, " 39.433C ", "39.433"),
            (Unit::Celsius, "-3.5 deg C", "-3.5"),
            (Unit::Celsius, "21 ℃", "21"),
            (Unit::Fahrenheit, "48 °F at 2:02 PM", "48"),
            (Unit::Celsius, "48 °F", "other_unit"),
            (Unit::Celsius, "21.5", "21.5"),
            (Unit::Celsius, "err°C", "err"),
            (Unit::Celsius, "--", "--"),
            (Unit::Celsius, "21.5 %", "21.5 %"),
            (Unit::Celsius, "20 Cats", "20 Cats"),
        ] {
            assert_eq!(bare(&writing, unit, text), expected, "{text}");
        }
        assert_eq!(unit_of(b"\xB0C", Encoding::Windows1250), Some(Unit::Celsius));
    }

    #[test]
    fn flags_and_codes_are_taken_off() {
        let flags = Writing { flags: "s*#".to_owned(), ..Writing::default() };
        for (text, expected) in [
            ("65s", "65"),
            ("12.3*", "12.3"),
            ("-1.0*#", "-1.0"),
            ("7 *", "7"),
            ("*", "*"),
            ("s", "s"),
            ("5x", "5x"),
        ] {
            assert_eq!(bare(&flags, Unit::Celsius, text), expected, "{text}");
        }
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let code = Code { behind: ',', missing: texts(&["9"]), rejected: texts(&["2", "3"]) };
        let coded = Writing { code: Some(code), ..Writing::default() };
        for (text, expected) in
            [("+0320,1", "+0320"), ("+0320,3", "bad_quality"), ("+9999,9", "missing"), ("+0320", "+0320")]
        {
            assert_eq!(bare(&coded, Unit::Celsius, text), expected, "{text}");
        }
        let prefixed = Writing { prefix: "Temp=".to_owned(), ..Writing::default() };
        assert_eq!(bare(&prefixed, Unit::Celsius, "Temp=17.1"), "17.1");
    }
}
