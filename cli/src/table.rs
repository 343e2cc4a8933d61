//! What is printed at the end of a run.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, Table, presets};
use report::format::count;
use shared::statistics::VariableStatistics;
use shared::{Decimal, OutcomeKind, Severity, shown};

use crate::run::Finished;

/// Most characters of a file's or a variable's name in the table.
const NAME_CHARS: usize = 60;
/// Most variables of a file in the table; the report has all of them.
const VARIABLES: usize = 12;

/// What is kept of a file's run to be printed at the end: a few short texts, so that the statistics of many
/// files are never in memory together.
pub struct Row {
    /// The file's line, and below it those of its variables if it has several.
    lines: Vec<Vec<String>>,
    complaints: Vec<String>,
    report: String,
}

impl Row {
    /// The row of a run.
    pub fn new(run: &Finished) -> Self {
        Row {
            lines: lines(run),
            complaints: complaints(run),
            report: shown::line(&run.report.display().to_string()),
        }
    }
}

/// A line per file, and one for each of its variables if it has several; then what to look at and where the reports are.
pub fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["file", "rows", "used", "missing", "rejected", "mean", "min", "max", "std", "unit"]);
    for row in rows {
        // As one row of the table: no rule between a file and its variables.
        let cell = |at: usize| row.lines.iter().map(move |line| line.get(at).map_or("", String::as_str));
        let columns = row.lines.iter().map(Vec::len).max().unwrap_or(0);
        table.add_row((0..columns).map(|at| Cell::new(cell(at).collect::<Vec<_>>().join("\n"))));
    }
    for column in 1..=8 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{table}\n");
    for line in rows.iter().flat_map(|row| &row.complaints) {
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    for row in rows {
        let _ = writeln!(text, "report: {}", row.report);
    }
    text
}

fn lines(run: &Finished) -> Vec<Vec<String>> {
    let statistics = &run.statistics;
    let quality = &statistics.quality;
    let name = run.file.file_name().unwrap_or_default().to_string_lossy();
    let name = shown::cut(&name, NAME_CHARS);
    if run.outcome.outcome == OutcomeKind::Rejected {
        return vec![vec![name, "cannot be read".to_owned()]];
    }
    let mut file = vec![
        name,
        count(quality.rows_read),
        count(quality.rows_used),
        count(quality.rows_missing),
        count(quality.rows_rejected),
    ];
    let variables = &statistics.variables[..];
    if let [only] = variables {
        file.extend(figures(only));
        return vec![file];
    }
    let mut lines = vec![file];
    lines.extend(variables.iter().take(VARIABLES).map(|variable| {
        let readings = &variable.readings;
        let mut line = vec![
            format!("  {}", shown::cut(&variable.name, NAME_CHARS)),
            count(readings.read),
            count(readings.used),
            count(readings.missing),
            count(readings.rejected),
        ];
        line.extend(figures(variable));
        line
    }));
    if let Some(more) = variables.len().checked_sub(VARIABLES).filter(|more| *more > 0) {
        lines.push(vec![format!("  and {} more", count(more as u64))]);
    }
    lines
}

/// Mean, least, greatest, standard deviation and unit.
fn figures(variable: &VariableStatistics) -> [String; 5] {
    let rounded = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    // A tiny value has hundreds of digits; the statistics have them all.
    let exact = |value: &Option<Decimal>| {
        value.as_ref().map_or_else(|| "–".to_owned(), |value| shown::cut(&value.to_string(), 24))
    };
    let unit = match variable.unit.symbol() {
        "" => "unknown",
        symbol => symbol,
    };
    [
        rounded(variable.mean),
        exact(&variable.min),
        exact(&variable.max),
        rounded(variable.std),
        unit.to_owned(),
    ]
}

/// A line for every finding that needs a look, and where the rejected rows are.
pub fn complaints(run: &Finished) -> Vec<String> {
    let file = run.file.display();
    let mut lines: Vec<String> = run
        .statistics
        .quality
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info)
        .map(|finding| {
            let hint = if finding.hint.is_empty() { String::new() } else { format!(" ({})", finding.hint) };
            format!("{file}: {}: {}{hint}", finding.severity.name(), finding.message)
        })
        .collect();
    lines.extend(run.rejected_rows.iter().map(|path| format!("{file}: rejected rows: {}", path.display())));
    // The paths may hold what drives a terminal; findings are clean already.
    lines.iter().map(|line| shown::line(line)).collect()
}
