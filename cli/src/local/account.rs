//! An account on one machine: buckets, functions and the state machine, put together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws::Storage;
use shared::{Location, ObjectRef, Outcome, RunOptions, ValidateTask};
use tempfile::TempDir;

use super::functions::Functions;
use super::s3::LocalS3;
use super::staging::Staging;
use super::states::{ExecutionContext, Observer, StateMachine, Tasks};
use crate::fault::Fault;

/// The workflow that `template.yaml` deploys.
pub const WORKFLOW: &str = include_str!("../../../workflows/pipeline.asl.json");
/// Name of the bucket that a run's results go to.
const RESULTS: &str = "results";
/// Splits for each core: enough to keep every core busy to the end of a file. Their number, not their size,
/// is the same for files of any size, because every split's partial leaves its mark on the peak of memory.
const SPLITS_PER_CORE: u64 = 4;
/// The least size of a split that is worth a call, in bytes.
const MIN_SPLIT_BYTES: u64 = 4 << 20;

/// The intermediate files of objects of up to so many bytes are little, and may stay until the last run is over.
const REUSED_UP_TO: u64 = 1 << 20;

/// Buckets, functions and the state machine.
pub struct Account {
    s3: LocalS3,
    storage: Storage,
    functions: Arc<dyn Tasks>,
    machine: StateMachine,
    uploads: String,
    results: PathBuf,
    /// Bytes per split, where the caller decides.
    split_bytes: Option<u64>,
    staging: Staging,
    /// The emptied folder of the run before.
    spare: Option<TempDir>,
}

/// An execution that ended. Its results are in a folder of their own until they are published; dropped, they
/// are gone.
pub struct Ended {
    /// The execution's output.
    pub outcome: Outcome,
    folder: TempDir,
}

impl Ended {
    /// The bytes of a result.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, location: &Location) -> Result<Vec<u8>, Fault> {
        let path = self.folder.path().join(&location.key);
        std::fs::read(&path).map_err(|error| Fault::other(format!("{}: {error}", path.display())))
    }
}

impl Account {
    /// An account whose results lie in `results`, and whose uploads in a bucket named `uploads`.
    ///
    /// # Errors
    /// When nothing can be written there, or the workflow uses something that the local runner does not know.
    pub fn new(uploads: &str, results: &Path, split_bytes: Option<u64>) -> Result<Self, Fault> {
        let staging = Staging::new(results)?;
        let s3 = LocalS3::new();
        // Without files of its own: uploads are linked.
        s3.bucket(uploads, staging.temporary());
        let storage = Storage::new(s3.client());
        let functions = Functions::new(storage.clone(), RESULTS, MIN_SPLIT_BYTES).as_told();
        let names: BTreeMap<_, _> = Functions::RESOURCES
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let machine = StateMachine::load(WORKFLOW, &names)
            .map_err(|error| Fault::other(format!("workflows/pipeline.asl.json: {error}")))?;
        Ok(Account {
            s3,
            storage,
            functions: Arc::new(functions),
            machine,
            uploads: uploads.to_owned(),
            results: results.to_owned(),
            split_bytes,
            staging,
            spare: None,
        })
    }

    /// Makes `file` the object `key`, in place, as an upload would.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn upload(&self, file: &Path, key: &str) -> Result<ObjectRef, Fault> {
        let file =
            file.canonicalize().map_err(|error| Fault::other(format!("{}: {error}", file.display())))?;
        self.s3.link(&self.uploads, key, file);
        let location = Location::new(&self.uploads, key);
        self.storage.head(&location).await.map_err(|failure| Fault::other(failure.to_string()))
    }

    /// Runs the workflow on an object, with intermediate files and results in a folder of the run's own.
    ///
    /// # Errors
    /// When the execution fails.
    pub async fn execute(
        &mut self,
        object: ObjectRef,
        options: RunOptions,
        observer: Arc<dyn Observer>,
    ) -> Result<Ended, Fault> {
        let split_bytes = Some(self.split_bytes.unwrap_or_else(|| split_bytes(object.size)));
        let options = RunOptions { split_bytes, ..options };
        let run_id = object.run_id("", &options);
        let folder = match self.spare.take() {
            Some(folder) => folder,
            None => self.staging.run()?,
        };
        self.s3.bucket(RESULTS, folder.path());
        let context = ExecutionContext::new("pipeline", &run_id);
        let task = ValidateTask { run_id, object, options, single_split: false, other_order: false };
        let input = serde_json::to_value(task).map_err(|error| Fault::other(error.to_string()))?;
        let ended = self.machine.execute(input, context, Arc::clone(&self.functions), observer).await;
        let output = ended.map_err(|failure| Fault::other(failure.to_string()))?;
        let outcome = serde_json::from_value(output)
            .map_err(|error| Fault::other(format!("the workflow's output: {error}")))?;
        Ok(Ended { outcome, folder })
    }

    /// Moves the results of a run to their places in the results folder.
    ///
    /// # Errors
    /// When one of them cannot be put there.
    pub fn publish(&mut self, ended: Ended) -> Result<Outcome, Fault> {
        self.staging.publish(ended.folder.path())?;
        if ended.outcome.object.size <= REUSED_UP_TO {
            self.spare = self.staging.reuse(ended.folder);
        }
        Ok(ended.outcome)
    }

    /// The folder for temporary files, which is gone when the account is.
    pub fn temporary(&self) -> PathBuf {
        self.staging.temporary()
    }

    /// Path of a published result.
    pub fn path(&self, location: &Location) -> PathBuf {
        self.results.join(&location.key)
    }
}

/// Bytes per split for a file of `size` bytes.
fn split_bytes(size: u64) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    size.div_ceil(SPLITS_PER_CORE * cores).max(MIN_SPLIT_BYTES)
}
