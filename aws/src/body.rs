//! The bytes of an answer from S3, as a stream.

use std::io;
use std::ops::Range;
use std::pin::Pin;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use bytes::{Buf, Bytes};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

use shared::damage::Damage;
use shared::failure::{Failure, chain};
use shared::object::Location;

/// Bytes as they arrive.
pub type Body = Pin<Box<dyn AsyncBufRead + Send>>;

/// All bytes of an answer.
pub(crate) fn whole(answer: GetObjectOutput) -> Body {
    Box::pin(answer.body.into_async_read())
}

/// All bytes of an answer that has no more than `most`.
///
/// # Errors
/// [`Failure::InvalidTask`] when it has; what reading it comes to.
pub(crate) async fn at_most(
    answer: GetObjectOutput,
    most: u64,
    location: &Location,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut body = whole(answer).take(most + 1);
    body.read_to_end(&mut bytes).await.map_err(|error| unreadable(&error, location))?;
    if bytes.len() as u64 > most {
        return Err(Failure::InvalidTask(format!("{location} has more than {most} bytes")));
    }
    Ok(bytes)
}

/// The bytes of a range, in the pieces in which they arrive.
pub(crate) struct Pieces {
    body: ByteStream,
    /// Bytes before the range that are on their way.
    before: u64,
    /// Bytes of the range that are.
    left: u64,
}

impl Pieces {
    /// The bytes of the object in `range`, which was asked for.
    ///
    /// HTTP allows a server to ignore the range and to answer with the whole object
    /// ([RFC 9110, 14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2)). S3 never does; stores that speak
    /// its protocol may. Taken for the range, those bytes would lose some rows and count others twice.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when the answer is neither.
    pub fn new(answer: GetObjectOutput, range: Range<u64>, location: &Location) -> Result<Self, Failure> {
        let asked = format!("bytes {}-{}", range.start, range.end.saturating_sub(1));
        let served = answer.content_range().map(str::to_owned);
        let long_enough = answer.content_length().is_some_and(|bytes| bytes.unsigned_abs() >= range.end);
        let before = match served {
            Some(served) if served.split('/').next() == Some(&asked) => 0,
            None if long_enough => range.start,
            served => {
                return Err(Failure::InvalidTask(format!(
                    "cannot read {location}: {asked} were asked for, and {} answered",
                    served.as_deref().unwrap_or("a shorter object")
                )));
            }
        };
        Ok(Pieces { body: answer.body, before, left: range.end.saturating_sub(range.start) })
    }

    /// The next piece, never an empty one; `None` at the end, which may come too early.
    ///
    /// # Errors
    /// [`Failure::Transient`] when the connection breaks.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        while self.left > 0 {
            let Some(mut piece) = self.body.try_next().await.map_err(|error| broken_stream(&error))? else {
                return Ok(None);
            };
            let skipped = self.before.min(piece.len() as u64);
            self.before -= skipped;
            piece.advance(skipped as usize);
            piece.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= piece.len() as u64;
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }
}

/// Reads `bytes` bytes, or to the end, and drops them.
///
/// # Errors
/// What reading meets.
pub async fn skip(body: &mut (impl AsyncBufRead + Unpin), mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let available = body.fill_buf().await?.len();
        if available == 0 {
            return Ok(());
        }
        let step = bytes.min(available as u64);
        body.consume(step as usize);
        bytes -= step;
    }
    Ok(())
}

/// The failure for a body that ends too early.
pub fn broken_stream(error: &dyn std::error::Error) -> Failure {
    Failure::Transient(format!("the connection to S3 broke while reading: {}", chain(error)))
}

/// The failure that reading met: one of a request of its own, or a connection that broke.
pub fn broken(error: &io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Failure>()) {
        Some(failure) => failure.clone(),
        None => broken_stream(error),
    }
}

/// The failure for a body that cannot be read to its end: it broke off, or its compressed data are damaged.
pub fn unreadable(error: &io::Error, location: &Location) -> Failure {
    match Damage::of(error) {
        Some(damage) => Failure::InvalidTask(format!("cannot read {location}: {damage}")),
        None => broken(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(served: Option<&str>, body: &'static [u8], range: Range<u64>) -> Result<Vec<u8>, Failure> {
        let answer = GetObjectOutput::builder()
            .set_content_range(served.map(str::to_owned))
            .content_length(body.len() as i64)
            .body(ByteStream::from_static(body))
            .build();
        let mut pieces = Pieces::new(answer, range, &Location::new("b", "k"))?;
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    #[tokio::test]
    async fn a_range_is_taken_as_it_comes() {
        assert_eq!(read(Some("bytes 2-4/10"), b"234", 2..5).await.unwrap(), b"234");
        assert_eq!(read(Some("bytes 0-0/10"), b"0", 0..1).await.unwrap(), b"0");
    }

    #[tokio::test]
    async fn the_range_is_cut_out_of_a_whole_object() {
        assert_eq!(read(None, b"0123456789", 2..5).await.unwrap(), b"234");
        assert_eq!(read(None, b"0123456789", 0..10).await.unwrap(), b"0123456789");
    }

    #[tokio::test]
    async fn a_whole_object_that_ends_before_the_range_is_refused() {
        assert!(matches!(read(None, b"0123", 2..5).await, Err(Failure::InvalidTask(_))));
    }

    #[tokio::test]
    async fn another_range_is_refused() {
        for served in ["bytes 2-5/10", "bytes 0-2/10", "bytes 2-40/50", "bytes */10"] {
            let failure = read(Some(served), b"012", 2..5).await.unwrap_err();
            assert!(
                matches!(&failure, Failure::InvalidTask(message) if message.contains(served)),
                "{failure:?}"
            );
        }
    }
}
