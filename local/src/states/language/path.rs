//! Reference paths of names: `$`, `$.a.b`, and the same into the context object after `$$`.
//! Everything else of JSONPath is refused.

use std::fmt;

use serde_json::Value;

/// The parts of the context object that are kept here; below the last name of these may stand more.
const CONTEXT: [&[&str]; 7] = [
    &["Execution", "Name"],
    &["Execution", "Input"],
    &["State", "Name"],
    &["State", "RetryCount"],
    &["StateMachine", "Name"],
    &["Map", "Item", "Index"],
    &["Map", "Item", "Value"],
];
/// Those of them that have an inside.
const DATA: [&str; 2] = ["Input", "Value"];

/// What paths are resolved against.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// What `$` is.
    pub input: &'a Value,
    /// What `$$` is.
    pub context: &'a Value,
}

/// A path to one place in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    text: String,
    /// Starts with `$$`: looks into the context object instead of the state's data.
    pub in_context: bool,
    pub names: Vec<String>,
}

impl Path {
    /// `$`: all of the data.
    pub fn root() -> Self {
        Self { text: "$".to_owned(), in_context: false, names: Vec::new() }
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let (in_context, mut rest) = match text.strip_prefix("$$") {
            Some(rest) => (true, rest),
            None => match text.strip_prefix('$') {
                Some(rest) => (false, rest),
                None => return Err(format!("\"{text}\" is not a path: a path begins with $")),
            },
        };
        let mut names = Vec::new();
        while !rest.is_empty() {
            let (name, after) = step(rest).ok_or_else(|| {
                format!("path \"{text}\" is not supported by the local runner at \"{rest}\": only .name is")
            })?;
            names.push(name.to_owned());
            rest = after;
        }
        if in_context && !is_kept(&names) {
            return Err(format!(
                "path \"{text}\" is not supported by the local runner: the context object has no such field here"
            ));
        }
        Ok(Self { text: text.to_owned(), in_context, names })
    }

    /// What the path points to, or `None` if there is nothing.
    pub fn find<'a>(&self, scope: Scope<'a>) -> Option<&'a Value> {
        let root = if self.in_context { scope.context } else { scope.input };
        self.names.iter().try_fold(root, |value, name| value.as_object()?.get(name))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Splits the first step off `rest`.
fn step(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix('.')?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    (end > 0).then(|| rest.split_at(end))
}

/// Whether the context object has what these names lead to.
fn is_kept(names: &[String]) -> bool {
    CONTEXT.iter().any(|kept| {
        let begins = names.iter().zip(*kept).filter(|(name, kept)| name == kept).count() == kept.len();
        let inside = kept.last().is_some_and(|last| DATA.contains(last));
        begins && (inside || names.len() == kept.len())
    })
}
