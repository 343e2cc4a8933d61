//! S3 as Isotherm uses it: reads pinned to one object version, and writes with a content type.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt;

use crate::body::{self, Body, Pieces};
use crate::error::{changed, failure, is_missing, own};
use crate::owner::BucketOwner;
use crate::settings;
use crate::spool::Spooled;
use crate::text::decompress;
use crate::upload::{PART_BYTES, Upload};
use shared::dialect::Compression;
use shared::failure::Failure;
use shared::format::{self, FORMAT, Versioned};
use shared::object::{Location, ObjectRef};

/// Bytes of a local file that are read at a time.
const PIECE_BYTES: usize = 1 << 20;

/// The longest that a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest that an answer may take to begin, from the moment its request is sent.
const READ_TIMEOUT: Duration = Duration::from_secs(15);

/// The beginning of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectHead {
    /// Its first bytes.
    pub bytes: Vec<u8>,
    /// What whoever uploaded it says about it: the names without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
}

/// What came of [`Storage::open_or_read`].
pub enum Opened {
    /// All of it.
    Read(Bytes),
    /// What will come.
    Stream(Body),
}

/// Access to S3. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    pub(crate) client: Client,
}

impl Storage {
    /// Uses `client`.
    pub fn new(client: Client) -> Self {
        Storage { client }
    }

    /// Uses the region, the credentials and the endpoint of `account`. With `EXPECTED_BUCKET_OWNER` in the environment every
    /// request is for buckets of that account alone.
    pub fn of_account(account: &SdkConfig) -> Self {
        // Emulated accounts are reached by an address, where a bucket cannot be a host name.
        let by_path = account.endpoint_url().is_some();
        let mut config = patient(aws_sdk_s3::config::Builder::from(account)).force_path_style(by_path);
        if let Some(owner) = settings::bucket_owner() {
            config = config.interceptor(BucketOwner::new(owner));
        }
        Storage::new(Client::from_conf(config.build()))
    }

    /// The current version of an object.
    ///
    /// # Errors
    /// [`Failure::ObjectMissing`] when there is none.
    pub async fn head(&self, location: &Location) -> Result<ObjectRef, Failure> {
        let head = self
            .client
            .head_object()
            .bucket(&location.bucket)
            .key(&location.key)
            .send()
            .await
            .map_err(|error| failure(error, "read", location))?;
        Ok(ObjectRef {
            bucket: location.bucket.clone(),
            key: location.key.clone(),
            // A bucket without versioning calls its only version "null".
            version_id: head.version_id.filter(|version| version != "null"),
            etag: head.e_tag.unwrap_or_default().trim_matches('"').to_owned(),
            size: head.content_length.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
        })
    }

    /// Checks that `object` is still the current version at its key.
    ///
    /// # Errors
    /// [`Failure::ObjectChanged`] or [`Failure::ObjectMissing`] when it is not; [`Failure::InvalidTask`] when it has another
    /// size than it is said to have.
    pub async fn check_current(&self, object: &ObjectRef) -> Result<(), Failure> {
        let current = self.head(&object.location()).await?;
        // A version id says it all, and an event that has one need not carry the tag.
        let same = match &object.version_id {
            Some(_) => current.version_id == object.version_id,
            None => current.etag == object.etag,
        };
        if !same {
            return Err(changed(&object.location()));
        }
        is_size(object, current.size)
    }

    /// Reads a range of exactly this object version into memory.
    ///
    /// # Errors
    /// [`Failure::ObjectChanged`] when the object was replaced, [`Failure::ObjectMissing`] when it is gone.
    pub async fn read_range(&self, object: &ObjectRef, range: Range<u64>) -> Result<Vec<u8>, Failure> {
        self.read_head(object, range).await.map(|head| head.bytes)
    }

    /// The same, with the object's own metadata.
    ///
    /// # Errors
    /// As [`Self::read_range`].
    pub async fn read_head(&self, object: &ObjectRef, range: Range<u64>) -> Result<ObjectHead, Failure> {
        let location = object.location();
        let mut answer = self.ask_range(object, &range).await?;
        let metadata = answer.metadata.take().unwrap_or_default().into_iter().collect();
        let mut pieces = Pieces::new(answer, range, &location)?;
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(ObjectHead { bytes, metadata })
    }

