//! A whole execution.

use std::sync::Arc;

use serde_json::Value;

use super::context::Run;
use super::interface::{ExecutionContext, ExecutionFailure, Observer, Tasks};
use super::workflow::{self, Shared};
use crate::states::language::definition::StateMachine;

impl StateMachine {
    /// Runs the machine on `input` and answers the output of its last state.
    ///
    /// Items of a Map state are spawned onto the tokio runtime this is called in. Backoff and timeouts run on
    /// tokio's clock.
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
        let run = Arc::new(Run { execution: context, input: input.clone() });
        let running = workflow::run(Shared { run, tasks, observer }, Arc::clone(&self.workflow), input, None);
        let Some(limit) = self.timeout else { return running.await };
        tokio::time::timeout(limit, running).await.unwrap_or_else(|_| {
            let cause = format!("the execution took longer than {} s", limit.as_secs());
            Err(ExecutionFailure {
                error: "States.Timeout".to_owned(),
                cause,
                state: "the execution".to_owned(),
            })
        })
    }
}
