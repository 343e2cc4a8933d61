//! Runs a state machine: from state to state until one ends the execution.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;
use tokio::time::Instant;

use super::context::{Item, Run};
use super::definition::{StateMachine, Workflow};
use super::visit::Visit;
use super::{Event, ExecutionContext, ExecutionFailure, Observer, Tasks};

/// Why a state failed.
pub(super) struct Failure {
    pub error: String,
    pub cause: String,
    /// Set if it arose in another state than the one that hands it on.
    pub state: Option<String>,
}

impl Failure {
    pub fn new(error: &str, cause: impl Into<String>) -> Self {
        Self { error: error.to_owned(), cause: cause.into(), state: None }
    }
}

/// What every state of an execution shares.
#[derive(Clone)]
pub(super) struct Shared {
    pub run: Arc<Run>,
    pub tasks: Arc<dyn Tasks>,
    pub observer: Arc<dyn Observer>,
}

impl StateMachine {
    /// Runs the machine on `input` and answers the output of its last state.
    ///
    /// Items of a Map state are spawned onto the tokio runtime this is called in. Waits,
    /// backoff and timeouts run on tokio's clock.
    ///
    /// # Errors
    /// The error that no Catch took.
    pub async fn execute(
        &self,
        input: Value,
        context: ExecutionContext,
        tasks: Arc<dyn Tasks>,
        observer: Arc<dyn Observer>,
    ) -> Result<Value, ExecutionFailure> {
        let shared = Shared {
            run: Arc::new(Run { execution: context, input: input.clone(), started: Instant::now() }),
            tasks,
            observer,
        };
        let running = run_workflow(shared, Arc::clone(&self.workflow), input, None);
        let Some(limit) = self.timeout else {
            return running.await;
        };
        tokio::time::timeout(limit, running).await.unwrap_or_else(|_| {
            Err(ExecutionFailure {
                error: "States.Timeout".to_owned(),
                cause: format!("the execution took longer than {} s", limit.as_secs()),
                state: "the execution".to_owned(),
            })
        })
    }
}

/// Boxed, because a Map state runs a workflow inside a workflow.
pub(super) fn run_workflow(
    shared: Shared,
    workflow: Arc<Workflow>,
    input: Value,
    item: Option<Item>,
) -> BoxFuture<'static, Result<Value, ExecutionFailure>> {
    Box::pin(async move {
        let index = item.as_ref().map(|item| item.index);
        let mut data = input;
        let mut name = workflow.start_at.as_str();
        loop {
            let Some(state) = workflow.states.get(name) else {
                // Every target was checked when the definition was loaded.
                return Err(ExecutionFailure {
                    error: "States.Runtime".to_owned(),
                    cause: "there is no such state".to_owned(),
                    state: name.to_owned(),
                });
            };
            shared.observer.observe(Event::StateEntered { state: name, item: index });
            let visit = Visit { shared: &shared, state, item: item.as_ref(), entered: shared.run.now() };
            let (output, next) = visit.run(data).await.map_err(|failure| ExecutionFailure {
                error: failure.error,
                cause: failure.cause,
                state: failure.state.unwrap_or_else(|| name.to_owned()),
            })?;
            shared.observer.observe(Event::StateExited { state: name, item: index });
            data = output;
            match next {
                Some(next) => name = next,
                None => return Ok(data),
            }
        }
    })
}
