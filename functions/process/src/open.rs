//! Opens the text that a split owns.

use std::io;

use aws::Storage;
use aws::body::{self, Body, unreadable};
use aws::text::decompress;
use shared::dialect::MAX_LINE_BYTES;
use shared::{Compression, Failure, ProcessTask};
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use crate::blocks::Blocks;
use crate::limits::Limits;

/// Streams the object version of the task, from the first line that begins inside the split.
///
/// # Errors
/// What S3 answers.
pub async fn split(task: &ProcessTask, storage: &Storage, limits: Limits) -> Result<Blocks<Body>, Failure> {
    let (dialect, split) = (&task.dialect, &task.split);
    let first = split.start <= dialect.data_start;
    let (range, to_skip) = match (dialect.compression, split.end) {
        (Compression::None, end) => {
            let end = end.unwrap_or(task.object.size);
            // From the byte before: a line end there tells that a line begins with the split. Up to the end of
            // the line that begins with the split's last byte, were it the longest that is read.
            let from = if first { split.start } else { split.start - 1 };
            (Some(from..read_end(task, end)), None)
        }
        // Compressed text is read from its beginning, which holds the header.
        _ => (None, Some(dialect.data_start)),
    };
    let stream = storage.read(&task.object, range).await?;
    let mut text = decompress(stream, dialect.compression);
    let mut owned = split.end.map_or(u64::MAX, |end| end - split.start);
    if let Some(bytes) = to_skip {
        body::skip(&mut text, bytes).await.map_err(|error| unreadable(&error, &task.object.location()))?;
    } else if !first {
        owned = skip_line(&mut text, owned + 1)
            .await
            .map_err(|error| unreadable(&error, &task.object.location()))?;
    }
    Ok(Blocks::new(text, owned, limits))
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
    let (Compression::None, Some(end)) = (task.dialect.compression, task.split.end) else { return Ok(0) };
    let (size, mut skipped) = (task.object.size, 0);
    loop {
        let from = read_end(task, end) + skipped;
        let to = size.min(from + MAX_LINE_BYTES as u64);
        if from >= to {
            return Ok(skipped);
        }
        let bytes = body::collect(storage.read(&task.object, Some(from..to)).await?).await?;
        match memchr::memchr(b'\n', &bytes) {
            Some(at) => return Ok(skipped + at as u64 + 1),
            None => skipped += to - from,
        }
    }
}

/// Skips to the line that begins next within the coming `bytes`, and answers how many of them are left:
/// none when no line begins there.
async fn skip_line<R: AsyncBufRead + Unpin>(text: &mut R, mut bytes: u64) -> io::Result<u64> {
    loop {
        let available = text.fill_buf().await?;
        let within = &available[..available.len().min(usize::try_from(bytes).unwrap_or(usize::MAX))];
        if within.is_empty() {
            return Ok(0);
        }
        let end = memchr::memchr(b'\n', within);
        let step = end.map_or(within.len(), |at| at + 1);
        text.consume(step);
        bytes -= step as u64;
        if end.is_some() {
            return Ok(bytes);
        }
    }
}
