//! Runs of several files: small ones side by side, each large one alone with all processors.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::{Stream, StreamExt, stream};
use shared::RunOptions;
use tokio::sync::Semaphore;

use crate::args::RunArguments;
use crate::fault::Fault;
use crate::inputs::Input;
use crate::workplace::{Finished, Workplace};

/// Files up to this size, in bytes, run side by side. What such a run holds in memory is little, and its splits are too
/// few to keep the processors busy; a larger file has splits for all of them.
const SMALL: u64 = 256 << 10;

/// Small runs at a time for each processor: they wait for the disk about as long as they compute.
const RUNS_PER_PROCESSOR: usize = 2;

/// Whether all of `files` are run side by side.
#[must_use]
pub fn are_small(files: &[PathBuf]) -> bool {
    files.iter().all(|file| is_small(file))
}

fn is_small(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|metadata| metadata.len() <= SMALL)
}

/// What the runs of one command share.
pub struct SideBySide {
    shared: Arc<Shared>,
}

struct Shared {
    options: RunOptions,
    /// A place for each run at a time; taken and given back.
    places: Mutex<Vec<Workplace>>,
    /// As many permits as places: a small file takes one, a large one all of them.
    permits: Semaphore,
    at_once: u32,
}

impl SideBySide {
    /// For files that are run with `options`.
    ///
    /// # Errors
    /// When nothing can be written to the results folder.
    pub fn new(arguments: &RunArguments, options: RunOptions) -> Result<Self, Fault> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = (RUNS_PER_PROCESSOR * processors).min(arguments.files.len()).max(1);
        let places = (0..at_once).map(|_| Workplace::new(arguments)).collect::<Result<Vec<_>, _>>()?;
        if let Some(first) = places.first() {
            // Where temporary files lie can be said once. If it was, they lie where they lay before.
            let _ = tempfile::env::override_temp_dir(&first.temporary());
        }
        let permits = Semaphore::new(at_once);
        let shared = Shared { options, places: Mutex::new(places), permits, at_once: at_once as u32 };
        Ok(SideBySide { shared: Arc::new(shared) })
    }

    /// Runs the files. What came of each comes in their order, and no more of them are held than run at a time.
    pub fn run(&self, files: Vec<Input>) -> impl Stream<Item = (Input, Result<Finished, Fault>)> {
        let shared = Arc::clone(&self.shared);
        let at_once = shared.at_once as usize;
        stream::iter(files)
            .map(move |file| {
                let (shared, input) = (Arc::clone(&shared), file.clone());
                // A task of its own, so that another processor can take it.
                let run = tokio::spawn(async move { shared.run(&input).await });
                async move {
                    let ended = run
                        .await
                        .unwrap_or_else(|error| Err(Fault::other(format!("the run stopped: {error}"))));
                    (file, ended)
                }
            })
            .buffered(at_once)
    }
}

impl Shared {
    async fn run(&self, file: &Input) -> Result<Finished, Fault> {
        let small = is_small(&file.path);
        let permits = if small { 1 } else { self.at_once };
        // The semaphore is never closed, so the error cannot occur; without a permit it just goes on.
        let _permits = self.permits.acquire_many(permits).await;
        let taken = self.places.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(mut place) = taken else {
            return Err(Fault::other("there is no place for the run"));
        };
        let beside = small && self.at_once > 1;
        let ended = place.run(file, &self.options, beside).await;
        self.places.lock().unwrap_or_else(PoisonError::into_inner).push(place);
        ended
    }
}
