//! From state to state until one ends the workflow, and what each type of state does. One module, because a Map state
//! runs a workflow inside a workflow.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::attempts::Attempts;
use super::context::{self, Item, Run};
use super::data::{output, payload, within_quota};
use super::failed::Failed;
use super::interface::{Event, ExecutionFailure, Observer, Tasks};
use super::map;
use crate::states::language::definition::{
    Choice, Kind, Map, MaxConcurrency, Next, Pass, State, Task, Workflow,
};
use crate::states::language::path::Scope;
use crate::states::language::recovery::Recovery;

/// What every state of an execution shares.
#[derive(Clone)]
pub struct Shared {
    pub run: Arc<Run>,
    pub tasks: Arc<dyn Tasks>,
    pub observer: Arc<dyn Observer>,
}

/// Runs a workflow on its own, or on an item of a Map state. Boxed, because it is run inside itself.
pub fn run(
    shared: Shared,
    workflow: Arc<Workflow>,
    input: Value,
    item: Option<Item>,
) -> BoxFuture<'static, Result<Value, ExecutionFailure>> {
    Box::pin(async move {
        let index = item.as_ref().map(|item| item.index);
        let mut data = input;
        let mut name = workflow.start_at.as_str();
        loop {
            let Some(state) = workflow.states.get(name) else {
                // Every target was checked when the definition was loaded.
                return Err(ExecutionFailure {
                    error: "States.Runtime".to_owned(),
                    cause: "there is no such state".to_owned(),
                    state: name.to_owned(),
                });
            };
            shared.observer.observe(Event::StateEntered { state: name, item: index });
            let visit = Visit { shared: &shared, state, item: item.as_ref() };
            let (output, next) = visit.run(data).await.map_err(|failed| ExecutionFailure {
                error: failed.error,
                cause: failed.cause,
                state: failed.state.unwrap_or_else(|| name.to_owned()),
            })?;
            shared.observer.observe(Event::StateExited { state: name, item: index });
            data = output;
            match next {
                Some(next) => name = next,
                None => return Ok(data),
            }
        }
    })
}

/// One stay in a state.
struct Visit<'a> {
    shared: &'a Shared,
    state: &'a State,
    item: Option<&'a Item>,
}

/// A state's output and the state that follows.
type Step<'a> = (Value, Option<&'a str>);

impl<'a> Visit<'a> {
    async fn run(&self, input: Value) -> Result<Step<'a>, Failed> {
        match &self.state.kind {
            Kind::Task(task) => self.recovering(input, &task.recovery, &task.next).await,
            Kind::Map(map) => self.recovering(input, &map.recovery, &map.next).await,
            Kind::Pass(pass) => self.pass(&input, pass),
            Kind::Choice(choice) => self.choose(input, choice),
            Kind::Fail { error, cause } => Err(Failed::new(error, cause)),
        }
    }

    fn pass(&self, input: &Value, pass: &'a Pass) -> Result<Step<'a>, Failed> {
        let context = self.context(0);
        let scope = Scope { input, context: &context };
        let result = match &pass.result {
            Some(result) => result.clone(),
            None => payload(pass.parameters.as_ref(), scope)?,
        };
        Ok((output(self.state, &pass.result_path, scope, result)?, following(&pass.next)))
    }

    fn choose(&self, input: Value, choice: &'a Choice) -> Result<Step<'a>, Failed> {
        let context = self.context(0);
        let scope = Scope { input: &input, context: &context };
        let mut next = choice.default.as_deref();
        for rule in &choice.rules {
            if rule.holds(scope)? {
                next = Some(&rule.next);
                break;
            }
        }
        if next.is_none() {
            let cause = "no rule of the Choice state holds, and it has no Default";
            return Err(Failed::new("States.NoChoiceMatched", cause));
        }
        Ok((self.state.output_path.select(input, &context)?, next))
    }

    /// Runs a Task or Map state under its Retry and Catch.
    async fn recovering(
        &self,
        input: Value,
        recovery: &'a Recovery,
        next: &'a Next,
    ) -> Result<Step<'a>, Failed> {
        let state = self.state.name.as_str();
        let item = self.item.map(|item| item.index);
        let mut attempts = Attempts::new(&recovery.retriers);
        for attempt in 1.. {
            let context = self.context(attempt - 1);
            let failed = match self.attempt(Scope { input: &input, context: &context }).await {
                Ok(output) => return Ok((output, following(next))),
                Err(failed) => failed,
            };
            let error = failed.error.as_str();
            if let Some(delay) = attempts.delay_after(error) {
                let cause = failed.cause.as_str();
                self.shared.observer.observe(Event::Retry { state, item, error, cause, attempt, delay });
                tokio::time::sleep(delay).await;
                continue;
            }
            let Some(catcher) = recovery.catcher(error) else {
                return Err(failed);
            };
            let next = catcher.next.as_str();
            self.shared.observer.observe(Event::Caught { state, item, error, next });
            let caught = json!({ "Error": error, "Cause": failed.cause });
            let output = catcher.result_path.place(input, caught)?;
            return Ok((within_quota(output, "output")?, Some(next)));
        }
        Err(Failed::new("States.Runtime", "too many attempts"))
    }

    async fn attempt(&self, scope: Scope<'_>) -> Result<Value, Failed> {
        let (result, placement) = match &self.state.kind {
            Kind::Map(map) => (self.map(scope, map).await?, &map.result_path),
            Kind::Task(task) => (self.invoke(scope, task).await?, &task.result_path),
            _ => return Err(Failed::new("States.Runtime", "the state has no task")),
        };
        output(self.state, placement, scope, result)
    }

    async fn invoke(&self, scope: Scope<'_>, task: &Task) -> Result<Value, Failed> {
        let payload = payload(task.parameters.as_ref(), scope)?;
        let invocation = self.shared.tasks.invoke(&task.resource, payload);
        let answer = match task.timeout {
            None => invocation.await,
            Some(limit) => tokio::time::timeout(limit, invocation).await.map_err(|_| {
                Failed::new("States.Timeout", format!("the task took longer than {} s", limit.as_secs()))
            })?,
        };
        within_quota(answer?, "result")
    }

    async fn map(&self, scope: Scope<'_>, map: &Map) -> Result<Value, Failed> {
        let Some(Value::Array(values)) = map.items_path.find(scope) else {
            let cause = format!("the ItemsPath {} must lead to an array", map.items_path);
            return Err(Failed::new("States.Runtime", cause));
        };
        let work = |item: Item| {
            let input = match &map.item_selector {
                None => item.value.clone(),
                Some(selector) => {
                    let context = context::with_item(scope.context.clone(), &item);
                    selector.render(Scope { input: scope.input, context: &context })?
                }
            };
            Ok(run(self.shared.clone(), Arc::clone(&map.processor), input, Some(item)))
        };
        let most = match &map.max_concurrency {
            MaxConcurrency::Items(items) => *items,
            MaxConcurrency::Path(path) => path.find(scope).and_then(Value::as_u64).ok_or_else(|| {
                let cause =
                    format!("the MaxConcurrencyPath {path} must lead to a whole number of at least 0");
                Failed::new("States.Runtime", cause)
            })?,
        };
        let most = usize::try_from(most).ok().filter(|most| *most > 0);
        map::run(&self.state.name, values, most, &*self.shared.observer, work).await
    }

    fn context(&self, retry_count: u32) -> Value {
        context::object(&self.shared.run, &self.state.name, retry_count, self.item)
    }
}

fn following(next: &Next) -> Option<&str> {
    match next {
        Next::State(name) => Some(name),
        Next::End => None,
    }
}
