//! The format of what one step leaves for the next, and how a step reads it.
//!
//! A run keeps the code that it began with: its state machine names published versions of the functions. Where that
//! does not hold (a run redriven by hand, functions that were updated one by one), what reads another format than
//! its own says so, and reads nothing wrong.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::task::{ProcessTask, ReportTask};

/// The format of plans, and of what `process` leaves of a split: partial, table of cells and rejected rows. Raised by
/// every change after which one version's `process` or `report` cannot read what another's wrote.
pub const FORMAT: u32 = 3;

/// Checks the format of `what`; `None` where it names none.
///
/// # Errors
/// [`Failure::OtherFormat`] when it is not [`FORMAT`].
pub fn check(format: Option<u32>, what: &str) -> Result<(), Failure> {
    if format == Some(FORMAT) {
        return Ok(());
    }
    let theirs = format.map_or("names no format".to_owned(), |format| format!("is of format {format}"));
    Err(Failure::OtherFormat(format!(
        "{what} {theirs}, and this function reads format {FORMAT}: another version of Isotherm wrote it; \
         start a new run of the object, with the same upload once more"
    )))
}

/// The input of a function that another one's answer is part of.
pub trait Task: DeserializeOwned {
    /// What it is called in messages, with what it has to hold.
    const WHAT: &'static str;
    /// Where it names the format.
    const FORMAT_AT: &'static str;
}

impl Task for ProcessTask {
    const WHAT: &'static str = "the input of process, a split and how to read it,";
    const FORMAT_AT: &'static str = "/format";
}

impl Task for ReportTask {
    const WHAT: &'static str = "the input of report, the state of the run,";
    const FORMAT_AT: &'static str = "/plan/format";
}

/// Reads a function's input.
///
/// # Errors
/// [`Failure::OtherFormat`] when another version planned it; [`Failure::InvalidTask`] when it is something else.
pub fn read<T: Task>(input: Value) -> Result<T, Failure> {
    // An input of another kind altogether is told as that.
    if input.pointer(T::FORMAT_AT.trim_end_matches("/format")).is_some_and(Value::is_object) {
        let format =
            input.pointer(T::FORMAT_AT).and_then(Value::as_u64).and_then(|format| u32::try_from(format).ok());
        check(format, "the plan")?;
    }
    T::deserialize(input)
        .map_err(|error| Failure::InvalidTask(format!("{} cannot be read: {error}", T::WHAT)))
}

/// What a step leaves in a file, with its format.
#[derive(Debug, Serialize, Deserialize)]
pub struct Versioned<T> {
    /// [`FORMAT`] of who wrote it.
    pub format: u32,
    /// What was left.
    pub content: T,
}

/// The format alone, which is there whatever the rest has become.
#[derive(Deserialize)]
struct Head {
    format: Option<u32>,
}

/// Reads what a step left; `what` says where.
///
/// # Errors
/// As [`read`].
pub fn read_file<T: DeserializeOwned>(json: &[u8], what: &str) -> Result<T, Failure> {
    let invalid = |error| Failure::InvalidTask(format!("cannot read {what}: {error}"));
    let head: Head = serde_json::from_slice(json).map_err(invalid)?;
    check(head.format, what)?;
    serde_json::from_slice(json).map(|Versioned { content, .. }| content).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_format_is_told_by_name_whatever_the_rest_is() {
        for (format, says) in [(json!(7), "is of format 7"), (json!(null), "names no format")] {
            let of_process = read::<ProcessTask>(json!({"format": format, "splits": "of the future"})).err();
            let of_report = read::<ReportTask>(json!({"plan": {"format": format, "new": 1}})).err();
            let of_file =
                read_file::<u8>(json!({"format": format, "x": 1}).to_string().as_bytes(), "the partial");
            for failure in [of_process, of_report, of_file.err()] {
                let failure = failure.unwrap();
                assert_eq!(failure.error_type(), "OtherFormat");
                let message = failure.to_string();
                let ours = format!("reads format {FORMAT}");
                assert!(message.contains(says) && message.contains(&ours), "{message}");
            }
        }
    }

    #[test]
    fn a_wrong_input_says_what_is_missing() {
        for (input, says) in [
            (json!({"format": FORMAT}), "missing field `run_id`"),
            (json!({"format": FORMAT, "run_id": 1}), "invalid type: integer `1`"),
            (json!("x"), "invalid type: string"),
        ] {
            let failure = read::<ProcessTask>(input).unwrap_err();
            assert_eq!(failure.error_type(), "InvalidTask");
            assert!(failure.to_string().contains(says), "{failure}");
            assert!(failure.to_string().starts_with("the input of process, "), "{failure}");
        }
        assert!(read::<ReportTask>(json!({})).unwrap_err().to_string().contains("missing field"));
    }

    #[test]
    fn what_was_written_is_read() {
        let written = serde_json::to_vec(&Versioned { format: FORMAT, content: "x" }).unwrap();
        assert_eq!(read_file::<String>(&written, "it").unwrap(), "x");
        assert!(
            read_file::<u8>(&written, "runs/1").unwrap_err().to_string().starts_with("cannot read runs/1: ")
        );
    }
}
