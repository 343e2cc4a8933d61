//! The functions of the workflow, called in this process.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use aws::settings::Results;
use aws::{Reading, Storage};
use serde::Serialize;
use serde_json::{Value, json};
use shared::Failure;
use shared::format;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::states::{TaskError, Tasks};

/// The pipeline's handlers over a given S3.
pub struct Functions {
    storage: Storage,
    validate: validate::Config,
    process: process::Config,
    results: Results,
}

/// Nothing is far away here: one request for a split, whose bytes are read when they are worked on.
const READING: Reading = Reading { part_bytes: u64::MAX, parts: 1, buffer_bytes: 0 };

impl Functions {
    /// The placeholders in the workflow's definition, with the names that [`Tasks::invoke`] knows.
    pub const RESOURCES: [(&str, &str); 3] = [
        ("ValidateFunctionArn", "validate"),
        ("ProcessFunctionArn", "process"),
        ("ReportFunctionArn", "report"),
    ];

    /// Handlers that write to `results_bucket` and plan splits of `split_bytes`.
    pub fn new(storage: Storage, results_bucket: &str, split_bytes: u64) -> Self {
        let results = Results { bucket: Some(results_bucket.to_owned()), by_bucket: false };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Functions {
            storage,
            validate: validate::Config {
                results: results.clone(),
                split_bytes,
                ..validate::Config::default()
            },
            process: process::Config {
                results: results.clone(),
                reading: READING,
                at_a_time: Some(Arc::new(Semaphore::new(processors))),
            },
            results,
        }
    }

    /// The same with splits read as `reading` says: in several requests, where the network is put to the test.
    #[must_use]
    pub fn reading(mut self, reading: Reading) -> Self {
        self.process.reading = reading;
        self
    }

    /// The same where the caller has said all there is to say: nothing is asked for elsewhere.
    #[must_use]
    pub fn as_told(mut self) -> Self {
        self.validate.asks_bucket = false;
        self
    }
}

#[async_trait]
impl Tasks for Functions {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        match resource {
            "validate" => {
                let task = validate::input::task(input);
                call(task, |task| validate::handle(task, &self.storage, &self.validate)).await
            }
            "process" => {
                let (storage, config) = (self.storage.clone(), self.process.clone());
                // A task of its own: a split is begun while others are ended.
                apart(async move {
                    call(format::read(input), |task| process::handle(task, &storage, &config)).await
                })
                .await
            }
            "report" => {
                call(format::read(input), |task| report::handle(task, &self.storage, &self.results)).await
            }
            other => Err(TaskError {
                error: "Lambda.ResourceNotFoundException".to_owned(),
                cause: format!("there is no function {other}"),
            }),
        }
    }
}

/// Runs `work` beside the caller; it ends when the caller gives up.
async fn apart(
    work: impl Future<Output = Result<Value, TaskError>> + Send + 'static,
) -> Result<Value, TaskError> {
    let mut tasks = JoinSet::new();
    tasks.spawn(work);
    match tasks.join_next().await {
        Some(Ok(answer)) => answer,
        stopped => Err(TaskError { error: "Lambda.Unknown".to_owned(), cause: format!("{stopped:?}") }),
    }
}

/// As the functions' `main` and the Lambda runtime do: the answer or the failure to JSON.
async fn call<T, R, F>(task: Result<T, Failure>, handler: impl FnOnce(T) -> F) -> Result<Value, TaskError>
where
    R: Serialize,
    F: Future<Output = Result<R, Failure>>,
{
    let told = |failure: Failure| failed(failure.error_type(), &failure.to_string());
    let answer = handler(task.map_err(told)?).await.map_err(told)?;
    serde_json::to_value(answer).map_err(|error| told(Failure::InvalidTask(error.to_string())))
}

/// A function's failure as Step Functions hands it on: the cause is JSON, what the function answered.
#[must_use]
pub fn failed(error: &str, message: &str) -> TaskError {
    let cause = json!({ "errorType": error, "errorMessage": message });
    TaskError { error: error.to_owned(), cause: cause.to_string() }
}

/// What a failure's cause says to people: a function's own message, or the cause as it is.
#[must_use]
pub fn message(cause: &str) -> String {
    let said = serde_json::from_str::<Value>(cause).ok();
    let message = said.as_ref().and_then(|said| said.get("errorMessage")?.as_str());
    message.unwrap_or(cause).to_owned()
}
