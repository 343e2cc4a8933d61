//! What the workflow's retriers promise: the events of the largest plan fit one execution, and a run on an account
//! that is nearly used up goes slowly and ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use aws::settings::Results;
use isotherm_tests::{Pipeline, json};
use serde_json::Value;
use shared::{RunOptions, ValidateTask};
use validate::splits::MAX_SPLITS;

/// The events that one execution may have:
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>.
const MOST_EVENTS: u64 = 25_000;
/// A state is entered and left.
const VISIT: u64 = 2;
/// A call of a function is scheduled, started, and succeeds, fails, or times out.
const CALL: u64 = 3;
/// One item of a Map is started, and succeeds, fails or is aborted; the Map itself is too.
const STARTED_AND_DONE: u64 = 2;

fn workflow() -> Value {
    json("workflows/pipeline.asl.json")
}

fn process_split(workflow: &Value) -> &Value {
    &workflow["States"]["ProcessData"]["ItemProcessor"]["States"]["ProcessSplit"]
}

/// The events of one visit of `state` with every retry, a Map over `items`.
fn events(state: &Value, items: u64) -> u64 {
    match state["Type"].as_str().unwrap() {
        "Task" => {
            let retries = state["Retry"].as_array().unwrap();
            let retries: u64 = retries.iter().map(|retry| retry["MaxAttempts"].as_u64().unwrap()).sum();
            VISIT + CALL * (1 + retries)
        }
        "Map" => {
            let states = state["ItemProcessor"]["States"].as_object().unwrap();
            let item: u64 = states.values().map(|state| events(state, 0)).sum();
            VISIT + STARTED_AND_DONE + items * (STARTED_AND_DONE + item)
        }
        "Choice" | "Pass" => VISIT,
        other => panic!("how many events has a {other}?"),
    }
}

#[test]
fn the_events_of_the_largest_plan_with_every_retry_fit_one_execution() {
    let workflow = workflow();
    let states = workflow["States"].as_object().unwrap();
    // What leads back to the beginning sets a flag that the next plan obeys, so each is passed once at most;
    // one of them asks for a single split, and it is dearest when it comes last.
    let back: Vec<_> = states.values().filter(|state| state["Next"] == workflow["StartAt"]).collect();
    assert!(back.iter().all(|state| state["Type"] == "Pass" && state["Result"] == true), "{back:?}");
    assert_eq!(back.iter().filter(|state| state["ResultPath"] == "$.single_split").count(), 1);
    let rounds = back.len() as u64 + 1;
    let (map, other) = (
        &states["ProcessData"],
        [&states["ValidateData"], &states["IsReadable"]].map(|state| events(state, 0)),
    );
    let planning: u64 = rounds * other.iter().sum::<u64>();
    let passes: u64 = back.iter().map(|state| events(state, 0)).sum();
    let splits = (rounds - 1) * events(map, MAX_SPLITS) + events(map, 1);
    // The execution itself is started and ends.
    let all = STARTED_AND_DONE + planning + passes + splits + events(&states["GenerateReport"], 0);
    println!("{all} events of {MOST_EVENTS}");
    assert!(all < MOST_EVENTS, "{all} events");
    // Every state is counted above, or is the end instead of the report.
    assert_eq!(states.len(), 3 + back.len() + 1 + usize::from(states.contains_key("Superseded")));
}

/// The retrier for an account whose functions are all busy.
struct Retrier {
    interval: f64,
    attempts: u32,
    rate: f64,
    most: f64,
}

impl Retrier {
    fn of(state: &Value) -> Self {
        let retries = state["Retry"].as_array().unwrap();
        let busy = |retry: &&Value| {
            let names = retry["ErrorEquals"].as_array().unwrap();
            *names == ["Throttled", "Lambda.TooManyRequestsException"]
        };
        let retry = retries.iter().find(busy).unwrap();
        assert_eq!(retry["JitterStrategy"], "FULL", "without jitter, all that wait come again together");
        Retrier {
            interval: retry["IntervalSeconds"].as_f64().unwrap(),
            attempts: retry["MaxAttempts"].as_u64().unwrap() as u32,
            rate: retry["BackoffRate"].as_f64().unwrap(),
            most: retry["MaxDelaySeconds"].as_f64().unwrap(),
        }
    }

    /// The longest delay before the try after `failed` ones.
    fn delay(&self, failed: u32) -> f64 {
        (self.interval * self.rate.powi(failed as i32 - 1)).min(self.most)
    }
}

