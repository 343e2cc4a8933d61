//! The `process` function of the workflow.

use aws::{Storage, telemetry};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use shared::ProcessTask;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = process::Config::from_env()?;
    let storage = Storage::from_env().await;
    run(service_fn(async |event: LambdaEvent<ProcessTask>| {
        process::handle(event.payload, &storage, &config).await.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
