//! What befalls functions: they are killed, their answers are lost, they are given up and go on all the same, the clock
//! jumps under them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use isotherm_tests::disturbed;
use local::functions::failed;
use local::s3::LocalS3;
use local::s3::faults::{Asked, Class, Disturb, Fate, Faults, hash, mix};
use local::states::{TaskError, Tasks};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Lets every request wait, each as long as the seed says.
pub struct Lateness {
    seed: u64,
    requests: AtomicU64,
}

impl Lateness {
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(Lateness { seed, requests: AtomicU64::new(0) })
    }
}

impl Disturb for Lateness {
    fn fate(&self, _: Asked<'_>) -> Fate {
        let drawn = mix(&[self.seed, self.requests.fetch_add(1, Ordering::Relaxed)]);
        Fate::Late(Duration::from_millis(drawn % 3_000))
    }
}

/// Kills whoever asks at one request.
struct Death {
    at: u64,
    done: bool,
    requests: AtomicU64,
    told: Arc<Notify>,
}

impl Disturb for Death {
    fn fate(&self, _: Asked<'_>) -> Fate {
        match self.requests.fetch_add(1, Ordering::Relaxed) == self.at {
            true => Fate::Killed { done: self.done, told: Arc::clone(&self.told) },
            false => Fate::Answered,
        }
    }
}

/// What befalls an invocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mishap {
    /// The function is killed at one of its requests, before or after the service has done what was asked.
    Killed,
    /// It comes to its end, and its answer is lost.
    Unanswered,
    /// It is given up, and goes on late, beside those that are called in its place.
    Abandoned,
}

/// Functions of which some invocations meet a mishap.
pub struct Mishaps {
    s3: LocalS3,
    mishap: Mishap,
    seed: u64,
    /// How often each function was called with the same input.
    calls: Mutex<HashMap<u64, u64>>,
    met: AtomicU64,
    abandoned: Mutex<Vec<JoinHandle<()>>>,
}

impl Mishaps {
    pub fn new(s3: &LocalS3, mishap: Mishap, seed: u64) -> Arc<Self> {
        Arc::new(Mishaps {
            s3: s3.clone(),
            mishap,
            seed,
            calls: Mutex::default(),
            met: AtomicU64::new(0),
            abandoned: Mutex::default(),
        })
    }

    /// How many invocations met one.
    pub fn met(&self) -> u64 {
        self.met.load(Ordering::Relaxed)
    }

    /// Waits for those that were given up.
    pub async fn settled(&self) {
        let abandoned = std::mem::take(&mut *self.abandoned.lock().unwrap());
        for invocation in abandoned {
            invocation.await.unwrap();
        }
    }
}

#[async_trait]
impl Tasks for Mishaps {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let what = hash(format!("{resource} {input}").as_bytes());
        let call = {
            let mut calls = self.calls.lock().unwrap();
            let calls = calls.entry(what).or_default();
            *calls += 1;
            *calls
        };
        let drawn = mix(&[self.seed, what, call]);
        if drawn % 100 >= 45 {
            return disturbed(&self.s3, Arc::new(Peace)).invoke(resource, input).await;
        }
        let error = ended(drawn);
        match self.mishap {
            Mishap::Killed => {
                let requests = match resource {
                    "validate" => 5,
                    "process" => 12,
                    _ => 50,
                };
                let told = Arc::new(Notify::new());
                let death = Death {
                    at: mix(&[drawn]) % requests,
                    done: drawn.is_multiple_of(2),
                    requests: AtomicU64::new(0),
                    told: Arc::clone(&told),
                };
                let function = disturbed(&self.s3, Arc::new(death));
                tokio::select! {
                    biased;
                    () = told.notified() => {
                        self.met.fetch_add(1, Ordering::Relaxed);
                        Err(error)
                    }
                    answer = function.invoke(resource, input) => answer,
                }
            }
            Mishap::Unanswered => {
                self.met.fetch_add(1, Ordering::Relaxed);
                disturbed(&self.s3, Arc::new(Peace)).invoke(resource, input).await?;
                Err(error)
            }
            Mishap::Abandoned => {
                self.met.fetch_add(1, Ordering::Relaxed);
                let function = disturbed(&self.s3, Lateness::new(drawn));
                let resource = resource.to_owned();
                self.abandoned.lock().unwrap().push(tokio::spawn(async move {
                    // Nobody hears of its answer.
                    let _ = function.invoke(&resource, input).await;
                }));
                tokio::time::sleep(Duration::from_millis(mix(&[drawn]) % 10_000)).await;
                Err(error)
            }
        }
    }
}

