//! The function's settings.

use std::env;

use aws::settings::Results;
use shared::Failure;

/// Bytes per split where nobody says otherwise: a few seconds of work for one function.
const DEFAULT_SPLIT_BYTES: u64 = 64 << 20;

/// Settings of the function, read once at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the plan goes.
    pub results: Results,
    /// Bytes per split.
    pub split_bytes: u64,
    /// Whether the bucket may say how its objects are read, where the task does not.
    pub asks_bucket: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config { results: Results::default(), split_bytes: DEFAULT_SPLIT_BYTES, asks_bucket: true }
    }
}

impl Config {
    /// Reads `RESULTS_BUCKET` and `SPLIT_BYTES`; both may be absent.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when `SPLIT_BYTES` is no positive number.
    pub fn from_env() -> Result<Self, Failure> {
        let split_bytes = match env::var("SPLIT_BYTES") {
            Ok(text) if !text.is_empty() => parse_split_bytes(&text)?,
            _ => DEFAULT_SPLIT_BYTES,
        };
        Ok(Config { results: Results::from_env(), split_bytes, asks_bucket: true })
    }
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
}
