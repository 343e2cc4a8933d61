//! Copies an object to another place.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use s3s::dto::{CopySource, StreamingBlob};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::etag::Stamp;
use super::read::Reader;
use super::store::{Place, Store, refusal};
use super::write::{self, blocking_for};

/// The most that one request copies: [S3's limit](https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html), 5 GiB.
const COPIED_AT_ONCE: u64 = 5 << 30;

/// Where the object to copy is.
pub(super) fn source(store: &Store, source: &CopySource) -> S3Result<Place> {
    match source {
        CopySource::Bucket { bucket, key, version_id: None } => store.locate(bucket, key),
        CopySource::Bucket { .. } => Err(s3_error!(NoSuchVersion, "local buckets keep no versions")),
        _ => Err(s3_error!(NotImplemented, "the local S3 has no access points")),
    }
}

/// Copies a whole object and answers the copy's ETag.
pub(super) async fn copy(store: Arc<Store>, from: Place, to: PathBuf) -> S3Result<String> {
    let Place::Own(from) = from else {
        return Err(s3_error!(NotImplemented, "input files are read, not copied"));
    };
    let size = std::fs::metadata(&from).map_err(|error| refusal(&error, &from))?.len();
    if size > COPIED_AT_ONCE {
        return Err(S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            format!(
                "The specified copy source is larger than the maximum allowable size for a copy source: {COPIED_AT_ONCE}"
            ),
        ));
    }
    let place = to.clone();
    blocking_for(size, move || write::link(&from, &place, &store.etags))
        .await?
        .map_err(|error| write::refuse(&error, &to))
}

/// A range of an object, `bytes=first-last`, and its size.
pub(super) async fn part(from: PathBuf, range: Option<String>) -> S3Result<(StreamingBlob, u64)> {
    let range = range.as_deref().and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let range = range.and_then(|(first, last)| Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?)));
    let open = || {
        let file = File::open(&from)?;
        let stamp = Stamp::of(&file.metadata()?)?;
        Ok((file, stamp))
    };
    let (file, stamp) = open().map_err(|error| refusal(&error, &from))?;
    let (first, last) = range.unwrap_or((0, stamp.size.saturating_sub(1)));
    if first > last || last >= stamp.size {
        return Err(s3_error!(InvalidRange));
    }
    let reader = Reader::new(file, stamp, &(first..last + 1)).map_err(|error| refusal(&error, &from))?;
    Ok((StreamingBlob::new(reader.stream()), last + 1 - first))
}
