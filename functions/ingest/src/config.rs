//! The function's settings.

use std::env;

use aws::settings::Results;
use shared::Failure;

/// Settings of the function, read once at its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The state machine to start.
    pub state_machine_arn: String,
    /// About how many runs go on at a time; `None`: every upload starts one at once.
    pub runs_at_once: Option<u32>,
    /// Where results are written: those in the bucket of the uploads are no uploads.
    pub results: Results,
}

impl Config {
    /// Reads `STATE_MACHINE_ARN`, and `RUNS_AT_ONCE` and `RESULTS_BUCKET`, which may be absent.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when the first is not set, or the second is no number up to 1000.
    pub fn from_env() -> Result<Self, Failure> {
        let set = |name| env::var(name).unwrap_or_default();
        Config::new(set("STATE_MACHINE_ARN"), &set("RUNS_AT_ONCE"), Results::from_env())
    }

    fn new(state_machine_arn: String, runs_at_once: &str, results: Results) -> Result<Self, Failure> {
        if state_machine_arn.trim().is_empty() {
            return Err(Failure::InvalidTask(
                "STATE_MACHINE_ARN is not set; it must name the state machine that uploads start".to_owned(),
            ));
        }
        Ok(Config { state_machine_arn, runs_at_once: parse_runs_at_once(runs_at_once)?, results })
    }
}

/// Step Functions lists a thousand executions at a time, and more are not asked for.
const MOST_RUNS_AT_ONCE: u32 = 1000;

fn parse_runs_at_once(text: &str) -> Result<Option<u32>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.trim().parse() {
        Ok(0) => Ok(None),
        Ok(runs) if runs <= MOST_RUNS_AT_ONCE => Ok(Some(runs)),
        _ => Err(Failure::InvalidTask(format!(
            "RUNS_AT_ONCE must be a number from 0 (no bound) to {MOST_RUNS_AT_ONCE}, not {text:?}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_state_machine_names_the_variable() {
        let error = Config::new(String::new(), "", Results::default()).unwrap_err();
        assert!(error.to_string().contains("STATE_MACHINE_ARN"));
    }

    #[test]
    fn no_bound_is_none_and_a_bad_one_names_the_variable() {
        assert_eq!(parse_runs_at_once("").unwrap(), None);
        assert_eq!(parse_runs_at_once("0").unwrap(), None);
        assert_eq!(parse_runs_at_once("1000").unwrap(), Some(1000));
        for text in ["1001", "-1", "many"] {
            let error = parse_runs_at_once(text).unwrap_err();
            assert!(error.to_string().contains("RUNS_AT_ONCE"), "{error}");
        }
    }
}
