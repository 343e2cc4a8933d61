//! The `validate` function of the workflow.

use aws::{Storage, telemetry};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use validate::{Config, input};

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = Config::from_env()?;
    let storage = Storage::from_env().await;
    run(service_fn(async |event: LambdaEvent<Value>| {
        let answer = match input::task(event.payload) {
            Ok(task) => validate::handle(task, &storage, &config).await,
            Err(failure) => Err(failure),
        };
        answer.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
