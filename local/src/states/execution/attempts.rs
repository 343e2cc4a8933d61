//! The retries of one visit to a state.

use std::time::Duration;

use crate::states::language::recovery::Retrier;

/// The retries that are used up.
pub struct Attempts<'a> {
    retriers: &'a [Retrier],
    used: Vec<u64>,
}

impl<'a> Attempts<'a> {
    pub fn new(retriers: &'a [Retrier]) -> Self {
        Self { retriers, used: vec![0; retriers.len()] }
    }

    /// How long to wait before trying again after `error`; `None` to give up. The first retrier
    /// that names the error decides, with its own count.
    pub fn delay_after(&mut self, error: &str) -> Option<Duration> {
        let at = self.retriers.iter().position(|retrier| retrier.takes(error))?;
        let (retrier, used) = (&self.retriers[at], &mut self.used[at]);
        if *used >= retrier.max_attempts {
            return None;
        }
        let part = if retrier.full_jitter { fastrand::f64() } else { 1.0 };
        let seconds = retrier.delay(*used) * part;
        *used += 1;
        // Out of range only beyond 500 thousand million years.
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }
}
