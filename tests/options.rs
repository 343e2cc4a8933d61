//! What a caller may ask of a run, and is told where that is impossible.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use isotherm_tests::Pipeline;
use shared::{Profile, RunOptions};

/// It is the caller's mistake, so no report says that the file cannot be read, and nothing is tried again.
#[tokio::test]
async fn a_profile_that_is_none_fails_the_run_and_is_named() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", b"temperature\n1\n").await;
    for (profile, field) in [
        (Profile { name: String::new(), ..Profile::generic() }, "name"),
        (Profile { temperature: Vec::new(), ..Profile::generic() }, "temperature"),
        (Profile { plausible_celsius: Some((60.0, -90.0)), ..Profile::generic() }, "plausible_celsius"),
    ] {
        let options = RunOptions { profile: Some(profile), ..RunOptions::default() };
        let run = pipeline.execute(&object, options, Arc::clone(&pipeline.functions), Arc::new(())).await;
        let failure = run.unwrap_err();
        assert_eq!((failure.error.as_str(), failure.state.as_str()), ("InvalidTask", "ValidateData"));
        assert!(failure.cause.starts_with(&format!("options.profile.{field}: ")), "{}", failure.cause);
    }
}
