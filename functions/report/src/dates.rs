//! Findings about the times that the rows have.

use shared::{Finding, Partial, Plan, TimeFormat};

use crate::findings::MANY_PERCENT;
use crate::format;

/// Code of the finding that no day can be trusted.
pub const ORDER_REFUTED: &str = "date_order_refuted";

/// The guess at the order of day and month that the rows refute; then there are no figures by day.
pub fn order_refuted(plan: &Plan, partial: &Partial) -> Option<Finding> {
    let time = plan.columns.as_ref()?.time.as_ref()?;
    let (guess, other) = (order(time.format), order(time.format.other_order()?));
    partial.refutes(time).then(|| {
        let message = format!(
            "There are no figures by day: {} a date in “{}” that is none with the {guess} first. The file begins with \
             dates that fit either order, so this one was a guess, and the days read by it would be wrong.",
            format::counted(partial.rows_in_other_order, "row has", "rows have"),
            format::name(&time.name)
        );
        let hint = format!(
            "Give a profile with \"time_format\": \"{other}_first\" and run again, or write dates as year-month-day."
        );
        Finding::warning(ORDER_REFUTED, message, hint)
    })
}

/// The order was not guessed, but some rows have another.
pub fn mixed_order(plan: &Plan, partial: &Partial) -> Option<Finding> {
    let time = plan.columns.as_ref()?.time.as_ref()?;
    let (known, other) = (order(time.format), order(time.format.other_order()?));
    (partial.rows_in_other_order > 0 && !partial.refutes(time)).then(|| {
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
    if rows == 0 || partial.refutes(time) {
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
