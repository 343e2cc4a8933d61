//! An interpreter for Amazon States Language with JSONPath, so that the order of steps is written
//! once, in `workflows/`, and is the same on a laptop as in the cloud.
//!
//! It knows the part of the language that those workflows use and refuses the rest by name when a definition is
//! loaded: a field that was skipped would make a local run behave otherwise than a deployed one.
//! `tests/conformance/` holds it against an emulated account.
//!
//! | layer | subject |
//! |---|---|
//! | `language` | what a definition says: read, checked, and what its fields make of data; nothing runs |
//! | `execution` | what happens: from state to state, tasks, maps, retries |
//!
//! `execution` imports `language`, never the other way, and no module of either imports one that imports it.
//! The language is defined at <https://states-language.net/spec.html>.

mod execution;
mod language;
#[cfg(test)]
mod tests;

pub use execution::interface::{Event, ExecutionContext, ExecutionFailure, Observer, TaskError, Tasks};
pub use language::definition::StateMachine;
pub use language::error::DefinitionError;
