//! How a file writes its days.

use serde::{Deserialize, Serialize};

use crate::day::Day;

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
    /// `2/29/24`.
    MonthFirstShort,
    /// `29/2/24`, `29.02.24`.
    DayFirstShort,
    /// `24.02.29`.
    YearFirstShort,
    /// `29 Feb 2024`, `Feb 29, 2024`, `29-Feb-24 13:00`, `Thu Feb 29 13:00:00 CET 2024`, `Feb-2024`: the month in English.
    MonthName,
    /// Seconds since 1970-01-01 UTC, from 1973 to 2096, with or without a fraction; the day is that of UTC.
    EpochSeconds,
    /// Milliseconds of the same.
    EpochMilliseconds,
    /// Microseconds.
    EpochMicroseconds,
    /// Nanoseconds.
    EpochNanoseconds,
    /// `45351.5`: days as spreadsheets count them, from 1955 to 2064.
    SpreadsheetDays,
    /// `2024-02`, `2024/2`, `202402`: a month, which stands as its first day.
    YearMonth,
    /// `2024-060`: a year and its day, from 1.
    YearDay,
    /// `2024`: a year, which stands as its first day; where the months are columns, as theirs.
    Year,
}

/// Two digits of a year up to this are of the 21st century, as POSIX reads `%y`.
const LAST_SHORT_YEAR: u32 = 68;
/// Seconds of the epoch: with fewer digits they could be anything.
const EPOCH_SECONDS: std::ops::Range<i64> = 100_000_000..4_000_000_000;
/// Days of spreadsheets that are taken for such: from 1955 to 2064.
const SPREADSHEET_DAYS: std::ops::Range<i32> = 20_100..60_000;
/// The spreadsheets' number of 1970-01-01.
const SPREADSHEET_EPOCH: i32 = 25_569;
/// Years that a column of months has: other numbers of six digits are clocks.
const MONTHS_YEARS: std::ops::RangeInclusive<u32> = 1500..=2200;
const MONTH_NAMES: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

impl TimeFormat {
    /// Every format of a day, in the order in which they are tried on a file.
    pub const ALL: [TimeFormat; 14] = [
        TimeFormat::YearFirst,
        TimeFormat::Compact,
        TimeFormat::MonthFirst,
        TimeFormat::DayFirst,
        TimeFormat::MonthFirstShort,
        TimeFormat::DayFirstShort,
        TimeFormat::YearFirstShort,
        TimeFormat::MonthName,
        TimeFormat::EpochSeconds,
        TimeFormat::EpochMilliseconds,
        TimeFormat::EpochMicroseconds,
        TimeFormat::EpochNanoseconds,
        TimeFormat::YearMonth,
        TimeFormat::SpreadsheetDays,
    ];

    /// The format that differs only in whether day or month comes first; `None` where that is plain.
    pub fn other_order(self) -> Option<TimeFormat> {
        match self {
            TimeFormat::MonthFirst => Some(TimeFormat::DayFirst),
            TimeFormat::DayFirst => Some(TimeFormat::MonthFirst),
            TimeFormat::MonthFirstShort => Some(TimeFormat::DayFirstShort),
            TimeFormat::DayFirstShort => Some(TimeFormat::MonthFirstShort),
            _ => None,
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
            TimeFormat::MonthFirstShort => {
                let (month, day, year) = three_short(text)?;
                Day::new(century(year)?, month, day)
            }
            TimeFormat::DayFirstShort => {
                let (day, month, year) = three_short(text)?;
                Day::new(century(year)?, month, day)
            }
            TimeFormat::YearFirstShort => {
                let (year, month, day) = three_short(text)?;
                Day::new(century(year)?, month, day)
            }
            TimeFormat::MonthName => month_name(text),
            TimeFormat::EpochSeconds => epoch(text, 1),
            TimeFormat::EpochMilliseconds => epoch(text, 1000),
            TimeFormat::EpochMicroseconds => epoch(text, 1_000_000),
            TimeFormat::EpochNanoseconds => epoch(text, 1_000_000_000),
            TimeFormat::SpreadsheetDays => spreadsheet_days(text),
            TimeFormat::YearMonth => {
                let (year, rest) = number(text, 4, 4)?;
                let (month, rest) = number(separator(rest).unwrap_or(rest), 1, 2)?;
                // `20242` may be a day of the year.
                let is_month = rest.is_empty() && text.len() > 5 && MONTHS_YEARS.contains(&year);
                is_month.then(|| Day::new(year, month, 1))?
            }
            TimeFormat::YearDay => {
                let (year, rest) = number(text, 4, 4)?;
                // Programs that know no integers write `1980.0` and `60.0`.
                let rest = rest.strip_prefix(b".0").unwrap_or(rest);
                let (day, rest) = number(separator(rest)?, 1, 3)?;
                let rest = rest.strip_prefix(b".0").unwrap_or(rest);
                let first = Day::new(year, 1, 1).filter(|_| rest.is_empty() && day > 0)?;
                let found = Day::from_number(first.number() + day as i32 - 1)?;
                (found.date().year() == first.date().year()).then_some(found)
            }
            TimeFormat::Year => {
                let (year, rest) = number(text, 4, 4)?;
                rest.is_empty().then(|| Day::new(year, 1, 1))?
            }
        }
    }
}

