//! ETags of files: when a file changes, so does its ETag.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use s3s::crypto::{Checksum, Md5};

/// Up to this many bytes the ETag is the MD5 of the content, as S3 gives it to an object that
/// was put in one request. A larger file's ETag is made of what the file system says about it,
/// since reading it all to answer a HEAD would take longer than the whole run.
pub(super) const HASHED_UP_TO: u64 = 8 * 1024 * 1024;

/// The same for what runs put for themselves: hashing a larger object takes longer than all else that is done with it.
pub(super) const OWN_HASHED_UP_TO: u64 = 64 * 1024;

/// File systems may note times in steps of some milliseconds, so that a file can change twice
/// under one timestamp. Only a file that has been quiet for longer is remembered by it.
const QUIET: Duration = Duration::from_secs(2);

/// What the file system says about the state of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    pub size: u64,
    pub modified: SystemTime,
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> io::Result<Self> {
        #[cfg(unix)]
        let (device, inode) = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let (device, inode) = (0, 0);
        Ok(Self { device, inode, size: metadata.len(), modified: metadata.modified()? })
    }

    /// An ETag in the form S3 gives to multipart uploads: 32 hexadecimal digits, a hyphen and
    /// the number of parts.
    fn etag(&self) -> String {
        let modified = match self.modified.duration_since(UNIX_EPOCH) {
            Ok(after) => format!("{}", after.as_nanos()),
            Err(error) => format!("-{}", error.duration().as_nanos()),
        };
        let state = format!("{}:{}:{}:{modified}", self.device, self.inode, self.size);
        let parts = self.size.div_ceil(HASHED_UP_TO);
        format!("{}-{parts}", hex(&Md5::checksum(state.as_bytes())))
    }
}

/// The ETags of small files, and of those that were put, remembered.
#[derive(Default)]
pub(super) struct ETags {
    known: Mutex<HashMap<PathBuf, (Stamp, String)>>,
    /// Held while an object is compared and replaced.
    changing: Mutex<()>,
}

impl ETags {
    /// The ETag of `file`, which is at `path` and in the state `stamp`. May read the file from
    /// where it stands, at its start, and then sets it back there. Blocks.
    pub fn of(&self, path: &Path, file: &mut File, stamp: &Stamp) -> io::Result<String> {
        if let Some((known, etag)) = self.lock().get(path)
            && known == stamp
        {
            return Ok(etag.clone());
        }
        if stamp.size > HASHED_UP_TO {
            return Ok(stamp.etag());
        }
        let mut content = Vec::with_capacity(usize::try_from(stamp.size).unwrap_or(0) + 1);
        file.read_to_end(&mut content)?;
        file.rewind()?;
        let etag = hex(&Md5::checksum(&content));
        if stamp.modified.elapsed().is_ok_and(|age| age > QUIET) {
            self.remember(path, stamp, &etag);
        }
        Ok(etag)
    }

    /// Waits until nobody else changes an object; until it is dropped nobody does.
    pub fn changing(&self) -> std::sync::MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the ETag of the file at `path`, which has it in the state `stamp` for certain.
    pub fn remember(&self, path: &Path, stamp: &Stamp, etag: &str) {
        self.lock().insert(path.to_owned(), (stamp.clone(), etag.to_owned()));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, (Stamp, String)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An ETag that no other object has, in the form of [`Stamp::etag`], where nothing is said of any content.
pub(super) fn unique() -> String {
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    format!("{}-1", hex(&Md5::checksum(&GIVEN.fetch_add(1, Relaxed).to_be_bytes())))
}

pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
