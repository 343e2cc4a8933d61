//! Retry and Catch.

use super::error::DefinitionError;
use super::fields::Fields;
use super::output::Placement;

/// Names in the reserved `States.` space that the language or Step Functions defines.
/// Another one would never match anything.
const RESERVED: [&str; 17] = [
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

/// What a state does about errors.
#[derive(Debug, Default)]
pub struct Recovery {
    pub retriers: Vec<Retrier>,
    pub catchers: Vec<Catcher>,
}

#[derive(Debug)]
pub struct Retrier {
    errors: Vec<String>,
    interval: f64,
    pub max_attempts: u64,
    backoff_rate: f64,
    max_delay: Option<f64>,
    /// Whether the delay is a random part of what [`Retrier::delay`] says.
    pub full_jitter: bool,
}

#[derive(Debug)]
pub struct Catcher {
    errors: Vec<String>,
    pub result_path: Placement,
    pub next: String,
}

impl Recovery {
    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, DefinitionError> {
        let retriers = list(fields, "Retry", |one, errors| {
            let interval = one.count("IntervalSeconds", 1)?.unwrap_or(1);
            let backoff_rate = match one.get("BackoffRate") {
                None => 2.0,
                Some(value) => match value.as_f64() {
                    Some(rate) if rate >= 1.0 => rate,
                    _ => return Err(one.wrong("BackoffRate", "a number of at least 1", value)),
                },
            };
            let full_jitter = match one.string("JitterStrategy")? {
                None | Some("NONE") => false,
                Some("FULL") => true,
                Some(other) => {
                    return Err(one.error(format!(
                        "field \"JitterStrategy\" must be \"FULL\" or \"NONE\", but is \"{other}\""
                    )));
                }
            };
            Ok(Retrier {
                errors,
                interval: interval as f64,
                max_attempts: one.count("MaxAttempts", 0)?.unwrap_or(3),
                backoff_rate,
                max_delay: one.count("MaxDelaySeconds", 1)?.map(|delay| delay as f64),
                full_jitter,
            })
        })?;
        let catchers = list(fields, "Catch", |one, errors| {
            Ok(Catcher {
                errors,
                result_path: one.placement()?,
                next: one.required_string("Next")?.to_owned(),
            })
        })?;
        Ok(Self { retriers, catchers })
    }

    /// The first catcher for `error`.
    pub fn catcher(&self, error: &str) -> Option<&Catcher> {
        self.catchers.iter().find(|catcher| matches(&catcher.errors, error))
    }
}

impl Retrier {
    /// Whether it is for `error`.
    pub fn takes(&self, error: &str) -> bool {
        matches(&self.errors, error)
    }

    /// Seconds to wait before the next attempt when `used` of this retrier's are over.
    pub fn delay(&self, used: u64) -> f64 {
        let exponent = i32::try_from(used).unwrap_or(i32::MAX);
        let seconds = self.interval * self.backoff_rate.powi(exponent);
        self.max_delay.map_or(seconds, |most| seconds.min(most))
    }
}

/// Reads a list of retriers or catchers, each with its `ErrorEquals`.
fn list<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl Fn(&mut Fields<'_>, Vec<String>) -> Result<T, DefinitionError>,
) -> Result<Vec<T>, DefinitionError> {
    let items = fields.array(name)?.map_or(&[][..], Vec::as_slice);
    let mut list = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let mut one = Fields::new(item, fields.at(&format!("{name}[{i}]")))?;
        one.string("Comment")?;
        let errors = error_equals(&mut one, i + 1 == items.len())?;
        list.push(read(&mut one, errors)?);
        one.finish()?;
    }
    Ok(list)
}

fn error_equals(fields: &mut Fields<'_>, last: bool) -> Result<Vec<String>, DefinitionError> {
    let name = "ErrorEquals";
    let errors = fields
        .required(name)?
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| error.as_str().map(str::to_owned))
        .collect::<Option<Vec<String>>>()
        .filter(|errors| !errors.is_empty())
        .ok_or_else(|| fields.error(format!("field \"{name}\" must be a list of error names")))?;
    for error in &errors {
        if error == "States.ALL" && (errors.len() > 1 || !last) {
            return Err(fields.error("\"States.ALL\" must stand alone, in the last element"));
        }
        if error.starts_with("States.") && !RESERVED.contains(&error.as_str()) {
            return Err(fields.error(format!(
                "error name \"{error}\" does not exist, and names beginning with States. are reserved"
            )));
        }
    }
    Ok(errors)
}

fn matches(names: &[String], error: &str) -> bool {
    // Documented by Step Functions: a failure of the execution itself is terminal.
    if error == "States.Runtime" {
        return false;
    }
    names.iter().any(|name| match name.as_str() {
        "States.ALL" => error != "States.DataLimitExceeded",
        "States.TaskFailed" => error != "States.Timeout" && error != "States.DataLimitExceeded",
        name => name == error,
    })
}