#[test]
fn throttling_is_waited_out_for_hours_and_faults_for_minutes() {
    let workflow = workflow();
    for state in
        [&workflow["States"]["ValidateData"], process_split(&workflow), &workflow["States"]["GenerateReport"]]
    {
        let retrier = Retrier::of(state);
        let hours = (1..=retrier.attempts).map(|failed| retrier.delay(failed)).sum::<f64>() / 3600.0;
        assert!((12.0..24.0).contains(&hours), "{hours} hours at most");
        let delays: Vec<_> = (1..=retrier.attempts).map(|failed| retrier.delay(failed)).collect();
        assert!(delays.windows(2).all(|pair| pair[0] <= pair[1]) && delays[0] < delays[7], "{delays:?}");
        // A fault uses up none of these tries, nor the other way round.
        let faults = state["Retry"].as_array().unwrap().iter();
        let names = faults.flat_map(|retry| retry["ErrorEquals"].as_array().unwrap());
        let busy = |name: &&Value| **name == "Throttled" || **name == "Lambda.TooManyRequestsException";
        assert_eq!(names.filter(busy).count(), 2);
        let transient = &state["Retry"][0];
        assert_eq!(
            (&transient["ErrorEquals"][0], &transient["MaxAttempts"]),
            (&"Transient".into(), &6.into())
        );
        // What comes again has a cause that no try removes.
        let crashed = &state["Retry"][2];
        assert_eq!(
            crashed["ErrorEquals"],
            serde_json::json!(["Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "States.Timeout"])
        );
        assert_eq!(crashed["MaxAttempts"], 1);
    }
    // A run must be over before what it left under runs/ expires.
    assert_eq!(workflow["TimeoutSeconds"], 2 * 24 * 3600);
}

/// What a deploy sets for all runs is what the Map of each obeys.
#[tokio::test]
async fn the_plan_says_how_many_splits_are_worked_on_at_a_time() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", b"date,temperature\n2024-01-01,1\n").await;
    let task = ValidateTask {
        run_id: object.run_id("", &RunOptions::default()),
        object,
        options: RunOptions::default(),
        single_split: false,
        other_order: false,
    };
    for splits_at_once in [0, 7, 40] {
        let config = validate::Config {
            results: Results { bucket: Some("results".to_owned()), by_bucket: false },
            splits_at_once,
            ..validate::Config::default()
        };
        let plan = validate::handle(task.clone(), &pipeline.storage, &config).await.unwrap();
        assert_eq!(plan.splits_at_once, splits_at_once);
        assert_eq!(serde_json::to_value(&plan).unwrap()["splits_at_once"], splits_at_once);
    }
}

/// Plays `runs` runs of `splits` splits of `seconds` each, all begun at once, on an account that has `slots` functions at
/// a time; answers the hours until the last split is done, and the most tries that one took. `None`: one ran out of tries.
fn play(runs: usize, splits: usize, seconds: f64, slots: usize, seed: u64) -> Option<(f64, u32)> {
    let workflow = workflow();
    let retrier = Retrier::of(process_split(&workflow));
    assert_eq!(workflow["States"]["ProcessData"]["MaxConcurrencyPath"], "$.plan.splits_at_once");
    let at_once = validate::Config::default().splits_at_once as usize;
    let mut random = seed | 1;
    let mut jitter = |longest: f64| {
        // xorshift64
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 11) as f64 / (1_u64 << 53) as f64 * longest
    };
    // Times in milliseconds. A split (run, failed tries so far), or the end of one (run, none).
    let mut events: BinaryHeap<Reverse<(u64, usize, Option<u32>)>> = BinaryHeap::new();
    let mut waiting = vec![splits; runs];
    for (run, waiting) in waiting.iter_mut().enumerate() {
        let first = at_once.min(*waiting);
        *waiting -= first;
        (0..first).for_each(|_| events.push(Reverse((0, run, Some(0)))));
    }
    let (mut busy, mut now, mut worst) = (0, 0, 0);
    while let Some(Reverse((time, run, what))) = events.pop() {
        now = time;
        match what {
            None => {
                busy -= 1;
                if waiting[run] > 0 {
                    waiting[run] -= 1;
                    events.push(Reverse((now, run, Some(0))));
                }
            }
            Some(_) if busy < slots => {
                busy += 1;
                events.push(Reverse((now + (seconds * 1000.0) as u64, run, None)));
            }
            Some(failed) if failed == retrier.attempts => return None,
            Some(failed) => {
                worst = worst.max(failed + 1);
                let delay = jitter(retrier.delay(failed + 1)) * 1000.0;
                events.push(Reverse((now + delay as u64, run, Some(failed + 1))));
            }
        }
    }
    Some((now as f64 / 3_600_000.0, worst))
}

#[test]
fn runs_on_an_account_of_ten_concurrent_executions_go_slowly_and_end() {
    let largest = MAX_SPLITS as usize;
    for (runs, splits, seconds) in [
        (1, largest, 60.0),  // one large file
        (1, largest, 700.0), // one as large as can be
        (10, largest, 60.0), // ten large files at once, which is what such an account is told to let begin
        (100, 1, 60.0),      // as many small ones as begin at once by default
        (10_000, 1, 0.2),    // no such bound
    ] {
        for seed in 1..=5 {
            let ended = play(runs, splits, seconds, 10, seed);
            let (hours, tries) =
                ended.unwrap_or_else(|| panic!("{runs} x {splits} x {seconds} s: a split gave up"));
            let least = runs as f64 * splits as f64 * seconds / 10.0 / 3600.0;
            println!(
                "{runs} x {splits} x {seconds} s: {hours:.2} h (no waiting: {least:.2}), {tries} retries at most"
            );
        }
    }
}
