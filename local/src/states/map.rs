//! The Map state: one run of its item processor for each item, several at once.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;

use super::Event;
use super::context::{Context, Item, Scope};
use super::definition::Map;
use super::execute::{Failure, run_workflow};
use super::visit::Visit;

/// Answers the items' results in the order of the items. The first item that fails stops the
/// others, and its error is the state's.
pub(super) async fn run(visit: &Visit<'_>, scope: &Scope<'_>, map: &Map) -> Result<Value, Failure> {
    let state = visit.state.name.as_str();
    let selected = visit.select(scope)?;
    let selected = scope.with(&selected);
    let found = map.items_path.find(&selected);
    let Some(Value::Array(values)) = found.as_deref() else {
        return Err(Failure::new(
            "States.Runtime",
            format!("the ItemsPath {} must lead to an array", map.items_path),
        ));
    };
    let items = values.len();
    let observer = &visit.shared.observer;
    observer.observe(Event::MapStarted { state, items });

    let mut results = vec![Value::Null; items];
    let mut finished = 0;
    let mut waiting = values.iter().enumerate();
    // Dropping the set, as on an error or a timeout, aborts what still runs in it.
    let mut running = JoinSet::new();
    loop {
        while map.max_concurrency.is_none_or(|limit| running.len() < limit) {
            let Some((index, value)) = waiting.next() else {
                break;
            };
            let item = Item { index, value: value.clone() };
            let input = item_input(&selected, map, &item)?;
            observer.observe(Event::ItemStarted { state, index, items });
            let processor = Arc::clone(&map.processor);
            let work = run_workflow(visit.shared.clone(), processor, input, Some(item));
            running.spawn(async move { (index, work.await) });
        }
        let Some(done) = running.join_next().await else {
            return Ok(Value::Array(results));
        };
        let failure = match done {
            Ok((index, Ok(result))) => {
                results[index] = result;
                finished += 1;
                observer.observe(Event::ItemFinished { state, index, finished, items });
                continue;
            }
            Ok((_, Err(failure))) => {
                Failure { error: failure.error, cause: failure.cause, state: Some(failure.state) }
            }
            Err(error) => Failure::new("States.Runtime", format!("an item's task ended: {error}")),
        };
        // Waits for the others to be gone, so that nothing of this state outlives it.
        running.shutdown().await;
        return Err(failure);
    }
}

fn item_input(scope: &Scope<'_>, map: &Map, item: &Item) -> Result<Value, Failure> {
    let Some(selector) = &map.item_selector else {
        return Ok(item.value.clone());
    };
    let context = Context { item: Some(item), ..*scope.context };
    selector.render(&Scope { input: scope.input, context: &context })
}
