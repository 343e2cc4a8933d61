//! The function's settings.

use std::env;

use aws::settings::Results;
use shared::Failure;

/// Bytes per split where nobody says otherwise: a few seconds of work for one function.
const DEFAULT_SPLIT_BYTES: u64 = 64 << 20;

/// Splits at a time where nobody says otherwise: as many as Step Functions works on at once in any case.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html>
const DEFAULT_SPLITS_AT_ONCE: u32 = 40;

/// Settings of the function, read once at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the plan goes.
    pub results: Results,
    /// Bytes per split.
    pub split_bytes: u64,
    /// Splits of one run that are worked on at a time; 0: all.
    pub splits_at_once: u32,
    /// Whether the bucket may say how its objects are read, where the task does not.
    pub asks_bucket: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            results: Results::default(),
            split_bytes: DEFAULT_SPLIT_BYTES,
            splits_at_once: DEFAULT_SPLITS_AT_ONCE,
            asks_bucket: true,
        }
    }
}

impl Config {
    /// Reads `RESULTS_BUCKET`, `SPLIT_BYTES` and `SPLITS_AT_ONCE`; all may be absent.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when `SPLIT_BYTES` is no positive number, or `SPLITS_AT_ONCE` none at all.
    pub fn from_env() -> Result<Self, Failure> {
        let split_bytes = match env::var("SPLIT_BYTES") {
            Ok(text) if !text.is_empty() => parse_split_bytes(&text)?,
            _ => DEFAULT_SPLIT_BYTES,
        };
        let splits_at_once = match env::var("SPLITS_AT_ONCE") {
            Ok(text) if !text.is_empty() => parse_splits_at_once(&text)?,
            _ => DEFAULT_SPLITS_AT_ONCE,
        };
        Ok(Config { results: Results::from_env(), split_bytes, splits_at_once, asks_bucket: true })
    }
}

fn parse_splits_at_once(text: &str) -> Result<u32, Failure> {
    text.trim().parse().map_err(|_| {
        Failure::InvalidTask(format!("SPLITS_AT_ONCE must be a whole number, 0 for no bound, not {text:?}"))
    })
}

fn parse_split_bytes(text: &str) -> Result<u64, Failure> {
    text.trim().parse().ok().filter(|bytes| *bytes > 0).ok_or_else(|| {
        Failure::InvalidTask(format!("SPLIT_BYTES must be a whole number of bytes above 0, not {text:?}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_split_size_names_the_variable() {
        assert_eq!(parse_split_bytes("1048576").unwrap(), 1 << 20);
        for text in ["0", "64 MiB", "-1"] {
            let error = parse_split_bytes(text).unwrap_err();
            assert_eq!(error.error_type(), "InvalidTask");
            assert!(error.to_string().contains("SPLIT_BYTES"), "{error}");
        }
    }

    #[test]
    fn a_bad_number_of_splits_at_once_names_the_variable() {
        assert_eq!((parse_splits_at_once("0").unwrap(), parse_splits_at_once("12").unwrap()), (0, 12));
        for text in ["-1", "many"] {
            let error = parse_splits_at_once(text).unwrap_err();
            assert!(error.to_string().contains("SPLITS_AT_ONCE"), "{error}");
        }
    }
}
