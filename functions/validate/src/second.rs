//! A second table below the first: another header among the rows.

use shared::Finding;

use crate::listing::list;
use crate::records::Record;
use crate::values::{is_number_or_time, is_value};

/// Rows that are looked at.
const ROWS: usize = 5000;
/// Rows behind a header that must be rows of its width.
const ROWS_BEHIND: usize = 3;
/// The fewest names of a header.
const FEWEST_NAMES: usize = 2;

/// The warning about another header further down, with rows of its own behind it. Its rows are rejected if they have another
/// number of fields; otherwise they would be taken for those of the first table.
pub fn table(header: &[String], rows: &[Record]) -> Option<Finding> {
    let rows = &rows[..rows.len().min(ROWS)];
    let texts = |row: &Record| -> Vec<String> {
        row.fields.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect()
    };
    let has_numbers = |row: &Record| texts(row).iter().any(|text| is_number_or_time(text));
    // Nearly every row has a field of digits and signs alone, which no header has.
    let may_be_name = |field: &Vec<u8>| {
        field.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
            || !field.iter().any(u8::is_ascii_graphic)
    };
    let at = (1..rows.len()).find(|at| {
        if !rows[*at].fields.iter().all(may_be_name) {
            return false;
        }
        let names = texts(&rows[*at]);
        let filled = || names.iter().filter(|name| !name.is_empty());
        let is_header = filled().count() >= FEWEST_NAMES
            && filled().count() * 2 > names.len()
            && filled().all(|name| !is_value(name) && name.contains(char::is_alphabetic))
            && !filled().all(|name| header.iter().any(|known| known.starts_with(name.as_str())));
        let behind = &rows[at + 1..rows.len().min(at + 1 + ROWS_BEHIND)];
        let has_rows = behind.len() == ROWS_BEHIND
            && behind.iter().all(|row| row.fields.len() == names.len() && has_numbers(row));
        is_header && has_rows && has_numbers(&rows[at - 1])
    })?;
    let names = texts(&rows[at]);
    let what = if names.len() == header.len() {
        "its rows have as many fields as the first table's and are read as if they were of that"
    } else {
        "its rows have another number of fields and are rejected"
    };
    Some(Finding::warning(
        "second_table",
        format!(
            "another table begins in line {}, with the columns {}: {what}",
            rows[at].line,
            list(names.iter().map(String::as_str))
        ),
        "put each table into a file of its own",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let header = ["time", "temp"].map(str::to_owned);
        let rows: Vec<Record> = text
            .lines()
            .zip(2..)
            .map(|(line, number)| Record {
                line: number,
                end: 0,
                fields: line.split(',').map(|field| field.as_bytes().to_vec()).collect(),
            })
            .collect();
        table(&header, &rows).map(|finding| finding.message)
    }

    #[test]
    fn another_header_with_rows_behind_it_is_told() {
        let rows = "2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n";
        let other =
            found(&format!("{rows}time,sunrise,sunset\n2024-01-01,7,16\n2024-01-02,7,16\n2024-01-03,7,16\n"));
        assert!(
            other.as_ref().is_some_and(|text| text.contains("line 5") && text.contains("rejected")),
            "{other:?}"
        );
        let same = found(&format!("{rows}date,dew\n{rows}"));
        assert!(same.is_some_and(|text| text.contains("as if they were of that")));
        // The header once more, a remark, a word in a row.
        for text in [
            format!("{rows}time,temp\n{rows}"),
            format!("{rows}end,of data\n"),
            format!("{rows}x,y\n2024-01-04,4\n"),
        ] {
            assert_eq!(found(&text), None, "{text}");
        }
    }
}
