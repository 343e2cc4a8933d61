//! Where a table begins in its text: what stands above the header is no part of it.
//!
//! Most files begin with their header. Where the first line is none (a title, remarks, a table of metadata, the four lines
//! of a Campbell logger), the rows tell: they are the lines of one width with numbers and times in the same places, and
//! the header is the nearest line above them that can be one.

use shared::dialect::{BLANKS, decode};
use shared::record::Record;
use shared::{Encoding, Finding};

use crate::listing::quote;
use crate::parted::{Line, Parted, ROWS_BEHIND, begins_rows, lines};
use crate::units;
use crate::values::is_number_or_time;

/// Lines with something on them, above the first row, among which the header is looked for.
const LINES_ABOVE: usize = 8;
/// Lines behind what may be rows of metadata, among which a header that speaks of temperatures is looked for.
const LINES_BEHIND: usize = 300;
/// What a header may begin with that is a remark to other programs.
pub const COMMENT_MARKS: [char; 3] = ['#', '%', '!'];

/// Where the table begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The delimiter.
    pub delimiter: u8,
    /// The columns' names; `None` where the rows have no header.
    pub header: Option<Vec<String>>,
    /// Number of the rows' fields.
    pub width: usize,
    /// Offset and line number of the header; of the first row where there is none.
    pub header_at: (usize, u64),
    /// Offset of the first row.
    pub data_start: usize,
    /// The same as a line number, from 1.
    pub data_line: u64,
    /// Whether the header names columns that only some rows have.
    pub surplus: bool,
    /// What was passed over.
    pub findings: Vec<Finding>,
}

/// Finds the table of `text`, the beginning of a file. `speaks` says whether names are those of a table of temperatures.
pub fn find(
    text: &[u8],
    complete: bool,
    encoding: Encoding,
    speaks: &dyn Fn(&[String]) -> bool,
) -> Option<Start> {
    let lines = lines(text, complete);
    let best = Parted::best(&lines, encoding)?;
    let is_row = best.rows();
    let mut first = (0..is_row.len()).find(|at| begins_rows(&is_row, *at))?;
    let mut header = best.header(first, speaks);
    if !header.is_told {
        // A table of metadata may look like rows; what speaks of temperatures is the header.
        let later =
            (first..lines.len().min(first + LINES_BEHIND)).find_map(|at| best.told_at(at, &is_row, speaks));
        if let Some((found, row)) = later {
            (header, first) = (found, row);
        }
    }
    let Header { names: mut header, width, above, .. } = header;
    // Units and further names belong to the header; anything else below it is a row, whether it looks like one or not: it
    // is accounted for.
    if let Some(names) = &mut header {
        let width = names.len();
        let is_units = |at: &usize| units::is_row_of_units(&best.fields[*at]);
        let further = |at: &usize| !is_units(at) && is_further_names(&best.fields[*at], width);
        let is_of_header = |at: &usize| is_units(at) || further(at);
        let behind = (above + 1..first).find(|at| !is_of_header(at)).unwrap_or(first);
        for at in (above + 1..behind).filter(further) {
            for (name, more) in names.iter_mut().zip(&best.fields[at]).filter(|(_, more)| !more.is_empty()) {
                *name = format!("{name} {more}").trim().to_owned();
            }
        }
        first = behind;
    }
    let line = &lines[first];
    let header_line = if header.is_some() { &lines[above] } else { line };
    Some(Start {
        delimiter: best.delimiter,
        header,
        width,
        header_at: (header_line.start, header_line.number),
        data_start: line.start,
        data_line: line.number,
        surplus: best.fields[above].len() > width && first > above,
        findings: passed_over(&lines[..above], encoding).into_iter().collect(),
    })
}

