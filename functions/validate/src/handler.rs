//! The function: reads the head of an object, plans, and keeps the plan.

use std::io;
use std::time::{Duration, Instant};

use shared::metrics::{Invocation, Measure};
use shared::{Compression, Failure, Finding, Location, Plan, Storage, ValidateTask, body, layout, text};
use tokio::io::AsyncReadExt;

use crate::config::Config;
use crate::content;
use crate::plan::{self, Head};

/// Bytes of the object, and of its decompressed text, that are looked at: thousands of rows, and quick to fetch.
const HEAD_BYTES: u64 = 256 << 10;

/// Plans the run over an object. The plan is the answer, and lies in S3 as well.
///
/// # Errors
/// What S3 answers; [`Failure::InvalidTask`] when the profile asked for is none. An object that cannot be read as temperatures is no error: its plan is a rejection.
pub async fn handle(task: ValidateTask, storage: &Storage, config: &Config) -> Result<Plan, Failure> {
    let invocation = Invocation::start();
    if let Some(profile) = &task.options.profile {
        profile.check().map_err(|wrong| Failure::InvalidTask(format!("options.profile.{wrong}")))?;
    }
    let mut s3_time = Duration::ZERO;
    let size = task.object.size;
    // A range of an empty object is an error to S3.
    let plan = if size == 0 {
        plan::rejected(&task.options, vec![plan::empty_object()])
    } else {
        let waiting = Instant::now();
        let stream = storage.read(&task.object, Some(0..size.min(HEAD_BYTES))).await?;
        let bytes = body::collect(stream).await?;
        s3_time += waiting.elapsed();
        plan_bytes(&bytes, &task, config.split_bytes).await
    };
    let plan = plan.identified(&task.object);
    let bucket = config.results.bucket_for(&task.object);
    storage.put_json(&Location::new(bucket, layout::plan_key(&task.run_id, &plan.id)), &plan).await?;
    tracing::info!(
        run_id = task.run_id,
        bucket = task.object.bucket,
        key = task.object.key,
        bytes_read = size.min(HEAD_BYTES),
        verdict = ?plan.verdict,
        splits = plan.splits.len(),
        "object planned"
    );
    let measures = [("BytesRead", Measure::Bytes(size.min(HEAD_BYTES))), ("S3Time", Measure::Time(s3_time))];
    invocation.finish(&task.run_id, &measures);
    Ok(plan)
}

/// Plans from the first bytes of the object as they are stored.
async fn plan_bytes(bytes: &[u8], task: &ValidateTask, split_bytes: u64) -> Plan {
    let whole_object = bytes.len() as u64 == task.object.size;
    let compression = content::compression(bytes);
    if compression == Compression::None {
        return plan::plan_head(Head { text: bytes, complete: whole_object, compression }, task, split_bytes);
    }
    match decompressed(bytes, compression, whole_object).await {
        Ok((text, complete)) => {
            plan::plan_head(Head { text: &text, complete, compression }, task, split_bytes)
        }
        Err(error) => plan::rejected(&task.options, vec![damaged(compression, &error)]),
    }
}

/// The beginning of the text, and whether it is all of it.
async fn decompressed(
    bytes: &[u8],
    compression: Compression,
    whole_object: bool,
) -> io::Result<(Vec<u8>, bool)> {
    let mut text = Vec::new();
    let mut reader =
        text::decompress(Box::pin(io::Cursor::new(bytes.to_vec())), compression).take(HEAD_BYTES);
    match reader.read_to_end(&mut text).await {
        Ok(_) => {
            let complete = whole_object && (text.len() as u64) < HEAD_BYTES;
            Ok((text, complete))
        }
        // The rest of the compressed data lies behind the bytes that were fetched.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !whole_object => Ok((text, false)),
        Err(error) => Err(error),
    }
}

fn damaged(compression: Compression, error: &io::Error) -> Finding {
    let name = match compression {
        Compression::Zstd => "zstd",
        _ => "gzip",
    };
    Finding::error(
        "damaged",
        format!("the file is compressed with {name}, and the data are damaged: {error}"),
        "compress the file again and check it (gzip -t, zstd -t) before uploading it",
    )
}

#[cfg(test)]
#[path = "handler_tests.rs"]
mod tests;
