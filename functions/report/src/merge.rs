//! Loads the partials of a run in split order and merges them.

use aws::Storage;
use futures::{StreamExt, TryStreamExt, stream};
use shared::{Failure, Location, Partial, ReportTask, RowAccount, SplitResult, VariablePartial, layout};

/// Partials on their way from S3 at any one time; of a file with many variables, fewer.
const CONCURRENCY: usize = 8;
/// Variables whose histograms are on their way from S3 at any one time, unless one partial has more.
const VARIABLES_AT_A_TIME: usize = 32;

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
    let variables = task.plan.columns.as_ref().map_or(0, |columns| columns.variables.len());
    let mut partials = stream::iter(planned)
        .map(|index| async move {
            let location = Location::new(bucket, layout::partial_key(&task.run_id, &task.plan.id, index));
            storage.get_json_zst::<Partial>(&location).await
        })
        .buffered((VARIABLES_AT_A_TIME / variables.max(1)).clamp(1, CONCURRENCY));
    let mut merged = Merged { partial: Partial::new(variables), ..Merged::default() };
    let mut answers = task.partials.iter();
    while let Some(partial) = partials.try_next().await? {
        if let Some(answer) = answers.next() {
            check_split(answer, &partial, variables)?;
        }
        merged.lines_before.push(merged.partial.lines);
        merged.partial.merge(&partial);
    }
    check_rows(&merged.partial.account, "of all splits")?;
    check_readings(&merged.partial, "of all splits")?;
    check_bytes(task, merged.partial.bytes)?;
    Ok(merged)
}

/// Whether the partial is the one that the split's answer announced.
fn check_split(answer: &SplitResult, partial: &Partial, variables: usize) -> Result<(), Failure> {
    let account = &partial.account;
    let whose = format!("of split {}", answer.index);
    check_rows(account, &whose)?;
    check_readings(partial, &whose)?;
    if partial.variables.len() != variables {
        return Err(Failure::InvalidTask(format!(
            "the partial {whose} is about {} variables, but the plan has {variables}",
            partial.variables.len()
        )));
    }
    let announced = (answer.rows_read, answer.rows_rejected);
    let held = (account.rows_read, account.rows_rejected);
    if announced == held {
        return Ok(());
    }
    Err(Failure::InvalidTask(format!(
        "split {} announced {} rows, {} of them rejected, but its partial holds {} and {}",
        answer.index, announced.0, announced.1, held.0, held.1
    )))
}

/// The law that every row is accounted for.
fn check_rows(account: &RowAccount, whose: &str) -> Result<(), Failure> {
    if account.balances() {
        return Ok(());
    }
    Err(Failure::InvalidTask(format!(
        "the row account {whose} does not balance: {} rows read, but {} used, {} missing and {} rejected (by reason: {:?})",
        account.rows_read,
        account.rows_used,
        account.rows_missing,
        account.rows_rejected,
        account.rejected_by_reason
    )))
}

/// The law that every reading is accounted for, and that sums and histograms are about the used ones.
fn check_readings(partial: &Partial, whose: &str) -> Result<(), Failure> {
    let fits = |variable: &VariablePartial| {
        let used = variable.readings.used;
        variable.readings.balances() && variable.total.count() == used && variable.histogram.count() == used
    };
    let Some((at, wrong)) = (1..).zip(&partial.variables).find(|(_, variable)| !fits(variable)) else {
        return Ok(());
    };
    let readings = &wrong.readings;
    Err(Failure::InvalidTask(format!(
        "the readings {whose} do not balance for variable {at}: {} read, but {} used, {} missing and {} rejected, \
         and {} in the sums and {} in the histogram",
        readings.read,
        readings.used,
        readings.missing,
        readings.rejected,
        wrong.total.count(),
        wrong.histogram.count()
    )))
}

