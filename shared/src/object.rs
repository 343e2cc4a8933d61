//! S3 objects: what a run reads, and the run's identity.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One version of one S3 object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Bucket name.
    pub bucket: String,
    /// Key, decoded.
    pub key: String,
    /// Version id, where the bucket keeps versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// Entity tag, without the surrounding quotes.
    pub etag: String,
    /// Size in bytes.
    pub size: u64,
}

/// Where an object lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Bucket name.
    pub bucket: String,
    /// Key.
    pub key: String,
}

impl Location {
    /// The location of `key` in `bucket`.
    pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
        Location { bucket: bucket.into(), key: key.into() }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl ObjectRef {
    /// Where the object lies.
    pub fn location(&self) -> Location {
        Location::new(&self.bucket, &self.key)
    }

    /// The run id for this object version: 32 hexadecimal digits, the same for every delivery of
    /// the same event, another for every other upload. `sequencer` is the S3 event's; it orders the
    /// events of one key and is empty where there was no event.
    pub fn run_id(&self, sequencer: &str) -> String {
        let version = self.version_id.as_deref().unwrap_or(&self.etag);
        let mut hash = Sha256::new();
        for part in [&self.bucket, &self.key, version, sequencer] {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str) -> ObjectRef {
        ObjectRef { bucket: "b".into(), key: key.into(), version_id: None, etag: "e".into(), size: 1 }
    }

    #[test]
    fn run_id_is_a_valid_execution_name_and_tells_runs_apart() {
        let id = object("incoming/a.csv").run_id("1");
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(id, object("incoming/a.csv").run_id("1"));
        assert_ne!(id, object("incoming/a.csv").run_id("2"));
        assert_ne!(id, object("incoming/b.csv").run_id("1"));
    }
}
