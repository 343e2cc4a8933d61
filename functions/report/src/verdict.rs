//! Files whose rows turn out to be none of temperatures.

use shared::{Finding, Partial, Plan, Severity, Statistics};

use crate::format;

/// Code of the finding that turns the verdict.
const MOSTLY_REJECTED: &str = "mostly_rejected";
/// The share of rejected rows above which a file is none of temperatures, where its profile says nothing else.
const MOST_REJECTED: f64 = 0.5;
/// With fewer rows a share says nothing.
const FEWEST_ROWS: u64 = 10;

/// The error about a file of which too many rows are rejected.
pub fn mostly_rejected(plan: &Plan, partial: &Partial) -> Option<Finding> {
    let (read, rejected) = (partial.account.rows_read, partial.account.rows_rejected);
    let most = plan.most_rejected.unwrap_or(MOST_REJECTED);
    (read >= FEWEST_ROWS && rejected as f64 > read as f64 * most).then(|| {
        let message = format!(
            "{} of {} rejected ({}): what is left does not stand for the file, so no figures lead.",
            format::count(rejected),
            format::counted(read, "row was", "rows were"),
            format::share(rejected, read)
        );
        let hint = "Look at the rejected rows. If the right column was read, the values may have been destroyed, such as decimals that \
                    a spreadsheet took for dates: get the file from its source again.";
        Finding::error(MOSTLY_REJECTED, message, hint)
    })
}

/// Whether the rows have turned the verdict.
pub fn is_rejected(statistics: &Statistics) -> bool {
    let findings = &statistics.quality.findings;
    findings.iter().any(|finding| finding.severity == Severity::Error && finding.code == MOSTLY_REJECTED)
}

/// Takes away the figures that lead: they would be taken for those of the whole file.
pub fn without_figures(statistics: &mut Statistics) {
    statistics.mean_temperature = None;
    statistics.max_temperature = None;
    statistics.min_temperature = None;
    statistics.std_temperature = None;
    statistics.quantiles.values_mut().for_each(|value| *value = None);
}
