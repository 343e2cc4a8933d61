//! Columns with two decimal marks.

use shared::{Decimal, Finding, dialect::decode};

use crate::listing::quote;
use crate::table::Table;

/// The error for a column in which some numbers have a point and others a comma before their fraction: then nobody can
/// tell what `1.234` is. One in twenty of the rarer kind may be slips, which are rejected by their lines.
pub fn two(table: &Table<'_>, index: usize) -> Option<Finding> {
    let texts = || table.rows.iter().filter_map(|row| row.fields.get(index)).map(|field| field.trim_ascii());
    let with = |mark: u8| {
        let mut found = texts().filter(move |text| text.contains(&mark) && Decimal::is_written(text, mark));
        (found.next(), found.count())
    };
    let ((Some(point), more_points), (Some(comma), more_commas)) = (with(b'.'), with(b',')) else {
        return None;
    };
    let (points, commas) = (more_points + 1, more_commas + 1);
    if points.min(commas) * 20 <= points + commas {
        return None;
    }
    let shown = |text: &[u8]| quote(&decode(table.encoding, text));
    Some(Finding::error(
        "two_decimal_marks",
        format!(
            "the column {} has numbers with a decimal point, such as {}, and others with a decimal comma, such as {}",
            quote(table.name(index)),
            shown(point),
            shown(comma)
        ),
        "write all of them with the same mark",
    ))
}
