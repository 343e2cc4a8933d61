//! What one S3 event record means: an object to read, or something to leave alone.

use std::borrow::Cow;

use aws::settings::Results;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use shared::{ObjectRef, RunOptions, layout};

/// The parts of an S3 event record that matter here. Services that imitate S3 leave others out, so they are not asked for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: Option<String>,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    key: Option<String>,
    size: Option<i64>,
    version_id: Option<String>,
    e_tag: Option<String>,
    sequencer: Option<String>,
}

/// What to do about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Start a run over the object.
    Run {
        /// The object version.
        object: ObjectRef,
        /// The run's id.
        run_id: String,
    },
    /// Leave it.
    Ignore {
        /// Bucket name.
        bucket: String,
        /// Key, decoded.
        key: String,
        /// Why.
        reason: &'static str,
    },
}

/// Why an object is ignored that lies where results are written.
pub const OWN_OUTPUT: &str = "own_output";

/// Reads a record of an S3 event, a JSON text, where results go to `results`.
///
/// # Errors
/// A message that says what is wrong with the record.
pub fn decide(record: &str, results: &Results) -> Result<Decision, String> {
    let record: Record =
        serde_json::from_str(record).map_err(|error| format!("this is no S3 event record: {error}"))?;
    let bucket = record.s3.bucket.name.filter(|name| !name.is_empty()).ok_or("the record names no bucket")?;
    let Object { key, size, version_id, e_tag, sequencer } = record.s3.object;
    let key = decode_key(&key.filter(|key| !key.is_empty()).ok_or("the record names no key")?)?;
    // Somebody's `processed/a.csv` is an upload like any other where results go to a bucket of their own.
    let among_results = results.bucket.as_ref().is_none_or(|results| *results == bucket);
    if let Some(reason) = reason_to_ignore(record.event_name.as_deref(), &key, among_results) {
        return Ok(Decision::Ignore { bucket, key, reason });
    }
    let etag = e_tag.unwrap_or_default().trim_matches('"').to_owned();
    // A bucket without versioning calls its only version "null".
    let version_id = version_id.filter(|version| !version.is_empty() && version != "null");
    if etag.is_empty() && version_id.is_none() {
        return Err(format!(
            "the record of s3://{bucket}/{key} has neither eTag nor versionId, so the object version cannot be told"
        ));
    }
    let size = size
        .and_then(|size| u64::try_from(size).ok())
        .ok_or_else(|| format!("the record of s3://{bucket}/{key} has no size"))?;
    let object = ObjectRef { bucket, key, version_id, etag, size };
    let run_id = object.run_id(&sequencer.unwrap_or_default(), &RunOptions::default());
    Ok(Decision::Run { object, run_id })
}

/// S3 writes keys into events as HTML forms do: a blank as `+`, and bytes as `%XX`.
fn decode_key(key: &str) -> Result<String, String> {
    let blanks = key.replace('+', " ");
    percent_decode_str(&blanks)
        .decode_utf8()
        .map(Cow::into_owned)
        .map_err(|_| format!("the key {key} is not UTF-8 after decoding"))
}

