//! Amazon S3 inside the process: buckets are plain folders, requests come from the real S3
//! client and reach [`s3s`] without a socket in between.
//!
//! Only the operations that Isotherm uses are there; any other, and any option of theirs that
//! would change the answer, is refused. Why not the ready-made `s3s-fs` and `s3s-aws`:
//! `docs/decisions/0002-local-s3.md`.

mod cached;
mod client;
mod copy;
mod disturbed;
mod etag;
pub mod faults;
#[cfg(test)]
mod faults_tests;
mod kept;
#[cfg(test)]
mod kept_tests;
mod list;
mod multipart;
#[cfg(test)]
mod multipart_tests;
mod read;
mod service;
mod store;
#[cfg(test)]
mod tests;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use s3s::service::{S3Service, S3ServiceBuilder};

use self::faults::Disturb;
use self::kept::Kept;
use self::store::Store;

/// An S3 account made of folders. Clones share their buckets.
#[derive(Clone, Default)]
pub struct LocalS3 {
    store: Arc<Store>,
}

impl LocalS3 {
    /// An account without buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a bucket whose objects are the files below `folder`, which is created when the
    /// first object is put. A bucket of the same name is replaced.
    pub fn bucket(&self, name: impl Into<String>, folder: impl Into<PathBuf>) {
        self.store.add_bucket(name.into(), folder.into(), Kept::nothing());
    }

    /// The same, but for the small objects whose keys begin with `prefix`: they stay in memory, and are gone with the
    /// bucket. Whatever needs a file makes one of them.
    pub fn bucket_keeping(
        &self,
        name: impl Into<String>,
        folder: impl Into<PathBuf>,
        prefix: impl Into<String>,
    ) {
        self.store.add_bucket(name.into(), folder.into(), Kept::below(prefix.into()));
    }

    /// Makes `file` readable as the object `key` of `bucket`, in place. It is never written:
    /// putting or deleting that key is refused with `AccessDenied`.
    pub fn link(&self, bucket: impl Into<String>, key: impl Into<String>, file: impl Into<PathBuf>) {
        self.store.add_link(bucket.into(), key.into(), file.into());
    }

    /// An S3 client of this account. It never retries: the workflow does, where that may help.
    #[must_use]
    pub fn client(&self) -> aws_sdk_s3::Client {
        client::new(self.service())
    }

    /// A client of this account with what `disturbance` decides between it and the account. It does not retry either,
    /// and waits for answers as long as the deployed functions' client does.
    #[must_use]
    pub fn disturbed_client(&self, disturbance: Arc<dyn Disturb>) -> aws_sdk_s3::Client {
        client::disturbed(self.service(), disturbance)
    }

    fn service(&self) -> S3Service {
        S3ServiceBuilder::new(service::Service::new(Arc::clone(&self.store))).build()
    }
}
