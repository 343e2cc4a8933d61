//! Runs that get in each other's way: what one of them reads is never what another one wrote.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use isotherm_tests::{Pipeline, json, root};
use local::states::{TaskError, Tasks};
use serde_json::Value;
use shared::{ObjectRef, Plan, ProcessTask, ReportTask, RunOptions, ValidateTask};

/// Lets another run of the same object work on its splits before the first one reports.
struct Overtaken {
    functions: Arc<dyn Tasks>,
    object: ObjectRef,
    options: RunOptions,
    /// Whoever starts an execution by hand chooses its run id.
    same_run_id: bool,
}

impl Overtaken {
    async fn overtake(&self, first: &ReportTask) -> Result<(), TaskError> {
        let (object, options) = (self.object.clone(), self.options.clone());
        let run_id = if self.same_run_id { first.run_id.clone() } else { object.run_id("", &options) };
        let task = ValidateTask {
            run_id: run_id.clone(),
            object: object.clone(),
            options,
            single_split: false,
            other_order: false,
        };
        let plan = self.functions.invoke("validate", serde_json::to_value(&task).unwrap()).await?;
        let plan: Plan = serde_json::from_value(plan).unwrap();
        for split in plan.splits {
            let task = ProcessTask {
                format: plan.format,
                run_id: run_id.clone(),
                plan_id: plan.id.clone(),
                object: object.clone(),
                columns: plan.columns.clone().unwrap(),
                dialect: plan.dialect.clone().unwrap(),
                split,
            };
            self.functions.invoke("process", serde_json::to_value(&task).unwrap()).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Tasks for Overtaken {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        if resource == "report" {
            self.overtake(&serde_json::from_value(input.clone()).unwrap()).await?;
        }
        self.functions.invoke(resource, input).await
    }
}

#[tokio::test]
async fn a_run_with_other_options_does_not_touch_the_partials() {
    let column = |name: &str| RunOptions {
        columns: vec![name.into()],
        split_bytes: Some(60),
        ..RunOptions::default()
    };
    for same_run_id in [false, true] {
        let pipeline = Pipeline::new();
        let rows: String = (10..30).map(|day| format!("2024-01-{day},-1.5,{day}.5\n")).collect();
        let object = pipeline.upload("incoming/a.csv", format!("date,tmin,tmax\n{rows}").as_bytes()).await;
        let functions = Arc::new(Overtaken {
            functions: Arc::clone(&pipeline.functions),
            object: object.clone(),
            options: column("tmax"),
            same_run_id,
        });
        let outcome = pipeline.execute(&object, column("tmin"), functions, Arc::new(())).await.unwrap();
        let statistics = pipeline.statistics(&outcome);
        assert_eq!(statistics.temperature_column.as_deref(), Some("tmin"), "same run id: {same_run_id}");
        assert_eq!(statistics.mean_temperature, Some(-1.5), "same run id: {same_run_id}");
    }
}

/// Lets the first split of the first plan be done only after the second plan's.
struct Late {
    functions: Arc<dyn Tasks>,
    first: Mutex<Option<Value>>,
}

#[async_trait]
impl Tasks for Late {
    async fn invoke(&self, resource: &str, input: Value) -> Result<Value, TaskError> {
        if resource != "process" {
            return self.functions.invoke(resource, input).await;
        }
        let task: ProcessTask = serde_json::from_value(input.clone()).unwrap();
        if !task.split.only && task.split.index == 0 {
            *self.first.lock().unwrap() = Some(input);
            // The state machine stops waiting for it when another split fails; the function itself goes on.
            return std::future::pending().await;
        }
        let answer = self.functions.invoke(resource, input).await;
        if task.split.only {
            let first = self.first.lock().unwrap().take().unwrap();
            self.functions.invoke(resource, first).await?;
        }
        answer
    }
}

#[tokio::test]
async fn a_split_of_the_first_plan_that_comes_late_does_not_reach_the_second() {
    let pipeline = Pipeline::new();
    let rows = "2024-01-01,s,1.5\n".repeat(20_000);
    let text = format!("time,station,temperature\n{rows}2024-01-02,\"a\nb\",3.5\n");
    let object = pipeline.upload("incoming/a.csv", text.as_bytes()).await;
    let functions = Arc::new(Late { functions: Arc::clone(&pipeline.functions), first: Mutex::default() });
    let options = RunOptions { split_bytes: Some(100_000), ..RunOptions::default() };
    let outcome = pipeline.execute(&object, options, functions, Arc::new(())).await.unwrap();
    assert_eq!(pipeline.statistics(&outcome).record_count, 20_001);
}

/// `tests/events/` tells of one run, step by step; a step that read elsewhere than the one before wrote
/// would find nothing.
#[tokio::test]
async fn the_example_events_are_the_steps_of_one_run() {
    let [task, split, end] =
        ["validate", "process", "report"].map(|name| json(&format!("tests/events/{name}.json")));
    let pipeline = Pipeline::new();
    let object: ObjectRef = serde_json::from_value(task["object"].clone()).unwrap();
    pipeline.s3.bucket(&object.bucket, root().join("no-such-folder"));
    pipeline.s3.link(&object.bucket, &object.key, root().join("samples/vega-weather-two-cities.csv"));
    let plan = pipeline.functions.invoke("validate", task).await.unwrap();
    assert_eq!((&split["plan_id"], &end["plan"]["id"]), (&plan["id"], &plan["id"]));
    assert_eq!((&split["split"], &split["columns"]), (&plan["splits"][0], &plan["columns"]));
    let answer = pipeline.functions.invoke("process", split).await.unwrap();
    assert_eq!(answer, end["partials"][0]);
    let outcome = pipeline.functions.invoke("report", end).await.unwrap();
    assert_eq!(outcome["outcome"], "processed");
}
