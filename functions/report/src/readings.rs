//! Findings about single variables, where rows tell too little: a row is used if one of its readings is.

use shared::{Columns, Finding, Layout, Location, Partial, Variable, VariablePartial};

use crate::findings::is_many;
use crate::format;

/// The variables that `about` is true of, with what it says, if a row has more than one reading.
fn of<T>(
    columns: &Columns,
    partial: &Partial,
    about: impl Fn(usize, &VariablePartial) -> Option<T>,
) -> Vec<(String, T)> {
    let name = |variable: &Variable| format!("“{}”", format::name(&variable.name));
    let each = columns.variables.iter().zip(&partial.variables).enumerate();
    each.filter_map(|(at, (variable, learned))| Some((name(variable), about(at, learned)?))).collect()
}

fn row_has_one_reading(columns: &Columns) -> bool {
    columns.slots().len() < 2
}

/// Variables without any usable reading, beside others that have some.
pub fn without_values(columns: &Columns, partial: &Partial) -> Option<Finding> {
    let empty = of(columns, partial, |_, learned| (learned.readings.used == 0).then_some(()));
    if empty.is_empty() || empty.len() == columns.variables.len() {
        return None;
    }
    let names = format::listed(empty.into_iter().map(|(name, ())| name));
    let message = format!("There is no usable temperature in {names}.");
    let hint = "Check whether these are temperatures; --column names those that are meant.";
    Some(Finding::warning("variables_without_values", message, hint))
}

/// Readings that were rejected by themselves, in rows whose other readings may be used.
pub fn rejected(columns: &Columns, partial: &Partial, rejected_at: &Location) -> Option<Finding> {
    if row_has_one_reading(columns) {
        return None;
    }
    let reasons = partial.account.rejected_by_reason.iter();
    let rows: u64 = reasons.filter(|(reason, _)| reason.is_about_the_row()).map(|(_, rows)| rows).sum();
    let slots = columns.slots();
    let rejected = of(columns, partial, |at, learned| {
        let places = slots.iter().filter(|slot| slot.variable == at).count() as u64;
        let alone = learned.readings.rejected.saturating_sub(rows.saturating_mul(places));
        (alone > 0).then_some((alone, learned.readings.read))
    });
    if rejected.is_empty() {
        return None;
    }
    let all: u64 = rejected.iter().map(|(_, (alone, _))| alone).sum();
    let each = rejected
        .into_iter()
        .map(|(name, (alone, read))| format!("{name} ({} of {})", format::count(alone), format::count(read)));
    let message = format!(
        "{} rejected, in {}.",
        format::counted(all, "reading was", "readings were"),
        format::listed(each)
    );
    let hint = format!(
        "They count in no figure; other readings of their rows do. {} lists each with its line number and column. A \
         column that holds text in a part of the file may be no temperature at all: --column names those that are meant.",
        rejected_at.key
    );
    Some(Finding::warning("readings_rejected", message, hint))
}

/// Variables of which many readings are missing, beyond those of the rows that have none at all.
pub fn missing(columns: &Columns, partial: &Partial) -> Option<Finding> {
    if row_has_one_reading(columns) {
        return None;
    }
    let slots = columns.slots();
    let missing = of(columns, partial, |at, learned| {
        let readings = &learned.readings;
        let rows = match columns.layout {
            // A row of such a table says nothing about other elements.
            Layout::Long { .. } => 0,
            _ => partial.account.rows_missing,
        };
        let places = slots.iter().filter(|slot| slot.variable == at).count() as u64;
        let alone = readings.missing.saturating_sub(rows.saturating_mul(places));
        (readings.used > 0 && is_many(alone, readings.read))
            .then(|| format::share(readings.missing, readings.read))
    });
    if missing.is_empty() {
        return None;
    }
    let each = missing.into_iter().map(|(name, share)| format!("{name} ({share})"));
    let message = format!("Many readings are missing in {}.", format::listed(each));
    let hint = "Their figures describe the other readings only. Check whether what is missing falls on certain times or stations.";
    Some(Finding::warning("readings_missing", message, hint))
}