/// Three numbers, each of at most two digits.
fn three_short(text: &[u8]) -> Option<(u32, u32, u32)> {
    let (first, rest) = number(text, 1, 2)?;
    let (second, rest) = number(separator(rest)?, 1, 2)?;
    let (third, rest) = number(separator(rest)?, 1, 2)?;
    ends(rest).then_some((first, second, third))
}

/// The year that two digits stand for.
fn century(year: u32) -> Option<u32> {
    match year {
        0..=LAST_SHORT_YEAR => Some(2000 + year),
        69..=99 => Some(1900 + year),
        _ => None,
    }
}

/// The day beside the month's name, and the year: numbers of one or two digits and of four.
fn month_name(text: &[u8]) -> Option<Day> {
    if !text.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    // A clock is one word.
    let words: Vec<&[u8]> = text
        .split(|byte| !is_part(byte) && *byte != b':')
        .filter(|word| !word.is_empty() && !word.contains(&b':'))
        .collect();
    let month_of = |word: &[u8]| {
        let first = word.first_chunk::<3>()?.to_ascii_lowercase();
        MONTH_NAMES
            .iter()
            .position(|name| name[..] == first[..])
            .filter(|_| word.iter().all(u8::is_ascii_alphabetic))
    };
    let whole = |word: &&&[u8], least, most| {
        number(word, least, most).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
    };
    let at = words.iter().position(|word| month_of(word).is_some())?;
    let month = month_of(words[at])? as u32 + 1;
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let beside = [words.get(at + 1), before].into_iter().flatten();
    let day = beside.filter_map(|word| whole(&word, 1, 2)).next();
    let year = words.iter().filter_map(|word| whole(&word, 4, 4)).next();
    match (day, year) {
        (Some(day), Some(year)) => Day::new(year, month, day),
        // `Feb-2024`, which stands as its first day.
        (None, Some(year)) if words.len() == 2 => Day::new(year, month, 1),
        // `29-Feb-24`.
        (_, None) => {
            let day = before.and_then(|word| whole(&word, 1, 2))?;
            let year = words.get(at + 1).and_then(|word| whole(&word, 2, 2))?;
            Day::new(century(year)?, month, day)
        }
        _ => None,
    }
}

/// The day of a spreadsheet's number, which counts from 1899-12-30 since its inventors took 1900 for a leap year
/// ([ECMA-376 part 1, 18.17.4](https://ecma-international.org/publications-and-standards/standards/ecma-376/)).
fn spreadsheet_days(text: &[u8]) -> Option<Day> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits);
    let is_number =
        rest.is_empty() || matches!(rest[0], b'.' | b',') && rest[1..].iter().all(u8::is_ascii_digit);
    let days: i32 = std::str::from_utf8(whole).ok()?.parse().ok()?;
    (is_number && SPREADSHEET_DAYS.contains(&days)).then(|| Day::from_number(days - SPREADSHEET_EPOCH))?
}

/// The day of a number of seconds, or of parts of them.
fn epoch(text: &[u8], parts: i64) -> Option<Day> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(digits);
    let is_number = rest.is_empty() || rest[0] == b'.' && rest[1..].iter().all(u8::is_ascii_digit);
    let whole: i64 = std::str::from_utf8(whole).ok()?.parse().ok()?;
    let is_epoch = is_number && EPOCH_SECONDS.contains(&(whole / parts));
    is_epoch.then(|| Day::from_number(i32::try_from(whole.div_euclid(parts * 86_400)).ok()?))?
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
    fn months_have_names() {
        for (text, expected) in [
            ("29 Feb 2024", "2024-02-29"),
            ("29-Feb-24", "2024-02-29"),
            ("29-FEB-1999 13:00", "1999-02-28"),
            ("28-FEB-1999 13:00", "1999-02-28"),
            ("Thu Feb 29 13:00:00 CET 2024", "2024-02-29"),
            ("Feb-2024", "2024-02-01"),
            ("2024 Feb", "2024-02-01"),
        ] {
            let expected = Some(expected).filter(|_| !text.starts_with("29-FEB-1999"));
            assert_eq!(day(TimeFormat::MonthName, text).as_deref(), expected, "{text}");
        }
        assert_eq!(day(TimeFormat::MonthName, "Feb 29"), None);
        assert_eq!(day(TimeFormat::EpochNanoseconds, "1709164800000000000").as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn spreadsheets_count_days() {
        for (text, expected) in
            [("45351", "2024-02-29"), ("45351.99", "2024-02-29"), ("25569,5", "1970-01-01")]
        {
            assert_eq!(day(TimeFormat::SpreadsheetDays, text).as_deref(), Some(expected), "{text}");
        }
        for text in ["12", "999999", "45351x", ""] {
            assert_eq!(day(TimeFormat::SpreadsheetDays, text), None, "{text}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_no_day() {
        for text in ["2023-02-29", "2024-13-01", "2024-1", "24-01-01", "2024-01-011", "", "x"] {
            assert_eq!(day(TimeFormat::YearFirst, text), None, "{text}");
        }
        assert_eq!(day(TimeFormat::MonthFirst, "29/2/2024"), None);
    }
}
