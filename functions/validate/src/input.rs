//! An execution's input: ingest writes it, and people who start a run by hand.

use serde::Deserialize;
use serde_json::Value;
use shared::{Failure, ValidateTask};

/// What an input looks like, for those who wrote another.
const SHAPE: &str = r#"a run's input is {"run_id": "…", "object": {"bucket": "…", "key": "…", "etag": "…", "size": 123}}, with "version_id" in the object where its bucket has versions"#;

/// Reads an execution's input.
///
/// # Errors
/// [`Failure::InvalidTask`] when it is none, or names no object version.
pub fn task(input: Value) -> Result<ValidateTask, Failure> {
    let wrong = |what: String| Failure::InvalidTask(format!("{what}; {SHAPE}"));
    let task = ValidateTask::deserialize(input).map_err(|error| wrong(error.to_string()))?;
    let object = &task.object;
    for (name, text) in
        [("run_id", &task.run_id), ("object.bucket", &object.bucket), ("object.key", &object.key)]
    {
        if text.is_empty() {
            return Err(wrong(format!("{name} is empty")));
        }
    }
    // It is a folder of the intermediates.
    if task.run_id.contains('/') {
        return Err(wrong(format!("run_id {:?} has a slash", task.run_id)));
    }
    if object.etag.is_empty() && object.version_id.is_none() {
        return Err(wrong(
            "object has neither etag nor version_id, so which version is meant cannot be told".to_owned(),
        ));
    }
    Ok(task)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_input_is_told_what_is_wrong_and_what_would_be_right() {
        let object = json!({"bucket": "b", "key": "k.csv", "etag": "e", "size": 3});
        let with = |name: &str, value: Value| {
            let mut object = object.clone();
            object[name] = value;
            json!({"run_id": "r", "object": object})
        };
        for (input, said) in [
            (json!({}), "missing field `run_id`"),
            (json!({"run_id": "r"}), "missing field `object`"),
            (json!(["r"]), "object"),
            (json!({"run_id": "a/b", "object": object}), "run_id \"a/b\" has a slash"),
            (json!({"run_id": "", "object": object}), "run_id is empty"),
            (with("bucket", json!("")), "object.bucket is empty"),
            (with("size", json!("3")), "invalid type: string \"3\""),
            (with("size", json!(-1)), "invalid value: integer `-1`"),
            (with("etag", json!("")), "neither etag nor version_id"),
        ] {
            let failure = task(input.clone()).unwrap_err();
            assert_eq!(failure.error_type(), "InvalidTask", "{input}");
            assert!(failure.to_string().contains(said), "{input}: {failure}");
            assert!(failure.to_string().contains("a run's input is {"), "{failure}");
        }
        assert_eq!(task(with("size", json!(4))).unwrap().object.size, 4);
        assert_eq!(task(with("version_id", json!("v"))).unwrap().run_id, "r");
    }
}
