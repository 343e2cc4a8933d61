//! `isotherm inspect`: how files would be read, and why, before anything runs.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use report::{facts, format};
use serde_json::json;
use shared::record::{Record, trim_line_end};
use shared::{ObjectRef, Plan, RunOptions, Severity, ValidateTask, Verdict, shown};
use validate::content::BOM;
use validate::handler::{HEAD_BYTES, Looked, head_bytes, look};

use crate::args::InspectArguments;
use crate::fault::Fault;
use crate::inputs;
use crate::say;
use crate::status::Status;

/// Lines above the table that are shown, the last ones, and rows.
const LINES: usize = 5;
/// Characters of a field that are shown.
const FIELD_CHARS: usize = 28;
/// Fields of a line that are shown.
const FIELDS: usize = 12;

/// Says for every file how it would be read.
///
/// # Errors
/// When a file cannot be opened.
pub async fn inspect(arguments: InspectArguments) -> Result<Status, Fault> {
    let files = inputs::check(&arguments.files)?;
    let options = inputs::options(&arguments.reading)?;
    let mut status = Status::Processed;
    for (number, file) in files.iter().enumerate() {
        let head =
            head(&file.path).map_err(|error| Fault::other(format!("{}: {error}", file.path.display())))?;
        let task = task(&file.path, &file.key, &options)?;
        let looked = look(&head, &task, u64::MAX).await;
        if looked.plan.verdict == Verdict::Rejected {
            status = Status::Rejected;
        }
        if arguments.json {
            let lines: Vec<_> = lines(&looked).iter().map(Line::json).collect();
            let plan = &looked.plan;
            say::print(format!(
                "{}\n",
                json!({ "file": file.path.display().to_string(), "plan": plan, "lines": lines })
            ))?;
        } else {
            let gap = if number == 0 { "" } else { "\n" };
            say::print(format!(
                "{gap}{}",
                described(&file.path.display().to_string(), &task.object, &looked)
            ))?;
        }
    }
    Ok(status)
}

fn head(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?;
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes)?;
    file.take(head_bytes(&bytes) - HEAD_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn task(path: &Path, key: &str, options: &RunOptions) -> Result<ValidateTask, Fault> {
    let metadata =
        std::fs::metadata(path).map_err(|error| Fault::other(format!("{}: {error}", path.display())))?;
    let object = ObjectRef {
        bucket: "local".to_owned(),
        key: key.to_owned(),
        version_id: None,
        etag: String::new(),
        size: metadata.len(),
    };
    Ok(ValidateTask {
        run_id: String::new(),
        object,
        options: options.clone(),
        single_split: false,
        other_order: false,
    })
}

/// What a line is to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Text above it, or of a file that is no table.
    Text,
    Header,
    Row,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Header => "header",
            Kind::Row => "row",
        }
    }
}

/// A line of the file as it was cut.
struct Line {
    number: u64,
    kind: Kind,
    fields: Vec<String>,
}

impl Line {
    fn json(&self) -> serde_json::Value {
        json!({ "line": self.number, "kind": self.kind.name(), "fields": self.fields })
    }
}

/// The lines around the beginning of the table.
fn lines(looked: &Looked<'_>) -> Vec<Line> {
    let dialect = looked.plan.dialect.as_ref();
    let first_row = dialect.map_or(u64::MAX, |dialect| dialect.data_line);
    let from = match dialect {
        Some(_) => first_row.saturating_sub(LINES as u64).max(1),
        None => 1,
    };
    let to = match dialect {
        Some(_) => first_row + LINES as u64,
        None => 1 + LINES as u64,
    };
    let text = looked.text.strip_prefix(BOM).unwrap_or(&looked.text);
    let text = (1..).zip(text.split(|byte| *byte == b'\n')).skip_while(|(number, _)| *number < from);
    let text = text.take_while(|(number, line)| *number < to && !(line.is_empty() && *number > first_row));
    let mut record = Record::default();
    let mut lines: Vec<Line> = text
        .map(|(number, line)| {
            let line = trim_line_end(line);
            let fields = match dialect {
                None => vec![String::from_utf8_lossy(line).into_owned()],
                Some(dialect) => {
                    record.read(line, dialect.delimiter as u8);
                    record.fields().map(|field| dialect.decode(field).trim().to_owned()).collect()
                }
            };
            Line { number, kind: if number >= first_row { Kind::Row } else { Kind::Text }, fields }
        })
        .collect();
    mark_header(&mut lines, dialect.map_or(&[], |dialect| &dialect.header));
    lines
}

/// The header is the line above the rows that has the most of the names.
fn mark_header(lines: &mut [Line], header: &[String]) {
    let named = |line: &Line| {
        let is_name = |field: &&String| {
            let field = field.trim_start_matches(['#', '%', '!', ' ']);
            !field.is_empty() && header.iter().any(|name| name.starts_with(field))
        };
        line.fields.iter().filter(is_name).count()
    };
    let above = lines.iter_mut().filter(|line| line.kind == Kind::Text).map(|line| (named(line), line));
    if let Some((names, line)) = above.max_by_key(|(names, line)| (*names, line.number))
        && names > 0
    {
        line.kind = Kind::Header;
    }
}

/// What is said about a file.
fn described(file: &str, object: &ObjectRef, looked: &Looked<'_>) -> String {
    let plan = &looked.plan;
    let verdict = match plan.verdict {
        Verdict::Accepted => "would be read",
        Verdict::Rejected => "cannot be read as temperatures",
    };
    let mut text = format!("{file}: {verdict}\n\n");
    for line in lines(looked) {
        let fields: Vec<String> =
            line.fields.iter().take(FIELDS).map(|field| format::excerpt(field, FIELD_CHARS)).collect();
        let more = if line.fields.len() > FIELDS { " │ …" } else { "" };
        let fields = fields.join(" │ ");
        let _ = writeln!(text, "{:>6} {:<6}  {fields}{more}", line.number, line.kind.name());
    }
    text.push('\n');
    columns(&mut text, plan);
    // Where the file is stored matters to reports alone.
    let place = ["Bucket", "Key", "ETag"];
    for fact in facts::facts(object, plan).iter().filter(|fact| !place.contains(&fact.label)) {
        let _ = writeln!(text, "  {:<16} {}", fact.label, fact.value);
    }
    findings(&mut text, plan);
    shown::lines(&text)
}

/// The columns that are read, and what as.
fn columns(text: &mut String, plan: &Plan) {
    let (columns, more) = facts::columns(plan);
    let read = (1..).zip(&columns).filter(|(_, column)| !column.role.is_empty());
    for (number, column) in read {
        let _ = writeln!(text, "  {:<16} {}: {}", format!("Column {number}"), column.name, column.role);
    }
    if more > 0 {
        let _ = writeln!(text, "  {:<16} {more} more columns", "");
    }
}

fn findings(text: &mut String, plan: &Plan) {
    for finding in &plan.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let hint = match finding.hint_of_command() {
            "" => String::new(),
            hint => format!(" ({hint})"),
        };
        let _ = writeln!(text, "\n{severity}: {}{hint}", finding.message);
    }
}
