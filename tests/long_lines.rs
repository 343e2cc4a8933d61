//! Lines longer than any that is read: every byte of them is accounted for, wherever splits end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use isotherm_tests::Pipeline;
use shared::dialect::MAX_LINE_BYTES;
use shared::{OutcomeKind, RunOptions};

/// The run itself checks that the splits' bytes and the head add up to the object's size. The line ends far behind
/// the split that owns it, some splits lie inside it altogether, and its length decides where its rest is found.
#[tokio::test]
async fn a_line_over_several_splits_is_rejected_whole_and_the_next_one_is_read() {
    for length in [MAX_LINE_BYTES + 1, 2 * MAX_LINE_BYTES + 3, 5 * MAX_LINE_BYTES] {
        for end in ["\n", "\r\n", ""] {
            let behind = if end.is_empty() { "" } else { "b,3.5\n" };
            let text = format!("station,temperature\na,1.5\n{}{end}{behind}", "x".repeat(length));
            let pipeline = Pipeline::new();
            let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
            let mut results = Vec::new();
            for split_bytes in [1 << 30, 700_001, MAX_LINE_BYTES as u64] {
                let options = RunOptions { split_bytes: Some(split_bytes), ..RunOptions::default() };
                let outcome = pipeline.run(&object, options).await;
                assert_eq!(outcome.outcome, OutcomeKind::Processed);
                let quality = pipeline.statistics(&outcome).quality;
                let rows = 1 + u64::from(!behind.is_empty());
                assert_eq!(
                    (quality.rows_used, quality.rows_rejected),
                    (rows, 1),
                    "{length} {end:?} {split_bytes}"
                );
                let locations = [&outcome.statistics, &outcome.report, &outcome.rejected_rows];
                results.push(locations.map(|location| pipeline.result(location.as_ref().unwrap())));
            }
            assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "the results depend on the splits");
        }
    }
}
