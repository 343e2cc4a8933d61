//! The laws of the pipeline: rows are accounted for, the same input gives the same bytes, the source is
//! never touched, and a run reads one version of its object.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use async_trait::async_trait;
use aws::Storage;
use isotherm_tests::order::{OutOfOrder, Twice};
use isotherm_tests::rejected::{RejectedRow, encoding};
use isotherm_tests::{Pipeline, same_bytes};
use local::functions::Functions;
use local::states::{TaskError, Tasks};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;
use shared::{Location, OutcomeKind, RunOptions, layout};

/// Rows as files have them: mostly clean, some missing, some bad; not all of them text in one encoding.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let bad: [&[u8]; 17] = [
        b"",
        b"NA",
        b"NaN",
        b"-9999",
        b"warm",
        b"inf",
        b"1e2",
        b"1e400",
        b"2,3",
        b"w\xe4rm",
        "wärm".as_bytes(),
        b"=1+1",
        b"@x",
        b"a\\;-1,5",
        "\u{202e}1".as_bytes(),
        b"\x1b[1m",
        b"1\t2",
    ];
    let value = prop_oneof![
        12 => (-400_i32..400).prop_map(|tenths| format!("{:.1}", f64::from(tenths) / 10.0).into_bytes()),
        2 => (-40_000_i32..40_000)
            .prop_map(|thousandths| format!("{:.3}", f64::from(thousandths) / 1000.0).into_bytes()),
        1 => prop::sample::select(bad.map(<[u8]>::to_vec).to_vec()),
        // Whatever a shifted column holds: sums and squares of these are beyond what a field may be.
        1 => prop::sample::select(vec!["1e151", "1e-151", "1e-300", "1e-301", "999999999.99", "1e9", "-3.5527136788005009e-15", "99999"])
            .prop_map(|value| value.as_bytes().to_vec()),
        1 => ("-?[1-9]\\.[0-9]{0,30}", -300_i32..=300).prop_map(|(digits, exponent)| format!("{digits}e{exponent}").into_bytes()),
        1 => "-?[1-9][0-9]{0,160}".prop_map(String::into_bytes),
    ];
    let station = prop::sample::select([&b"s0"[..], b"s1", b"s2", b"s3", b"M\xe5", b"M\xf6", b"=s"].to_vec());
    let end = prop::sample::select([&b"\n"[..], b"\n", b"\n", b"\r\n", b"\n\n"].to_vec());
    let row = (1_u8..29, station, value, end).prop_map(|(day, station, value, end)| {
        [format!("2024-02-{day:02}T00:00,").as_bytes(), station, b",", &value, end].concat()
    });
    (prop::collection::vec(row, 1..60), any::<bool>()).prop_map(|(rows, last_end)| {
        let mut text = [&b"time,station,temperature\n2024-02-01,s0,1.5\n"[..], &rows.concat()].concat();
        if !last_end {
            text.truncate(text.trim_ascii_end().len());
        }
        text
    })
}

/// Lines as an editor counts them, without their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect()
}

fn split_bytes(bytes: u64) -> RunOptions {
    RunOptions { split_bytes: Some(bytes), ..RunOptions::default() }
}

/// Calls one function with another results bucket than the others.
struct Elsewhere {
    function: &'static str,
    functions: Arc<dyn Tasks>,
    elsewhere: Arc<dyn Tasks>,
}

#[async_trait]
impl Tasks for Elsewhere {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let functions = if resource == self.function { &self.elsewhere } else { &self.functions };
        functions.invoke(resource, input).await
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))), ..ProptestConfig::with_cases(48) })]

    #[test]
    fn every_row_is_accounted_for_and_splits_leave_no_trace(text in file(), size in 1_u64..400, seed in any::<u32>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let pipeline = Pipeline::new();
            let object = pipeline.upload("incoming/a.csv", &text).await;
            let before = pipeline.uploads();
            let whole = pipeline.run(&object, split_bytes(1 << 30)).await;
            let expected = pipeline.results();
            assert_eq!(expected.len(), 11, "statistics, and twice report, rejected rows and three tables");

            let quality = pipeline.statistics(&whole).quality;
            assert_eq!(quality.rows_read, quality.rows_used + quality.rows_missing + quality.rows_rejected);
            // Blank lines are no rows; every other line behind the header is one.
            let lines = lines(&text);
            assert_eq!(quality.rows_read, lines.iter().skip(1).filter(|line| !line.is_empty()).count() as u64);
            // Every rejected row can be had back as it stands in the file, and is where it says.
            let rejected = RejectedRow::all(&expected[&layout::rejected_key(&object.key)], encoding(&quality));
            assert_eq!(rejected.len() as u64, quality.rows_rejected);
            assert_eq!(whole.rejected_rows.is_some(), quality.rows_rejected > 0);
            for row in rejected {
                assert_eq!(row.bytes, lines[row.line - 1], "line {}", row.line);
            }

            let shuffled = Arc::new(OutOfOrder::new(&pipeline.functions, seed.into()));
            for functions in [shuffled as Arc<dyn Tasks>, Arc::new(Twice(Arc::clone(&pipeline.functions)))] {
                pipeline.forget_results();
                pipeline.execute(&object, split_bytes(size), functions, Arc::new(())).await.unwrap();
                same_bytes(&pipeline.results(), &expected);
            }
            assert_eq!(pipeline.uploads(), before, "the source is never touched");
        });
    }
}

