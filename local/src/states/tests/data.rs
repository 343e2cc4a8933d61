//! Paths, payload templates, the context object, and the simple states.

use super::*;

#[tokio::test]
async fn result_path_adds_to_the_raw_input() {
    let input = json!({ "title": "Numbers to add", "numbers": { "val1": 3, "val2": 4 } });
    let state = json!({ "Type": "Task", "Resource": "add", "End": true,
        "ResultPath": "$.sum" });
    let add = Fake::new(|_, input, _| {
        Ok(json!(input["numbers"]["val1"].as_i64().unwrap() + input["numbers"]["val2"].as_i64().unwrap()))
    });
    let output = run(json!({ "A": state }), input, add).await.unwrap();
    let expected = json!({ "title": "Numbers to add", "numbers": { "val1": 3, "val2": 4 }, "sum": 7 });
    assert_eq!(output, expected);
}

#[tokio::test]
async fn null_paths_differ_from_absent_ones() {
    let input = json!({ "a": 1 });
    for (state, expected) in [
        (json!({}), json!({ "a": 1 })),
        (json!({ "OutputPath": null }), json!({})),
        (json!({ "ResultPath": null, "Result": 5 }), json!({ "a": 1 })),
        (json!({ "Result": null }), json!(null)),
        (json!({ "Result": 5, "ResultPath": "$" }), json!(5)),
    ] {
        let mut pass = json!({ "Type": "Pass", "End": true });
        pass.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
        assert_eq!(run_one(pass, input.clone()).await.unwrap(), expected, "{state}");
    }
}

#[tokio::test]
async fn result_path_builds_and_replaces() {
    for (path, expected) in [
        ("$.a.b.c", Ok(json!({ "a": { "b": { "c": 9 } }, "list": [1, 2] }))),
        ("$.list", Ok(json!({ "a": {}, "list": 9 }))),
        ("$.list.x", Err("States.ResultPathMatchFailure")),
    ] {
        let state = json!({ "Type": "Pass", "Result": 9, "ResultPath": path, "End": true });
        let output = run_one(state, json!({ "a": {}, "list": [1, 2] })).await;
        let output = output.map_err(|failure| failure.error);
        assert_eq!(output, expected.map_err(str::to_owned), "{path}");
    }
}

#[tokio::test]
async fn what_step_functions_would_not_carry_fails() {
    const QUOTA: usize = 256 << 10;
    let exceeded = Err("States.DataLimitExceeded".to_owned());
    for (length, fields, expected) in [
        // With its quotes the first is just within the quota.
        (QUOTA - 2, json!({}), Ok(())),
        (QUOTA - 1, json!({}), exceeded.clone()),
        (QUOTA - 1, json!({ "ResultPath": null }), exceeded.clone()),
        (QUOTA - 2, json!({ "ResultPath": "$.result" }), exceeded.clone()),
        (0, json!({ "Parameters": { "text": "x".repeat(QUOTA) } }), exceeded.clone()),
        // Only by its own name is it caught.
        (QUOTA, json!({ "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "B" }] }), exceeded.clone()),
        (QUOTA, json!({ "Catch": [{ "ErrorEquals": ["States.DataLimitExceeded"], "Next": "B" }] }), Ok(())),
    ] {
        let task = move |_: &str, _: Value, _: usize| Ok(json!("x".repeat(length)));
        let mut state = json!({ "Type": "Task", "Resource": "large", "Next": "B" });
        state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let states = json!({ "A": state, "B": { "Type": "Pass", "End": true } });
        let ended = run(states, json!({}), Fake::new(task)).await;
        assert_eq!(ended.map(drop).map_err(|failure| failure.error), expected, "{length}");
    }
}

#[tokio::test]
async fn parameters_reshape() {
    let state = json!({ "Type": "Task", "Resource": "echo", "End": true,
        "Parameters": {
            "flagged": true,
            "parts": { "first.$": "$.vals.one-1", "all.$": "$" },
            "list": [{ "name.$": "$$.Execution.Name" }, 2],
        },
        "ResultPath": "$.result", "OutputPath": "$.result" });
    let input = json!({ "vals": { "one-1": null } });
    let expected = json!({ "flagged": true, "parts": { "first": null, "all": input }, "list": [{ "name": "run-1" }, 2] });
    assert_eq!(run_one(state, input).await.unwrap(), expected);
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_named() {
    let template = json!({ "Type": "Pass", "Parameters": { "x.$": "$.gone" }, "End": true });
    let failure = run_one(template, json!({})).await.unwrap_err();
    assert_eq!(failure.error, "States.ParameterPathFailure");
    assert!(failure.cause.contains("$.gone"), "{failure}");
    let output = json!({ "Type": "Pass", "OutputPath": "$.gone", "End": true });
    let failure = run_one(output, json!({})).await.unwrap_err();
    assert_eq!((failure.error.as_str(), failure.state.as_str()), ("States.Runtime", "A"));
}

#[tokio::test(start_paused = true)]
async fn context_object() {
    let states = json!({ "A": { "Type": "Task", "Resource": "a", "End": true,
        "Retry": [{ "ErrorEquals": ["E"] }],
        "Parameters": {
            "name.$": "$$.Execution.Name", "input.$": "$$.Execution.Input", "part.$": "$$.Execution.Input.key",
            "state.$": "$$.State.Name", "retries.$": "$$.State.RetryCount", "machine.$": "$$.StateMachine.Name" } } });
    let twice = Fake::new(|_, input, call| if call < 2 { Err(failure("E")) } else { Ok(input) });
    let output = run(states, json!({ "key": "k" }), twice).await.unwrap();
    let expected = json!({ "name": "run-1", "input": { "key": "k" }, "part": "k", "state": "A", "retries": 2,
        "machine": "Pipeline" });
    assert_eq!(output, expected);
}

#[tokio::test]
async fn a_failure_has_a_name_and_a_cause() {
    let fail = json!({ "Type": "Fail", "Error": "ErrorA", "Cause": "Kaiju attack" });
    let expected =
        ExecutionFailure { error: "ErrorA".into(), cause: "Kaiju attack".into(), state: "A".into() };
    assert_eq!(run_one(fail, json!({})).await.unwrap_err(), expected);
}

#[tokio::test]
async fn substitutions_fill_strings() {
    let definition = r#"{ "StartAt": "A", "States": {
        "A": { "Type": "Task", "Resource": "x:${One}:${Two}", "End": true } } }"#;
    let mut values = BTreeMap::from([("One".to_owned(), "1\"".to_owned())]);
    let error = StateMachine::load(definition, &values).unwrap_err();
    let location = "definition.States.A.Resource";
    assert_eq!(error.location, location);
    assert!(error.problem.contains("${Two}"), "{error}");
    values.insert("Two".to_owned(), "${One}".to_owned());
    let machine = StateMachine::load(definition, &values).unwrap();
    let resource = Fake::new(|resource, _, _| Ok(json!(resource)));
    let output = machine.execute(json!({}), context(), Arc::new(resource), Arc::new(())).await;
    assert_eq!(output.unwrap(), json!("x:1\":${One}"));
}
