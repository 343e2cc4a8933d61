//! Through the real S3 client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use tempfile::TempDir;

use super::LocalS3;
use super::etag::HASHED_UP_TO;
use super::read::PIECE;

const B: &str = "results";

fn account() -> (TempDir, LocalS3, Client) {
    let dir = tempfile::tempdir().unwrap();
    let s3 = LocalS3::new();
    s3.bucket(B, dir.path().join("out"));
    let client = s3.client();
    (dir, s3, client)
}

/// The status and the error code of a refusal.
fn refusal<T: std::fmt::Debug, E: ProvideErrorMetadata>(result: Result<T, SdkError<E>>) -> (u16, String) {
    let error = result.expect_err("should be refused");
    let status = error.raw_response().expect("a response").status().as_u16();
    (status, error.code().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn put(client: &Client, key: &str, body: impl Into<ByteStream>) -> String {
    let put = client.put_object().bucket(B).key(key).content_type("text/csv").body(body.into());
    put.send().await.unwrap().e_tag().unwrap().to_owned()
}

async fn get(client: &Client, key: &str) -> Vec<u8> {
    let got = client.get_object().bucket(B).key(key).send().await.unwrap();
    got.body.collect().await.unwrap().to_vec()
}

#[tokio::test]
async fn put_head_get_delete() {
    let (dir, _, client) = account();
    let etag = put(&client, "a/b/c.csv", ByteStream::from_static(b"hello")).await;
    assert_eq!(etag, "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(fs::read(dir.path().join("out/a/b/c.csv")).unwrap(), b"hello");
    let head = client.head_object().bucket(B).key("a/b/c.csv").send().await.unwrap();
    assert_eq!((head.e_tag(), head.content_length()), (Some(etag.as_str()), Some(5)));
    assert!(head.last_modified().is_some());
    let got = client.get_object().bucket(B).key("a/b/c.csv").version_id("null").send().await.unwrap();
    assert_eq!((got.e_tag(), got.content_length()), (Some(etag.as_str()), Some(5)));
    assert_eq!(get(&client, "a/b/c.csv").await, b"hello");
    client.delete_object().bucket(B).key("a/b/c.csv").send().await.unwrap();
    client.delete_object().bucket(B).key("a/b/c.csv").send().await.unwrap();
    let gone = client.get_object().bucket(B).key("a/b/c.csv").send().await;
    assert_eq!(refusal(gone), refused(404, "NoSuchKey"));
    let gone = client.head_object().bucket(B).key("a/b/c.csv").send().await.unwrap_err();
    assert!(gone.into_service_error().is_not_found());
    let folder = client.get_object().bucket(B).key("a/b").send().await;
    assert_eq!(refusal(folder), refused(404, "NoSuchKey"));
    let bucket = client.get_object().bucket("elsewhere").key("a").send().await;
    assert_eq!(refusal(bucket), refused(404, "NoSuchBucket"));
    let version = client.get_object().bucket(B).key("a").version_id("v1").send().await;
    assert_eq!(refusal(version), refused(404, "NoSuchVersion"));
}

#[cfg(unix)]
#[tokio::test]
async fn results_are_as_readable_as_other_files() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, _, client) = account();
    put(&client, "x", ByteStream::from_static(b"x")).await;
    fs::write(dir.path().join("other"), "").unwrap();
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("out/x"), mode("other"));
}

#[tokio::test]
async fn ranges() {
    let (_dir, _, client) = account();
    put(&client, "digits", ByteStream::from_static(b"0123456789")).await;
    put(&client, "empty", ByteStream::from_static(b"")).await;
    let range = |key, range| client.get_object().bucket(B).key(key).range(range).send();
    for (wanted, body, content_range) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-100", "56789", "bytes 5-9/10"),
        ("bytes=-100", "0123456789", "bytes 0-9/10"),
        ("bytes=0-0", "0", "bytes 0-0/10"),
    ] {
        let got = range("digits", wanted).await.unwrap();
        assert_eq!(got.content_range(), Some(content_range), "{wanted}");
        assert_eq!(got.content_length(), i64::try_from(body.len()).ok());
        assert_eq!(got.body.collect().await.unwrap().to_vec(), body.as_bytes(), "{wanted}");
    }
    for (key, wanted) in
        [("digits", "bytes=10-"), ("digits", "bytes=-0"), ("empty", "bytes=0-"), ("empty", "bytes=-1")]
    {
        let got = range(key, wanted).await;
        assert_eq!(refusal(got), refused(416, "InvalidRange"), "{key} {wanted}");
    }
    assert_eq!(get(&client, "empty").await, b"");
}

