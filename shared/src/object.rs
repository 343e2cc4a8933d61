//! S3 objects: what a run reads, and the run's identity.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::task::RunOptions;

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
    /// the same event, another for every other upload and for other `options`. `sequencer` is the S3 event's;
    /// it orders the events of one key and is empty where there was no event.
    pub fn run_id(&self, sequencer: &str, options: &RunOptions) -> String {
        let version = self.version_id.as_deref().unwrap_or(&self.etag);
        let texts = [&self.bucket, &self.key, version, sequencer].map(str::as_bytes);
        identity(texts.into_iter().chain([json(options).as_slice()]))
    }
}

/// What tells things apart that are made of other `parts`: 32 hexadecimal digits.
pub(crate) fn identity<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// `value` as a part of an [`identity`].
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    // Only a map whose keys are no texts cannot be written, and no part of an identity has one.
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Profile, Unit};

    fn object(key: &str) -> ObjectRef {
        ObjectRef { bucket: "b".into(), key: key.into(), version_id: None, etag: "e".into(), size: 1 }
    }

    #[test]
    fn run_id_is_a_valid_execution_name_and_tells_runs_apart() {
        let plain = RunOptions::default();
        let id = object("incoming/a.csv").run_id("1", &plain);
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(id, object("incoming/a.csv").run_id("1", &plain));
        assert_ne!(id, object("incoming/a.csv").run_id("2", &plain));
        assert_ne!(id, object("incoming/b.csv").run_id("1", &plain));
    }

    #[test]
    fn other_options_are_another_run() {
        let profile = |unit| Profile { unit, ..Profile::generic() };
        let options = [
            RunOptions::default(),
            RunOptions { columns: vec!["tmin".into()], ..RunOptions::default() },
            RunOptions { columns: vec!["tmax".into()], ..RunOptions::default() },
            RunOptions { split_bytes: Some(1), ..RunOptions::default() },
            RunOptions { profile: Some(profile(None)), ..RunOptions::default() },
            RunOptions { profile: Some(profile(Some(Unit::Kelvin))), ..RunOptions::default() },
        ];
        let ids: std::collections::BTreeSet<_> =
            options.iter().map(|options| object("incoming/a.csv").run_id("1", options)).collect();
        assert_eq!(ids.len(), options.len());
    }
}
