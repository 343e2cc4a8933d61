//! Objects in memory, through the real S3 client: nothing tells them from files but that there are none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use tempfile::TempDir;

use super::LocalS3;
use super::kept::Kept;

const B: &str = "results";
/// Bytes of an object that is not kept.
const LARGE: usize = 1_100_000;

fn account() -> (TempDir, LocalS3, Client) {
    let dir = tempfile::tempdir().unwrap();
    let s3 = LocalS3::new();
    s3.bucket_keeping(B, dir.path(), "runs/");
    let client = s3.client();
    (dir, s3, client)
}

async fn put(client: &Client, key: &str, body: Vec<u8>) -> String {
    let put = client.put_object().bucket(B).key(key).body(ByteStream::from(body));
    put.send().await.unwrap().e_tag().unwrap().to_owned()
}

async fn get(client: &Client, key: &str) -> Vec<u8> {
    let got = client.get_object().bucket(B).key(key).send().await.unwrap();
    got.body.collect().await.unwrap().to_vec()
}

async fn keys(client: &Client) -> Vec<String> {
    let listed = client.list_objects_v2().bucket(B).send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { &mut folders } else { &mut found }.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_small_object_is_there_and_no_file() {
    let (dir, s3, client) = account();
    let etag = put(&client, "runs/1/plan.json", b"hello".to_vec()).await;
    // MD5, as of a file.
    assert_eq!(etag, "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(get(&client, "runs/1/plan.json").await, b"hello");
    let head = client.head_object().bucket(B).key("runs/1/plan.json").send().await.unwrap();
    assert_eq!((head.e_tag(), head.content_length()), (Some(etag.as_str()), Some(5)));
    let range =
        client.get_object().bucket(B).key("runs/1/plan.json").range("bytes=1-2").send().await.unwrap();
    assert_eq!(range.content_range(), Some("bytes 1-2/5"));
    assert_eq!(range.body.collect().await.unwrap().to_vec(), b"el");
    let other = client.get_object().bucket(B).key("runs/1/plan.json").if_match("\"x\"").send().await;
    assert_eq!(other.unwrap_err().code(), Some("PreconditionFailed"));
    put(&client, "runs/1/plan.json", b"other".to_vec()).await;
    assert_eq!(get(&client, "runs/1/plan.json").await, b"other");
    assert_eq!(files(dir.path()), [] as [PathBuf; 0]);
    client.delete_object().bucket(B).key("runs/1/plan.json").send().await.unwrap();
    let gone = client.get_object().bucket(B).key("runs/1/plan.json").send().await;
    assert_eq!(gone.unwrap_err().code(), Some("NoSuchKey"));
    // It goes with its bucket.
    put(&client, "runs/1/plan.json", b"hello".to_vec()).await;
    s3.bucket_keeping(B, dir.path(), "runs/");
    assert_eq!(keys(&client).await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_is_large_or_another_s_is_a_file() {
    let (dir, _, client) = account();
    put(&client, "runs/1/large", vec![1; LARGE]).await;
    put(&client, "processed/small", b"x".to_vec()).await;
    assert_eq!(files(dir.path()).len(), 2);
    // Each replaces the other.
    put(&client, "runs/1/large", b"small".to_vec()).await;
    assert_eq!(get(&client, "runs/1/large").await, b"small");
    put(&client, "runs/1/large", vec![2; LARGE]).await;
    assert_eq!(get(&client, "runs/1/large").await, vec![2; LARGE]);
    client.delete_object().bucket(B).key("runs/1/large").send().await.unwrap();
    assert_eq!(keys(&client).await, ["processed/small"]);
}

/// However many there are, memory is a constant.
#[tokio::test]
async fn of_many_small_objects_only_some_are_kept() {
    let (dir, _, client) = account();
    for number in 0..100 {
        put(&client, &format!("runs/1/{number:02}"), vec![number; 500_000]).await;
    }
    let on_disk = files(dir.path()).len();
    assert_eq!(on_disk, 96, "of 100, and 2 MiB in memory");
    assert_eq!(keys(&client).await.len(), 100);
    for number in 0..100 {
        assert_eq!(get(&client, &format!("runs/1/{number:02}")).await, vec![number; 500_000]);
    }
}

#[tokio::test]
async fn what_needs_a_file_makes_one() {
    let (dir, _, client) = account();
    put(&client, "runs/1/a", b"hello".to_vec()).await;
    client.copy_object().bucket(B).key("tables/a").copy_source(format!("{B}/runs/1/a")).send().await.unwrap();
    assert_eq!(std::fs::read(dir.path().join("tables/a")).unwrap(), b"hello");
    // Over one that is in memory.
    put(&client, "runs/1/b", b"other".to_vec()).await;
    client.copy_object().bucket(B).key("runs/1/b").copy_source(format!("{B}/tables/a")).send().await.unwrap();
    assert_eq!(get(&client, "runs/1/b").await, b"hello");
    let again = client.put_object().bucket(B).key("runs/1/c").if_none_match("*");
    put(&client, "runs/1/c", b"here".to_vec()).await;
    assert_eq!(again.send().await.unwrap_err().code(), Some("PreconditionFailed"));
    assert_eq!(get(&client, "runs/1/c").await, b"here");
    put(&client, "runs/1/d", b"listed".to_vec()).await;
    assert_eq!(keys(&client).await, ["runs/1/a", "runs/1/b", "runs/1/c", "runs/1/d", "tables/a"]);
    assert_eq!(get(&client, "runs/1/d").await, b"listed");
}

/// An object of so many bytes is not hashed. Another one has another ETag all the same, and it stays when it becomes a file.
#[tokio::test]
async fn an_object_s_etag_is_its_own_and_stays() {
    let (dir, _, client) = account();
    let first = put(&client, "runs/1/a", vec![1; 100_000]).await;
    let second = put(&client, "runs/1/a", vec![1; 100_000]).await;
    assert_ne!(first, second);
    assert_eq!(keys(&client).await, ["runs/1/a"]);
    assert_eq!(files(dir.path()).len(), 1);
    let head = client.head_object().bucket(B).key("runs/1/a").send().await.unwrap();
    assert_eq!(head.e_tag(), Some(second.as_str()));
    let large = put(&client, "results/a", vec![1; LARGE]).await;
    let head = client.head_object().bucket(B).key("results/a").send().await.unwrap();
    assert_eq!(head.e_tag(), Some(large.as_str()));
    assert_ne!(put(&client, "results/a", vec![2; LARGE]).await, large);
    let largest = put(&client, "results/a", vec![2; 9 << 20]).await;
    let head = client.head_object().bucket(B).key("results/a").send().await.unwrap();
    assert_eq!(head.e_tag(), Some(largest.as_str()));
}

/// A request may put another object while this one is made a file.
#[test]
fn what_was_put_meanwhile_is_not_forgotten() {
    let kept = Kept::below("runs/".to_owned());
    kept.put("runs/1/a".to_owned(), "old".into());
    let old = kept.get("runs/1/a").unwrap();
    kept.put("runs/1/a".to_owned(), "new".into());
    kept.release("runs/1/a", &old);
    let new = kept.get("runs/1/a").unwrap();
    assert_eq!(new.bytes, "new");
    kept.release("runs/1/a", &new);
    assert!(kept.get("runs/1/a").is_none());
}
