//! What the caller of an execution gives and gets.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

/// What Task states call.
#[async_trait]
pub trait Tasks: Send + Sync {
    /// Runs the task that `resource` names. May be called concurrently, and dropped before it
    /// is done when the state times out or another item of its Map fails.
    ///
    /// # Errors
    /// What Retry and Catch of the state are held against.
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError>;
}

/// A task's failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskError {
    /// The error name that `ErrorEquals` is compared with.
    pub error: String,
    /// An explanation for people.
    pub cause: String,
}

/// What is known about an execution before it starts; states read it through `$$`.
#[derive(Debug, Clone)]
pub struct ExecutionContext {
    /// The execution's name.
    pub name: String,
    /// The state machine's name.
    pub state_machine: String,
}

impl ExecutionContext {
    /// The execution `name` of `state_machine`.
    #[must_use]
    pub fn new(state_machine: impl Into<String>, name: impl Into<String>) -> Self {
        Self { name: name.into(), state_machine: state_machine.into() }
    }
}

/// An execution that ended in an error nobody caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{state} failed with {error}: {cause}")]
pub struct ExecutionFailure {
    /// The error name.
    pub error: String,
    /// An explanation for people.
    pub cause: String,
    /// The state in which it arose: inside a Map, the state of the item's own workflow.
    pub state: String,
}

/// Something that happened in an execution. States inside a Map carry the index of their item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // The names of the fields say it.
pub enum Event<'a> {
    StateEntered {
        state: &'a str,
        item: Option<usize>,
    },
    StateExited {
        state: &'a str,
        item: Option<usize>,
    },
    /// The state failed and is tried again after `delay`; `attempt` counts the retries from 1.
    Retry {
        state: &'a str,
        item: Option<usize>,
        error: &'a str,
        cause: &'a str,
        attempt: u32,
        delay: Duration,
    },
    /// The state failed and a catcher leads to `next`.
    Caught {
        state: &'a str,
        item: Option<usize>,
        error: &'a str,
        next: &'a str,
    },
    MapStarted {
        state: &'a str,
        items: usize,
    },
    ItemStarted {
        state: &'a str,
        index: usize,
        items: usize,
    },
    /// An item is done; `finished` of `items` now are.
    ItemFinished {
        state: &'a str,
        index: usize,
        finished: usize,
        items: usize,
    },
}

/// Is told what happens in an execution, in order, while it happens.
pub trait Observer: Send + Sync {
    /// Called on the execution's own threads: it should return soon.
    fn observe(&self, event: Event<'_>);
}

/// Watches nothing.
impl Observer for () {
    fn observe(&self, _: Event<'_>) {}
}
