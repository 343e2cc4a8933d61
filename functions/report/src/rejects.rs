//! The rejected rows and readings: streamed from the splits' files into one, with line numbers of the whole file.

use std::io;

use aws::{Storage, Upload, body, text};
use shared::{Compression, Encoding, Failure, Location, Plan, Reason, ReportTask, dialect, layout};

use crate::escape::Written;
use crate::format;
use crate::merge::Merged;
use crate::records::{Records, Reject};

/// Rejected rows that the report shows.
pub const SHOWN: usize = 100;
/// Characters of a rejected row that the report shows.
const SHOWN_CHARS: usize = 200;
/// Bytes of a row that hold more than [`SHOWN_CHARS`] characters.
const SHOWN_BYTES: usize = 4 * SHOWN_CHARS + 4;
/// The columns of the file; `docs/rejected-rows.md` says what they hold.
const HEADER: [&str; 5] = ["line", "column", "reason", "form", "row"];
/// Bytes that are written at a time.
const PIECE_BYTES: usize = 64 << 10;

/// All rejected rows and readings of a run.
#[derive(Debug)]
pub struct Rejects {
    /// The file for people, which nobody sees yet: a header, and a record for every reject.
    pub upload: Upload,
    /// The first [`SHOWN`] of them.
    pub first: Vec<RejectedRow>,
    /// How many there are.
    pub records: u64,
}

/// A rejected row or reading as the report shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// The column of the reading; empty where the row as a whole was refused.
    pub column: String,
    /// Why it was rejected.
    pub reason: Reason,
    /// The row's text, cut to [`SHOWN_CHARS`].
    pub text: String,
}

/// Puts the rejects of all splits together, at `to`. The file is there even when it is empty: an older one, of
/// the file before it was mended, would stay and be taken for this one's.
///
/// # Errors
/// [`Failure::InvalidTask`] when the splits' files do not hold what was announced; what S3 answers. Nothing is
/// left at `to` then.
pub async fn collect(
    task: &ReportTask,
    merged: &Merged,
    storage: &Storage,
    bucket: &str,
    to: &Location,
) -> Result<Rejects, Failure> {
    let mut upload = storage.upload(to, "text/csv; charset=utf-8");
    let mut writer = Writer::new(&task.plan);
    match collect_into(&mut upload, &mut writer, task, merged, storage, bucket).await {
        Ok(()) => Ok(Rejects { upload, records: writer.records, first: writer.first }),
        Err(failure) => {
            upload.abort().await;
            Err(failure)
        }
    }
}

async fn collect_into(
    upload: &mut Upload,
    writer: &mut Writer<'_>,
    task: &ReportTask,
    merged: &Merged,
    storage: &Storage,
    bucket: &str,
) -> Result<(), Failure> {
    let lines_before_data =
        task.plan.dialect.as_ref().map_or(0, |dialect| dialect.data_line.saturating_sub(1));
    writer.write(HEADER)?;
    for (result, lines_before) in task.partials.iter().zip(&merged.lines_before) {
        if result.records_rejected == 0 {
            continue;
        }
        let location =
            Location::new(bucket, layout::split_rejects_key(&task.run_id, &task.plan.id, result.index));
        let stream = storage.open(&location).await?;
        let mut records = Records::new(text::decompress(stream, Compression::Zstd));
        let before = writer.records;
        while let Some(reject) = records.next().await.map_err(|error| unreadable(&error, &location))? {
            writer.add(lines_before_data + lines_before, &reject, &location)?;
            if writer.is_full() {
                upload.write(&writer.take()?).await?;
            }
        }
        let held = writer.records - before;
        if held != result.records_rejected {
            return Err(Failure::InvalidTask(format!(
                "{location} holds {held} rejected rows and readings, but split {} announced {}",
                result.index, result.records_rejected
            )));
        }
    }
    upload.write(&writer.take()?).await
}

fn unreadable(error: &io::Error, location: &Location) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidInput => Failure::InvalidTask(format!("cannot read {location}: {error}")),
        _ => body::unreadable(error, location),
    }
}

