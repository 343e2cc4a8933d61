//! The function: an event of S3, bare or inside SQS messages, to executions.

use aws::metrics::{Invocation, Measure};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::{Failure, ObjectRef};

use crate::executions::{Executions, Started};
use crate::record::{Decision, decide};

/// An execution's input.
#[derive(Serialize)]
struct Input<'a> {
    run_id: &'a str,
    object: &'a ObjectRef,
}

/// Starts one execution per uploaded table of the event.
///
/// For SQS the answer names the messages that failed; they come again, and in the end go to the dead-letter
/// queue. The others are done with.
///
/// # Errors
/// When the event is none of S3's, or a bare S3 event has a record that failed.
pub async fn handle(event: Value, executions: &impl Executions) -> Result<SqsBatchResponse, Failure> {
    let records = event.get("Records").and_then(Value::as_array);
    let from_sqs = records.is_some_and(|records| {
        records.iter().any(|record| record.get("eventSource").and_then(Value::as_str) == Some("aws:sqs"))
    });
    let invocation = Invocation::start();
    if !from_sqs {
        start_all(&event, executions).await?;
        invocation.finish("", &[]);
        return Ok(SqsBatchResponse::default());
    }
    let event = SqsEvent::deserialize(event)
        .map_err(|error| Failure::InvalidTask(format!("this is no SQS event: {error}")))?;
    let messages = event.records.len() as u64;
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        let Err(failure) = start_from_message(&message, executions).await else { continue };
        let id = message.message_id.unwrap_or_default();
        tracing::error!(message_id = id, error = %failure, "message failed");
        if id.is_empty() {
            // An answer without the id would count the message as done.
            return Err(failure);
        }
        response.add_failure(id);
    }
    let failed = response.batch_item_failures.len() as u64;
    // One invocation serves many runs, so the metrics name none.
    invocation
        .finish("", &[("Messages", Measure::Count(messages)), ("MessagesFailed", Measure::Count(failed))]);
    Ok(response)
}

async fn start_from_message(message: &SqsMessage, executions: &impl Executions) -> Result<(), Failure> {
    let body = message.body.as_deref().unwrap_or_default();
    let event: Value = serde_json::from_str(body)
        .map_err(|error| Failure::InvalidTask(format!("the message's body is no JSON: {error}")))?;
    start_all(&event, executions).await
}

/// Starts an execution for every record of an S3 event. A record that fails does not keep the others from starting.
async fn start_all(event: &Value, executions: &impl Executions) -> Result<(), Failure> {
    if event.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
        tracing::info!(decision = "ignored", reason = "test_event", "S3 event");
        return Ok(());
    }
    let records = event.get("Records").and_then(Value::as_array).ok_or_else(|| {
        Failure::InvalidTask("this is no S3 event: it has no list named Records".to_owned())
    })?;
    let mut first_failure = None;
    for record in records {
        if let Err(failure) = start(record, executions).await {
            tracing::error!(decision = "failed", error = %failure, "S3 event");
            first_failure.get_or_insert(failure);
        }
    }
    first_failure.map_or(Ok(()), Err)
}

async fn start(record: &Value, executions: &impl Executions) -> Result<(), Failure> {
    let (object, run_id) = match decide(record).map_err(Failure::InvalidTask)? {
        Decision::Run { object, run_id } => (object, run_id),
        Decision::Ignore { bucket, key, reason } => {
            tracing::info!(bucket, key, decision = "ignored", reason, "S3 event");
            return Ok(());
        }
    };
    let input = serde_json::to_string(&Input { run_id: &run_id, object: &object })
        .map_err(|error| Failure::InvalidTask(format!("cannot write the input of {run_id}: {error}")))?;
    let decision = match executions.start(&run_id, input).await? {
        Started::New => "started",
        Started::Already => "already_started",
    };
    tracing::info!(run_id, bucket = object.bucket, key = object.key, decision, "S3 event");
    Ok(())
}
