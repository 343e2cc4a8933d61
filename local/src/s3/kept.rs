//! Small objects below one prefix, which stay in memory: what a run writes for itself alone.
//!
//! File systems are slow to make files where others were just removed, and the run of a small file would make three of
//! them, in four folders, to remove them at once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use s3s::crypto::{Checksum, Md5};

use super::etag::{self, OWN_HASHED_UP_TO};

/// The largest object that is kept, in bytes.
const LARGEST: u64 = 1 << 20;
/// What is kept of one bucket, in bytes; what is more goes to the disk, so that memory is a constant.
const MOST: u64 = 2 << 20;

/// An object in memory.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub bytes: Bytes,
    pub etag: String,
    pub modified: SystemTime,
}

/// What is kept of one bucket.
#[derive(Debug)]
pub(super) struct Kept {
    prefix: Option<String>,
    objects: Mutex<HashMap<String, Object>>,
}

impl Kept {
    /// No object.
    pub fn nothing() -> Self {
        Kept { prefix: None, objects: Mutex::default() }
    }

    /// Objects whose keys begin with `prefix`.
    pub fn below(prefix: String) -> Self {
        Kept { prefix: Some(prefix), objects: Mutex::default() }
    }

    /// Whether the bucket is for what runs write; in any other one an ETag says what was uploaded.
    pub fn is_for_runs(&self) -> bool {
        self.prefix.is_some()
    }

    /// Whether an object of so many bytes would be kept.
    pub fn takes(&self, key: &str, size: u64) -> bool {
        let kept = || self.lock().values().map(|object| object.bytes.len() as u64).sum::<u64>();
        self.prefix.as_ref().is_some_and(|prefix| key.starts_with(prefix))
            && size <= LARGEST
            && kept() + size <= MOST
    }

    /// Keeps an object, and answers its ETag.
    pub fn put(&self, key: String, bytes: Bytes) -> String {
        let is_hashed = bytes.len() as u64 <= OWN_HASHED_UP_TO;
        let etag = if is_hashed { etag::hex(&Md5::checksum(&bytes)) } else { etag::unique() };
        let object = Object { bytes, etag: etag.clone(), modified: SystemTime::now() };
        self.lock().insert(key, object);
        etag
    }

    /// The object, if it is kept.
    pub fn get(&self, key: &str) -> Option<Object> {
        self.lock().get(key).cloned()
    }

    /// Forgets an object.
    pub fn remove(&self, key: &str) {
        self.lock().remove(key);
    }

    /// Forgets an object that is a file by now, unless another one was put in its place meanwhile.
    pub fn release(&self, key: &str, written: &Object) {
        let mut objects = self.lock();
        if objects.get(key).is_some_and(|object| object.etag == written.etag) {
            objects.remove(key);
        }
    }

    /// All keys.
    pub fn keys(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
