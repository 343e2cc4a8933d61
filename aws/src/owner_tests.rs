//! What is sent, seen below the real client.

use std::sync::{Arc, Mutex};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Credentials, Region};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::BucketOwner;
use crate::Storage;
use shared::{Location, ObjectRef};

/// A server that refuses everything, and the requests that it got.
async fn refusing() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let requests = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 64 << 10];
            let mut length = 0;
            while !request[..length].windows(4).any(|end| end == b"\r\n\r\n") {
                length += connection.read(&mut request[length..]).await.unwrap();
            }
            requests.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).to_lowercase());
            let answer = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (endpoint, seen)
}

#[tokio::test]
async fn every_request_names_the_owner_and_signs_it() {
    let (endpoint, seen) = refusing().await;
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-north-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint)
        .force_path_style(true)
        .interceptor(BucketOwner::new("123456789012".into()))
        .build();
    let storage = Storage::new(Client::from_conf(config));
    let (a, b) = (Location::new("bucket", "a"), Location::new("bucket", "b"));
    let object =
        ObjectRef { bucket: "bucket".into(), key: "a".into(), version_id: None, etag: "e".into(), size: 5 };
    let failures = [
        storage.head(&a).await.err(),
        storage.read_range(&object, 0..5).await.err(),
        storage.open(&a).await.err(),
        storage.put(&a, "text/plain", vec![1]).await.err(),
        storage.tag(&a).await.err(),
        storage.read_tagged(&a, 9).await.err(),
        storage.replace(&a, "text/plain", vec![1].into(), None).await.err(),
        storage.copy(&a, &b).await.err(),
        storage.remove(&a).await.err(),
    ];
    for failure in &failures {
        let message = failure.as_ref().unwrap().to_string();
        assert!(message.contains("the function's role may not"), "{message}");
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), failures.len());
    for request in seen.iter() {
        assert!(request.contains("x-amz-expected-bucket-owner: 123456789012"), "{request}");
        let signed = request.split("signedheaders=").nth(1).unwrap().split(',').next().unwrap();
        assert!(signed.contains("x-amz-expected-bucket-owner"), "{signed}");
        let copies = request.contains("x-amz-copy-source:");
        assert_eq!(request.contains("x-amz-source-expected-bucket-owner: 123456789012"), copies);
    }
}
