//! From an object's bytes to its text: decompression as a stream.

use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use tokio::io::BufReader;

use crate::body::Body;
use crate::dialect::Compression;

/// Bytes of decompressed text that are held at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// The decompressed bytes of `bytes`. Memory does not grow with the object.
///
/// Damaged data ends in an [`std::io::Error`], as a broken connection does;
/// [`crate::body::is_broken_connection`] tells them apart.
pub fn decompress(bytes: Body, compression: Compression) -> Body {
    match compression {
        Compression::None => bytes,
        // Tools that compress in parallel, or append, write several members: all of them are the file.
        Compression::Gzip => {
            let mut decoder = GzipDecoder::new(bytes);
            decoder.multiple_members(true);
            Box::pin(BufReader::with_capacity(BUFFER_BYTES, decoder))
        }
        Compression::Zstd => {
            let mut decoder = ZstdDecoder::new(bytes);
            decoder.multiple_members(true);
            Box::pin(BufReader::with_capacity(BUFFER_BYTES, decoder))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use async_compression::tokio::write::{GzipEncoder, ZstdEncoder};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::body::is_broken_connection;

    async fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(text).await.unwrap();
        encoder.shutdown().await.unwrap();
        encoder.into_inner()
    }

    async fn zstd(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZstdEncoder::new(Vec::new());
        encoder.write_all(text).await.unwrap();
        encoder.shutdown().await.unwrap();
        encoder.into_inner()
    }

    async fn read(bytes: Vec<u8>, compression: Compression) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        decompress(Box::pin(io::Cursor::new(bytes)), compression).read_to_end(&mut text).await?;
        Ok(text)
    }

    #[tokio::test]
    async fn every_member_is_read() {
        let (a, b) = (vec![b'a'; 200_000], vec![b'b'; 10]);
        let text = [&a[..], &b].concat();
        assert_eq!(read(text.clone(), Compression::None).await.unwrap(), text);
        let two = [gzip(&a).await, gzip(&b).await].concat();
        assert_eq!(read(two, Compression::Gzip).await.unwrap(), text);
        let two = [zstd(&a).await, zstd(&b).await].concat();
        assert_eq!(read(two, Compression::Zstd).await.unwrap(), text);
    }

    #[tokio::test]
    async fn data_cut_short_are_an_error_of_the_data() {
        for (mut bytes, compression) in [
            (gzip(b"temperature\n1.5\n").await, Compression::Gzip),
            (zstd(b"temperature\n1.5\n").await, Compression::Zstd),
        ] {
            bytes.truncate(bytes.len() - 3);
            let error = read(bytes, compression).await.unwrap_err();
            assert!(!is_broken_connection(&error), "{error}");
        }
    }
}
