//! Paths, payload templates, intrinsic functions, the context object, and the simple states.

use super::*;

#[tokio::test]
async fn result_path_adds_to_the_raw_input() {
    let input = json!({ "title": "Numbers to add", "numbers": { "val1": 3, "val2": 4 } });
    let state = json!({ "Type": "Task", "Resource": "add", "End": true,
        "InputPath": "$.numbers", "ResultPath": "$.sum" });
    let add =
        Fake::new(|_, input, _| Ok(json!(input["val1"].as_i64().unwrap() + input["val2"].as_i64().unwrap())));
    let output = run(json!({ "A": state }), input, add).await.unwrap();
    let expected = json!({ "title": "Numbers to add", "numbers": { "val1": 3, "val2": 4 }, "sum": 7 });
    assert_eq!(output, expected);
}

#[tokio::test]
async fn null_paths_differ_from_absent_ones() {
    let input = json!({ "a": 1 });
    for (state, expected) in [
        (json!({}), json!({ "a": 1 })),
        (json!({ "InputPath": null }), json!({})),
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
        ("$['a b']", Ok(json!({ "a": {}, "a b": 9, "list": [1, 2] }))),
        ("$.list[1]", Ok(json!({ "a": {}, "list": [1, 9] }))),
        ("$.list[2]", Err("States.ResultPathMatchFailure")),
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
        let states = json!({ "A": state, "B": { "Type": "Succeed" } });
        let ended = run(states, json!({}), Fake::new(task)).await;
        assert_eq!(ended.map(drop).map_err(|failure| failure.error), expected, "{length}");
    }
}

#[tokio::test]
async fn parameters_and_result_selector_reshape() {
    let state = json!({ "Type": "Task", "Resource": "echo", "End": true,
        "Parameters": {
            "flagged": true,
            "parts": { "first.$": "$.vals[0]", "quoted.$": "$[\"odd key\"]['it\\'s']" },
            "list": [{ "name.$": "$$.Execution.Name" }, 2],
        },
        "ResultSelector": { "flag.$": "$.flagged", "was.$": "$.list[0].name", "all.$": "$.parts" },
        "ResultPath": "$.result", "OutputPath": "$.result" });
    let input = json!({ "vals": [0, 10, 20], "odd key": { "it's": null } });
    let expected = json!({ "flag": true, "was": "run-1", "all": { "first": 0, "quoted": null } });
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
    let states = json!({
        "A": { "Type": "Wait", "Seconds": 90, "Next": "B" },
        "B": { "Type": "Pass", "End": true, "Parameters": {
            "id.$": "$$.Execution.Id", "input.$": "$$.Execution.Input.key",
            "started.$": "$$.Execution.StartTime", "entered.$": "$$.State.EnteredTime",
            "state.$": "$$.State.Name", "retries.$": "$$.State.RetryCount",
            "machine.$": "$$.StateMachine.Name" } }
    });
    let expected = json!({
        "id": "arn:aws:states:local:000000000000:execution:Pipeline:run-1", "input": "k",
        "started": "2024-02-29T12:00:00Z", "entered": "2024-02-29T12:01:30.001Z",
        "state": "B", "retries": 0, "machine": "Pipeline" });
    let mut output = run(states, json!({ "key": "k" }), Fake::echo()).await.unwrap();
    // The paused clock moves on in steps of a millisecond.
    let entered = output["entered"].as_str().unwrap();
    assert!(entered.starts_with("2024-02-29T12:01:30"), "{entered}");
    output["entered"] = expected["entered"].clone();
    assert_eq!(output, expected);
}

#[tokio::test]
async fn intrinsic_functions() {
    let input = json!({ "name": "Foo", "json": "{\"number\": 20}", "tree": { "a": [1] } });
    for (expression, expected) in [
        (
            "States.Format('Your name is {}, we are in the year {}', $.name, 2020)",
            json!("Your name is Foo, we are in the year 2020"),
        ),
        ("States.Format('{} \\{\\} it\\'s {}', null, true)", json!("null {} it's true")),
        ("States.StringToJson($.json)", json!({ "number": 20 })),
        ("States.JsonToString($.tree)", json!("{\"a\":[1]}")),
        ("States.Array('a, b)', 2020, $.tree, null)", json!(["a, b)", 2020, { "a": [1] }, null])),
        ("States.Array()", json!([])),
        ("States.Format('{}', States.JsonToString($.tree.a))", json!("[1]")),
    ] {
        let state = json!({ "Type": "Pass", "Parameters": { "x.$": expression }, "End": true });
        assert_eq!(run_one(state, input.clone()).await.unwrap()["x"], expected, "{expression}");
    }
    let state = json!({ "Type": "Pass", "End": true,
        "Parameters": { "x.$": "States.StringToJson($.name)" } });
    assert_eq!(run_one(state, input).await.unwrap_err().error, "States.IntrinsicFailure");
}

#[tokio::test(start_paused = true)]
async fn waits() {
    for (wait, seconds) in [
        (json!({ "Seconds": 10 }), 10),
        (json!({ "SecondsPath": "$.s" }), 7),
        (json!({ "Timestamp": "2024-02-29T13:00:00+01:00" }), 0),
        (json!({ "Timestamp": "2024-02-29T12:00:30Z" }), 30),
        (json!({ "TimestampPath": "$.until" }), 3600),
        (json!({ "Timestamp": "2016-03-14T01:59:00Z" }), 0),
    ] {
        let mut state = json!({ "Type": "Wait", "End": true });
        state.as_object_mut().unwrap().extend(wait.as_object().unwrap().clone());
        let input = json!({ "s": 7, "until": "2024-02-29T13:00:00Z" });
        let before = Instant::now();
        assert_eq!(run_one(state, input.clone()).await.unwrap(), input);
        assert_eq!(before.elapsed().as_secs(), seconds, "{wait}");
    }
}

#[tokio::test]
async fn succeed_and_fail() {
    let succeed = json!({ "Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b" });
    assert_eq!(run_one(succeed, json!({ "a": { "b": 1 } })).await.unwrap(), json!(1));
    let fail = json!({ "Type": "Fail", "Error": "ErrorA", "Cause": "Kaiju attack" });
    let expected =
        ExecutionFailure { error: "ErrorA".into(), cause: "Kaiju attack".into(), state: "A".into() };
    assert_eq!(run_one(fail, json!({})).await.unwrap_err(), expected);
    let fail = json!({ "Type": "Fail", "ErrorPath": "$.e", "CausePath": "$$.Execution.Name" });
    let failure = run_one(fail, json!({ "e": "ErrorB" })).await.unwrap_err();
    assert_eq!((failure.error.as_str(), failure.cause.as_str()), ("ErrorB", "run-1"));
}

#[test]
fn substitutions_fill_strings() {
    let definition = r#"{ "StartAt": "A", "States": {
        "A": { "Type": "Task", "Resource": "x:${One}:${Two}", "End": true } } }"#;
    let mut values = BTreeMap::from([("One".to_owned(), "1\"".to_owned())]);
    let error = StateMachine::load(definition, &values).unwrap_err();
    let location = "definition.States.A.Resource";
    assert_eq!(error.location, location);
    assert!(error.problem.contains("${Two}"), "{error}");
    values.insert("Two".to_owned(), "${One}".to_owned());
    let machine = StateMachine::load(definition, &values).unwrap();
    assert_eq!(machine.resources().into_iter().collect::<Vec<_>>(), ["x:1\":${One}"]);
}
