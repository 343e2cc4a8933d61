//! The fast and the careful path, held against each other and against a plain reading of the rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use process::blocks::Blocks;
use process::careful::CarefulReader;
use process::fold::Fold;
use process::kernel::{Kernel, Stop};
use process::limits::Limits;
use process::rejects::Rejects;
use process::split::SplitReader;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use shared::{
    Columns, Dialect, Encoding, Failure, ObjectRef, Partial, ProcessTask, Split, TemperatureColumn,
    TextColumn, TimeColumn, TimeFormat, Unit,
};

/// The size of a block, and the length of the longest line.
const BLOCK_BYTES: usize = 1 << 20;

fn task(delimiter: char, only: bool) -> ProcessTask {
    ProcessTask {
        run_id: "run".into(),
        plan_id: "plan".into(),
        object: ObjectRef {
            bucket: "b".into(),
            key: "k".into(),
            version_id: None,
            etag: "e".into(),
            size: 0,
        },
        columns: Columns {
            temperature: TemperatureColumn {
                index: 2,
                name: "temperature".into(),
                unit: Unit::Celsius,
                scale: 1,
                missing: vec!["NA".into(), "NaN".into(), "-9999".into()],
            },
            station: Some(TextColumn { index: 1, name: "station".into() }),
            time: Some(TimeColumn {
                index: 0,
                name: "time".into(),
                format: TimeFormat::YearFirst,
                guessed: false,
            }),
        },
        dialect: Dialect {
            compression: Default::default(),
            encoding: Encoding::Utf8,
            delimiter,
            quoted: only,
            decimal_mark: if delimiter == ';' { ',' } else { '.' },
            header: ["time", "station", "temperature"].map(String::from).to_vec(),
            data_start: 0,
            data_line: 2,
        },
        split: Split { index: 0, start: 0, end: None, only },
    }
}

/// A partial, and the rejected rows: line, reason, bytes.
type Read = (Partial, Vec<(u64, String, Vec<u8>)>);

/// The reference: the careful path alone, over all of the text.
fn carefully(task: &ProcessTask, text: &[u8], limits: Limits) -> Read {
    let mut fold = Fold::new(&task.dialect, &task.columns);
    let mut rejects = Rejects::default();
    let mut careful = CarefulReader::new(&task.dialect, &task.columns, limits);
    let mut extents = careful.extents(text, true);
    let mut at = 0;
    while at < text.len() {
        let read = careful.read(text, &mut extents, at, &mut fold, &mut rejects).unwrap();
        assert!(read > 0, "the text is whole");
        at += read;
    }
    (fold.finish(), records(rejects.finish().unwrap()))
}

/// The rejected rows that were kept: line, reason, bytes.
fn records(file: Option<tempfile::NamedTempFile>) -> Vec<(u64, String, Vec<u8>)> {
    let Some(file) = file else { return Vec::new() };
    let text = zstd::decode_all(file.reopen().unwrap()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    let text = |field: &[u8]| String::from_utf8(field.to_vec()).unwrap();
    let fields =
        |record: csv::ByteRecord| (text(&record[0]).parse().unwrap(), text(&record[1]), record[2].to_vec());
    reader.byte_records().map(|record| fields(record.unwrap())).collect()
}

/// The whole split, block by block, as the function reads it.
fn in_blocks(task: &ProcessTask, text: &[u8], limits: Limits) -> Result<Read, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut blocks = Blocks::new(text, text.len() as u64, limits);
        let mut reader = SplitReader::new(task, limits);
        let mut block = Vec::new();
        while blocks.next(&mut block).await.unwrap() {
            reader.read(&block)?;
        }
        let (mut partial, rejects) = reader.finish()?;
        partial.bytes += blocks.skipped();
        Ok((partial, records(rejects)))
    })
}

/// Rows of a clean file: (day of January, station, tenths of a degree or none).
fn rows() -> impl Strategy<Value = Vec<(u8, u8, Option<i32>)>> {
    prop::collection::vec((1_u8..=31, 0_u8..5, prop::option::weighted(0.9, -9_000..9_000)), 1..200)
}

fn number(tenths: i32, mark: char) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}{mark}{}", tenths.abs() / 10, tenths.abs() % 10)
}

