//! The size of a plan: it travels in the state of an execution.

use shared::{Finding, Plan};

use crate::listing::quote;
use crate::splits::MAX_SPLITS;

/// The most bytes of a plan without its splits, as JSON.
pub const MAX_PLAN_BYTES: usize = 200 << 10;
/// What Step Functions carries from state to state, at most, with some room for what we know least of:
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>.
const STATE_BYTES: usize = 250 << 10;
/// A split in the plan, and the answer for it, both with the longest numbers that occur.
const SPLIT_BYTES: usize = 180;

/// How many splits `plan`, which has none yet, may come to have.
///
/// # Errors
/// The finding `plan_too_large` when the names of so many columns cannot be carried at all.
pub fn most_splits(plan: &Plan) -> Result<u64, Finding> {
    // Only a map whose keys are no texts cannot be written, and a plan has none.
    let bytes = serde_json::to_vec(plan).map_or(0, |json| json.len());
    if bytes <= MAX_PLAN_BYTES {
        return Ok(MAX_SPLITS.min((STATE_BYTES.saturating_sub(bytes) / SPLIT_BYTES) as u64));
    }
    let header = plan.dialect.as_ref().map_or(&[][..], |dialect| &dialect.header);
    let longest = header.iter().max_by_key(|name| name.len());
    Err(Finding::error(
        "plan_too_large",
        format!(
            "the header's {} names, and which of them are read, take {bytes} bytes; {MAX_PLAN_BYTES} are the most; \
             the longest name is {}",
            header.len(),
            quote(longest.map_or("", String::as_str))
        ),
        "shorten the names, or split the table into several files with some thousand columns each",
    ))
}
