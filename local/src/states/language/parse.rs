//! Reads a definition into a [`StateMachine`], refusing by name what it does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::choice::Rule;
use super::definition::{Choice, Kind, Map, MaxConcurrency, Next, Pass, State, StateMachine, Task, Workflow};
use super::error::DefinitionError;
use super::fields::Fields;
use super::json;
use super::output::Selection;
use super::path::Path;
use super::recovery::Recovery;

/// The longest name of a state, in characters.
const LONGEST_NAME: usize = 80;

impl StateMachine {
    /// Reads a definition (Amazon States Language, JSON), with each `${Name}` in its strings
    /// replaced from `substitutions`.
    ///
    /// # Errors
    /// Names the first thing that is not JSON, not Amazon States Language, or not supported
    /// here, and where it stands. Nothing is skipped.
    pub fn load(text: &str, substitutions: &BTreeMap<String, String>) -> Result<Self, DefinitionError> {
        let definition = json::parse(text)?;
        let definition = json::substitute(definition, substitutions, "definition")?;
        let mut fields = Fields::new(&definition, "state machine")?;
        let timeout = fields.count("TimeoutSeconds", 1)?.map(Duration::from_secs);
        let workflow = workflow(fields, "", &mut BTreeSet::new())?;
        Ok(StateMachine { workflow: Arc::new(workflow), timeout })
    }
}

/// Reads `StartAt` and `States` and checks that every state named is there. `outer` is put
/// before the name of a state in messages; `names` holds the names used so far, which must be
/// unique in the whole machine.
fn workflow<'a>(
    mut fields: Fields<'a>,
    outer: &str,
    names: &mut BTreeSet<&'a str>,
) -> Result<Workflow, DefinitionError> {
    fields.string("Comment")?;
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
        Kind::Fail { .. } => (&Next::End, None),
        Kind::Choice(choice) => {
            let choices = choice.rules.iter().map(|rule| ("Choices", rule.next.as_str()));
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
    fields.string("Comment")?;
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
        "Fail" => Kind::Fail {
            error: fields.string("Error")?.unwrap_or_default().to_owned(),
            cause: fields.string("Cause")?.unwrap_or_default().to_owned(),
        },
        other => {
            return Err(fields.error(format!("state type \"{other}\" is not supported by the local runner")));
        }
    };
    let output_path = match kind {
        Kind::Fail { .. } => Selection::Everything,
        _ => fields.selection()?,
    };
    fields.finish()?;
    Ok(State { name: name.to_owned(), output_path, kind })
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
        rules: choices.collect::<Result<_, _>>()?,
        default: fields.string("Default")?.map(str::to_owned),
    }))
}

fn map<'a>(fields: &mut Fields<'a>, names: &mut BTreeSet<&'a str>) -> Result<Kind, DefinitionError> {
    let mut processor = Fields::new(fields.required("ItemProcessor")?, fields.at("ItemProcessor"))?;
    if let Some(config) = processor.get("ProcessorConfig") {
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
    let max_concurrency = match (fields.count("MaxConcurrency", 0)?, fields.path("MaxConcurrencyPath")?) {
        (Some(_), Some(_)) => {
            return Err(fields.error("\"MaxConcurrency\" and \"MaxConcurrencyPath\" cannot both be given"));
        }
        (items, None) => MaxConcurrency::Items(items.unwrap_or(0)),
        (None, Some(path)) => MaxConcurrency::Path(path),
    };
    Ok(Kind::Map(Map {
        items_path: fields.path("ItemsPath")?.unwrap_or_else(Path::root),
        item_selector: fields.template("ItemSelector")?,
        processor: Arc::new(processor),
        max_concurrency,
        result_path: fields.placement()?,
        recovery: Recovery::parse(fields)?,
        next: next(fields)?,
    }))
}
