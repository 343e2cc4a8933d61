use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws::Storage;
use shared::{Failure, Location};
use tempfile::TempDir;

use super::LocalS3;
use super::faults::{Asked, Class, Disturb, Fate, Faults};

/// The same fate for the first so many requests.
struct First(usize, Fate, AtomicUsize);

impl Disturb for First {
    fn fate(&self, _: Asked<'_>) -> Fate {
        match self.2.fetch_add(1, Ordering::Relaxed) < self.0 {
            true => self.1.clone(),
            false => Fate::Answered,
        }
    }
}

fn account() -> (LocalS3, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let s3 = LocalS3::new();
    s3.bucket("bucket", folder.path());
    (s3, folder)
}

fn storage(s3: &LocalS3, fate: Fate) -> Storage {
    Storage::new(s3.disturbed_client(Arc::new(First(1, fate, AtomicUsize::new(0)))))
}

fn at(key: &str) -> Location {
    Location::new("bucket", key)
}

#[tokio::test]
async fn a_refusal_without_a_body_is_named_by_its_status() {
    let (s3, _folder) = account();
    let storage = storage(&s3, Fate::Refused(503, "SlowDown", "Please reduce your request rate."));
    let failure = storage.tag(&at("k")).await.unwrap_err();
    assert!(matches!(&failure, Failure::Throttled(said) if said.contains("HTTP 503")), "{failure:?}");
    assert_eq!(storage.tag(&at("k")).await, Ok(None));
}

#[tokio::test]
async fn an_object_is_missing_also_where_the_answer_breaks_off() {
    let (s3, _folder) = account();
    assert_eq!(storage(&s3, Fate::Truncated).read_small(&at("k"), 9).await, Ok(None));
    assert_eq!(storage(&s3, Fate::Truncated).read_tagged(&at("k"), 9).await, Ok(None));
}

#[tokio::test]
async fn what_breaks_off_or_comes_at_the_wrong_time_may_be_tried_again() {
    let (s3, _folder) = account();
    Storage::new(s3.client()).put(&at("k"), "text/plain", b"abcdef".to_vec()).await.unwrap();
    let skewed = Fate::Refused(403, "RequestTimeTooSkewed", "The difference is too large.");
    for fate in [Fate::Reset { done: true }, Fate::Reset { done: false }, skewed] {
        let storage = storage(&s3, fate.clone());
        let failure = storage.copy(&at("k"), &at("copy")).await.unwrap_err();
        assert!(matches!(failure, Failure::Transient(_)), "{fate:?}: {failure:?}");
        storage.copy(&at("k"), &at("copy")).await.unwrap();
    }
}

/// How a file is read may be said beside it: a permission that is taken away for a moment must not change that.
#[tokio::test]
async fn what_is_there_and_may_not_be_read_is_not_passed_over() {
    let (s3, _folder) = account();
    let denied = |requests| {
        let fate = Fate::Refused(403, "AccessDenied", "Access Denied");
        Storage::new(s3.disturbed_client(Arc::new(First(requests, fate, AtomicUsize::new(0)))))
    };
    assert_eq!(denied(1).read_small(&at("k"), 9).await, Ok(None));
    Storage::new(s3.client()).put(&at("k"), "text/plain", b"abcdef".to_vec()).await.unwrap();
    for requests in [1, 2] {
        let failure = denied(requests).read_small(&at("k"), 9).await.unwrap_err();
        assert!(matches!(&failure, Failure::InvalidTask(said) if said.contains("may not")), "{failure:?}");
    }
}

/// Waits take no time here; without an end to them the test would have none.
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_not_waited_for() {
    let (s3, _folder) = account();
    for done in [false, true] {
        let begun = tokio::time::Instant::now();
        let storage = storage(&s3, Fate::Stalled { done });
        let failure = storage.put(&at("k"), "text/plain", b"abcdef".to_vec()).await.unwrap_err();
        assert!(matches!(&failure, Failure::Transient(said) if said.contains("timeout")), "{failure:?}");
        assert!(begun.elapsed().as_secs() < 20);
        assert_eq!(storage.tag(&at("k")).await.unwrap().is_some(), done);
    }
    let object = Storage::new(s3.client()).head(&at("k")).await.unwrap();
    let failure = storage(&s3, Fate::StalledInBody).read_range(&object, 0..6).await.unwrap_err();
    assert!(matches!(&failure, Failure::Transient(said) if said.contains("throughput")), "{failure:?}");
}

#[tokio::test]
async fn other_ranges_are_refused_and_whole_objects_cut() {
    let (s3, _folder) = account();
    Storage::new(s3.client()).put(&at("k"), "text/plain", b"abcdef".to_vec()).await.unwrap();
    let object = Storage::new(s3.client()).head(&at("k")).await.unwrap();
    let failure = storage(&s3, Fate::OtherRange).read_range(&object, 2..4).await.unwrap_err();
    assert!(matches!(&failure, Failure::InvalidTask(said) if said.contains("were asked for")), "{failure:?}");
    assert_eq!(storage(&s3, Fate::WholeObject).read_range(&object, 2..4).await.unwrap(), b"cd");
}

#[test]
fn the_same_seed_gives_the_same_faults() {
    let asked = |number: usize| format!("/bucket/{}", number % 40);
    for (name, class) in Class::ALL {
        let fates = |seed, order: &mut dyn Iterator<Item = usize>| {
            let faults = Faults::new(class, seed);
            let mut fates: Vec<_> = order
                .map(|number| {
                    let path = asked(number);
                    let fate = faults.fate(Asked { method: "GET", path: &path, range: "bytes=0-9" });
                    (number % 40, format!("{fate:?}"))
                })
                .collect();
            fates.sort();
            fates
        };
        assert_eq!(fates(7, &mut (0..200)), fates(7, &mut (0..200)), "{name}");
    }
}
