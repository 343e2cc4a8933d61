//! Settings that several functions take from their environment, once, at their start.

use std::borrow::Cow;

use shared::layout;
use shared::object::ObjectRef;

/// Where a function writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Bucket of the results; `None`: the bucket of the uploads.
    pub bucket: Option<String>,
    /// Whether results are named after the bucket of the upload, too: several of them have their results in one bucket.
    pub by_bucket: bool,
}

impl Results {
    /// Reads `RESULTS_BUCKET`, which may be unset or empty, and `RESULTS_BY_BUCKET`, which is `true` or anything else.
    pub fn from_env() -> Self {
        Results {
            bucket: variable("RESULTS_BUCKET"),
            by_bucket: variable("RESULTS_BY_BUCKET").is_some_and(|value| value == "true"),
        }
    }

    /// The bucket for the results of `object`.
    pub fn bucket_for<'a>(&'a self, object: &'a ObjectRef) -> &'a str {
        self.bucket.as_ref().unwrap_or(&object.bucket)
    }

    /// What the results of `object` are named after; the functions of [`layout`] make keys of it.
    pub fn name_for<'a>(&self, object: &'a ObjectRef) -> Cow<'a, str> {
        match self.by_bucket {
            true => layout::in_bucket(&object.bucket, &object.key).into(),
            false => object.key.as_str().into(),
        }
    }
}

/// The account that owns the buckets, from `EXPECTED_BUCKET_OWNER`; `None`: nobody says.
pub(crate) fn bucket_owner() -> Option<String> {
    variable("EXPECTED_BUCKET_OWNER")
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
