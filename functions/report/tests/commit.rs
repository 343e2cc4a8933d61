//! Runs that meet, and runs that are stopped: whoever reads the results reads those of one run.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;
mod memory;

use std::collections::BTreeMap;

use aws::settings::Results;
use fixture::{
    Learned, OBJECT, REJECTED, REPORT, STATISTICS, TABLES, UPLOAD, day, object, plan, ready, run, statistics,
};
use memory::{Fate, Memory};
use report::handle;
use serde_json::Value;
use shared::{Failure, Finding, ObjectRef, Outcome, Plan, ReportTask, Verdict};

/// A run about a version of the object of its own, with the value `tenths`.
async fn other_run(memory: &Memory, run_id: &str, etag: &str, tenths: i64) -> ReportTask {
    let mut learned = Learned::new(1);
    learned.rows("Bergen", day(27), &[tenths]);
    learned.partial.bytes = 1_800;
    let partials = vec![learned.store(memory, run_id, 0).await];
    ReportTask {
        run_id: run_id.into(),
        object: ObjectRef { etag: etag.into(), ..object() },
        plan: plan(1),
        partials,
    }
}

/// A run about a version that cannot be read as temperatures.
fn unreadable(etag: &str) -> ReportTask {
    let findings = vec![Finding::error("no_temperature_column", "There is none.", "Name one.")];
    let plan = Plan {
        verdict: Verdict::Rejected,
        findings,
        columns: None,
        dialect: None,
        plausible: None,
        ..plan(0)
    };
    ReportTask {
        run_id: "r9".into(),
        object: ObjectRef { etag: etag.into(), ..object() },
        plan,
        partials: Vec::new(),
    }
}

/// Runs to its end on a thread of its own, in the middle of another run.
fn run_meanwhile(memory: &Memory, task: ReportTask) -> Result<Outcome, Failure> {
    let memory = memory.clone();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || runtime().block_on(run(&memory, task))).join().unwrap()
}

/// A run's files by what they are.
type Files = BTreeMap<&'static str, Option<Vec<u8>>>;

/// The results that are looked for by name, and those that the statistics name.
fn seen(memory: &Memory) -> (Files, Files) {
    let edition = &statistics(memory)["edition"];
    let names = ["report", "rejected_rows", "cells", "stations", "days"];
    let named = |name: &'static str| {
        let key = edition[name].as_str().or(edition["tables"][name].as_str());
        (name, key.map(|key| memory.bytes(&format!("/weather/{key}")).expect("what is named is there")))
    };
    let table = |name| format!("{TABLES}{name}.parquet");
    let places = [REPORT.to_owned(), REJECTED.to_owned(), table("cells"), table("stations"), table("days")];
    let found = |(name, path): (&'static str, String)| (name, memory.bytes(&path));
    (names.into_iter().zip(places).map(found).collect(), names.into_iter().map(named).collect())
}

fn assert_results_are_of(memory: &Memory, etag: &str) {
    assert_eq!(statistics(memory)["source"]["etag"], etag);
    let (found, named) = seen(memory);
    assert!(found == named, "what is found is not what the statistics name");
}

#[tokio::test]
async fn the_statistics_name_what_the_run_wrote() {
    let (memory, task) = ready().await;
    run(&memory, task).await.unwrap();
    assert_results_are_of(&memory, &object().etag);
    let (_, named) = seen(&memory);
    assert!(named.values().all(Option::is_some));
    assert!(memory.text(REPORT).unwrap().1.contains("Oslo"));
    let id = statistics(&memory)["edition"]["id"].as_str().unwrap().to_owned();
    assert_eq!(memory.paths(&format!("/weather/editions/incoming/stations/{id}/")).len(), 5);
    assert_eq!(memory.paths("/weather/editions/").len(), 5);
}

