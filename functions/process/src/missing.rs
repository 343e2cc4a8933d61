//! Missing markers: the texts, and the numbers, that stand for no temperature.

use std::collections::HashSet;

use shared::Decimal;
use shared::scaled::parse_fine;

/// The missing markers of a variable. The empty field is always one of them.
pub struct Missing {
    texts: HashSet<Vec<u8>>,
    numbers: Vec<Decimal>,
    scaled: Vec<i64>,
    /// Those that are no integer at the variable's scale: digits, and how many of them are the fraction's.
    fine: Vec<(i64, u8)>,
    /// The greatest of `scaled`: a glance tells most values from every marker.
    greatest: i64,
}

impl Missing {
    /// These markers, where numbers are written with at most `scale` fraction digits as a rule.
    pub fn new(missing: &[String], scale: u8) -> Self {
        let numbers: Vec<_> =
            missing.iter().filter_map(|text| Decimal::parse(text.as_bytes(), b'.').ok()).collect();
        let scaled: Vec<_> = numbers.iter().filter_map(|number| number.to_scaled(scale)).collect();
        Missing {
            texts: missing.iter().map(|text| text.as_bytes().to_vec()).collect(),
            greatest: scaled.iter().copied().max().unwrap_or(i64::MIN),
            fine: missing.iter().filter_map(|text| parse_fine(text.as_bytes(), b'.')).collect(),
            numbers,
            scaled,
        }
    }

    /// Whether a field's text, blanks around it aside, is a marker.
    pub fn is_text(&self, text: &[u8]) -> bool {
        let text = text.trim_ascii();
        text.is_empty() || self.texts.contains(text)
    }

    /// Whether a scaled value is at most the greatest marker.
    #[inline(always)]
    pub fn may_be_scaled(&self, value: i64) -> bool {
        value <= self.greatest
    }

    /// Whether a scaled value is a marker.
    #[inline]
    pub fn is_scaled(&self, value: i64) -> bool {
        self.may_be_scaled(value) && self.scaled.contains(&value)
    }

    /// Whether `digits` × 10^-`scale`, as [`parse_fine`] reads them, is a marker.
    pub fn is_fine(&self, digits: i64, scale: u8) -> bool {
        self.fine.contains(&(digits, scale))
    }

    /// Whether a number is a marker.
    pub fn is_number(&self, value: &Decimal) -> bool {
        self.numbers.contains(value)
    }
}