    /// Reads a small object of somebody else's, if there is one that may be read.
    ///
    /// # Errors
    /// [`Failure::Transient`] or [`Failure::Throttled`] when trying again may help; [`Failure::InvalidTask`] when it has more than `most` bytes.
    pub async fn read_small(&self, location: &Location, most: u64) -> Result<Option<Vec<u8>>, Failure> {
        let request = self.client.get_object().bucket(&location.bucket).key(&location.key);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(None),
            // Where nothing may be read, nothing is asked for; but what is there and may not be read is not passed over.
            Err(error) if error.code() == Some("AccessDenied") && !self.is_listed(location).await? => {
                return Ok(None);
            }
            Err(error) => return Err(own(failure(error, "read", location))),
        };
        body::at_most(answer, most, location).await.map(Some)
    }

    /// Whether there is an object, by its bucket's list.
    async fn is_listed(&self, location: &Location) -> Result<bool, Failure> {
        let list = self.client.list_objects_v2().bucket(&location.bucket).prefix(&location.key).max_keys(1);
        let page = list.send().await.map_err(|error| own(failure(error, "look for", location)))?;
        // The key itself comes before all others that begin with it.
        Ok(page.contents().first().and_then(|object| object.key()) == Some(&location.key))
    }

    /// Begins to read a range, which is not empty, of exactly this object version.
    ///
    /// # Errors
    /// As [`Self::read_range`].
    pub(crate) async fn read_pieces(&self, object: &ObjectRef, range: Range<u64>) -> Result<Pieces, Failure> {
        Pieces::new(self.ask_range(object, &range).await?, range, &object.location())
    }

    async fn ask_range(&self, object: &ObjectRef, range: &Range<u64>) -> Result<GetObjectOutput, Failure> {
        let location = object.location();
        let request = self.client.get_object().bucket(&object.bucket).key(&object.key);
        let request = match &object.version_id {
            Some(version) => request.version_id(version),
            None => request.if_match(format!("\"{}\"", object.etag)),
        };
        let request = request.range(format!("bytes={}-{}", range.start, range.end.saturating_sub(1)));
        let answer = send(request, &location).await?;
        let size = answer.content_range().and_then(|range| range.rsplit('/').next()?.parse().ok());
        is_size(object, size.unwrap_or(object.size))?;
        Ok(answer)
    }

    /// Streams an object of Isotherm's own, whatever its version.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when there is none.
    pub async fn open(&self, location: &Location) -> Result<Body, Failure> {
        let request = self.client.get_object().bucket(&location.bucket).key(&location.key);
        Ok(body::whole(send(request, location).await.map_err(own)?))
    }

    /// The same; one of at most `most` bytes is read here, and not copied where it comes in one piece.
    ///
    /// # Errors
    /// As [`Storage::open`]; [`Failure::Transient`] when the connection breaks.
    pub async fn open_or_read(&self, location: &Location, most: u64) -> Result<Opened, Failure> {
        let request = self.client.get_object().bucket(&location.bucket).key(&location.key);
        let answer = send(request, location).await.map_err(own)?;
        let size = answer.content_length().and_then(|size| u64::try_from(size).ok());
        let Some(size) = size.filter(|size| *size <= most) else {
            return Ok(Opened::Stream(body::whole(answer)));
        };
        let read = answer.body.collect().await.map_err(|error| body::unreadable(&error.into(), location))?;
        let bytes = read.into_bytes();
        if bytes.len() as u64 != size {
            return Err(body::broken(&std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(Opened::Read(bytes))
    }

    /// Writes `bytes` as an object.
    ///
    /// # Errors
    /// [`Failure::Transient`] or [`Failure::Throttled`] when trying again may help, else [`Failure::InvalidTask`].
    pub async fn put(&self, location: &Location, content_type: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        put_stream(&self.client, location, content_type, ByteStream::from(bytes)).await
    }

    /// Begins an object that is written piece by piece.
    pub fn upload(&self, location: &Location, content_type: &str) -> Upload {
        Upload::new(self.client.clone(), location, content_type)
    }

    /// Writes what was spooled as an object.
    ///
    /// # Errors
    /// As [`Storage::put`]; [`Failure::InvalidTask`] when its temporary file cannot be read.
    pub async fn put_spooled(
        &self,
        location: &Location,
        content_type: &str,
        spooled: &Spooled,
    ) -> Result<(), Failure> {
        match spooled {
            Spooled::Memory(bytes) => {
                put_stream(&self.client, location, content_type, ByteStream::from(bytes.clone())).await
            }
            Spooled::File(file) => self.put_file(location, content_type, file.path()).await,
        }
    }

    /// Writes a local file of any size as an object.
    ///
    /// # Errors
    /// As [`Storage::put`]; [`Failure::InvalidTask`] when the file cannot be read.
    pub async fn put_file(
        &self,
        location: &Location,
        content_type: &str,
        path: &Path,
    ) -> Result<(), Failure> {
        let unreadable =
            |error: std::io::Error| Failure::InvalidTask(format!("cannot read {}: {error}", path.display()));
        let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
        let size = file.metadata().await.map_err(unreadable)?.len();
        if size <= PART_BYTES as u64 {
            // By itself the SDK reads 4 KiB at a time, each on another thread.
            let stream = ByteStream::read_from().path(path).buffer_size(PIECE_BYTES).build().await;
            let stream = stream.map_err(|error| unreadable(error.into()))?;
            return put_stream(&self.client, location, content_type, stream).await;
        }
        let mut upload = self.upload(location, content_type);
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match file.read(&mut piece).await {
                Ok(0) => return upload.finish().await,
                Ok(bytes) => upload.write(&piece[..bytes]).await?,
                Err(error) => {
                    upload.abort().await;
                    return Err(unreadable(error));
                }
            }
        }
    }

    /// Writes `value` as JSON.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_json<T: Serialize>(&self, location: &Location, value: &T) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(value)
            .map_err(|error| Failure::InvalidTask(format!("cannot write {location}: {error}")))?;
        self.put(location, "application/json", bytes).await
    }

    /// Writes `value`, and the format it is in, as JSON compressed with Zstandard.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_json_zst<T: Serialize>(&self, location: &Location, value: &T) -> Result<(), Failure> {
        let unwritable =
            |error: &dyn std::fmt::Display| Failure::InvalidTask(format!("cannot write {location}: {error}"));
        let versioned = Versioned { format: FORMAT, content: value };
        let json = serde_json::to_vec(&versioned).map_err(|error| unwritable(&error))?;
        let packed = zstd::encode_all(&json[..], zstd::DEFAULT_COMPRESSION_LEVEL)
            .map_err(|error| unwritable(&error))?;
        self.put(location, "application/zstd", packed).await
    }

    /// Reads what [`Storage::put_json_zst`] wrote.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when there is none, or it is something else; [`Failure::OtherFormat`] when another
    /// version wrote it; [`Failure::Transient`] when the connection breaks.
    pub async fn get_json_zst<T: DeserializeOwned>(&self, location: &Location) -> Result<T, Failure> {
        let mut json = Vec::new();
        let mut text = decompress(self.open(location).await?, Compression::Zstd);
        text.read_to_end(&mut json).await.map_err(|error| body::unreadable(&error, location))?;
        format::read_file(&json, &location.to_string())
    }
}

