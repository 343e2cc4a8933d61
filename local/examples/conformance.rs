//! Runs what `tests/conformance/run` asks for: a line of standard input is `{name, definition, input}`, the definition
//! as text; a line of the answer `{output}` or `{error, cause}`. Tasks do what their input says, as
//! `tests/conformance/act.py` does. Time is tokio's paused clock: a wait takes none.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use local::functions::failed;
use local::states::{ExecutionContext, StateMachine, TaskError, Tasks};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    for line in io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line?)?;
        writeln!(io::stdout(), "{}", runtime.block_on(run(&case)))?;
    }
    Ok(())
}

async fn run(case: &Value) -> Value {
    let definition = case["definition"].as_str().unwrap_or_default();
    let machine = match StateMachine::load(definition, &BTreeMap::new()) {
        Ok(machine) => machine,
        Err(refusal) => return json!({ "error": "refused", "cause": refusal.to_string() }),
    };
    let name = case["name"].as_str().unwrap_or_default();
    let context = ExecutionContext::new(name, name);
    let ended = machine.execute(case["input"].clone(), context, Arc::new(Act::default()), Arc::new(()));
    match ended.await {
        Ok(output) => json!({ "output": output }),
        Err(failure) => json!({ "error": failure.error, "cause": failure.cause }),
    }
}

/// The function that all tasks call.
#[derive(Default)]
struct Act {
    /// How often it was called, by the name that the input counts under.
    calls: Mutex<HashMap<String, usize>>,
}

#[async_trait]
impl Tasks for Act {
    async fn invoke(&self, _: &str, input: Value) -> Result<Value, TaskError> {
        let call = match input["count"].as_str() {
            Some(name) => {
                let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
                let calls = calls.entry(name.to_owned()).or_default();
                *calls += 1;
                *calls - 1
            }
            None => 0,
        };
        if let Some(seconds) = input["sleeps"][call].as_u64() {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
        if let Some(error) = input["errors"][call].as_str() {
            return Err(failed(error, &format!("because of {error}")));
        }
        if input["answer"] == "calls" {
            return Ok(json!(call));
        }
        if let Some(bytes) = input["bytes"].as_u64() {
            return Ok(json!("x".repeat(bytes as usize)));
        }
        Ok(input.get("return").unwrap_or(&input).clone())
    }
}
