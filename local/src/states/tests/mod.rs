//! Expected values are those of the specification's and the AWS documentation's examples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod choices;
mod data;
mod maps;
mod pipeline;
mod refusals;
mod retries;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Event, ExecutionContext, ExecutionFailure, Observer, StateMachine, TaskError, Tasks};

/// A machine that starts with the state `A`.
fn machine(states: &Value) -> StateMachine {
    load(&json!({ "StartAt": "A", "States": states })).unwrap()
}

fn load(definition: &Value) -> Result<StateMachine, super::DefinitionError> {
    StateMachine::load(&definition.to_string(), &BTreeMap::new())
}

fn context() -> ExecutionContext {
    ExecutionContext { name: "run-1".to_owned(), state_machine: "Pipeline".to_owned() }
}

async fn run(states: Value, input: Value, tasks: Fake) -> Result<Value, ExecutionFailure> {
    let tasks = Arc::new(tasks);
    machine(&states).execute(input, context(), tasks, Arc::new(())).await
}

/// Runs a single state; its tasks echo their input.
async fn run_one(state: Value, input: Value) -> Result<Value, ExecutionFailure> {
    run(json!({ "A": state }), input, Fake::echo()).await
}

type Answer = Box<dyn Fn(&str, Value, usize) -> Result<Value, TaskError> + Send + Sync>;

/// Answers by a function of the resource, the input and the number of the call (from 0).
struct Fake {
    answer: Answer,
    delay: fn(&Value) -> Duration,
    calls: Mutex<Vec<(String, Value)>>,
}

impl Fake {
    fn new(answer: impl Fn(&str, Value, usize) -> Result<Value, TaskError> + Send + Sync + 'static) -> Self {
        Self { answer: Box::new(answer), delay: |_| Duration::ZERO, calls: Mutex::new(Vec::new()) }
    }

    fn echo() -> Self {
        Self::new(|_, input, _| Ok(input))
    }

    /// Fails with these errors, one after the other, then answers `"done"`.
    fn failing(errors: &'static [&'static str]) -> Self {
        Self::new(|_, _, call| match errors.get(call) {
            Some(error) => Err(failure(error)),
            None => Ok(json!("done")),
        })
    }

    /// Takes some time for an input.
    fn taking(self, delay: fn(&Value) -> Duration) -> Self {
        Self { delay, ..self }
    }
}

fn failure(error: &str) -> TaskError {
    TaskError { error: error.to_owned(), cause: format!("because of {error}") }
}

#[async_trait]
impl Tasks for Fake {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let call = {
            let mut calls = self.calls.lock().unwrap();
            calls.push((resource.to_owned(), input.clone()));
            calls.len() - 1
        };
        let delay = (self.delay)(&input);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        (self.answer)(resource, input, call)
    }
}

/// Writes down what happens, and when by tokio's clock.
struct History {
    started: Instant,
    lines: Mutex<Vec<String>>,
}

impl History {
    fn new() -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), lines: Mutex::default() })
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Observer for History {
    fn observe(&self, event: Event<'_>) {
        let line = match event {
            Event::StateEntered { state, item: None } => format!("enter {state}"),
            Event::StateEntered { state, item: Some(item) } => format!("enter {state}[{item}]"),
            Event::StateExited { .. } => return,
            Event::Retry { state, error, attempt, delay, .. } => {
                format!("retry {attempt} of {state} after {error} in {} s", delay.as_secs_f64())
            }
            Event::Caught { state, error, next, .. } => format!("{state} caught {error}: {next}"),
            Event::MapStarted { state, items } => format!("map {state} of {items}"),
            Event::ItemStarted { index, items, .. } => format!("start {index} of {items}"),
            Event::ItemFinished { index, finished, items, .. } => {
                format!("finish {index}: {finished} of {items}")
            }
        };
        let seconds = self.started.elapsed().as_secs();
        self.lines.lock().unwrap().push(format!("{seconds} s: {line}"));
    }
}
