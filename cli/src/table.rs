//! What is printed at the end of a run.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment, Table, presets};
use report::format::count;
use shared::{Decimal, OutcomeKind, Severity};

use crate::run::Finished;

/// One row per file, then what to look at and where the reports are.
pub fn render(runs: &[Finished]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["file", "rows", "used", "missing", "rejected", "mean", "min", "max", "std", "unit"]);
    for run in runs {
        table.add_row(row(run));
    }
    for column in 1..=8 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{table}\n");
    for line in runs.iter().flat_map(complaints) {
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    for run in runs {
        let _ = writeln!(text, "report: {}", run.report.display());
    }
    text
}

fn row(run: &Finished) -> Vec<Cell> {
    let statistics = &run.statistics;
    let quality = &statistics.quality;
    let name = run.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if run.outcome.outcome == OutcomeKind::Rejected {
        return vec![Cell::new(name), Cell::new("cannot be read")];
    }
    let rows = |rows: u64| Cell::new(count(rows));
    let rounded =
        |value: Option<f64>| Cell::new(value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}")));
    let exact = |value: &Option<Decimal>| {
        Cell::new(value.as_ref().map_or_else(|| "–".to_owned(), Decimal::to_string))
    };
    vec![
        Cell::new(name),
        rows(quality.rows_read),
        rows(quality.rows_used),
        rows(quality.rows_missing),
        rows(quality.rows_rejected),
        rounded(statistics.mean_temperature),
        exact(&statistics.min_temperature),
        exact(&statistics.max_temperature),
        rounded(statistics.std_temperature),
        Cell::new(match statistics.unit.symbol() {
            "" => "unknown",
            symbol => symbol,
        }),
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
    lines
}
