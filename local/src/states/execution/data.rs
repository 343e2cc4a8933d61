//! What a state takes and gives: its fields applied to its data, within the quota.

use serde_json::Value;

use super::failed::Failed;
use crate::states::language::definition::State;
use crate::states::language::output::Placement;
use crate::states::language::path::Scope;
use crate::states::language::template::Template;

/// Bytes of JSON that a state takes or gives at most, a quota of Step Functions
/// (<https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>).
const MAX_BYTES: usize = 256 << 10;

/// What the state hands to its task: `Parameters`, or its input as it is.
pub fn payload(template: Option<&Template>, scope: Scope<'_>) -> Result<Value, Failed> {
    let payload = match template {
        Some(template) => template.render(scope)?,
        None => scope.input.clone(),
    };
    within_quota(payload, "input")
}

/// What becomes of a result: `ResultPath`, then `OutputPath`.
pub fn output(
    state: &State,
    placement: &Placement,
    scope: Scope<'_>,
    result: Value,
) -> Result<Value, Failed> {
    let placed = placement.place(scope.input.clone(), result)?;
    within_quota(state.output_path.select(placed, scope.context)?, "output")
}

/// The value, if Step Functions would carry it.
pub fn within_quota(value: Value, what: &str) -> Result<Value, Failed> {
    let bytes = value.to_string().len();
    if bytes <= MAX_BYTES {
        return Ok(value);
    }
    let cause = format!("the {what} has {bytes} bytes, and Step Functions carries {MAX_BYTES} at most");
    Err(Failed::new("States.DataLimitExceeded", cause))
}
