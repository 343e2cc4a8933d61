//! A range of an object, read by several requests at a time.
//!
//! One request of S3's is slower than a function can compute: a part of the range is asked for while others still
//! arrive. The parts are handed on in order, as they come, and each is asked for again by itself, from where it broke.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures::Stream;
use shared::{Failure, ObjectRef};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::body::Body;
use crate::storage::Storage;
use crate::text;

/// How a range is read. Memory is bounded by `parts` × `buffer_bytes`, and a piece of the answer each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Bytes asked for by one request.
    pub part_bytes: u64,
    /// Requests at a time.
    pub parts: usize,
    /// Bytes of a part that may have arrived and wait to be handed on.
    pub buffer_bytes: usize,
}

impl Reading {
    /// Reads `PART_BYTES` and `PARTS_IN_FLIGHT`; both may be absent.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when one of them is no positive number.
    pub fn from_env() -> Result<Self, Failure> {
        let default = Reading::default();
        let part_bytes = positive("PART_BYTES", default.part_bytes)?;
        let parts = positive("PARTS_IN_FLIGHT", default.parts as u64)?;
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Reading { part_bytes, parts: size(parts), buffer_bytes: size(part_bytes) })
    }
}

fn positive(name: &str, default: u64) -> Result<u64, Failure> {
    let text = std::env::var(name).unwrap_or_default();
    match text.trim().parse() {
        _ if text.is_empty() => Ok(default),
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Failure::InvalidTask(format!("{name} is {text:?}, but must be a positive whole number"))),
    }
}

impl Default for Reading {
    /// Four requests for 4 MiB: as much as a function's network carries, in 16 MiB of memory.
    fn default() -> Self {
        Reading { part_bytes: 4 << 20, parts: 4, buffer_bytes: 4 << 20 }
    }
}

/// How often a part is asked for before the failure is the reader's.
const ATTEMPTS: u32 = 4;
/// The wait before a part is asked for again, doubled every time.
const WAIT: Duration = Duration::from_millis(100);

/// The bytes of a range, in the pieces in which they arrive. Dropping it gives up the requests.
pub struct Parts {
    storage: Storage,
    object: ObjectRef,
    reading: Reading,
    /// What no request was made for yet.
    rest: Range<u64>,
    in_flight: VecDeque<Part>,
}

/// A part that is being read.
struct Part {
    pieces: mpsc::UnboundedReceiver<Piece>,
    request: JoinHandle<()>,
}

/// Bytes, and the room that they take in the part's buffer.
type Piece = (Result<Bytes, Failure>, Option<OwnedSemaphorePermit>);

impl Drop for Part {
    fn drop(&mut self) {
        self.request.abort();
    }
}

impl Parts {
    /// Begins to read `range` of exactly this object version.
    pub fn new(storage: &Storage, object: &ObjectRef, range: Range<u64>, reading: Reading) -> Self {
        let mut parts = Parts {
            storage: storage.clone(),
            object: object.clone(),
            reading,
            rest: range,
            in_flight: VecDeque::new(),
        };
        parts.ask();
        parts
    }

    /// Makes as many requests as there may be.
    fn ask(&mut self) {
        while self.in_flight.len() < self.reading.parts.max(1) && !self.rest.is_empty() {
            let end = self.rest.end.min(self.rest.start.saturating_add(self.reading.part_bytes.max(1)));
            let range = std::mem::replace(&mut self.rest.start, end)..end;
            let (sender, pieces) = mpsc::unbounded_channel();
            let room = self.reading.buffer_bytes.clamp(1, Semaphore::MAX_PERMITS);
            let room = Arc::new(Semaphore::new(room));
            let (storage, object) = (self.storage.clone(), self.object.clone());
            let request = tokio::spawn(async move {
                if let Err(failure) = read_part(&storage, &object, range, &room, &sender).await {
                    // Nobody may be there any more to hear of it.
                    let _ = sender.send((Err(failure), None));
                }
            });
            self.in_flight.push_back(Part { pieces, request });
        }
    }
}

impl Stream for Parts {
    type Item = Result<Bytes, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(part) = self.in_flight.front_mut() else { return Poll::Ready(None) };
            match ready!(part.pieces.poll_recv(context)) {
                Some((piece, _room)) => {
                    if piece.is_err() {
                        self.rest = 0..0;
                        self.in_flight.clear();
                    }
                    return Poll::Ready(Some(piece));
                }
                None => {
                    self.in_flight.pop_front();
                    self.ask();
                }
            }
        }
    }
}

/// The same bytes for readers; a [`Failure`] is inside of the error.
pub(crate) struct PartsReader {
    parts: Parts,
    piece: Bytes,
}

impl Parts {
    /// The bytes as one stream.
    pub fn into_body(self) -> Body {
        Box::pin(PartsReader { parts: self, piece: Bytes::new() })
    }
}

impl AsyncBufRead for PartsReader {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.piece.is_empty() {
            match ready!(Pin::new(&mut this.parts).poll_next(context)) {
                Some(piece) => this.piece = piece.map_err(io::Error::other)?,
                None => break,
            }
        }
        Poll::Ready(Ok(&this.piece))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        self.piece.advance(amount);
    }
}

impl AsyncRead for PartsReader {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        text::poll_read_buffered(self, context, buffer)
    }
}

/// Reads a part; where its connection breaks, or S3 has no time, again from there.
async fn read_part(
    storage: &Storage,
    object: &ObjectRef,
    mut range: Range<u64>,
    room: &Arc<Semaphore>,
    pieces: &mpsc::UnboundedSender<Piece>,
) -> Result<(), Failure> {
    let most = room.available_permits();
    let mut attempt = 1;
    loop {
        let before = range.start;
        match read_pieces(storage, object, &mut range, room, most, pieces).await {
            Err(Failure::Transient(_) | Failure::Throttled(_))
                if attempt < ATTEMPTS || range.start > before =>
            {
                // A request that brought something on counts as the first.
                attempt = if range.start > before { 1 } else { attempt + 1 };
                tokio::time::sleep(WAIT * 2_u32.pow(attempt - 1)).await;
            }
            read => return read,
        }
    }
}

/// Hands on what one request brings, and takes it off `range`.
async fn read_pieces(
    storage: &Storage,
    object: &ObjectRef,
    range: &mut Range<u64>,
    room: &Arc<Semaphore>,
    most: usize,
    pieces: &mpsc::UnboundedSender<Piece>,
) -> Result<(), Failure> {
    let mut body = storage.read_pieces(object, range.clone()).await?;
    while range.start < range.end {
        let Some(bytes) = body.next().await? else {
            return Err(Failure::Transient(format!(
                "the connection to S3 ended {} bytes before the part of {} did",
                range.end - range.start,
                object.location()
            )));
        };
        range.start += bytes.len() as u64;
        let permits = u32::try_from(bytes.len().min(most)).unwrap_or(u32::MAX);
        // It is never closed; without a permit the piece is handed on all the same.
        let permit = Arc::clone(room).acquire_many_owned(permits).await.ok();
        if pieces.send((Ok(bytes), permit)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
