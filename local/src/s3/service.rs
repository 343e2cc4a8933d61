//! The S3 operations.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopyPartResult,
    CopySource, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteObjectInput,
    DeleteObjectOutput, ETag, ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, PutObjectInput, PutObjectOutput,
    StreamingBlob, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::etag::{ETags, Stamp};
use super::kept::Object;
use super::read::Reader;
use super::store::{Store, refusal};
use super::write::{self, Tag, Wanted, blocking, blocking_for};
use super::{copy, list};

pub(super) struct Service {
    store: Arc<Store>,
}

impl Service {
    pub fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    /// Opens an object for reading.
    async fn open(&self, bucket: &str, key: &str, version_id: Option<&str>) -> S3Result<Opened> {
        let path = self.store.locate(bucket, key)?.into_path();
        check_version(version_id)?;
        if let Some(Object { bytes, etag, modified }) = self.store.kept(bucket)?.get(key) {
            let size = bytes.len() as u64;
            return Ok(Opened { content: Content::Memory(bytes), size, modified, etag: ETag::Strong(etag) });
        }
        let open = || {
            let file = File::open(&path)?;
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(std::io::ErrorKind::IsADirectory.into());
            }
            Ok((file, Stamp::of(&metadata)?))
        };
        let (mut file, stamp) = open().map_err(|error| refusal(&error, &path))?;
        let store = Arc::clone(&self.store);
        // All of it may have to be read.
        blocking_for(stamp.size, move || {
            let etag = store.etags.of(&path, &mut file, &stamp).map_err(|error| refusal(&error, &path))?;
            let (size, modified) = (stamp.size, stamp.modified);
            Ok(Opened { content: Content::File(file, stamp), size, modified, etag: ETag::Strong(etag) })
        })
        .await?
    }

    /// Makes a file of what is to be copied, if it is in memory.
    async fn source_to_disk(&self, source: &CopySource) -> S3Result<()> {
        match source {
            CopySource::Bucket { bucket, key, .. } => self.to_disk(bucket, key).await,
            _ => Ok(()),
        }
    }

    /// Makes a file of an object that is kept in memory; does nothing about any other.
    async fn to_disk(&self, bucket: &str, key: &str) -> S3Result<()> {
        let kept = self.store.kept(bucket)?;
        let Some(object) = kept.get(key) else { return Ok(()) };
        let path = self.store.locate(bucket, key)?.writable()?;
        let body = StreamingBlob::from(Body::from(object.bytes.clone()));
        let (tag, etags) = (Tag::Known(object.etag.clone()), SharedETags(Arc::clone(&self.store)));
        write::put(path, body, tag, None, Wanted::Anything, etags).await?;
        kept.release(key, &object);
        Ok(())
    }
}

/// An object that can be read.
struct Opened {
    content: Content,
    size: u64,
    modified: SystemTime,
    etag: ETag,
}

enum Content {
    File(File, Stamp),
    Memory(Bytes),
}

/// The objects here have no versions but the one S3 calls `null`.
fn check_version(version_id: Option<&str>) -> S3Result<()> {
    match version_id {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(NoSuchVersion, "local buckets keep no versions")),
    }
}

fn check_conditions(
    etag: &ETag,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    if let Some(ETagCondition::ETag(wanted)) = if_match
        && !etag.strong_cmp(wanted)
    {
        return Err(s3_error!(PreconditionFailed));
    }
    match if_none_match {
        Some(ETagCondition::Any) => Err(s3_error!(NotModified)),
        Some(ETagCondition::ETag(known)) if etag.weak_cmp(known) => Err(s3_error!(NotModified)),
        _ => Ok(()),
    }
}

/// Refuses an option that would change the answer and is not understood here.
fn refuse(option: &str, given: bool) -> S3Result<()> {
    if given {
        return Err(S3Error::with_message(
            S3ErrorCode::NotImplemented,
            format!("the local S3 does not know {option}"),
        ));
    }
    Ok(())
}

fn length(bytes: u64) -> Option<i64> {
    i64::try_from(bytes).ok()
}

