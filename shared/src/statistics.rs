//! The statistics file: what programs read. Its schema is `docs/statistics.schema.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::{ReadingAccount, Reason, RowAccount};
use crate::day::Day;
use crate::decimal::Decimal;
use crate::edition::Edition;
use crate::finding::Finding;
use crate::histogram::Histogram;
use crate::layout;
use crate::object::ObjectRef;
use crate::partial::{Partial, VariablePartial};
use crate::plan::Plan;
use crate::summary::Summary;
use crate::unit::Unit;
use crate::variable::{Role, Variable};

/// Version of the file's structure.
pub const SCHEMA_VERSION: u32 = 2;
/// The most stations in the file; the tables have all of them.
pub const MAX_STATIONS: usize = 1_000;
/// The most days in the file.
pub const MAX_DAYS: usize = 40_000;
/// The quantiles in the file, in percent.
pub const PERCENTS: [u64; 7] = [1, 5, 25, 50, 75, 95, 99];

/// The statistics of one object. Temperatures are in the file's own unit; `null` where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Arithmetic mean of the usable values, correctly rounded.
    pub mean_temperature: Option<f64>,
    /// Greatest usable value.
    pub max_temperature: Option<Decimal>,
    /// Least usable value.
    pub min_temperature: Option<Decimal>,
    /// All data rows, missing and rejected ones included.
    pub record_count: u64,
    /// Unit of all temperatures here.
    pub unit: Unit,
    /// Sample standard deviation, correctly rounded.
    pub std_temperature: Option<f64>,
    /// Quantiles by name: `p01` to `p99`; see [`crate::Histogram::quantile`].
    pub quantiles: BTreeMap<String, Option<f64>>,
    /// Width of the bins that the quantiles come from, in the unit of all temperatures here: they are exact to half of it.
    pub quantiles_bin_width: Decimal,
    /// The row account and the findings.
    pub quality: Quality,
    /// The file's temperatures, the primary one first: its figures are those that lead.
    pub variables: Vec<VariableStatistics>,
    /// One entry per station of the primary variable, by name; the first [`MAX_STATIONS`].
    pub by_station: Vec<StationStatistics>,
    /// One entry per day of the primary variable, in order, the first [`MAX_DAYS`].
    pub by_day: Vec<DayStatistics>,
    /// The tables of cells, stations and days; `None` where the file could not be read as temperatures.
    pub tables: Option<Tables>,
    /// The run's own results, none of which is another run's; `None` only while they are being made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// The object that was read.
    pub source: Source,
    /// Name of the profile that was used.
    pub profile: String,
    /// Name of the primary variable.
    pub temperature_column: Option<String>,
    /// Name of the station column.
    pub station_column: Option<String>,
    /// Name of the time column.
    pub time_column: Option<String>,
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
}

/// The row account and the findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// All data rows.
    pub rows_read: u64,
    /// Rows with a usable temperature.
    pub rows_used: u64,
    /// Rows without a temperature.
    pub rows_missing: u64,
    /// Rows that could not be read.
    pub rows_rejected: u64,
    /// The rejected rows by reason.
    pub rejected_by_reason: BTreeMap<Reason, u64>,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// The statistics of one variable. Temperatures are in its own unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariableStatistics {
    /// Name of the column, or of the element.
    pub name: String,
    /// What its values are.
    pub role: Role,
    /// Unit of its values.
    pub unit: Unit,
    /// The account of its readings.
    pub readings: ReadingAccount,
    /// Arithmetic mean of the usable values, correctly rounded.
    pub mean: Option<f64>,
    /// Least usable value.
    pub min: Option<Decimal>,
    /// Greatest usable value.
    pub max: Option<Decimal>,
    /// Sample standard deviation, correctly rounded.
    pub std: Option<f64>,
    /// Quantiles by name: `p01` to `p99`; see [`crate::Histogram::quantile`].
    pub quantiles: BTreeMap<String, Option<f64>>,
    /// Width of the bins that the quantiles come from: they are exact to half of it.
    pub quantiles_bin_width: Decimal,
}

/// Keys of the tables, in the bucket of the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tables {
    /// One row per cell: a series on a day.
    pub cells: String,
    /// One row per series.
    pub stations: String,
    /// One row per variable and day.
    pub days: String,
}

impl Tables {
    /// The tables, each with the key that `key` gives its name.
    pub fn named(key: impl Fn(&str) -> String) -> Self {
        let [cells, stations, days] = layout::TABLE_NAMES.map(key);
        Tables { cells, stations, days }
    }

    /// The keys, in the order of [`layout::TABLE_NAMES`].
    pub fn keys(&self) -> [&str; 3] {
        [&self.cells, &self.stations, &self.days]
    }
}

/// The primary variable's sums by station and by day: the first of them, see [`MAX_STATIONS`] and [`MAX_DAYS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// By station, by name.
    pub stations: Vec<(String, Summary)>,
    /// By day, in order.
    pub days: Vec<(Day, Summary)>,
}

