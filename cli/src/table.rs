//! What is printed at the end of a run.

use std::fmt::Write;
use std::iter;

use comfy_table::{Cell, CellAlignment, LineStyle, Table, presets};
use report::format::count;
use shared::statistics::VariableStatistics;
use shared::{Decimal, OutcomeKind, Severity, shown};

use crate::workplace::Finished;

/// Most characters of a file's name in the table.
const NAME_CHARS: usize = 60;
/// Most characters of a variable's name in the table.
const VARIABLE_CHARS: usize = 32;
/// Most variables of a file in the table; the report has all of them.
const VARIABLES: usize = 12;

/// What is kept of a file's run to be printed at the end: a few short texts, so that the statistics of many
/// files are never in memory together.
pub struct Row {
    /// A line for each of the file's variables.
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

/// A line per file and variable; then what to look at and where the reports are.
pub fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(presets::NOTHING.header_separator(line).bottom_border(line));
    table.set_header([
        "file", "variable", "read", "used", "missing", "rejected", "mean", "min", "max", "std", "unit",
    ]);
    for line in rows.iter().flat_map(|row| &row.lines) {
        table.add_row(line.iter().map(Cell::new));
    }
    for column in 2..=9 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{}\n", table.trim_fmt());
    for line in rows.iter().flat_map(|row| &row.complaints) {
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    for row in rows {
        let _ = writeln!(text, "report: {}", row.report);
    }
    text
}

/// A line for each variable: the first one leads the statistics, and tells the file.
fn lines(run: &Finished) -> Vec<Vec<String>> {
    let name = run.file.file_name().unwrap_or_default().to_string_lossy();
    let name = shown::cut(&name, NAME_CHARS);
    if run.outcome.outcome == OutcomeKind::Rejected {
        return vec![vec![name, "cannot be read".to_owned()]];
    }
    let variables = &run.told.variables[..];
    let files = iter::once(name).chain(iter::repeat(String::new()));
    let mut lines: Vec<_> =
        files.zip(variables.iter().take(VARIABLES)).map(|(file, variable)| line(file, variable)).collect();
    if let Some(more) = variables.len().checked_sub(VARIABLES).filter(|more| *more > 0) {
        lines.push(vec![String::new(), format!("and {} more", count(more as u64))]);
    }
    lines
}

/// The account of a variable's readings, and its figures.
fn line(file: String, variable: &VariableStatistics) -> Vec<String> {
    let readings = &variable.readings;
    let counts = [readings.read, readings.used, readings.missing, readings.rejected].map(count);
    let name = shown::cut(&variable.name, VARIABLE_CHARS);
    [file, name].into_iter().chain(counts).chain(figures(variable)).collect()
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
        .told
        .quality
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info)
        .map(|finding| {
            let hint = match finding.hint_of_command() {
                "" => String::new(),
                hint => format!(" ({hint})"),
            };
            format!("{file}: {}: {}{hint}", finding.severity.name(), finding.message)
        })
        .collect();
    lines.extend(run.rejected_rows.iter().map(|path| format!("{file}: rejected rows: {}", path.display())));
    // The paths may hold what drives a terminal; findings are clean already.
    lines.iter().map(|line| shown::line(line)).collect()
}
