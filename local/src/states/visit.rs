//! One stay in a state: what its type and its fields make of the input.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Event;
use super::context::{Context, Item, Scope};
use super::definition::{Choice, Kind, Next, Pass, State, Task, Text, WaitUntil};
use super::execute::{Failure, Shared};
use super::path::{Path, Placement};
use super::recovery::{Attempts, Recovery, error_output};
use super::template::Template;
use super::{map, timestamp};

/// Bytes of JSON that a state takes or gives at most, a quota of Step Functions
/// (<https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>).
const MAX_PAYLOAD_BYTES: usize = 256 << 10;

pub(super) struct Visit<'a> {
    pub shared: &'a Shared,
    pub state: &'a State,
    pub item: Option<&'a Item>,
    pub entered: SystemTime,
}

type Step<'a> = (Value, Option<&'a str>);

impl<'a> Visit<'a> {
    /// The state's output and the state that follows.
    pub async fn run(&self, input: Value) -> Result<Step<'a>, Failure> {
        match &self.state.kind {
            Kind::Task(task) => self.recovering(input, &task.recovery, &task.next).await,
            Kind::Map(map) => self.recovering(input, &map.recovery, &map.next).await,
            Kind::Pass(pass) => self.pass(&input, pass),
            Kind::Wait { until, next } => {
                let output = self.wait(input, until).await?;
                Ok((output, following(next)))
            }
            Kind::Succeed => Ok((self.through(&input)?, None)),
            Kind::Choice(choice) => self.choose(&input, choice),
            Kind::Fail { error, cause } => {
                let context = self.context(0);
                let scope = Scope { input: &input, context: &context };
                Err(Failure::new(&text(error, &scope)?, text(cause, &scope)?))
            }
        }
    }

    fn pass(&self, input: &Value, pass: &'a Pass) -> Result<Step<'a>, Failure> {
        let context = self.context(0);
        let scope = Scope { input, context: &context };
        let result = match &pass.result {
            Some(result) => result.clone(),
            None => self.payload(&scope, pass.parameters.as_ref())?,
        };
        let output = self.output(&scope, None, &pass.result_path, result)?;
        Ok((output, following(&pass.next)))
    }

    fn choose(&self, input: &Value, choice: &'a Choice) -> Result<Step<'a>, Failure> {
        let context = self.context(0);
        let scope = Scope { input, context: &context };
        let selected = self.select(&scope)?;
        let selected = scope.with(&selected);
        for (rule, next) in &choice.choices {
            if rule.holds(&selected)? {
                return Ok((self.through(input)?, Some(next)));
            }
        }
        match &choice.default {
            Some(next) => Ok((self.through(input)?, Some(next))),
            None => Err(Failure::new(
                "States.NoChoiceMatched",
                "no rule of the Choice state holds, and it has no Default",
            )),
        }
    }

    /// Runs a Task or Map state under its Retry and Catch.
    async fn recovering(
        &self,
        input: Value,
        recovery: &'a Recovery,
        next: &'a Next,
    ) -> Result<Step<'a>, Failure> {
        let state = self.state.name.as_str();
        let item = self.item.map(|item| item.index);
        let mut attempts = Attempts::new(recovery);
        for attempt in 1.. {
            let context = self.context(attempt - 1);
            let scope = Scope { input: &input, context: &context };
            let failure = match self.attempt(&scope).await {
                Ok(output) => return Ok((output, following(next))),
                Err(failure) => failure,
            };
            let error = failure.error.as_str();
            if let Some(delay) = attempts.delay_after(error) {
                let cause = failure.cause.as_str();
                self.shared.observer.observe(Event::Retry { state, item, error, cause, attempt, delay });
                tokio::time::sleep(delay).await;
                continue;
            }
            let Some(catcher) = recovery.catcher(error) else {
                return Err(failure);
            };
            let next = catcher.next.as_str();
            self.shared.observer.observe(Event::Caught { state, item, error, next });
            let output = error_output(error, &failure.cause);
            let output = catcher.result_path.place(input, output).map_err(misplaced)?;
            return Ok((within_quota(output, "output")?, Some(next)));
        }
        Err(Failure::new("States.Runtime", "too many attempts"))
    }

    async fn attempt(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        let (result, selector, placement) = match &self.state.kind {
            Kind::Map(map) => (map::run(self, scope, map).await?, &map.result_selector, &map.result_path),
            Kind::Task(task) => (self.invoke(scope, task).await?, &task.result_selector, &task.result_path),
            _ => return Err(Failure::new("States.Runtime", "the state has no task")),
        };
        self.output(scope, selector.as_ref(), placement, result)
    }

    async fn invoke(&self, scope: &Scope<'_>, task: &Task) -> Result<Value, Failure> {
        let payload = self.payload(scope, task.parameters.as_ref())?;
        let invocation = self.shared.tasks.invoke(&task.resource, payload);
        let answer = match task.timeout {
            None => invocation.await,
            Some(limit) => tokio::time::timeout(limit, invocation).await.map_err(|_| {
                Failure::new("States.Timeout", format!("the task took longer than {} s", limit.as_secs()))
            })?,
        };
        let result = answer.map_err(|failure| Failure::new(&failure.error, failure.cause))?;
        within_quota(result, "result")
    }

    async fn wait(&self, input: Value, until: &WaitUntil) -> Result<Value, Failure> {
        let output = self.through(&input)?;
        let delay = {
            let context = self.context(0);
            let scope = Scope { input: &input, context: &context };
            let selected = self.select(&scope)?;
            self.delay(until, &scope.with(&selected))?
        };
        tokio::time::sleep(delay).await;
        Ok(output)
    }

    fn delay(&self, until: &WaitUntil, scope: &Scope<'_>) -> Result<Duration, Failure> {
        let wrong = |path: &Path, wanted: &str| {
            Failure::new("States.Runtime", format!("the path {path} must lead to {wanted}"))
        };
        let end = match until {
            WaitUntil::Seconds(seconds) => return Ok(Duration::from_secs(*seconds)),
            WaitUntil::SecondsPath(path) => {
                let value = path.find(scope);
                return value
                    .and_then(|value| value.as_u64())
                    .map(Duration::from_secs)
                    .ok_or_else(|| wrong(path, "a whole number of seconds"));
            }
            WaitUntil::Timestamp(end) => *end,
            WaitUntil::TimestampPath(path) => path
                .find(scope)
                .and_then(|value| timestamp::parse(value.as_str()?))
                .ok_or_else(|| wrong(path, "a timestamp"))?,
        };
        let left = (end - timestamp::nanoseconds(self.shared.run.now())).max(0);
        Ok(u64::try_from(left).map_or(Duration::MAX, Duration::from_nanos))
    }

    pub fn context(&self, retry_count: u32) -> Context<'_> {
        Context {
            run: &self.shared.run,
            state: &self.state.name,
            entered: self.entered,
            retry_count,
            item: self.item,
        }
    }

    /// What `InputPath` selects.
    pub fn select<'b>(&self, scope: &Scope<'b>) -> Result<Cow<'b, Value>, Failure> {
        self.state.input_path.select(scope).map_err(astray)
    }

    /// What the state hands to its task: `InputPath`, then `Parameters`.
    fn payload(&self, scope: &Scope<'_>, template: Option<&Template>) -> Result<Value, Failure> {
        let selected = self.select(scope)?;
        let payload = match template {
            Some(template) => template.render(&scope.with(&selected))?,
            None => selected.into_owned(),
        };
        within_quota(payload, "input")
    }

    /// What becomes of a result: `ResultSelector`, `ResultPath`, `OutputPath`.
    fn output(
        &self,
        scope: &Scope<'_>,
        selector: Option<&Template>,
        placement: &Placement,
        result: Value,
    ) -> Result<Value, Failure> {
        let result = match selector {
            Some(selector) => selector.render(&scope.with(&result))?,
            None => result,
        };
        let placed = placement.place(scope.input.clone(), result).map_err(misplaced)?;
        let output = self.state.output_path.select(&scope.with(&placed)).map_err(astray)?;
        within_quota(output.into_owned(), "output")
    }

    /// The output of a state that has no result: `InputPath`, then `OutputPath`.
    fn through(&self, input: &Value) -> Result<Value, Failure> {
        let context = self.context(0);
        let scope = Scope { input, context: &context };
        let selected = self.select(&scope)?;
        let output = self.state.output_path.select(&scope.with(&selected));
        output.map(Cow::into_owned).map_err(astray)
    }
}

fn following(next: &Next) -> Option<&str> {
    match next {
        Next::State(name) => Some(name),
        Next::End => None,
    }
}

fn within_quota(value: Value, what: &str) -> Result<Value, Failure> {
    let bytes = value.to_string().len();
    if bytes <= MAX_PAYLOAD_BYTES {
        return Ok(value);
    }
    let cause =
        format!("the {what} has {bytes} bytes, and Step Functions carries {MAX_PAYLOAD_BYTES} at most");
    Err(Failure::new("States.DataLimitExceeded", cause))
}

fn text(text: &Text, scope: &Scope<'_>) -> Result<String, Failure> {
    match text {
        Text::Literal(text) => Ok(text.clone()),
        Text::Path(path) => match path.find(scope).as_deref() {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(Failure::new("States.Runtime", format!("the path {path} must lead to a string"))),
        },
    }
}

fn astray(cause: String) -> Failure {
    Failure::new("States.Runtime", cause)
}

fn misplaced(cause: String) -> Failure {
    Failure::new("States.ResultPathMatchFailure", cause)
}
