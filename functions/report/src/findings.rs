//! Findings that the rows give rise to, after those of the plan.

use std::cmp::Reverse;

use shared::{Columns, Finding, Layout, Location, Partial, Plan};

use crate::listed::Listed;
use crate::{damage, dates, format, plausible, readings, series, stations, units, verdict};

/// From this share of rows on that lack something, in percent, the figures need a second look.
pub const MANY_PERCENT: u64 = 20;

/// What the findings are about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// How the file was read.
    pub plan: &'a Plan,
    /// What its rows hold.
    pub partial: &'a Partial,
    /// Its stations and days.
    pub listed: &'a Listed,
    /// What its results are named after.
    pub name: &'a str,
    /// Where the rejected rows will lie.
    pub rejected_at: &'a Location,
}

/// The plan's findings, then those about the rows; first of all what takes figures away.
pub fn all(about: About<'_>) -> Vec<Finding> {
    let About { plan, partial, listed, rejected_at, .. } = about;
    // What was not read comes before what was.
    let mut findings: Vec<Finding> = damage::finding(partial).into_iter().collect();
    findings.extend(plan.findings.iter().cloned());
    let Some(columns) = &plan.columns else {
        return findings;
    };
    if let Some(rejected) = verdict::mostly_rejected(plan, partial) {
        findings.insert(0, rejected);
    }
    findings.extend(no_usable_values(partial, columns));
    findings.extend(readings::without_values(columns, partial));
    findings.extend(rows_rejected(partial, rejected_at));
    findings.extend(readings::rejected(columns, partial, rejected_at));
    findings.extend(undecodable_rows(plan, partial));
    findings.extend(rows_missing(partial, columns));
    findings.extend(readings::missing(columns, partial));
    findings.extend(rows_of_other_elements(partial, columns));
    findings.extend(plausible::finding(plan, partial));
    findings.extend(stations::all_differ(about));
    findings.extend(dates::mixed_order(plan, partial));
    findings.extend(dates::rows_without_day(plan, partial));
    findings.extend(stations::not_all_listed(about));
    findings.extend(stations::days_not_all_listed(about));
    findings.extend(series::findings(columns, listed, &partial.order));
    findings.extend(units::suspected(columns, partial));
    findings.extend(blank_lines(partial));
    findings.extend(notes(partial));
    findings
}

/// Where the temperatures stand, for a sentence.
fn place(columns: &Columns) -> String {
    match &columns.layout {
        Layout::Rows { .. } => {
            let names = format::names(columns.variables.iter().map(|variable| variable.name.as_str()));
            format!("the column{} {names}", if columns.variables.len() == 1 { "" } else { "s" })
        }
        Layout::Wide { columns } => {
            format!("the {} of stations", format::counted(columns.len() as u64, "column", "columns"))
        }
        Layout::Long { value, .. } => format!("the column “{}”", format::name(&value.name)),
        Layout::Months { .. } => "the columns of the months".to_owned(),
        Layout::Hours { .. } => "the columns of the hours".to_owned(),
    }
}

fn no_usable_values(partial: &Partial, columns: &Columns) -> Option<Finding> {
    let account = &partial.account;
    if account.rows_used > 0 {
        return None;
    }
    let (place, rows) = (place(columns), format::count(account.rows_read));
    let message = match account.rows_read {
        0 => "The file has no data rows.".to_owned(),
        1 => format!("The only data row has no usable temperature in {place}."),
        _ => format!("None of the {rows} data rows has a usable temperature in {place}."),
    };
    let hint = "Check whether this is the file, and the column, that was meant; --column names another one.";
    Some(Finding::warning("no_usable_values", message, hint))
}