/// A version's id is S3's random text: uploaded again, the same bytes leave the same files, under the same names.
#[tokio::test]
async fn versions_of_the_same_bytes_leave_the_same_results() {
    let mut results = Vec::new();
    for version in [None, Some("3sL4kqtJlcpXroDTDmJ"), Some("QUpfdndhfd8438MNFDN")] {
        let (memory, mut task) = ready().await;
        if let Some(id) = version {
            memory.version(OBJECT, id);
            task.object.version_id = Some(id.to_owned());
        }
        run(&memory, task).await.unwrap();
        let paths = memory.paths("/weather/").into_iter().filter(|path| !path.starts_with("/weather/runs/"));
        results.push(paths.map(|path| (memory.bytes(&path), path)).collect::<Vec<_>>());
    }
    assert!(results[0].len() > 10, "{} files", results[0].len());
    assert!(results[0] == results[1] && results[1] == results[2]);
}

/// The upload is replaced, and the newer run comes to its end, at any moment of the older one.
#[tokio::test]
async fn an_older_run_never_replaces_a_newer_ones_results() {
    let undisturbed = {
        let (memory, task) = ready().await;
        let requests = std::sync::Arc::new(std::sync::Mutex::new(0));
        let count = requests.clone();
        let counting = memory.disturbed(move |_, _| {
            *count.lock().unwrap() += 1;
            Fate::Answered
        });
        run(&counting, task).await.unwrap();
        *requests.lock().unwrap()
    };
    assert!(undisturbed > 15, "{undisturbed} requests");
    let mut superseded = 0;
    for moment in 0..=undisturbed {
        for newer_is_unreadable in [false, true] {
            let (memory, older) = ready().await;
            let mut newer = match newer_is_unreadable {
                true => Some(unreadable("newer")),
                false => Some(other_run(&memory, "r2", "newer", 55).await),
            };
            let (inner, mut request) = (memory.clone(), 0);
            let disturbed = memory.disturbed(move |_, _| {
                if request == moment {
                    inner.insert(OBJECT, "newer", &UPLOAD);
                    run_meanwhile(&inner, newer.take().unwrap()).unwrap();
                }
                request += 1;
                Fate::Answered
            });
            match run(&disturbed, older).await {
                Ok(_) => {}
                Err(Failure::ObjectChanged(_)) => superseded += 1,
                Err(failure) => panic!("{failure:?}"),
            }
            if moment < undisturbed {
                assert_results_are_of(&memory, "newer");
            }
        }
    }
    assert!(superseded > 10, "{superseded}");
}

/// The run is stopped at any moment, and whoever reads then reads the results of one run: by the statistics, always. The
/// step is then tried again, and leaves what it would have left at once.
#[tokio::test]
async fn a_run_that_is_stopped_leaves_nothing_half() {
    let (memory, task) = ready().await;
    run(&memory, task.clone()).await.unwrap();
    let whole =
        memory.paths("/weather/").into_iter().map(|path| (memory.bytes(&path), path)).collect::<Vec<_>>();
    let mut moment = 0;
    loop {
        let mut stopped = false;
        for fate in [Fate::Lost, Fate::Unanswered] {
            let (memory, task) = ready().await;
            // What an older version of the object left.
            let older = other_run(&memory, "r0", "older", 7).await;
            memory.insert(OBJECT, "older", &UPLOAD);
            run(&memory, older).await.unwrap();
            memory.insert(OBJECT, &object().etag, &UPLOAD);
            let mut request = 0;
            // All that come after it are lost, too: the function is no more.
            let dying = memory.disturbed(move |_, _| {
                request += 1;
                match request.cmp(&(moment + 1)) {
                    std::cmp::Ordering::Less => Fate::Answered,
                    std::cmp::Ordering::Equal => fate,
                    std::cmp::Ordering::Greater => Fate::Lost,
                }
            });
            stopped |= run(&dying, task.clone()).await.is_err();
            let (_, named) = seen(&memory);
            assert!(named.values().all(Option::is_some));
            let report = String::from_utf8(named["report"].clone().unwrap()).unwrap();
            let newer = statistics(&memory)["source"]["etag"] != "older";
            assert_eq!((report.contains("Oslo"), report.contains("Bergen")), (newer, !newer));

            run(&memory, task).await.unwrap();
            assert_results_are_of(&memory, &object().etag);
            for (bytes, path) in &whole {
                assert!(memory.bytes(path) == *bytes, "{path} after a stop at request {moment}");
            }
        }
        if !stopped {
            break;
        }
        moment += 1;
    }
    assert!(moment > 15, "{moment} requests");
}