fn reason_to_ignore(event_name: Option<&str>, key: &str, among_results: bool) -> Option<&'static str> {
    let created = event_name.is_none_or(|name| name.trim_start_matches("s3:").starts_with("ObjectCreated:"));
    if !created {
        Some("not_an_upload")
    } else if key.ends_with('/') {
        Some("folder")
    } else if among_results && layout::is_output(key) {
        Some(OWN_OUTPUT)
    } else if !layout::is_table(key) {
        Some("not_a_table")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record(event: &str, object: Value) -> Value {
        json!({"eventName": event, "s3": {"bucket": {"name": "uploads"}, "object": object}})
    }

    fn put(key: &str) -> Value {
        record("ObjectCreated:Put", json!({"key": key, "size": 5, "eTag": "e", "sequencer": "0A"}))
    }

    fn ignored(record: &Value) -> &'static str {
        match decide(&record.to_string(), &Results::default()).unwrap() {
            Decision::Ignore { reason, .. } => reason,
            Decision::Run { object, .. } => panic!("{object:?}"),
        }
    }

    fn object(record: &Value) -> ObjectRef {
        match decide(&record.to_string(), &Results::default()).unwrap() {
            Decision::Run { object, .. } => object,
            Decision::Ignore { reason, .. } => panic!("{reason}"),
        }
    }

    #[test]
    fn keys_are_decoded() {
        for (written, key) in [
            ("incoming/a.csv", "incoming/a.csv"),
            ("in+coming/a+b%2Bc%25.csv", "in coming/a b+c%.csv"),
            ("incoming/temp%C3%A9rature+%28%C2%B0C%29.CSV", "incoming/température (°C).CSV"),
        ] {
            assert_eq!(object(&put(written)).key, key);
        }
        let long = format!("{}.csv", "%C3%BC".repeat(510));
        assert_eq!(object(&put(&long)).key.len(), 1024);
        assert!(decide(&put("a%FF.csv").to_string(), &Results::default()).unwrap_err().contains("a%FF.csv"));
    }

    #[test]
    fn what_is_no_upload_of_a_table_is_left_alone() {
        assert_eq!(ignored(&put("folder/")), "folder");
        assert_eq!(ignored(&put("processed/a_stats.json")), "own_output");
        assert_eq!(ignored(&put("rejected/incoming/a_rows.csv")), "own_output");
        assert_eq!(ignored(&put("incoming/a.png")), "not_a_table");
        assert_eq!(ignored(&put("processed/a.csv")), "own_output");
        // A removal has neither tag nor size.
        assert_eq!(ignored(&record("ObjectRemoved:Delete", json!({"key": "a.csv"}))), "not_an_upload");
        assert_eq!(
            ignored(&record("ObjectTagging:Put", json!({"key": "a.csv", "eTag": "e"}))),
            "not_an_upload"
        );
        assert_eq!(
            object(&record("s3:ObjectCreated:Copy", json!({"key": "a.csv", "size": 0, "eTag": "e"}))).size,
            0
        );
    }

    #[test]
    fn where_results_have_a_bucket_of_their_own_an_upload_may_be_named_like_one() {
        let with = |bucket: &str| {
            decide(
                &put("processed/a.csv").to_string(),
                &Results { bucket: Some(bucket.to_owned()), by_bucket: false },
            )
        };
        assert!(matches!(with("uploads").unwrap(), Decision::Ignore { reason: OWN_OUTPUT, .. }));
        assert!(matches!(with("results").unwrap(), Decision::Run { .. }));
    }

    #[test]
    fn a_version_is_told_by_its_id_or_its_tag() {
        let of = |object_part: Value| {
            decide(&record("ObjectCreated:Put", object_part).to_string(), &Results::default())
        };
        let with = |tag: Value, version: Value| {
            object(&record(
                "ObjectCreated:Put",
                json!({"key": "a.csv", "size": 5, "eTag": tag, "versionId": version}),
            ))
        };
        assert_eq!(with(json!("\"e-2\""), json!(null)).etag, "e-2");
        assert_eq!(with(json!("e"), json!("null")).version_id, None);
        assert_eq!(with(json!(null), json!("v1")).version_id.as_deref(), Some("v1"));
        assert!(of(json!({"key": "a.csv", "size": 5})).unwrap_err().contains("neither eTag nor versionId"));
        assert!(of(json!({"key": "a.csv", "eTag": "e"})).unwrap_err().contains("no size"));
        assert!(of(json!({"size": 5, "eTag": "e"})).unwrap_err().contains("no key"));
        assert!(decide("{\"body\": \"x\"}", &Results::default()).unwrap_err().contains("no S3 event record"));
    }
}
