//! Loads the partials of a run in split order and merges them.

use futures::{StreamExt, TryStreamExt, stream};
use shared::{Failure, Location, Partial, ReportTask, Storage, layout};

/// Partials on their way from S3 at any one time.
const CONCURRENCY: usize = 8;

/// What all splits together learned.
#[derive(Debug, Default)]
pub struct Merged {
    /// The merged partials.
    pub partial: Partial,
    /// For every split, the lines of the splits before it.
    pub lines_before: Vec<u64>,
}

/// Loads and merges the partials of `task`.
pub async fn load(task: &ReportTask, storage: &Storage, bucket: &str) -> Result<Merged, Failure> {
    let planned: Vec<u32> = task.plan.splits.iter().map(|split| split.index).collect();
    let answered: Vec<u32> = task.partials.iter().map(|result| result.index).collect();
    if planned != answered {
        return Err(Failure::InvalidTask(format!(
            "the plan has {} splits, but there are answers for {}, or in another order: every split needs one",
            planned.len(),
            answered.len()
        )));
    }
    let mut partials = stream::iter(planned)
        .map(|index| async move {
            let location = Location::new(bucket, layout::partial_key(&task.run_id, &task.plan.id, index));
            storage.get_json_zst::<Partial>(&location).await
        })
        .buffered(CONCURRENCY);
    let mut merged = Merged::default();
    while let Some(partial) = partials.try_next().await? {
        merged.lines_before.push(merged.partial.lines);
        merged.partial.merge(partial);
    }
    check(task, &merged.partial)?;
    Ok(merged)
}

/// The law that every row is accounted for.
fn check(task: &ReportTask, partial: &Partial) -> Result<(), Failure> {
    let account = &partial.account;
    if !account.balances() {
        return Err(Failure::InvalidTask(format!(
            "the row account does not balance: {} rows read, but {} used, {} missing and {} rejected (by reason: {:?})",
            account.rows_read,
            account.rows_used,
            account.rows_missing,
            account.rows_rejected,
            account.rejected_by_reason
        )));
    }
    let announced = task.partials.iter().map(|result| result.rows_read).sum::<u64>();
    if announced != account.rows_read {
        return Err(Failure::InvalidTask(format!(
            "the splits announced {announced} rows, but their partials hold {}",
            account.rows_read
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use shared::{Plan, Reason, SplitResult};

    use super::*;
    use crate::testing;

    fn task(plan: Plan, rows_read: u64) -> ReportTask {
        let partials = vec![SplitResult { index: 0, rows_read, rows_rejected: 0 }];
        ReportTask { run_id: "r".into(), object: testing::object(), plan, partials }
    }

    #[test]
    fn an_account_that_does_not_balance_is_named() {
        let mut partial = Partial::default();
        partial.account.used(5);
        partial.account.rejected(Reason::NotANumber);
        assert!(check(&task(testing::plan(), 6), &partial).is_ok());
        partial.account.rows_read = 7;
        let message = check(&task(testing::plan(), 7), &partial).unwrap_err().to_string();
        assert!(message.contains("7 rows read, but 5 used, 0 missing and 1 rejected"), "{message}");
    }

    #[test]
    fn a_partial_that_is_not_the_announced_one_is_refused() {
        let mut partial = Partial::default();
        partial.account.used(5);
        let message = check(&task(testing::plan(), 6), &partial).unwrap_err().to_string();
        assert_eq!(message, "the splits announced 6 rows, but their partials hold 5");
    }
}
