//! The `validate` function of the workflow.

use aws::{Storage, telemetry};
use lambda::{sdk_config, serve};
use lambda_runtime::Error;
use validate::{Config, input};

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::init_json();
    std::thread::spawn(validate::prepare);
    let config = &Config::from_env()?;
    let storage = &Storage::of_account(&sdk_config().await);
    serve(async |event| validate::handle(input::task(event)?, storage, config).await).await
}
