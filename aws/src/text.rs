//! From an object's bytes to its text: decompression as a stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use crate::body::Body;
use crate::bzip2::Streams;
use crate::gzip::Members;
use crate::zip::Archive;
use crate::zstd::Frames;
use shared::Dialect;
use shared::dialect::Compression;
use shared::transcoding::Transcoder;

/// Bytes of decompressed text that are held at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// The decompressed bytes of `bytes`. Memory does not grow with the object.
///
/// Data that cannot be read end in an error that holds a [`shared::Damage`]; any other error is one of `bytes`.
/// The text before the damage comes first, and it is the same however the bytes arrive.
pub fn decompress(bytes: Body, compression: Compression) -> Body {
    match compression {
        Compression::None => bytes,
        Compression::Gzip => Box::pin(Text::new(bytes, Members::new())),
        Compression::Zstd => Box::pin(Text::new(bytes, Frames::new())),
        Compression::Bzip2 => Box::pin(Text::new(bytes, Streams::new())),
        Compression::Zip => Box::pin(Text::new(bytes, Archive::new())),
    }
}

/// The text of an object as its lines are read: decompressed and transcoded.
pub fn plain(bytes: Body, dialect: &Dialect) -> Body {
    let text = decompress(bytes, dialect.compression);
    if dialect.transcoding.is_none() {
        return text;
    }
    Box::pin(Text::new(text, Transcoder::new(dialect.transcoding)))
}

impl Decode for Transcoder {
    fn decode(&mut self, input: &[u8], text: &mut Vec<u8>) -> io::Result<usize> {
        // Three bytes for each two are the most that UTF-16 becomes.
        let taken = input.len().min(BUFFER_BYTES / 2);
        self.add(&input[..taken], input.is_empty(), text);
        Ok(taken)
    }
}

/// A format's decoder; it does not read by itself.
pub(crate) trait Decode {
    /// Takes bytes off `input` and answers how many; `input` is empty at the end of the object only. Their text
    /// is put into `text`, which comes empty, up to its capacity: all of it that can be told before an error,
    /// too. At the end of the object, a call that leaves `text` empty says that there is no more.
    ///
    /// # Errors
    /// A [`shared::Damage`] as a rule; the decoder is not called again then.
    fn decode(&mut self, input: &[u8], text: &mut Vec<u8>) -> io::Result<usize>;
}

/// Decoded text.
struct Text<D> {
    bytes: Body,
    decoder: D,
    text: Vec<u8>,
    /// How much of `text` was given out.
    given: usize,
    /// What ended the decoding; told once the text before it was given out.
    error: Option<io::Error>,
    ended: bool,
}

impl<D: Decode> Text<D> {
    fn new(bytes: Body, decoder: D) -> Self {
        Text { bytes, decoder, text: Vec::with_capacity(BUFFER_BYTES), given: 0, error: None, ended: false }
    }

    /// Decodes until there is text, or an end; `text` has been given out.
    fn refill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.given == self.text.len() && !self.ended {
            if let Some(error) = self.error.take() {
                self.ended = true;
                return Poll::Ready(Err(error));
            }
            self.text.clear();
            self.given = 0;
            let input = ready!(self.bytes.as_mut().poll_fill_buf(context))?;
            let at_end = input.is_empty();
            match self.decoder.decode(input, &mut self.text) {
                Ok(taken) => self.bytes.as_mut().consume(taken),
                Err(error) => self.error = Some(error),
            }
            self.ended = at_end && self.text.is_empty() && self.error.is_none();
        }
        Poll::Ready(Ok(()))
    }
}

impl<D: Decode + Unpin> AsyncBufRead for Text<D> {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        ready!(this.refill(context))?;
        Poll::Ready(Ok(&this.text[this.given..]))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        self.given += amount;
    }
}

impl<D: Decode + Unpin> AsyncRead for Text<D> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        poll_read_buffered(self, context, buffer)
    }
}

/// Copies what `reader` has at hand.
pub(crate) fn poll_read_buffered(
    mut reader: Pin<&mut impl AsyncBufRead>,
    context: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let bytes = ready!(reader.as_mut().poll_fill_buf(context))?;
    let length = bytes.len().min(buffer.remaining());
    buffer.put_slice(&bytes[..length]);
    reader.consume(length);
    Poll::Ready(Ok(()))
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
