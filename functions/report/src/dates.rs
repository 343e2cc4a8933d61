//! Findings about the times that the rows have.

use shared::{Finding, Partial, Plan, TimeFormat};

use crate::findings::MANY_PERCENT;
use crate::format;

/// Some rows have another order than the others.
pub fn mixed_order(plan: &Plan, partial: &Partial) -> Option<Finding> {
    let time = plan.columns.as_ref()?.time.as_ref()?;
    let (known, other) = (order(time.format), order(time.format.other_order()?));
    (partial.rows_in_other_order > 0).then(|| {
        let message = format!(
            "{} a date in “{}” that can only be read with the {other} first, while the others are read with the {known} first.",
            format::counted(partial.rows_in_other_order, "row has", "rows have"),
            format::name(&time.name)
        );
        let hint = format!(
            "Such rows are in no day, and rows up to the 12th of a month may be in a wrong one. \
             If the {other} comes first throughout, give a profile with \"time_format\": \"{other}_first\"; \
             else write dates as year-month-day."
        );
        Finding::warning("mixed_date_order", message, hint)
    })
}

/// What comes first in a date that ends with the year.
fn order(format: TimeFormat) -> &'static str {
    if matches!(format, TimeFormat::DayFirst | TimeFormat::DayFirstShort) { "day" } else { "month" }
}

/// Rows whose time is no day in any order.
pub fn rows_without_day(plan: &Plan, partial: &Partial) -> Option<Finding> {
    let time = plan.columns.as_ref()?.time.as_ref()?;
    let rows = partial.rows_without_day.saturating_sub(partial.rows_in_other_order);
    if rows == 0 {
        return None;
    }
    let message = format!(
        "{} a time in “{}” that could not be read as a day.",
        format::counted(rows, "row has", "rows have"),
        format::name(&time.name)
    );
    let hint = "Such rows count in all figures but those by day.";
    let many = u128::from(rows) * 100 > u128::from(partial.account.rows_read) * u128::from(MANY_PERCENT);
    let finding = if many { Finding::warning } else { Finding::info };
    Some(finding("rows_without_day", message, hint))
}
