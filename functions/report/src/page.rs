//! The report: what `templates/report.html` shows, worded and rounded for people.

use askama::Template;
use shared::{
    Decimal, Failure, Finding, Histogram, Layout, Location, ObjectRef, Plan, Reason, Severity, Statistics,
    Verdict,
};

use crate::chart::View;
use crate::chart::histogram::HistogramChart;
use crate::chart::time::TimeChart;
use crate::entries::{Station, Variable};
use crate::facts::{self, Column, Fact};
use crate::format;
use crate::listed::Listed;
use crate::rejects::{RejectedRow, Rejects};
use crate::rows::Rows;
use crate::verdict;

/// Stations that the report shows.
const STATIONS_SHOWN: usize = 200;
/// Variables that the report shows.
const VARIABLES_SHOWN: usize = 200;

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The object that was read.
    pub object: &'a ObjectRef,
    /// How it was read.
    pub plan: &'a Plan,
    /// What came out.
    pub statistics: &'a Statistics,
    /// The distribution of the primary variable's values.
    pub histogram: &'a Histogram,
    /// The stations and days.
    pub listed: &'a Listed,
    /// The rejected rows.
    pub rejects: &'a Rejects,
    /// Where the statistics lie.
    pub statistics_at: &'a Location,
    /// Where the rejected rows lie.
    pub rejected_at: &'a Location,
}

impl Page<'_> {
    /// The report as HTML; the same bytes for the same input.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when the template fails.
    pub fn render(self) -> Result<String, Failure> {
        Report::new(self)
            .render()
            .map_err(|error| Failure::InvalidTask(format!("cannot write the report: {error}")))
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    name: String,
    location: Location,
    rejected_file: bool,
    verdict: String,
    findings: Vec<&'a Finding>,
    /// Name of the primary variable, if there are others.
    primary: String,
    variables: Vec<Variable>,
    more_variables: String,
    figures: Vec<Figure>,
    distribution: Vec<Figure>,
    unit: &'static str,
    /// Whether a row has more than one reading.
    several: bool,
    /// Whether a row has one reading of the primary variable at most.
    by_row: bool,
    rows: Rows,
    time: Option<TimeChart>,
    no_time: String,
    histogram: Option<HistogramChart>,
    outside: String,
    bin_width: String,
    stations: Vec<Station>,
    more_stations: String,
    rejected: Vec<Rejected<'a>>,
    more_rejected: String,
    rejected_at: &'a Location,
    /// Whether some rejected rows are not in their file as a whole.
    rejected_cut: bool,
    facts: Vec<Fact>,
    columns: Vec<Column>,
    more_columns: usize,
    statistics_at: &'a Location,
    tables: Vec<Location>,
}

/// A number with its name.
struct Figure {
    label: &'static str,
    value: String,
    unit: &'static str,
    /// Every digit.
    exact: String,
}

struct Rejected<'a> {
    line: String,
    column: &'a str,
    reason: &'static str,
    text: &'a str,
}

