//! Streams a file, or a range of it: what the system has in its memory at once, the rest on another thread.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use s3s::StdError;
use s3s::stream::{ByteStream, RemainingLength};
use tokio::task::{JoinHandle, spawn_blocking};

use super::cached;
use super::etag::Stamp;

/// Bytes read at a time on another thread: large enough that handing a piece from thread to thread costs nothing
/// against reading it.
pub(super) const PIECE: usize = 1024 * 1024;

/// What is left to read of an open file.
pub(super) struct Reader {
    file: File,
    opened: Stamp,
    left: u64,
    /// The piece before, as long as its memory may be used again.
    last: Bytes,
}

impl Reader {
    /// Will read `range` of `file`, which was in the state `opened`.
    pub fn new(mut file: File, opened: Stamp, range: &std::ops::Range<u64>) -> io::Result<Self> {
        if range.start > 0 {
            file.seek(SeekFrom::Start(range.start))?;
        }
        Ok(Self { file, opened, left: range.end - range.start, last: Bytes::new() })
    }

    /// The next piece; empty at the end. A file that is changed in place while it is read is
    /// an error: its bytes would be of two versions.
    fn piece(&mut self) -> io::Result<Bytes> {
        let size = self.left.min(PIECE as u64);
        let mut piece = Vec::with_capacity(usize::try_from(size).unwrap_or(PIECE));
        (&self.file).take(size).read_to_end(&mut piece)?;
        self.left -= piece.len() as u64;
        let ends = self.left == 0 || (piece.len() as u64) < size;
        if ends && (self.left > 0 || Stamp::of(&self.file.metadata()?)? != self.opened) {
            return Err(io::Error::other("the file was changed while it was read"));
        }
        Ok(Bytes::from(piece))
    }

    /// The next piece where no disk is waited for. The last one is left to [`Self::piece`], which looks whether the file
    /// was changed.
    fn cached_piece(&mut self) -> Option<Bytes> {
        if self.left <= PIECE as u64 {
            return None;
        }
        let piece = cached::next(&self.file, std::mem::take(&mut self.last))?;
        self.left -= piece.len() as u64;
        self.last = piece.clone();
        Some(piece)
    }

    /// Reads everything that is left at once, if it is one piece.
    pub fn only_piece(&mut self) -> io::Result<Option<Bytes>> {
        if self.left > PIECE as u64 {
            return Ok(None);
        }
        self.piece().map(Some)
    }

    /// All that is left, piece by piece.
    pub fn stream(self) -> Pieces {
        Pieces { left: self.left, state: State::Idle(self) }
    }
}

type Reading = JoinHandle<(Reader, io::Result<Bytes>)>;

fn read(mut reader: Reader) -> Reading {
    spawn_blocking(move || {
        let piece = reader.piece();
        cached::ahead(&reader.file, reader.left);
        (reader, piece)
    })
}

/// The pieces of a file.
pub(super) struct Pieces {
    left: u64,
    state: State,
}

enum State {
    Idle(Reader),
    Reading(Reading),
    End,
}

impl Stream for Pieces {
    type Item = Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Poll::Ready(None),
                State::Idle(reader) if reader.left == 0 => return Poll::Ready(None),
                State::Idle(mut reader) => match reader.cached_piece() {
                    Some(piece) => {
                        self.left = reader.left;
                        self.state = State::Idle(reader);
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    None => self.state = State::Reading(read(reader)),
                },
                State::Reading(mut reading) => {
                    let Poll::Ready(done) = Pin::new(&mut reading).poll(cx) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let (reader, piece) = done?;
                    let piece = piece?;
                    self.left = reader.left;
                    self.state = State::Idle(reader);
                    return Poll::Ready(Some(Ok(piece)));
                }
            }
        }
    }
}

impl ByteStream for Pieces {
    fn remaining_length(&self) -> RemainingLength {
        usize::try_from(self.left).map_or_else(|_| RemainingLength::unknown(), RemainingLength::new_exact)
    }
}