#[tokio::test]
async fn conditions() {
    let (_dir, _, client) = account();
    let old = put(&client, "k", ByteStream::from_static(b"one")).await;
    let matching = |etag: &str| client.get_object().bucket(B).key("k").if_match(etag).send();
    assert!(matching(&old).await.is_ok());
    let head = client.head_object().bucket(B).key("k").if_match(&old).send().await;
    assert_eq!(head.unwrap().e_tag(), Some(old.as_str()));
    // The same size, within the same tick of the file system's clock.
    let new = put(&client, "k", ByteStream::from_static(b"two")).await;
    assert_ne!(old, new);
    assert_eq!(refusal(matching(&old).await), refused(412, "PreconditionFailed"));
    assert!(matching(&new).await.is_ok());
    let head = client.head_object().bucket(B).key("k").if_match(&old).send().await;
    assert_eq!(refusal(head).0, 412);
    let same = client.get_object().bucket(B).key("k").if_none_match(&new).send().await;
    assert_eq!(refusal(same).0, 304);
    let fresh = |key| {
        let put = client.put_object().bucket(B).key(key).if_none_match("*");
        put.body(ByteStream::from_static(b"three")).send()
    };
    assert_eq!(refusal(fresh("k").await), refused(412, "PreconditionFailed"));
    assert_eq!(get(&client, "k").await, b"two");
    assert!(fresh("k2").await.is_ok());
    let over = |key, etag: &str| {
        let put = client.put_object().bucket(B).key(key).if_match(etag);
        put.body(ByteStream::from_static(b"four")).send()
    };
    assert_eq!(refusal(over("k", &old).await), refused(412, "PreconditionFailed"));
    assert_eq!(refusal(over("none", &old).await), refused(404, "NoSuchKey"));
    assert_eq!(get(&client, "k").await, b"two");
    assert!(over("k", &new).await.is_ok());
    assert_eq!(get(&client, "k").await, b"four");
}

/// Of those that replace the same version, one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_replaces_a_version() {
    let (_dir, _, client) = account();
    let mut etag = put(&client, "k", ByteStream::from_static(b"first")).await;
    for round in 0..20 {
        let over = |writer: usize| {
            let put = client.put_object().bucket(B).key("k").if_match(&etag);
            put.body(ByteStream::from(format!("{round}-{writer}").into_bytes())).send()
        };
        let done = futures::future::join_all((0..8).map(over)).await;
        let mut written: Vec<_> = done.into_iter().flatten().collect();
        assert_eq!(written.len(), 1);
        etag = written.remove(0).e_tag.unwrap();
    }
}

#[tokio::test]
async fn copies() {
    let (dir, s3, client) = account();
    let etag = put(&client, "a/b ü+.csv", ByteStream::from_static(b"hello")).await;
    put(&client, "c/d.csv", ByteStream::from_static(b"before")).await;
    let copy = |from: &'static str| client.copy_object().copy_source(from).bucket(B).key("c/d.csv").send();
    for _ in 0..2 {
        let copied = copy("results/a/b%20%C3%BC%2B.csv").await.unwrap().copy_object_result.unwrap();
        assert_eq!(copied.e_tag.unwrap(), etag);
        assert_eq!(get(&client, "c/d.csv").await, b"hello");
    }
    // Nothing but the two is there.
    assert_eq!(fs::read_dir(dir.path().join("out/c")).unwrap().count(), 1);
    // What replaces one leaves the other.
    put(&client, "c/d.csv", ByteStream::from_static(b"after")).await;
    assert_eq!(get(&client, "a/b ü+.csv").await, b"hello");
    assert_eq!(refusal(copy("results/none").await), refused(404, "NoSuchKey"));
    fs::write(dir.path().join("input.csv"), "input").unwrap();
    s3.link(B, "input.csv", dir.path().join("input.csv"));
    assert_eq!(refusal(copy("results/input.csv").await).0, 501);
}