impl<'a> Report<'a> {
    fn new(page: Page<'a>) -> Self {
        let statistics = page.statistics;
        let quality = &statistics.quality;
        let columns = page.plan.columns.as_ref();
        let scales: Vec<u8> = columns
            .map(|columns| columns.variables.iter().map(|variable| variable.scale).collect())
            .unwrap_or_default();
        let scale = scales.first().copied().unwrap_or_default();
        let by_row = columns.is_none_or(|c| c.slots().iter().filter(|slot| slot.variable == 0).count() == 1);
        let several = columns.is_some_and(|columns| columns.slots().len() > 1);
        let unit = statistics.unit.symbol();
        let view = View::new(statistics);
        let outside = view.map_or(0, |view| view.outside(page.histogram));

        let mut findings: Vec<_> = quality.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let stations = &statistics.by_station;
        let shown = stations.iter().take(STATIONS_SHOWN).map(|station| Station::new(station, scale.into()));
        let variables = if statistics.variables.len() > 1 { &statistics.variables[..] } else { &[] };
        let (columns, more_columns) = facts::columns(page.plan);

        Report {
            name: format::name(page.object.key.rsplit('/').next().unwrap_or_default()),
            location: page.object.location(),
            rejected_file: page.plan.verdict == Verdict::Rejected || verdict::is_rejected(page.statistics),
            verdict: verdict(page),
            findings,
            primary: variables.first().map(|primary| format::name(&primary.name)).unwrap_or_default(),
            variables: variables
                .iter()
                .zip(&scales)
                .take(VARIABLES_SHOWN)
                .map(|(variable, scale)| Variable::new(variable, (*scale).into()))
                .collect(),
            more_variables: match variables.len() {
                0..=VARIABLES_SHOWN => String::new(),
                all => format!(
                    "The first {VARIABLES_SHOWN} of {} variables; the statistics file has all of them.",
                    format::count(all as u64)
                ),
            },
            figures: figures(page, scale.into(), unit),
            distribution: distribution(statistics, scale.into(), unit),
            unit,
            by_row,
            several,
            rows: Rows::new(statistics, several),
            time: view.and_then(|view| TimeChart::new(&statistics.by_day, view, unit)),
            no_time: no_time(statistics),
            histogram: view.and_then(|view| {
                HistogramChart::new(page.histogram, view, scale, statistics.mean_temperature, unit, by_row)
            }),
            outside: match outside {
                0 => String::new(),
                1 => "1 value lies far outside and is not drawn.".to_owned(),
                _ => format!("{} values lie far outside and are not drawn.", format::count(outside)),
            },
            bin_width: format!("{} {unit}", format::decimal(&statistics.quantiles_bin_width, 0))
                .trim_end()
                .to_owned(),
            stations: shown.collect(),
            more_stations: more_stations(page),
            rejected: page.rejects.first.iter().map(Rejected::new).collect(),
            more_rejected: match (page.rejects.first.len() as u64, page.rejects.records) {
                (shown, all) if shown < all => format!(
                    "The first {} of {} rejected {}.",
                    format::count(shown),
                    format::count(all),
                    if several { "rows and readings" } else { "rows" }
                ),
                _ => String::new(),
            },
            rejected_at: page.rejected_at,
            rejected_cut: quality.rejected_by_reason.contains_key(&Reason::LineTooLong),
            facts: facts::facts(page.object, page.plan),
            columns,
            more_columns,
            statistics_at: page.statistics_at,
            tables: statistics
                .tables
                .iter()
                .flat_map(|tables| [&tables.cells, &tables.stations, &tables.days])
                .map(|key| Location::new(page.statistics_at.bucket.clone(), key.clone()))
                .collect(),
        }
    }
}

/// The one sentence below the title.
fn verdict(page: Page<'_>) -> String {
    let quality = &page.statistics.quality;
    if page.plan.verdict == Verdict::Rejected {
        return "This file cannot be read as temperatures. What is wrong, and how to mend it, stands below."
            .to_owned();
    }
    if verdict::is_rejected(page.statistics) {
        return "Most rows of this file cannot be read as temperatures. What is wrong, and how to mend it, stands below."
            .to_owned();
    }
    let warnings = quality.findings.iter().filter(|finding| finding.severity >= Severity::Warning).count();
    let rows = match (quality.rows_read, quality.rows_used) {
        (0, _) => "it has no data rows".to_owned(),
        (1, 1) => "its only row has a usable temperature".to_owned(),
        (read, used) if read == used => format!("all {} rows have a usable temperature", format::count(read)),
        (read, used) => {
            let verb = if used == 1 { "has" } else { "have" };
            format!("{} of {} rows {verb} a usable temperature", format::count(used), format::count(read))
        }
    };
    match warnings {
        0 => format!("The file was read: {rows}."),
        1 => format!("The file was read: {rows}. One warning needs a look."),
        _ => format!("The file was read: {rows}. {warnings} warnings need a look."),
    }
}

