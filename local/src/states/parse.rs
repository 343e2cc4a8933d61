//! Reads a definition into a [`StateMachine`], refusing by name what it does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::choice::Rule;
use super::definition::{
    Choice, DefinitionError, Kind, Map, Next, Pass, State, StateMachine, Task, Text, WaitUntil, Workflow,
};
use super::fields::Fields;
use super::path::{Path, Selection};
use super::recovery::Recovery;
use super::timestamp;

/// The longest name of a state, in characters.
const LONGEST_NAME: usize = 80;

pub(super) fn machine(definition: &Value) -> Result<StateMachine, DefinitionError> {
    let mut fields = Fields::new(definition, "state machine")?;
    match fields.string("Version")? {
        None | Some("1.0") => {}
        Some(other) => {
            return Err(
                fields.error(format!("version \"{other}\" is not supported by the local runner; use 1.0"))
            );
        }
    }
    let timeout = fields.count("TimeoutSeconds", 1)?.map(Duration::from_secs);
    let mut names = BTreeSet::new();
    let workflow = workflow(fields, "", &mut names)?;
    Ok(StateMachine { workflow: Arc::new(workflow), timeout })
}

/// Reads `StartAt` and `States` and checks that every state named is there. `outer` is put
/// before the name of a state in messages; `names` holds the names used so far, which must be
/// unique in the whole machine.
fn workflow<'a>(
    mut fields: Fields<'a>,
    outer: &str,
    names: &mut BTreeSet<&'a str>,
) -> Result<Workflow, DefinitionError> {
    fields.comment_and_query_language()?;
    let start_at = fields.required_string("StartAt")?.to_owned();
    let Value::Object(definitions) = fields.required("States")? else {
        return Err(fields.error("field \"States\" must be a JSON object"));
    };
    let mut states = BTreeMap::new();
    for (name, definition) in definitions {
        let location = format!("{outer}state {name}");
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(DefinitionError::new(
                &location,
                format!("a name must have 1 to {LONGEST_NAME} characters"),
            ));
        }
        if !names.insert(name) {
            return Err(DefinitionError::new(&location, "another state of this machine has the same name"));
        }
        let state = state(name, Fields::new(definition, &location)?, names)?;
        states.insert(name.clone(), state);
    }
    if !states.contains_key(&start_at) {
        return Err(fields.error(format!("StartAt names \"{start_at}\", which is not a state")));
    }
    for state in states.values() {
        for (field, target) in targets(&state.kind) {
            if !states.contains_key(target) {
                return Err(DefinitionError::new(
                    &format!("{outer}state {}", state.name),
                    format!("{field} names \"{target}\", which is not a state beside it"),
                ));
            }
        }
    }
    fields.finish()?;
    Ok(Workflow { start_at, states })
}

fn targets(kind: &Kind) -> Vec<(&'static str, &str)> {
    let (next, recovery) = match kind {
        Kind::Task(task) => (&task.next, Some(&task.recovery)),
        Kind::Map(map) => (&map.next, Some(&map.recovery)),
        Kind::Pass(pass) => (&pass.next, None),
        Kind::Wait { next, .. } => (next, None),
        Kind::Succeed | Kind::Fail { .. } => (&Next::End, None),
        Kind::Choice(choice) => {
            let choices = choice.choices.iter().map(|(_, next)| ("Choices", next.as_str()));
            let default = choice.default.iter().map(|next| ("Default", next.as_str()));
            return choices.chain(default).collect();
        }
    };
    let next = match next {
        Next::State(name) => Some(("Next", name.as_str())),
        Next::End => None,
    };
    let catchers = recovery.into_iter().flat_map(|recovery| &recovery.catchers);
    next.into_iter().chain(catchers.map(|catcher| ("Catch", catcher.next.as_str()))).collect()
}

fn state<'a>(
    name: &str,
    mut fields: Fields<'a>,
    names: &mut BTreeSet<&'a str>,
) -> Result<State, DefinitionError> {
    fields.comment_and_query_language()?;
    let kind = match fields.required_string("Type")? {
        "Task" => task(&mut fields)?,
        "Choice" => choice(&mut fields)?,
        "Map" => map(&mut fields, names)?,
        "Pass" => Kind::Pass(Pass {
            result: fields.get("Result").cloned(),
            parameters: fields.template("Parameters")?,
            result_path: fields.placement()?,
            next: next(&mut fields)?,
        }),
        "Wait" => Kind::Wait { until: wait(&mut fields)?, next: next(&mut fields)? },
        "Succeed" => Kind::Succeed,
        "Fail" => Kind::Fail {
            error: text(&mut fields, "Error", "ErrorPath")?,
            cause: text(&mut fields, "Cause", "CausePath")?,
        },
        other => {
            return Err(fields.error(format!("state type \"{other}\" is not supported by the local runner")));
        }
    };
    let (input_path, output_path) = match kind {
        Kind::Fail { .. } => (Selection::Everything, Selection::Everything),
        _ => (fields.selection("InputPath")?, fields.selection("OutputPath")?),
    };
    fields.finish()?;
    Ok(State { name: name.to_owned(), input_path, output_path, kind })
}

