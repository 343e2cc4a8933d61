//! Multipart uploads: their parts come in order, and each goes to the end of one temporary file beside the
//! object's place. That is how Isotherm sends them; parts in another order are refused.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use s3s::dto::{CompletedPart, ETag, StreamingBlob};
use s3s::{S3Result, s3_error};

use super::etag::ETags;
use super::write::{self, Tag, Upload, Wanted};

/// The uploads that are neither completed nor aborted. Dropped, they leave nothing behind.
#[derive(Default)]
pub(super) struct Uploads {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    begun: u64,
    open: HashMap<String, Multipart>,
}

/// One upload.
struct Multipart {
    /// Where the object will be.
    path: PathBuf,
    upload: Upload,
    /// The ETags of the parts that are there.
    parts: Vec<String>,
}

impl Uploads {
    /// Begins an upload to `path` and answers its id.
    pub async fn create(&self, path: PathBuf) -> S3Result<String> {
        let upload = write::begin(&path, Tag::content())?;
        let mut state = self.lock();
        state.begun += 1;
        let id = format!("upload-{}", state.begun);
        state.open.insert(id.clone(), Multipart { path, upload, parts: Vec::new() });
        Ok(id)
    }

    /// Adds the part `number`, counted from 1, and answers its ETag. A part that breaks off ends its upload.
    pub async fn add(
        &self,
        id: &str,
        path: &Path,
        number: i32,
        body: StreamingBlob,
        size: Option<u64>,
    ) -> S3Result<String> {
        let mut multipart = self.take(id, path)?;
        if usize::try_from(number) != Ok(multipart.parts.len() + 1) {
            let next = multipart.parts.len() + 1;
            self.lock().open.insert(id.to_owned(), multipart);
            return Err(s3_error!(NotImplemented, "part {number} came where part {next} comes next"));
        }
        multipart.upload = write::append(multipart.upload, path, body, size).await?;
        // All it is good for is to be given back.
        let etag = format!("{number}-{}", multipart.upload.size());
        multipart.parts.push(etag.clone());
        self.lock().open.insert(id.to_owned(), multipart);
        Ok(etag)
    }

    /// Puts the object in its place and answers its ETag. `parts` are those that the caller knows of: all of them.
    pub async fn complete(
        &self,
        id: &str,
        path: &Path,
        parts: &[CompletedPart],
        etags: impl AsRef<ETags> + Send + 'static,
    ) -> S3Result<String> {
        let multipart = self.take(id, path)?;
        let named = |(number, etag): (i32, &String), part: &CompletedPart| {
            part.part_number == Some(number)
                && part.e_tag.as_ref().and_then(ETag::as_strong) == Some(etag.as_str())
        };
        let same = parts.len() == multipart.parts.len()
            && (1..).zip(&multipart.parts).zip(parts).all(|(known, part)| named(known, part));
        if !same || parts.is_empty() {
            self.lock().open.insert(id.to_owned(), multipart);
            return Err(s3_error!(InvalidPart, "the parts are not those that were uploaded"));
        }
        let etag = write::finish(multipart.upload, path, Wanted::Anything, etags).await?;
        etag.ok_or_else(|| s3_error!(InternalError))
    }

    /// Drops an upload.
    pub fn abort(&self, id: &str, path: &Path) -> S3Result<()> {
        self.take(id, path).map(drop)
    }

    /// The upload, while it is changed.
    fn take(&self, id: &str, path: &Path) -> S3Result<Multipart> {
        let mut state = self.lock();
        match state.open.remove(id) {
            Some(multipart) if multipart.path == path => Ok(multipart),
            other => {
                // It is another object's.
                other.and_then(|multipart| state.open.insert(id.to_owned(), multipart));
                Err(s3_error!(NoSuchUpload))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
