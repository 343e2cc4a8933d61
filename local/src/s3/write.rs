//! Writes an object: into a temporary file beside its place, then renamed, so that a reader
//! never sees half of it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::StreamExt;
use s3s::crypto::{Checksum, Md5};
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;

use super::etag::{self, ETags, HASHED_UP_TO, OWN_HASHED_UP_TO, Stamp};
use super::store::{UPLOAD_PREFIX, refusal};

/// What has to be at an object's place for it to be written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Whatever there is.
    Anything,
    /// Nothing.
    Nothing,
    /// The object with this ETag.
    Version(String),
}

/// The ETag of the object at `path`, and the state of its file.
fn current(path: &Path, etags: &ETags) -> io::Result<(String, Stamp)> {
    let mut file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?)?;
    Ok((etags.of(path, &mut file, &stamp)?, stamp))
}

/// Puts the file at `from`, which is another object's, at `to` as well, and answers its ETag. The two share their
/// bytes, which is safe: objects are replaced, never written into.
pub(super) fn link(from: &Path, to: &Path, etags: &ETags) -> io::Result<String> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder)?;
    let (etag, stamp) = current(from, etags)?;
    // A name of its own beside its place, then renamed over what is there.
    let part =
        tempfile::Builder::new().prefix(UPLOAD_PREFIX).make_in(folder, |path| std::fs::hard_link(from, path));
    let _changing = etags.changing();
    match part {
        Ok(part) => {
            let part = part.into_temp_path();
            let name = part.to_path_buf();
            part.persist(to).map_err(|error| error.error)?;
            // Where it was linked before, renaming does nothing and leaves both names.
            let _ = std::fs::remove_file(name);
            // The same file, so its bytes need not be read again.
            etags.remember(to, &stamp, &etag);
        }
        // A file system without links.
        Err(_) => {
            let part = tempfile::Builder::new().prefix(UPLOAD_PREFIX).tempfile_in(folder)?;
            std::fs::copy(from, part.path())?;
            part.persist(to).map_err(|error| error.error)?;
        }
    }
    Ok(etag)
}

/// An upload that is not visible yet. Dropped, it leaves nothing behind.
pub(super) struct Upload {
    file: NamedTempFile,
    tag: Tag,
    size: u64,
}

/// What an object's ETag is made of.
pub(super) enum Tag {
    /// Its content, if that is not too large.
    Content(Md5),
    /// It is this one.
    Known(String),
}

impl Tag {
    /// The content.
    pub fn content() -> Self {
        Tag::Content(Md5::new())
    }

    /// The content of an object of few bytes; of one with `size` bytes that are more, nothing that is known of it.
    pub fn of_few(size: Option<u64>) -> Self {
        let is_hashed = size.is_none_or(|size| size <= OWN_HASHED_UP_TO);
        if is_hashed { Tag::content() } else { Tag::Known(etag::unique()) }
    }
}

impl Upload {
    /// Bytes that are there.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn begin(path: &Path, tag: Tag) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(path);
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(UPLOAD_PREFIX);
        // Results are for the user's own tools: as readable as any file the user makes.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Self { file: builder.tempfile_in(folder)?, tag, size: 0 })
    }

    fn write(mut self, piece: &Bytes) -> io::Result<Self> {
        // Of the file itself: its wrapper adds the path to every error, and so does the caller.
        self.file.as_file_mut().write_all(piece)?;
        if let Tag::Content(md5) = &mut self.tag {
            md5.update(piece);
        }
        self.size += piece.len() as u64;
        Ok(self)
    }

    /// Puts the object in its place and answers its ETag, or `None` if what is there is not as `wanted`.
    fn finish(self, path: &Path, etags: &ETags, wanted: &Wanted) -> io::Result<Option<String>> {
        let Self { file, tag, size } = self;
        let _changing = etags.changing();
        if let Wanted::Version(wanted) = wanted
            && current(path, etags)?.0 != *wanted
        {
            return Ok(None);
        }
        let fresh = *wanted == Wanted::Nothing;
        let renamed = if fresh { file.persist_noclobber(path) } else { file.persist(path) };
        let mut file = match renamed {
            Ok(file) => file,
            Err(error) if fresh && error.error.kind() == io::ErrorKind::AlreadyExists => {
                return Ok(None);
            }
            Err(error) => return Err(error.error),
        };
        let stamp = Stamp::of(&file.metadata()?)?;
        let etag = match tag {
            Tag::Content(_) if size > HASHED_UP_TO => return etags.of(path, &mut file, &stamp).map(Some),
            Tag::Content(md5) => etag::hex(&md5.finalize()),
            Tag::Known(etag) => etag,
        };
        // What this process wrote, nobody else writes to; and another upload would be another file.
        etags.remember(path, &stamp, &etag);
        Ok(Some(etag))
    }
}

