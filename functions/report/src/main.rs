//! The Lambda function `report`.

use aws::settings::Results;
use aws::{Storage, telemetry};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use shared::ReportTask;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let storage = Storage::from_env().await;
    let results = Results::from_env();
    lambda_runtime::run(service_fn(async |event: LambdaEvent<ReportTask>| {
        report::handle(event.payload, &storage, &results).await.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
