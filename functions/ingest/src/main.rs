//! The `ingest` function: it stands before the workflow and starts it.

use aws::telemetry;
use ingest::{Config, Room, StateMachine};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde_json::value::RawValue;

// One event after the other, on a fraction of a processor: threads would only wake each other.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = Config::from_env()?;
    let room = Room::new(config.runs_at_once);
    let executions = StateMachine::from_env(&config).await;
    run(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        ingest::handle(event.payload.get(), &executions, &config, &room).await.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
