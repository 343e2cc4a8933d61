//! Whole events, as AWS delivers them, and what is started for them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Mutex;

use ingest::{Config, Executions, Room, Started, handle};
use serde_json::{Value, json};
use shared::{Failure, ValidateTask};

/// Keeps what was started; refuses keys that have "throttled" in them.
#[derive(Default)]
struct Recorder {
    started: Mutex<Vec<(String, ValidateTask)>>,
    /// How many run, at each look; the last stays.
    running: Mutex<Vec<Result<u32, Failure>>>,
}

impl Executions for Recorder {
    async fn start(&self, name: &str, input: String) -> Result<Started, Failure> {
        // What validate reads is what ingest writes.
        let task: ValidateTask = serde_json::from_str(&input).unwrap();
        if task.object.key.contains("throttled") {
            return Err(Failure::Transient("slow down".to_owned()));
        }
        let mut started = self.started.lock().unwrap();
        if started.iter().any(|(other, _)| other == name) {
            return Ok(Started::Already);
        }
        started.push((name.to_owned(), task));
        Ok(Started::New)
    }

    async fn running(&self, most: u32) -> Result<u32, Failure> {
        let mut looks = self.running.lock().unwrap();
        let answer = if looks.len() > 1 { looks.remove(0) } else { looks[0].clone() };
        answer.map(|running| running.min(most))
    }
}

impl Recorder {
    fn keys(&self) -> Vec<String> {
        self.started.lock().unwrap().iter().map(|(_, task)| task.object.key.clone()).collect()
    }
}

fn s3_record(key: &str) -> Value {
    json!({
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-central-1",
        "eventTime": "2024-02-29T12:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "192.0.2.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": "station-data",
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": "arn:aws:s3:::station-data"
            },
            "object": {
                "key": key,
                "size": 1024,
                "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                "sequencer": "0055AED6DCD90281E5"
            }
        }
    })
}

fn s3_event(keys: &[&str]) -> Value {
    json!({"Records": keys.iter().map(|key| s3_record(key)).collect::<Vec<_>>()})
}

fn test_event() -> Value {
    json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2024-02-29T12:00:00.000Z",
        "Bucket": "station-data",
        "RequestId": "5582815E1AEA5ADF",
        "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"
    })
}

fn sqs_event(bodies: &[String]) -> Value {
    let message = |(index, body): (usize, &String)| {
        json!({
            "messageId": format!("message-{index}"),
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1709208000000"},
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:uploads",
            "awsRegion": "eu-central-1"
        })
    };
    json!({"Records": bodies.iter().enumerate().map(message).collect::<Vec<_>>()})
}

async fn failures(event: Value, executions: &Recorder) -> Vec<String> {
    let response =
        handle(&event.to_string(), executions, &Config::default(), &Room::new(None)).await.unwrap();
    response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
}

