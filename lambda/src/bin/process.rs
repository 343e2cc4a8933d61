//! The `process` function of the workflow.

use aws::{Storage, telemetry};
use lambda::{sdk_config, serve};
use lambda_runtime::Error;
use process::Config;
use shared::format;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    let config = &Config::from_env()?;
    let storage = &Storage::of_account(&sdk_config().await);
    serve(async |event| process::handle(format::read(event)?, storage, config).await).await
}
