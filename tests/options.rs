//! What a caller may ask of a run, and is told where that is impossible.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use isotherm_tests::Pipeline;
use local::functions::message;
use shared::{OutcomeKind, Profile, ReadingAccount, Role, RunOptions, TableLayout};

/// It is the caller's mistake, so no report says that the file cannot be read, and nothing is tried again.
#[tokio::test]
async fn a_profile_that_is_none_fails_the_run_and_is_named() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", b"temperature\n1\n").await;
    for (profile, field) in [
        (Profile { name: String::new(), ..Profile::generic() }, "name"),
        (Profile { temperature: Vec::new(), ..Profile::generic() }, "temperature"),
        (Profile { plausible_celsius: Some((60.0, -90.0)), ..Profile::generic() }, "plausible_celsius"),
        (Profile { layout: Some(TableLayout::Wide), ..Profile::generic() }, "element"),
    ] {
        let options = RunOptions { profile: Some(profile), ..RunOptions::default() };
        let run = pipeline.execute(&object, options, Arc::clone(&pipeline.functions), Arc::new(())).await;
        let failure = run.unwrap_err();
        assert_eq!((failure.error.as_str(), failure.state.as_str()), ("InvalidTask", "ValidateData"));
        let message = message(&failure.cause);
        assert!(message.starts_with(&format!("options.profile.{field}: ")), "{message}");
    }
}

fn asked(names: &[&str]) -> RunOptions {
    RunOptions { columns: names.iter().map(|name| (*name).to_owned()).collect(), ..RunOptions::default() }
}

/// Each variable's name, role and account of readings: read, used, missing, rejected.
type Variable = (String, Role, [u64; 4]);

/// What a run of `text` leaves.
async fn variables(text: &str, options: RunOptions) -> Vec<Variable> {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
    let outcome = pipeline.run(&object, options).await;
    assert_eq!(outcome.outcome, OutcomeKind::Processed);
    let account = |one: ReadingAccount| [one.read, one.used, one.missing, one.rejected];
    let variables = pipeline.statistics(&outcome).variables;
    variables.into_iter().map(|one| (one.name, one.role, account(one.readings))).collect()
}

fn variable(name: &str, role: Role, readings: [u64; 4]) -> Variable {
    (name.to_owned(), role, readings)
}

const ROWS: &str = "date,tmax,tmin,rain\n2024-01-01,5,-1,0\n2024-01-02,6,x,1\n2024-01-03,,NA,0\n";

#[tokio::test]
async fn columns_are_those_asked_for_and_else_all_temperatures() {
    let all = variables(ROWS, RunOptions::default()).await;
    assert_eq!(all, [variable("tmax", Role::Max, [3, 2, 1, 0]), variable("tmin", Role::Min, [3, 1, 1, 1])]);
    let two = variables(ROWS, asked(&["rain", "tmin"])).await;
    assert_eq!(
        two,
        [variable("rain", Role::Instant, [3, 3, 0, 0]), variable("tmin", Role::Min, [3, 1, 1, 1])]
    );
}

#[tokio::test]
async fn a_long_table_has_a_variable_for_each_element() {
    let text = "station,date,element,value\nA,20240101,TMAX,5\nA,20240101,PRCP,3\nA,20240101,TMIN,-1\n\
                B,20240101,TMAX,-9999\nB,20240102,TMAX,6\n";
    let all = variables(text, RunOptions::default()).await;
    assert_eq!(all, [variable("TMAX", Role::Max, [3, 2, 1, 0]), variable("TMIN", Role::Min, [1, 1, 0, 0])]);
    assert_eq!(variables(text, asked(&["tmin"])).await, [variable("TMIN", Role::Min, [1, 1, 0, 0])]);
}

#[tokio::test]
async fn months_and_stations_as_columns_are_one_variable() {
    let header = "year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Annual";
    let text = format!("{header}\n2023{}\n2024{},,\n", ",1.5".repeat(13), ",2".repeat(11));
    let months = variables(&text, RunOptions::default()).await;
    assert_eq!(months, [variable("temperature", Role::Instant, [24, 23, 1, 0])]);
    let text = "date,Oslo,Bergen\n2024-01-01,-1.5,2\n2024-01-02,x,\n";
    let wide = variables(text, RunOptions { wide: true, ..RunOptions::default() }).await;
    assert_eq!(wide, [variable("temperature", Role::Instant, [4, 2, 1, 1])]);
}

#[tokio::test]
async fn a_column_asked_for_twice_is_refused_by_its_name() {
    let pipeline = Pipeline::new();
    let object = pipeline.upload("incoming/a.csv", ROWS.as_bytes()).await;
    let outcome = pipeline.run(&object, asked(&["tmin", "TMIN"])).await;
    assert_eq!(outcome.outcome, OutcomeKind::Rejected);
    let findings = pipeline.statistics(&outcome).quality.findings;
    let finding = findings.iter().find(|finding| finding.code == "same_column_twice").unwrap();
    assert!(finding.message.contains("\"tmin\""), "{}", finding.message);
}
