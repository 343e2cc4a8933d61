//! What is not known is refused by name, and where it stands, before anything runs.

use super::*;

fn refusal(states: Value) -> String {
    load(&json!({ "StartAt": "A", "States": states })).unwrap_err().to_string()
}

/// The refusal of a state `A` that is a Pass state but for these fields.
fn refusal_of(fields: Value) -> String {
    let mut state = json!({ "Type": "Pass", "End": true });
    state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    refusal(json!({ "A": state, "B": { "Type": "Pass", "End": true } }))
}

fn task(fields: Value) -> Value {
    let mut state = json!({ "Type": "Task", "Resource": "r" });
    state.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    state
}

fn map(fields: Value, processor: Value) -> Value {
    let mut map = json!({ "Type": "Map", "ItemProcessor": {
        "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } } });
    map.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let parts = processor.as_object().unwrap().clone();
    map["ItemProcessor"].as_object_mut().unwrap().extend(parts);
    map
}

#[test]
fn unknown_fields() {
    let unsupported = |location: &str, field: &str| {
        format!("{location}: field \"{field}\" is not supported by the local runner")
    };
    for field in [
        "ItemBatcher",
        "ItemReader",
        "ResultWriter",
        "ToleratedFailurePercentage",
        "Label",
        "Items",
        "Assign",
        "ResultSelector",
    ] {
        let refused = refusal_of(map(json!({ field: {} }), json!({})));
        assert_eq!(refused, unsupported("state A", field));
    }
    for field in ["HeartbeatSeconds", "TimeoutSecondsPath", "Credentials", "Arguments", "Output"] {
        assert_eq!(refusal_of(task(json!({ field: 1 }))), unsupported("state A", field));
    }
    for (state, field) in [
        (json!({ "Retry": [] }), "Retry"),
        (json!({ "outputPath": "$" }), "outputPath"),
        (json!({ "InputPath": "$.a" }), "InputPath"),
        (json!({ "QueryLanguage": "JSONata" }), "QueryLanguage"),
        (json!({ "Type": "Fail", "InputPath": "$" }), "End"),
    ] {
        assert_eq!(refusal_of(state), unsupported("state A", field));
    }
    let retry = task(json!({ "Retry": [{ "ErrorEquals": ["E"], "Backoff": 2 }] }));
    assert_eq!(refusal_of(retry), unsupported("state A: Retry[0]", "Backoff"));
    let catch = task(json!({ "Catch": [{ "ErrorEquals": ["E"], "Next": "B", "Assign": {} }] }));
    assert_eq!(refusal_of(catch), unsupported("state A: Catch[0]", "Assign"));
    let inner = map(json!({}), json!({ "States": { "I": { "Type": "Pass", "Odd": 1, "End": true } } }));
    assert_eq!(refusal_of(inner), unsupported("state A: state I", "Odd"));
    let config = map(json!({}), json!({ "ProcessorConfig": { "ExecutionType": "EXPRESS" } }));
    let at = "state A: ItemProcessor: ProcessorConfig";
    assert_eq!(refusal_of(config), unsupported(at, "ExecutionType"));
    let whole = json!({ "StartAt": "A", "Extra": 1, "States": { "A": { "Type": "Pass", "End": true } } });
    assert_eq!(load(&whole).unwrap_err().to_string(), unsupported("state machine", "Extra"));
}

#[test]
fn unknown_kinds() {
    for (state, expected) in [
        (json!({ "Type": "Parallel" }), "state type \"Parallel\" is not supported"),
        (json!({ "Type": "Wait" }), "state type \"Wait\" is not supported"),
        (
            map(json!({}), json!({ "ProcessorConfig": { "Mode": "DISTRIBUTED" } })),
            "mode \"DISTRIBUTED\" is not supported",
        ),
        (
            json!({ "Parameters": { "a": [{ "x.$": "States.UUID()" }] } }),
            "state A: Parameters.a[0].x.$: intrinsic function \"States.UUID()\" is not supported",
        ),
        (json!({ "Parameters": { "x.$": "plain" } }), "is not a path"),
        (json!({ "Parameters": { "x.$": 1 } }), "must be a path"),
        (json!({ "Parameters": { "x.$": "$", "x": 1 } }), "cannot both be given"),
        (
            map(json!({ "MaxConcurrency": 1, "MaxConcurrencyPath": "$.most" }), json!({})),
            "\"MaxConcurrency\" and \"MaxConcurrencyPath\" cannot both be given",
        ),
        (json!({ "Parameters": 5 }), "must be a JSON object"),
    ] {
        let refused = refusal_of(state);
        assert!(refused.starts_with("state A"), "{refused}");
        assert!(refused.contains(expected), "{refused}");
    }
}

#[test]
fn path_forms() {
    for path in ["$.*", "$..a", "$.a[*]", "$.a[0]", "$['a']", "$.a[?(@.b)]", "$.a[", "$.", "$a", "$.a b"] {
        let refused = refusal_of(json!({ "OutputPath": path }));
        assert!(refused.starts_with("state A: OutputPath: path"), "{refused}");
        assert!(refused.contains(path) && refused.contains("not supported"), "{refused}");
    }
    for (path, expected) in [
        ("a.b", "is not a path"),
        ("$$.Task.Token", "the context object has no such field"),
        ("$$", "the context object has no such field"),
        ("$$.Execution", "the context object has no such field"),
        ("$$.Execution.RoleArn", "the context object has no such field"),
        ("$$.Map.Item", "the context object has no such field"),
        ("$$.Execution.Name.x", "the context object has no such field"),
    ] {
        let refused = refusal_of(json!({ "OutputPath": path }));
        assert!(refused.contains(expected), "{refused}");
    }
    let refused = refusal_of(json!({ "ResultPath": "$$.Execution.Input" }));
    assert!(refused.contains("read-only"), "{refused}");
}

#[test]
fn targets() {
    let end = json!({ "Type": "Pass", "End": true });
    for (state, expected) in [
        (json!({ "Type": "Pass", "Next": "C" }), "state A: Next names \"C\""),
        (json!({ "Type": "Pass" }), "either \"Next\" or \"End\""),
        (json!({ "Type": "Pass", "Next": "B", "End": true }), "cannot both be given"),
        (json!({ "Type": "Pass", "End": false }), "field \"End\" must be true, but is false"),
        (
            json!({ "Type": "Task", "Resource": "r", "End": true,
                "Catch": [{ "ErrorEquals": ["E"], "Next": "C" }] }),
            "state A: Catch names \"C\"",
        ),
        (
            json!({ "Type": "Choice", "Default": "C",
                "Choices": [{ "Variable": "$", "StringEquals": "x", "Next": "B" }] }),
            "state A: Default names \"C\"",
        ),
        (
            json!({ "Type": "Choice", "Choices": [{ "Variable": "$", "StringEquals": "x", "Next": "C" }] }),
            "state A: Choices names \"C\"",
        ),
        (
            // Out of an item's workflow there is no way.
            json!({ "Type": "Map", "End": true, "ItemProcessor": {
                "StartAt": "I", "States": { "I": { "Type": "Pass", "Next": "B" } } } }),
            "state A: state I: Next names \"B\"",
        ),
        (
            json!({ "Type": "Map", "End": true, "ItemProcessor": {
                "StartAt": "B", "States": { "B": { "Type": "Pass", "End": true } } } }),
            "another state of this machine has the same name",
        ),
    ] {
        let refused = refusal(json!({ "A": state, "B": end }));
        assert!(refused.contains(expected), "{refused}");
    }
    assert!(refusal(json!({ "B": end })).contains("StartAt names \"A\""));
    let missing = load(&json!({ "States": { "A": end } })).unwrap_err();
    assert_eq!(missing.to_string(), "state machine: field \"StartAt\" is missing");
    // States that nothing leads to do no harm.
    assert!(load(&json!({ "StartAt": "A", "States": { "A": end, "B": end } })).is_ok());
}

#[test]
fn rules_of_choice() {
    for (rule, expected) in [
        (json!({ "Variable": "$", "StringIs": "x" }), "field \"StringIs\" is not supported"),
        (json!({ "Variable": "$", "NumericEquals": 1 }), "field \"NumericEquals\" is not supported"),
        (json!({ "Not": { "Variable": "$", "StringEquals": "x" } }), "field \"Not\" is not supported"),
        (json!({ "Variable": "$", "StringEquals": 1 }), "must be a string, but is 1"),
        (json!({ "Variable": "$" }), "has no comparison operator"),
        (json!({ "StringEquals": "x" }), "field \"Variable\" is missing"),
        (json!({ "Condition": "{% true %}" }), "field \"Condition\" is not supported"),
    ] {
        let mut rule = rule;
        rule["Next"] = json!("A");
        let refused = refusal(json!({ "A": { "Type": "Choice", "Choices": [rule] } }));
        assert!(refused.starts_with("state A: Choices[0]"), "{refused}");
        assert!(refused.contains(expected), "{refused}");
    }
    let refused = refusal(json!({ "A": { "Type": "Choice", "Choices": [] } }));
    assert!(refused.contains("at least one"), "{refused}");
}

#[test]
fn recovery() {
    let all = json!({ "ErrorEquals": ["States.ALL"] });
    for (retry, expected) in [
        (json!([{ "ErrorEquals": [] }]), "must be a list of error names"),
        (json!([{ "MaxAttempts": 1 }]), "field \"ErrorEquals\" is missing"),
        (json!([all, { "ErrorEquals": ["E"] }]), "must stand alone, in the last element"),
        (json!([{ "ErrorEquals": ["E", "States.ALL"] }]), "must stand alone"),
        (json!([{ "ErrorEquals": ["States.Timout"] }]), "\"States.Timout\" does not exist"),
        (json!([{ "ErrorEquals": ["E"], "IntervalSeconds": 0 }]), "at least 1, but is 0"),
        (json!([{ "ErrorEquals": ["E"], "MaxAttempts": -1 }]), "at least 0, but is -1"),
        (json!([{ "ErrorEquals": ["E"], "BackoffRate": 0.5 }]), "at least 1, but is 0.5"),
        (json!([{ "ErrorEquals": ["E"], "JitterStrategy": "HALF" }]), "but is \"HALF\""),
    ] {
        let refused = refusal_of(task(json!({ "Retry": retry })));
        assert!(refused.starts_with("state A: Retry[0]"), "{refused}");
        assert!(refused.contains(expected), "{refused}");
    }
}

#[test]
fn json() {
    let refused = |text: &str| StateMachine::load(text, &BTreeMap::new()).unwrap_err().to_string();
    let twice = r#"{ "StartAt": "A", "States": { "A": { "Type": "Pass", "End": true },
        "A": { "Type": "Fail" } } }"#;
    let message = refused(twice);
    assert!(message.contains("\"A\" stands twice") && message.contains("line 2"), "{message}");
    assert!(refused("{").contains("not valid JSON"));
    assert_eq!(refused("[]"), "state machine: must be a JSON object, but is an array");
}