fn text(rows: &[(u8, u8, Option<i32>)], delimiter: char, line_end: &str, quotes: bool) -> Vec<u8> {
    let mark = if delimiter == ';' { ',' } else { '.' };
    let q = if quotes { "\"" } else { "" };
    rows.iter()
        .map(|(day, station, tenths)| {
            let value = tenths.map_or("NA".to_owned(), |tenths| number(tenths, mark));
            format!(
                "{q}2024-01-{day:02}T00:00{q}{delimiter}{q}s{station}{q}{delimiter}{q}{value}{q}{line_end}"
            )
        })
        .collect::<String>()
        .into_bytes()
}

/// One of some byte strings.
fn one_of(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(pieces).prop_map(<[u8]>::to_vec)
}

const MARKS: &[&[u8]] = &[b",", b";", b"\"", b"\n", b"\r", b"\r\n", b" ", b"\"\"", b"\",\"", b"\n\""];
const NUMBERS: &[&[u8]] = &[
    b"1.5",
    b"-0.25",
    b" 3 ",
    b"12345678.9",
    b"1e2",
    b"1e-151",
    b"1e300",
    b"NA",
    b"-9999.0",
    b"+7",
    b"2,5",
    b"99999999999",
];
const TIMES: &[&[u8]] =
    &[b"2024-01-01", b"2024-01-02T03:04", b" 2024-01-03", b"2024-1-4", b"2024-01-011", b"x"];
const NAMES: &[&[u8]] = &[
    b"Z\xC3\xBCrich",
    b"Z\xFCrich",
    b"M\xE5",
    b"M\xF6",
    b"\xEF\xBB\xBF",
    b"\xE2\x82",
    b"a long station name",
    b"\0",
];

