//! Retry, Catch and timeouts, on a paused clock.

use super::*;

/// Runs the task `A` with these retriers and catchers; what it does is in the history.
async fn run_task(
    retry: Value,
    catch: Value,
    errors: &'static [&'static str],
) -> (Result<Value, ExecutionFailure>, Vec<String>) {
    let states = json!({
        "A": { "Type": "Task", "Resource": "a", "Retry": retry, "Catch": catch, "End": true },
        "B": { "Type": "Pass", "End": true },
    });
    let history = History::new();
    let tasks = Arc::new(Fake::failing(errors));
    let input = json!({ "in": 1 });
    let output = machine(&states).execute(input, context(), tasks, history.clone()).await;
    (output, history.lines())
}

/// The specification's example of retriers that count for themselves.
#[tokio::test(start_paused = true)]
async fn each_retrier_has_its_own_count() {
    let retry = json!([
        { "ErrorEquals": ["ErrorA", "ErrorB"], "IntervalSeconds": 1, "BackoffRate": 2.0,
          "MaxAttempts": 2 },
        { "ErrorEquals": ["ErrorC"], "IntervalSeconds": 5 },
    ]);
    let catch = json!([{ "ErrorEquals": ["States.ALL"], "Next": "B" }]);
    let errors = &["ErrorA", "ErrorB", "ErrorC", "ErrorB", "ErrorB"];
    let (output, history) = run_task(retry, catch, errors).await;
    let expected = [
        "0 s: enter A",
        "0 s: retry 1 of A after ErrorA in 1 s",
        "1 s: retry 2 of A after ErrorB in 2 s",
        "3 s: retry 3 of A after ErrorC in 5 s",
        "8 s: A caught ErrorB: B",
        "8 s: enter B",
    ];
    assert_eq!(history, expected);
    assert_eq!(output.unwrap(), json!({ "Error": "ErrorB", "Cause": "because of ErrorB" }));
}

#[tokio::test(start_paused = true)]
async fn defaults_are_three_attempts_from_one_second_doubling() {
    let retry = json!([{ "ErrorEquals": ["States.TaskFailed"] }]);
    let (output, history) = run_task(retry, json!([]), &["E", "E", "E", "E"]).await;
    assert_eq!(output.unwrap_err().error, "E");
    let expected = [
        "0 s: enter A",
        "0 s: retry 1 of A after E in 1 s",
        "1 s: retry 2 of A after E in 2 s",
        "3 s: retry 3 of A after E in 4 s",
    ];
    assert_eq!(history, expected);
}

/// The documentation's example: 3 s, 10.5 capped to 5 s, and 5 s ever after.
#[tokio::test(start_paused = true)]
async fn delays_are_capped() {
    let retry = json!([{ "ErrorEquals": ["E"], "IntervalSeconds": 3, "BackoffRate": 3.5,
        "MaxDelaySeconds": 5, "JitterStrategy": "NONE" }]);
    let (output, history) = run_task(retry, json!([]), &["E", "E", "E"]).await;
    assert_eq!(output.unwrap(), "done");
    let delays: Vec<&str> = history[1..].iter().map(|l| l.rsplit("in ").next().unwrap()).collect();
    assert_eq!(delays, ["3 s", "5 s", "5 s"]);
}

#[tokio::test(start_paused = true)]
async fn full_jitter_shortens_and_zero_attempts_forbid() {
    let jitter = json!([
        { "ErrorEquals": ["Never"], "MaxAttempts": 0 },
        { "ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "BackoffRate": 1,
          "MaxAttempts": 50, "JitterStrategy": "FULL" },
    ]);
    let (output, history) = run_task(jitter.clone(), json!([]), &["E"; 50]).await;
    assert_eq!(output.unwrap(), "done");
    let delay =
        |line: &String| -> f64 { line.rsplit("in ").next().unwrap().trim_end_matches(" s").parse().unwrap() };
    let delays: Vec<f64> = history[1..].iter().map(delay).collect();
    assert!(delays.iter().all(|delay| (0.0..100.0).contains(delay)), "{delays:?}");
    assert!(delays.iter().any(|delay| *delay < 50.0) && delays.iter().any(|delay| *delay > 50.0));
    let (output, _) = run_task(jitter, json!([]), &["Never"]).await;
    assert_eq!(output.unwrap_err().error, "Never");
}

#[tokio::test(start_paused = true)]
async fn catch_puts_the_error_where_it_is_told() {
    for (result_path, expected) in [
        (json!("$.error"), json!({ "in": 1, "error": { "Error": "E", "Cause": "because of E" } })),
        (json!(null), json!({ "in": 1 })),
        (json!("$"), json!({ "Error": "E", "Cause": "because of E" })),
    ] {
        let catch = json!([
            { "ErrorEquals": ["Other"], "Next": "A" },
            { "ErrorEquals": ["E"], "ResultPath": result_path, "Next": "B" },
        ]);
        let (output, _) = run_task(json!([]), catch, &["E"]).await;
        assert_eq!(output.unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn wildcards_leave_some_errors_alone() {
    for (error, by_all, by_task_failed) in [
        ("Custom", true, true),
        ("States.Permissions", true, true),
        ("States.Timeout", true, false),
        ("States.DataLimitExceeded", false, false),
        ("States.Runtime", false, false),
    ] {
        for (wildcard, expected) in [("States.ALL", by_all), ("States.TaskFailed", by_task_failed)] {
            let catch = json!([{ "ErrorEquals": [wildcard], "Next": "B" }]);
            let states = json!({
                "A": { "Type": "Task", "Resource": "a", "Catch": catch, "End": true },
                "B": { "Type": "Pass", "End": true },
            });
            let tasks = Fake::new(move |_, _, _| Err(failure(error)));
            let caught = run(states, json!({}), tasks).await.is_ok();
            assert_eq!(caught, expected, "{wildcard} on {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_task_times_out_and_is_tried_again() {
    let states = json!({ "A": { "Type": "Task", "Resource": "a", "TimeoutSeconds": 30,
        "Parameters": { "try.$": "$$.State.RetryCount" }, "End": true,
        "Retry": [{ "ErrorEquals": ["States.Timeout"], "MaxAttempts": 1 }] } });
    let slow = |input: &Value| Duration::from_secs(if input["try"] == 0 { 31 } else { 29 });
    let before = Instant::now();
    let output = run(states.clone(), json!({}), Fake::echo().taking(slow)).await;
    assert_eq!(output.unwrap(), json!({ "try": 1 }));
    assert_eq!(before.elapsed().as_secs(), 30 + 1 + 29);
    let stuck = Fake::echo().taking(|_| Duration::from_secs(1000));
    let failure = run(states, json!({}), stuck).await.unwrap_err();
    assert_eq!(failure.error, "States.Timeout");
}

#[tokio::test(start_paused = true)]
async fn an_execution_may_be_limited_as_a_whole() {
    let definition = json!({ "StartAt": "A", "TimeoutSeconds": 5,
        "States": { "A": { "Type": "Task", "Resource": "a", "Next": "B",
            "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 6 }] },
            "B": { "Type": "Pass", "End": true } } });
    let machine = load(&definition).unwrap();
    let failing = Arc::new(Fake::new(|_, _, _| Err(failure("Busy"))));
    let output = machine.execute(json!({}), context(), failing, Arc::new(())).await;
    let message = "the execution failed with States.Timeout: the execution took longer than 5 s";
    assert_eq!(output.unwrap_err().to_string(), message);
}
