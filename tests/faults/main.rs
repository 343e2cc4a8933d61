//! Runs the pipeline under faults, and counts. What is promised, and what the classes are: `docs/reliability.md`.
//!
//! | module | subject |
//! |---|---|
//! | `inputs` | the uploads, and what undisturbed runs make of them |
//! | `functions` | what befalls functions |
//! | `runs` | one run, or several that meet, of one class |
//! | `verdict` | what a run has left, held against what undisturbed ones leave |
//! | `count` | the table |
//! | `clock` | a clock on which nobody waits for long |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clock;
mod count;
mod functions;
mod inputs;
mod runs;
mod verdict;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use local::s3::faults::{hash, mix};

use crate::count::Count;
use crate::inputs::Input;
use crate::runs::{Ended, Kind};
use crate::verdict::Wrong;

/// Runs the pipeline under faults, and counts what comes out. The same seed gives the same faults.
#[derive(Parser)]
struct Arguments {
    /// Other faults for another seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A class of faults; may be given several times. Default: all.
    #[arg(long = "class")]
    classes: Vec<String>,
    /// Runs of each class.
    #[arg(long, default_value_t = 200)]
    runs: usize,
    /// Only the run with this number.
    #[arg(long)]
    only: Option<usize>,
    /// Runs at a time.
    #[arg(long)]
    jobs: Option<usize>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let all = Kind::all();
    if let Some(unknown) = arguments.classes.iter().find(|class| all.iter().all(|(name, _)| name != class)) {
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no class {unknown:?}; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    let begun = Instant::now();
    let inputs = inputs::all();
    // Most of a run is waiting for a thread that waits.
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.unwrap_or(4 * processors);
    println!("{}", count::heading());
    let (mut passed, mut failed) = (0, 0);
    for (name, kind) in all {
        if !arguments.classes.is_empty() && arguments.classes.iter().all(|class| class != name) {
            continue;
        }
        let numbers: Vec<_> = match arguments.only {
            Some(only) => vec![only],
            None => (0..arguments.runs).collect(),
        };
        let (next, count) = (AtomicUsize::new(0), Mutex::new(Count::default()));
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    while let Some(&number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let input = &inputs[number % inputs.len()];
                        let seed = mix(&[arguments.seed, hash(name.as_bytes()), number as u64]);
                        let ended = one(kind, seed, input);
                        if let Some(wrong) = &ended.wrong {
                            let seed = arguments.seed;
                            eprintln!(
                                "{wrong}\n  {}: --seed {seed} --class {name} --only {number}",
                                input.name
                            );
                        }
                        count.lock().unwrap().add(&ended, input.took);
                    }
                });
            }
        });
        let mut count = count.into_inner().unwrap();
        println!("{}", count.row(name));
        passed += count.right();
        failed += count.wrong();
    }
    println!("seed {}, {:.0} s", arguments.seed, begun.elapsed().as_secs_f64());
    println!("{passed} passed, {failed} failed");
    if failed > 0 || passed == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// One run, on a clock of its own.
fn one(kind: Kind, seed: u64, input: &Input) -> Ended {
    let run = AssertUnwindSafe(|| clock::run(runs::run(kind, seed, input)));
    catch_unwind(run).unwrap_or_else(|_| Ended {
        redriven: false,
        wrong: Some(Wrong::Unclear("a panic".to_owned())),
        met: 0,
        took: Duration::ZERO,
    })
}
