//! Findings: what was noticed about the data, and what to do about it.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The numbers stand, but look at this before using them.
    Warning,
    /// The file cannot be read as temperatures.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing noticed about the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable name for programs, such as `no_temperature_column`.
    pub code: String,
    /// What was found, for people.
    pub message: String,
    /// What to do about it; empty when there is nothing to do.
    pub hint: String,
}

impl Finding {
    /// A finding worth knowing.
    pub fn info(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Severity::Info, code, message, hint)
    }

    /// A finding to look at before using the numbers.
    pub fn warning(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message, hint)
    }

    /// A finding that keeps the file from being read.
    pub fn error(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message, hint)
    }

    fn new(severity: Severity, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Finding { severity, code: code.to_owned(), message: message.into(), hint: hint.into() }
    }
}
