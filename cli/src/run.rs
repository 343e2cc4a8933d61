//! `isotherm run`: from arguments to exit status.

use std::path::PathBuf;
use std::sync::Arc;

use shared::{Outcome, OutcomeKind, RunOptions, Statistics};

use crate::args::RunArguments;
use crate::fault::Fault;
use crate::inputs::{self, Input};
use crate::local::account::Account;
use crate::progress::Progress;
use crate::say;
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
    let profile = arguments.profile.as_deref().map(inputs::profile).transpose()?;
    let options = RunOptions { column: arguments.column.clone(), profile, split_bytes: None };
    let mut account = Account::new(&arguments.bucket, &arguments.out, arguments.split_bytes)?;
    // Where temporary files lie can be said once. If it was, they lie where they lay before.
    let _ = tempfile::env::override_temp_dir(&account.temporary());

    let mut rows = Vec::new();
    let (mut failed, mut rejected) = (false, false);
    for file in &files {
        match run_file(&mut account, file, &options).await {
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

async fn run_file(account: &mut Account, file: &Input, options: &RunOptions) -> Result<Finished, Fault> {
    let object = account.upload(&file.path, &file.key).await?;
    let progress = Arc::new(Progress::new(&file.path.display().to_string()));
    let ended = account.execute(object, options.clone(), Arc::clone(&progress) as _).await;
    progress.finish();
    let ended = ended?;
    let outcome = &ended.outcome;
    let (Some(statistics), Some(report)) = (&outcome.statistics, &outcome.report) else {
        let cause = outcome.cause.clone().unwrap_or_default();
        return Err(Fault::other(format!("the file was changed during the run; run it again ({cause})")));
    };
    let (report, rejected_rows) =
        (account.path(report), outcome.rejected_rows.as_ref().map(|location| account.path(location)));
    // Read before anybody else can reach them: what is printed is what this run computed.
    let statistics = serde_json::from_slice(&ended.read(statistics)?)
        .map_err(|error| Fault::other(format!("the statistics of this run: {error}")))?;
    let outcome = account.publish(ended)?;
    Ok(Finished { file: file.path.clone(), outcome, statistics, report, rejected_rows })
}

fn to_line(statistics: &Statistics) -> Result<String, Fault> {
    let json = serde_json::to_string(statistics).map_err(|error| Fault::other(error.to_string()))?;
    Ok(json + "\n")
}
