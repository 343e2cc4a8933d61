//! A split's rejects, record by record, as they arrive from S3.

use std::io;

use aws::body::Body;
use csv_core::ReadRecordResult;
use shared::Reason;
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Bytes that a record has room for at first; one of a long row makes more.
const ROOM: usize = 4 << 10;

/// Something that was rejected: a reading, or a row as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject<'a> {
    /// First line of the row, counted from 1 within the split.
    pub line: u64,
    /// Index of the reading's field; `None` where the row as a whole was refused.
    pub column: Option<usize>,
    /// Why it was rejected.
    pub reason: Reason,
    /// The row's bytes.
    pub raw: &'a [u8],
}

/// Reads records `line,column,reason,raw`. One record at a time is in memory.
pub struct Records<R = Body> {
    text: R,
    parser: csv_core::Reader,
    fields: Vec<u8>,
    ends: [usize; 8],
}

impl<R: AsyncBufRead + Unpin> Records<R> {
    /// The records of `text`, which has no header.
    pub fn new(text: R) -> Self {
        Records { text, parser: csv_core::Reader::new(), fields: vec![0; ROOM], ends: [0; 8] }
    }

    /// The next record, if there is another one.
    ///
    /// # Errors
    /// What reading meets; of the kind `InvalidInput` if a record is not one of rejects.
    pub async fn next(&mut self) -> io::Result<Option<Reject<'_>>> {
        let (mut written, mut ended) = (0, 0);
        loop {
            let input = self.text.fill_buf().await?;
            let (result, read, wrote, ends) =
                self.parser.read_record(input, &mut self.fields[written..], &mut self.ends[ended..]);
            self.text.consume(read);
            written += wrote;
            ended += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.fields.resize(2 * self.fields.len(), 0),
                ReadRecordResult::OutputEndsFull => return Err(odd("it has too many fields")),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        parse(&self.fields, &self.ends[..ended]).map(Some)
    }
}

fn parse<'a>(fields: &'a [u8], ends: &[usize]) -> io::Result<Reject<'a>> {
    let &[line, column, reason, raw] = ends else {
        return Err(odd(&format!("it has {} fields instead of 4", ends.len())));
    };
    let text = |from: usize, to: usize| std::str::from_utf8(&fields[from..to]).unwrap_or_default();
    let column = match text(line, column) {
        "" => None,
        index => Some(index.parse().map_err(|_| odd("its column is no number"))?),
    };
    Ok(Reject {
        line: text(0, line).parse().map_err(|_| odd("its line is no number"))?,
        column,
        reason: Reason::of_code(text(ends[1], reason)).ok_or_else(|| odd("nobody knows its reason"))?,
        raw: &fields[reason..raw],
    })
}

fn odd(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("a record is not one of rejects: {what}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::BufReader;

    use super::*;

    type Owned = (u64, Option<usize>, Reason, Vec<u8>);

    async fn read(text: &[u8], buffer: usize) -> io::Result<Vec<Owned>> {
        let mut records = Records::new(BufReader::with_capacity(buffer, text));
        let mut all = Vec::new();
        while let Some(one) = records.next().await? {
            all.push((one.line, one.column, one.reason, one.raw.to_vec()));
        }
        Ok(all)
    }

    #[tokio::test]
    async fn what_is_no_reject_is_refused() {
        for text in [
            "1,2,not_a_number",
            "1,2,not_a_number,a,b",
            "x,2,not_a_number,a",
            "1,x,not_a_number,a",
            "1,2,bad_luck,a",
            "-1,2,not_finite,a",
            "1,2,3,4,5,6,7,8,9,10,11,12",
        ] {
            let error = read(text.as_bytes(), 64).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{text}: {error}");
        }
        assert_eq!(read(b"", 64).await.unwrap(), []);
    }

    proptest! {
        /// Written as `process` writes them, with any bytes in a row, and read in pieces of any size.
        #[test]
        fn every_byte_comes_back(
            rows in prop::collection::vec(
                (any::<u64>(), prop::option::of(0..300_usize), any::<bool>(),
                 prop::collection::vec(prop::sample::select(b"a,\"\r\n\0\xff;=".to_vec()), 0..6_000)), 0..5),
            buffer in 1..40_usize,
        ) {
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
            let mut expected = Vec::new();
            for (line, column, whole, raw) in rows {
                let reason = if whole { Reason::TooFewFields } else { Reason::NotANumber };
                let (number, index) = (line.to_string(), column.map(|column| column.to_string()));
                let index = index.unwrap_or_default();
                let texts = [number.as_str(), index.as_str(), reason.code()].map(str::as_bytes);
                writer.write_record(texts.into_iter().chain([raw.as_slice()])).unwrap();
                expected.push((line, column, reason, raw));
            }
            let text = writer.into_inner().unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            prop_assert_eq!(runtime.block_on(read(&text, buffer)).unwrap(), expected);
        }
    }
}
