//! report: merges the partials of a run and writes the statistics, the report and the rejected rows.
//!
//! | module | subject |
//! |---|---|
//! | `merge` | the partials, read in split order |
//! | `findings` | what the merged rows give rise to |
//! | `damage` | what compressed data that could not be read to their end give rise to |
//! | `dates` | what the rows' times give rise to |
//! | `rejects` | the rejected rows of all splits, with line numbers of the whole file |
//! | `escape` | how a row is written there, so that every byte comes back |
//! | `page` | the report, one self-contained HTML file |
//! | `facts` | what the file was and how it was read, worded for people |
//! | `chart` | its charts, as inline SVG |
//! | `format` | numbers for people |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod chart;
mod damage;
mod dates;
mod escape;
mod facts;
mod findings;
pub mod format;
mod merge;
mod page;
mod rejects;
#[cfg(test)]
mod testing;

use aws::Storage;
use aws::metrics::{Invocation, Measure};
use aws::settings::Results;
use shared::{Decimal, Failure, Location, Outcome, OutcomeKind, ReportTask, Statistics, Verdict, layout};

use crate::merge::Merged;
use crate::page::Page;

/// Merges the partials of `task` and writes the results.
///
/// # Errors
/// [`Failure::ObjectChanged`] or [`Failure::ObjectMissing`] when the object is no longer the version
/// that was read: then nothing was written. [`Failure::InvalidTask`] when the partials do not fit the
/// plan, or a row is not accounted for.
pub async fn handle(task: ReportTask, storage: &Storage, results: &Results) -> Result<Outcome, Failure> {
    let invocation = Invocation::start();
    let bucket = results.bucket_for(&task.object);
    let to = |key: String| Location::new(bucket, key);
    let statistics_at = to(layout::statistics_key(&task.object.key));
    let report_at = to(layout::report_key(&task.object.key));
    let rejected_at = to(layout::rejected_key(&task.object.key));

    let merged = match task.plan.verdict {
        Verdict::Accepted => merge::load(&task, storage, bucket).await?,
        Verdict::Rejected => Merged::default(),
    };
    let rejected = rejects::collect(&task, &merged, storage, bucket).await?;
    let findings = findings::all(&task.plan, &merged.partial, &rejected_at);
    let statistics = Statistics::new(&task.object, &task.plan, &merged.partial, findings);
    let report = Page {
        object: &task.object,
        plan: &task.plan,
        statistics: &statistics,
        histogram: &merged.partial.histogram,
        rejected: &rejected.first,
        statistics_at: &statistics_at,
        rejected_at: &rejected_at,
    }
    .render()?;
    let mut json = serde_json::to_vec_pretty(&statistics)
        .map_err(|error| Failure::InvalidTask(format!("cannot write {statistics_at}: {error}")))?;
    json.push(b'\n');

    // The last moment at which a run about a replaced object can end without a trace.
    storage.check_current(&task.object).await?;
    storage.put_file(&rejected_at, "text/csv; charset=utf-8", rejected.file.path()).await?;
    storage.put(&report_at, "text/html; charset=utf-8", report.into_bytes()).await?;
    // Last, so that whoever waits for the statistics finds everything else there too.
    storage.put(&statistics_at, "application/json", json).await?;

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
            Verdict::Accepted => OutcomeKind::Processed,
            Verdict::Rejected => OutcomeKind::Rejected,
        },
        run_id: task.run_id,
        object: task.object,
        mean_temperature: statistics.mean_temperature,
        max_temperature: statistics.max_temperature.as_ref().map(Decimal::to_f64),
        min_temperature: statistics.min_temperature.as_ref().map(Decimal::to_f64),
        record_count: Some(statistics.record_count),
        statistics: Some(statistics_at),
        report: Some(report_at),
        rejected_rows: (statistics.quality.rows_rejected > 0).then_some(rejected_at),
        cause: None,
    })
}
