//! Where the table keeps its temperatures: as the caller says, else the profile, else as the names tell.

use shared::{Finding, Layout, TableLayout, TimeFormat, Variable};

use crate::table::Table;
use crate::{hours, long, months, rows, wide};

/// The temperatures of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where they stand.
    pub layout: Layout,
    /// What they are, the primary one first.
    pub variables: Vec<Variable>,
    /// Their decimal mark.
    pub mark: u8,
    /// The columns that they take: none of these is the station or the time.
    pub taken: Vec<usize>,
    /// The column of time where the layout has one of its own, and its format.
    pub time: Option<(usize, TimeFormat)>,
}

/// Finds the temperatures of `table`.
///
/// # Errors
/// The finding that says why there are none.
pub fn find(table: &Table<'_>, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
    if table.wide {
        return wide::find(table, findings);
    }
    match table.profile.layout {
        Some(TableLayout::Wide) => wide::find(table, findings),
        Some(TableLayout::Long) => long::find(table, findings),
        Some(TableLayout::Months) if !table.is_asked() => months::find(table, findings),
        Some(TableLayout::Hours) if !table.is_asked() => hours::find(table, findings),
        Some(TableLayout::Rows | TableLayout::Months | TableLayout::Hours) => rows::find(table, findings),
        None if table.is_asked() => match rows::find(table, findings) {
            Err(finding) if finding.code == "no_such_column" && long::is_asked_for(table) => {
                long::find(table, findings)
            }
            found => found,
        },
        None if months::is_told(table) => months::find(table, findings),
        None if long::is_told(table) => long::find(table, findings),
        None if hours::is_told(table) => hours::find(table, findings),
        None => rows::find(table, findings),
    }
}

#[cfg(test)]
#[path = "layouts_tests.rs"]
mod tests;
