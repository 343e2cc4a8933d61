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
use futures::stream::{self, BoxStream};
use shared::{Failure, ObjectRef};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::body::{Body, Pieces};
use crate::storage::Storage;
use crate::text;

/// How a range is read. Memory is bounded by `parts` × `buffer_bytes`, and a piece of the answer each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Bytes asked for by one request.
    pub part_bytes: u64,
    /// Requests at a time.
    pub parts: usize,
    /// Bytes of a part that may have arrived and wait to be handed on. With none, there is one request at a time, and
    /// whoever takes the bytes reads them: nothing is handed from thread to thread.
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
    /// The request whose bytes are read as they are taken.
    unbuffered: Option<BoxStream<'static, Result<Bytes, Failure>>>,
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
            unbuffered: None,
        };
        parts.ask();
        parts
    }

    /// Makes as many requests as there may be.
    fn ask(&mut self) {
        if self.reading.buffer_bytes == 0 {
            self.unbuffered = self.next_part().map(|asking| Box::pin(asking.into_stream()) as _);
            return;
        }
        while self.in_flight.len() < self.reading.parts.max(1)
            && let Some(asking) = self.next_part()
        {
            let (sender, pieces) = mpsc::unbounded_channel();
            let room = Arc::new(Semaphore::new(self.reading.buffer_bytes.min(Semaphore::MAX_PERMITS)));
            let request = tokio::spawn(async move {
                if let Err(failure) = read_part(asking, room, &sender).await {
                    // Nobody may be there any more to hear of it.
                    let _ = sender.send((Err(failure), None));
                }
            });
            self.in_flight.push_back(Part { pieces, request });
        }
    }

    /// The part that no request was made for yet.
    fn next_part(&mut self) -> Option<Asking> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.end.min(self.rest.start.saturating_add(self.reading.part_bytes.max(1)));
        let range = std::mem::replace(&mut self.rest.start, end)..end;
        Some(Asking::new(&self.storage, &self.object, range))
    }

    /// What comes next of the part whose turn it is; `None` where it has come whole.
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>> {
        if let Some(stream) = &mut self.unbuffered {
            return stream.as_mut().poll_next(context);
        }
        let Some(part) = self.in_flight.front_mut() else { return Poll::Ready(None) };
        part.pieces.poll_recv(context).map(|piece| piece.map(|(piece, _room)| piece))
    }
}

impl Stream for Parts {
    type Item = Result<Bytes, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.unbuffered.is_some() || !self.in_flight.is_empty() {
            match ready!(self.poll_part(context)) {
                Some(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
                Some(Err(failure)) => {
                    self.rest = 0..0;
                    self.in_flight.clear();
                    self.unbuffered = None;
                    return Poll::Ready(Some(Err(failure)));
                }
                None => {
                    self.in_flight.pop_front();
                    self.ask();
                }
            }
        }
        Poll::Ready(None)
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

/// Hands on the pieces of a part as far as there is room for them.
async fn read_part(
    mut asking: Asking,
    room: Arc<Semaphore>,
    pieces: &mpsc::UnboundedSender<Piece>,
) -> Result<(), Failure> {
    let most = room.available_permits();
    while let Some(bytes) = asking.next().await? {
        let permits = u32::try_from(bytes.len().min(most)).unwrap_or(u32::MAX);
        // It is never closed; without a permit the piece is handed on all the same.
        let permit = Arc::clone(&room).acquire_many_owned(permits).await.ok();
        if pieces.send((Ok(bytes), permit)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// One request for a range; where its connection breaks, or S3 has no time, another from there.
struct Asking {
    storage: Storage,
    object: ObjectRef,
    /// What has not come yet.
    range: Range<u64>,
    answer: Option<Pieces>,
    /// How many requests in a row have brought nothing, the one at hand counted until it does.
    fruitless: u32,
}

impl Asking {
    fn new(storage: &Storage, object: &ObjectRef, range: Range<u64>) -> Self {
        Asking { storage: storage.clone(), object: object.clone(), range, answer: None, fruitless: 1 }
    }

    /// The next piece; `None` at the end of the range.
    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        while !self.range.is_empty() {
            match self.piece().await {
                Ok(piece) => {
                    self.range.start += piece.len() as u64;
                    self.fruitless = 0;
                    return Ok(Some(piece));
                }
                Err(Failure::Transient(_) | Failure::Throttled(_)) if self.fruitless < ATTEMPTS => {
                    self.answer = None;
                    tokio::time::sleep(WAIT * 2_u32.pow(self.fruitless)).await;
                    self.fruitless += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(None)
    }

    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Failure>> {
        stream::try_unfold(self, async |mut asking| Ok(asking.next().await?.map(|piece| (piece, asking))))
    }

    async fn piece(&mut self) -> Result<Bytes, Failure> {
        let mut answer = match self.answer.take() {
            Some(answer) => answer,
            None => self.storage.read_pieces(&self.object, self.range.clone()).await?,
        };
        let piece = answer.next().await?.ok_or_else(|| {
            Failure::Transient(format!(
                "the connection to S3 ended {} bytes before the part of {} did",
                self.range.end - self.range.start,
                self.object.location()
            ))
        })?;
        self.answer = Some(answer);
        Ok(piece)
    }
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;
