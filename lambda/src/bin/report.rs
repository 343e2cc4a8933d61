//! The `report` function of the workflow.

use aws::settings::Results;
use aws::{Storage, telemetry};
use lambda::{sdk_config, serve};
use lambda_runtime::Error;
use shared::format;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let results = &Results::from_env();
    let storage = &Storage::of_account(&sdk_config().await);
    serve(async |event| report::handle(format::read(event)?, storage, results).await).await
}
