//! What is printed at the end of a run.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, Table, presets};
use report::format::count;
use shared::{Decimal, OutcomeKind, Severity, shown};

use crate::run::Finished;

/// Most characters of a file's name in the table.
const NAME_CHARS: usize = 60;

/// What is kept of a file's run to be printed at the end: a few short texts, so that the statistics of many
/// files are never in memory together.
pub struct Row {
    cells: Vec<String>,
    complaints: Vec<String>,
    report: String,
}

impl Row {
    /// The row of a run.
    pub fn new(run: &Finished) -> Self {
        Row {
            cells: cells(run),
            complaints: complaints(run),
            report: shown::line(&run.report.display().to_string()),
        }
    }
}

/// One row per file, then what to look at and where the reports are.
pub fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["file", "rows", "used", "missing", "rejected", "mean", "min", "max", "std", "unit"]);
    for row in rows {
        table.add_row(row.cells.iter().map(Cell::new));
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

fn cells(run: &Finished) -> Vec<String> {
    let statistics = &run.statistics;
    let quality = &statistics.quality;
    let name = run.file.file_name().unwrap_or_default().to_string_lossy();
    let name = shown::cut(&name, NAME_CHARS);
    if run.outcome.outcome == OutcomeKind::Rejected {
        return vec![name, "cannot be read".to_owned()];
    }
    let rounded = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    // A tiny value has hundreds of digits; the statistics have them all.
    let exact = |value: &Option<Decimal>| {
        value.as_ref().map_or_else(|| "–".to_owned(), |value| shown::cut(&value.to_string(), 24))
    };
    vec![
        name,
        count(quality.rows_read),
        count(quality.rows_used),
        count(quality.rows_missing),
        count(quality.rows_rejected),
        rounded(statistics.mean_temperature),
        exact(&statistics.min_temperature),
        exact(&statistics.max_temperature),
        rounded(statistics.std_temperature),
        match statistics.unit.symbol() {
            "" => "unknown".to_owned(),
            symbol => symbol.to_owned(),
        },
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
