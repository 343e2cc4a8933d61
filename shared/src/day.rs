//! Calendar days, and how a file writes its times.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A day of the (proleptic) Gregorian calendar, as the file wrote it: no time zone is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// The day, if the calendar has it. Years 0 to 9999.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Day> {
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (year <= 9999 && (1..=length).contains(&day)).then_some(Day(year * 10_000 + month * 100 + day))
    }

    /// Days since 0000-03-01, for distances on an axis.
    pub fn number(self) -> i64 {
        let (year, month, day) =
            (i64::from(self.0 / 10_000), i64::from(self.0 / 100 % 100), i64::from(self.0 % 100));
        // Count years from March, so that the leap day is the last of its year.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + day
            - 1
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        TimeFormat::YearFirst
            .day(text.as_bytes())
            .ok_or_else(|| de::Error::custom(format!("not a day: {text}")))
    }
}

/// How the time column writes a day. What follows the day (an hour, an offset) is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2024-02-29`, `2024/2/29`, `2024-02-29T13:00:00Z` (ISO 8601 and its relatives).
    YearFirst,
    /// `20240229`, `2024022913`, `202402291300`.
    Compact,
    /// `2/29/2024`.
    MonthFirst,
    /// `29/2/2024`, `29.02.2024`.
    DayFirst,
}

impl TimeFormat {
    /// Every format, in the order in which they are tried on a file.
    pub const ALL: [TimeFormat; 4] =
        [TimeFormat::YearFirst, TimeFormat::Compact, TimeFormat::MonthFirst, TimeFormat::DayFirst];

    /// The format that differs only in whether day or month comes first; `None` where that is plain.
    pub fn other_order(self) -> Option<TimeFormat> {
        match self {
            TimeFormat::MonthFirst => Some(TimeFormat::DayFirst),
            TimeFormat::DayFirst => Some(TimeFormat::MonthFirst),
            TimeFormat::YearFirst | TimeFormat::Compact => None,
        }
    }

    /// The day that `text` begins with, blanks aside.
    #[inline]
    pub fn day(self, text: &[u8]) -> Option<Day> {
        let text = text.trim_ascii();
        match self {
            TimeFormat::YearFirst => {
                let (year, rest) = number(text, 4, 4)?;
                let rest = separator(rest)?;
                let (month, rest) = number(rest, 1, 2)?;
                let rest = separator(rest)?;
                let (day, rest) = number(rest, 1, 2)?;
                ends(rest).then(|| Day::new(year, month, day))?
            }
            TimeFormat::Compact => {
                let (year, rest) = number(text, 4, 4)?;
                let (month, rest) = number(rest, 2, 2)?;
                let (day, rest) = number(rest, 2, 2)?;
                // Hours, minutes and seconds may follow without a separator.
                (text.len() <= 14 || ends(rest)).then(|| Day::new(year, month, day))?
            }
            TimeFormat::MonthFirst => {
                let (month, day, year) = year_last(text)?;
                Day::new(year, month, day)
            }
            TimeFormat::DayFirst => {
                let (day, month, year) = year_last(text)?;
                Day::new(year, month, day)
            }
        }
    }
}

fn year_last(text: &[u8]) -> Option<(u32, u32, u32)> {
    let (first, rest) = number(text, 1, 2)?;
    let (second, rest) = number(separator(rest)?, 1, 2)?;
    let (year, rest) = number(separator(rest)?, 4, 4)?;
    ends(rest).then_some((first, second, year))
}

/// A run of `least` to `most` digits at the start of `text`, and what follows it.
#[inline]
fn number(text: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let mut value = 0;
    let mut length = 0;
    while length < most && length < text.len() && text[length].is_ascii_digit() {
        value = value * 10 + u32::from(text[length] - b'0');
        length += 1;
    }
    (length >= least).then(|| (value, &text[length..]))
}

#[inline]
fn separator(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'-' | b'/' | b'.', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// Whether a day may end here: not in the middle of a number.
#[inline]
fn ends(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| !byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(format: TimeFormat, text: &str) -> Option<String> {
        format.day(text.as_bytes()).map(|day| day.to_string())
    }

    #[test]
    fn days_are_read_as_written() {
        let leap = Some("2024-02-29".to_owned());
        assert_eq!(day(TimeFormat::YearFirst, "2024-02-29"), leap);
        assert_eq!(day(TimeFormat::YearFirst, "2024/2/29 13:00"), leap);
        assert_eq!(day(TimeFormat::YearFirst, "2024-02-29T23:00:00-06:00"), leap);
        assert_eq!(day(TimeFormat::Compact, "2024022913"), leap);
        assert_eq!(day(TimeFormat::MonthFirst, "2/29/2024"), leap);
        assert_eq!(day(TimeFormat::DayFirst, "29.02.2024 13:00"), leap);
        for (format, text) in [
            (TimeFormat::YearFirst, " 2024-02-29 "),
            (TimeFormat::Compact, "\t202402291300   "),
            (TimeFormat::MonthFirst, "  2/29/2024"),
            (TimeFormat::DayFirst, " 29.02.2024\r"),
        ] {
            assert_eq!(day(format, text), leap, "{text:?}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_no_day() {
        for text in ["2023-02-29", "2024-13-01", "2024-1", "24-01-01", "2024-01-011", "", "x"] {
            assert_eq!(day(TimeFormat::YearFirst, text), None, "{text}");
        }
        assert_eq!(day(TimeFormat::MonthFirst, "29/2/2024"), None);
    }

    #[test]
    fn day_numbers_count_calendar_days() {
        let number = |text: &str| TimeFormat::YearFirst.day(text.as_bytes()).unwrap().number();
        // Differences from Python's datetime.date.
        assert_eq!(number("2024-03-01") - number("2024-02-28"), 2);
        assert_eq!(number("2000-01-01") - number("1970-01-01"), 10_957);
        assert_eq!(number("2100-03-01") - number("2100-02-28"), 1);
    }
}
