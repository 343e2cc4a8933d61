//! Requests that do not go well: what may stand between a client and the service.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It is done and answered.
    Answered,
    /// It is done and answered, but not at once.
    Late(Duration),
    /// It is refused with a status, an error code and a message.
    Refused(u16, &'static str, &'static str),
    /// The connection is reset before the answer; `done`: after the service has done what was asked.
    Reset {
        /// Whether the service has done it.
        done: bool,
    },
    /// The connection is reset in the middle of the answer's body.
    ResetInBody,
    /// The answer's body ends in its middle, as if that were its end.
    Truncated,
    /// Another range than the one that was asked for is answered, and the answer says so.
    OtherRange,
    /// The range is ignored, and the whole object answered.
    WholeObject,
    /// Nothing comes any more; `done`: after the service has done what was asked.
    Stalled {
        /// Whether the service has done it.
        done: bool,
    },
    /// Nothing comes any more from the middle of the answer's body on.
    StalledInBody,
    /// The body comes in small pieces with a pause before each.
    Slow {
        /// Bytes of a piece.
        piece: usize,
        /// The pause.
        pause: Duration,
    },
    /// Whoever made the request is no more; `told` hears of it.
    Killed {
        /// Whether the service has done what was asked.
        done: bool,
        /// Is notified when the moment has come.
        told: Arc<Notify>,
    },
}

/// A request, as far as its fate may depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its method.
    pub method: &'a str,
    /// Path and query: `/bucket/key?…`.
    pub path: &'a str,
    /// The range it asks for, as the header has it; empty where it asks for none.
    pub range: &'a str,
}

/// Decides what happens to each request of a client.
pub trait Disturb: Send + Sync {
    /// Asked once before every request.
    fn fate(&self, asked: Asked<'_>) -> Fate;
}

/// Kinds of faults between client and service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// 500 InternalError.
    InternalError,
    /// 503 SlowDown.
    SlowDown,
    /// 429 TooManyRequests.
    TooManyRequests,
    /// A connection reset before the answer, whether or not the service has done what was asked.
    Reset,
    /// A connection reset in the middle of an answer.
    ResetInBody,
    /// Bodies that end early.
    Truncated,
    /// Another range than the one that was asked for.
    OtherRange,
    /// The whole object for a range.
    WholeObject,
    /// No answer, or no more of it.
    Stalled,
    /// Bodies in small pieces.
    Slow,
    /// 403 AccessDenied for a while.
    Denied,
    /// Writes that find the disk full for a while, as the service over folders says it.
    DiskFull,
    /// 403 RequestTimeTooSkewed for a while: what S3 answers to a client whose clock has jumped.
    ClockSkewed,
}

impl Class {
    /// Every class with its name.
    pub const ALL: [(&'static str, Class); 13] = [
        ("500", Class::InternalError),
        ("503", Class::SlowDown),
        ("429", Class::TooManyRequests),
        ("reset", Class::Reset),
        ("reset-in-body", Class::ResetInBody),
        ("truncated", Class::Truncated),
        ("other-range", Class::OtherRange),
        ("whole-object", Class::WholeObject),
        ("stalled", Class::Stalled),
        ("slow", Class::Slow),
        ("denied", Class::Denied),
        ("disk-full", Class::DiskFull),
        ("clock-skewed", Class::ClockSkewed),
    ];
}

impl FromStr for Class {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Class::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, class)| *class).ok_or_else(|| format!("there is no class of faults {name:?}"))
    }
}

/// Which requests meet a fault.
#[derive(Clone, Copy, Debug)]
enum Share {
    /// So many of a hundred, whatever they are.
    Percent(u64),
    /// One of so many different requests, each time that it is made.
    Always(u64),
    /// All from one moment on, so many of them.
    From(u64, u64),
}

/// Faults of one class. The same seed and the same requests give the same faults, in whatever order requests come:
/// what happens to one depends on what it asks for and on how often it was asked for before.
#[derive(Debug)]
pub struct Faults {
    class: Class,
    seed: u64,
    share: Share,
    /// The most faults.
    budget: u64,
    /// How often each request was made.
    made: Mutex<HashMap<String, u64>>,
    requests: AtomicU64,
    injected: AtomicU64,
    lifted: AtomicBool,
}