/// The law that every byte is accounted for: `in_splits` and the bytes before the data are the whole object.
fn check_bytes(task: &ReportTask, in_splits: u64) -> Result<(), Failure> {
    let Some(dialect) = &task.plan.dialect else { return Ok(()) };
    // The object's size is that of the compressed data; how long the text is, only its reader knows.
    if !dialect.is_stored_as_read() {
        return Ok(());
    }
    let (head, size) = (dialect.data_start, task.object.size);
    if head.checked_add(in_splits) == Some(size) {
        return Ok(());
    }
    Err(Failure::InvalidTask(format!(
        "the bytes do not add up: {head} before the data and {in_splits} in the splits, but the object has {size}"
    )))
}

#[cfg(test)]
mod tests {
    use shared::{Compression, Reason};

    use super::*;
    use crate::testing;

    /// A partial of eight rows: five used, one missing, two rejected; and its readings.
    fn partial() -> Partial {
        let mut partial = Partial::new(1);
        testing::add(&mut partial, &[1, 2, 3, 4, 5]);
        partial.variables[0].readings.missing(1);
        partial.variables[0].readings.rejected(2);
        partial.account.missing(1);
        partial.account.rejected(Reason::NotANumber);
        partial.account.rejected(Reason::TooFewFields);
        partial
    }

    fn message(checked: Result<(), Failure>) -> String {
        let failure = checked.unwrap_err();
        assert_eq!(failure.error_type(), "InvalidTask");
        failure.to_string()
    }

    #[test]
    fn an_account_that_does_not_balance_is_named() {
        let mut partial = partial();
        assert!(check_rows(&partial.account, "of all splits").is_ok());
        partial.account.rows_read = 9;
        let message = message(check_rows(&partial.account, "of split 3"));
        assert!(
            message
                .contains("of split 3 does not balance: 9 rows read, but 5 used, 1 missing and 2 rejected"),
            "{message}"
        );
    }

    #[test]
    fn a_partial_that_is_not_the_announced_one_is_refused() {
        let answer = |rows_read, rows_rejected| SplitResult {
            index: 3,
            rows_read,
            rows_rejected,
            records_rejected: rows_rejected,
        };
        assert!(check_split(&answer(8, 2), &partial(), 1).is_ok());
        assert_eq!(
            message(check_split(&answer(8, 2), &partial(), 2)),
            "the partial of split 3 is about 1 variables, but the plan has 2"
        );
        assert_eq!(
            message(check_split(&answer(9, 2), &partial(), 1)),
            "split 3 announced 9 rows, 2 of them rejected, but its partial holds 8 and 2"
        );
        assert_eq!(
            message(check_split(&answer(8, 1), &partial(), 1)),
            "split 3 announced 8 rows, 1 of them rejected, but its partial holds 8 and 2"
        );
    }

    #[test]
    fn readings_that_do_not_balance_are_named() {
        assert!(check_readings(&partial(), "of all splits").is_ok());
        let lose: [fn(&mut VariablePartial); 4] = [
            |variable| variable.readings.read -= 1,
            // Still in balance, but not what was added up.
            |variable| {
                variable.readings.used -= 1;
                variable.readings.missing += 1;
            },
            |variable| variable.total.add(1),
            |variable| variable.histogram.add(1),
        ];
        for lose in lose {
            let mut partial = partial();
            let other = partial.variables[0].clone();
            partial.variables.insert(0, other);
            lose(&mut partial.variables[1]);
            let message = message(check_readings(&partial, "of split 3"));
            assert!(
                message.starts_with("the readings of split 3 do not balance for variable 2: "),
                "{message}"
            );
        }
    }

    #[test]
    fn a_byte_that_nobody_read_or_two_did_is_noticed() {
        let (object, plan) = (testing::object(), testing::plan());
        let mut task = ReportTask { run_id: "r".into(), object, plan, partials: Vec::new() };
        // 34 bytes of header before 1,234,533 of data.
        assert!(check_bytes(&task, 1_234_533).is_ok());
        for wrong in [1_234_532, 1_234_534, 0, u64::MAX] {
            let message = message(check_bytes(&task, wrong));
            assert_eq!(
                message,
                format!(
                    "the bytes do not add up: 34 before the data and {wrong} in the splits, but the object has 1234567"
                )
            );
        }
        task.plan.dialect.as_mut().unwrap().compression = Compression::Gzip;
        assert!(check_bytes(&task, 99).is_ok());
    }
}
