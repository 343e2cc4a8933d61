//! Lists the objects of a bucket.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use s3s::dto::{ETag, Object};
use s3s::{S3Result, s3_error};

use super::etag::Stamp;
use super::store::{Store, UPLOAD_PREFIX, refusal};

/// One page of a listing.
pub(super) struct Page {
    pub objects: Vec<Object>,
    /// There are more objects behind the last.
    pub truncated: bool,
}

/// The first `limit` objects, in the order of their keys' bytes, whose key starts with `prefix`
/// and is greater than `after`. Blocks.
pub(super) fn list(store: &Store, bucket: &str, prefix: &str, after: &str, limit: usize) -> S3Result<Page> {
    let folder = store.folder(bucket)?;
    let mut found = Vec::new();
    match walk(&folder, "", &mut found) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(refusal(&error, &folder));
        }
        _ => {} // A bucket's folder is created with its first object.
    }
    let links = store.links(bucket);
    found.retain(|(key, _)| !links.iter().any(|(linked, _)| linked == key));
    found.extend(links);
    found.retain(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
    found.sort();
    let truncated = found.len() > limit;
    found.truncate(limit);
    let objects = found.into_iter().filter_map(|(key, path)| {
        match describe(store, key, &path) {
            Ok(object) => Some(Ok(object)),
            // Deleted since the folder was read, or a link to nothing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Err(refusal(&error, &path))),
        }
    });
    Ok(Page { objects: objects.collect::<S3Result<_>>()?, truncated })
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // A name that is not UTF-8 cannot be a key.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let key = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{key}/"), found)?;
        } else if kind.is_file() && !name.starts_with(UPLOAD_PREFIX) {
            found.push((key, entry.path()));
        }
    }
    Ok(())
}

fn describe(store: &Store, key: String, path: &Path) -> io::Result<Object> {
    let mut file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?)?;
    Ok(Object {
        key: Some(key),
        e_tag: Some(ETag::Strong(store.etags.of(path, &mut file, &stamp)?)),
        size: i64::try_from(stamp.size).ok(),
        last_modified: Some(stamp.modified.into()),
        ..Object::default()
    })
}

/// How many keys a page may hold.
pub(super) fn limit(max_keys: Option<i32>) -> S3Result<usize> {
    // S3 never gives more than a thousand.
    usize::try_from(max_keys.unwrap_or(1000).min(1000))
        .map_err(|_| s3_error!(InvalidArgument, "max-keys must not be negative"))
}
