//! Splits to Partials: streams the bytes of a split once, accounts for every row and sums up.
//!
//! | module | subject |
//! |---|---|
//! | [`blocks`] | a split's text, cut at line ends |
//! | [`split`] | its lines: each down the fast path, those that do not fit down the careful one |
//! | [`kernel`] | the fast path; [`index`] finds the ends of fields, [`number`] reads temperatures |
//! | [`careful`] | the careful path, which names each bad row |
//! | [`fields`] | what is read of a row, and what its texts are as readings |
//! | [`fold`] | rows to cells, whichever path read them; [`cells`] and [`stations`] hold them |
//! | [`table`] | the cells, written to disk where they outgrow the memory |
//! | [`rejects`] | rejected rows and readings, kept on disk |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod blocks;
pub mod careful;
pub mod cells;
mod elements;
pub mod fields;
pub mod fold;
pub mod index;
pub mod kernel;
pub mod limits;
mod missing;
pub mod number;
mod open;
pub mod rejects;
pub mod split;
pub mod stations;
pub mod table;

use std::time::{Duration, Instant};

use aws::Storage;
use aws::body::broken_stream;
use aws::metrics::{Invocation, Measure};
use aws::settings::Results;
use shared::{Damage, Failure, Location, ProcessTask, SplitResult, layout};
use tokio::sync::mpsc;

use crate::limits::Limits;
use crate::split::{Learned, SplitReader};

/// Reads one split and leaves its partial, and its rejected rows if there are any, in S3.
///
/// # Errors
/// [`Failure::SplitUnsafe`] when a quoted field turns up in one of several splits; else what S3 answers.
pub async fn handle(task: ProcessTask, storage: &Storage, results: &Results) -> Result<SplitResult, Failure> {
    let invocation = Invocation::start();
    let Read { learned, s3_time, block_time } = read_split(&task, storage).await?;
    let bucket = results.bucket_for(&task.object);
    let index = task.split.index;
    let to =
        |key: fn(&str, &str, u32) -> String| Location::new(bucket, key(&task.run_id, &task.plan_id, index));
    if let Some(file) = &learned.rejects {
        storage.put_file(&to(layout::split_rejects_key), "application/zstd", file.path()).await?;
    }
    storage.put_file(&to(layout::cells_key), "application/zstd", learned.cells.path()).await?;
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

/// What came of reading a split.
struct Read {
    learned: Learned,
    /// Time spent waiting for the object's bytes.
    s3_time: Duration,
    /// Time spent on the blocks; goes on beside the waiting.
    block_time: Duration,
}

/// Reads while the block before is being summed up: one task waits for S3, one thread computes.
async fn read_split(task: &ProcessTask, storage: &Storage) -> Result<Read, Failure> {
    let waiting = Instant::now();
    let limits = Limits::default();
    let mut blocks = open::split(task, storage, limits).await?;
    let mut s3_time = waiting.elapsed();
    let mut reader = SplitReader::new(task, limits);
    let (full, mut to_read) = mpsc::channel::<Vec<u8>>(1);
    let (empty, mut to_fill) = mpsc::channel::<Vec<u8>>(4);
    let folding = tokio::task::spawn_blocking(move || {
        let mut block_time = Duration::ZERO;
        while let Some(block) = to_read.blocking_recv() {
            let computing = Instant::now();
            reader.read(&block)?;
            block_time += computing.elapsed();
            // The buffer goes round; where nobody waits for it any more, it is dropped.
            let _ = empty.try_send(block);
        }
        reader.finish().map(|learned| (learned, block_time))
    });
    let mut damage = None;
    loop {
        let mut block = to_fill.try_recv().unwrap_or_default();
        let waiting = Instant::now();
        let read = blocks.next(&mut block).await;
        s3_time += waiting.elapsed();
        match read {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let found = Damage::of(&error).ok_or_else(|| broken_stream(&error))?;
                // The whole lines before the damage count; the line in which it lies cannot be trusted.
                if !found.leaves_text_whole() {
                    block.truncate(memchr::memrchr(b'\n', &block).map_or(0, |at| at + 1));
                }
                damage = Some(found.clone());
            }
        }
        // The other side hangs up only when it failed; its error is the one to report.
        if full.send(block).await.is_err() || damage.is_some() {
            break;
        }
    }
    drop(full);
    let joined =
        folding.await.map_err(|error| Failure::InvalidTask(format!("reading the split stopped: {error}")));
    let (mut learned, block_time) = joined??;
    let partial = &mut learned.partial;
    partial.damage = damage;
    partial.bytes += blocks.skipped();
    if blocks.is_unfinished() {
        partial.bytes += open::rest_of_long_line(task, storage).await?;
    }
    Ok(Read { learned, s3_time, block_time })
}
