//! The Lambda function `report`.

use aws::settings::Results;
use aws::{Storage, telemetry};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;
use shared::format;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let storage = Storage::from_env().await;
    let results = Results::from_env();
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let answer = match format::read(event.payload) {
            Ok(task) => report::handle(task, &storage, &results).await,
            Err(failure) => Err(failure),
        };
        answer.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
