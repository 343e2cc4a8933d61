//! The accounts: every data row, and every reading in it, is used, missing or rejected, and counted once.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Serialize};

/// Why a row was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The temperature field holds something other than a number or a missing marker.
    NotANumber,
    /// The temperature is an infinity.
    NotFinite,
    /// No temperature in any unit: the number's magnitude is a billion or more (see
    /// [`crate::scaled::TEMPERATURE_LIMIT`]), or not zero and below 1e-300, or it has more than 600 digits.
    OutOfRange,
    /// The row has fewer fields than the header.
    TooFewFields,
    /// The row has more fields than the header.
    TooManyFields,
    /// The line is longer than [`crate::dialect::MAX_LINE_BYTES`].
    LineTooLong,
    /// A quoted field opens in this line and does not close within the longest line allowed.
    UnclosedQuote,
    /// The file's own quality code says that the value is not to be used.
    BadQuality,
    /// The field names another unit than the column's.
    OtherUnit,
}

impl Reason {
    /// The name used in files: `not_a_number`, `too_few_fields`, ….
    pub fn code(self) -> &'static str {
        match self {
            Reason::NotANumber => "not_a_number",
            Reason::NotFinite => "not_finite",
            Reason::OutOfRange => "out_of_range",
            Reason::TooFewFields => "too_few_fields",
            Reason::TooManyFields => "too_many_fields",
            Reason::LineTooLong => "line_too_long",
            Reason::UnclosedQuote => "unclosed_quote",
            Reason::BadQuality => "bad_quality",
            Reason::OtherUnit => "other_unit",
        }
    }

    /// The reason of this name.
    pub fn of_code(code: &str) -> Option<Reason> {
        let code: StrDeserializer<'_, serde::de::value::Error> = code.into_deserializer();
        Reason::deserialize(code).ok()
    }

    /// Whether the row as a whole was refused, not a reading of it.
    pub fn is_about_the_row(self) -> bool {
        matches!(
            self,
            Reason::TooFewFields | Reason::TooManyFields | Reason::LineTooLong | Reason::UnclosedQuote
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Counts of a variable's readings. Invariant: `read = used + missing + rejected`. A row that cannot be taken apart
/// counts as one rejected reading for each that a row of its table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingAccount {
    /// All readings.
    pub read: u64,
    /// Usable temperatures.
    pub used: u64,
    /// Empty fields and missing markers.
    pub missing: u64,
    /// What is neither.
    pub rejected: u64,
}

impl ReadingAccount {
    /// Counts `readings` usable ones.
    #[inline]
    pub fn used(&mut self, readings: u64) {
        self.read += readings;
        self.used += readings;
    }

    /// Counts `readings` missing ones.
    #[inline]
    pub fn missing(&mut self, readings: u64) {
        self.read += readings;
        self.missing += readings;
    }

    /// Counts `readings` rejected ones.
    #[inline]
    pub fn rejected(&mut self, readings: u64) {
        self.read += readings;
        self.rejected += readings;
    }

    /// Adds another account.
    pub fn merge(&mut self, other: &ReadingAccount) {
        self.read += other.read;
        self.used += other.used;
        self.missing += other.missing;
        self.rejected += other.rejected;
    }

    /// Whether the books balance.
    pub fn balances(&self) -> bool {
        self.read == self.used + self.missing + self.rejected
    }
}

/// Counts of data rows. Invariant: `rows_read = rows_used + rows_missing + rows_rejected`. A row is used if one of its
/// readings is, missing if all of them are, else rejected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAccount {
    /// All data rows: no header, no blank lines.
    pub rows_read: u64,
    /// Rows with a usable reading.
    pub rows_used: u64,
    /// Rows without any reading but empty ones and missing markers.
    pub rows_missing: u64,
    /// Rows that could not be read.
    pub rows_rejected: u64,
    /// The rejected rows by reason; sums up to `rows_rejected`.
    pub rejected_by_reason: BTreeMap<Reason, u64>,
}

impl RowAccount {
    /// Counts `rows` rows with a usable reading.
    #[inline]
    pub fn used(&mut self, rows: u64) {
        self.rows_read += rows;
        self.rows_used += rows;
    }

    /// Counts `rows` rows without a temperature.
    pub fn missing(&mut self, rows: u64) {
        self.rows_read += rows;
        self.rows_missing += rows;
    }

    /// Counts one rejected row.
    pub fn rejected(&mut self, reason: Reason) {
        self.rows_read += 1;
        self.rows_rejected += 1;
        *self.rejected_by_reason.entry(reason).or_default() += 1;
    }

    /// Adds another account.
    pub fn merge(&mut self, other: &RowAccount) {
        self.rows_read += other.rows_read;
        self.rows_used += other.rows_used;
        self.rows_missing += other.rows_missing;
        self.rows_rejected += other.rows_rejected;
        for (reason, rows) in &other.rejected_by_reason {
            *self.rejected_by_reason.entry(*reason).or_default() += rows;
        }
    }

    /// Whether the books balance: the law that every row is accounted for.
    pub fn balances(&self) -> bool {
        self.rows_read == self.rows_used + self.rows_missing + self.rows_rejected
            && self.rows_rejected == self.rejected_by_reason.values().sum::<u64>()
    }
}
