//! What a run has left, held against what undisturbed ones leave.

use std::fmt;

use local::functions::message;
use local::states::ExecutionFailure;
use serde_json::Value;

use crate::inputs::{Input, Objects};

/// What is wrong, and where.
#[derive(Debug)]
pub enum Wrong {
    /// Rows, or files of the results, are missing.
    Lost(String),
    /// There are more than there should be.
    Doubled(String),
    /// Results are not those of one run.
    Mixed(String),
    /// A failure does not name its cause, or there is no end.
    Unclear(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, text) = match self {
            Wrong::Lost(text) => ("lost", text),
            Wrong::Doubled(text) => ("doubled", text),
            Wrong::Mixed(text) => ("mixed", text),
            Wrong::Unclear(text) => ("unclear", text),
        };
        write!(f, "{what}: {text}")
    }
}

/// What must be there at the end: `expected`, and nothing else but what `also` may have left.
pub fn at_the_end(input: &Input, found: &Objects, expected: &Objects, also: &Objects) -> Result<(), Wrong> {
    let statistics = input.statistics();
    let rows = |objects: &Objects| {
        let value: Option<Value> =
            objects.get(&statistics).and_then(|json| serde_json::from_slice(json).ok());
        value.and_then(|value| value["quality"]["rows_read"].as_u64())
    };
    if let (Some(ours), Some(theirs)) = (rows(found), rows(expected)) {
        match ours.cmp(&theirs) {
            std::cmp::Ordering::Less => return Err(Wrong::Lost(format!("{ours} rows of {theirs}"))),
            std::cmp::Ordering::Greater => return Err(Wrong::Doubled(format!("{ours} rows of {theirs}"))),
            std::cmp::Ordering::Equal => {}
        }
    }
    for (key, bytes) in expected {
        match found.get(key) {
            None => return Err(Wrong::Lost(format!("{key} is missing"))),
            Some(there) if there != bytes => return Err(Wrong::Mixed(format!("{key} has other bytes"))),
            Some(_) => {}
        }
    }
    for (key, bytes) in found.iter().filter(|(key, _)| !expected.contains_key(*key)) {
        match also.get(key) {
            Some(theirs) if key.starts_with("editions/") && theirs == bytes => {}
            Some(_) if key.starts_with("editions/") => {
                return Err(Wrong::Mixed(format!("{key} has other bytes")));
            }
            _ => return Err(Wrong::Doubled(format!("{key} is nobody's"))),
        }
    }
    Ok(())
}

/// What must hold at any time: the statistics, if there are any, are those of one run, and name an edition of which all
/// files are there. Without statistics nothing is at the places where people look.
pub fn at_any_time(input: &Input, found: &Objects, versions: &[&Objects]) -> Result<(), Wrong> {
    let statistics = input.statistics();
    let Some(json) = found.get(&statistics) else {
        if versions.iter().any(|version| **version == input.earlier) && !input.earlier.is_empty() {
            return Err(Wrong::Lost("the earlier statistics are gone".to_owned()));
        }
        return match found.keys().find(|key| !key.starts_with("editions/")) {
            Some(key) => Err(Wrong::Mixed(format!("{key} is there, and no statistics"))),
            None => Ok(()),
        };
    };
    let Some(version) = versions.iter().find(|version| version.get(&statistics) == Some(json)) else {
        return Err(Wrong::Mixed(format!("{statistics} is no run's")));
    };
    let value: Value = serde_json::from_slice(json).map_err(|error| Wrong::Mixed(error.to_string()))?;
    let id = value["edition"]["id"].as_str().unwrap_or("?");
    let edition: Vec<_> = version.iter().filter(|(key, _)| key.contains(id)).collect();
    if edition.len() < 2 {
        return Err(Wrong::Mixed(format!("the edition {id} has {} files", edition.len())));
    }
    match edition.iter().find(|(key, bytes)| found.get(*key) != Some(bytes)) {
        Some((key, _)) => Err(Wrong::Mixed(format!("{key} is not what the statistics name"))),
        None => Ok(()),
    }
}

/// A failure must have a type, and a message that has one of `words`.
pub fn clear(failure: &ExecutionFailure, words: &[&str]) -> Result<(), Wrong> {
    let said = message(&failure.cause);
    let text = format!("{} in {}: {said}", failure.error, failure.state);
    let named = words.iter().any(|word| text.contains(word));
    match named && !failure.error.is_empty() && !said.is_empty() && !text.contains("panick") {
        true => Ok(()),
        false => Err(Wrong::Unclear(text)),
    }
}
