//! The Map state.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn map(fields: &Value) -> Value {
    let mut state = json!({ "Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "I",
        "States": { "I": { "Type": "Task", "Resource": "item", "End": true } } } });
    state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "A": state })
}

/// The specification's example of a Map state.
#[tokio::test]
async fn items_are_selected_and_results_placed() {
    let states = map(&json!({
        "ItemsPath": "$.detail.shipped", "ResultPath": "$.detail.shipped",
        "ItemSelector": { "parcel.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index",
            "courier.$": "$.detail.delivery-partner" },
    }));
    let input = json!({
        "ship-date": "2016-03-14T01:59:00Z",
        "detail": { "delivery-partner": "UQS", "shipped": [
            { "prod": "R31", "dest-code": 9511, "quantity": 1344 },
            { "prod": "S39", "dest-code": 9511, "quantity": 40 } ] } });
    let output = run(states, input, Fake::echo()).await.unwrap();
    let expected = json!({
        "ship-date": "2016-03-14T01:59:00Z",
        "detail": { "delivery-partner": "UQS", "shipped": [
            { "parcel": { "prod": "R31", "dest-code": 9511, "quantity": 1344 },
              "courier": "UQS", "index": 0 },
            { "parcel": { "prod": "S39", "dest-code": 9511, "quantity": 40 },
              "courier": "UQS", "index": 1 } ] } });
    assert_eq!(output, expected);
}

#[tokio::test(start_paused = true)]
async fn results_keep_the_order_of_the_items() {
    // The later an item, the sooner it is done.
    let delay = |input: &Value| Duration::from_secs(10 - input.as_u64().unwrap());
    let history = History::new();
    let tasks = Arc::new(Fake::echo().taking(delay));
    let input = json!([1, 2, 3]);
    let machine = machine(&map(&json!({})));
    let output = machine.execute(input.clone(), context(), tasks, history.clone()).await;
    assert_eq!(output.unwrap(), input);
    let expected = [
        "0 s: enter A",
        "0 s: map A of 3",
        "0 s: start 0 of 3",
        "0 s: start 1 of 3",
        "0 s: start 2 of 3",
        "0 s: enter I[0]",
        "0 s: enter I[1]",
        "0 s: enter I[2]",
        "7 s: finish 2: 1 of 3",
        "8 s: finish 1: 2 of 3",
        "9 s: finish 0: 3 of 3",
    ];
    assert_eq!(history.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn concurrency_is_bounded_and_used() {
    for (limit, seconds) in [(0, 1), (1, 10), (3, 4), (100, 1)] {
        let items: Vec<usize> = (0..10).collect();
        let before = Instant::now();
        let states = map(&json!({ "MaxConcurrency": limit }));
        let tasks = Fake::echo().taking(|_| Duration::from_secs(1));
        assert_eq!(run(states, json!(items), tasks).await.unwrap(), json!(items));
        assert_eq!(before.elapsed().as_secs(), seconds, "MaxConcurrency {limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_input_may_say_how_many_run_at_once() {
    let mut states = map(&json!({ "MaxConcurrencyPath": "$.most" }));
    states["A"]["ItemsPath"] = json!("$.items");
    for (most, seconds) in [(json!(0), 1), (json!(3), 2), (json!(-1), 0), (json!("3"), 0), (json!(null), 0)] {
        let before = Instant::now();
        let tasks = Fake::echo().taking(|_| Duration::from_secs(1));
        let ended = run(states.clone(), json!({ "items": [1, 2, 3, 4], "most": most }), tasks).await;
        assert_eq!(before.elapsed().as_secs(), seconds, "{most}");
        match ended {
            Ok(output) => assert_eq!(output, json!([1, 2, 3, 4])),
            Err(failure) => {
                assert!(seconds == 0 && failure.error == "States.Runtime", "{failure}");
                assert!(failure.cause.contains("$.most must lead to a whole number"), "{failure}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_run_on_several_threads() {
    static MET: AtomicUsize = AtomicUsize::new(0);
    // Each of two items keeps its thread until the other is there, too.
    let tasks = Fake::new(|_, input, _| {
        MET.fetch_add(1, Ordering::SeqCst);
        let began = std::time::Instant::now();
        while MET.load(Ordering::SeqCst) < 2 && began.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        Ok(json!([input, MET.load(Ordering::SeqCst)]))
    });
    let output = run(map(&json!({})), json!(["a", "b"]), tasks).await.unwrap();
    assert_eq!(output, json!([["a", 2], ["b", 2]]));
}

#[tokio::test(start_paused = true)]
async fn a_failing_item_stops_the_others() {
    let states = map(&json!({ "MaxConcurrency": 2, "Catch": [
        { "ErrorEquals": ["Bad"], "ResultPath": "$.error", "Next": "B" }] }));
    let mut states = states;
    states["B"] = json!({ "Type": "Pass", "End": true });
    states["A"]["ItemsPath"] = json!("$.items");
    let tasks = Arc::new(
        Fake::new(|_, input, _| if input == 1 { Err(failure("Bad")) } else { Ok(input) })
            .taking(|input| Duration::from_secs(if *input == json!(1) { 1 } else { 60 })),
    );
    let before = Instant::now();
    let input = json!({ "items": [0, 1, 2, 3] });
    let machine = machine(&states);
    let output = machine.execute(input, context(), tasks.clone(), Arc::new(())).await;
    let expected = json!({ "items": [0, 1, 2, 3],
        "error": { "Error": "Bad", "Cause": "because of Bad" } });
    assert_eq!(output.unwrap(), expected);
    assert_eq!(before.elapsed().as_secs(), 1);
    assert_eq!(tasks.calls.lock().unwrap().len(), 2, "items 2 and 3 never begin");
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(Arc::strong_count(&tasks), 1, "item 0 is gone");
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_failure_is_the_innermost() {
    let tasks = Fake::failing(&["E"]);
    let failure = run(map(&json!({})), json!([1]), tasks).await.unwrap_err();
    assert_eq!(failure.to_string(), "I failed with E: because of E");
}

#[tokio::test(start_paused = true)]
async fn a_map_can_be_tried_again() {
    let states = map(&json!({ "Retry": [{ "ErrorEquals": ["States.ALL"] }] }));
    assert_eq!(run(states, json!([1]), Fake::failing(&["E"])).await.unwrap(), json!(["done"]));
}

#[tokio::test]
async fn edge_cases() {
    assert_eq!(run(map(&json!({})), json!([]), Fake::echo()).await.unwrap(), json!([]));
    let failure = run(map(&json!({})), json!({}), Fake::echo()).await.unwrap_err();
    assert_eq!(failure.error, "States.Runtime");
    // A Map inside a Map.
    let inner = json!({ "Type": "Map", "End": true,
        "ItemSelector": { "v.$": "$$.Map.Item.Value" },
        "ItemProcessor": { "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } } });
    let states = map(&json!({ "ItemProcessor":
        { "ProcessorConfig": { "Mode": "INLINE" }, "StartAt": "M", "States": { "M": inner } } }));
    let output = run(states, json!([[1], [2, 3]]), Fake::echo()).await.unwrap();
    assert_eq!(output, json!([[{ "v": 1 }], [{ "v": 2 }, { "v": 3 }]]));
}

#[tokio::test]
async fn a_task_that_panics_fails_its_item() {
    let tasks = Fake::new(|_, _, _| panic!("on purpose"));
    let failure = run(map(&json!({})), json!([1]), tasks).await.unwrap_err();
    assert_eq!(failure.error, "States.Runtime");
    assert!(failure.cause.contains("panicked"), "{failure}");
}
