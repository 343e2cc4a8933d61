//! The command `isotherm`: the pipeline on one machine, in the cloud that the crate `local` is.
//!
//! | module | subject |
//! |---|---|
//! | `args` | the command line |
//! | `inputs` | the files to run, checked before anything starts |
//! | `inspect` | `isotherm inspect`: how files would be read |
//! | `profiles` | `isotherm profiles`: the kinds of files that are known |
//! | `run` | `isotherm run`, from arguments to exit status |
//! | `side_by_side` | the runs of several files |
//! | `workplace` | the run of one file |
//! | `staging` | where runs work before their results appear |
//! | `progress` | the progress bar |
//! | `one_line` | JSON on one line |
//! | `table` | what is printed at the end |
//! | `say` | standard output and standard error, without a panic |
//! | `memory` | the allocator's settings |
//! | `status` | how a command ended |
//! | `fault` | why nothing was run, and the exit status that goes with it |

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod args;
pub mod fault;
pub mod inputs;
pub mod inspect;
pub mod memory;
pub mod one_line;
pub mod profiles;
pub mod progress;
pub mod run;
pub mod say;
pub mod side_by_side;
pub mod staging;
pub mod status;
pub mod table;
pub mod workplace;
