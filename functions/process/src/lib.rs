//! Splits to Partials: streams the bytes of a split once, accounts for every row and sums up.
//!
//! | module | subject |
//! |---|---|
//! | [`blocks`] | a split's text, cut at line ends |
//! | [`split`] | its lines: each down the fast path, those that do not fit down the careful one |
//! | [`kernel`] | the fast path; [`index`] finds the ends of fields, [`rows`] and [`batch`] take them field by field, [`number`] reads temperatures, [`words`] is what the processor can do |
//! | [`careful`] | the careful path, which names each bad row |
//! | [`fields`] | what is read of a row, and what its texts are as readings |
//! | [`fold`] | rows to cells, whichever path read them; [`cells`] and [`stations`] hold them, each one packed; `days` tells their days |
//! | `sorted` | the cells, in the order of tables |
//! | [`table`] | the cells, written to disk where they outgrow the memory |
//! | [`rejects`] | rejected rows and readings, kept on disk |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod batch;
pub mod blocks;
pub mod careful;
pub mod cells;
mod days;
mod elements;
pub mod fields;
pub mod fold;
pub mod index;
pub mod kernel;
pub mod limits;
mod missing;
pub mod number;
mod open;
mod packed;
pub mod rejects;
pub mod rows;
mod sorted;
pub mod split;
pub mod stations;
pub mod table;
mod tally;
pub mod words;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws::body::broken;
use aws::metrics::{Invocation, Measure};
use aws::settings::Results;
use aws::{Reading, Storage};
use bytes::Bytes;
use shared::{Damage, Failure, Location, ProcessTask, SplitResult, layout};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

use crate::blocks::Blocks;
use crate::limits::Limits;
use crate::open::Text;
use crate::split::{Learned, SplitReader};

/// Reads one split and leaves its partial, and its rejected rows if there are any, in S3.
///
/// # Errors
/// [`Failure::SplitUnsafe`] when a quoted field turns up in one of several splits, [`Failure::DateOrder`] when a date is in
/// another order than the one that was guessed; else what S3 answers.
pub async fn handle(task: ProcessTask, storage: &Storage, config: &Config) -> Result<SplitResult, Failure> {
    let invocation = Invocation::start();
    let Read { learned, s3_time, block_time, .. } = Box::pin(read_split(&task, storage, config)).await?;
    let bucket = config.results.bucket_for(&task.object);
    let index = task.split.index;
    let to =
        |key: fn(&str, &str, u32) -> String| Location::new(bucket, key(&task.run_id, &task.plan_id, index));
    if let Some(rejects) = &learned.rejects {
        storage.put_spooled(&to(layout::split_rejects_key), "application/zstd", rejects).await?;
    }
    storage.put_spooled(&to(layout::cells_key), "application/zstd", &learned.cells).await?;
    let partial = &learned.partial;
    storage.put_json_zst(&to(layout::partial_key), partial).await?;
    let account = &partial.account;
    tracing::info!(
        run_id = task.run_id,
        split = index,
        bytes_read = partial.bytes,
        rows_read = account.rows_read,
        rows_rejected = account.rows_rejected,
        "split processed"
    );
    invocation.finish(
        &task.run_id,
        &[
            ("RowsRead", Measure::Count(account.rows_read)),
            ("RowsUsed", Measure::Count(account.rows_used)),
            ("RowsMissing", Measure::Count(account.rows_missing)),
            ("RowsRejected", Measure::Count(account.rows_rejected)),
            ("BytesRead", Measure::Bytes(partial.bytes)),
            ("S3Time", Measure::Time(s3_time)),
            ("BlockTime", Measure::Time(block_time)),
        ],
    );
    Ok(SplitResult {
        index,
        rows_read: partial.account.rows_read,
        rows_rejected: partial.account.rows_rejected,
        records_rejected: learned.records_rejected,
    })
}

/// Settings of the function, read once at its start.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where the results go.
    pub results: Results,
    /// How the object is read.
    pub reading: Reading,
    /// As many splits are read at a time as this has permits, where a process handles several tasks: more would only hold
    /// memory. What comes of one is put while the next is read.
    pub at_a_time: Option<Arc<Semaphore>>,
}

impl Config {
    /// Reads `RESULTS_BUCKET`, `PART_BYTES` and `PARTS_IN_FLIGHT`; all may be absent.
    ///
    /// # Errors
    /// [`Failure::InvalidTask`] when a number is none.
    pub fn from_env() -> Result<Self, Failure> {
        Ok(Config { results: Results::from_env(), reading: Reading::from_env()?, at_a_time: None })
    }
}

/// What came of reading a split.
struct Read {
    learned: Learned,
    /// The last line is longer than any that is read, and goes on behind what was read of it.
    is_unfinished: bool,
    /// Time spent waiting for the object's bytes.
    s3_time: Duration,
    /// Time spent on the blocks.
    block_time: Duration,
}

/// Reads a split on a thread of its own, which takes the bytes as they come; requests that read ahead go on beside it.
async fn read_split(task: &ProcessTask, storage: &Storage, config: &Config) -> Result<Read, Failure> {
    let _permit = match &config.at_a_time {
        // Nobody closes the semaphore; without a permit it would just go on.
        Some(permits) => permits.acquire().await.ok(),
        None => None,
    };
    let limits = Limits::default();
    let blocks = open::split(task, storage, config.reading, limits).await?;
    let reader = SplitReader::new(task, limits);
    // Dropped with this future: whoever waits for bytes then gives up.
    let (_wanted, given_up) = oneshot::channel::<Infallible>();
    let runtime = Handle::current();
    let read = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            tokio::select! {
                biased;
                read = read_blocks(blocks, reader) => read,
                _ = given_up => Err(Failure::InvalidTask("nobody waits for this split any more".to_owned())),
            }
        })
    });
    let joined =
        read.await.map_err(|error| Failure::InvalidTask(format!("reading the split stopped: {error}")));
    let mut read = joined??;
    if read.is_unfinished {
        read.learned.partial.bytes += open::rest_of_long_line(task, storage).await?;
    }
    Ok(read)
}

async fn read_blocks(mut blocks: Blocks<Text>, mut reader: SplitReader) -> Result<Read, Failure> {
    let (mut s3_time, mut block_time) = (Duration::ZERO, Duration::ZERO);
    let mut damage = None;
    while damage.is_none() {
        let waiting = Instant::now();
        let read = blocks.next().await;
        let computing = Instant::now();
        s3_time += computing - waiting;
        let block = match read {
            Ok(Some(block)) => block,
            Ok(None) => break,
            Err(error) => {
                let found = Damage::of(&error).ok_or_else(|| broken(&error))?;
                damage = Some(found.clone());
                // The whole lines before the damage count; the line in which it lies cannot be trusted.
                if found.leaves_text_whole() { blocks.take_broken_line() } else { Bytes::new() }
            }
        };
        reader.read(&block)?;
        block_time += computing.elapsed();
    }
    let mut learned = reader.finish()?;
    learned.partial.damage = damage;
    learned.partial.bytes += blocks.skipped();
    Ok(Read { learned, is_unfinished: blocks.is_unfinished(), s3_time, block_time })
}