/// What a file system's error means for writing `path`.
pub(super) fn refuse(error: &io::Error, path: &Path) -> S3Error {
    match error.kind() {
        io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::AlreadyExists
        | io::ErrorKind::DirectoryNotEmpty => S3Error::with_message(
            S3ErrorCode::InvalidArgument,
            format!("{}: a folder cannot hold both an object and objects below its key", path.display()),
        ),
        _ => {
            let mut refusal = refusal(error, path);
            if *refusal.code() == S3ErrorCode::InvalidRequest {
                refusal.set_message(format!(
                    "{}: {error}; make room there or see to the permissions, or name another folder with --out",
                    path.display()
                ));
            }
            refusal
        }
    }
}

/// Begins an upload to `path`.
pub(super) fn begin(path: &Path, tag: Tag) -> S3Result<Upload> {
    Upload::begin(path, tag).map_err(|error| refuse(&error, path))
}

/// Adds `body`, which should have `expected_size` bytes, to the end of an upload to `path`.
pub(super) async fn append(
    mut upload: Upload,
    path: &Path,
    mut body: StreamingBlob,
    expected_size: Option<u64>,
) -> S3Result<Upload> {
    let before = upload.size;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| S3Error::with_source(S3ErrorCode::IncompleteBody, error))?;
        let written = blocking_for(piece.len() as u64, move || upload.write(&piece)).await?;
        upload = written.map_err(|error| refuse(&error, path))?;
    }
    if expected_size.is_some_and(|expected| expected != upload.size - before) {
        return Err(s3_error!(IncompleteBody));
    }
    Ok(upload)
}

/// All of `body`, which should have `expected_size` bytes.
pub(super) async fn collect(mut body: StreamingBlob, expected_size: u64) -> S3Result<Bytes> {
    let mut bytes = Bytes::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| S3Error::with_source(S3ErrorCode::IncompleteBody, error))?;
        // Mostly it is but one, and not copied.
        bytes = if bytes.is_empty() { piece } else { [bytes, piece].concat().into() };
    }
    if bytes.len() as u64 != expected_size {
        return Err(s3_error!(IncompleteBody));
    }
    Ok(bytes)
}

/// Puts an upload in its place and answers its ETag; `None` if what is there is not as `wanted`.
pub(super) async fn finish(
    upload: Upload,
    path: &Path,
    wanted: Wanted,
    etags: impl AsRef<ETags> + Send + 'static,
) -> S3Result<Option<String>> {
    let target = path.to_owned();
    blocking_for(upload.size(), move || upload.finish(&target, etags.as_ref(), &wanted))
        .await?
        .map_err(|error| refuse(&error, path))
}

/// Writes `body` to `path` if what is there is as `wanted`. Answers the ETag.
pub(super) async fn put(
    path: PathBuf,
    body: StreamingBlob,
    tag: Tag,
    expected_size: Option<u64>,
    wanted: Wanted,
    etags: impl AsRef<ETags> + Send + 'static,
) -> S3Result<String> {
    let upload = begin(&path, tag)?;
    let upload = append(upload, &path, body, expected_size).await?;
    finish(upload, &path, wanted, etags).await?.ok_or_else(|| s3_error!(PreconditionFailed))
}

/// Bytes that are read or written here and now: to hand them to another thread and back takes longer.
const FEW: u64 = 64 << 10;

/// Runs `work` on so many bytes of a file where it may block: here, if they are few.
pub(super) async fn blocking_for<T: Send + 'static>(
    bytes: u64,
    work: impl FnOnce() -> T + Send + 'static,
) -> S3Result<T> {
    if bytes <= FEW { Ok(work()) } else { blocking(work).await }
}

/// Runs `work` where it may block.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> S3Result<T> {
    spawn_blocking(work).await.map_err(|error| S3Error::with_source(S3ErrorCode::InternalError, error.into()))
}