fn next(fields: &mut Fields<'_>) -> Result<Next, DefinitionError> {
    let next = fields.string("Next")?;
    match (next, fields.get("End")) {
        (Some(next), None) => Ok(Next::State(next.to_owned())),
        (None, Some(Value::Bool(true))) => Ok(Next::End),
        (None, None) => Err(fields.error("either \"Next\" or \"End\" is needed")),
        (Some(_), Some(_)) => Err(fields.error("\"Next\" and \"End\" cannot both be given")),
        (None, Some(other)) => Err(fields.wrong("End", "true", other)),
    }
}

fn task(fields: &mut Fields<'_>) -> Result<Kind, DefinitionError> {
    Ok(Kind::Task(Task {
        resource: fields.required_string("Resource")?.to_owned(),
        timeout: fields.count("TimeoutSeconds", 1)?.map(Duration::from_secs),
        parameters: fields.template("Parameters")?,
        result_selector: fields.template("ResultSelector")?,
        result_path: fields.placement()?,
        recovery: Recovery::parse(fields)?,
        next: next(fields)?,
    }))
}

fn choice(fields: &mut Fields<'_>) -> Result<Kind, DefinitionError> {
    let rules = fields.array("Choices")?.map_or(&[][..], Vec::as_slice);
    if rules.is_empty() {
        return Err(fields.error("field \"Choices\" must have at least one element"));
    }
    let choices = rules.iter().enumerate();
    let choices = choices.map(|(i, rule)| Rule::parse(rule, &fields.at(&format!("Choices[{i}]"))));
    Ok(Kind::Choice(Choice {
        choices: choices.collect::<Result<_, _>>()?,
        default: fields.string("Default")?.map(str::to_owned),
    }))
}

fn map<'a>(fields: &mut Fields<'a>, names: &mut BTreeSet<&'a str>) -> Result<Kind, DefinitionError> {
    // Parameters and Iterator are the older names of ItemSelector and ItemProcessor.
    let item_selector = match (fields.template("ItemSelector")?, fields.template("Parameters")?) {
        (Some(_), Some(_)) => {
            return Err(fields.error("\"ItemSelector\" and \"Parameters\" cannot both be given"));
        }
        (selector, parameters) => selector.or(parameters),
    };
    let (part, definition) = match (fields.get("ItemProcessor"), fields.get("Iterator")) {
        (Some(processor), None) => ("ItemProcessor", processor),
        (None, Some(iterator)) => ("Iterator", iterator),
        (None, None) => return Err(fields.error("field \"ItemProcessor\" is missing")),
        (Some(_), Some(_)) => {
            return Err(fields.error("\"ItemProcessor\" and \"Iterator\" cannot both be given"));
        }
    };
    let mut processor = Fields::new(definition, fields.at(part))?;
    if part == "ItemProcessor"
        && let Some(config) = processor.get("ProcessorConfig")
    {
        let mut config = Fields::new(config, processor.at("ProcessorConfig"))?;
        match config.string("Mode")? {
            None | Some("INLINE") => config.finish()?,
            Some(other) => {
                return Err(config
                    .error(format!("mode \"{other}\" is not supported by the local runner; use INLINE")));
            }
        }
    }
    let processor = workflow(processor, &fields.at(""), names)?;
    let max_concurrency = fields.count("MaxConcurrency", 0)?.unwrap_or(0);
    Ok(Kind::Map(Map {
        items_path: fields.path("ItemsPath")?.unwrap_or_else(Path::root),
        item_selector,
        processor: Arc::new(processor),
        max_concurrency: usize::try_from(max_concurrency).ok().filter(|n| *n > 0),
        result_selector: fields.template("ResultSelector")?,
        result_path: fields.placement()?,
        recovery: Recovery::parse(fields)?,
        next: next(fields)?,
    }))
}

fn wait(fields: &mut Fields<'_>) -> Result<WaitUntil, DefinitionError> {
    let mut ways = Vec::new();
    ways.extend(fields.count("Seconds", 0)?.map(WaitUntil::Seconds));
    ways.extend(fields.path("SecondsPath")?.map(WaitUntil::SecondsPath));
    ways.extend(fields.path("TimestampPath")?.map(WaitUntil::TimestampPath));
    if let Some(text) = fields.string("Timestamp")? {
        let time = timestamp::parse(text).ok_or_else(|| {
            fields.error(format!(
                "field \"Timestamp\" must be such as \"2024-02-29T12:00:00Z\", but is \"{text}\""
            ))
        })?;
        ways.push(WaitUntil::Timestamp(time));
    }
    match (ways.pop(), ways.len()) {
        (Some(way), 0) => Ok(way),
        _ => Err(fields.error(
            "exactly one of \"Seconds\", \"SecondsPath\", \"Timestamp\" and \"TimestampPath\" is needed",
        )),
    }
}

fn text(
    fields: &mut Fields<'_>,
    name: &'static str,
    path_name: &'static str,
) -> Result<Text, DefinitionError> {
    match (fields.string(name)?, fields.path(path_name)?) {
        (Some(_), Some(_)) => {
            Err(fields.error(format!("\"{name}\" and \"{path_name}\" cannot both be given")))
        }
        (None, Some(path)) => Ok(Text::Path(path)),
        (literal, None) => Ok(Text::Literal(literal.unwrap_or_default().to_owned())),
    }
}
