//! Multipart uploads, by themselves and as the functions write them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use aws::Storage;
use aws::upload::PART_BYTES;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use shared::Location;
use tempfile::TempDir;

use super::LocalS3;

const B: &str = "results";
const K: &str = "a/b.csv";

fn account() -> (TempDir, Client) {
    let dir = tempfile::tempdir().unwrap();
    let s3 = LocalS3::new();
    s3.bucket(B, dir.path());
    (dir, s3.client())
}

async fn create(client: &Client) -> String {
    let created = client.create_multipart_upload().bucket(B).key(K).content_type("text/csv").send();
    created.await.unwrap().upload_id.unwrap()
}

/// Adds a part; its ETag, or the code of the refusal.
async fn part(client: &Client, id: &str, number: i32, body: &'static [u8]) -> Result<String, String> {
    let request = client.upload_part().bucket(B).key(K).upload_id(id).part_number(number);
    let answer = request.body(ByteStream::from_static(body)).send().await;
    answer.map(|part| part.e_tag.unwrap()).map_err(|error| error.code().unwrap_or_default().to_owned())
}

async fn complete(client: &Client, id: &str, parts: &[(i32, &str)]) -> Result<(), String> {
    let part = |(number, etag): &(i32, &str)| {
        CompletedPart::builder().part_number(*number).e_tag((*etag).to_owned()).build()
    };
    let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.iter().map(part).collect())).build();
    let request = client.complete_multipart_upload().bucket(B).key(K).upload_id(id);
    let answer = request.multipart_upload(parts).send().await;
    answer.map(drop).map_err(|error| error.code().unwrap_or_default().to_owned())
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn the_parts_become_an_object_at_once() {
    let (dir, client) = account();
    let id = create(&client).await;
    let one = part(&client, &id, 1, b"one,").await.unwrap();
    let two = part(&client, &id, 2, b"two").await.unwrap();
    assert!(client.head_object().bucket(B).key(K).send().await.is_err(), "it cannot be seen before its end");
    complete(&client, &id, &[(1, &one), (2, &two)]).await.unwrap();
    assert_eq!(std::fs::read(dir.path().join(K)).unwrap(), b"one,two");
    assert_eq!(files(&dir.path().join("a")), 1);
    assert_eq!(complete(&client, &id, &[(1, &one), (2, &two)]).await, Err("NoSuchUpload".into()));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_an_abort_leaves_nothing() {
    let (dir, client) = account();
    let id = create(&client).await;
    assert_eq!(part(&client, "another", 1, b"x").await, Err("NoSuchUpload".into()));
    assert_eq!(part(&client, &id, 2, b"x").await, Err("NotImplemented".into()));
    let one = part(&client, &id, 1, b"one").await.unwrap();
    assert_eq!(part(&client, &id, 1, b"one").await, Err("NotImplemented".into()));
    assert_eq!(complete(&client, &id, &[]).await, Err("InvalidPart".into()));
    assert_eq!(complete(&client, &id, &[(1, "\"other\"")]).await, Err("InvalidPart".into()));
    let elsewhere = client.abort_multipart_upload().bucket(B).key("c").upload_id(&id).send().await;
    assert_eq!(elsewhere.unwrap_err().code(), Some("NoSuchUpload"));
    assert_eq!(files(&dir.path().join("a")), 1, "the parts");
    client.abort_multipart_upload().bucket(B).key(K).upload_id(&id).send().await.unwrap();
    assert_eq!(files(&dir.path().join("a")), 0);
    assert_eq!(complete(&client, &id, &[(1, &one)]).await, Err("NoSuchUpload".into()));
}

#[tokio::test]
async fn an_upload_that_nobody_ends_goes_with_its_account() {
    let (dir, client) = account();
    let id = create(&client).await;
    part(&client, &id, 1, b"one").await.unwrap();
    drop(client);
    assert_eq!(files(&dir.path().join("a")), 0);
}

/// `bytes` bytes that do not repeat with the parts.
fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i * 7 + i / 255) as u8).collect()
}

#[tokio::test]
async fn what_is_written_piece_by_piece_is_what_is_read() {
    let (dir, client) = account();
    let storage = Storage::new(client);
    let at = Location::new(B, K);
    // Nothing, what fits a part, a part to the byte, and several, in pieces smaller and larger than a part.
    for (bytes, piece) in [
        (0, 1),
        (1000, 7),
        (PART_BYTES, PART_BYTES / 3),
        (PART_BYTES + 1, 1 << 20),
        (2 * PART_BYTES, 2 * PART_BYTES),
        (3 * PART_BYTES + 12_345, PART_BYTES + 1),
    ] {
        let content = content(bytes);
        let mut upload = storage.upload(&at, "text/csv");
        for piece in content.chunks(piece) {
            upload.write(piece).await.unwrap();
        }
        upload.finish().await.unwrap();
        assert!(std::fs::read(dir.path().join(K)).unwrap() == content, "{bytes} bytes");
        assert_eq!(files(&dir.path().join("a")), 1);
        let file = dir.path().join("local");
        std::fs::write(&file, &content).unwrap();
        storage.put_file(&Location::new(B, "copy"), "text/csv", &file).await.unwrap();
        assert!(std::fs::read(dir.path().join("copy")).unwrap() == content, "{bytes} bytes");
    }
}

#[tokio::test]
async fn what_is_given_up_leaves_the_object_as_it_was() {
    let (dir, client) = account();
    let storage = Storage::new(client);
    let at = Location::new(B, K);
    storage.put(&at, "text/csv", b"old".to_vec()).await.unwrap();
    for bytes in [10, PART_BYTES + 10] {
        let mut upload = storage.upload(&at, "text/csv");
        upload.write(&content(bytes)).await.unwrap();
        upload.abort().await;
        assert_eq!(std::fs::read(dir.path().join(K)).unwrap(), b"old");
        assert_eq!(files(&dir.path().join("a")), 1);
    }
}