/// Words the file for people and remembers its first rows.
struct Writer<'a> {
    csv: csv::Writer<Vec<u8>>,
    header: &'a [String],
    encoding: Encoding,
    records: u64,
    first: Vec<RejectedRow>,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan) -> Self {
        let dialect = plan.dialect.as_ref();
        Writer {
            csv: empty(),
            header: dialect.map_or(&[], |dialect| &dialect.header),
            encoding: dialect.map(|dialect| dialect.encoding).unwrap_or_default(),
            records: 0,
            first: Vec::new(),
        }
    }

    /// Adds a reject of the split's file at `location`; `before` is the number of lines before the split.
    fn add(&mut self, before: u64, reject: &Reject<'_>, location: &Location) -> Result<(), Failure> {
        let Reject { line, column, reason, raw } = *reject;
        let column = match column {
            None => "",
            Some(index) => self.header.get(index).ok_or_else(|| {
                let columns = self.header.len();
                Failure::InvalidTask(format!(
                    "{location} names the column {index}, but the header has {columns} of them"
                ))
            })?,
        };
        let line = before.saturating_add(line);
        let written = Written::new(column, raw, self.encoding, reason == Reason::LineTooLong);
        let form = written.form.name();
        self.write([&line.to_string(), &written.column, reason.code(), form, &written.row])?;
        self.records += 1;
        if self.first.len() < SHOWN {
            let beginning = dialect::decode(self.encoding, &raw[..raw.len().min(SHOWN_BYTES)]);
            let (column, text) = (format::name(column), format::excerpt(&beginning, SHOWN_CHARS));
            self.first.push(RejectedRow { line, column, reason, text });
        }
        Ok(())
    }

    fn write(&mut self, record: [&str; 5]) -> Result<(), Failure> {
        self.csv.write_record(record).map_err(|error| unwritable(&error))
    }

    fn is_full(&self) -> bool {
        self.csv.get_ref().len() >= PIECE_BYTES
    }

    /// What was written since the last time.
    fn take(&mut self) -> Result<Vec<u8>, Failure> {
        std::mem::replace(&mut self.csv, empty()).into_inner().map_err(|error| unwritable(&error))
    }
}

fn empty() -> csv::Writer<Vec<u8>> {
    csv::Writer::from_writer(Vec::new())
}

/// Writing to memory does not fail.
fn unwritable(error: &dyn std::fmt::Display) -> Failure {
    Failure::InvalidTask(format!("cannot write the rejected rows: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn place() -> Location {
        Location::new("b", "k")
    }

    fn reject<'a>(line: u64, column: Option<usize>, reason: Reason, raw: &'a [u8]) -> Reject<'a> {
        Reject { line, column, reason, raw }
    }

    fn written(writer: &mut Writer<'_>) -> String {
        String::from_utf8(writer.take().unwrap()).unwrap()
    }

    #[test]
    fn readings_have_their_column_and_rows_none() {
        let plan = testing::plan();
        let mut writer = Writer::new(&plan);
        // Data starts in line 3; the first split has 40 lines.
        for (before, reject) in [
            (2, reject(5, Some(2), Reason::NotANumber, b"a,warm")),
            (42, reject(1, None, Reason::TooFewFields, b"b")),
            (42, reject(2, Some(3), Reason::NotFinite, b"say \"x\"\ny")),
        ] {
            writer.add(before, &reject, &place()).unwrap();
        }
        assert_eq!(
            written(&mut writer),
            "7,temperature,not_a_number,text,\"a,warm\"\n\
             43,,too_few_fields,text,b\n\
             44,humidity,not_finite,escaped,\"say \"\"x\"\"\\ny\"\n"
        );
        let shown: Vec<_> = writer.first.iter().map(|row| (row.line, row.column.as_str())).collect();
        assert_eq!(shown, [(7, "temperature"), (43, ""), (44, "humidity")]);
    }

    #[test]
    fn the_report_keeps_the_first_hundred_and_the_file_all() {
        let plan = testing::plan();
        let mut writer = Writer::new(&plan);
        for line in 0..250 {
            writer.add(1, &reject(line, Some(2), Reason::NotFinite, b"inf"), &place()).unwrap();
        }
        assert_eq!((writer.first.len(), writer.records), (100, 250));
        assert_eq!(written(&mut writer).lines().count(), 250);
    }

    #[test]
    fn rows_are_bytes_of_the_files_encoding() {
        let mut plan = testing::plan();
        let mut rows = |encoding| {
            plan.dialect.as_mut().unwrap().encoding = encoding;
            let mut writer = Writer::new(&plan);
            let bytes: &[u8] = b"Z\xfcrich \x81";
            writer.add(0, &reject(1, Some(2), Reason::NotANumber, bytes), &place()).unwrap();
            writer.add(0, &reject(2, None, Reason::LineTooLong, b"a\\b"), &place()).unwrap();
            (written(&mut writer), writer.first[0].text.clone())
        };
        let (file, shown) = rows(Encoding::Utf8);
        assert!(file.contains("1,temperature,not_a_number,escaped,Z\\xFCrich \\x81\n"), "{file}");
        assert!(file.contains("2,,line_too_long,cut,a\\\\b\n"), "{file}");
        assert_eq!(shown, "Z\u{fffd}rich \u{fffd}");
        let (file, shown) = rows(Encoding::Windows1252);
        assert!(file.contains("1,temperature,not_a_number,escaped,Zürich \\x81\n"), "{file}");
        assert_eq!(shown, "Zürich \u{fffd}");
    }

    #[test]
    fn a_column_that_is_none_of_the_file_is_noticed() {
        let plan = testing::plan();
        let far = reject(1, Some(4), Reason::NotANumber, b"x");
        let failure = Writer::new(&plan).add(0, &far, &place()).unwrap_err();
        assert_eq!(failure.error_type(), "InvalidTask");
        assert_eq!(failure.to_string(), "s3://b/k names the column 4, but the header has 4 of them");
    }
}
