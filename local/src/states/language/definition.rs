//! What a state machine is, once its definition has been read and checked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::choice::Rule;
use super::output::{Placement, Selection};
use super::path::Path;
use super::recovery::Recovery;
use super::template::Template;

/// A state machine, ready to be executed any number of times. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StateMachine {
    pub(in crate::states) workflow: Arc<Workflow>,
    /// How long an execution may take as a whole.
    pub(in crate::states) timeout: Option<Duration>,
}

/// States and where to begin: a whole machine, or what a Map state does with one item.
#[derive(Debug)]
pub struct Workflow {
    pub start_at: String,
    pub states: BTreeMap<String, State>,
}

#[derive(Debug)]
pub struct State {
    pub name: String,
    pub output_path: Selection,
    pub kind: Kind,
}

#[derive(Debug)]
pub enum Kind {
    Task(Task),
    Choice(Choice),
    Map(Map),
    Pass(Pass),
    Fail { error: String, cause: String },
}

/// Where a state leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    State(String),
    End,
}

#[derive(Debug)]
pub struct Task {
    pub resource: String,
    pub timeout: Option<Duration>,
    pub parameters: Option<Template>,
    pub result_path: Placement,
    pub recovery: Recovery,
    pub next: Next,
}

#[derive(Debug)]
pub struct Choice {
    pub rules: Vec<Rule>,
    pub default: Option<String>,
}

#[derive(Debug)]
pub struct Map {
    pub items_path: Path,
    pub item_selector: Option<Template>,
    pub processor: Arc<Workflow>,
    pub max_concurrency: MaxConcurrency,
    pub result_path: Placement,
    pub recovery: Recovery,
    pub next: Next,
}

/// How many items are worked on at once; 0 is unbounded.
#[derive(Debug)]
pub enum MaxConcurrency {
    Items(u64),
    /// Where the state's input says it.
    Path(Path),
}

#[derive(Debug)]
pub struct Pass {
    pub result: Option<Value>,
    pub parameters: Option<Template>,
    pub result_path: Placement,
    pub next: Next,
}
