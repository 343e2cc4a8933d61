//! The rejected rows: streamed from the splits' files into one, with line numbers of the whole file.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use aws::{Storage, body, text};
use shared::{
    Compression, Encoding, Failure, Location, Plan, Reason, ReportTask, SplitResult, dialect, layout,
};
use tempfile::NamedTempFile;

use crate::escape::Written;
use crate::format;
use crate::merge::Merged;

/// Rejected rows that the report shows.
pub const SHOWN: usize = 100;
/// Characters of a rejected row that the report shows.
const SHOWN_CHARS: usize = 200;
/// Bytes of a row that hold more than [`SHOWN_CHARS`] characters.
const SHOWN_BYTES: usize = 4 * SHOWN_CHARS + 4;
/// The columns of the file; `docs/rejected-rows.md` says what they hold.
const HEADER: [&str; 5] = ["line", "column", "reason", "form", "row"];

/// All rejected rows of a run.
#[derive(Debug)]
pub struct Rejects {
    /// The file for people: a header, and a record for every rejected row.
    pub file: NamedTempFile,
    /// The first [`SHOWN`] rows.
    pub first: Vec<RejectedRow>,
}

/// A rejected row as the report shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Why it was rejected.
    pub reason: Reason,
    /// The row's text, cut to [`SHOWN_CHARS`].
    pub text: String,
}

/// Puts the rejected rows of all splits together. The file is there even when it is empty: an older one, of
/// the file before it was mended, would stay and be taken for this one's.
pub async fn collect(
    task: &ReportTask,
    merged: &Merged,
    storage: &Storage,
    bucket: &str,
) -> Result<Rejects, Failure> {
    let lines_before_data =
        task.plan.dialect.as_ref().map_or(0, |dialect| dialect.data_line.saturating_sub(1));
    let mut writer = Writer::new(&task.plan).map_err(no_room)?;
    for (result, lines_before) in task.partials.iter().zip(&merged.lines_before) {
        if result.rows_rejected == 0 {
            continue;
        }
        let location =
            Location::new(bucket, layout::split_rejects_key(&task.run_id, &task.plan.id, result.index));
        let rows = fetch(storage, &location).await?;
        let (result, before) = (result.clone(), lines_before_data + lines_before);
        // The csv crate blocks, so it gets a thread of its own; the writer goes there and comes back.
        writer = tokio::task::spawn_blocking(move || writer.append(rows, before, &result, &location))
            .await
            .map_err(|error| Failure::InvalidTask(format!("reading rejected rows failed: {error}")))??;
    }
    writer.finish().map_err(no_room)
}

/// Decompresses an object into a file that goes away by itself.
async fn fetch(storage: &Storage, location: &Location) -> Result<File, Failure> {
    let stream = storage.open(location).await?;
    let mut rows = text::decompress(stream, Compression::Zstd);
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(no_room)?);
    tokio::io::copy_buf(&mut rows, &mut file).await.map_err(|error| {
        if error.kind() == io::ErrorKind::StorageFull {
            no_room(error)
        } else {
            body::unreadable(&error, location)
        }
    })?;
    tokio::io::AsyncWriteExt::flush(&mut file).await.map_err(no_room)?;
    let mut file = file.into_std().await;
    file.rewind().map_err(no_room)?;
    Ok(file)
}

fn no_room(error: io::Error) -> Failure {
    Failure::InvalidTask(format!(
        "cannot keep the rejected rows in a temporary file: {error}; give the function more ephemeral storage"
    ))
}

/// Writes the file for people and remembers its first rows.
struct Writer {
    csv: csv::Writer<NamedTempFile>,
    /// The column whose readings are refused.
    column: String,
    encoding: Encoding,
    first: Vec<RejectedRow>,
}

