//! An S3 client whose requests go to a service in the same process.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Config, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    RuntimeComponents, StalledStreamProtectionConfig,
};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use s3s::Body;
use s3s::service::S3Service;

use super::disturbed;
use super::faults::Disturb;

pub(super) fn new(service: S3Service) -> Client {
    // Nothing may take time to tell a stalled stream from a busy one.
    let config = builder().stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    Client::from_conf(config.http_client(InProcess { service, disturbance: None }).build())
}

/// A client that loses patience as the deployed functions' does, on tokio's clock.
pub(super) fn disturbed(service: S3Service, disturbance: Arc<dyn Disturb>) -> Client {
    let config = aws::storage::patient(builder()).time_source(TokioTime(tokio::time::Instant::now()));
    Client::from_conf(config.http_client(InProcess { service, disturbance: Some(disturbance) }).build())
}

fn builder() -> Builder {
    // Requests are not signed and bodies carry no checksums: both sides are this process.
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .allow_no_auth()
        .endpoint_url("http://localhost") // only parsed
        .force_path_style(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .retry_config(RetryConfig::disabled())
}

/// Tokio's clock, so that where it is paused no wait takes time.
#[derive(Debug)]
struct TokioTime(tokio::time::Instant);

impl TimeSource for TokioTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000) + self.0.elapsed()
    }
}

#[derive(Clone)]
struct InProcess {
    service: S3Service,
    disturbance: Option<Arc<dyn Disturb>>,
}

impl std::fmt::Debug for InProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        match &self.disturbance {
            None => SharedHttpConnector::new(self.clone()),
            Some(disturbance) => SharedHttpConnector::new(disturbed::Connector {
                inner: InProcess { service: self.service.clone(), disturbance: None }.into(),
                disturbance: Arc::clone(disturbance),
                patience: settings.read_timeout(),
            }),
        }
    }
}

impl From<InProcess> for SharedHttpConnector {
    fn from(connector: InProcess) -> Self {
        SharedHttpConnector::new(connector)
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = self.service.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let head = request.method() == "HEAD";
            let response = service
                .call(request.map(Body::http_body))
                .await
                .map_err(|error| ConnectorError::other(error.into(), None))?;
            // An HTTP server never sends the body of an answer to HEAD; the client, which tells
            // a missing object by the status alone, would take an error document for another error.
            let response =
                response.map(|body| if head { SdkBody::empty() } else { SdkBody::from_body_1_x(body) });
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