/// What is larger than one request copies is copied in parts.
#[tokio::test]
async fn parts_are_copied() {
    let (dir, _, client) = account();
    let text: Vec<u8> =
        (0..3 * PIECE as u32).map(|byte| byte.wrapping_mul(0x9E37_79B9).to_le_bytes()[3]).collect();
    put(&client, "from", text.clone()).await;
    let begun = client.create_multipart_upload().bucket(B).key("to").send().await.unwrap();
    let id = begun.upload_id().unwrap();
    let cut = 2 * PIECE + 7;
    let mut parts = Vec::new();
    for (number, first, last) in [(1, 0, cut - 1), (2, cut, text.len() - 1)] {
        let copy = client
            .upload_part_copy()
            .copy_source("results/from")
            .copy_source_range(format!("bytes={first}-{last}"));
        let copied = copy.bucket(B).key("to").upload_id(id).part_number(number).send().await.unwrap();
        let part =
            CompletedPart::builder().part_number(number).set_e_tag(copied.copy_part_result.unwrap().e_tag);
        parts.push(part.build());
    }
    let beyond = client.upload_part_copy().copy_source("results/from").copy_source_range("bytes=5-99999999");
    assert_eq!(refusal(beyond.bucket(B).key("to").upload_id(id).part_number(3).send().await).0, 416);
    let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    client
        .complete_multipart_upload()
        .bucket(B)
        .key("to")
        .upload_id(id)
        .multipart_upload(parts)
        .send()
        .await
        .unwrap();
    assert!(get(&client, "to").await == text);
    // A sparse file of a byte more than S3 copies at once.
    fs::File::create(dir.path().join("out/huge")).unwrap().set_len((5 << 30) + 1).unwrap();
    let huge = client.copy_object().copy_source("results/huge").bucket(B).key("copy").send().await;
    assert_eq!(refusal(huge), refused(400, "InvalidRequest"));
}

#[tokio::test]
async fn linked_files_are_read_in_place_and_never_written() {
    let (dir, s3, client) = account();
    let file = dir.path().join("input of a user.csv");
    fs::write(&file, "t\n1\n").unwrap();
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let key = "incoming/a b+c%20ü.csv";
    s3.link(B, key, &file);
    assert_eq!(get(&client, key).await, b"t\n1\n");
    let put = client.put_object().bucket(B).key(key).body(ByteStream::from_static(b"x")).send();
    assert_eq!(refusal(put.await), refused(403, "AccessDenied"));
    let delete = client.delete_object().bucket(B).key(key).send().await;
    assert_eq!(refusal(delete), refused(403, "AccessDenied"));
    assert_eq!(fs::read(&file).unwrap(), b"t\n1\n");
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
    assert!(!dir.path().join("out").exists(), "nothing is copied");

    let etag = client.head_object().bucket(B).key(key).send().await.unwrap().e_tag.unwrap();
    fs::write(&file, "t\n2\n").unwrap();
    let changed = client.get_object().bucket(B).key(key).if_match(etag).send().await;
    assert_eq!(refusal(changed), refused(412, "PreconditionFailed"));
    fs::remove_file(&file).unwrap();
    let gone = client.get_object().bucket(B).key(key).send().await;
    assert_eq!(refusal(gone), refused(404, "NoSuchKey"));
}

