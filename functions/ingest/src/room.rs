//! Room for another run: uploads beyond so many runs at a time wait in the queue.

use std::time::Duration;

use shared::Failure;
use tokio::time::Instant;

use crate::executions::Executions;

/// How long an invocation waits for room. What it could not start then goes back to the queue: half of the function's
/// time-out, so that the starts themselves have the other half.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it looks. Step Functions answers a few such questions a second.
const PAUSE: Duration = Duration::from_secs(1);

/// The room that one invocation has.
pub struct Room<'a, E> {
    executions: &'a E,
    most: Option<u32>,
    free: u32,
    asked: bool,
    deadline: Instant,
}

impl<'a, E: Executions> Room<'a, E> {
    /// Room for `most` runs at a time; `None`: always.
    pub fn new(executions: &'a E, most: Option<u32>) -> Self {
        Room { executions, most, free: 0, asked: false, deadline: Instant::now() + PATIENCE }
    }

    /// Takes the room of one run, and waits for it; `false`: there is none in the time that an invocation has.
    ///
    /// # Errors
    /// When nobody can say how many run, and trying again does not help.
    pub async fn take(&mut self) -> Result<bool, Failure> {
        let Some(most) = self.most else { return Ok(true) };
        while self.free == 0 {
            if self.asked {
                if Instant::now() + PAUSE > self.deadline {
                    return Ok(false);
                }
                tokio::time::sleep(PAUSE).await;
            }
            self.asked = true;
            match self.executions.running(most).await {
                Ok(running) => self.free = most.saturating_sub(running),
                // Nobody knows, so nothing is started; the next look may tell.
                Err(Failure::Transient(message)) => tracing::warn!(error = message, "no count of the runs"),
                Err(failure) => return Err(failure),
            }
        }
        self.free -= 1;
        Ok(true)
    }
}