/// What Step Functions hears of an invocation without an answer. Some of it the workflow tries again.
fn ended(drawn: u64) -> TaskError {
    match drawn % 9 {
        0 => failed("Sandbox.Timedout", "Task timed out after 900.00 seconds"),
        1 => failed("Runtime.ExitError", "Runtime exited with error: signal: killed"),
        2 => failed("Lambda.SdkClientException", "Unable to execute HTTP request: connection reset"),
        3 => failed("Lambda.AWSLambdaException", "the service failed"),
        4 => failed("Lambda.ClientExecutionTimeoutException", "the call took too long"),
        _ => failed("Lambda.ServiceException", "the service failed"),
    }
}

struct Peace;

impl Disturb for Peace {
    fn fate(&self, _: Asked<'_>) -> Fate {
        Fate::Answered
    }
}

/// A clock that jumps: all waits end at once, files seem older or newer than they are, and S3 refuses requests whose
/// time it takes for wrong.
pub struct Clock {
    functions: Arc<dyn Tasks>,
    faults: Arc<ClockFaults>,
}

struct ClockFaults {
    skewed: Faults,
    seed: u64,
    requests: AtomicU64,
    upload: PathBuf,
    met: AtomicU64,
    lifted: AtomicBool,
}

impl Clock {
    pub fn new(s3: &LocalS3, upload: PathBuf, seed: u64) -> Self {
        let faults = Arc::new(ClockFaults {
            skewed: Faults::new(Class::ClockSkewed, seed),
            seed,
            requests: AtomicU64::new(0),
            upload,
            met: AtomicU64::new(0),
            lifted: AtomicBool::new(false),
        });
        Clock { functions: disturbed(s3, Arc::clone(&faults) as Arc<dyn Disturb>), faults }
    }

    /// How often it jumped.
    pub fn met(&self) -> u64 {
        self.faults.met.load(Ordering::Relaxed) + self.faults.skewed.injected()
    }

    /// No jump from now on.
    pub fn lift(&self) {
        self.faults.lifted.store(true, Ordering::Relaxed);
        self.faults.skewed.lift();
    }
}

impl Disturb for ClockFaults {
    fn fate(&self, asked: Asked<'_>) -> Fate {
        if self.lifted.load(Ordering::Relaxed) {
            return Fate::Answered;
        }
        let drawn = mix(&[self.seed, self.requests.fetch_add(1, Ordering::Relaxed), 7]);
        let hour = Duration::from_secs(3_600);
        let to = match drawn % 20 {
            0 => SystemTime::now() + hour,
            1 => SystemTime::now() - hour,
            // Half of the runs: every skewed request may end one.
            _ if self.seed.is_multiple_of(2) => return self.skewed.fate(asked),
            _ => return Fate::Answered,
        };
        self.met.fetch_add(1, Ordering::Relaxed);
        std::fs::File::options().write(true).open(&self.upload).unwrap().set_modified(to).unwrap();
        Fate::Answered
    }
}

#[async_trait]
impl Tasks for Clock {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let drawn = mix(&[self.faults.seed, hash(format!("{resource} {input}").as_bytes())]);
        if drawn.is_multiple_of(3) && !self.faults.lifted.load(Ordering::Relaxed) {
            self.faults.met.fetch_add(1, Ordering::Relaxed);
            tokio::time::advance(Duration::from_secs(drawn % 600)).await;
        }
        self.functions.invoke(resource, input).await
    }
}

/// Remembers what was answered, as a redriven execution does: finished steps are not repeated.
pub struct Remembering {
    pub functions: Mutex<Arc<dyn Tasks>>,
    answers: Mutex<HashMap<String, Value>>,
    /// Whether answers are given again.
    again: AtomicBool,
}

impl Remembering {
    pub fn new(functions: Arc<dyn Tasks>) -> Arc<Self> {
        Arc::new(Remembering {
            functions: Mutex::new(functions),
            answers: Mutex::default(),
            again: AtomicBool::new(false),
        })
    }

    /// From now on other functions are called, and only where no answer is known yet.
    pub fn redriven(&self, functions: Arc<dyn Tasks>) {
        *self.functions.lock().unwrap() = functions;
        self.again.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl Tasks for Remembering {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        let call = format!("{resource} {input}");
        let known = self.answers.lock().unwrap().get(&call).cloned();
        if let Some(known) = known.filter(|_| self.again.load(Ordering::Relaxed)) {
            return Ok(known);
        }
        let functions = Arc::clone(&*self.functions.lock().unwrap());
        let answer = functions.invoke(resource, input).await?;
        self.answers.lock().unwrap().insert(call, answer.clone());
        Ok(answer)
    }
}
