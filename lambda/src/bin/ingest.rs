//! The `ingest` function: it stands before the workflow and starts it.

use aws::telemetry;
use ingest::{Config, Room, StateMachine};
use lambda::{sdk_config, serve};
use lambda_runtime::Error;
use serde_json::value::RawValue;

// One event after the other, on a fraction of a processor: threads would only wake each other.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = &Config::from_env()?;
    let room = &Room::new(config.runs_at_once);
    let executions = &StateMachine::new(&sdk_config().await, config);
    serve(async |event: Box<RawValue>| ingest::handle(event.get(), executions, config, room).await).await
}
