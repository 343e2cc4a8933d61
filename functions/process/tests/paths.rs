//! The fast and the careful path, held against each other and against a plain reading of the rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use process::blocks::{BLOCK_BYTES, Blocks};
use process::careful::CarefulReader;
use process::fold::Fold;
use process::frame::FrameReader;
use process::rejects::Rejects;
use process::split::SplitReader;
use proptest::prelude::*;
use shared::{
    Columns, Dialect, Encoding, Failure, ObjectRef, Partial, ProcessTask, Split, TemperatureColumn,
    TextColumn, TimeColumn, TimeFormat, Unit,
};

fn task(delimiter: char, only: bool) -> ProcessTask {
    ProcessTask {
        run_id: "run".into(),
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
            time: Some(TimeColumn { index: 0, name: "time".into(), format: TimeFormat::YearFirst }),
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

fn carefully(task: &ProcessTask, text: &[u8]) -> (Partial, Vec<(u64, String, String)>) {
    let mut fold = Fold::new(&task.columns);
    let mut rejects = Rejects::default();
    let done =
        CarefulReader::new(&task.dialect, &task.columns).read(text, true, &mut fold, &mut rejects).unwrap();
    assert_eq!(done, text.len());
    (fold.finish(), records(rejects))
}

fn records(rejects: Rejects) -> Vec<(u64, String, String)> {
    let Some(file) = rejects.finish().unwrap() else { return Vec::new() };
    let text = zstd::decode_all(file.reopen().unwrap()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    reader.deserialize().map(Result::unwrap).collect()
}

/// The whole split, block by block, as the function reads it.
fn in_blocks(task: &ProcessTask, text: &[u8]) -> Result<Partial, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut blocks = Blocks::new(text, text.len() as u64);
        let mut reader = SplitReader::new(task);
        let mut block = Vec::new();
        while blocks.next(&mut block).await.unwrap() {
            reader.read(&block)?;
        }
        Ok(reader.finish()?.0)
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

fn text(rows: &[(u8, u8, Option<i32>)], delimiter: char, line_end: &str) -> Vec<u8> {
    let mark = if delimiter == ';' { ',' } else { '.' };
    rows.iter()
        .map(|(day, station, tenths)| {
            let value = tenths.map_or("NA".to_owned(), |tenths| number(tenths, mark));
            format!("2024-01-{day:02}T00:00{delimiter}s{station}{delimiter}{value}{line_end}")
        })
        .collect::<String>()
        .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn both_paths_agree_on_clean_input_and_with_the_rows(
        rows in rows(), delimiter in prop::sample::select(vec![',', ';', '\t']), crlf in any::<bool>(), last_end in any::<bool>(),
    ) {
        let task = task(delimiter, false);
        let line_end = if crlf { "\r\n" } else { "\n" };
        let mut text = text(&rows, delimiter, line_end);
        if !last_end {
            text.truncate(text.len() - line_end.len());
        }

        let frame = FrameReader::new(&task.dialect, &task.columns).read(&text).expect("clean input takes the fast path");
        let mut fold = Fold::new(&task.columns);
        fold.frame(&frame);
        fold.text(frame.temperature.len() as u64, 0, text.len() as u64);
        let fast = fold.finish();
        let (careful, rejects) = carefully(&task, &text);
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

    /// Whatever the bytes are, every line is a row or blank, and every row is used, missing or rejected.
    #[test]
    fn any_text_is_accounted_for(text in "[a0-9.,;\"\\n\\r -]{0,300}") {
        let task = task(',', true);
        let (partial, rejects) = carefully(&task, text.as_bytes());
        prop_assert!(partial.account.balances());
        prop_assert_eq!(rejects.len() as u64, partial.account.rows_rejected);
        prop_assert_eq!(partial.lines, text.lines().count() as u64);
        prop_assert_eq!(partial.bytes, text.len() as u64);
        prop_assert_eq!(&in_blocks(&task, text.as_bytes()).unwrap(), &partial);
        if !text.contains('"') {
            prop_assert_eq!(partial.account.rows_read + partial.blank_lines, partial.lines);
        }
    }
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
    let (partial, rejects) = carefully(&task(',', true), text.as_bytes());
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
    assert_eq!(rejects[2].2, "2024-01-01,s,warm");
    assert_eq!(partial.account.rows_missing, 3);
    assert_eq!(partial.account.rows_used, 3);
    assert_eq!(partial.blank_lines, 1);
    assert_eq!(partial.lines, 14);
    assert_eq!(partial.total.max(1).unwrap().to_string(), "10");
    assert_eq!(partial.total.mean(1), Some((1.5 + 10.0 + 2.125) / 3.0));
    assert!(partial.by_station.contains_key("s, \"t\"\nu"));
}

#[test]
fn quotes_in_one_of_several_splits_are_refused() {
    let failure = in_blocks(&task(',', false), b"2024-01-01,\"s\",1\n").unwrap_err();
    assert_eq!(failure.error_type(), "SplitUnsafe");
}

#[test]
fn a_line_too_long_is_rejected_and_the_next_one_is_read() {
    for length in [BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES] {
        let long = "x".repeat(length);
        let text = format!("2024-01-01,s,1\n{long}\n2024-01-02,s,3\n");
        let partial = in_blocks(&task(',', true), text.as_bytes()).unwrap();
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
    let partial = in_blocks(&task(',', true), text.as_bytes()).unwrap();
    assert_eq!(partial.account.rows_rejected, 0);
    assert_eq!(partial.lines, text.lines().count() as u64);
    assert_eq!(partial.total.max(1).unwrap().to_string(), "5");
    assert_eq!(partial.account.rows_read, (BLOCK_BYTES / 17 - 2 + 11) as u64);
}
