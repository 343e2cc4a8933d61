//! What happens when a state machine runs. Each module imports only those that stand below it:
//!
//! | module | subject |
//! |---|---|
//! | `machine` | a whole execution |
//! | `workflow` | from state to state, and what each type of state does |
//! | `map` | several items at once |
//! | `attempts` | the retries of one visit to a state |
//! | `data` | what a state takes and gives, within the quota |
//! | `context` | the context object |
//! | `failed` | why a state failed |
//! | `interface` | what the caller of an execution gives and gets |

mod attempts;
mod context;
mod data;
mod failed;
pub mod interface;
mod machine;
mod map;
mod workflow;
