//! The function: an event of S3, bare or inside SQS messages, to executions.

use aws::metrics::{Invocation, Measure};
use aws_lambda_events::sqs::SqsBatchResponse;
use futures::StreamExt;
use futures::stream::FuturesOrdered;
use serde::Serialize;
use serde_json::value::RawValue;
use shared::{Failure, ObjectRef};
use tokio::time::Instant;

use crate::config::Config;
use crate::event::{Event, Message};
use crate::executions::{Executions, Started};
use crate::record::{Decision, OWN_OUTPUT, decide};
use crate::room::Room;

/// An execution's input.
#[derive(Serialize)]
struct Input<'a> {
    run_id: &'a str,
    object: &'a ObjectRef,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Done {
    /// Whether a record of it waits until there is room for its run.
    held: bool,
    /// Records of Isotherm's own results.
    own_outputs: u64,
}

/// Starts one execution per uploaded table of the event, a JSON text.
///
/// For SQS the answer names the messages that failed, or that there is no room for; they come again, and those that
/// fail go to the dead-letter queue in the end. The others are done with.
///
/// # Errors
/// When the event is none of S3's, or a bare S3 event has a record that failed or that there is no room for.
pub async fn handle(
    event: &str,
    executions: &impl Executions,
    config: &Config,
    room: &Room,
) -> Result<SqsBatchResponse, Failure> {
    let invocation = Invocation::start();
    let start = Start { executions, config, room, deadline: Room::deadline() };
    let event = Event::read(event)?;
    let Some(messages) = event.messages()? else {
        let done = start.all(&event).await?;
        invocation.finish("", &[("OwnOutputs", Measure::Count(done.own_outputs))]);
        return if done.held { Err(no_room()) } else { Ok(SqsBatchResponse::default()) };
    };
    let (mut held, mut own_outputs) = (0, 0);
    let mut response = SqsBatchResponse::default();
    // Side by side: the answers of Step Functions are waited for together, which also takes less of the processor. Each is
    // looked at when it is its turn, and not all of them for each that comes.
    let starts = messages.iter().map(|message| start.message(message));
    let done: Vec<_> = starts.collect::<FuturesOrdered<_>>().collect().await;
    let count = messages.len() as u64;
    for (message, done) in messages.into_iter().zip(done) {
        let id = message.message_id.unwrap_or_default();
        let failure = match done {
            Ok(done) => {
                own_outputs += done.own_outputs;
                if !done.held {
                    continue;
                }
                held += 1;
                no_room()
            }
            Err(failure) => {
                tracing::error!(message_id = id, error = %failure, "message failed");
                failure
            }
        };
        if id.is_empty() {
            // An answer without the id would count the message as done.
            return Err(failure);
        }
        response.add_failure(id);
    }
    let failed = response.batch_item_failures.len() as u64 - held;
    // One invocation serves many runs, so the metrics name none.
    let measures = [
        ("Messages", Measure::Count(count)),
        ("MessagesFailed", Measure::Count(failed)),
        ("MessagesHeld", Measure::Count(held)),
        ("OwnOutputs", Measure::Count(own_outputs)),
    ];
    invocation.finish("", &measures);
    Ok(response)
}

fn no_room() -> Failure {
    Failure::Transient(
        "as many runs go on as RUNS_AT_ONCE allows; the upload waits until one has ended".to_owned(),
    )
}

/// What starts the executions of one invocation.
struct Start<'a, E> {
    executions: &'a E,
    config: &'a Config,
    room: &'a Room,
    deadline: Instant,
}

impl<E: Executions> Start<'_, E> {
    async fn message(&self, message: &Message) -> Result<Done, Failure> {
        self.all(&Event::read(message.body.as_deref().unwrap_or_default())?).await
    }

    /// Starts an execution for every record of an S3 event. A record that fails does not keep the others from starting.
    async fn all(&self, event: &Event<'_>) -> Result<Done, Failure> {
        let mut done = Done::default();
        if event.name.as_deref() == Some("s3:TestEvent") {
            tracing::info!(decision = "ignored", reason = "test_event", "S3 event");
            return Ok(done);
        }
        let records = event.records.as_ref().ok_or_else(|| {
            Failure::InvalidTask("this is no S3 event: it has no list named Records".to_owned())
        })?;
        let mut first_failure = None;
        for record in records {
            if let Err(failure) = self.record(record, &mut done).await {
                tracing::error!(decision = "failed", error = %failure, "S3 event");
                first_failure.get_or_insert(failure);
            }
        }
        first_failure.map_or(Ok(done), Err)
    }

    async fn record(&self, record: &RawValue, done: &mut Done) -> Result<(), Failure> {
        let decision = decide(record.get(), &self.config.results).map_err(Failure::InvalidTask)?;
        let (object, run_id) = match decision {
            Decision::Run { object, run_id } => (object, run_id),
            Decision::Ignore { bucket, key, reason: OWN_OUTPUT } => {
                done.own_outputs += 1;
                // Louder than the others: it may be somebody's upload, under a name that is Isotherm's own.
                tracing::warn!(bucket, key, decision = "ignored", reason = OWN_OUTPUT, "S3 event");
                return Ok(());
            }
            Decision::Ignore { bucket, key, reason } => {
                tracing::info!(bucket, key, decision = "ignored", reason, "S3 event");
                return Ok(());
            }
        };
        if !self.room.take(self.executions, self.deadline).await? {
            tracing::info!(run_id, bucket = object.bucket, key = object.key, decision = "held", "S3 event");
            done.held = true;
            return Ok(());
        }
        let input = serde_json::to_string(&Input { run_id: &run_id, object: &object })
            .map_err(|error| Failure::InvalidTask(format!("cannot write the input of {run_id}: {error}")))?;
        let decision = match self.executions.start(&run_id, input).await? {
            Started::New => "started",
            Started::Already => "already_started",
        };
        tracing::info!(run_id, bucket = object.bucket, key = object.key, decision, "S3 event");
        Ok(())
    }
}
