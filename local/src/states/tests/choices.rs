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
async fn example_of_the_specification() {
    let states = json!({
        "A": { "Type": "Choice", "Default": "RecordEvent", "Choices": [
            { "Not": { "Variable": "$.type", "StringEquals": "Private" }, "Next": "Public" },
            { "And": [
                { "Variable": "$.value", "IsPresent": true },
                { "Variable": "$.value", "IsNumeric": true },
                { "Variable": "$.value", "NumericGreaterThanEquals": 20 },
                { "Variable": "$.value", "NumericLessThan": 30 },
              ], "Next": "ValueInTwenties" },
        ] },
        "Public": { "Type": "Pass", "Result": "Public", "End": true },
        "ValueInTwenties": { "Type": "Pass", "Result": "ValueInTwenties", "End": true },
        "RecordEvent": { "Type": "Pass", "Result": "RecordEvent", "End": true },
    });
    for (input, expected) in [
        (json!({ "type": "Public", "value": 22 }), "Public"),
        (json!({ "type": "Private", "value": 20 }), "ValueInTwenties"),
        (json!({ "type": "Private", "value": 30 }), "RecordEvent"),
        (json!({ "type": "Private", "value": "25" }), "RecordEvent"),
        (json!({ "type": "Private" }), "RecordEvent"),
    ] {
        let output = run(states.clone(), input.clone(), Fake::echo()).await.unwrap();
        assert_eq!(output, expected, "{input}");
    }
}

#[tokio::test]
async fn every_comparison() {
    let relations = ["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"];
    let domains = [
        ("String", json!("Ab"), json!("Ac")),
        ("Numeric", json!(1.5), json!(2)),
        ("Timestamp", json!("2016-03-14T01:59:00Z"), json!("2016-03-14T01:59:00.001Z")),
    ];
    for (domain, less, more) in domains {
        for relation in relations {
            for (left, right, expected) in [
                (&less, &less, relation.ends_with("Equals")),
                (&less, &more, relation.starts_with("Less")),
                (&more, &less, relation.starts_with("Greater")),
                (&json!([]), &less, false),
            ] {
                let name = format!("{domain}{relation}");
                let input = json!({ "left": left, "right": right });
                let literal = json!({ "Variable": "$.left", name.clone(): right });
                let path = json!({ "Variable": "$.left", format!("{name}Path"): "$.right" });
                for rule in [literal, path] {
                    assert_eq!(choose(rule.clone(), input.clone()).await, Ok(expected), "{rule}");
                }
            }
        }
    }
    for (value, expected) in [(json!(true), true), (json!(false), false), (json!("true"), false)] {
        let input = json!({ "x": value, "yes": true });
        let rule = json!({ "Variable": "$.x", "BooleanEquals": true });
        assert_eq!(choose(rule, input.clone()).await, Ok(expected));
        let rule = json!({ "Variable": "$.x", "BooleanEqualsPath": "$.yes" });
        assert_eq!(choose(rule, input).await, Ok(expected));
    }
}

#[tokio::test]
async fn numbers_compare_exactly() {
    let rule = json!({ "Variable": "$", "NumericEquals": 9_007_199_254_740_993_i64 });
    assert_eq!(choose(rule.clone(), json!(9_007_199_254_740_992_i64)).await, Ok(false));
    assert_eq!(choose(rule, json!(9_007_199_254_740_993_i64)).await, Ok(true));
    let rule = json!({ "Variable": "$", "NumericEquals": 2 });
    assert_eq!(choose(rule, json!(2.0)).await, Ok(true));
}

#[tokio::test]
async fn type_tests() {
    let input = json!({ "null": null, "text": "x", "time": "2024-02-29T12:00:00Z",
        "lower": "2024-02-29t12:00:00z", "date": "2024-02-29", "number": 1, "flag": false });
    for (test, holding) in [
        ("IsNull", &["null"][..]),
        ("IsString", &["text", "time", "lower", "date"]),
        ("IsNumeric", &["number"]),
        ("IsBoolean", &["flag"]),
        ("IsTimestamp", &["time"]),
        ("IsPresent", &["null", "text", "time", "lower", "date", "number", "flag"]),
    ] {
        for name in input.as_object().unwrap().keys() {
            for wanted in [true, false] {
                let rule = json!({ "Variable": format!("$.{name}"), test: wanted });
                let expected = holding.contains(&name.as_str()) == wanted;
                assert_eq!(choose(rule, input.clone()).await, Ok(expected), "{test} {name}");
            }
        }
    }
    let absent = json!({ "Variable": "$.gone", "IsPresent": false });
    assert_eq!(choose(absent, input).await, Ok(true));
}

#[tokio::test]
async fn string_matches() {
    for (pattern, text, expected) in [
        ("log-*.txt", "log-2024.txt", true),
        ("log-*.txt", "log-2024.txt.gz", false),
        ("*", "", true),
        ("a*b*c", "a-b-b-c-c", true),
        ("a*b*c", "acb", false),
        ("5\\*", "5*", true),
        ("5\\*", "55", false),
        ("a\\\\*", "a\\b", true),
        ("*°", "21 °", true),
    ] {
        let rule = json!({ "Variable": "$", "StringMatches": pattern });
        assert_eq!(choose(rule, json!(text)).await, Ok(expected), "{pattern} {text}");
    }
}

#[tokio::test]
async fn nothing_to_choose() {
    let gone = json!({ "Variable": "$.gone", "StringEquals": "x" });
    assert_eq!(choose(gone, json!({})).await, Err("States.Runtime".to_owned()));
    let or = json!({ "Or": [
        { "Variable": "$.x", "NumericEquals": 1 }, { "Variable": "$.gone", "IsNull": true } ] });
    assert_eq!(choose(or, json!({ "x": 1 })).await, Ok(true));
    let states = json!({
        "A": { "Type": "Choice", "InputPath": "$.in", "Choices": [
            { "Variable": "$.x", "NumericEquals": 1, "Next": "B" }] },
        "B": { "Type": "Succeed" },
    });
    let output = run(states.clone(), json!({ "in": { "x": 1 } }), Fake::echo()).await;
    assert_eq!(output.unwrap(), json!({ "x": 1 }));
    let failure = run(states, json!({ "in": { "x": 2 } }), Fake::echo()).await.unwrap_err();
    assert_eq!(failure.error, "States.NoChoiceMatched");
}
