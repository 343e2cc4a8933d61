//! Which kind of file it is: the profiles that come with Isotherm, held against a file.

use std::collections::HashSet;
use std::sync::{LazyLock, OnceLock};

use regex_lite::Regex;
use shared::dialect::{BLANKS, decode};
use shared::profile::Recognition;
use shared::record::{Record, trim_line_end};
use shared::{Encoding, Finding, Profile, builtin};

use crate::content::BOM;
use crate::listing::quote;
use crate::names::Name;
use crate::preamble::{COMMENT_MARKS, Start};
use crate::sniff::Shape;

/// Rows that a profile's pattern is held against.
const ROWS: usize = 10;
/// Lines above the first row of a table without a header.
const LINES_ABOVE: usize = 40;
/// Bytes of a line that patterns see.
const LINE_BYTES: usize = 4096;
/// Bytes above the first row that patterns see.
const TEXT_BYTES: usize = 64 << 10;
const DELIMITERS: [u8; 5] = [b',', b';', b'\t', b'|', BLANKS];

/// A profile that recognises its files.
#[derive(Debug)]
pub struct Known<'a> {
    /// The profile.
    pub profile: &'a Profile,
    recognise: &'a Recognition,
    /// The header's names, run together.
    header: Vec<String>,
    patterns: OnceLock<Patterns>,
}

#[derive(Debug)]
struct Patterns {
    text: Vec<Regex>,
    row: Option<Regex>,
}

static ALL: LazyLock<Vec<Known<'static>>> =
    LazyLock::new(|| builtin::all().iter().filter_map(Known::new).collect());

/// Reads the profiles, those of tables without a header with their patterns: nearly every file is held against them.
pub(crate) fn prepare() {
    ALL.iter().filter(|known| known.recognise.row.is_some()).for_each(|known| {
        known.patterns();
    });
}

/// The names of a header that profiles look for.
#[derive(Debug)]
pub struct Keys(HashSet<String>);

impl Keys {
    /// Of these names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a Name>) -> Self {
        Keys(names.into_iter().flat_map(|name| [name.full_key.clone(), name.key()]).collect())
    }
}

/// Whether some profile knows a header by its names.
pub fn knows(names: &[Name]) -> bool {
    let keys = Keys::new(names);
    ALL.iter().any(|known| !known.header.is_empty() && known.has_header(&keys))
}

/// The profile that recognises the table, the one that asks for most where there are several.
pub fn of_shape(text: &[u8], encoding: Encoding, shape: &Shape) -> Option<&'static Profile> {
    let keys = Keys::new(&shape.header.iter().map(|name| Name::new(name)).collect::<Vec<_>>());
    let fitting = ALL.iter().filter(|known| known.fits(text, encoding, shape, &keys));
    fitting
        .reduce(|best, next| if next.demands() > best.demands() { next } else { best })
        .map(|known| known.profile)
}

/// Checks a profile that was asked for against a file.
///
/// # Errors
/// The finding `another_kind`.
pub fn check(profile: &Profile, text: &[u8], encoding: Encoding, shape: &Shape) -> Result<(), Finding> {
    let Some(known) = Known::new(profile) else { return Ok(()) };
    let keys = Keys::new(&shape.header.iter().map(|name| Name::new(name)).collect::<Vec<_>>());
    if known.fits(text, encoding, shape, &keys) {
        return Ok(());
    }
    let lacking: Vec<&str> = known
        .recognise
        .header
        .iter()
        .map(String::as_str)
        .filter(|name| !keys.0.contains(&Name::new(name).full_key))
        .collect();
    let why = match lacking[..] {
        [] => "its text is another".to_owned(),
        [only] => format!("there is no column {}", quote(only)),
        [first, ..] => format!("there is no column {} and {} more", quote(first), lacking.len() - 1),
    };
    Err(Finding::error(
        "another_kind",
        format!("the profile {} is for another kind of file: {why}", quote(&profile.name)),
        "leave the profile out, so that the kind is found in the file, or name another; isotherm profiles lists them",
    ))
}

/// The table without a header that begins as the rows of a profile do.
pub fn of_rows(
    text: &[u8],
    complete: bool,
    encoding: Encoding,
    asked: Option<&Profile>,
) -> Option<(Profile, Start)> {
    let lines = lines(text, complete);
    let asked_for = asked.and_then(Known::new);
    let all: Vec<&Known<'_>> = match &asked_for {
        Some(known) => vec![known],
        None if asked.is_some() => return None,
        None => ALL.iter().collect(),
    };
    let headless =
        all.into_iter().filter(|known| !known.profile.columns.is_empty() && known.recognise.row.is_some());
    let found = headless.filter_map(|known| Some((known, known.start(text, &lines, encoding)?)));
    let (known, start) =
        found.reduce(|best, next| if next.0.demands() > best.0.demands() { next } else { best })?;
    Some((known.profile.clone(), start))
}

/// A line with something on it: its offset, its number and its bytes.
type Line<'a> = (usize, u64, &'a [u8]);

