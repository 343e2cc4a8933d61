//! Whole-pipeline tests: the real handlers, the real state machine and the S3 API on folders.
//!
//! What the test files share. Expected values are in `expected/`, with the scripts that made them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod order;
pub mod rejected;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws::{Reading, Storage};
use local::account::WORKFLOW;
use local::functions::Functions;
use local::s3::LocalS3;
use local::s3::faults::Disturb;
use local::states::{ExecutionContext, ExecutionFailure, Observer, StateMachine, Tasks};
use serde_json::Value;
use shared::{Location, ObjectRef, Outcome, RunOptions, Statistics, ValidateTask, layout};
use tempfile::TempDir;

/// The repository's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are a folder of the repository")
        .to_owned()
}

/// Reads a JSON file of the repository.
pub fn json(path: &str) -> Value {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A pipeline on temporary folders.
pub struct Pipeline {
    /// S3 over the folders.
    pub s3: LocalS3,
    /// Access to it.
    pub storage: Storage,
    /// The functions that the workflow calls, unless a test puts something before them.
    pub functions: Arc<dyn Tasks>,
    machine: StateMachine,
    folder: TempDir,
}

impl Default for Pipeline {
    fn default() -> Self {
        Self::new()
    }
}

impl Pipeline {
    /// A pipeline without objects.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let s3 = LocalS3::new();
        s3.bucket("uploads", folder.path().join("uploads"));
        s3.bucket("results", folder.path().join("results"));
        let storage = Storage::new(s3.client());
        let functions = Arc::new(Functions::new(storage.clone(), "results", 16 << 20));
        let names: BTreeMap<_, _> = Functions::RESOURCES
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let machine = StateMachine::load(WORKFLOW, &names).unwrap();
        Pipeline { s3, storage, functions, machine, folder }
    }

    /// Writes an object of the uploads bucket.
    pub async fn upload(&self, key: &str, bytes: &[u8]) -> ObjectRef {
        let location = Location::new("uploads", key);
        self.storage.put(&location, "text/csv", bytes.to_vec()).await.unwrap();
        self.storage.head(&location).await.unwrap()
    }

    /// Runs the workflow on an object, with the given functions.
    ///
    /// # Errors
    /// As the execution fails.
    pub async fn execute(
        &self,
        object: &ObjectRef,
        options: RunOptions,
        functions: Arc<dyn Tasks>,
        observer: Arc<dyn Observer>,
    ) -> Result<Outcome, ExecutionFailure> {
        self.execute_event(object, "", options, functions, observer).await
    }

    /// The same for the event with this sequencer; each starts a run of its own.
    ///
    /// # Errors
    /// As the execution fails.
    pub async fn execute_event(
        &self,
        object: &ObjectRef,
        sequencer: &str,
        options: RunOptions,
        functions: Arc<dyn Tasks>,
        observer: Arc<dyn Observer>,
    ) -> Result<Outcome, ExecutionFailure> {
        let run_id = object.run_id(sequencer, &options);
        let context = ExecutionContext::new("pipeline", &run_id);
        let task =
            ValidateTask { run_id, object: object.clone(), options, single_split: false, other_order: false };
        let input = serde_json::to_value(task).unwrap();
        let output = self.machine.execute(input, context, functions, observer).await?;
        Ok(serde_json::from_value(output).unwrap())
    }

    /// Runs the workflow on whatever somebody gives it.
    ///
    /// # Errors
    /// As the execution fails.
    pub async fn execute_input(&self, input: Value) -> Result<Value, ExecutionFailure> {
        let context = ExecutionContext::new("pipeline", "by-hand");
        self.machine.execute(input, context, Arc::clone(&self.functions), Arc::new(())).await
    }

    /// Runs the workflow on an object, as a user does.
    pub async fn run(&self, object: &ObjectRef, options: RunOptions) -> Outcome {
        self.execute(object, options, Arc::clone(&self.functions), Arc::new(())).await.unwrap()
    }

    /// The bytes of a result.
    pub fn result(&self, location: &Location) -> Vec<u8> {
        let path = self.folder.path().join(&location.bucket).join(&location.key);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The statistics of a run.
    pub fn statistics(&self, outcome: &Outcome) -> Statistics {
        let bytes = self.result(outcome.statistics.as_ref().expect("the run left statistics"));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The file that an upload is.
    pub fn upload_path(&self, key: &str) -> PathBuf {
        self.folder.path().join("uploads").join(key)
    }

    /// Every object below the uploads bucket, with its bytes.
    pub fn uploads(&self) -> BTreeMap<String, Vec<u8>> {
        objects(&self.folder.path().join("uploads"))
    }

    /// Everything that runs leave for others, with its bytes.
    pub fn results(&self) -> BTreeMap<String, Vec<u8>> {
        let mut objects = objects(&self.folder.path().join("results"));
        objects.retain(|key, _| !key.starts_with(layout::RUNS));
        objects
    }

    /// Removes what runs left, so that the next one has to write all of it.
    pub fn forget_results(&self) {
        for prefix in layout::OUTPUT_PREFIXES {
            let folder = self.folder.path().join("results").join(prefix);
            if folder.exists() {
                std::fs::remove_dir_all(folder).unwrap();
            }
        }
    }
}

/// The pipeline's functions behind a disturbed connection. Splits are read in several requests, as on AWS.
pub fn disturbed(s3: &LocalS3, disturbance: Arc<dyn Disturb>) -> Arc<dyn Tasks> {
    let reading = Reading { part_bytes: 6_000, parts: 3, buffer_bytes: 6_000 };
    let storage = Storage::new(s3.disturbed_client(disturbance));
    Arc::new(Functions::new(storage, "results", 16 << 20).reading(reading))
}

/// The files below a folder by their paths in it; the folder is made by the first of them.
fn objects(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<_> = root.exists().then(|| root.to_owned()).into_iter().collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let key = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                match std::fs::read(&path) {
                    // What is being written, by a run that was given up as well, is no object yet.
                    _ if key.contains("/.isotherm-upload-") => {}
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    bytes => drop(found.insert(key, bytes.unwrap())),
                }
            }
        }
    }
    found
}

/// Holds the results of two runs against each other, byte for byte.
pub fn same_bytes(ours: &BTreeMap<String, Vec<u8>>, theirs: &BTreeMap<String, Vec<u8>>) {
    let keys = |objects: &BTreeMap<String, Vec<u8>>| objects.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(ours), keys(theirs));
    for (key, bytes) in ours {
        let (text, expected) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&theirs[key]));
        assert!(*bytes == theirs[key], "{key}:\n{text}\ninstead of:\n{expected}");
    }
}
