//! Findings: what was noticed about the data, and what to do about it.

use serde::{Deserialize, Serialize};

use crate::shown;

/// The most characters of a message or a hint: room for a list of names, and never a page of them.
const MAX_CHARACTERS: usize = 5000;

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

/// Stands behind a hint that names options of the command.
const IN_A_BUCKET: &str = " [in a bucket, the object's metadata: ";

impl Finding {
    /// The hint for whoever has the command at hand.
    pub fn hint_of_command(&self) -> &str {
        self.hint.split(IN_A_BUCKET).next().unwrap_or_default()
    }

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

    /// What a finding says is for people and quotes the file, so it is cleaned here, once for every reader.
    fn new(severity: Severity, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let shown = |text: String| shown::cut(&text, MAX_CHARACTERS);
        let mut hint = hint.into();
        // Findings are read where there is no command line, too.
        let options = [("--column", "isotherm-column"), ("--wide", "isotherm-wide")];
        let metadata: Vec<&str> = options
            .iter()
            .filter(|(option, _)| hint.contains(option))
            .map(|(_, metadata)| *metadata)
            .collect();
        if !metadata.is_empty() {
            hint.push_str(&format!("{IN_A_BUCKET}{}]", metadata.join(", ")));
        }
        Finding { severity, code: code.to_owned(), message: shown(message.into()), hint: shown(hint) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_of_what_can_be_seen() {
        let finding = Finding::warning("c", "the column \"a\u{202e}b\nc\"", "x".repeat(20_000));
        assert_eq!(finding.message, "the column \"a\u{fffd}b⏎c\"");
        assert_eq!(finding.hint.chars().count(), MAX_CHARACTERS + 1);
        let hint = Finding::info("c", "m", "name one with --column NAME").hint;
        assert!(hint.ends_with("NAME [in a bucket, the object's metadata: isotherm-column]"), "{hint}");
        assert_eq!(
            Finding::info("c", "m", "name one with --column NAME").hint_of_command(),
            "name one with --column NAME"
        );
    }
}
