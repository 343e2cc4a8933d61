//! Streams a file, or a range of it, in large pieces, reading one piece ahead.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::Stream;
use s3s::StdError;
use s3s::stream::{ByteStream, RemainingLength};
use tokio::task::{JoinHandle, spawn_blocking};

use super::etag::Stamp;

/// Bytes read at a time: large enough that handing a piece from thread to thread costs nothing
/// against reading it, small enough that two pieces stay in a processor's cache.
pub(super) const PIECE: usize = 1024 * 1024;

/// What is left to read of an open file.
pub(super) struct Reader {
    file: File,
    opened: Stamp,
    left: u64,
}

impl Reader {
    /// Will read `range` of `file`, which was in the state `opened`.
    pub fn new(mut file: File, opened: Stamp, range: &std::ops::Range<u64>) -> io::Result<Self> {
        if range.start > 0 {
            file.seek(SeekFrom::Start(range.start))?;
        }
        Ok(Self { file, opened, left: range.end - range.start })
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

    /// Reads everything that is left at once, if it is one piece.
    pub fn only_piece(&mut self) -> io::Result<Option<Bytes>> {
        if self.left > PIECE as u64 {
            return Ok(None);
        }
        self.piece().map(Some)
    }

    /// Begins to read on another thread.
    pub fn stream(self) -> Pieces {
        Pieces { left: self.left, reading: Some(read(self)) }
    }
}

type Reading = JoinHandle<(Reader, io::Result<Bytes>)>;

fn read(mut reader: Reader) -> Reading {
    spawn_blocking(move || {
        let piece = reader.piece();
        (reader, piece)
    })
}

/// The pieces of a file. While one is worked on, the next is being read.
pub(super) struct Pieces {
    left: u64,
    reading: Option<Reading>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(reading) = &mut self.reading else {
            return Poll::Ready(None);
        };
        let done = ready!(Pin::new(reading).poll(cx));
        self.reading = None;
        Poll::Ready(Some(match done {
            Ok((reader, Ok(piece))) => {
                self.left = reader.left;
                if reader.left > 0 {
                    self.reading = Some(read(reader));
                }
                Ok(piece)
            }
            Ok((_, Err(error))) => Err(error.into()),
            Err(error) => Err(error.into()),
        }))
    }
}

impl ByteStream for Pieces {
    fn remaining_length(&self) -> RemainingLength {
        usize::try_from(self.left).map_or_else(|_| RemainingLength::unknown(), RemainingLength::new_exact)
    }
}
