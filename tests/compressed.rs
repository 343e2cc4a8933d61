//! Compressed files: what the tools write is read, what is damaged says so, whatever the file's size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;

use isotherm_tests::{Pipeline, root};
use shared::{Finding, OutcomeKind, RunOptions, Severity, Statistics};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/compressed").join(name)).unwrap()
}

async fn run(name: &str, bytes: &[u8]) -> (OutcomeKind, Statistics) {
    let pipeline = Pipeline::new();
    let object = pipeline.upload(&format!("incoming/{name}"), bytes).await;
    let outcome = pipeline.run(&object, RunOptions::default()).await;
    let statistics = pipeline.statistics(&outcome);
    (outcome.outcome, statistics)
}

/// The findings that need a look.
fn complaints(statistics: &Statistics) -> Vec<&Finding> {
    statistics.quality.findings.iter().filter(|finding| finding.severity > Severity::Info).collect()
}

/// Rows of digits that do not compress well.
fn rows(count: u64) -> String {
    let digits = |row: u64| row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 35;
    (0..count).map(|row| format!("2024-01-01,{}.{:09}\n", row % 40, digits(row))).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn what_the_tools_read_is_read() {
    for name in ["padded.csv.gz", "pzstd.csv.zst", "level-19.csv.zst"] {
        let (outcome, statistics) = run(name, &fixture(name)).await;
        assert_eq!(outcome, OutcomeKind::Processed, "{name}: {:?}", statistics.quality.findings);
        assert_eq!((statistics.record_count, statistics.mean_temperature), (3, Some(3.5)), "{name}");
        assert_eq!(complaints(&statistics), Vec::<&Finding>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_window_that_would_take_the_memory_is_refused_and_says_what_to_do() {
    for name in ["long.csv.zst", "ultra.csv.zst"] {
        let (outcome, statistics) = run(name, &fixture(name)).await;
        assert_eq!(outcome, OutcomeKind::Rejected, "{name}");
        let [finding] = complaints(&statistics)[..] else { panic!("{:?}", statistics.quality.findings) };
        assert_eq!(finding.code, "window_too_large");
        assert!(finding.message.contains("a window of 128 MiB (zstd --long or --ultra)"), "{finding:?}");
        assert!(finding.hint.contains("without --long"), "{finding:?}");
    }
    // The same in a frame behind others.
    let (outcome, statistics) =
        run("a.csv.zst", &[fixture("level-19.csv.zst"), fixture("long.csv.zst")].concat()).await;
    assert_eq!((outcome, statistics.record_count), (OutcomeKind::Processed, 3));
    let finding = &statistics.quality.findings[0];
    assert_eq!((finding.severity, finding.code.as_str()), (Severity::Warning, "window_too_large"));
    assert!(finding.message.contains("128 MiB") && finding.message.contains("3 rows"), "{finding:?}");
}

#[tokio::test]
async fn bytes_behind_the_compressed_data_are_told() {
    let bytes = fixture("appended.csv.gz");
    let (outcome, statistics) = run("a.csv.gz", &bytes).await;
    assert_eq!((outcome, statistics.record_count), (OutcomeKind::Processed, 3));
    let finding = &statistics.quality.findings[0];
    assert_eq!((finding.severity, finding.code.as_str()), (Severity::Warning, "trailing_bytes"));
    let end = bytes.len() - "2024-01-04,9.5\n".len();
    assert!(finding.message.contains(&format!("From byte {end} on")), "{finding:?}");
    // A last row without a line end is whole all the same.
    let stray = [&gzip("time,temperature\n2024-01-01,1.5\n2024-01-02,2.5")[..], b"\n"].concat();
    let (_, statistics) = run("a.csv.gz", &stray).await;
    assert_eq!((statistics.record_count, statistics.mean_temperature), (2, Some(2.0)));
}

#[tokio::test]
async fn a_check_sum_that_does_not_match_is_no_end_of_the_data() {
    let text = format!("time,temperature\n{}", rows(40));
    for (name, mut bytes, from_end) in [("a.csv.gz", gzip(&text), 8), ("a.csv.zst", zstd(&text), 4)] {
        let at = bytes.len() - from_end;
        bytes[at] ^= 0x10;
        let (outcome, statistics) = run(name, &bytes).await;
        assert_eq!((outcome, statistics.record_count), (OutcomeKind::Processed, 40), "{name}");
        let finding = &statistics.quality.findings[0];
        assert_eq!((finding.severity, finding.code.as_str()), (Severity::Warning, "damaged"), "{name}");
        assert!(finding.message.contains("does not match the check sum"), "{finding:?}");
        assert!(finding.hint.starts_with("Do not rely on the figures"), "{finding:?}");
    }
}

/// What could be read is processed, under a warning that leads the report.
#[tokio::test]
async fn a_damaged_end_is_the_same_in_a_small_file_and_in_a_large_one() {
    for count in [40, 60_000] {
        let text = format!("time,temperature\n{}", rows(count));
        for (name, bytes) in [("a.csv.gz", gzip(&text)), ("a.csv.zst", zstd(&text))] {
            // The plan is made from the first 256 KiB.
            let large = bytes.len() > 256 << 10;
            assert_eq!(large, count > 40, "{name}: {} bytes", bytes.len());
            let (outcome, statistics) = run(name, &bytes[..bytes.len() - 3]).await;
            assert_eq!(outcome, OutcomeKind::Processed, "{name}, {count} rows");
            assert_eq!((statistics.record_count, statistics.quality.rows_used), (count, count), "{name}");
            let finding = &statistics.quality.findings[0];
            assert_eq!((finding.severity, finding.code.as_str()), (Severity::Warning, "damaged"), "{name}");
            assert!(
                finding.message.starts_with("The compressed data end before the text does"),
                "{finding:?}"
            );
        }
    }
}

#[tokio::test]
async fn damage_before_the_first_row_is_the_reason_of_the_rejection() {
    let bytes = gzip("time,temperature\n2024-01-01,1.5\n");
    for length in [3, 12, 25] {
        let (outcome, statistics) = run("a.csv.gz", &bytes[..length]).await;
        assert_eq!((outcome, statistics.record_count), (OutcomeKind::Rejected, 0), "{length}");
        let [finding] = complaints(&statistics)[..] else { panic!("{:?}", statistics.quality.findings) };
        assert_eq!((finding.severity, finding.code.as_str()), (Severity::Error, "damaged"));
    }
}
