//! Opens the text that a split owns.

use std::io;

use aws::body::{self, Body, unreadable};
use aws::text::plain;
use aws::{Parts, Reading, Storage};
use bytes::Bytes;
use futures::StreamExt;
use shared::dialect::MAX_LINE_BYTES;
use shared::{Failure, ProcessTask};
use tokio::io::AsyncReadExt;

use crate::blocks::{Blocks, Pieces};
use crate::limits::Limits;

/// The text of an object: its bytes as they arrive, or decompressed.
pub enum Text {
    /// As they arrive.
    Plain(Parts),
    /// Decompressed, in pieces of so many bytes; and what ended it, told once the text before was given out.
    Decompressed(Body, usize, Option<io::Error>),
}

impl Pieces for Text {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let (body, size, error) = match self {
            Text::Plain(parts) => return parts.next().await.transpose().map_err(io::Error::other),
            Text::Decompressed(body, size, error) => (body, *size, error),
        };
        if let Some(error) = error.take() {
            return Err(error);
        }
        let mut piece = Vec::with_capacity(size);
        while piece.len() < size {
            match body.read_buf(&mut piece).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(met) if piece.is_empty() => return Err(met),
                Err(met) => {
                    *error = Some(met);
                    break;
                }
            }
        }
        Ok((!piece.is_empty()).then(|| Bytes::from(piece)))
    }
}

/// Streams the object version of the task, from the first line that begins inside the split.
///
/// # Errors
/// What S3 answers.
pub async fn split(
    task: &ProcessTask,
    storage: &Storage,
    reading: Reading,
    limits: Limits,
) -> Result<Blocks<Text>, Failure> {
    let (dialect, split) = (&task.dialect, &task.split);
    let owned = split.end.map_or(u64::MAX, |end| end - split.start);
    if !dialect.is_stored_as_read() {
        // Compressed or transcoded text is read from its beginning, which holds the header.
        let parts = Parts::new(storage, &task.object, 0..task.object.size, reading);
        let mut text = plain(parts.into_body(), dialect);
        body::skip(&mut text, dialect.data_start)
            .await
            .map_err(|error| unreadable(&error, &task.object.location()))?;
        return Ok(Blocks::new(Text::Decompressed(text, limits.block_bytes, None), owned, limits));
    }
    // Up to the end of the line that begins with the split's last byte, were it the longest that is read.
    let to = read_end(task, split.end.unwrap_or(task.object.size));
    let parts = |from| Text::Plain(Parts::new(storage, &task.object, from..to, reading));
    Ok(if split.start <= dialect.data_start {
        Blocks::new(parts(split.start), owned, limits)
    } else {
        // From the byte before: a line end there tells that a line begins with the split.
        Blocks::behind_another(parts(split.start - 1), owned, limits)
    })
}

/// One past the last byte that is read for a split that ends at `end`.
fn read_end(task: &ProcessTask, end: u64) -> u64 {
    task.object.size.min(end + MAX_LINE_BYTES as u64 + 1)
}

/// How many bytes the split's last line, longer than any that is read, has behind those that were read.
///
/// # Errors
/// What S3 answers.
pub async fn rest_of_long_line(task: &ProcessTask, storage: &Storage) -> Result<u64, Failure> {
    let Some(end) = task.split.end.filter(|_| task.dialect.is_stored_as_read()) else { return Ok(0) };
    let (size, mut skipped) = (task.object.size, 0);
    loop {
        let from = read_end(task, end) + skipped;
        let to = size.min(from + MAX_LINE_BYTES as u64);
        if from >= to {
            return Ok(skipped);
        }
        let bytes = storage.read_range(&task.object, from..to).await?;
        match memchr::memchr(b'\n', &bytes) {
            Some(at) => return Ok(skipped + at as u64 + 1),
            None => skipped += to - from,
        }
    }
}
