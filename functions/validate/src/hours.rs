//! One row per day, and a column for each of its hours.

use shared::{Finding, Layout};

use crate::layouts::Found;
use crate::listing::quote;
use crate::names::Name;
use crate::table::Table;
use crate::times;
use crate::values::Sample;

/// Hours of a day.
const HOURS: usize = 24;

/// Whether the names have the hours of a day, and the rows a day each.
pub fn is_told(table: &Table<'_>) -> bool {
    columns(table).is_some_and(|columns| times::find(table, &columns, &mut Vec::new()).is_some())
}

/// The temperatures of a table of hours.
///
/// # Errors
/// The finding `no_hours`, or the one for columns without numbers.
pub fn find(table: &Table<'_>, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
    let columns = columns(table).ok_or_else(no_hours)?;
    let mark = table.mark(&columns);
    let samples: Vec<Sample> = columns.iter().map(|index| table.sample(*index, mark)).collect();
    if samples.iter().all(|sample| sample.numbers == 0) {
        return Err(crate::rows::no_numbers(table, columns[0], &samples[0], &[]));
    }
    let (variable, more) = table.common_variable(&columns, &samples);
    findings.extend(more);
    findings.push(Finding::info(
        "temperature_column",
        format!(
            "temperatures are read from the columns of {HOURS} hours, {} to {}",
            quote(table.name(columns[0])),
            quote(table.name(columns[HOURS - 1]))
        ),
        "read single columns with --column NAME",
    ));
    if table.profile.layout.is_none() && table.legend.speaks(table.key) != Some(true) {
        findings.push(Finding::warning(
            "taken_for_temperatures",
            "no name speaks of a temperature: the hours are taken for temperatures because nothing says otherwise",
            "if they are something else, such as loads, do not use the figures; a profile with layout hours says that they are",
        ));
    }
    let layout = Layout::Hours { columns: columns.clone() };
    Ok(Found { layout, variables: vec![variable], mark, taken: columns, time: None })
}

/// The columns of hours 0 to 23 or 1 to 24, if all are there and their names have nothing else in common with others.
fn columns(table: &Table<'_>) -> Option<Vec<usize>> {
    let hours: Vec<(usize, usize)> =
        table.names.iter().enumerate().filter_map(|(index, name)| Some((hour(name)?, index))).collect();
    [0, 1].into_iter().find_map(|first| {
        let of = |hour: usize| {
            let mut same = hours.iter().filter(|(other, _)| *other == hour);
            same.next().filter(|_| same.next().is_none()).map(|(_, index)| *index)
        };
        let columns: Option<Vec<usize>> = (first..first + HOURS).map(of).collect();
        // Days of a month would go on.
        columns.filter(|_| hours.len() <= HOURS)
    })
}

/// The hour that a name is: `h1`, `hour 07`, `13:00`, `H24`.
fn hour(name: &Name) -> Option<usize> {
    let text = name.text.trim().to_lowercase();
    let digits = ["hour", "hr", "h"]
        .iter()
        .find_map(|word| text.strip_prefix(word).or_else(|| text.strip_suffix(word)))
        .or_else(|| text.strip_suffix(":00"))?;
    let digits = digits.trim_matches(|c: char| c == ' ' || c == '_' || c == '.');
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

fn no_hours() -> Finding {
    Finding::error(
        "no_hours",
        "there are no 24 columns of hours",
        "name them h1 to h24 or 0:00 to 23:00, or read the file without this layout",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_known_by_their_names() {
        for (name, expected) in [
            ("h1", Some(1)),
            ("H24", Some(24)),
            ("hour_07", Some(7)),
            ("13:00", Some(13)),
            ("5h", Some(5)),
            ("12", None),
            ("hours", None),
            ("height", None),
        ] {
            assert_eq!(hour(&Name::new(name)), expected, "{name}");
        }
    }
}