/// Replaces or deletes the object once `validate` has planned.
struct Meanwhile {
    functions: Arc<dyn Tasks>,
    storage: Storage,
    object: Location,
    after: &'static str,
}

#[async_trait]
impl Tasks for Meanwhile {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let answer = self.functions.invoke(resource, input).await;
        if resource == self.after {
            let newer = b"time,temperature\n2024-01-01,99.5\n2024-01-02,98.5\n".to_vec();
            self.storage.put(&self.object, "text/csv", newer).await.unwrap();
        }
        answer
    }
}

#[tokio::test]
async fn an_object_replaced_meanwhile_ends_the_run_as_superseded() {
    for after in ["validate", "process"] {
        let pipeline = Pipeline::new();
        let text = "time,temperature\n2024-01-01,1.5\n2024-01-02,2.5\n";
        let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
        let functions = Arc::new(Meanwhile {
            functions: Arc::clone(&pipeline.functions),
            storage: pipeline.storage.clone(),
            object: object.location(),
            after,
        });
        let outcome =
            pipeline.execute(&object, RunOptions::default(), functions, Arc::new(())).await.unwrap();
        assert_eq!(outcome.outcome, OutcomeKind::Superseded, "replaced after {after}");
        assert_eq!((outcome.statistics, outcome.report, outcome.mean_temperature), (None, None, None));
        let nothing = Location::new("results", layout::statistics_key(&object.key));
        assert_eq!(pipeline.storage.head(&nothing).await.unwrap_err().error_type(), "ObjectMissing");
    }
}

#[tokio::test]
async fn an_object_that_is_gone_ends_the_run_as_superseded() {
    let pipeline = Pipeline::new();
    let mut object = pipeline.upload("incoming/a.csv", b"temperature\n1\n").await;
    object.key = "incoming/gone.csv".to_owned();
    let outcome = pipeline.run(&object, RunOptions::default()).await;
    assert_eq!(outcome.outcome, OutcomeKind::Superseded);
}

/// A missing bucket looks like a missing object to S3's clients; the run must not pass for superseded.
#[tokio::test]
async fn a_results_bucket_that_is_missing_fails_the_run_in_every_function() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", b"temperature\n1\n").await;
    let elsewhere: Arc<dyn Tasks> = Arc::new(Functions::new(pipeline.storage.clone(), "gone", 1 << 20));
    for function in ["validate", "process", "report"] {
        let functions = Arc::new(Elsewhere {
            function,
            functions: Arc::clone(&pipeline.functions),
            elsewhere: Arc::clone(&elsewhere),
        });
        let run = pipeline.execute(&object, RunOptions::default(), functions, Arc::new(())).await;
        let failure = run.unwrap_err();
        assert_eq!(failure.error, "InvalidTask", "{function}");
        assert!(failure.cause.contains("s3://gone/"), "{}", failure.cause);
    }
}

#[tokio::test]
async fn a_quoted_line_end_far_behind_the_head_is_read_in_one_split() {
    let pipeline = Pipeline::new();
    let rows = "2024-01-01,s,1.5\n".repeat(40_000);
    let text = format!("time,station,temperature\n{rows}2024-01-02,\"a\nb\",3.5\n{rows}");
    let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
    let outcome = pipeline.run(&object, split_bytes(100_000)).await;
    let statistics = pipeline.statistics(&outcome);
    assert_eq!((statistics.record_count, statistics.quality.rows_rejected), (80_001, 0));
    assert_eq!(
        statistics.by_station.iter().map(|group| group.station.as_str()).collect::<Vec<_>>(),
        ["a\nb", "s"]
    );
}
