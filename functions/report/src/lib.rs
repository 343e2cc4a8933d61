//! report: merges the partials of a run and writes the statistics, the tables, the report and the rejected rows.
//!
//! | module | subject |
//! |---|---|
//! | `merge` | the partials, read in split order |
//! | `tables` | their cells, merged as a stream and written as tables |
//! | `room` | for small tables in memory |
//! | `listed` | the stations and days that stand in the statistics |
//! | `findings` | what the merged rows give rise to |
//! | `readings` | what single variables give rise to |
//! | `plausible` | values that no air has had |
//! | `stations` | what the stations and days as a whole give rise to |
//! | `damage` | what compressed data that could not be read to their end give rise to |
//! | `dates` | what the rows' times give rise to |
//! | `commit` | the order in which results appear, so that nobody sees those of two runs |
//! | `rejects` | the rejected rows of all splits, with line numbers of the whole file |
//! | `records` | those of one split, as they arrive |
//! | `escape` | how a row is written there, so that every byte comes back |
//! | `series` | what the days tell about its times |
//! | `units` | units that values speak of |
//! | `verdict` | files whose rows are none of temperatures |
//! | `page` | the report, one self-contained HTML file |
//! | `entries` | lines of its tables |
//! | `rows` | its row account |
//! | `facts` | what the file was and how it was read, worded for people |
//! | `chart` | its charts, as inline SVG |
//! | `format` | numbers for people |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod chart;
mod commit;
mod damage;
mod dates;
mod entries;
mod escape;
pub mod facts;
mod findings;
pub mod format;
mod listed;
mod merge;
mod page;
mod plausible;
mod readings;
mod records;
mod rejects;
mod room;
mod rows;
mod series;
mod stations;
mod tables;
#[cfg(test)]
mod testing;
mod units;
mod verdict;

use std::sync::Arc;

use aws::Storage;
use aws::metrics::{Invocation, Measure};
use aws::settings::Results;
use futures::join;
use shared::{
    Decimal, Edition, Failure, Histogram, Location, Outcome, OutcomeKind, ReportTask, Statistics, Verdict,
    layout,
};

use crate::commit::Commit;
use crate::findings::About;
use crate::listed::Listed;
use crate::merge::Merged;
use crate::page::Page;
use crate::rejects::Rejects;
use crate::tables::Fetched;

/// Merges the partials of `task` and writes the results.
///
/// # Errors
/// [`Failure::ObjectChanged`] or [`Failure::ObjectMissing`] when the object is no longer the version that was read:
/// then the results stay those of the newer one. [`Failure::InvalidTask`] when the partials do not fit the plan, or a
/// row, a reading or a byte is not accounted for, or the results are another bucket's.
pub async fn handle(task: ReportTask, storage: &Storage, results: &Results) -> Result<Outcome, Failure> {
    let invocation = Invocation::start();
    let bucket = results.bucket_for(&task.object);
    let places = Places::of(&results.name_for(&task.object), bucket);

    let fetched = Fetched::begin(&task, storage, bucket);
    let merged = match task.plan.verdict {
        Verdict::Accepted => merge::load(&task, storage, bucket).await?,
        Verdict::Rejected => Merged::default(),
    };
    let tables = tables::make(&task, &merged, fetched).await?;
    let no_tables = Listed::default();
    let listed = tables.as_ref().map_or(&no_tables, |tables| &tables.listed);
    let mut statistics = state(&task, &merged, listed, &places);
    let edition = Edition::of(&places.name, &task.plan, &statistics);
    statistics.edition = Some(edition.clone());
    let statistics = Arc::new(statistics);
    let written = begin_json(&statistics, &places);
    let rejected_at = Location::new(bucket, &edition.rejected_rows);
    let rejects = rejects::collect(&task, &merged, storage, bucket, &rejected_at).await?;
    let ready = match show(&task, &merged, listed, &rejects, &statistics, &places) {
        // The last moment at which a run about a replaced object can end without a trace.
        Ok(page) => Commit::begin(storage, &task.object, &places).await.map(|commit| (page, commit)),
        Err(failure) => Err(failure),
    };
    let (page, commit) = match ready {
        Ok(ready) => ready,
        Err(failure) => {
            rejects.upload.abort().await;
            return Err(failure);
        }
    };
    let records_rejected = rejects.records;
    let report_at = Location::new(bucket, &edition.report);
    let put_tables = async {
        match (&tables, &edition.tables) {
            (Some(tables), Some(to)) => tables.put(to, storage, bucket).await,
            _ => Ok(()),
        }
    };
    // Side by side, each to its end: an upload that was begun is finished or given up, whatever becomes of the others.
    let (tables_put, report_put, rejects_put, json) = join!(
        put_tables,
        storage.put(&report_at, "text/html; charset=utf-8", page.into_bytes()),
        rejects.upload.finish(),
        written,
    );
    tables_put.and(report_put).and(rejects_put)?;
    commit.finish(json?, edition).await?;

    tracing::info!(
        run_id = task.run_id,
        bucket = task.object.bucket,
        key = task.object.key,
        verdict = ?task.plan.verdict,
        splits = task.plan.splits.len(),
        rows_read = statistics.quality.rows_read,
        rows_rejected = statistics.quality.rows_rejected,
        "wrote the results"
    );
    invocation.finish(&task.run_id, &[("Files", Measure::Count(1))]);
    Ok(Outcome {
        outcome: match task.plan.verdict {
            Verdict::Accepted if !verdict::is_rejected(&statistics) => OutcomeKind::Processed,
            _ => OutcomeKind::Rejected,
        },
        run_id: task.run_id,
        object: task.object,
        mean_temperature: statistics.mean_temperature,
        max_temperature: statistics.max_temperature.as_ref().map(Decimal::to_f64),
        min_temperature: statistics.min_temperature.as_ref().map(Decimal::to_f64),
        record_count: Some(statistics.record_count),
        statistics: Some(places.statistics),
        report: Some(places.report),
        rejected_rows: (records_rejected > 0).then_some(places.rejected),
        cause: None,
    })
}