impl Writer {
    fn new(plan: &Plan) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(NamedTempFile::new()?);
        csv.write_record(HEADER)?;
        let column = plan.columns.as_ref().map(|columns| columns.temperature.name.clone());
        let encoding = plan.dialect.as_ref().map(|dialect| dialect.encoding);
        Ok(Writer {
            csv,
            column: column.unwrap_or_default(),
            encoding: encoding.unwrap_or_default(),
            first: Vec::new(),
        })
    }

    /// Adds the rows of one split, given as `line,reason,raw` with lines counted from the split's
    /// first; `before` is the number of lines before that. One row at a time is in memory.
    fn append(
        mut self,
        text: impl Read,
        before: u64,
        result: &SplitResult,
        location: &Location,
    ) -> Result<Self, Failure> {
        let unreadable =
            |error: &dyn std::fmt::Display| Failure::InvalidTask(format!("cannot read {location}: {error}"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
        let mut rows = 0;
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
            let (line, reason, raw): (u64, Reason, &[u8]) =
                record.deserialize(None).map_err(|error| unreadable(&error))?;
            self.add(before + line, reason, raw).map_err(|error| no_room(error.into()))?;
            rows += 1;
        }
        if rows != result.rows_rejected {
            return Err(Failure::InvalidTask(format!(
                "{location} holds {rows} rejected rows, but split {} announced {}",
                result.index, result.rows_rejected
            )));
        }
        Ok(self)
    }

    fn add(&mut self, line: u64, reason: Reason, raw: &[u8]) -> csv::Result<()> {
        let column = if is_about_the_row(reason) { "" } else { &self.column };
        let written = Written::new(column, raw, self.encoding, reason == Reason::LineTooLong);
        let number = line.to_string();
        self.csv.write_record([
            &number,
            &written.column,
            reason.code(),
            written.form.name(),
            &written.row,
        ])?;
        if self.first.len() < SHOWN {
            let beginning = dialect::decode(self.encoding, &raw[..raw.len().min(SHOWN_BYTES)]);
            self.first.push(RejectedRow { line, reason, text: format::excerpt(&beginning, SHOWN_CHARS) });
        }
        Ok(())
    }

    fn finish(self) -> io::Result<Rejects> {
        let mut file = self.csv.into_inner().map_err(|error| error.into_error())?;
        file.flush()?;
        Ok(Rejects { file, first: self.first })
    }
}

/// Whether the row as a whole was refused, not the reading of a column.
fn is_about_the_row(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TooFewFields | Reason::TooManyFields | Reason::LineTooLong | Reason::UnclosedQuote
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn writer() -> Writer {
        Writer::new(&testing::plan()).unwrap()
    }

    fn announced(index: u32, rows_rejected: u64) -> SplitResult {
        SplitResult { index, rows_read: 10, rows_rejected }
    }

    #[test]
    fn lines_count_from_the_start_of_the_file() {
        let place = Location::new("b", "k");
        // Data starts in line 3; the first split has 40 lines.
        let rejects = writer()
            .append("5,not_a_number,\"a,warm\"\n".as_bytes(), 2, &announced(0, 1), &place)
            .unwrap()
            .append(
                "1,too_few_fields,b\n2,not_a_number,\"say \"\"x\"\"\ny\"\n".as_bytes(),
                42,
                &announced(1, 2),
                &place,
            )
            .unwrap()
            .finish()
            .unwrap();
        let written = std::fs::read_to_string(rejects.file.path()).unwrap();
        assert_eq!(
            written,
            "line,column,reason,form,row\n\
             7,temperature,not_a_number,text,\"a,warm\"\n\
             43,,too_few_fields,text,b\n\
             44,temperature,not_a_number,escaped,\"say \"\"x\"\"\\ny\"\n"
        );
        let lines: Vec<_> = rejects.first.iter().map(|row| row.line).collect();
        assert_eq!(lines, [7, 43, 44]);
    }

    #[test]
    fn the_report_keeps_the_first_hundred_and_the_file_all() {
        let text: String = (1..=250).map(|line| format!("{line},not_finite,inf\n")).collect();
        let writer =
            writer().append(text.as_bytes(), 1, &announced(0, 250), &Location::new("b", "k")).unwrap();
        let rejects = writer.finish().unwrap();
        assert_eq!(rejects.first.len(), 100);
        assert_eq!(std::fs::read_to_string(rejects.file.path()).unwrap().lines().count(), 251);
    }

    #[test]
    fn a_file_without_rejected_rows_has_a_header() {
        let rejects = writer().finish().unwrap();
        assert_eq!(std::fs::read_to_string(rejects.file.path()).unwrap(), "line,column,reason,form,row\n");
    }

    #[test]
    fn rows_are_bytes_of_the_files_encoding() {
        let mut plan = testing::plan();
        let mut rows = |encoding| {
            plan.dialect.as_mut().unwrap().encoding = encoding;
            let split = b"1,not_a_number,Z\xfcrich \x81\n2,line_too_long,a\\b\n";
            let writer = Writer::new(&plan).unwrap();
            let rejects =
                writer.append(&split[..], 0, &announced(0, 2), &Location::new("b", "k")).unwrap().finish();
            let rejects = rejects.unwrap();
            (std::fs::read_to_string(rejects.file.path()).unwrap(), rejects.first[0].text.clone())
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
    fn a_row_that_went_astray_is_noticed() {
        let failure = |text: &str| {
            let end = writer().append(text.as_bytes(), 0, &announced(3, 2), &Location::new("b", "k"));
            end.err().unwrap().to_string()
        };
        let message = failure("1,not_a_number,x\n");
        assert_eq!(message, "s3://b/k holds 1 rejected rows, but split 3 announced 2");
        assert!(failure("1,bad_luck,x\n").starts_with("cannot read s3://b/k"));
    }
}
