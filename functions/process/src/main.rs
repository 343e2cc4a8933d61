//! The `process` function of the workflow.

use aws::{Storage, telemetry};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::format;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = process::Config::from_env()?;
    let storage = Storage::from_env().await;
    run(service_fn(async |event: LambdaEvent<Value>| {
        let answer = match format::read(event.payload) {
            Ok(task) => process::handle(task, &storage, &config).await,
            Err(failure) => Err(failure),
        };
        answer.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