impl Faults {
    /// Faults of `class`; how many, and which requests meet them, follows from `seed`.
    #[must_use]
    pub fn new(class: Class, seed: u64) -> Self {
        let drawn = mix(&[seed, 1]);
        let passing = matches!(class, Class::Denied | Class::DiskFull | Class::ClockSkewed);
        let share = match drawn % 5 {
            0..=2 if passing => Share::From(mix(&[seed, 2]) % 40, 1 + mix(&[seed, 3]) % 12),
            // At the beginning a run asks for things that need not be there.
            _ if passing => Share::From(mix(&[seed, 2]) % 6, 1 + mix(&[seed, 3]) % 2),
            0 => Share::Percent(3),
            1 | 2 => Share::Percent(12),
            3 => Share::Percent(40),
            _ => Share::Always(8),
        };
        Faults {
            class,
            seed,
            share,
            budget: 1 + mix(&[seed, 4]) % 60,
            made: Mutex::default(),
            requests: AtomicU64::new(0),
            injected: AtomicU64::new(0),
            lifted: AtomicBool::new(false),
        }
    }

    /// From now on every request is answered.
    pub fn lift(&self) {
        self.lifted.store(true, Ordering::Relaxed);
    }

    /// How many requests met a fault.
    pub fn injected(&self) -> u64 {
        self.injected.load(Ordering::Relaxed)
    }

    /// Whether this request meets a fault, and a number that its kind is drawn with.
    fn drawn(&self, asked: Asked<'_>) -> Option<u64> {
        let identity = format!("{} {} {}", asked.method, asked.path, asked.range);
        let time = {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            let times = made.entry(identity.clone()).or_default();
            *times += 1;
            *times
        };
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        let what = hash(identity.as_bytes());
        let drawn = mix(&[self.seed, what, time]);
        let hit = match self.share {
            Share::Percent(percent) => drawn % 100 < percent,
            Share::Always(of) => mix(&[self.seed, what]).is_multiple_of(of),
            Share::From(first, requests) => (first..first + requests).contains(&request),
        };
        (hit && self.injected() < self.budget).then(|| mix(&[drawn]))
    }
}

impl Disturb for Faults {
    fn fate(&self, asked: Asked<'_>) -> Fate {
        if self.lifted.load(Ordering::Relaxed) {
            return Fate::Answered;
        }
        let reads = asked.method == "GET";
        let applies = match self.class {
            Class::OtherRange | Class::WholeObject => !asked.range.is_empty(),
            Class::DiskFull => matches!(asked.method, "PUT" | "POST"),
            Class::Slow => reads,
            _ => true,
        };
        if !applies {
            return Fate::Answered;
        }
        let Some(drawn) = self.drawn(asked) else { return Fate::Answered };
        self.injected.fetch_add(1, Ordering::Relaxed);
        let done = drawn.is_multiple_of(2);
        match self.class {
            Class::InternalError => {
                Fate::Refused(500, "InternalError", "We encountered an internal error. Please try again.")
            }
            Class::SlowDown => Fate::Refused(503, "SlowDown", "Please reduce your request rate."),
            Class::TooManyRequests => {
                Fate::Refused(429, "TooManyRequests", "Please reduce your request rate.")
            }
            Class::Reset => Fate::Reset { done },
            Class::ResetInBody if reads => Fate::ResetInBody,
            Class::ResetInBody => Fate::Reset { done: true },
            Class::Truncated => Fate::Truncated,
            Class::OtherRange => Fate::OtherRange,
            Class::WholeObject => Fate::WholeObject,
            Class::Stalled if reads && drawn % 4 < 2 => Fate::StalledInBody,
            Class::Stalled => Fate::Stalled { done },
            Class::Slow => Fate::Slow {
                piece: 64 + (drawn % 1000) as usize,
                pause: Duration::from_millis(1 + drawn % 40),
            },
            Class::Denied => Fate::Refused(403, "AccessDenied", "Access Denied"),
            Class::DiskFull => Fate::Refused(400, "InvalidRequest", "No space left on device (os error 28)"),
            Class::ClockSkewed => Fate::Refused(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
        }
    }
}

/// A number that depends on all of `numbers` (SplitMix64).
#[must_use]
pub fn mix(numbers: &[u64]) -> u64 {
    numbers.iter().fold(0, |state, number| {
        let mut next = (state ^ number).wrapping_add(0x9e37_79b9_7f4a_7c15);
        next = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        next ^ (next >> 31)
    })
}

/// FNV-1a: the same on every machine and with every compiler.
#[must_use]
pub fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