/// The statistics of one station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationStatistics {
    /// The station, as the file names it.
    pub station: String,
    /// Usable values.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Least value.
    pub min: Option<Decimal>,
    /// Greatest value.
    pub max: Option<Decimal>,
    /// Sample standard deviation.
    pub std: Option<f64>,
}

/// The statistics of one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayStatistics {
    /// The day, as the file's own clock has it.
    pub day: Day,
    /// Usable values.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Least value.
    pub min: Option<Decimal>,
    /// Greatest value.
    pub max: Option<Decimal>,
}

/// The object that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Bucket name.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// Entity tag.
    pub etag: String,
    /// Size in bytes.
    pub size: u64,
}

/// All but the version's id, which is S3's random text: the same bytes uploaded again are another version, and give the
/// same results.
impl From<&ObjectRef> for Source {
    fn from(object: &ObjectRef) -> Self {
        let ObjectRef { bucket, key, etag, size, .. } = object;
        Source { bucket: bucket.clone(), key: key.clone(), etag: etag.clone(), size: *size }
    }
}

impl Statistics {
    /// The statistics of `object`, whose results are named after `name`, read by `plan`, from the merged partials and
    /// `groups`. `findings` are the plan's and those that the rows gave rise to.
    pub fn new(
        object: &ObjectRef,
        name: &str,
        plan: &Plan,
        partial: &Partial,
        groups: &Groups,
        findings: Vec<Finding>,
    ) -> Self {
        let columns = plan.columns.as_ref();
        let variables = columns.map_or(&[][..], |columns| &columns.variables);
        let scale = variables.first().map_or(0, |variable| variable.scale);
        let variables: Vec<_> = variables
            .iter()
            .zip(&partial.variables)
            .map(|(variable, learned)| VariableStatistics::new(variable, learned))
            .collect();
        let none = VariablePartial::default();
        let primary = partial.primary().unwrap_or(&none);
        let stations = groups.stations.iter().take(MAX_STATIONS);
        let days = groups.days.iter().take(MAX_DAYS);
        Statistics {
            mean_temperature: primary.total.mean(scale),
            max_temperature: primary.total.max(scale),
            min_temperature: primary.total.min(scale),
            record_count: partial.account.rows_read,
            unit: variables.first().map_or(Unit::Unknown, |variable| variable.unit),
            std_temperature: primary.total.std(scale),
            quantiles: quantiles(&primary.histogram),
            quantiles_bin_width: primary.histogram.width(),
            quality: Quality::new(&partial.account, findings),
            by_station: stations.map(|(k, v)| StationStatistics::new(k, v, scale)).collect(),
            by_day: days.map(|(k, v)| DayStatistics::new(*k, v, scale)).collect(),
            tables: columns.map(|_| Tables::named(|table| layout::table_key(name, table))),
            edition: None,
            source: Source::from(object),
            profile: plan.profile.clone(),
            temperature_column: variables.first().map(|variable| variable.name.clone()),
            station_column: columns.and_then(|c| c.station.as_ref()).map(|column| column.name.clone()),
            time_column: columns.and_then(|c| c.time.as_ref()).map(|column| column.name.clone()),
            schema_version: SCHEMA_VERSION,
            variables,
        }
    }
}

impl VariableStatistics {
    fn new(variable: &Variable, learned: &VariablePartial) -> Self {
        let (total, scale) = (&learned.total, variable.scale);
        VariableStatistics {
            name: variable.name.clone(),
            role: variable.role,
            unit: variable.unit,
            readings: learned.readings.clone(),
            mean: total.mean(scale),
            min: total.min(scale),
            max: total.max(scale),
            std: total.std(scale),
            quantiles: quantiles(&learned.histogram),
            quantiles_bin_width: learned.histogram.width(),
        }
    }
}

fn quantiles(histogram: &Histogram) -> BTreeMap<String, Option<f64>> {
    PERCENTS.iter().map(|percent| (format!("p{percent:02}"), histogram.quantile(*percent))).collect()
}

impl Quality {
    fn new(account: &RowAccount, findings: Vec<Finding>) -> Self {
        Quality {
            rows_read: account.rows_read,
            rows_used: account.rows_used,
            rows_missing: account.rows_missing,
            rows_rejected: account.rows_rejected,
            rejected_by_reason: account.rejected_by_reason.clone(),
            findings,
        }
    }
}

impl StationStatistics {
    fn new(station: &str, summary: &Summary, scale: u8) -> Self {
        StationStatistics {
            station: station.to_owned(),
            count: summary.count(),
            mean: summary.mean(scale),
            min: summary.min(scale),
            max: summary.max(scale),
            std: summary.std(scale),
        }
    }
}

impl DayStatistics {
    fn new(day: Day, summary: &Summary, scale: u8) -> Self {
        DayStatistics {
            day,
            count: summary.count(),
            mean: summary.mean(scale),
            min: summary.min(scale),
            max: summary.max(scale),
        }
    }
}
