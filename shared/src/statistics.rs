//! The statistics file: what programs read. Its schema is `docs/statistics.schema.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::{Reason, RowAccount};
use crate::day::Day;
use crate::decimal::Decimal;
use crate::finding::Finding;
use crate::object::ObjectRef;
use crate::partial::Partial;
use crate::plan::Plan;
use crate::summary::Summary;
use crate::unit::Unit;

/// Version of the file's structure.
pub const SCHEMA_VERSION: u32 = 1;
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
    /// One entry per station, by name.
    pub by_station: Vec<StationStatistics>,
    /// One entry per day, in order; none where [`Partial::refutes`] the order of day and month.
    pub by_day: Vec<DayStatistics>,
    /// The object that was read.
    pub source: Source,
    /// Name of the profile that was used.
    pub profile: String,
    /// Name of the temperature column.
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

impl Statistics {
    /// The statistics of `object`, read by `plan`, from the merged partials. `findings` are the
    /// plan's and those that the rows gave rise to.
    pub fn new(object: &ObjectRef, plan: &Plan, partial: &Partial, findings: Vec<Finding>) -> Self {
        let columns = plan.columns.as_ref();
        let scale = columns.map_or(0, |columns| columns.temperature.scale);
        let total = &partial.total;
        let quantiles = PERCENTS
            .iter()
            .map(|percent| (format!("p{percent:02}"), partial.histogram.quantile(*percent)))
            .collect();
        let refuted = columns.and_then(|c| c.time.as_ref()).is_some_and(|time| partial.refutes(time));
        let days = partial.by_day.iter().filter(|_| !refuted);
        Statistics {
            mean_temperature: total.mean(scale),
            max_temperature: total.max(scale),
            min_temperature: total.min(scale),
            record_count: partial.account.rows_read,
            unit: columns.map_or(Unit::Unknown, |columns| columns.temperature.unit),
            std_temperature: total.std(scale),
            quantiles,
            quantiles_bin_width: partial.histogram.width(),
            quality: Quality::new(&partial.account, findings),
            by_station: partial.by_station.iter().map(|(k, v)| StationStatistics::new(k, v, scale)).collect(),
            by_day: days.map(|(k, v)| DayStatistics::new(*k, v, scale)).collect(),
            source: Source {
                bucket: object.bucket.clone(),
                key: object.key.clone(),
                etag: object.etag.clone(),
                size: object.size,
            },
            profile: plan.profile.clone(),
            temperature_column: columns.map(|columns| columns.temperature.name.clone()),
            station_column: columns.and_then(|c| c.station.as_ref()).map(|column| column.name.clone()),
            time_column: columns.and_then(|c| c.time.as_ref()).map(|column| column.name.clone()),
            schema_version: SCHEMA_VERSION,
        }
    }
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
