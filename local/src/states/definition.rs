//! What a state machine is, once its definition has been read and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::choice::Rule;
use super::path::{Placement, Selection};
use super::recovery::Recovery;
use super::template::Template;
use super::{json, parse, path::Path};

/// A definition that cannot be run, found before anything was run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location}: {problem}")]
pub struct DefinitionError {
    /// Where in the definition, such as `state ProcessData: Retry[0]`.
    pub location: String,
    /// What is wrong there.
    pub problem: String,
}

impl DefinitionError {
    pub(super) fn new(location: &str, problem: impl Into<String>) -> Self {
        Self { location: location.to_owned(), problem: problem.into() }
    }
}

/// A state machine, ready to be executed any number of times. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StateMachine {
    pub(super) workflow: Arc<Workflow>,
    pub(super) timeout: Option<Duration>,
}

impl StateMachine {
    /// Reads a definition (Amazon States Language, JSON), with each `${Name}` in its strings
    /// replaced from `substitutions`.
    ///
    /// # Errors
    /// Names the first thing that is not JSON, not Amazon States Language, or not supported
    /// here, and where it stands. Nothing is skipped.
    pub fn load(text: &str, substitutions: &BTreeMap<String, String>) -> Result<Self, DefinitionError> {
        let definition = json::parse(text)?;
        let definition = json::substitute(definition, substitutions, "definition")?;
        parse::machine(&definition)
    }

    /// Every `Resource` that some Task state names, so that a caller can refuse the ones it
    /// does not have before anything runs.
    #[must_use]
    pub fn resources(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.workflow.collect_resources(&mut found);
        found
    }
}

/// States and where to begin: a whole machine, or what a Map state does with one item.
#[derive(Debug)]
pub(super) struct Workflow {
    pub start_at: String,
    pub states: BTreeMap<String, State>,
}

impl Workflow {
    fn collect_resources<'a>(&'a self, found: &mut BTreeSet<&'a str>) {
        for state in self.states.values() {
            match &state.kind {
                Kind::Task(task) => {
                    found.insert(&task.resource);
                }
                Kind::Map(map) => map.processor.collect_resources(found),
                _ => {}
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct State {
    pub name: String,
    pub input_path: Selection,
    pub output_path: Selection,
    pub kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Task(Task),
    Choice(Choice),
    Map(Map),
    Pass(Pass),
    Wait { until: WaitUntil, next: Next },
    Succeed,
    Fail { error: Text, cause: Text },
}

/// Where a state leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    State(String),
    End,
}

#[derive(Debug)]
pub(super) struct Task {
    pub resource: String,
    pub timeout: Option<Duration>,
    pub parameters: Option<Template>,
    pub result_selector: Option<Template>,
    pub result_path: Placement,
    pub recovery: Recovery,
    pub next: Next,
}

#[derive(Debug)]
pub(super) struct Choice {
    pub choices: Vec<(Rule, String)>,
    pub default: Option<String>,
}

#[derive(Debug)]
pub(super) struct Map {
    pub items_path: Path,
    pub item_selector: Option<Template>,
    pub processor: Arc<Workflow>,
    /// Items worked on at once; `None` is unbounded.
    pub max_concurrency: Option<usize>,
    pub result_selector: Option<Template>,
    pub result_path: Placement,
    pub recovery: Recovery,
    pub next: Next,
}

#[derive(Debug)]
pub(super) struct Pass {
    pub result: Option<Value>,
    pub parameters: Option<Template>,
    pub result_path: Placement,
    pub next: Next,
}

#[derive(Debug)]
pub(super) enum WaitUntil {
    Seconds(u64),
    SecondsPath(Path),
    /// Nanoseconds since 1970.
    Timestamp(i128),
    TimestampPath(Path),
}

/// The error or cause of a Fail state.
#[derive(Debug)]
pub(super) enum Text {
    Literal(String),
    Path(Path),
}
