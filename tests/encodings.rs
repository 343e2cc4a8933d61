//! Encodings: a file has one, wherever its splits end, and what does not decode is said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use isotherm_tests::Pipeline;
use shared::{RunOptions, Statistics};

/// The statistics of a file, which must be the same to the byte, with report and rejected rows, for splits of any size.
async fn statistics(text: &[u8], sizes: &[u64]) -> Statistics {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", text).await;
    let mut results = Vec::new();
    let mut statistics = None;
    for size in sizes {
        let options = RunOptions { split_bytes: Some(*size), ..RunOptions::default() };
        let outcome = pipeline.run(&object, options).await;
        let locations = [&outcome.statistics, &outcome.report, &outcome.rejected_rows];
        results.push(locations.map(|location| location.as_ref().map(|location| pipeline.result(location))));
        statistics = Some(pipeline.statistics(&outcome));
    }
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "the results depend on the splits");
    statistics.unwrap()
}

fn stations(statistics: &Statistics) -> Vec<(&str, u64)> {
    statistics.by_station.iter().map(|station| (station.station.as_str(), station.count)).collect()
}

/// The second row alone would be valid UTF-8.
#[tokio::test]
async fn a_western_file_is_western_in_every_split() {
    let text = b"station,temperature\nZ\xFCrich,1.0\nZ\xC3\xBCrich,2.0\n";
    let statistics = statistics(text, &[1000, 12, 10, 1]).await;
    assert_eq!(stations(&statistics), [("Z\u{C3}\u{BC}rich", 1), ("Z\u{FC}rich", 1)]);
}

/// The head, which decides, is ASCII.
#[tokio::test]
async fn stations_that_do_not_decode_stay_apart_and_are_said() {
    let head = "Aarhus,1.0\n".repeat(30_000);
    let text = [b"station,temperature\n", head.as_bytes(), b"M\xE5,1.0\nM\xF6,3.0\nM\xC3\xA5,5.0\n"].concat();
    let statistics = statistics(&text, &[1 << 20, 100_000, 30_011]).await;
    assert_eq!(stations(&statistics), [("Aarhus", 30_000), ("M\\xE5", 1), ("M\\xF6", 1), ("M\u{E5}", 1)]);
    let finding = statistics.quality.findings.iter().find(|finding| finding.code == "undecodable").unwrap();
    assert_eq!(finding.severity, shared::Severity::Warning);
    assert!(finding.message.starts_with("2 rows hold bytes"), "{}", finding.message);
}

#[tokio::test]
async fn marks_and_returns_inside_a_file_are_text_in_every_split() {
    let text = "\u{FEFF}station,temperature\n\u{FEFF}a,1.0\na\r,2.0\n\u{FEFF}a,3.0\n";
    let statistics = statistics(text.as_bytes(), &[1000, 12, 5, 1]).await;
    assert_eq!(stations(&statistics), [("a\r", 1), ("\u{FEFF}a", 2)]);
}
