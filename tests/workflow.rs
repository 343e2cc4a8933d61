//! Names that must match: a slip of one letter between the workflow and the code would switch off retries.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use isotherm_tests::{json, root};
use local::functions::Functions;
use serde_json::Value;
use shared::Failure;

/// Error names of Step Functions and of its Lambda integration, from the AWS Step Functions Developer Guide.
const SERVICE_ERRORS: [&str; 9] = [
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.Timeout",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
];

fn collect<'a>(value: &'a Value, field: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::Array(names) if key == field => {
                        found.extend(names.iter().filter_map(Value::as_str))
                    }
                    Value::String(name) if key == field => found.push(name),
                    _ => collect(value, field, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, field, found)),
        _ => {}
    }
}

#[test]
fn every_error_that_the_workflow_matches_is_one_that_is_raised() {
    let workflow = json("workflows/pipeline.asl.json");
    let mut matched = Vec::new();
    collect(&workflow, "ErrorEquals", &mut matched);
    let known: BTreeSet<_> = Failure::ERROR_TYPES.into_iter().chain(SERVICE_ERRORS).collect();
    for name in &matched {
        assert!(known.contains(name), "{name} is raised by nobody");
    }
    for name in ["Transient", "Throttled", "ObjectChanged", "ObjectMissing", "SplitUnsafe", "DateOrder"] {
        assert!(matched.contains(&name), "{name} is raised, and the workflow does not know it");
    }
    assert!(!matched.contains(&"InvalidTask"), "a bug is not retried");
}

#[test]
fn the_states_have_the_names_that_others_rely_on() {
    let workflow = json("workflows/pipeline.asl.json");
    for state in ["ValidateData", "ProcessData", "GenerateReport"] {
        assert!(workflow["States"].get(state).is_some(), "{state}");
    }
}

#[test]
fn every_placeholder_of_the_workflow_is_substituted_on_both_sides() {
    let workflow = json("workflows/pipeline.asl.json");
    let mut resources = Vec::new();
    collect(&workflow, "Resource", &mut resources);
    let placeholders: BTreeSet<_> =
        resources.iter().map(|name| name.trim_start_matches("${").trim_end_matches('}')).collect();
    let local: BTreeSet<_> = Functions::RESOURCES.iter().map(|(name, _)| *name).collect();
    assert_eq!(placeholders, local);
    let template = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    for name in placeholders {
        assert!(template.contains(&format!("{name}:")), "template.yaml substitutes {name}");
    }
}

#[test]
fn every_function_is_deployed_under_its_own_name() {
    let template = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    for name in ["ingest", "validate", "process", "report"] {
        assert!(root().join("lambda/src/bin").join(name).with_extension("rs").is_file(), "{name}");
        assert!(template.contains(&format!("Binary: {name}}}\n")), "template.yaml builds {name}");
    }
}
