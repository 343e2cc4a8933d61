//! What a definition says. Each module imports only those that stand below it:
//!
//! | module | subject |
//! |---|---|
//! | `parse` | from text to a state machine |
//! | `definition` | what a state machine is |
//! | `choice`, `recovery` | the rules of a Choice state; Retry and Catch |
//! | `fields` | the fields of one object, none of them skipped |
//! | `template` | JSON with paths in it |
//! | `output` | what of the data goes on to the next state |
//! | `path` | paths into data and context object |
//! | `json` | JSON without doubled keys, with its placeholders filled in |
//! | `error`, `failure` | what is wrong with a definition; what is wrong with the data |

pub mod choice;
pub mod definition;
pub mod error;
pub mod failure;
pub mod fields;
pub mod json;
pub mod output;
pub mod parse;
pub mod path;
pub mod recovery;
pub mod template;
