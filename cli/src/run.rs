//! `isotherm run`: from arguments to exit status.

use std::path::PathBuf;

use futures::StreamExt;
use shared::{Outcome, OutcomeKind, Statistics};

use crate::args::RunArguments;
use crate::fault::Fault;
use crate::inputs;
use crate::say;
use crate::side_by_side::SideBySide;
use crate::table::{self, Row};

/// How the command ended, when it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every file was processed.
    Processed,
    /// At least one file cannot be read as temperatures.
    Rejected,
    /// At least one run failed, or its file was changed meanwhile.
    Failed,
}

impl Status {
    /// The exit status.
    pub fn code(self) -> u8 {
        match self {
            Status::Processed => 0,
            Status::Rejected => 3,
            Status::Failed => 1,
        }
    }
}

/// A file's run that left results.
pub struct Finished {
    /// Path of the file as the user gave it.
    pub file: PathBuf,
    /// The execution's output.
    pub outcome: Outcome,
    /// The statistics.
    pub statistics: Statistics,
    /// Where the report is.
    pub report: PathBuf,
    /// Where the rejected rows are, if there are any.
    pub rejected_rows: Option<PathBuf>,
}

/// Runs every file and prints what came out.
///
/// # Errors
/// When nothing can be run. A file that fails does not keep the others from being run.
pub async fn run(arguments: RunArguments) -> Result<Status, Fault> {
    let files = inputs::check(&arguments.files)?;
    inputs::check_places(&files, &arguments.out)?;
    let runs = SideBySide::new(&arguments, inputs::options(&arguments.reading)?)?;

    let mut rows = Vec::new();
    let (mut failed, mut rejected) = (false, false);
    let mut ended = std::pin::pin!(runs.run(files));
    while let Some((file, run)) = ended.next().await {
        match run {
            Ok(run) => {
                rejected |= run.outcome.outcome == OutcomeKind::Rejected;
                if arguments.json {
                    say::print(&to_line(&run.statistics)?)?;
                    table::complaints(&run).iter().for_each(say::tell);
                } else {
                    rows.push(Row::new(&run));
                }
            }
            Err(fault) => {
                failed = true;
                let file = shared::shown::line(&file.path.display().to_string());
                say::tell(format_args!("isotherm: {file}: {fault}"));
            }
        }
    }
    if !rows.is_empty() {
        say::print(&table::render(&rows))?;
    }
    Ok(match (failed, rejected) {
        (true, _) => Status::Failed,
        (false, true) => Status::Rejected,
        (false, false) => Status::Processed,
    })
}

fn to_line(statistics: &Statistics) -> Result<String, Fault> {
    let json = serde_json::to_string(statistics).map_err(|error| Fault::other(error.to_string()))?;
    Ok(json + "\n")
}