/// A run is stopped after its statistics are there; then the upload is replaced by a file that is no newer run's yet.
#[tokio::test]
async fn the_next_try_mends_what_a_stopped_one_left() {
    let (memory, task) = ready().await;
    let mut copies = 0;
    let dying = memory.disturbed(move |method, path| {
        copies += i32::from(method == "PUT" && path.starts_with("/weather/reports/"));
        if copies > 0 { Fate::Lost } else { Fate::Answered }
    });
    assert_eq!(run(&dying, task.clone()).await.unwrap_err().error_type(), "Transient");
    memory.insert(OBJECT, "newer", &UPLOAD);
    assert_eq!(run(&memory, task).await.unwrap_err().error_type(), "ObjectChanged");
    assert_results_are_of(&memory, &object().etag);
}

#[tokio::test]
async fn a_file_that_became_unreadable_has_no_tables() {
    let (memory, task) = ready().await;
    run(&memory, task).await.unwrap();
    assert_eq!(memory.paths(TABLES).len(), 3);
    memory.insert(OBJECT, "newer", &UPLOAD);
    run(&memory, unreadable("newer")).await.unwrap();
    assert_eq!(memory.paths(TABLES).len(), 0);
    assert_eq!(statistics(&memory)["edition"]["tables"], Value::Null);
    assert_results_are_of(&memory, "newer");
}

#[tokio::test]
async fn two_data_buckets_never_share_results() {
    let (memory, task) = ready().await;
    let mut theirs = other_run(&memory, "r2", "theirs", 55).await;
    theirs.object.bucket = "ocean".into();
    memory.insert("/ocean/incoming/stations.csv", "theirs", &UPLOAD);
    // What was stored for the other one lies in the bucket of the results.
    let by_name = Results { bucket: Some("weather".into()), by_bucket: false };
    handle(task.clone(), &memory.storage(), &by_name).await.unwrap();
    let failure = handle(theirs.clone(), &memory.storage(), &by_name).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    let message = failure.to_string();
    for part in [
        "s3://weather/processed/incoming/stations_stats.json holds the results of s3://weather/incoming/stations.csv",
        "not of s3://ocean/incoming/stations.csv",
        "RESULTS_BY_BUCKET=true",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert_results_are_of(&memory, &object().etag);

    let by_bucket = Results { bucket: Some("weather".into()), by_bucket: true };
    for (task, bucket) in [(task, "weather"), (theirs, "ocean")] {
        let outcome = handle(task, &memory.storage(), &by_bucket).await.unwrap();
        let at = outcome.statistics.unwrap();
        assert_eq!(at.key, format!("processed/{bucket}/incoming/stations_stats.json"));
        let written: Value =
            serde_json::from_str(&memory.text(&format!("/weather/{}", at.key)).unwrap().1).unwrap();
        assert_eq!(written["source"]["bucket"], bucket);
        assert_eq!(written["tables"]["days"], format!("tables/{bucket}/incoming/stations/days.parquet"));
        assert_eq!(memory.paths(&format!("/weather/editions/{bucket}/incoming/stations/")).len(), 5);
    }
}

#[tokio::test]
async fn what_is_no_statistics_file_is_not_replaced() {
    let (memory, task) = ready().await;
    memory.insert(STATISTICS, "x", b"{\"mean_temperature\": 5}");
    let failure = run(&memory, task).await.unwrap_err();
    assert_eq!(failure.error_type(), "InvalidTask");
    assert!(
        failure.to_string().contains("stations_stats.json holds something else than statistics"),
        "{failure}"
    );
    assert_eq!(memory.paths("/weather/reports/").len(), 0);
}

/// Statistics of a version that named no edition are replaced like any others.
#[tokio::test]
async fn results_of_an_earlier_version_are_replaced() {
    let (memory, task) = ready().await;
    memory.insert(STATISTICS, "x", br#"{"source": {"bucket": "weather", "key": "incoming/stations.csv"}}"#);
    memory.insert(REPORT, "x", b"old");
    run(&memory, task).await.unwrap();
    assert_results_are_of(&memory, &object().etag);
}
