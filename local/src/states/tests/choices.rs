//! Choice rules.

use super::*;

/// The state that a single rule leads to.
async fn choose(mut rule: Value, input: Value) -> Result<bool, String> {
    rule["Next"] = json!("Yes");
    let states = json!({
        "A": { "Type": "Choice", "Choices": [rule], "Default": "No" },
        "Yes": { "Type": "Pass", "Result": true, "End": true },
        "No": { "Type": "Pass", "Result": false, "End": true },
    });
    let output = run(states, input, Fake::echo()).await;
    output.map(|v| v == json!(true)).map_err(|failure| failure.error)
}

#[tokio::test]
async fn a_text_is_equal_or_not() {
    for (value, expected) in [
        (json!("Ab"), true),
        (json!("ab"), false),
        (json!("Ab "), false),
        (json!(["Ab"]), false),
        (json!(null), false),
    ] {
        let rule = json!({ "Variable": "$.x.y", "StringEquals": "Ab", "Comment": "of two letters" });
        assert_eq!(choose(rule, json!({ "x": { "y": value } })).await, Ok(expected), "{value}");
    }
    let rule = json!({ "Variable": "$$.Execution.Name", "StringEquals": "run-1" });
    assert_eq!(choose(rule, json!({})).await, Ok(true));
}

#[tokio::test]
async fn the_first_rule_that_holds_decides() {
    let rule = |text: &str, next: &str| json!({ "Variable": "$", "StringEquals": text, "Next": next });
    let states = json!({
        "A": { "Type": "Choice", "Choices": [rule("x", "B"), rule("y", "C"), rule("x", "C")] },
        "B": { "Type": "Pass", "Result": "B", "End": true },
        "C": { "Type": "Pass", "Result": "C", "End": true },
    });
    for (input, expected) in
        [("x", Ok(json!("B"))), ("y", Ok(json!("C"))), ("z", Err("States.NoChoiceMatched".to_owned()))]
    {
        let output = run(states.clone(), json!(input), Fake::echo()).await;
        assert_eq!(output.map_err(|failure| failure.error), expected, "{input}");
    }
}

#[tokio::test]
async fn nothing_to_choose_from_is_a_failure() {
    let gone = json!({ "Variable": "$.gone", "StringEquals": "x" });
    assert_eq!(choose(gone, json!({})).await, Err("States.Runtime".to_owned()));
}