fn rows_rejected(partial: &Partial, rejected_at: &Location) -> Option<Finding> {
    let account = &partial.account;
    if account.rows_rejected == 0 {
        return None;
    }
    let mut reasons: Vec<_> = account.rejected_by_reason.iter().collect();
    reasons.sort_by_key(|(reason, rows)| (Reverse(**rows), **reason));
    let reasons: Vec<_> =
        reasons.iter().map(|(reason, rows)| format!("{} {reason}", format::count(**rows))).collect();
    let message = format!(
        "{} of {} rejected: {}.",
        format::count(account.rows_rejected),
        format::counted(account.rows_read, "row was", "rows were"),
        reasons.join(", ")
    );
    let hint = format!("They count in no figure. {} lists each with its line number.", rejected_at.key);
    Some(Finding::warning("rows_rejected", message, hint))
}

fn undecodable_rows(plan: &Plan, partial: &Partial) -> Option<Finding> {
    if partial.undecodable_rows == 0 {
        return None;
    }
    let rows = format::counted(partial.undecodable_rows, "row holds", "rows hold");
    let message = format!("{rows} bytes that are not UTF-8, as the rest of the file is.");
    // Without stations no name comes out of a row.
    let hint = match plan.columns.as_ref().and_then(|columns| columns.station.as_ref()) {
        Some(_) => {
            "In stations' names each such byte stands as \\xE5, so that the stations stay apart. Save the file as UTF-8 to have their names."
        }
        None => "No figure depends on them. Save the file as UTF-8 to have all of its text.",
    };
    Some(Finding::warning("undecodable", message, hint))
}

/// Rows without a temperature; those of other elements are another finding's.
fn rows_missing(partial: &Partial, columns: &Columns) -> Option<Finding> {
    let others = partial.rows_of_other_elements;
    let missing = partial.account.rows_missing.saturating_sub(others);
    let read = partial.account.rows_read.saturating_sub(others);
    if missing == 0 {
        return None;
    }
    let message = format!(
        "{} of {} no temperature ({}).",
        format::count(missing),
        format::counted(read, "row has", "rows have"),
        format::share(missing, read)
    );
    Some(if is_many(missing, read) {
        let meant = match &columns.variables[..] {
            [one] if matches!(columns.layout, Layout::Rows { .. }) => {
                format!("“{}” is the column that was meant", format::name(&one.name))
            }
            _ => format!("{} hold what was meant", place(columns)),
        };
        let hint = format!(
            "The figures describe the other rows only. Check whether {meant}, \
             and whether what is missing falls on certain times or stations."
        );
        Finding::warning("rows_missing", message, hint)
    } else {
        Finding::info("rows_missing", message, "The figures describe the other rows.")
    })
}

/// Whether `part` is a share of `whole` that takes the worth out of figures.
pub fn is_many(part: u64, whole: u64) -> bool {
    u128::from(part) * 100 > u128::from(whole) * u128::from(MANY_PERCENT)
}

fn rows_of_other_elements(partial: &Partial, columns: &Columns) -> Option<Finding> {
    let Layout::Long { element, .. } = &columns.layout else { return None };
    if partial.rows_of_other_elements == 0 {
        return None;
    }
    let message = format!(
        "{} of {} another element in “{}” than {}.",
        format::count(partial.rows_of_other_elements),
        format::counted(partial.account.rows_read, "row has", "rows have"),
        format::name(&element.name),
        format::names(columns.variables.iter().map(|variable| variable.name.as_str()))
    );
    Some(Finding::info("rows_of_other_elements", message, "They hold no temperature, and count as missing."))
}

fn blank_lines(partial: &Partial) -> Option<Finding> {
    (partial.blank_lines > 0).then(|| {
        let lines =
            format::counted(partial.blank_lines, "line is blank and counts", "lines are blank and count");
        Finding::info("blank_lines", format!("{lines} as no row."), "")
    })
}

fn notes(partial: &Partial) -> Option<Finding> {
    (partial.notes > 0).then(|| {
        let lines = format::counted(
            partial.notes,
            "line is a remark or repeats the header, and counts",
            "lines are remarks or repeat the header, and count",
        );
        Finding::info("remarks", format!("{lines} as no row."), "")
    })
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;
