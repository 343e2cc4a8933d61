//! What an invocation brings, as far as it matters here: all else in it is passed over.

use serde::Deserialize;
use serde_json::value::RawValue;
use shared::Failure;

/// An event of S3, or messages of SQS that hold such events.
#[derive(Debug, Deserialize)]
pub struct Event<'a> {
    /// What S3 or SQS tell of, each apart: one that cannot be read does not keep the others from being read.
    #[serde(rename = "Records", borrow)]
    pub records: Option<Vec<&'a RawValue>>,
    /// What S3 says of itself, and not of an object.
    #[serde(rename = "Event")]
    pub name: Option<String>,
}

/// A message of SQS.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id, by which it is told that it failed.
    pub message_id: Option<String>,
    /// An event, as JSON.
    pub body: Option<String>,
}

/// Who sent a record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    event_source: Option<String>,
}

impl<'a> Event<'a> {
    /// Reads the JSON of an event.
    ///
    /// # Errors
    /// When it is none: no JSON, or something else in place of the records.
    pub fn read(json: &'a str) -> Result<Self, Failure> {
        serde_json::from_str(json).map_err(|error| {
            Failure::InvalidTask(match error.classify() {
                serde_json::error::Category::Data => format!("this is no S3 event: {error}"),
                _ => format!("the event is no JSON: {error}"),
            })
        })
    }

    /// The messages of SQS, `None` if the event is another's.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn messages(&self) -> Result<Option<Vec<Message>>, Failure> {
        let records = self.records.as_deref().unwrap_or_default();
        let is_message = |record: &&RawValue| {
            serde_json::from_str(record.get())
                .is_ok_and(|sent: Sent| sent.event_source.as_deref() == Some("aws:sqs"))
        };
        if !records.iter().any(is_message) {
            return Ok(None);
        }
        let read = |record: &&RawValue| {
            serde_json::from_str(record.get())
                .map_err(|error| Failure::InvalidTask(format!("this is no SQS event: {error}")))
        };
        records.iter().map(read).collect::<Result<_, _>>().map(Some)
    }
}
