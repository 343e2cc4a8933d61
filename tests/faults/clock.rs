//! A clock on which nobody waits for long.
//!
//! Where there is nothing to do but wait, tokio's paused clock goes on to the end of the wait. It does not while a thread
//! of its own computes, and such a thread may wait for bytes that come after a pause: so the clock also goes on a little
//! with every millisecond of the world's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// What a millisecond is worth.
const STEP: Duration = Duration::from_millis(25);

/// Runs `future` on such a clock, on one thread.
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let ticking = Ticking { told: Arc::new(Notify::new()), over: Arc::new(AtomicBool::new(false)) };
    let (told, over) = (Arc::clone(&ticking.told), Arc::clone(&ticking.over));
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
            told.notify_one();
        }
    });
    runtime.block_on(async {
        let told = Arc::clone(&ticking.told);
        let steps = tokio::spawn(async move {
            loop {
                told.notified().await;
                tokio::time::advance(STEP).await;
            }
        });
        let output = future.await;
        steps.abort();
        output
    })
}

/// Stops with the run, also when that panics.
struct Ticking {
    told: Arc<Notify>,
    over: Arc<AtomicBool>,
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
