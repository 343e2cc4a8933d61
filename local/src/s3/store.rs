//! Which file an object is.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::etag::ETags;
use super::kept::Kept;
use super::multipart::Uploads;

/// How the name of an unfinished upload begins. No key may have such a segment.
pub(super) const UPLOAD_PREFIX: &str = ".isotherm-upload-";

/// The folders and files behind the buckets.
#[derive(Default)]
pub(super) struct Store {
    buckets: RwLock<HashMap<String, Bucket>>,
    /// Linked files, by bucket and key.
    links: RwLock<BTreeMap<(String, String), PathBuf>>,
    pub etags: ETags,
    pub uploads: Uploads,
}

struct Bucket {
    folder: PathBuf,
    kept: Arc<Kept>,
}

/// Where an object is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the bucket's folder.
    Own(PathBuf),
    /// A file elsewhere that is only read.
    Linked(PathBuf),
}

impl Place {
    pub fn into_path(self) -> PathBuf {
        match self {
            Self::Own(path) | Self::Linked(path) => path,
        }
    }

    /// The path, unless the file belongs to somebody else.
    pub fn writable(self) -> S3Result<PathBuf> {
        match self {
            Self::Own(path) => Ok(path),
            Self::Linked(path) => Err(S3Error::with_message(
                S3ErrorCode::AccessDenied,
                format!("the input file {} is only read", path.display()),
            )),
        }
    }
}

impl Store {
    pub fn add_bucket(&self, name: String, folder: PathBuf, kept: Kept) {
        let mut buckets = self.buckets.write().unwrap_or_else(PoisonError::into_inner);
        buckets.insert(name, Bucket { folder, kept: Arc::new(kept) });
    }

    pub fn add_link(&self, bucket: String, key: String, file: PathBuf) {
        let mut links = self.links.write().unwrap_or_else(PoisonError::into_inner);
        links.insert((bucket, key), file);
    }

    /// The folder of a bucket.
    pub fn folder(&self, bucket: &str) -> S3Result<PathBuf> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(bucket).map(|bucket| bucket.folder.clone()).ok_or_else(|| s3_error!(NoSuchBucket))
    }

    /// The small objects of a bucket that are in memory.
    pub fn kept(&self, bucket: &str) -> S3Result<Arc<Kept>> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(bucket).map(|bucket| Arc::clone(&bucket.kept)).ok_or_else(|| s3_error!(NoSuchBucket))
    }

    /// The keys of a bucket that are linked, and their files.
    pub fn links(&self, bucket: &str) -> Vec<(String, PathBuf)> {
        let links = self.links.read().unwrap_or_else(PoisonError::into_inner);
        links
            .iter()
            .filter(|((of, _), _)| of == bucket)
            .map(|((_, key), file)| (key.clone(), file.clone()))
            .collect()
    }

    pub fn locate(&self, bucket: &str, key: &str) -> S3Result<Place> {
        let mut path = self.folder(bucket)?;
        let links = self.links.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = links.get(&(bucket.to_owned(), key.to_owned())) {
            return Ok(Place::Linked(file.clone()));
        }
        for segment in key.split('/') {
            if !is_safe(segment) {
                return Err(S3Error::with_message(
                    S3ErrorCode::InvalidArgument,
                    format!(
                        "the key {key:?} cannot be a file below a folder: \
                         its part {segment:?} is not a file name"
                    ),
                ));
            }
            path.push(segment);
        }
        Ok(Place::Own(path))
    }
}

/// Whether a segment of a key is exactly one name of a file or folder.
fn is_safe(segment: &str) -> bool {
    let mut components = Path::new(segment).components();
    let one = components.next();
    matches!(one, Some(Component::Normal(name)) if name == segment)
        && components.next().is_none()
        && !segment.contains('\0')
        && !segment.starts_with(UPLOAD_PREFIX)
}

/// Says what a file system error means for a request on `path`.
pub(super) fn refusal(error: &io::Error, path: &Path) -> S3Error {
    let code = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            return s3_error!(NoSuchKey);
        }
        io::ErrorKind::InvalidFilename => S3ErrorCode::KeyTooLongError,
        _ if may_pass(error) => S3ErrorCode::InternalError,
        _ => S3ErrorCode::InvalidRequest,
    };
    S3Error::with_message(code, format!("{}: {error}", path.display()))
}

/// Whether trying again may help. What a file system refuses, it refuses again: a full disk, a quota, a missing
/// permission, a read-only or a broken disk must be told at once.
fn may_pass(error: &io::Error) -> bool {
    let passing = [
        io::ErrorKind::Interrupted,
        io::ErrorKind::WouldBlock,
        io::ErrorKind::TimedOut,
        io::ErrorKind::ResourceBusy,
        io::ErrorKind::OutOfMemory,
    ];
    passing.contains(&error.kind())
        || match error.raw_os_error() {
            Some(code) => code == libc::EMFILE || code == libc::ENFILE,
            // Not the system's: a file that was changed while it was read is another version when it is read again.
            None => error.kind() == io::ErrorKind::Other,
        }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// The client takes an internal error for one that may pass, and the workflow tries again for a minute.
    #[test]
    fn only_what_may_pass_is_an_internal_error() {
        let code = |number| refusal(&io::Error::from_raw_os_error(number), Path::new("x")).code().clone();
        for permanent in
            [libc::ENOSPC, libc::EDQUOT, libc::EROFS, libc::EACCES, libc::EPERM, libc::EFBIG, libc::EIO]
        {
            assert_eq!(code(permanent), S3ErrorCode::InvalidRequest, "{permanent}");
        }
        for passing in [
            libc::EINTR,
            libc::EAGAIN,
            libc::ETIMEDOUT,
            libc::EBUSY,
            libc::ENOMEM,
            libc::EMFILE,
            libc::ENFILE,
        ] {
            assert_eq!(code(passing), S3ErrorCode::InternalError, "{passing}");
        }
        let changed = refusal(&io::Error::other("the file was changed while it was read"), Path::new("x"));
        assert_eq!(*changed.code(), S3ErrorCode::InternalError);
    }
}
