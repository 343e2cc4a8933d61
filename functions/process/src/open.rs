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
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::blocks::{Blocks, Pieces};
use crate::limits::Limits;

/// The text of an object.
pub enum Text {
    /// As its bytes arrive.
    Plain(Parts),
    /// Decompressed or transcoded while the piece before is worked on, by a task that ends with this.
    Decoded { pieces: mpsc::Receiver<io::Result<Bytes>>, _task: JoinSet<()> },
}

impl Pieces for Text {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        match self {
            Text::Plain(parts) => parts.next().await.transpose().map_err(io::Error::other),
            Text::Decoded { pieces, .. } => pieces.recv().await.transpose(),
        }
    }
}

/// Pieces that wait to be worked on.
const PIECES_WAITING: usize = 1;

/// The text of `body` in pieces of `size` bytes. What ends it is told once all that came before was given out.
fn decode(mut body: Body, size: usize) -> Text {
    let (sender, pieces) = mpsc::channel(PIECES_WAITING);
    let mut task = JoinSet::new();
    task.spawn(async move {
        loop {
            let mut piece = Vec::with_capacity(size);
            let ended = loop {
                match body.read_buf(&mut piece).await {
                    Ok(0) => break Some(Ok(())),
                    Ok(_) if piece.len() < size => {}
                    Ok(_) => break None,
                    Err(error) => break Some(Err(error)),
                }
            };
            if !piece.is_empty() && sender.send(Ok(Bytes::from(piece))).await.is_err() {
                return;
            }
            if let Some(ended) = ended {
                if let Err(error) = ended {
                    // Nobody may be there any more to hear of it.
                    let _ = sender.send(Err(error)).await;
                }
                return;
            }
        }
    });
    Text::Decoded { pieces, _task: task }
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
        return Ok(Blocks::new(decode(text, limits.block_bytes), owned, limits));
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
