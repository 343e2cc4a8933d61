//! What is deployed: a binary for each function, and what all of them start with.
//!
//! They are a package of their own so that whoever builds `isotherm` does not build the Lambda runtime, credentials and TLS,
//! none of which it has a use for; see docs/decisions/0014-binaries-apart.md.

use std::future::Future;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::Failure;

/// The AWS configuration of the environment (`AWS_REGION`, `AWS_ENDPOINT_URL`, …), over one TLS stack.
pub async fn sdk_config() -> SdkConfig {
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

/// Answers events with `handler` as long as Lambda sends any. A failure becomes the error type that the workflow matches.
///
/// # Errors
/// When Lambda's runtime interface cannot be reached.
pub async fn serve<E, R, F>(handler: impl Fn(E) -> F) -> Result<(), Error>
where
    E: DeserializeOwned,
    R: Serialize,
    F: Future<Output = Result<R, Failure>>,
{
    let handler = &handler;
    run(service_fn(async |event: LambdaEvent<E>| {
        // Boxed: the runtime wraps its future in so many others that the compiler loses count.
        Box::pin(handler(event.payload)).await.map_err(|failure| Diagnostic {
            error_type: failure.error_type().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
