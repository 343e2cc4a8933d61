//! The context object (`$$`): what a state may know about its execution. Which paths into it are allowed,
//! `language::path` says.

use serde_json::{Value, json};

use super::interface::ExecutionContext;

/// What stays the same during an execution.
pub struct Run {
    pub execution: ExecutionContext,
    pub input: Value,
}

/// The item that a Map state's processor is working on.
#[derive(Debug, Clone)]
pub struct Item {
    pub index: usize,
    pub value: Value,
}

/// The context object as the state sees it.
pub fn object(run: &Run, state: &str, retry_count: u32, item: Option<&Item>) -> Value {
    let object = json!({
        "Execution": { "Input": run.input, "Name": run.execution.name },
        "State": { "Name": state, "RetryCount": retry_count },
        "StateMachine": { "Name": run.execution.state_machine },
    });
    match item {
        Some(item) => with_item(object, item),
        None => object,
    }
}

/// A context object with the item that is worked on.
pub fn with_item(mut object: Value, item: &Item) -> Value {
    object["Map"] = json!({ "Item": { "Index": item.index, "Value": item.value } });
    object
}
