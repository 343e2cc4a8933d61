//! Settings that several functions take from their environment, once, at their start.

use shared::object::ObjectRef;

/// Where a function writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Bucket of the results; `None`: the bucket of the uploads.
    pub bucket: Option<String>,
}

impl Results {
    /// Reads `RESULTS_BUCKET`, which may be unset or empty.
    pub fn from_env() -> Self {
        Results { bucket: std::env::var("RESULTS_BUCKET").ok().filter(|name| !name.is_empty()) }
    }

    /// The bucket for the results of `object`.
    pub fn bucket_for<'a>(&'a self, object: &'a ObjectRef) -> &'a str {
        self.bucket.as_ref().unwrap_or(&object.bucket)
    }
}
