//! A text as one delimiter parts it: the width of its rows, and which of its lines are rows.
//!
//! Rows are the lines of one width with numbers and times in the same places.

use shared::Encoding;
use shared::dialect::{BLANKS, decode};
use shared::record::{Record, trim_line_end};

use crate::content::BOM;
use crate::dress::assignment;
use crate::records::line_length;
use crate::values::{is_number, is_number_or_time, is_value, stands_for_nothing};

/// The delimiters, the rarest in prose first: where two fit equally well the first is taken.
const DELIMITERS: [u8; 5] = [b'\t', b';', b'|', b',', BLANKS];
/// Lines of the head that are looked at; a table that begins behind them is not found.
const MOST_LINES: usize = 3000;
/// The share of the lines behind the middle that must be of one width.
const LEAST_SHARE: f64 = 0.65;
/// Rows behind the first one that must be rows, too, or most of them.
pub const ROWS_BEHIND: usize = 20;

/// A line with something on it.
pub struct Line<'a> {
    /// What is on it, without the line end.
    pub text: &'a [u8],
    /// Offset of its first byte.
    pub start: usize,
    /// From 1.
    pub number: u64,
}

/// The text as one delimiter parts it.
pub struct Parted<'a> {
    /// What parts the fields.
    pub delimiter: u8,
    /// The lines that were looked at.
    pub lines: &'a [Line<'a>],
    /// The fields of each, decoded and without blanks around them.
    pub fields: Vec<Vec<String>>,
    /// Number of a row's fields.
    pub width: usize,
    /// How well the delimiter parts the rows: the number of fields, less where lines differ.
    score: f64,
}

/// The first lines with something on them; unless the text is `complete`, its last one may be cut and is left out.
pub fn lines(text: &[u8], complete: bool) -> Vec<Line<'_>> {
    let (mut lines, mut start, mut number) = (Vec::new(), 0, 1);
    while start < text.len() && lines.len() < MOST_LINES {
        let length = line_length(&text[start..]);
        let line = &text[start..start + length];
        if !complete && !line.ends_with(b"\n") {
            break;
        }
        // The byte order mark is no part of the first line.
        let mark = if start == 0 && line.starts_with(BOM) { BOM.len() } else { 0 };
        let line = trim_line_end(&line[mark..]);
        if !line.trim_ascii().is_empty() {
            lines.push(Line { text: line, start: start + mark, number });
        }
        start += length;
        number += 1;
    }
    lines
}

impl<'a> Parted<'a> {
    /// The lines as the delimiter parts them that does it best; `None` where none parts anything.
    pub fn best(lines: &'a [Line<'a>], encoding: Encoding) -> Option<Self> {
        let parted = DELIMITERS.into_iter().filter_map(|delimiter| Parted::new(lines, delimiter, encoding));
        // Of equal scores the first.
        parted.reduce(|best, next| if next.score > best.score { next } else { best })
    }

    /// `None` where the delimiter parts nothing.
    fn new(lines: &'a [Line<'a>], delimiter: u8, encoding: Encoding) -> Option<Self> {
        let mut record = Record::default();
        let mut split = |text: &[u8]| -> Vec<String> {
            record.read(text, delimiter);
            record.fields().map(|field| decode(encoding, field).trim().to_owned()).collect()
        };
        let fields: Vec<Vec<String>> = lines.iter().map(|line| split(line.text)).collect();
        // The rows come last, so the second half tells their width.
        let behind = &fields[fields.len() / 2..];
        let width = most_frequent_width(behind)?;
        let numbers = || behind.iter().filter(|fields| fields.len() == width);
        let share = numbers().count() as f64 / behind.len() as f64;
        let (mut full, mut typed) = (0_usize, 0_usize);
        for field in numbers().flatten().filter(|field| !field.is_empty()) {
            full += 1;
            typed += usize::from(is_value(field) || assignment(field.as_bytes()).is_some());
        }
        // Blanks part any prose; rows of numbers are what they part well.
        let least = if delimiter == BLANKS { 0.5 } else { 0.0 };
        let typed = typed as f64 / full.max(1) as f64;
        (width > 1 && share >= LEAST_SHARE && typed > least).then(|| Parted {
            delimiter,
            lines,
            fields,
            width,
            score: share * (width - 1) as f64 * if delimiter == BLANKS { 0.5 } else { 1.0 },
        })
    }

    /// Which of the lines are rows.
    pub fn rows(&self) -> Vec<bool> {
        let kinds = self.kinds();
        self.fields.iter().map(|fields| is_row(fields, &kinds)).collect()
    }

    /// What the columns hold: numbers, times, or, if `None`, anything.
    fn kinds(&self) -> Vec<Option<Kind>> {
        let rows = || self.fields[self.fields.len() / 2..].iter().filter(|fields| fields.len() == self.width);
        let kind = |column: usize| {
            let fields = || rows().map(|fields| &fields[column]).filter(|field| !field.is_empty());
            let holds = |kind: &Kind| {
                let fitting = fields().filter(|field| kind.fits(field)).count();
                fitting > 0 && fitting * 3 >= fields().count() * 2
            };
            [Kind::Number, Kind::Time].into_iter().find(holds)
        };
        (0..self.width).map(kind).collect()
    }
}

/// Whether the line at `at` is a row, as most of those behind it are.
pub fn begins_rows(is_row: &[bool], at: usize) -> bool {
    let behind = &is_row[at..is_row.len().min(at + 1 + ROWS_BEHIND)];
    is_row[at] && behind.iter().filter(|is_row| **is_row).count() * 5 >= behind.len() * 4
}

/// The number of fields that most of the lines have, the larger of two.
fn most_frequent_width(lines: &[Vec<String>]) -> Option<usize> {
    let alike = |width: usize| lines.iter().filter(|fields| fields.len() == width).count();
    lines.iter().map(Vec::len).max_by_key(|width| (alike(*width), *width))
}

/// What a column of values holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    /// A time that is no number.
    Time,
}

impl Kind {
    /// Whether a field is one of this kind, or stands for nothing.
    fn fits(self, field: &str) -> bool {
        let is_number = is_number(field.as_bytes());
        let is_one = match self {
            Kind::Number => is_number,
            Kind::Time => !is_number && is_number_or_time(field),
        };
        is_one || stands_for_nothing(field)
    }
}

/// Whether the fields are what the columns hold, as far as there are any: a row may be too long or too short.
fn is_row(fields: &[String], kinds: &[Option<Kind>]) -> bool {
    let both = fields.iter().zip(kinds).filter_map(|(field, kind)| Some((field, (*kind)?)));
    let (mut filled, mut fitting) = (0, 0);
    for (field, kind) in both.filter(|(field, _)| !field.is_empty()) {
        filled += 1;
        fitting += usize::from(kind.fits(field));
    }
    // A header of hours has a word above the dates, and numbers behind it.
    let begins = match (fields.first(), kinds.first()) {
        (Some(field), Some(Some(kind))) => field.is_empty() || kind.fits(field),
        _ => true,
    };
    fields.len() > 1 && fitting > 0 && begins && fitting * 2 >= filled
}
