//! The project's own state machine, with tasks that only pretend.

use super::*;

fn pipeline() -> StateMachine {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../workflows/pipeline.asl.json");
    let text = std::fs::read_to_string(path).unwrap();
    let names = ["ValidateFunctionArn", "ProcessFunctionArn", "ReportFunctionArn"];
    let short = |name: &str| name.trim_end_matches("FunctionArn").to_lowercase();
    let substitutions = names.into_iter().map(|name| (name.to_owned(), short(name))).collect();
    StateMachine::load(&text, &substitutions).unwrap()
}

fn input() -> Value {
    json!({ "run_id": "r1", "object": { "bucket": "b", "key": "k.csv", "etag": "e", "size": 9 } })
}

/// Pretends to be the three functions; `process` may fail for a split.
fn functions(
    verdict: &'static str,
    process: impl Fn(&Value, usize) -> Result<(), TaskError> + Send + Sync + 'static,
) -> Arc<Fake> {
    Arc::new(Fake::new(move |resource, input, call| match resource {
        "validate" => {
            let splits = if input["single_split"] == json!(true) {
                json!([{ "index": 0, "start": 0, "end": 9 }])
            } else {
                json!([{ "index": 0, "start": 0, "end": 5 }, { "index": 1, "start": 5, "end": 9 }])
            };
            let splits = if verdict == "rejected" { json!([]) } else { splits };
            Ok(
                json!({ "format": 1, "verdict": verdict, "id": "p1", "findings": [], "columns": { "temperature": 2 },
                "dialect": { "delimiter": "," }, "splits": splits, "splits_at_once": 40 }),
            )
        }
        "process" => process(&input["split"], call).map(|()| json!({ "index": input["split"]["index"] })),
        "report" => Ok(json!({ "outcome": if verdict == "rejected" { "rejected" } else { "processed" },
            "run_id": input["run_id"], "partials": input["partials"] })),
        other => Err(failure(other)),
    }))
}

async fn execute(tasks: Arc<Fake>) -> (Value, Vec<String>) {
    let history = History::new();
    let output = pipeline().execute(input(), context(), tasks, history.clone()).await.unwrap();
    let entered = history.lines().into_iter();
    let entered = entered.filter_map(|line| Some(line.split_once("enter ")?.1.to_owned()));
    (output, entered.collect())
}

#[tokio::test(start_paused = true)]
async fn accepted() {
    let tasks = functions("accepted", |_, _| Ok(()));
    let (output, entered) = execute(tasks.clone()).await;
    let expected = json!({ "outcome": "processed", "run_id": "r1",
        "partials": [{ "index": 0 }, { "index": 1 }] });
    assert_eq!(output, expected);
    let states =
        ["ValidateData", "IsReadable", "ProcessData", "ProcessSplit[0]", "ProcessSplit[1]", "GenerateReport"];
    assert_eq!(entered, states);
    let calls = tasks.calls.lock().unwrap();
    assert_eq!(calls[0].1, input());
    let task = json!({ "format": 1, "run_id": "r1", "plan_id": "p1", "object": input()["object"], "columns": { "temperature": 2 },
        "dialect": { "delimiter": "," }, "split": { "index": 1, "start": 5, "end": 9 } });
    assert_eq!(calls[2].1, task);
}

#[tokio::test(start_paused = true)]
async fn rejected() {
    let (output, entered) = execute(functions("rejected", |_, _| Ok(()))).await;
    assert_eq!(output["outcome"], "rejected");
    assert_eq!(entered, ["ValidateData", "IsReadable", "GenerateReport"]);
}

#[tokio::test(start_paused = true)]
async fn superseded() {
    let changed = |split: &Value, _| match split["index"] == 1 {
        true => Err(failure("ObjectChanged")),
        false => Ok(()),
    };
    let (output, entered) = execute(functions("accepted", changed)).await;
    assert_eq!(output["outcome"], "superseded");
    assert_eq!(output["cause"], "because of ObjectChanged");
    assert_eq!(output["object"], input()["object"]);
    assert_eq!(output["mean_temperature"], Value::Null);
    assert_eq!(entered.last().unwrap(), "Superseded");
}

#[tokio::test(start_paused = true)]
async fn unsafe_splits_are_read_as_one() {
    let quoted = |split: &Value, _| match split["end"] == 5 {
        true => Err(failure("SplitUnsafe")),
        false => Ok(()),
    };
    let (output, entered) = execute(functions("accepted", quoted)).await;
    assert_eq!(output["partials"], json!([{ "index": 0 }]));
    let after = entered.iter().skip_while(|state| *state != "ReadAsOneSplit");
    let expected =
        ["ReadAsOneSplit", "ValidateData", "IsReadable", "ProcessData", "ProcessSplit[0]", "GenerateReport"];
    assert_eq!(after.collect::<Vec<_>>(), expected);
}

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried() {
    // Call 0 validates, 1 and 2 are the splits, 3 is the second split once more.
    let throttled = |split: &Value, call| match split["index"] == 1 && call < 4 {
        true => Err(failure("Transient")),
        false => Ok(()),
    };
    let tasks = functions("accepted", throttled);
    let history = History::new();
    let output = pipeline().execute(input(), context(), tasks, history.clone()).await.unwrap();
    assert_eq!(output["outcome"], "processed");
    let lines = history.lines();
    let retries = lines.iter().filter(|line| line.contains("ProcessSplit after Transient"));
    assert_eq!(retries.count(), 2, "{lines:?}");
    let never = functions("accepted", |_, _| Err(failure("Transient")));
    let failed = pipeline().execute(input(), context(), never, Arc::new(())).await.unwrap_err();
    assert_eq!((failed.error.as_str(), failed.state.as_str()), ("Transient", "ProcessSplit"));
}

#[tokio::test(start_paused = true)]
async fn bugs_are_not_retried() {
    let bug = functions("accepted", |_, _| Err(failure("InvalidTask")));
    let failed = pipeline().execute(input(), context(), bug.clone(), Arc::new(())).await;
    assert_eq!(failed.unwrap_err().error, "InvalidTask");
    assert!(bug.calls.lock().unwrap().len() <= 3);
}