#[async_trait]
impl S3 for Service {
    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = req.input;
        refuse("Range of HeadObject", input.range.is_some())?;
        refuse("partNumber", input.part_number.is_some())?;
        refuse("If-Modified-Since", input.if_modified_since.is_some())?;
        refuse("If-Unmodified-Since", input.if_unmodified_since.is_some())?;
        let version_id = input.version_id.as_deref();
        let Opened { size, modified, etag, .. } = self.open(&input.bucket, &input.key, version_id).await?;
        check_conditions(&etag, input.if_match.as_ref(), input.if_none_match.as_ref())?;
        Ok(S3Response::new(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: length(size),
            e_tag: Some(etag),
            last_modified: Some(modified.into()),
            ..HeadObjectOutput::default()
        }))
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let input = req.input;
        refuse("partNumber", input.part_number.is_some())?;
        refuse("If-Modified-Since", input.if_modified_since.is_some())?;
        refuse("If-Unmodified-Since", input.if_unmodified_since.is_some())?;
        let version_id = input.version_id.as_deref();
        let Opened { content, size, modified, etag } =
            self.open(&input.bucket, &input.key, version_id).await?;
        check_conditions(&etag, input.if_match.as_ref(), input.if_none_match.as_ref())?;
        let (range, content_range) = match input.range {
            None => (0..size, None),
            Some(range) => {
                let Range { start, end } = range.check(size)?;
                if start == end {
                    return Err(s3_error!(InvalidRange)); // a suffix of an empty object
                }
                (start..end, Some(format!("bytes {start}-{}/{size}", end - 1)))
            }
        };
        let content_length = length(range.end - range.start);
        let body = match content {
            Content::Memory(bytes) => {
                // No range of what is in memory is larger than memory.
                let range = range.start as usize..range.end as usize;
                StreamingBlob::from(Body::from(bytes.slice(range)))
            }
            Content::File(file, stamp) => {
                let path = self.store.locate(&input.bucket, &input.key)?.into_path();
                let read = blocking_for(range.end - range.start, move || {
                    let mut reader = Reader::new(file, stamp, &range)?;
                    let only = reader.only_piece()?;
                    Ok::<_, std::io::Error>((reader, only))
                });
                match read.await? {
                    Ok((_, Some(bytes))) => StreamingBlob::from(Body::from(bytes)),
                    Ok((reader, None)) => StreamingBlob::new(reader.stream()),
                    Err(error) => return Err(refusal(&error, &path)),
                }
            }
        };
        Ok(S3Response::new(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(body),
            content_length,
            content_range,
            e_tag: Some(etag),
            last_modified: Some(modified.into()),
            ..GetObjectOutput::default()
        }))
    }

    /// The headers that describe the content, such as its type, are accepted and not kept: a
    /// folder has no place for them.
    async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let input = req.input;
        refuse("x-amz-meta-*", input.metadata.is_some_and(|map| !map.is_empty()))?;
        refuse("tagging", input.tagging.is_some())?;
        let wanted = match (input.if_match, input.if_none_match) {
            (None, None) => Wanted::Anything,
            (None, Some(ETagCondition::Any)) => Wanted::Nothing,
            (Some(ETagCondition::ETag(ETag::Strong(tag))), None) => Wanted::Version(tag),
            _ => {
                return Err(s3_error!(NotImplemented, "PutObject takes If-Match: ETag, or If-None-Match: *"));
            }
        };
        let path = self.store.locate(&input.bucket, &input.key)?.writable()?;
        let body = input.body.unwrap_or_else(|| StreamingBlob::from(Body::empty()));
        let size = input.content_length.and_then(|size| u64::try_from(size).ok());
        let kept = self.store.kept(&input.bucket)?;
        let etag = match size {
            Some(size) if wanted == Wanted::Anything && kept.takes(&input.key, size) => {
                kept.put(input.key, write::collect(body, size).await?)
            }
            _ => {
                self.to_disk(&input.bucket, &input.key).await?;
                let tag = if kept.is_for_runs() { Tag::of_few(size) } else { Tag::content() };
                write::put(path, body, tag, size, wanted, SharedETags(Arc::clone(&self.store))).await?
            }
        };
        Ok(S3Response::new(PutObjectOutput { e_tag: Some(ETag::Strong(etag)), ..PutObjectOutput::default() }))
    }

    async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = req.input;
        refuse("x-amz-metadata-directive", input.metadata_directive.is_some())?;
        refuse("tagging", input.tagging.is_some() || input.tagging_directive.is_some())?;
        let conditions = [&input.copy_source_if_match, &input.copy_source_if_none_match];
        refuse("x-amz-copy-source-if-*", conditions.into_iter().any(Option::is_some))?;
        self.source_to_disk(&input.copy_source).await?;
        self.to_disk(&input.bucket, &input.key).await?;
        let from = copy::source(&self.store, &input.copy_source)?;
        let to = self.store.locate(&input.bucket, &input.key)?.writable()?;
        let e_tag = Some(ETag::Strong(copy::copy(Arc::clone(&self.store), from, to).await?));
        let copy_object_result = Some(CopyObjectResult { e_tag, ..CopyObjectResult::default() });
        Ok(S3Response::new(CopyObjectOutput { copy_object_result, ..CopyObjectOutput::default() }))
    }

    async fn upload_part_copy(
        &self,
        req: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        let input = req.input;
        let conditions = [&input.copy_source_if_match, &input.copy_source_if_none_match];
        refuse("x-amz-copy-source-if-*", conditions.into_iter().any(Option::is_some))?;
        self.source_to_disk(&input.copy_source).await?;
        let from = copy::source(&self.store, &input.copy_source)?.into_path();
        let to = self.store.locate(&input.bucket, &input.key)?.writable()?;
        let (body, size) = copy::part(from, input.copy_source_range).await?;
        let added = self.store.uploads.add(&input.upload_id, &to, input.part_number, body, Some(size));
        let e_tag = Some(ETag::Strong(added.await?));
        let copy_part_result = Some(CopyPartResult { e_tag, ..CopyPartResult::default() });
        Ok(S3Response::new(UploadPartCopyOutput { copy_part_result, ..UploadPartCopyOutput::default() }))
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let input = req.input;
        refuse("x-amz-meta-*", input.metadata.is_some_and(|map| !map.is_empty()))?;
        refuse("tagging", input.tagging.is_some())?;
        let path = self.store.locate(&input.bucket, &input.key)?.writable()?;
        let upload_id = Some(self.store.uploads.create(path).await?);
        let (bucket, key) = (Some(input.bucket), Some(input.key));
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket,
            key,
            upload_id,
            ..CreateMultipartUploadOutput::default()
        }))
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let input = req.input;
        let path = self.store.locate(&input.bucket, &input.key)?.writable()?;
        let body = input.body.unwrap_or_else(|| StreamingBlob::from(Body::empty()));
        let size = input.content_length.and_then(|size| u64::try_from(size).ok());
        let etag = self.store.uploads.add(&input.upload_id, &path, input.part_number, body, size).await?;
        Ok(S3Response::new(UploadPartOutput {
            e_tag: Some(ETag::Strong(etag)),
            ..UploadPartOutput::default()
        }))
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = req.input;
        refuse("If-Match of CompleteMultipartUpload", input.if_match.is_some())?;
        refuse("If-None-Match of CompleteMultipartUpload", input.if_none_match.is_some())?;
        let path = self.store.locate(&input.bucket, &input.key)?.writable()?;
        self.to_disk(&input.bucket, &input.key).await?;
        let parts = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let etags = SharedETags(Arc::clone(&self.store));
        let etag = self.store.uploads.complete(&input.upload_id, &path, &parts, etags).await?;
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(etag)),
            ..CompleteMultipartUploadOutput::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let input = req.input;
        let path = self.store.locate(&input.bucket, &input.key)?.writable()?;
        self.store.uploads.abort(&input.upload_id, &path)?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = req.input;
        refuse("If-Match of DeleteObject", input.if_match.is_some())?;
        check_version(input.version_id.as_deref())?;
        let path = self.store.locate(&input.bucket, &input.key)?.writable()?;
        self.store.kept(&input.bucket)?.remove(&input.key);
        match std::fs::remove_file(&path).map_err(|error| refusal(&error, &path)) {
            Err(error) if *error.code() != S3ErrorCode::NoSuchKey => Err(error),
            // Deleting what is not there succeeds.
            _ => Ok(S3Response::new(DeleteObjectOutput::default())),
        }
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = req.input;
        refuse("delimiter", input.delimiter.is_some())?;
        refuse("encoding-type", input.encoding_type.is_some())?;
        let limit = list::limit(input.max_keys)?;
        for key in self.store.kept(&input.bucket)?.keys() {
            self.to_disk(&input.bucket, &key).await?;
        }
        let store = Arc::clone(&self.store);
        let bucket = input.bucket.clone();
        let prefix = input.prefix.clone().unwrap_or_default();
        // The continuation token is the last key of the page before.
        let after = input.continuation_token.clone();
        let after = after.or_else(|| input.start_after.clone()).unwrap_or_default();
        let page = blocking(move || list::list(&store, &bucket, &prefix, &after, limit)).await??;
        let last = page.objects.last().and_then(|object| object.key.clone());
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix,
            max_keys: i32::try_from(limit).ok(),
            key_count: i32::try_from(page.objects.len()).ok(),
            continuation_token: input.continuation_token,
            start_after: input.start_after,
            is_truncated: Some(page.truncated),
            next_continuation_token: last.filter(|_| page.truncated),
            contents: Some(page.objects),
            ..ListObjectsV2Output::default()
        }))
    }
}

struct SharedETags(Arc<Store>);

impl AsRef<ETags> for SharedETags {
    fn as_ref(&self) -> &ETags {
        &self.0.etags
    }
}
