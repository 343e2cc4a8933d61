//! Writes an object piece by piece, so that the whole of it is never in memory or in a temporary folder.
//!
//! What fits one part is put at once. Anything else is a
//! [multipart upload](https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html): at most 10,000 parts, of at
//! least 5 MiB each but the last. Either way the object appears at its end, as a whole, or not at all.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};

use shared::failure::Failure;
use shared::object::Location;

use crate::error::{failure, own};
use crate::storage::put_stream;

/// Bytes of a part, and the most that an upload holds in memory.
pub const PART_BYTES: usize = 8 << 20;
/// S3's limit on the parts of an object.
const MAX_PARTS: usize = 10_000;

/// An object on its way. Nothing of it can be seen before [`Upload::finish`]; a caller that does not come to
/// that should [`Upload::abort`] it, or what was sent is kept, and paid for, until the bucket's lifecycle rule.
#[derive(Debug)]
pub struct Upload {
    client: Client,
    location: Location,
    content_type: String,
    /// What was written and is not sent; less than a part.
    part: Vec<u8>,
    /// The multipart upload, once there is more than a part.
    begun: Option<Begun>,
}

/// A multipart upload.
#[derive(Debug)]
struct Begun {
    id: String,
    sent: Vec<CompletedPart>,
}

impl Upload {
    pub(crate) fn new(client: Client, location: &Location, content_type: &str) -> Self {
        Upload {
            client,
            location: location.clone(),
            content_type: content_type.to_owned(),
            part: Vec::new(),
            begun: None,
        }
    }

    /// Adds `bytes` to the object's end.
    ///
    /// # Errors
    /// As [`crate::Storage::put`]; the upload is over then, and nothing of it is left.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        while !bytes.is_empty() {
            // Only with bytes at hand: the last part is sent by `finish`, and is not empty.
            if self.part.len() == PART_BYTES
                && let Err(failure) = self.send_part().await
            {
                self.discard().await;
                return Err(failure);
            }
            let (now, later) = bytes.split_at(bytes.len().min(PART_BYTES - self.part.len()));
            self.part.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Makes the object appear.
    ///
    /// # Errors
    /// As [`Upload::write`].
    pub async fn finish(mut self) -> Result<(), Failure> {
        if self.begun.is_none() {
            let body = ByteStream::from(std::mem::take(&mut self.part));
            return put_stream(&self.client, &self.location, &self.content_type, body).await;
        }
        let completed = match self.send_part().await {
            Ok(()) => self.complete().await,
            Err(failure) => Err(failure),
        };
        if completed.is_err() {
            self.discard().await;
        }
        completed
    }

    /// Gives the upload up: the object stays what it was.
    pub async fn abort(mut self) {
        self.discard().await;
    }

    /// Sends the bytes at hand as the next part.
    async fn send_part(&mut self) -> Result<(), Failure> {
        let begun = match &mut self.begun {
            Some(begun) => begun,
            none => {
                let id = begin(&self.client, &self.location, &self.content_type).await?;
                none.insert(Begun { id, sent: Vec::new() })
            }
        };
        if begun.sent.len() == MAX_PARTS {
            return Err(Failure::InvalidTask(format!(
                "cannot write {}: it is larger than {MAX_PARTS} parts of {} MiB, the most that S3 takes",
                self.location,
                PART_BYTES >> 20
            )));
        }
        let number = begun.sent.len() as i32 + 1;
        let part = self
            .client
            .upload_part()
            .bucket(&self.location.bucket)
            .key(&self.location.key)
            .upload_id(&begun.id)
            .part_number(number)
            .body(ByteStream::from(std::mem::take(&mut self.part)))
            .send()
            .await
            .map_err(|error| own(failure(error, "write", &self.location)))?;
        // S3 wants back what it answered, the check sum that it keeps included.
        begun.sent.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(part.e_tag)
                .set_checksum_crc32(part.checksum_crc32)
                .build(),
        );
        Ok(())
    }

    async fn complete(&mut self) -> Result<(), Failure> {
        let Some(begun) = &self.begun else { return Ok(()) };
        let parts = CompletedMultipartUpload::builder().set_parts(Some(begun.sent.clone())).build();
        self.client
            .complete_multipart_upload()
            .bucket(&self.location.bucket)
            .key(&self.location.key)
            .upload_id(&begun.id)
            .multipart_upload(parts)
            .send()
            .await
            .map_err(|error| own(failure(error, "write", &self.location)))?;
        Ok(())
    }

    /// Takes back the parts that were sent. What cannot be taken back goes with the bucket's lifecycle rule.
    async fn discard(&mut self) {
        self.part = Vec::new();
        let Some(begun) = self.begun.take() else { return };
        abort(&self.client, &self.location, &begun.id).await;
    }
}

/// Takes a multipart upload back.
pub(crate) async fn abort(client: &Client, location: &Location, id: &str) {
    let (bucket, key) = (&location.bucket, &location.key);
    if let Err(error) = client.abort_multipart_upload().bucket(bucket).key(key).upload_id(id).send().await {
        let error = failure(error, "abort the upload of", location);
        tracing::warn!(bucket, key, %error, "parts of an upload are left");
    }
}

/// Begins a multipart upload and answers its id.
pub(crate) async fn begin(
    client: &Client,
    location: &Location,
    content_type: &str,
) -> Result<String, Failure> {
    let created = client
        .create_multipart_upload()
        .bucket(&location.bucket)
        .key(&location.key)
        .content_type(content_type)
        .send()
        .await
        .map_err(|error| own(failure(error, "write", location)))?;
    created.upload_id.ok_or_else(|| {
        Failure::InvalidTask(format!("cannot write {location}: S3 began a multipart upload without an id"))
    })
}
