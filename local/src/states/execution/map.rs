//! Several items at once.

use std::future::Future;

use serde_json::Value;
use tokio::task::JoinSet;

use super::context::Item;
use super::failed::Failed;
use super::interface::{Event, ExecutionFailure, Observer};

/// Answers the results of `work` in the order of the items, `limit` of them worked on at a time. The first item
/// that fails stops the others, and its error is the state's.
pub async fn run<F>(
    state: &str,
    values: &[Value],
    limit: Option<usize>,
    observer: &dyn Observer,
    work: impl Fn(Item) -> Result<F, Failed>,
) -> Result<Value, Failed>
where
    F: Future<Output = Result<Value, ExecutionFailure>> + Send + 'static,
{
    let items = values.len();
    observer.observe(Event::MapStarted { state, items });
    let mut results = vec![Value::Null; items];
    let mut finished = 0;
    let mut waiting = values.iter().enumerate();
    // Dropping the set, as on an error or a timeout, aborts what still runs in it.
    let mut running = JoinSet::new();
    loop {
        while limit.is_none_or(|limit| running.len() < limit) {
            let Some((index, value)) = waiting.next() else {
                break;
            };
            let work = work(Item { index, value: value.clone() })?;
            observer.observe(Event::ItemStarted { state, index, items });
            running.spawn(async move { (index, work.await) });
        }
        let Some(done) = running.join_next().await else {
            return Ok(Value::Array(results));
        };
        let failed = match done {
            Ok((index, Ok(result))) => {
                results[index] = result;
                finished += 1;
                observer.observe(Event::ItemFinished { state, index, finished, items });
                continue;
            }
            Ok((_, Err(failure))) => {
                Failed { error: failure.error, cause: failure.cause, state: Some(failure.state) }
            }
            Err(error) => Failed::new("States.Runtime", format!("an item's task ended: {error}")),
        };
        // Waits for the others to be gone, so that nothing of this state outlives it.
        running.shutdown().await;
        return Err(failed);
    }
}
