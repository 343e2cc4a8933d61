//! The run of one file: from its upload to its results in their places.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use local::account::Account;
use local::functions::message;
use serde::Deserialize;
use shared::statistics::{Quality, VariableStatistics};
use shared::{Location, Outcome, RunOptions};
use tempfile::TempDir;

use crate::args::RunArguments;
use crate::fault::Fault;
use crate::inputs::Input;
use crate::progress::Progress;
use crate::staging::Staging;

/// The intermediate files of objects of up to so many bytes are little, and may stay until the last run is over.
const REUSED_UP_TO: u64 = 1 << 20;

/// What one run at a time needs: an account, and a place for what is unfinished.
pub struct Workplace {
    account: Account,
    staging: Staging,
    results: PathBuf,
    /// The emptied folder of the run before.
    spare: Option<TempDir>,
}

/// A file's run that left results.
pub struct Finished {
    /// Path of the file as the user gave it.
    pub file: PathBuf,
    /// The execution's output.
    pub outcome: Outcome,
    /// What the command says of the statistics.
    pub told: Told,
    /// The statistics as they are written.
    pub json: Vec<u8>,
    /// Where the report is.
    pub report: PathBuf,
    /// Where the rejected rows are, if there are any.
    pub rejected_rows: Option<PathBuf>,
}

/// Of statistics, what a command tells by itself; of a large file, days and stations are most of it.
#[derive(Deserialize)]
pub struct Told {
    /// The file's temperatures.
    pub variables: Vec<VariableStatistics>,
    /// The row account and the findings.
    pub quality: Quality,
}

impl Workplace {
    /// A place for runs that leave their results in the folder that the arguments name.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn new(arguments: &RunArguments) -> Result<Self, Fault> {
        let staging = Staging::new(&arguments.out)?;
        // No file is put into the bucket of uploads: they are linked.
        let account = Account::new(&arguments.bucket, &staging.temporary(), arguments.split_bytes)
            .map_err(|error| Fault::other(error.to_string()))?;
        Ok(Workplace { account, staging, results: arguments.out.clone(), spare: None })
    }

    /// The folder for temporary files, which is gone when this is.
    pub fn temporary(&self) -> PathBuf {
        self.staging.temporary()
    }

    /// Runs a file, `beside` others or alone.
    ///
    /// # Errors
    /// When the run fails, or leaves no results because the file was changed meanwhile.
    pub async fn run(&mut self, file: &Input, options: &RunOptions, beside: bool) -> Result<Finished, Fault> {
        let broken = |error: local::account::Error| Fault::other(error.to_string());
        let object = self.account.upload(&file.path, &file.key).await.map_err(broken)?;
        let folder = match self.spare.take() {
            Some(folder) => folder,
            None => self.staging.run()?,
        };
        let progress = Arc::new(Progress::new(&file.path.display().to_string(), beside));
        let observer = Arc::clone(&progress) as _;
        let ended = self.account.execute(object, options.clone(), folder.path(), observer).await;
        progress.finish();
        let outcome = ended.map_err(broken)?;
        let (Some(statistics), Some(report)) = (&outcome.statistics, &outcome.report) else {
            let cause = message(outcome.cause.as_deref().unwrap_or_default());
            return Err(Fault::other(format!("the file was changed during the run; run it again ({cause})")));
        };
        // Read before anybody else can reach them: what is printed is what this run computed.
        let (told, json) = read(folder.path(), statistics)?;
        let path = |location: &Location| self.results.join(&location.key);
        let (report, rejected_rows) = (path(report), outcome.rejected_rows.as_ref().map(path));
        self.staging.publish(folder.path())?;
        if outcome.object.size <= REUSED_UP_TO {
            self.spare = self.staging.reuse(folder);
        }
        Ok(Finished { file: file.path.clone(), outcome, told, json, report, rejected_rows })
    }
}

fn read(folder: &Path, location: &Location) -> Result<(Told, Vec<u8>), Fault> {
    let path = folder.join(&location.key);
    let bytes = std::fs::read(&path).map_err(|error| Fault::other(format!("{}: {error}", path.display())))?;
    let told = serde_json::from_slice(&bytes)
        .map_err(|error| Fault::other(format!("the statistics of this run: {error}")))?;
    Ok((told, bytes))
}
