//! The fast path: a block that is regular throughout, read by Polars into columns.

use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::*;
use shared::decimal::parse_scaled;
use shared::dialect::MAX_LINE_BYTES;
use shared::{Columns, Dialect};

use crate::missing::Missing;

/// The columns of a block; all of the same length.
pub struct Frame {
    /// Temperatures as integers at the plan's scale; null where missing.
    pub temperature: Int64Chunked,
    /// Stations, if the plan has them.
    pub station: Option<StringChunked>,
    /// Times, if the plan has them.
    pub time: Option<StringChunked>,
}

/// Reads blocks into frames.
pub struct FrameReader {
    options: CsvReadOptions,
    delimiter: u8,
    decimal_mark: u8,
    fields: usize,
    scale: u8,
    missing: Missing,
    temperature: PlSmallStr,
    station: Option<PlSmallStr>,
    time: Option<PlSmallStr>,
}

impl FrameReader {
    /// For files of this dialect; only `columns` are taken out of the text.
    pub fn new(dialect: &Dialect, columns: &Columns) -> Self {
        // Headers may repeat a name; positions do not.
        let name = |index: usize| PlSmallStr::from_string(index.to_string());
        let fields = dialect.header.len();
        let schema: Schema = (0..fields).map(|index| Field::new(name(index), DataType::String)).collect();
        let station = columns.station.as_ref().map(|column| column.index);
        let time = columns.time.as_ref().map(|column| column.index);
        let mut projection: Vec<usize> =
            [Some(columns.temperature.index), station, time].into_iter().flatten().collect();
        projection.sort_unstable();
        projection.dedup();
        let delimiter = dialect.delimiter as u8;
        let options = CsvReadOptions::default()
            .with_has_header(false)
            .with_schema(Some(Arc::new(schema)))
            .with_infer_schema_length(Some(0))
            .with_projection(Some(Arc::new(projection)))
            // The splits of a file run side by side; within one, a second thread would only wait.
            .with_n_threads(Some(1))
            .map_parse_options(|options| {
                options.with_separator(delimiter).with_quote_char(None).with_missing_is_null(false)
            });
        FrameReader {
            options,
            delimiter,
            decimal_mark: dialect.decimal_mark as u8,
            fields,
            scale: columns.temperature.scale,
            missing: Missing::new(&columns.temperature),
            temperature: name(columns.temperature.index),
            station: station.map(name),
            time: time.map(name),
        }
    }

    /// The frame of a block of whole lines; `None` when some row in it needs the careful path: it is
    /// irregular, quoted, or holds a temperature that is neither a plain number at the plan's scale nor missing.
    pub fn read(&self, block: &[u8]) -> Option<Frame> {
        if !is_regular(block, self.delimiter, self.fields) {
            return None;
        }
        // Polars refuses text that is not UTF-8, among others; the careful path says what is wrong where.
        let reader = self.options.clone().into_reader_with_file_handle(Cursor::new(block));
        let frame = reader.finish().ok()?;
        let strings = |name: &PlSmallStr| frame.column(name).ok()?.str().ok().cloned();
        let temperature = self.scaled(&strings(&self.temperature)?)?;
        let station = self.station.as_ref().map(strings);
        let time = self.time.as_ref().map(strings);
        Some(Frame { temperature, station: transposed(station)?, time: transposed(time)? })
    }

    /// Texts to scaled integers; `None` when one of them needs a closer look.
    fn scaled(&self, texts: &StringChunked) -> Option<Int64Chunked> {
        texts
            .iter()
            .map(|text| {
                let text = text?.as_bytes();
                match parse_scaled(text, self.decimal_mark, self.scale) {
                    Some(value) => Some((!self.missing.is_scaled(value)).then_some(value)),
                    None => self.missing.is_text(text).then_some(None),
                }
            })
            .collect()
    }
}

/// `Some(None)` is an absent column, `None` a failure.
fn transposed<T>(column: Option<Option<T>>) -> Option<Option<T>> {
    column.map_or(Some(None), |column| column.map(Some))
}

/// Whether every line of `block` has exactly `fields` fields, none is blank or too long, and no quote
/// occurs. Polars itself would cut or fill irregular rows without a word when it reads only some columns.
fn is_regular(block: &[u8], delimiter: u8, fields: usize) -> bool {
    if memchr::memchr(b'"', block).is_some() {
        return false;
    }
    let mut line_start = 0;
    let mut seen = 1;
    for at in memchr::memchr2_iter(delimiter, b'\n', block) {
        if block[at] == delimiter {
            seen += 1;
            continue;
        }
        if seen != fields || !is_plain_line(&block[line_start..at]) {
            return false;
        }
        line_start = at + 1;
        seen = 1;
    }
    // The object's last line may lack its line end.
    line_start == block.len() || (seen == fields && is_plain_line(&block[line_start..]))
}

fn is_plain_line(line: &[u8]) -> bool {
    line.len() <= MAX_LINE_BYTES && !matches!(line, [] | b"\r")
}

#[cfg(test)]
mod tests {
    use super::is_regular;

    #[test]
    fn only_blocks_with_the_same_fields_in_every_line_are_regular() {
        for block in ["1,2\n3,4\n", "1,2\r\n3,4\r\n", "1,2\n3,4", ",\n", ""] {
            assert!(is_regular(block.as_bytes(), b',', 2), "{block:?}");
        }
        // One field too few and one too many: the sum of delimiters would not tell.
        for block in ["1\n1,2,3\n", "1,2\n\n3,4\n", "1,2\n\r\n", "\"1\",2\n", "1,2\n3", "1,2,3\n"] {
            assert!(!is_regular(block.as_bytes(), b',', 2), "{block:?}");
        }
        assert!(!is_regular(&[b'x'; (1 << 20) + 1], b',', 1));
    }
}