#[tokio::test]
async fn a_bare_event_starts_one_execution_per_table() {
    let executions = Recorder::default();
    let event =
        s3_event(&["incoming/a+b%2B.csv", "incoming/", "processed/a_stats.json", "incoming/c.csv.gz"]);
    assert!(failures(event.clone(), &executions).await.is_empty());
    assert_eq!(executions.keys(), ["incoming/a b+.csv", "incoming/c.csv.gz"]);
    // Delivered twice, started once.
    assert!(failures(event, &executions).await.is_empty());
    assert_eq!(executions.keys().len(), 2);
    let started = executions.started.lock().unwrap();
    let (name, task) = &started[0];
    assert_eq!((name, name.len()), (&task.run_id, 32));
    assert_eq!(task.object.bucket, "station-data");
    assert_eq!(task.object.etag, "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(task.object.version_id.as_deref(), Some("096fKKXTRTtl3on89fVO.nfljtsv6qko"));
    assert_eq!(task.object.size, 1024);
}

#[tokio::test]
async fn a_test_event_starts_nothing() {
    let executions = Recorder::default();
    assert!(failures(test_event(), &executions).await.is_empty());
    assert!(failures(sqs_event(&[test_event().to_string()]), &executions).await.is_empty());
    assert!(executions.keys().is_empty());
}

#[tokio::test]
async fn in_a_batch_only_the_bad_messages_fail() {
    let executions = Recorder::default();
    let event = sqs_event(&[
        s3_event(&["incoming/a.csv", "incoming/b.csv"]).to_string(),
        "{ not json".to_owned(),
        s3_event(&["incoming/throttled.csv", "incoming/c.csv"]).to_string(),
        json!({"Records": [{"unknown": true}, s3_record("incoming/d.csv")]}).to_string(),
        json!({"detail-type": "Object Created"}).to_string(),
        s3_event(&["incoming/%FF.csv"]).to_string(),
        s3_event(&["incoming/e.csv"]).to_string(),
        json!({"Records": {"0": s3_record("incoming/f.csv")}}).to_string(),
        String::new(),
    ]);
    assert_eq!(
        failures(event, &executions).await,
        ["message-1", "message-2", "message-3", "message-4", "message-5", "message-7", "message-8"]
    );
    let keys = ["incoming/a.csv", "incoming/b.csv", "incoming/c.csv", "incoming/d.csv", "incoming/e.csv"];
    assert_eq!(executions.keys(), keys);
}

#[tokio::test]
async fn the_answer_has_the_form_that_sqs_reads() {
    let response = handle(
        &sqs_event(&["x".to_owned()]).to_string(),
        &Recorder::default(),
        &Config::default(),
        &Room::new(None),
    )
    .await
    .unwrap();
    assert_eq!(
        serde_json::to_value(response).unwrap(),
        json!({"batchItemFailures": [{"itemIdentifier": "message-0"}]})
    );
}

#[tokio::test]
async fn a_bare_event_that_fails_is_an_error() {
    let executions = Recorder::default();
    let error = handle(
        &s3_event(&["throttled.csv", "a.csv"]).to_string(),
        &executions,
        &Config::default(),
        &Room::new(None),
    )
    .await
    .unwrap_err();
    assert_eq!(error.error_type(), "Transient");
    assert_eq!(executions.keys(), ["a.csv"]);
    let error =
        handle(r#"{"hello": "world"}"#, &executions, &Config::default(), &Room::new(None)).await.unwrap_err();
    assert_eq!(error.error_type(), "InvalidTask");
}

#[tokio::test]
async fn a_failed_message_without_an_id_fails_the_batch() {
    let mut event = sqs_event(&["x".to_owned()]);
    event["Records"][0]["messageId"] = Value::Null;
    assert!(
        handle(&event.to_string(), &Recorder::default(), &Config::default(), &Room::new(None)).await.is_err()
    );
}

fn uploads(count: usize) -> Value {
    let bodies = (0..count).map(|index| s3_event(&[&format!("incoming/{index}.csv")]).to_string());
    sqs_event(&bodies.collect::<Vec<_>>())
}

/// What fails when six runs may go on at a time, of whose room each of two invocations takes half.
async fn held(event: Value, executions: &Recorder, room: &Room) -> Vec<String> {
    let response = handle(&event.to_string(), executions, &Config::default(), room).await.unwrap();
    response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
}

#[tokio::test(start_paused = true)]
async fn what_there_is_no_room_for_waits_in_the_queue() {
    let executions = Recorder { running: Mutex::new(vec![Ok(2), Ok(6)]), ..Recorder::default() };
    let (started, room) = (tokio::time::Instant::now(), Room::new(Some(6)));
    assert_eq!(held(uploads(4), &executions, &room).await, ["message-2", "message-3"]);
    assert_eq!(executions.keys(), ["incoming/0.csv", "incoming/1.csv"]);
    // Together they waited as long as one may, and the function's time-out is far away.
    assert!(started.elapsed().as_secs() < 17, "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn room_that_is_made_meanwhile_is_taken() {
    let busy = Err(Failure::Transient("ThrottlingException".to_owned()));
    let looks = vec![Ok(6), busy, Ok(5), Ok(6), Ok(0), Ok(6)];
    let executions = Recorder { running: Mutex::new(looks), ..Recorder::default() };
    assert!(held(uploads(4), &executions, &Room::new(Some(6))).await.is_empty());
    assert_eq!(executions.keys().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn where_few_runs_have_ended_the_next_look_is_later() {
    for (running, seconds) in [(6, 2), (7, 4), (8, 4)] {
        let executions = Recorder { running: Mutex::new(vec![Ok(running), Ok(0)]), ..Recorder::default() };
        let started = tokio::time::Instant::now();
        assert!(held(uploads(2), &executions, &Room::new(Some(8))).await.is_empty());
        assert_eq!(started.elapsed().as_secs(), seconds, "{running} of 8 ran");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_serves_several_invocations_and_is_not_believed_for_long() {
    let executions = Recorder { running: Mutex::new(vec![Ok(0), Ok(4), Ok(6)]), ..Recorder::default() };
    let room = Room::new(Some(6));
    for _ in 0..2 {
        assert!(held(uploads(1), &executions, &room).await.is_empty());
    }
    assert_eq!(executions.running.lock().unwrap().len(), 2, "looked once");
    tokio::time::advance(std::time::Duration::from_secs(3)).await;
    // One of the first three would be free, had nobody else started any.
    assert_eq!(held(uploads(3), &executions, &room).await, ["message-1", "message-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_refused_fails_the_messages_at_once() {
    let refused = Err(Failure::InvalidTask("AccessDeniedException".to_owned()));
    let executions = Recorder { running: Mutex::new(vec![refused]), ..Recorder::default() };
    let room = Room::new(Some(6));
    assert_eq!(held(uploads(1), &executions, &room).await, ["message-0"]);
    let event = s3_event(&["incoming/a.csv"]);
    let bare = handle(&event.to_string(), &executions, &Config::default(), &room).await.unwrap_err();
    assert!(bare.to_string().contains("AccessDenied"), "{bare}");
    assert!(executions.keys().is_empty());
}
