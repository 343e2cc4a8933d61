//! Missing markers: the texts, and the numbers, that stand for no temperature.

use std::collections::HashSet;

use shared::{Decimal, TemperatureColumn};

/// The missing markers of a column. The empty field is always one of them.
pub struct Missing {
    texts: HashSet<Vec<u8>>,
    numbers: Vec<Decimal>,
    scaled: Vec<i64>,
    /// The greatest of `scaled`: a glance tells most values from every marker.
    greatest: i64,
}

impl Missing {
    /// The markers of `column`.
    pub fn new(column: &TemperatureColumn) -> Self {
        let numbers: Vec<_> =
            column.missing.iter().filter_map(|text| Decimal::parse(text.as_bytes(), b'.').ok()).collect();
        let scaled: Vec<_> = numbers.iter().filter_map(|number| number.to_scaled(column.scale)).collect();
        Missing {
            texts: column.missing.iter().map(|text| text.as_bytes().to_vec()).collect(),
            greatest: scaled.iter().copied().max().unwrap_or(i64::MIN),
            numbers,
            scaled,
        }
    }

    /// Whether a field's text, blanks around it aside, is a marker.
    pub fn is_text(&self, text: &[u8]) -> bool {
        let text = text.trim_ascii();
        text.is_empty() || self.texts.contains(text)
    }

    /// Whether a scaled value is a marker.
    #[inline]
    pub fn is_scaled(&self, value: i64) -> bool {
        value <= self.greatest && self.scaled.contains(&value)
    }

    /// Whether a number is a marker.
    pub fn is_number(&self, value: &Decimal) -> bool {
        self.numbers.contains(value)
    }
}
