//! Room for another run: uploads beyond so many runs at a time wait in the queue.

use std::time::Duration;

use shared::Failure;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::executions::Executions;

/// How long an invocation waits for room. What it could not start then goes back to the queue: half of the function's
/// time-out, so that the starts themselves have the other half.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a look is believed: about as long as it takes until a run that was started is listed. Step Functions answers a
/// few such questions a second, and each costs more than a start.
const PAUSE: Duration = Duration::from_secs(2);
/// The same where less than a quarter of the room was free: where few runs have ended, few more will have by then.
const LONG_PAUSE: Duration = Duration::from_secs(4);
/// Invocations at a time, which share the room: `MaximumConcurrency` in `template.yaml`.
const INVOCATIONS: u32 = 2;

/// The room for runs, as one process of the function knows it.
#[derive(Debug)]
pub struct Room {
    most: Option<u32>,
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    /// When to look again.
    until: Instant,
    /// This process' share of the room that there was, less what it has taken since.
    free: u32,
}

impl Room {
    /// Room for `most` runs at a time; `None`: always.
    pub fn new(most: Option<u32>) -> Self {
        Room { most, seen: Mutex::new(None) }
    }

    /// By when an invocation that begins now must have found room.
    pub fn deadline() -> Instant {
        Instant::now() + PATIENCE
    }

    /// Takes the room of one run, and waits for it until `deadline`; `false`: there was none.
    ///
    /// # Errors
    /// When nobody can say how many run, and trying again does not help.
    pub async fn take(&self, executions: &impl Executions, deadline: Instant) -> Result<bool, Failure> {
        let Some(most) = self.most else { return Ok(true) };
        // One looks for all that wait.
        let mut seen = self.seen.lock().await;
        loop {
            match &mut *seen {
                Some(Seen { until, free }) if *free > 0 && Instant::now() < *until => {
                    *free -= 1;
                    return Ok(true);
                }
                // What was seen long ago is looked at at once.
                Some(Seen { until, .. }) if Instant::now() < *until => {
                    if *until > deadline {
                        return Ok(false);
                    }
                    tokio::time::sleep_until(*until).await;
                }
                _ => {}
            }
            let free = match executions.running(most).await {
                Ok(running) => most.saturating_sub(running),
                Err(Failure::Transient(message)) => {
                    // Nobody knows, so nothing is started; the next look may tell.
                    tracing::warn!(error = message, "no count of the runs");
                    0
                }
                Err(failure) => return Err(failure),
            };
            let pause = if free < most / 4 { LONG_PAUSE } else { PAUSE };
            *seen = Some(Seen { until: Instant::now() + pause, free: free.div_ceil(INVOCATIONS) });
        }
    }
}
