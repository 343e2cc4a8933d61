//! Calendar days.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::time_format::TimeFormat;

/// A day of the (proleptic) Gregorian calendar, as the file wrote it: no time zone is applied. It is kept as its
/// [`Self::number`]: cells are sorted, written and read by it, and only what a person sees needs the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// The day whose number is 0.
const EPOCH: Date = date(1970, 1, 1);
/// The numbers of 0000-01-01 and 9999-12-31.
const NUMBERS: std::ops::RangeInclusive<i32> = -719_528..=2_932_896;

impl Day {
    /// The day, if the calendar has it. Years 0 to 9999.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Day> {
        let part = |number: u32| i8::try_from(number).ok();
        Date::new(i16::try_from(year).ok()?, part(month)?, part(day)?).ok().map(Day::from)
    }

    /// Days since 1970-01-01, negative before.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day with this [`Self::number`], if its year is 0 to 9999.
    pub fn from_number(number: i32) -> Option<Day> {
        NUMBERS.contains(&number).then_some(Day(number))
    }

    /// The first day of the same month.
    pub fn first_of_month(self) -> Day {
        Day::from(self.date().first_of_month())
    }

    /// The first day of a month, 1 to 12, of the same year.
    pub fn first_of(self, month: u8) -> Option<Day> {
        Day::new(self.date().year().unsigned_abs().into(), month.into(), 1)
    }

    pub(crate) fn date(self) -> Date {
        EPOCH.saturating_add(SignedDuration::from_hours(24 * i64::from(self.0)))
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        // Years 0 to 9999 are fewer than four million days.
        Day((date.duration_since(EPOCH).as_hours() / 24) as i32)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_numbers_count_calendar_days() {
        let number = |text: &str| TimeFormat::YearFirst.day(text.as_bytes()).unwrap().number();
        // Differences from Python's datetime.date.
        assert_eq!(number("2024-03-01") - number("2024-02-28"), 2);
        assert_eq!(number("2000-01-01") - number("1970-01-01"), 10_957);
        assert_eq!(number("2100-03-01") - number("2100-02-28"), 1);
        assert_eq!((number("1970-01-01"), number("9999-12-31")), (0, 2_932_896));
        for text in ["0000-01-01", "1969-12-31", "1970-01-02", "9999-12-31"] {
            assert_eq!(Day::from_number(number(text)).unwrap().to_string(), text);
        }
        assert_eq!((Day::from_number(number("0000-01-01") - 1), Day::from_number(i32::MAX)), (None, None));
    }
}
