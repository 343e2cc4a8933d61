//! What is read of a row, and how: the one place that tells what a field's text is as a reading.

use shared::{Columns, Decimal, Dialect, Reading, Reason, Slot};

use crate::elements::Elements;
use crate::missing::Missing;
use crate::number::{Number, Numbers};

/// The fields of a row that are read.
pub struct Fields {
    /// The places of its readings.
    pub slots: Vec<Slot>,
    /// The fields of the station and the time.
    pub station: Option<usize>,
    /// The time's; its parts, where they have fields of their own.
    time: Vec<usize>,
    /// In a long table, the field that names the element, and so the one slot of a row.
    pub elements: Option<Elements>,
    values: Vec<Values>,
    mark: u8,
}

/// How the values of a variable are written.
struct Values {
    scale: u8,
    numbers: Numbers,
    missing: Missing,
}

impl Fields {
    /// Those of `columns`.
    pub fn new(dialect: &Dialect, columns: &Columns) -> Self {
        let mark = dialect.decimal_mark as u8;
        let values = columns.variables.iter().map(|variable| Values {
            scale: variable.scale,
            numbers: Numbers::new(mark, variable.scale),
            missing: Missing::new(variable),
        });
        Fields {
            slots: columns.slots(),
            station: columns.station.as_ref().map(|column| column.index),
            time: columns
                .time
                .iter()
                .flat_map(|column| [&[column.index][..], &column.rest].concat())
                .collect(),
            elements: Elements::new(dialect, columns),
            values: values.collect(),
            mark,
        }
    }

    /// The text of a row's time, by what its fields hold; put together in `joined` where it has several.
    #[inline]
    pub fn time<'a>(&self, field: impl Fn(usize) -> &'a [u8], joined: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        match self.time[..] {
            [] => None,
            [only] => Some(field(only)),
            _ => {
                joined.clear();
                for index in &self.time {
                    if !joined.is_empty() {
                        joined.push(b'-');
                    }
                    joined.extend_from_slice(field(*index).trim_ascii());
                }
                Some(joined)
            }
        }
    }

    /// Whether rows have a time.
    pub fn has_time(&self) -> bool {
        !self.time.is_empty()
    }

    /// The integer at the scale of `variable` that `text[start..end]` is, unless it is missing.
    #[inline]
    pub fn scaled(&self, variable: usize, text: &[u8], start: usize, end: usize) -> Option<i64> {
        let values = &self.values[variable];
        values.numbers.short(text, start, end).filter(|value| !values.missing.is_scaled(*value))
    }

    /// The reading in `text[start..end]`, a value of `variable`; `None` where that is neither a number of a common
    /// form nor missing.
    #[inline]
    pub fn common(&self, variable: usize, text: &[u8], start: usize, end: usize) -> Option<Reading> {
        let values = &self.values[variable];
        match values.numbers.read(text, start, end) {
            Some(number) => Some(values.reading(number)),
            None => values.missing.is_text(&text[start..end]).then_some(Reading::Missing),
        }
    }

    /// The reading that `text`, a value of `variable`, is.
    pub fn reading(&self, variable: usize, text: &[u8]) -> Reading {
        let values = &self.values[variable];
        if values.missing.is_text(text) {
            return Reading::Missing;
        }
        if let Some(number) = values.numbers.plain(text) {
            return values.reading(number);
        }
        match Decimal::parse(text, self.mark) {
            Ok(value) if values.missing.is_number(&value) => Reading::Missing,
            Ok(value) if !value.is_temperature() => Reading::Rejected(Reason::OutOfRange),
            Ok(value) => match value.to_scaled(values.scale) {
                Some(value) => Reading::Scaled(value),
                None => Reading::Odd(Box::new(value)),
            },
            Err(reason) => Reading::Rejected(reason),
        }
    }
}

impl Values {
    #[inline]
    fn reading(&self, number: Number) -> Reading {
        match number {
            Number::Scaled(value) if self.missing.is_scaled(value) => Reading::Missing,
            Number::Scaled(value) => Reading::Scaled(value),
            Number::Fine { digits, scale } if self.missing.is_fine(digits, scale) => Reading::Missing,
            Number::Fine { digits, scale } => Reading::Fine { digits, scale },
        }
    }
}
