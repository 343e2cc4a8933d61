//! An S3 in memory, below the real client: objects by path (`/bucket/key`), each with content type and ETag.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws::Storage;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Credentials, Region, RequestChecksumCalculation, RuntimeComponents,
    retry::RetryConfig,
};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

/// The objects, shared by all clones.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    objects: Arc<Mutex<BTreeMap<String, Object>>>,
    uploads: Arc<Mutex<Uploads>>,
    disturbance: Option<Disturbance>,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is done and answered.
    Answered,
    /// It is done, and its answer is lost.
    Unanswered,
    /// It does not arrive.
    Lost,
}

/// Asked with method and path before every request.
#[derive(Clone)]
struct Disturbance(Arc<Mutex<Disturb>>);

type Disturb = Box<dyn FnMut(&str, &str) -> Fate + Send>;

impl std::fmt::Debug for Disturbance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disturbance")
    }
}

/// Multipart uploads; one at a time.
#[derive(Debug, Default)]
struct Uploads {
    content_type: String,
    bytes: Vec<u8>,
    /// What was asked for.
    requests: Vec<String>,
}

#[derive(Clone, Debug)]
struct Object {
    content_type: String,
    etag: String,
    /// The version's id, where the bucket keeps versions.
    version: Option<String>,
    bytes: Vec<u8>,
}

impl Memory {
    /// The same objects, reached by another client, whose requests `disturb` is asked about.
    pub fn disturbed(&self, disturb: impl FnMut(&str, &str) -> Fate + Send + 'static) -> Self {
        let disturbance = Some(Disturbance(Arc::new(Mutex::new(Box::new(disturb)))));
        Memory { disturbance, ..self.clone() }
    }

    /// The storage to hand to a function.
    pub fn storage(&self) -> Storage {
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .endpoint_url("http://s3.test")
            .force_path_style(true)
            .retry_config(RetryConfig::disabled())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .http_client(self.clone())
            .build();
        Storage::new(aws_sdk_s3::Client::from_conf(config))
    }

    /// Puts an object there.
    pub fn insert(&self, path: &str, etag: &str, bytes: &[u8]) {
        let (content_type, etag, bytes) = (String::new(), etag.to_owned(), bytes.to_vec());
        let object = Object { content_type, etag, version: None, bytes };
        self.objects.lock().unwrap().insert(path.to_owned(), object);
    }

    /// Gives an object that is there a version's id.
    pub fn version(&self, path: &str, id: &str) {
        self.objects.lock().unwrap().get_mut(path).unwrap().version = Some(id.to_owned());
    }

    /// Content type and text of an object.
    pub fn text(&self, path: &str) -> Option<(String, String)> {
        let object = self.objects.lock().unwrap().get(path)?.clone();
        Some((object.content_type, String::from_utf8(object.bytes).unwrap()))
    }

