//! An S3 client whose requests go to a service in the same process.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    RuntimeComponents, StalledStreamProtectionConfig,
};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use s3s::Body;
use s3s::service::S3Service;

pub(super) fn new(service: S3Service) -> Client {
    // Requests are not signed and bodies carry no checksums: both sides are this process.
    // Nothing may take time to tell a stalled stream from a busy one either.
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .allow_no_auth()
        .endpoint_url("http://localhost") // only parsed
        .force_path_style(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(InProcess(service))
        .build();
    Client::from_conf(config)
}

#[derive(Debug, Clone)]
struct InProcess(S3Service);

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = self.0.clone();
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