/// Anything a file may hold: pieces that mean something to a table, rows that fit, and any bytes between them.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let name = one_of(&[b"a", b"\"b\"", b"\xE5", b"station with a long name"]);
    let row =
        (1_u8..9, name, -999_i32..999, one_of(&[b"\n", b"\r\n"])).prop_map(|(day, name, tenths, end)| {
            let (day, value) = (format!("2024-01-0{day},"), format!(",{}", number(tenths, '.')));
            [day.as_bytes(), &name, value.as_bytes(), &end].concat()
        });
    let piece = prop_oneof![
        6 => one_of(MARKS),
        4 => one_of(NUMBERS),
        4 => one_of(TIMES),
        2 => one_of(NAMES),
        6 => row,
        1 => prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Blocks and longest lines from a few bytes to more than the text.
fn limits() -> impl Strategy<Value = Limits> {
    (1_usize..200, prop_oneof![4_usize..60, 60_usize..1000])
        .prop_map(|(block_bytes, line_bytes)| Limits { block_bytes, line_bytes })
}

fn cases(cases: u32) -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("proptest-regressions");
    ProptestConfig { failure_persistence: Some(Box::new(beside)), ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn both_paths_agree_on_clean_input_and_with_the_rows(
        rows in rows(), delimiter in prop::sample::select(vec![',', ';', '\t']), crlf in any::<bool>(), quotes in any::<bool>(),
    ) {
        let task = task(delimiter, true);
        let text = text(&rows, delimiter, if crlf { "\r\n" } else { "\n" }, quotes);

        let limits = Limits::default();
        let mut fold = Fold::new(&task.dialect, &task.columns);
        let stop = Kernel::new(&task.dialect, &task.columns, limits).read(&text, 0, &mut fold);
        prop_assert_eq!(stop, Stop::End, "clean input takes the fast path");
        let fast = fold.finish();
        let (careful, rejects) = carefully(&task, &text, limits);
        prop_assert_eq!(&fast, &careful);
        prop_assert!(rejects.is_empty());

        let values: Vec<i32> = rows.iter().filter_map(|row| row.2).collect();
        prop_assert_eq!(fast.account.rows_read, rows.len() as u64);
        prop_assert_eq!(fast.account.rows_used, values.len() as u64);
        prop_assert!(fast.account.balances());
        let expected = values.iter().map(|value| f64::from(*value)).sum::<f64>() / (10 * values.len()) as f64;
        if !values.is_empty() {
            prop_assert!((fast.total.mean(1).unwrap() - expected).abs() < 1e-9);
        }
        let mut by_day = BTreeMap::<String, u64>::new();
        for (day, _, value) in &rows {
            *by_day.entry(format!("2024-01-{day:02}")).or_default() += u64::from(value.is_some());
        }
        let counted: BTreeMap<_, _> = fast.by_day.iter().map(|(day, summary)| (day.to_string(), summary.count())).collect();
        prop_assert_eq!(counted, by_day);
    }
}

proptest! {
    #![proptest_config(cases(4096))]

    /// Whatever the bytes are, and wherever blocks end: both paths count the same, reading by reading, and every byte
    /// and every row is accounted for.
    #[test]
    fn both_paths_agree_on_anything(text in anything(), limits in limits(), western in any::<bool>(), semicolon in prop::bool::weighted(0.2)) {
        let mut task = task(if semicolon { ';' } else { ',' }, true);
        task.dialect.encoding = if western { Encoding::Windows1252 } else { Encoding::Utf8 };
        let (partial, rejects) = carefully(&task, &text, limits);
        prop_assert_eq!(&in_blocks(&task, &text, limits).unwrap(), &(partial.clone(), rejects.clone()));
        prop_assert!(partial.account.balances());
        prop_assert_eq!(rejects.len() as u64, partial.account.rows_rejected);
        prop_assert_eq!(partial.bytes, text.len() as u64);
        let line_ends = text.iter().filter(|byte| **byte == b'\n').count() + usize::from(!text.ends_with(b"\n") && !text.is_empty());
        prop_assert_eq!(partial.lines, line_ends as u64);
        if !text.contains(&b'"') {
            prop_assert_eq!(partial.account.rows_read + partial.blank_lines, partial.lines);
        }
    }
}

/// `Z\xFCrich` makes the file a Windows-1252 one; a block that happens to be valid UTF-8 is one all the same.
#[test]
fn the_encoding_does_not_depend_on_the_block() {
    let mut task = task(',', true);
    task.dialect.encoding = Encoding::Windows1252;
    let text = b"2024-01-01,Z\xFCrich,1.0\n2024-01-01,Z\xC3\xBCrich,2.0\n";
    for block_bytes in [1, 1000] {
        let (partial, _) = in_blocks(&task, text, Limits { block_bytes, ..Limits::default() }).unwrap();
        assert_eq!(partial.by_station.keys().collect::<Vec<_>>(), ["Z\u{C3}\u{BC}rich", "Z\u{FC}rich"]);
    }
}

/// A byte order mark anywhere but at the start of the file is text, and so is a `\r` anywhere but at a line's end.
#[test]
fn marks_and_returns_inside_a_file_are_text() {
    let text = b"\xEF\xBB\xBF2024-01-01,s,1.0\n2024-01-01,s\r,2.0\n2024-01-01,\xEF\xBB\xBFs,3.0\n\xEF\xBB\xBF2024-01-01,\"s\r\",4.0\n";
    for block_bytes in [1, 1000] {
        let (partial, _) =
            in_blocks(&task(',', true), text, Limits { block_bytes, ..Limits::default() }).unwrap();
        let counts: Vec<_> =
            partial.by_station.iter().map(|(name, sums)| (name.as_str(), sums.count())).collect();
        assert_eq!(counts, [("s", 1), ("s\r", 2), ("\u{FEFF}s", 1)]);
        assert_eq!(partial.rows_without_day, 2);
    }
}

#[test]
fn bytes_that_do_not_decode_keep_stations_apart() {
    let text = b"2024-01-01,M\xE5,1.0\n2024-01-01,M\xF6,2.0\n2024-01-01,M\xC3\xA5,3.0\n2024-01-01,\xE5,x\n";
    let (partial, _) = in_blocks(&task(',', true), text, Limits::default()).unwrap();
    assert_eq!(partial.by_station.keys().collect::<Vec<_>>(), ["M\\xE5", "M\\xF6", "M\u{E5}"]);
    assert_eq!(partial.undecodable_rows, 3);
}

/// Found by a property test before: the last field is empty, and the line holds a `\r` that does not end it.
#[test]
fn a_return_before_a_delimiter_belongs_to_its_field() {
    let (partial, rejects) = in_blocks(&task(',', true), b",-\r,", Limits::default()).unwrap();
    assert_eq!((partial.account.rows_missing, rejects.len()), (1, 0));
}

#[test]
fn each_bad_row_is_named_with_its_line_and_reason() {
    let text = "2024-01-01,s,1.5\n\
                2024-01-01,s\n\
                2024-01-01,s,2,3\n\
                2024-01-01,s,warm\n\
                2024-01-01,s,inf\n\
                2024-01-01,s,1e400\n\
                \n\
                2024-01-01,s,\n\
                2024-01-01,s,NaN\n\
                2024-01-01,\"s, \"\"t\"\"\nu\",1e1\n\
                2024-01-01,\"open,2\n\
                2024-01-01,s,-9999.0\n\
                2024-01-01,s,2.125";
    let (partial, rejects) = carefully(&task(',', true), text.as_bytes(), Limits::default());
    let named: Vec<_> = rejects.iter().map(|(line, reason, _)| (*line, reason.as_str())).collect();
    assert_eq!(
        named,
        [
            (2, "too_few_fields"),
            (3, "too_many_fields"),
            (4, "not_a_number"),
            (5, "not_finite"),
            (6, "out_of_range"),
            (12, "unclosed_quote")
        ]
    );
    assert_eq!(rejects[2].2, b"2024-01-01,s,warm");
    assert_eq!(partial.account.rows_missing, 3);
    assert_eq!(partial.account.rows_used, 3);
    assert_eq!(partial.blank_lines, 1);
    assert_eq!(partial.lines, 14);
    assert_eq!(partial.total.max(1).unwrap().to_string(), "10");
    assert_eq!(partial.total.mean(1), Some((1.5 + 10.0 + 2.125) / 3.0));
    assert!(partial.by_station.contains_key("s, \"t\"\nu"));
}

/// Every length up to the longest row, and every byte: what a row is rejected for may be the very byte.
#[test]
fn a_rejected_row_is_kept_with_all_of_its_bytes() {
    let every_byte: Vec<u8> = (0..=u8::MAX).filter(|byte| !b"\n\"".contains(byte)).collect();
    for length in [1, 64 << 10, (64 << 10) + 1, BLOCK_BYTES] {
        let row: Vec<u8> = every_byte.iter().copied().cycle().take(length).collect();
        let (_, rejects) = carefully(&task(',', true), &[&row[..], b"\n"].concat(), Limits::default());
        assert!(rejects.len() == 1 && rejects[0].2 == row, "{length}");
    }
    let quoted = b"2024-01-01,\"a\r\n\"\"b\"\"\xff\",warm\r\n";
    let (_, rejects) = carefully(&task(',', true), quoted, Limits::default());
    assert_eq!(rejects, [(1, "not_a_number".to_owned(), quoted[..quoted.len() - 2].to_vec())]);
}

/// What is kept of a line that cannot be a row does not depend on how much of it a block held.
#[test]
fn of_a_line_too_long_the_beginning_is_kept() {
    for more in [1, 2, BLOCK_BYTES] {
        let line = vec![b'x'; BLOCK_BYTES + more];
        let (_, rejects) = carefully(&task(',', true), &line, Limits::default());
        assert!(rejects[0].1 == "line_too_long" && rejects[0].2 == line[..BLOCK_BYTES], "{more}");
    }
}

#[test]
fn quotes_in_one_of_several_splits_are_refused() {
    let failure = in_blocks(&task(',', false), b"2024-01-01,\"s\",1\n", Limits::default()).unwrap_err();
    assert_eq!(failure.error_type(), "SplitUnsafe");
}

#[test]
fn a_line_too_long_is_rejected_and_the_next_one_is_read() {
    for length in [BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES] {
        let long = "x".repeat(length);
        let text = format!("2024-01-01,s,1\n{long}\n2024-01-02,s,3\n");
        let (partial, _) = in_blocks(&task(',', true), text.as_bytes(), Limits::default()).unwrap();
        assert_eq!(
            (partial.lines, partial.account.rows_used, partial.account.rows_rejected),
            (3, 2, 1),
            "{length}"
        );
        let reason = partial.account.rejected_by_reason.keys().next().unwrap().code();
        assert_eq!(reason, if length > BLOCK_BYTES { "line_too_long" } else { "too_few_fields" });
    }
}

#[test]
fn a_quoted_field_may_go_over_a_block_end() {
    let mut text = "2024-01-01,s,1.0\n".repeat(BLOCK_BYTES / 17 - 2);
    text.push_str(&format!("2024-01-02,\"{}\",5.0\n", "long\n".repeat(40)));
    text.push_str(&"2024-01-01,s,1.0\n".repeat(10));
    let (partial, _) = in_blocks(&task(',', true), text.as_bytes(), Limits::default()).unwrap();
    assert_eq!(partial.account.rows_rejected, 0);
    assert_eq!(partial.lines, text.lines().count() as u64);
    assert_eq!(partial.total.max(1).unwrap().to_string(), "5");
    assert_eq!(partial.account.rows_read, (BLOCK_BYTES / 17 - 2 + 11) as u64);
}