#[tokio::test]
async fn large_files_stream_and_keep_their_etag() {
    let (dir, s3, client) = account();
    let content: Vec<u8> = (0..HASHED_UP_TO + 4321).map(|i| (i * 7 + i / 255) as u8).collect();
    let file = dir.path().join("large");
    fs::write(&file, &content).unwrap();
    s3.link(B, "large", &file);
    let head = || async {
        let head = client.head_object().bucket(B).key("large").send().await.unwrap();
        head.e_tag.unwrap()
    };
    let etag = head().await;
    assert_eq!(etag.len(), 32 + 2 + 2);
    assert!(etag.ends_with("-2\""), "{etag}");
    assert_eq!(head().await, etag);
    let got = client.get_object().bucket(B).key("large").if_match(&etag).send().await.unwrap();
    assert_eq!(got.content_length(), i64::try_from(content.len()).ok());
    let mut body = got.body;
    let mut read = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.unwrap();
        assert!(piece.len() <= PIECE);
        read.extend_from_slice(&piece);
    }
    assert!(read == content);
    let from = content.len() - 2 * PIECE - 17;
    let got = client.get_object().bucket(B).key("large").range(format!("bytes={from}-"));
    let tail = got.send().await.unwrap().body.collect().await.unwrap().to_vec();
    assert!(tail == content[from..]);

    // What is put has the ETag that it is given out with.
    let put = put(&client, "copy", ByteStream::from(content)).await;
    let copy = client.head_object().bucket(B).key("copy").send().await.unwrap();
    assert_eq!(copy.e_tag(), Some(put.as_str()));

    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    fs::File::options().write(true).open(&file).unwrap().set_modified(hour_ago).unwrap();
    assert_ne!(head().await, etag);
}

/// Pieces that the system has in its memory and pieces that it has to fetch are one text, however they take turns. (Where
/// the folder itself lies in memory, nothing is ever fetched.)
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_not_in_memory_is_read_from_the_disk() {
    use rustix::fs::{Advice, fadvise};

    let (dir, s3, client) = account();
    let content: Vec<u8> =
        (0..9 * PIECE as u32).map(|byte| byte.wrapping_mul(0x9E37_79B9).to_le_bytes()[3]).collect();
    let path = dir.path().join("cold");
    fs::write(&path, &content).unwrap();
    s3.link(B, "cold", &path);
    let file = fs::File::open(&path).unwrap();
    file.sync_all().unwrap();
    let forget = || fadvise(&file, 0, None, Advice::DontNeed).unwrap();
    forget();
    let mut body = client.get_object().bucket(B).key("cold").send().await.unwrap().body;
    let mut read = Vec::new();
    for turn in 0.. {
        let Some(piece) = body.next().await else { break };
        read.extend_from_slice(&piece.unwrap());
        if turn % 3 == 0 {
            forget();
        }
    }
    assert!(read == content);
}

#[tokio::test]
async fn a_file_changed_while_it_is_read_is_an_error() {
    for truncate in [true, false] {
        let (dir, s3, client) = account();
        let file = dir.path().join("large");
        fs::write(&file, vec![b'a'; 5 * PIECE]).unwrap();
        s3.link(B, "large", &file);
        let mut body = client.get_object().bucket(B).key("large").send().await.unwrap().body;
        body.next().await.unwrap().unwrap();
        let open = fs::File::options().write(true).open(&file).unwrap();
        match truncate {
            true => open.set_len(3 * PIECE as u64).unwrap(),
            false => open.set_modified(SystemTime::UNIX_EPOCH).unwrap(),
        }
        let error = body.collect().await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("changed while it was read"), "{source}");
    }
}

#[tokio::test]
async fn a_file_replaced_while_it_is_read_is_read_to_its_end() {
    let (dir, s3, client) = account();
    let file = dir.path().join("large");
    fs::write(&file, vec![b'a'; 3 * PIECE]).unwrap();
    s3.link(B, "large", &file);
    let body = client.get_object().bucket(B).key("large").send().await.unwrap().body;
    fs::write(dir.path().join("new"), vec![b'b'; 3 * PIECE]).unwrap();
    fs::rename(dir.path().join("new"), &file).unwrap();
    assert!(body.collect().await.unwrap().to_vec() == vec![b'a'; 3 * PIECE]);
}