    /// Bytes of an object.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        Some(self.objects.lock().unwrap().get(path)?.bytes.clone())
    }

    /// The paths that begin with `prefix`.
    pub fn paths(&self, prefix: &str) -> Vec<String> {
        self.objects.lock().unwrap().keys().filter(|path| path.starts_with(prefix)).cloned().collect()
    }

    /// The requests about multipart uploads, in order.
    pub fn requests(&self) -> Vec<String> {
        self.uploads.lock().unwrap().requests.clone()
    }

    /// Answers a request about a multipart upload.
    fn upload(&self, method: &str, path: &str, query: &str, content_type: String, body: &[u8]) -> String {
        let mut uploads = self.uploads.lock().unwrap();
        let number = query.split('&').find_map(|pair| pair.strip_prefix("partNumber="));
        let request = match (method, number) {
            ("PUT", Some(number)) => {
                uploads.bytes.extend_from_slice(body);
                format!("part {number}")
            }
            ("POST", _) if query.contains("uploadId=") => {
                let (content_type, bytes) =
                    (uploads.content_type.clone(), std::mem::take(&mut uploads.bytes));
                let object = Object { content_type, etag: "new".into(), version: None, bytes };
                self.objects.lock().unwrap().insert(path.to_owned(), object);
                "complete".to_owned()
            }
            ("POST", _) => {
                (uploads.content_type, uploads.bytes) = (content_type, Vec::new());
                "create".to_owned()
            }
            _ => "abort".to_owned(),
        };
        let answer = match request.as_str() {
            "create" => {
                "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            }
            "complete" => "<CompleteMultipartUploadResult/>",
            _ => "",
        };
        uploads.requests.push(request);
        answer.to_owned()
    }

    async fn answer(self, request: HttpRequest) -> http::Response<SdkBody> {
        let request = request.try_into_http1x().unwrap();
        let path = request.uri().path().to_owned();
        let method = request.method().clone();
        let content_type =
            request.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let header = |name: &str| {
            let value = request.headers().get(name)?.to_str().unwrap();
            Some(value.trim_matches('"').to_owned())
        };
        let (if_match, if_none_match, copied) =
            (header("if-match"), header("if-none-match"), header("x-amz-copy-source"));
        let body = request.into_body().collect().await.unwrap().to_bytes();
        if query.contains("uploads") || query.contains("uploadId=") {
            let answer = self.upload(method.as_str(), &path, &query, content_type.unwrap_or_default(), &body);
            return http::Response::builder().header("etag", "\"part\"").body(SdkBody::from(answer)).unwrap();
        }
        let mut objects = self.objects.lock().unwrap();
        let response = http::Response::builder();
        match (method.as_str(), objects.get(&path)) {
            ("PUT", there)
                if (if_none_match.is_some() && there.is_some())
                    || (if_match.is_some() && there.map(|object| &object.etag) != if_match.as_ref()) =>
            {
                response
                    .status(412)
                    .body(SdkBody::from("<Error><Code>PreconditionFailed</Code></Error>"))
                    .unwrap()
            }
            ("PUT", _) if copied.is_some() => {
                let object = objects[&format!("/{}", copied.unwrap())].clone();
                objects.insert(path, object);
                response.body(SdkBody::from("<CopyObjectResult/>")).unwrap()
            }
            ("PUT", there) => {
                let content_type = content_type.unwrap_or_default();
                // Another for every version.
                let etag = there.map_or("new".to_owned(), |object| format!("{}er", object.etag));
                let response = response.header("etag", format!("\"{etag}\""));
                objects.insert(path, Object { content_type, etag, version: None, bytes: body.to_vec() });
                response.body(SdkBody::empty()).unwrap()
            }
            ("DELETE", _) => {
                objects.remove(&path);
                response.status(204).body(SdkBody::empty()).unwrap()
            }
            ("GET" | "HEAD", Some(object)) => {
                let response = object
                    .version
                    .iter()
                    .fold(response, |response, id| response.header("x-amz-version-id", id));
                let response = response
                    .header("etag", format!("\"{}\"", object.etag))
                    .header("content-length", object.bytes.len());
                let bytes = if method == "GET" { object.bytes.clone() } else { Vec::new() };
                response.body(SdkBody::from(bytes)).unwrap()
            }
            _ => {
                let error = "<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>";
                response.status(404).body(SdkBody::from(error)).unwrap()
            }
        }
    }
}

impl HttpConnector for Memory {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let memory = self.clone();
        HttpConnectorFuture::new(async move {
            let path = request.uri().split_once("s3.test").unwrap().1.split('?').next().unwrap().to_owned();
            let fate = match &memory.disturbance {
                Some(Disturbance(disturb)) => disturb.lock().unwrap()(request.method(), &path),
                None => Fate::Answered,
            };
            let lost = || Err(ConnectorError::io("the connection was reset".into()));
            if fate == Fate::Lost {
                return lost();
            }
            let answer = memory.answer(request).await;
            if fate == Fate::Unanswered {
                return lost();
            }
            HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for Memory {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