impl Parted<'_> {
    /// The header of the rows from `first` on.
    fn header(&self, first: usize, speaks: &dyn Fn(&[String]) -> bool) -> Header {
        let above = first.saturating_sub(LINES_ABOVE)..first;
        let mut units: Vec<Vec<String>> = Vec::new();
        let mut nearest = Header { names: None, width: self.width, above: first, is_told: false };
        for at in above.rev() {
            let Some((names, width)) = self.names(at, first) else { continue };
            if self.is_repeated(at, first) {
                continue;
            }
            let is_told = speaks(&names);
            if !is_told && nearest.names.is_none() && units::is_row_of_units(&names) {
                units.push(names);
                continue;
            }
            if names.iter().filter(|name| !name.is_empty()).all(|name| is_number_or_time(name)) {
                continue;
            }
            if is_told || nearest.names.is_none() {
                nearest = Header { names: Some(names), width, above: at, is_told };
            }
            // Remarks end with the header; above it they are prose.
            if is_told || self.fields[at][0].starts_with(COMMENT_MARKS) {
                break;
            }
        }
        if let Some(names) = &mut nearest.names {
            units.iter().for_each(|units| units::add(names, units));
        }
        nearest
    }

    /// Whether half of the fields of the line `at` stand in a row, too, in the same columns: then the line is another row, and
    /// its words are a station or an element.
    fn is_repeated(&self, at: usize, first: usize) -> bool {
        let line = &self.fields[at];
        let filled = line.iter().filter(|field| !field.is_empty()).count();
        let rows = &self.fields[first..self.fields.len().min(first + 1 + ROWS_BEHIND)];
        let same = |row: &Vec<String>| {
            line.iter().zip(row).filter(|(field, other)| !field.is_empty() && field == other).count()
        };
        // The header of another table is no row.
        let mut rows = rows.iter().filter(|row| row.iter().any(|field| is_number_or_time(field)));
        rows.any(|row| same(row) * 2 >= filled)
    }

    /// The header in the line `at` and the first row below it, if the line speaks of temperatures and rows follow.
    fn told_at(
        &self,
        at: usize,
        is_row: &[bool],
        speaks: &dyn Fn(&[String]) -> bool,
    ) -> Option<(Header, usize)> {
        let row = (at + 1..is_row.len().min(at + 1 + LINES_ABOVE)).find(|row| begins_rows(is_row, *row))?;
        if self.fields[at].iter().any(|field| is_number_or_time(field)) {
            return None;
        }
        let header = self.header(row, speaks);
        (header.is_told && header.above == at).then_some((header, row))
    }

    /// Whether nothing but units stands between the line `at` and the first row.
    fn is_right_above(&self, at: usize, first: usize) -> bool {
        self.fields[at + 1..first].iter().all(|fields| units::is_row_of_units(fields))
    }

    /// The names that a line would give to the columns of the rows from `first` on, and their number; `None` if it does not
    /// fit them.
    fn names(&self, at: usize, first: usize) -> Option<(Vec<String>, usize)> {
        let text = self.lines[at].text;
        let mut names = self.fields[at].clone();
        let is_remark = names.first().is_some_and(|name| name.starts_with(COMMENT_MARKS));
        if let Some(name) = names.first().filter(|_| is_remark) {
            let mut record = Record::default();
            let marks = text.iter().take_while(|byte| COMMENT_MARKS.contains(&char::from(**byte))).count();
            record.read(text[marks..].trim_ascii_start(), self.delimiter);
            let rest = name.trim_start_matches(COMMENT_MARKS).trim().to_owned();
            // The mark may stand alone, in front of the first name.
            if record.len() < names.len() && rest.is_empty() {
                names.remove(0);
            } else {
                names[0] = rest;
            }
        }
        if self.delimiter == BLANKS {
            // Names may be parted by commas all the same.
            names.iter_mut().for_each(|name| name.truncate(name.trim_end_matches(',').len()));
        }
        let alike = self.fields.iter().filter(|fields| fields.len() == self.fields[first].len()).count();
        let first_rows_are_many = alike * 4 >= self.fields.len();
        let fits_first = names.len() == self.fields[first].len();
        if names.len() == self.width || fits_first && first_rows_are_many {
            // With another table below, the first rows' width is the one that counts.
            let width = names.len();
            return Some((names, width));
        }
        if fits_first && names.len() > self.width && !is_remark {
            // Only the first rows have remarks at their ends.
            names.truncate(self.width);
            return Some((names, self.width));
        }
        let row = &self.fields[first];
        match names.len() {
            // The rows begin with a number of their own, or end in a delimiter. A remark has as many words as it likes.
            found if found + 1 == self.width && !is_remark && self.is_right_above(at, first) => {
                let mut rows = self.fields[first..].iter().filter(|row| row.len() == self.width);
                if row.get(found).is_none_or(String::is_empty) && rows.all(|row| row[found].is_empty()) {
                    names.push(String::new());
                } else {
                    names.insert(0, String::new());
                }
                Some((names, self.width))
            }
            // The header alone ends in a delimiter, or has one twice.
            found if found == self.width + 1 && names.iter().any(String::is_empty) => {
                names.remove(names.iter().rposition(String::is_empty)?);
                Some((names, self.width))
            }
            // The last name is that of all columns from there on.
            found
                if found + 2 <= self.width
                    && found > 1
                    && self.is_right_above(at, first)
                    && !is_remark
                    && self.delimiter != BLANKS =>
            {
                let rows = || self.fields[first..].iter().filter(|row| row.len() == self.width);
                let is_filled = |index: &usize| rows().any(|row| !row[*index].is_empty());
                let last = names.last().filter(|name| !name.is_empty())?.clone();
                for (number, index) in (2..).zip(found..self.width) {
                    names.push(if is_filled(&index) { format!("{last} {number}") } else { String::new() });
                }
                Some((names, self.width))
            }
            _ => None,
        }
    }
}

/// Names of columns, and where they stand.
struct Header {
    /// `None` where the rows have none.
    names: Option<Vec<String>>,
    /// Number of a row's fields.
    width: usize,
    /// Lines above it; with no names, above the first row.
    above: usize,
    /// Whether it speaks of temperatures.
    is_told: bool,
}

/// Whether a line below a header goes on with its names: words alone, and none above the first column.
fn is_further_names(fields: &[String], width: usize) -> bool {
    let words = fields.iter().filter(|field| field.chars().any(char::is_alphabetic)).count();
    let others = fields.iter().filter(|field| !field.is_empty()).count() - words;
    fields.len() == width && fields[0].is_empty() && words > 1 && others == 0
}

/// Says what stands above the table.
fn passed_over(above: &[Line<'_>], encoding: Encoding) -> Option<Finding> {
    let first = above.first()?;
    let lines = if above.len() == 1 { "a line".to_owned() } else { format!("{} lines", above.len()) };
    let text = decode(encoding, first.text);
    Some(Finding::info(
        "preamble",
        format!(
            "above the table there is text that is not read: {lines}, beginning with {}",
            quote(text.trim())
        ),
        "",
    ))
}

#[cfg(test)]
#[path = "preamble_tests.rs"]
mod tests;