/// The first lines of a text.
fn lines(text: &[u8], complete: bool) -> Vec<Line<'_>> {
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let (mut found, mut number) = (Vec::new(), 1);
    while at < text.len() && found.len() < LINES_ABOVE + ROWS {
        let rest = &text[at..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        if !complete && length == rest.len() && !rest.ends_with(b"\n") {
            break;
        }
        let line = trim_line_end(&rest[..length]);
        if !line.trim_ascii().is_empty() {
            found.push((at, number, line));
        }
        at += length;
        number += 1;
    }
    found
}

impl<'a> Known<'a> {
    fn new(profile: &'a Profile) -> Option<Self> {
        let recognise = profile.recognise.as_ref()?;
        let header = recognise.header.iter().map(|name| Name::new(name).full_key).collect();
        Some(Known { profile, recognise, header, patterns: OnceLock::new() })
    }

    /// How much has to hold: the more, the surer.
    fn demands(&self) -> usize {
        2 * self.header.len() + 3 * self.recognise.text.len() + 3 * usize::from(self.recognise.row.is_some())
    }

    fn has_header(&self, keys: &Keys) -> bool {
        self.header.iter().all(|name| keys.0.contains(name))
    }

    /// The patterns; those of a profile were checked when it was read.
    fn patterns(&self) -> &Patterns {
        self.patterns.get_or_init(|| Patterns {
            text: self.recognise.text.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect(),
            row: self.recognise.row.as_ref().and_then(|pattern| Regex::new(pattern).ok()),
        })
    }

    fn fits(&self, text: &[u8], encoding: Encoding, shape: &Shape, keys: &Keys) -> bool {
        if !self.has_header(keys)
            || self.header.is_empty() && self.recognise.text.is_empty() && shape.headless
        {
            return false;
        }
        let columns = &self.profile.columns;
        if !columns.is_empty() && columns.len() != shape.header.len() {
            return false;
        }
        let patterns = self.patterns();
        self.has_text(&text[..shape.data_start]).is_none_or(|above| {
            let above = decode(encoding, above);
            patterns.text.iter().all(|pattern| pattern.is_match(&above))
        }) && self.has_rows(rows_of(text, shape).map(|line| decode(encoding, line)))
    }

    /// The text that the patterns look at, if there are any.
    fn has_text<'t>(&self, above: &'t [u8]) -> Option<&'t [u8]> {
        let from = above.len().saturating_sub(TEXT_BYTES);
        (!self.recognise.text.is_empty()).then(|| &above[from..])
    }

    /// Whether nine in ten of the rows match the pattern, if there is one.
    fn has_rows<T: AsRef<str>>(&self, rows: impl Iterator<Item = T>) -> bool {
        let Some(pattern) = &self.patterns().row else { return true };
        let (mut all, mut matching) = (0, 0);
        for row in rows {
            all += 1;
            matching += usize::from(pattern.is_match(row.as_ref()));
        }
        all > 0 && matching * 10 >= all * 9
    }

    /// Where the rows begin in a table without a header: at the first line, or with a text above that tells the kind, further down.
    fn start(&self, text: &[u8], lines: &[Line<'_>], encoding: Encoding) -> Option<Start> {
        let pattern = self.patterns().row.as_ref()?;
        let is_remark =
            |line: &[u8]| line.first().is_some_and(|byte| COMMENT_MARKS.contains(&char::from(*byte)));
        let first = lines.iter().position(|(_, _, line)| !is_remark(line))?;
        // A header of other widths than the rows' may stand above them.
        let reach = if self.recognise.text.is_empty() { 2 } else { LINES_ABOVE };
        let decoded = |line: &[u8]| decode(encoding, &line[..line.len().min(LINE_BYTES)]).into_owned();
        let at =
            (first..lines.len().min(first + reach)).find(|at| pattern.is_match(&decoded(lines[*at].2)))?;
        let (data_start, data_line, row) = lines[at];
        let above = decode(encoding, &text[..data_start]);
        let is_told = self.patterns().text.iter().all(|pattern| pattern.is_match(&above));
        let rows = lines[at..].iter().take(ROWS).map(|(_, _, line)| decoded(line));
        if !is_told || !self.header.is_empty() || !self.has_rows(rows) {
            return None;
        }
        let columns = &self.profile.columns;
        let mut record = Record::default();
        let delimiter = DELIMITERS.into_iter().find(|delimiter| {
            record.read(row, *delimiter);
            record.len() == columns.len()
        })?;
        Some(Start {
            delimiter,
            header: Some(columns.clone()),
            width: columns.len(),
            header_at: (data_start, data_line),
            data_start,
            data_line,
            surplus: false,
            findings: Vec::new(),
        })
    }
}

/// The first rows as they stand.
fn rows_of<'t>(text: &'t [u8], shape: &Shape) -> impl Iterator<Item = &'t [u8]> + use<'t> {
    let lines = text[shape.data_start..].split(|byte| *byte == b'\n').map(trim_line_end);
    lines
        .filter(|line| !line.trim_ascii().is_empty())
        .take(ROWS)
        .map(|line| &line[..line.len().min(LINE_BYTES)])
}

/// The finding that says which profile is used, and that it was found.
pub fn finding(profile: &Profile) -> Finding {
    let title = profile.title.as_deref().unwrap_or(&profile.name);
    Finding::info(
        "profile_recognised",
        format!("the file is read as {} (profile {})", title, quote(&profile.name)),
        "if it is another kind of file, name the profile to read it by, or generic",
    )
}