/// Writes the bytes of `body`, which are known in number, as an object.
pub(crate) async fn put_stream(
    client: &Client,
    location: &Location,
    content_type: &str,
    body: ByteStream,
) -> Result<(), Failure> {
    client
        .put_object()
        .bucket(&location.bucket)
        .key(&location.key)
        .content_type(content_type)
        .body(body)
        .send()
        .await
        .map_err(|error| own(failure(error, "write", location)))?;
    Ok(())
}

/// How long a client waits for S3. By itself it waits for an answer for ever: a connection that has died without a word
/// would take a function's whole time, and end a run that one more request would have saved.
///
/// An answer begins within seconds, also to a copy, to which S3 sends blanks while it works. Three tries fit into the
/// minute that `validate` has. What comes in too slowly the SDK notices by itself.
pub fn patient(config: aws_sdk_s3::config::Builder) -> aws_sdk_s3::config::Builder {
    let timeouts =
        TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
    config.timeout_config(timeouts)
}

async fn send(request: GetObjectFluentBuilder, location: &Location) -> Result<GetObjectOutput, Failure> {
    request.send().await.map_err(|error| failure(error, "read", location))
}

/// A size that is too small, in an input written by hand, would cut rows off without anybody noticing.
fn is_size(object: &ObjectRef, size: u64) -> Result<(), Failure> {
    if object.size == size {
        return Ok(());
    }
    Err(Failure::InvalidTask(format!(
        "{} has {size} bytes, and the run's input says {}; start the run with the object's own size",
        object.location(),
        object.size
    )))
}