/// Where the current results are looked for.
struct Places {
    /// What they are named after.
    name: String,
    statistics: Location,
    report: Location,
    rejected: Location,
}

impl Places {
    fn of(name: &str, bucket: &str) -> Self {
        let to = |key: String| Location::new(bucket, key);
        Places {
            name: name.to_owned(),
            statistics: to(layout::statistics_key(name)),
            report: to(layout::report_key(name)),
            rejected: to(layout::rejected_key(name)),
        }
    }
}

/// The statistics, which name no edition yet.
fn state(task: &ReportTask, merged: &Merged, listed: &Listed, places: &Places) -> Statistics {
    let ReportTask { object, plan, .. } = task;
    let (name, partial) = (places.name.as_str(), &merged.partial);
    let findings = findings::all(About { plan, partial, listed, name, rejected_at: &places.rejected });
    let mut statistics = Statistics::new(object, name, plan, partial, &listed.groups, findings);
    if verdict::is_rejected(&statistics) {
        verdict::without_figures(&mut statistics);
    }
    statistics
}

/// The report.
fn show(
    task: &ReportTask,
    merged: &Merged,
    listed: &Listed,
    rejects: &Rejects,
    statistics: &Statistics,
    places: &Places,
) -> Result<String, Failure> {
    let partial = &merged.partial;
    Page {
        object: &task.object,
        plan: &task.plan,
        statistics,
        histogram: partial.primary().map_or(&Histogram::default(), |primary| &primary.histogram),
        listed,
        rejects,
        statistics_at: &places.statistics,
        rejected_at: &places.rejected,
    }
    .render()
}

/// Begins to write the statistics; of many stations and days beside the caller.
fn begin_json(
    statistics: &Arc<Statistics>,
    places: &Places,
) -> impl Future<Output = Result<Vec<u8>, Failure>> + use<> {
    let (statistics, at) = (Arc::clone(statistics), places.statistics.clone());
    let is_long = statistics.by_station.len() + statistics.by_day.len() >= LONG;
    let write = move || json(&statistics, &at);
    let writing = if is_long { Ok(tokio::task::spawn_blocking(write)) } else { Err(write()) };
    async {
        match writing {
            Ok(thread) => thread.await.unwrap_or_else(|error| {
                Err(Failure::InvalidTask(format!("writing the statistics stopped: {error}")))
            }),
            Err(written) => written,
        }
    }
}

/// So many stations and days take longer to write than to hand to a thread.
const LONG: usize = 500;

/// The statistics as they are written.
fn json(statistics: &Statistics, at: &Location) -> Result<Vec<u8>, Failure> {
    let mut json = serde_json::to_vec_pretty(statistics)
        .map_err(|error| Failure::InvalidTask(format!("cannot write {at}: {error}")))?;
    json.push(b'\n');
    Ok(json)
}
