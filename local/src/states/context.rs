//! The context object (`$$`): what a state may know about its execution.

use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::ExecutionContext;
use super::path::{Path, Step, walk};
use super::timestamp;

/// What paths are resolved against.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub input: &'a Value,
    pub context: &'a Context<'a>,
}

impl<'a> Scope<'a> {
    /// The same context with other data under `$`.
    pub fn with<'b>(&self, input: &'b Value) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { input, context: self.context }
    }
}

/// What stays the same during an execution.
pub(super) struct Run {
    pub execution: ExecutionContext,
    pub input: Value,
    pub started: Instant,
}

impl Run {
    /// The wall-clock time by tokio's clock, which tests can pause.
    pub fn now(&self) -> SystemTime {
        self.execution.start_time + self.started.elapsed()
    }
}

/// The item that a Map state's processor is working on.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub index: usize,
    pub value: Value,
}

/// The context object as one state sees it. Its parts are built when a path asks for them.
pub(super) struct Context<'a> {
    pub run: &'a Run,
    pub state: &'a str,
    pub entered: SystemTime,
    pub retry_count: u32,
    pub item: Option<&'a Item>,
}

impl Context<'_> {
    pub fn find(&self, steps: &[Step]) -> Option<Value> {
        let Some((Step::Key(section), rest)) = steps.split_first() else {
            let sections = ["Execution", "State", "StateMachine", "Map"];
            return Some(
                sections
                    .into_iter()
                    .filter_map(|name| Some((name.to_owned(), self.section(name)?)))
                    .collect(),
            );
        };
        let section = self.section(section)?;
        walk(&section, rest).cloned()
    }

    fn section(&self, name: &str) -> Option<Value> {
        let execution = &self.run.execution;
        let machine = &execution.state_machine;
        match name {
            "Execution" => Some(json!({
                "Id": format!("arn:aws:states:local:000000000000:execution:{machine}:{}", execution.name),
                "Input": self.run.input,
                "Name": execution.name,
                "StartTime": timestamp::format(execution.start_time),
            })),
            "State" => Some(json!({
                "EnteredTime": timestamp::format(self.entered),
                "Name": self.state,
                "RetryCount": self.retry_count,
            })),
            "StateMachine" => Some(json!({
                "Id": format!("arn:aws:states:local:000000000000:stateMachine:{machine}"),
                "Name": machine,
            })),
            "Map" => self.item.map(|item| json!({"Item": {"Index": item.index, "Value": item.value}})),
            _ => None,
        }
    }
}

/// Refuses a path to a part of the context object that is not kept here.
pub(super) fn check(path: &Path) -> Result<(), String> {
    // A number in a path stands for no key of the fixed part.
    let keys: Vec<&str> = path
        .steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.as_str(),
            Step::Index(_) => "",
        })
        .collect();
    let known = matches!(
        keys.as_slice(),
        [] | ["Execution" | "State" | "StateMachine" | "Map"]
            | ["Execution", "Id" | "Name" | "StartTime"]
            | ["Execution", "Input", ..]
            | ["State", "Name" | "EnteredTime" | "RetryCount"]
            | ["StateMachine", "Id" | "Name"]
            | ["Map", "Item"]
            | ["Map", "Item", "Index"]
            | ["Map", "Item", "Value", ..]
    );
    if known {
        Ok(())
    } else {
        Err(format!(
            "path \"{path}\" is not supported by the local runner: \
             the context object has no such field here"
        ))
    }
}
