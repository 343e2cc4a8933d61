//! What S3 refuses, and what people ask for that cannot be: the rows of the table in `docs/operate.md`, each brought about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use isotherm_tests::{Pipeline, disturbed, root, same_bytes};
use local::functions::message;
use local::s3::faults::{Asked, Disturb, Fate};
use serde_json::json;
use shared::{OutcomeKind, RunOptions};

const KEY: &str = "incoming/weather.csv";

/// Refuses requests whose method and path `which` finds, from the `from`th request on.
struct Refusal<F> {
    which: F,
    from: u64,
    status: u16,
    code: &'static str,
    message: &'static str,
    asked: AtomicU64,
    refused: AtomicU64,
}

impl<F: Fn(&str, &str) -> bool + Send + Sync> Disturb for Refusal<F> {
    fn fate(&self, asked: Asked<'_>) -> Fate {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        if number < self.from || !(self.which)(asked.method, asked.path) {
            return Fate::Answered;
        }
        self.refused.fetch_add(1, Ordering::Relaxed);
        Fate::Refused(self.status, self.code, self.message)
    }
}

fn refusal<F>(
    which: F,
    from: u64,
    status: u16,
    code: &'static str,
    message: &'static str,
) -> Arc<Refusal<F>> {
    let (asked, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    Arc::new(Refusal { which, from, status, code, message, asked, refused })
}

fn options() -> RunOptions {
    RunOptions { split_bytes: Some(30_000), ..RunOptions::default() }
}

fn sample() -> Vec<u8> {
    std::fs::read(root().join("samples/vega-weather-two-cities.csv")).unwrap()
}

/// Error and message of a run of the sample with these functions.
async fn failure(pipeline: &Pipeline, disturbance: Arc<dyn Disturb>) -> String {
    let object = pipeline.upload(KEY, &sample()).await;
    let ended =
        pipeline.execute(&object, options(), disturbed(&pipeline.s3, disturbance), Arc::new(())).await;
    let failure = ended.expect_err("S3 refuses what the run needs");
    format!("{}: {}", failure.error, message(&failure.cause))
}

/// Holds a failure against the row of the table that begins with `label`: the parts of its cause, in their order.
fn is_documented(label: &str, failure: &str) {
    let page = std::fs::read_to_string(root().join("docs/operate.md")).unwrap();
    let row = page.lines().find(|line| line.starts_with(&format!("| {label}"))).expect(label);
    let said = row.split(" | ").nth(1).expect("a second column");
    // The error, and what it says: texts between back quotes.
    let texts: Vec<_> = said.split('`').skip(1).step_by(2).take(2).collect();
    let mut rest = failure;
    for part in texts.iter().flat_map(|text| text.split('…')).map(str::trim).filter(|part| !part.is_empty())
    {
        let at = rest
            .find(part)
            .unwrap_or_else(|| panic!("{label}: {part:?} is documented, and this was said: {failure}"));
        rest = &rest[at + part.len()..];
    }
}

fn is_result(path: &str) -> bool {
    path.starts_with("/results/")
}

fn writes(method: &str, path: &str) -> bool {
    is_result(path) && matches!(method, "PUT" | "POST")
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_cannot_be_written_is_named_with_the_reason() {
    let other_region =
        "The bucket you are attempting to access must be addressed using the specified endpoint.";
    for (label, status, code, says) in [
        ("the results bucket is in another region", 301, "PermanentRedirect", other_region),
        ("it is gone", 404, "NoSuchBucket", "The specified bucket does not exist"),
        ("it is read-only", 403, "AccessDenied", "Access Denied"),
    ] {
        let pipeline = Pipeline::new();
        let failure = failure(&pipeline, refusal(writes, 0, status, code, says)).await;
        is_documented(label, &failure);
        assert!(failure.contains(says), "{failure}");
        assert!(pipeline.results().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_may_not_be_used_is_named() {
    let pipeline = Pipeline::new();
    let says = "User: arn:aws:sts::1:assumed-role/validate is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-north-1:1:key/k";
    let reads = |method: &str, path: &str| method == "GET" && path.starts_with("/uploads/");
    let failure = failure(&pipeline, refusal(reads, 0, 403, "AccessDenied", says)).await;
    is_documented("a KMS key may not be used", &failure);
}

/// At whatever moment: the failure says so, nothing half-written looks whole, and a redrive leaves what it should.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_disabled_in_mid_run_is_named_and_leaves_nothing_half_done() {
    let undisturbed = Pipeline::new();
    let object = undisturbed.upload(KEY, &sample()).await;
    undisturbed.run(&object, options()).await;
    let expected = undisturbed.results();
    let says = "arn:aws:kms:eu-north-1:1:key/k is disabled.";
    let mut moment = 0;
    loop {
        let pipeline = Pipeline::new();
        let disturbance = refusal(|_: &str, _: &str| true, moment, 400, "KMS.DisabledException", says);
        let object = pipeline.upload(KEY, &sample()).await;
        let disabled = disturbed(&pipeline.s3, disturbance.clone());
        let ended = pipeline.execute(&object, options(), disabled, Arc::new(())).await;
        if disturbance.refused.load(Ordering::Relaxed) == 0 {
            break;
        }
        let failure = ended.expect_err("the key is needed to the end");
        let text = format!("{}: {}", failure.error, message(&failure.cause));
        let about = text.replace("cannot write", "cannot read").replace("cannot look for", "cannot read");
        // A HEAD has no body that says more.
        let about = about.replace("HTTP 400", "KMS.DisabledException");
        is_documented("a KMS key is disabled", &about);
        let left = pipeline.results();
        match left.get("processed/incoming/weather_stats.json") {
            None => {
                assert!(left.keys().all(|key| key.starts_with("editions/")), "{moment}: {:?}", left.keys())
            }
            Some(statistics) => {
                assert!(*statistics == expected["processed/incoming/weather_stats.json"], "{moment}");
                let edition = expected.iter().filter(|(key, _)| key.starts_with("editions/"));
                edition.for_each(|(key, bytes)| assert!(left.get(key) == Some(bytes), "{moment}: {key}"));
            }
        }
        pipeline.run(&object, options()).await;
        same_bytes(&pipeline.results(), &expected);
        moment += 1;
    }
    assert!(moment > 20, "{moment} requests");
}

#[tokio::test(start_paused = true)]
async fn intermediates_that_expired_are_named() {
    let pipeline = Pipeline::new();
    let expired = |method: &str, path: &str| method == "GET" && path.starts_with("/results/runs/");
    let failure =
        failure(&pipeline, refusal(expired, 0, 404, "NoSuchKey", "The specified key does not exist.")).await;
    is_documented("a run redriven after its intermediates expired", &failure);
    assert!(pipeline.results().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_version_that_expired_ends_as_superseded_and_says_why() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload(KEY, &sample()).await;
    let gone =
        |method: &str, path: &str| method == "GET" && path.starts_with("/uploads/incoming/weather.csv");
    let disturbance = refusal(gone, 0, 404, "NoSuchVersion", "The specified version does not exist.");
    let outcome = pipeline
        .execute(&object, options(), disturbed(&pipeline.s3, disturbance), Arc::new(()))
        .await
        .unwrap();
    assert_eq!(outcome.outcome, OutcomeKind::Superseded);
    assert!(
        outcome.cause.as_deref().is_some_and(|cause| cause.contains("NoSuchVersion")),
        "{:?}",
        outcome.cause
    );
    assert!(pipeline.results().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wrong_input_is_answered_with_a_right_one() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload(KEY, &sample()).await;
    for input in [
        json!({}),
        json!({ "run_id": "r" }),
        json!({ "object": object }),
        json!({ "run_id": "r", "object": { "key": KEY } }),
    ] {
        let failure = pipeline.execute_input(input.clone()).await.unwrap_err();
        let text = format!("{}: {}", failure.error, message(&failure.cause));
        is_documented("a run started by hand with a wrong input", &text);
    }
    let smaller = shared::ObjectRef { size: object.size - 1, ..object };
    let input = json!({ "run_id": "r", "object": smaller });
    let failure = pipeline.execute_input(input).await.unwrap_err();
    let text = format!("{}: {}", failure.error, message(&failure.cause));
    assert!(
        text.starts_with("InvalidTask: ") && text.contains("start the run with the object's own size"),
        "{text}"
    );
    assert!(pipeline.results().is_empty());
}