#[tokio::test]
async fn keys_that_are_no_file_names_are_refused() {
    let (dir, _, client) = account();
    fs::write(dir.path().join("secret"), "s").unwrap();
    for key in ["../secret", "a/../../secret", "a//b", "a/", "a/./b", "..", "x\0y", ".isotherm-upload-1/x"] {
        let put = client.put_object().bucket(B).key(key).body(ByteStream::from_static(b"x"));
        assert_eq!(refusal(put.send().await), refused(400, "InvalidArgument"), "put {key:?}");
        let got = client.get_object().bucket(B).key(key).send().await;
        assert_eq!(refusal(got), refused(400, "InvalidArgument"), "get {key:?}");
    }
    let put = client.put_object().bucket(B).key("/etc/isotherm").body(ByteStream::from_static(b""));
    assert_eq!(refusal(put.send().await), refused(400, "InvalidArgument"));
    assert_eq!(fs::read(dir.path().join("secret")).unwrap(), b"s");
    assert!(!dir.path().join("out").exists());
}

#[tokio::test]
async fn keys_that_this_file_system_cannot_hold_are_refused() {
    let (_dir, _, client) = account();
    put(&client, "a", ByteStream::from_static(b"x")).await;
    let long = client.get_object().bucket(B).key("x".repeat(300)).send().await;
    assert_eq!(refusal(long), refused(400, "KeyTooLongError"));
    let below = client.put_object().bucket(B).key("a/b").body(ByteStream::from_static(b"x"));
    assert_eq!(refusal(below.send().await), refused(400, "InvalidArgument"));
    put(&client, "d/e", ByteStream::from_static(b"x")).await;
    let above = client.put_object().bucket(B).key("d").body(ByteStream::from_static(b"x"));
    assert_eq!(refusal(above.send().await), refused(400, "InvalidArgument"));
}

#[tokio::test]
async fn odd_keys_and_listing() {
    let (dir, s3, client) = account();
    let listed = client.list_objects_v2().bucket(B).send().await.unwrap();
    assert_eq!(listed.key_count(), Some(0));
    let keys = ["a b+c%20ü.csv", "a&b<c>.csv", "d/#?=.txt", "d/e/日本.csv", "d/ lead", "z~'(*)!.csv"];
    for key in keys {
        put(&client, key, ByteStream::from(key.as_bytes().to_vec())).await;
        assert_eq!(get(&client, key).await, key.as_bytes(), "{key}");
        assert!(dir.path().join("out").join(key).is_file(), "{key}");
    }
    fs::write(dir.path().join("linked"), "").unwrap();
    s3.link(B, "incoming/x.csv", dir.path().join("linked"));
    let mut expected: Vec<&str> = keys.into_iter().chain(["incoming/x.csv"]).collect();
    expected.sort_unstable();
    let mut pages = client.list_objects_v2().bucket(B).max_keys(3).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.contents().len() <= 3);
        found.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
    }
    assert_eq!(found, expected);
    let below = client.list_objects_v2().bucket(B).prefix("d/").send().await.unwrap();
    assert_eq!(below.contents().len(), 3);
    assert_eq!(below.contents()[0].size(), Some(7));
    let delimited = client.list_objects_v2().bucket(B).delimiter("/").send().await;
    assert_eq!(refusal(delimited), refused(501, "NotImplemented"));
    let created = client.create_bucket().bucket("other").send().await;
    assert_eq!(refusal(created), refused(501, "NotImplemented"));
}

#[tokio::test]
async fn unfinished_uploads_leave_nothing() {
    let (dir, _, client) = account();
    let file = dir.path().join("body");
    fs::write(&file, "0123456789").unwrap();
    // Says ten bytes, and then the file has three.
    let body = ByteStream::from_path(&file).await.unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_len(3).unwrap();
    assert!(client.put_object().bucket(B).key("k").body(body).send().await.is_err());
    let left: Vec<_> = fs::read_dir(dir.path().join("out")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    fs::write(&file, "0123456789").unwrap();
    put(&client, "k", ByteStream::from_path(&file).await.unwrap()).await;
    assert_eq!(get(&client, "k").await, b"0123456789");
}
