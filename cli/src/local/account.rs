//! An account on one machine: buckets, functions and the state machine, put together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::{Location, ObjectRef, Outcome, RunOptions, Storage, ValidateTask, layout};
use tempfile::TempDir;

use super::functions::Functions;
use super::s3::LocalS3;
use super::states::{ExecutionContext, Observer, StateMachine, Tasks};
use crate::fault::Fault;

/// The workflow that `template.yaml` deploys.
pub const WORKFLOW: &str = include_str!("../../../workflows/pipeline.asl.json");
/// Name of the bucket that is the results folder.
const RESULTS: &str = "results";
/// Splits for each core: enough to keep every core busy to the end of a file. Their number, not their size,
/// is the same for files of any size, because every split's partial leaves its mark on the peak of memory.
const SPLITS_PER_CORE: u64 = 4;
/// The least size of a split that is worth a call, in bytes.
const MIN_SPLIT_BYTES: u64 = 4 << 20;

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
    /// The bucket of the uploads: without files of its own, they are linked.
    _uploads_folder: TempDir,
}

impl Account {
    /// An account whose results lie in `results`, and whose uploads in a bucket named `uploads`.
    ///
    /// # Errors
    /// When a folder cannot be made, or the workflow uses something that the local runner does not know.
    pub fn new(uploads: &str, results: &Path, split_bytes: Option<u64>) -> Result<Self, Fault> {
        std::fs::create_dir_all(results).map_err(|error| {
            Fault::other(format!("{}: cannot make the folder: {error}", results.display()))
        })?;
        let folder =
            tempfile::tempdir().map_err(|error| Fault::other(format!("no temporary folder: {error}")))?;
        let s3 = LocalS3::new();
        s3.bucket(uploads, folder.path());
        s3.bucket(RESULTS, results);
        let storage = Storage::new(s3.client());
        let functions = Functions::new(storage.clone(), RESULTS, MIN_SPLIT_BYTES);
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
            _uploads_folder: folder,
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

    /// Runs the workflow on an object.
    ///
    /// # Errors
    /// When the execution fails.
    pub async fn execute(
        &self,
        object: ObjectRef,
        options: RunOptions,
        observer: Arc<dyn Observer>,
    ) -> Result<Outcome, Fault> {
        let run_id = object.run_id("", &options);
        let split_bytes = Some(self.split_bytes.unwrap_or_else(|| split_bytes(object.size)));
        let options = RunOptions { split_bytes, ..options };
        let context = ExecutionContext::new("pipeline", &run_id);
        let task = ValidateTask { run_id: run_id.clone(), object, options, single_split: false };
        let input = serde_json::to_value(task).map_err(|error| Fault::other(error.to_string()))?;
        let ended = self.machine.execute(input, context, Arc::clone(&self.functions), observer).await;
        self.expire(&run_id);
        let output = ended.map_err(|failure| Fault::other(failure.to_string()))?;
        serde_json::from_value(output)
            .map_err(|error| Fault::other(format!("the workflow's output: {error}")))
    }

    /// Removes a run's intermediate files, as the lifecycle rule of the bucket does.
    fn expire(&self, run_id: &str) {
        let runs = self.results.join(layout::RUNS);
        // What is left behind does no harm, and the folder may hold other runs.
        let _ = std::fs::remove_dir_all(runs.join(run_id));
        let _ = std::fs::remove_dir(runs);
    }

    /// Path of a result.
    pub fn path(&self, location: &Location) -> PathBuf {
        self.results.join(&location.key)
    }
}

/// Bytes per split for a file of `size` bytes.
fn split_bytes(size: u64) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    size.div_ceil(SPLITS_PER_CORE * cores).max(MIN_SPLIT_BYTES)
}
