//! An account on one machine: buckets, functions and the state machine, put together.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use aws::Storage;
use shared::{Failure, Location, ObjectRef, Outcome, RunOptions, ValidateTask, layout};

use crate::functions::{Functions, message};
use crate::s3::LocalS3;
use crate::states::{DefinitionError, ExecutionContext, ExecutionFailure, Observer, StateMachine, Tasks};

/// The workflow that `template.yaml` deploys.
pub const WORKFLOW: &str = include_str!("../../workflows/pipeline.asl.json");
/// Name of the bucket that a run's results go to.
const RESULTS: &str = "results";
/// Splits for each core: enough to keep every core busy to the end of a file. Their number, not their size,
/// is the same for files of any size, because every split's partial leaves its mark on the peak of memory.
const SPLITS_PER_CORE: u64 = 4;
/// The least size of a split that is worth a call, in bytes.
const MIN_SPLIT_BYTES: u64 = 4 << 20;

/// Why an account did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workflow uses something that the interpreter does not know.
    #[error("workflows/pipeline.asl.json: {0}")]
    Workflow(#[from] DefinitionError),
    /// A file cannot be read.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The object cannot be read.
    #[error("{0}")]
    Object(Failure),
    /// The execution failed.
    #[error("{} failed with {}: {}", .0.state, .0.error, message(&.0.cause))]
    Execution(#[from] ExecutionFailure),
    /// The execution's input or output is not what the functions agreed on.
    #[error("the workflow's {what}: {source}")]
    Shape {
        /// Input or output.
        what: &'static str,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
}

/// Buckets, functions and the state machine.
pub struct Account {
    s3: LocalS3,
    storage: Storage,
    functions: Arc<dyn Tasks>,
    machine: StateMachine,
    uploads: String,
    /// Bytes per split, where the caller decides.
    split_bytes: Option<u64>,
}

impl Account {
    /// An account with a bucket named `uploads`, whose objects are the files below `folder` and those that are
    /// linked.
    ///
    /// # Errors
    /// When the workflow uses something that the interpreter does not know.
    pub fn new(uploads: &str, folder: &Path, split_bytes: Option<u64>) -> Result<Self, Error> {
        let s3 = LocalS3::new();
        s3.bucket(uploads, folder);
        let storage = Storage::new(s3.client());
        let functions = Functions::new(storage.clone(), RESULTS, MIN_SPLIT_BYTES).as_told();
        let names: BTreeMap<_, _> = Functions::RESOURCES
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Ok(Account {
            s3,
            storage,
            functions: Arc::new(functions),
            machine: StateMachine::load(WORKFLOW, &names)?,
            uploads: uploads.to_owned(),
            split_bytes,
        })
    }

    /// Makes `file` the object `key`, in place, as an upload would.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn upload(&self, file: &Path, key: &str) -> Result<ObjectRef, Error> {
        let found = file.canonicalize().map_err(|source| Error::File { path: file.to_owned(), source })?;
        self.s3.link(&self.uploads, key, found);
        self.storage.head(&Location::new(&self.uploads, key)).await.map_err(Error::Object)
    }

    /// Runs the workflow on an object. Intermediate files and results go to `folder`, under their keys.
    ///
    /// # Errors
    /// When the execution fails.
    pub async fn execute(
        &self,
        object: ObjectRef,
        options: RunOptions,
        folder: &Path,
        observer: Arc<dyn Observer>,
    ) -> Result<Outcome, Error> {
        let split_bytes = Some(self.split_bytes.unwrap_or_else(|| split_bytes(object.size)));
        let options = RunOptions { split_bytes, ..options };
        let run_id = object.run_id("", &options);
        // Its intermediate objects are nobody else's.
        self.s3.bucket_keeping(RESULTS, folder, layout::RUNS);
        let context = ExecutionContext::new("pipeline", &run_id);
        let task = ValidateTask { run_id, object, options, single_split: false, other_order: false };
        let input = serde_json::to_value(task).map_err(|source| Error::Shape { what: "input", source })?;
        let output = self.machine.execute(input, context, Arc::clone(&self.functions), observer).await?;
        serde_json::from_value(output).map_err(|source| Error::Shape { what: "output", source })
    }
}

/// Bytes per split for a file of `size` bytes.
fn split_bytes(size: u64) -> u64 {
    // The answer takes a look at several files.
    static CORES: LazyLock<u64> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64));
    size.div_ceil(SPLITS_PER_CORE * *CORES).max(MIN_SPLIT_BYTES)
}
