//! The function: reads the head of an object, plans, and keeps the plan.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use aws::metrics::{Invocation, Measure};
use aws::storage::ObjectHead;
use aws::{Storage, text};
use shared::{
    Compression, Damage, Failure, Finding, Location, Plan, RunOptions, ValidateTask, Verdict, layout,
};
use tokio::io::AsyncReadExt;

use crate::asked::{self, Asked};
use crate::config::Config;
use crate::content;
use crate::plan::{self, Head};

/// Bytes of the object, and of its decompressed text, that are looked at: thousands of rows, and quick to fetch.
pub const HEAD_BYTES: u64 = 256 << 10;

/// The same of an object compressed with bzip2, whose largest blocks have 900,000 bytes of text.
const BZIP2_HEAD_BYTES: u64 = 1 << 20;

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
        let ObjectHead { mut bytes, metadata } =
            storage.read_head(&task.object, 0..size.min(HEAD_BYTES)).await?;
        let wanted = size.min(head_bytes(&bytes));
        if bytes.len() as u64 != wanted {
            bytes = storage.read_range(&task.object, 0..wanted).await?;
        }
        let asked = asked_for(&task, &metadata, storage, config).await?;
        s3_time += waiting.elapsed();
        match asked {
            Ok(Asked { options, finding }) => {
                let task = ValidateTask { options, ..task.clone() };
                let mut plan = look(&bytes, &task, config.split_bytes).await.plan;
                plan.findings.splice(0..0, finding);
                Plan { splits_at_once: config.splits_at_once, ..plan }
            }
            Err(finding) => plan::rejected(&task.options, vec![finding]),
        }
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

/// What the execution's input asks for; where that is nothing, what the bucket does.
async fn asked_for(
    task: &ValidateTask,
    metadata: &BTreeMap<String, String>,
    storage: &Storage,
    config: &Config,
) -> Result<Result<Asked, Finding>, Failure> {
    let split_bytes = task.options.split_bytes;
    let asks = RunOptions { split_bytes: None, ..task.options.clone() } != RunOptions::default();
    if asks || !config.asks_bucket {
        return Ok(Ok(Asked { options: task.options.clone(), finding: None }));
    }
    let asked = asked::asked(&task.object, metadata, storage).await?;
    Ok(asked.map(|asked| Asked { options: RunOptions { split_bytes, ..asked.options }, ..asked }))
}

/// How many bytes of an object that begins with these are looked at: bzip2 has no text before a whole block of it.
pub fn head_bytes(bytes: &[u8]) -> u64 {
    if content::compression(bytes) == Compression::Bzip2 { BZIP2_HEAD_BYTES } else { HEAD_BYTES }
}

/// A plan, and the text that it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked<'a> {
    /// The plan.
    pub plan: Plan,
    /// The beginning of the object's text, decompressed.
    pub text: Cow<'a, [u8]>,
}

/// Plans from the first bytes of the object as they are stored, at most [`head_bytes`] of them.
pub async fn look<'a>(bytes: &'a [u8], task: &ValidateTask, split_bytes: u64) -> Looked<'a> {
    let whole_object = bytes.len() as u64 == task.object.size;
    let compression = content::compression(bytes);
    if compression == Compression::None {
        return planned(bytes.into(), whole_object, compression, task, split_bytes);
    }
    let (text, end) = decompressed(bytes, compression, whole_object).await;
    let complete = match &end {
        End::Text => true,
        End::Head => false,
        End::Damage(damage) => damage.leaves_text_whole(),
    };
    if text.is_empty() && matches!(end, End::Head) {
        let plan = plan::rejected(&task.options, vec![no_text(compression, bytes.len())]);
        return Looked { plan, text: text.into() };
    }
    let mut looked = planned(text.into(), complete, compression, task, split_bytes);
    // Where there is a row before the damage, it is met again when all rows are read, wherever in the object
    // it lies, and the report says so.
    if let End::Damage(damage) = end
        && looked.plan.verdict == Verdict::Rejected
    {
        let findings = damaged(compression, &damage, looked.plan.findings);
        looked.plan = plan::rejected(&task.options, findings);
    }
    looked
}

/// Transcodes the beginning of a text where that is needed, and plans by it.
fn planned<'a>(
    text: Cow<'a, [u8]>,
    complete: bool,
    compression: Compression,
    task: &ValidateTask,
    split_bytes: u64,
) -> Looked<'a> {
    let transcoding = content::transcoding(&text);
    let text = if transcoding.is_none() { text } else { transcoding.apply(&text, complete).into() };
    let head = Head { text: &text, complete, compression, transcoding };
    Looked { plan: plan::plan_head(head, task, split_bytes), text }
}

/// Where the text of the head ends.
enum End {
    /// Where all of the text does.
    Text,
    /// In the middle: there is more than was fetched, or than is looked at.
    Head,
    /// At something that cannot be read.
    Damage(Damage),
}

/// The beginning of the text, and why there is no more of it.
async fn decompressed(bytes: &[u8], compression: Compression, whole_object: bool) -> (Vec<u8>, End) {
    let mut text = Vec::new();
    let mut reader =
        text::decompress(Box::pin(io::Cursor::new(bytes.to_vec())), compression).take(HEAD_BYTES);
    let read = reader.read_to_end(&mut text).await;
    let end = match read.as_ref().map_err(Damage::of) {
        Ok(_) if whole_object && (text.len() as u64) < HEAD_BYTES => End::Text,
        Ok(_) => End::Head,
        // The rest of the compressed data lies behind the bytes that were fetched.
        Err(Some(Damage::CutShort)) if !whole_object => End::Head,
        Err(damage) => End::Damage(damage.cloned().unwrap_or(Damage::Broken)),
    };
    (text, end)
}

/// The findings about a compressed file whose readable text, by `findings`, is no table.
fn damaged(compression: Compression, damage: &Damage, mut findings: Vec<Finding>) -> Vec<Finding> {
    let name = name(compression);
    if damage.leaves_text_whole() {
        let message = format!("the file is compressed with {name}: {damage}");
        findings.insert(0, Finding::warning(damage.code(), message, damage.hint()));
        return findings;
    }
    let message = format!("the file is compressed with {name}, and no row can be read: {damage}");
    vec![Finding::error(damage.code(), message, damage.hint())]
}

fn no_text(compression: Compression, bytes: usize) -> Finding {
    Finding::error(
        "no_text",
        format!(
            "the file is compressed with {}, and its first {bytes} bytes hold no text at all",
            name(compression)
        ),
        "compress the file again, without comments or other additions",
    )
}

fn name(compression: Compression) -> &'static str {
    match compression {
        Compression::None | Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
        Compression::Bzip2 => "bzip2",
        Compression::Zip => "ZIP",
    }
}

#[cfg(test)]
#[path = "handler_tests.rs"]
mod tests;
