//! Rows with more fields than the header, where what is too much are remarks behind the last column.

use shared::Finding;
use shared::writing::number_length;

use crate::records::Record;
use crate::values::{is_number_or_time, is_value};

/// Rows that are looked at.
const ROWS: usize = 2000;

/// The finding for rows whose first fields are what the other rows have in their columns, so that they can be read by these;
/// `None` where there are no such rows, or some may be shifted. `are_known`: files of the kind have such rows.
pub fn remarks(header: &[String], rows: &[Record], are_known: bool) -> Option<Finding> {
    let rows = &rows[..rows.len().min(ROWS)];
    let (longer, others): (Vec<&Record>, Vec<&Record>) = rows
        .iter()
        .filter(|row| row.fields.len() >= header.len())
        .partition(|row| row.fields.len() > header.len());
    let first = longer.first()?;
    if longer.len() > others.len() {
        return None;
    }
    let text = |field: &Vec<u8>| String::from_utf8_lossy(field).trim().to_owned();
    let is_typed = |index: &usize| {
        let fields = || others.iter().map(|row| text(&row.fields[*index])).filter(|field| !field.is_empty());
        let fitting = fields().filter(|field| is_number_or_time(field)).count();
        fitting > 0 && fitting * 3 >= fields().count() * 2
    };
    let typed: Vec<usize> = (0..header.len()).filter(is_typed).collect();
    let fits = |row: &&&Record| {
        typed.iter().all(|index| {
            let field = text(&row.fields[*index]);
            // A flag may be glued to a number.
            field.is_empty() || is_value(&field) || number_length(field.as_bytes()) > 0
        })
    };
    // A number behind the last column may be a value of a row that is shifted.
    let is_remark = |row: &&&Record| {
        let more: Vec<String> =
            row.fields[header.len()..].iter().map(text).filter(|field| !field.is_empty()).collect();
        more.iter().all(|field| field.chars().any(char::is_alphabetic) && !is_number_or_time(field))
    };
    let has_words = longer
        .iter()
        .any(|row| row.fields[header.len()..].iter().any(|field| !field.trim_ascii().is_empty()));
    let fitting = longer.iter().filter(|row| fits(row) && (are_known || is_remark(row))).count();
    (!typed.is_empty() && (are_known || has_words && longer.len() > 1) && fitting * 10 >= longer.len() * 9).then(|| {
        Finding::info(
            "surplus_fields",
            format!(
                "{} of the first {} rows have more fields than the header's {}, such as line {}: what stands behind the last \
                 column is not read",
                longer.len(),
                rows.len(),
                header.len(),
                first.line
            ),
            "if a field holds the delimiter, quote it",
        )
    })
}
