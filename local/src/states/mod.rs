//! An interpreter for Amazon States Language with JSONPath, so that the order of steps is written
//! once, in `workflows/`, and is the same on a laptop as in the cloud.
//!
//! It knows a part of the language and refuses the rest by name when a definition is loaded:
//! a field that was skipped would make a local run behave otherwise than a deployed one.
//! The language is defined at <https://states-language.net/spec.html>.

mod choice;
mod context;
mod definition;
mod execute;
mod fields;
mod interface;
mod intrinsic;
mod json;
mod map;
mod parse;
mod path;
mod recovery;
mod template;
#[cfg(test)]
mod tests;
mod timestamp;
mod visit;

pub use definition::{DefinitionError, StateMachine};
pub use interface::{Event, ExecutionContext, ExecutionFailure, Observer, TaskError, Tasks};
