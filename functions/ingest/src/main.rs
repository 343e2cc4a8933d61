//! The `ingest` function: it stands before the workflow and starts it.

use aws::telemetry;
use ingest::{Config, StateMachine};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = Config::from_env()?;
    let executions = StateMachine::from_env(&config).await;
    run(service_fn(async |event: LambdaEvent<Value>| {
        ingest::handle(event.payload, &executions, &config).await.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