/// The figures that people look for first.
fn figures(page: Page<'_>, scale: usize, unit: &'static str) -> Vec<Figure> {
    let statistics = page.statistics;
    let mut figures = vec![
        Figure::float("Mean", statistics.mean_temperature, scale + 2, unit),
        Figure::decimal("Minimum", statistics.min_temperature.as_ref(), scale, unit),
        Figure::decimal("Maximum", statistics.max_temperature.as_ref(), scale, unit),
        Figure::float("Standard deviation", statistics.std_temperature, scale + 2, unit),
        Figure::count("Rows", statistics.record_count),
    ];
    if statistics.time_column.is_some() {
        figures.push(Figure::count("Days", page.listed.days));
    }
    let columns = page.plan.columns.as_ref();
    if columns
        .is_some_and(|columns| columns.station.is_some() || matches!(columns.layout, Layout::Wide { .. }))
    {
        figures.push(Figure::count("Stations", page.listed.stations));
    }
    figures
}

/// How many stations are not shown, and where they are.
fn more_stations(page: Page<'_>) -> String {
    let (all, listed) = (page.listed.stations, page.statistics.by_station.len());
    if listed <= STATIONS_SHOWN {
        return String::new();
    }
    let place = match &page.statistics.tables {
        Some(tables) if (listed as u64) < all => &tables.stations,
        _ => "the statistics file",
    };
    format!("The first {STATIONS_SHOWN} of {} stations by name; {place} has all of them.", format::count(all))
}

/// The quantiles in ascending order, with names that people know.
fn distribution(statistics: &Statistics, scale: usize, unit: &'static str) -> Vec<Figure> {
    let label = |name: &str| match name {
        "p01" => "1 %",
        "p05" => "5 %",
        "p25" => "25 %",
        "p50" => "Median",
        "p75" => "75 %",
        "p95" => "95 %",
        "p99" => "99 %",
        _ => "",
    };
    // Between two values of the file lie interpolated ones; the bins are good for as many decimals as their width has.
    let places = (scale + 1).min(statistics.quantiles_bin_width.scale() as usize);
    statistics
        .quantiles
        .iter()
        .map(|(name, value)| Figure::float(label(name), *value, places, unit))
        .collect()
}

/// Why there is no chart over time.
fn no_time(statistics: &Statistics) -> String {
    match &statistics.time_column {
        None => {
            "The file has no column of times that could be read, so there is no chart over time.".to_owned()
        }
        Some(name) => format!(
            "No row has both a usable temperature and a day in the column “{}”, so there is no chart over time.",
            format::name(name)
        ),
    }
}

impl Figure {
    fn float(label: &'static str, value: Option<f64>, places: usize, unit: &'static str) -> Figure {
        let exact = value.map(|value| value.to_string()).unwrap_or_default();
        Figure::new(label, value.map(|value| format::number(value, places)), unit, exact)
    }

    fn decimal(label: &'static str, value: Option<&Decimal>, places: usize, unit: &'static str) -> Figure {
        let exact = value.map(Decimal::to_string).unwrap_or_default();
        Figure::new(label, value.map(|value| format::decimal(value, places)), unit, exact)
    }

    fn count(label: &'static str, count: u64) -> Figure {
        Figure::new(label, Some(format::count(count)), "", count.to_string())
    }

    fn new(label: &'static str, value: Option<String>, unit: &'static str, exact: String) -> Figure {
        let unit = if value.is_some() { unit } else { "" };
        Figure { label, value: value.unwrap_or_else(|| "–".to_owned()), unit, exact }
    }
}

impl<'a> Rejected<'a> {
    fn new(row: &'a RejectedRow) -> Self {
        let reason = match row.reason {
            Reason::NotANumber => "The temperature is not a number",
            Reason::NotFinite => "The temperature is infinite",
            Reason::OutOfRange => "No temperature: a billion or more, or too close to zero (below 1e-300)",
            Reason::TooFewFields => "Fewer fields than the header has",
            Reason::TooManyFields => "More fields than the header has",
            Reason::LineTooLong => "The line is too long",
            Reason::UnclosedQuote => "A quoted field does not end",
            Reason::BadQuality => "The file’s quality code forbids its use",
            Reason::OtherUnit => "The field names another unit than the column",
        };
        Rejected { line: format::count(row.line), column: &row.column, reason, text: &row.text }
    }
}
