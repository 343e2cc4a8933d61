//! The function's settings.

use std::env;

use shared::Failure;

/// Settings of the function, read once at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The state machine to start.
    pub state_machine_arn: String,
}

impl Config {
    /// Reads `STATE_MACHINE_ARN`.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when it is not set.
    pub fn from_env() -> Result<Self, Failure> {
        Config::new(env::var("STATE_MACHINE_ARN").unwrap_or_default())
    }

    fn new(state_machine_arn: String) -> Result<Self, Failure> {
        if state_machine_arn.trim().is_empty() {
            return Err(Failure::InvalidTask(
                "STATE_MACHINE_ARN is not set; it must name the state machine that uploads start".to_owned(),
            ));
        }
        Ok(Config { state_machine_arn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_state_machine_names_the_variable() {
        let error = Config::new(String::new()).unwrap_err();
        assert!(error.to_string().contains("STATE_MACHINE_ARN"));
    }
}
