//! Objects of Isotherm's own that several runs may write: compared, replaced and copied.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::copy_object::CopyObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shared::failure::Failure;
use shared::object::Location;

use crate::body;
use crate::error::{failure, is_missing, own};
use crate::storage::Storage;
use crate::upload::{abort, begin};

/// What is copied with one request: S3's limit, 5 GiB.
const COPIED_AT_ONCE: u64 = 5 << 30;
/// Bytes of a part of a larger copy; 10,000 of them are more than an object may have.
const COPIED_PART: u64 = 1 << 30;

/// What a copy's source is written with: as a path of a URL.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Storage {
    /// The tag of the version of an object that is there now, if one is.
    ///
    /// # Errors
    /// What S3 answers otherwise.
    pub async fn tag(&self, location: &Location) -> Result<Option<String>, Failure> {
        let head = self.client.head_object().bucket(&location.bucket).key(&location.key);
        match head.send().await {
            Ok(head) => Ok(Some(head.e_tag.unwrap_or_default())),
            Err(error) if error.raw_response().is_some_and(|answer| answer.status().as_u16() == 404) => {
                Ok(None)
            }
            Err(error) => Err(own(failure(error, "read", location))),
        }
    }

    /// An object of at most `most` bytes with its tag, if there is one.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when it has more; else what S3 answers.
    pub async fn read_tagged(
        &self,
        location: &Location,
        most: u64,
    ) -> Result<Option<(Vec<u8>, String)>, Failure> {
        let get = self.client.get_object().bucket(&location.bucket).key(&location.key);
        let answer = match get.send().await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(own(failure(error, "read", location))),
        };
        let tag = answer.e_tag.clone().unwrap_or_default();
        let bytes = body::at_most(answer, most, location).await?;
        Ok(Some((bytes, tag)))
    }

    /// Writes `bytes` as an object if what is there now is still the version with the tag `before`, or still nothing
    /// where that is `None`. Answers the new tag, or `None` where something else is there by now.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn replace(
        &self,
        location: &Location,
        content_type: &str,
        bytes: Bytes,
        before: Option<&str>,
    ) -> Result<Option<String>, Failure> {
        let put = self.client.put_object().bucket(&location.bucket).key(&location.key);
        let put = match before {
            Some(tag) => put.if_match(tag),
            None => put.if_none_match("*"),
        };
        match put.content_type(content_type).body(ByteStream::from(bytes)).send().await {
            Ok(answer) => Ok(Some(answer.e_tag.unwrap_or_default())),
            // 404: what was to be replaced is gone. 409: somebody else is writing it at this moment.
            Err(error) => match (error.raw_response().map(|answer| answer.status().as_u16()), error.code()) {
                (Some(412 | 409), _) | (_, Some("NoSuchKey")) => Ok(None),
                _ => Err(own(failure(error, "write", location))),
            },
        }
    }

    /// Makes `to` what `from` is.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when there is no `from`; else what S3 answers.
    pub async fn copy(&self, from: &Location, to: &Location) -> Result<(), Failure> {
        let copy = self.client.copy_object().copy_source(source(from)).bucket(&to.bucket).key(&to.key);
        match copy.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_too_large(&error) => self.copy_in_parts(from, to).await,
            Err(error) => Err(own(failure(error, "write", to))),
        }
    }

    async fn copy_in_parts(&self, from: &Location, to: &Location) -> Result<(), Failure> {
        let head = self.client.head_object().bucket(&from.bucket).key(&from.key).send().await;
        let head = head.map_err(|error| own(failure(error, "read", from)))?;
        let size = head.content_length.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        let id = begin(&self.client, to, head.content_type.as_deref().unwrap_or_default()).await?;
        let copied = self.copy_parts(from, to, &id, size).await;
        if copied.is_err() {
            abort(&self.client, to, &id).await;
        }
        copied
    }

    async fn copy_parts(&self, from: &Location, to: &Location, id: &str, size: u64) -> Result<(), Failure> {
        let mut parts = Vec::new();
        for (number, start) in (1..).zip((0..size).step_by(COPIED_PART as usize)) {
            let end = size.min(start + COPIED_PART) - 1;
            let copy = self.client.upload_part_copy().copy_source(source(from));
            let copy = copy.copy_source_range(format!("bytes={start}-{end}"));
            let copy = copy.bucket(&to.bucket).key(&to.key).upload_id(id).part_number(number);
            let copied = copy.send().await.map_err(|error| own(failure(error, "write", to)))?;
            let tag = copied.copy_part_result.and_then(|part| part.e_tag);
            parts.push(CompletedPart::builder().part_number(number).set_e_tag(tag).build());
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.client.complete_multipart_upload().bucket(&to.bucket).key(&to.key);
        let completed = complete.upload_id(id).multipart_upload(parts).send().await;
        completed.map(drop).map_err(|error| own(failure(error, "write", to)))
    }

    /// Removes an object; that it was not there is no error.
    ///
    /// # Errors
    /// What S3 answers.
    pub async fn remove(&self, location: &Location) -> Result<(), Failure> {
        let remove = self.client.delete_object().bucket(&location.bucket).key(&location.key);
        remove.send().await.map(drop).map_err(|error| own(failure(error, "remove", location)))
    }
}

fn source(from: &Location) -> String {
    format!("{}/{}", from.bucket, utf8_percent_encode(&from.key, IN_PATH))
}

/// What S3 says of an object that one request cannot copy: <https://repost.aws/knowledge-center/s3-multipart-copy>.
fn is_too_large(error: &SdkError<CopyObjectError>) -> bool {
    matches!(error.code(), Some("InvalidRequest" | "EntityTooLarge"))
        && error.message().is_some_and(|message| message.contains(&COPIED_AT_ONCE.to_string()))
}
