//! Reference paths: `$`, `$.a.b[0]['c d']`, and the same into the context object after `$$`.
//! Wildcards, slices, filters and `..` are refused.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::context::Scope;

/// A path to one place in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    text: String,
    /// Starts with `$$`: looks into the context object instead of the state's input.
    pub in_context: bool,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    /// `$`: the whole input.
    pub fn root() -> Self {
        Self { text: "$".to_owned(), in_context: false, steps: Vec::new() }
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let (in_context, mut rest) = match text.strip_prefix("$$") {
            Some(rest) => (true, rest),
            None => match text.strip_prefix('$') {
                Some(rest) => (false, rest),
                None => return Err(format!("\"{text}\" is not a path: a path begins with $")),
            },
        };
        let unsupported = |rest: &str| {
            format!(
                "path \"{text}\" is not supported by the local runner at \"{rest}\": \
                 only .name, ['name'] and [number] are"
            )
        };
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest).ok_or_else(|| unsupported(rest))?;
            steps.push(step);
            rest = after;
        }
        let path = Self { text: text.to_owned(), in_context, steps };
        if in_context {
            super::context::check(&path)?;
        }
        Ok(path)
    }

    /// What the path points to, or `None` if there is nothing.
    pub fn find<'a>(&self, scope: &Scope<'a>) -> Option<Cow<'a, Value>> {
        if self.in_context {
            scope.context.find(&self.steps).map(Cow::Owned)
        } else {
            walk(scope.input, &self.steps).map(Cow::Borrowed)
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Follows `steps` down from `value`.
pub(super) fn walk<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.as_object()?.get(key),
        Step::Index(index) => value.as_array()?.get(*index),
    })
}

/// Splits the first step off `rest`.
fn step(rest: &str) -> Option<(Step, &str)> {
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(after.len());
        return (end > 0).then(|| (Step::Key(after[..end].to_owned()), &after[end..]));
    }
    let after = rest.strip_prefix('[')?;
    let Some(quote) = after.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let (digits, after) = after.split_once(']')?;
        // `parse` alone would take a leading plus sign.
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        return plain.then(|| digits.parse().ok()).flatten().map(|index| (Step::Index(index), after));
    };
    let mut key = String::new();
    let mut chars = after[1..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.push(chars.next()?.1),
            c if c == quote => {
                let after = after[1 + at + 1..].strip_prefix(']')?;
                return Some((Step::Key(key), after));
            }
            c => key.push(c),
        }
    }
    None
}

/// `InputPath` or `OutputPath`.
#[derive(Debug)]
pub(super) enum Selection {
    Everything,
    /// `null`: an empty object.
    Nothing,
    At(Path),
}

impl Selection {
    /// The selected part of the scope's input, or the path that leads nowhere.
    pub fn select<'a>(&self, scope: &Scope<'a>) -> Result<Cow<'a, Value>, String> {
        match self {
            Self::Everything => Ok(Cow::Borrowed(scope.input)),
            Self::Nothing => Ok(Cow::Owned(Value::Object(Map::new()))),
            Self::At(path) => path
                .find(scope)
                .ok_or_else(|| format!("the path {path} leads to nothing in the state's data")),
        }
    }
}

/// `ResultPath`: where in the state's raw input its result goes.
#[derive(Debug)]
pub(super) enum Placement {
    /// The result is the output.
    Replace,
    /// `null`: the raw input is the output.
    Discard,
    At(Path),
}

impl Placement {
    pub fn at(path: Path) -> Result<Self, String> {
        if path.in_context {
            return Err(format!("path \"{path}\": the context object is read-only"));
        }
        Ok(if path.steps.is_empty() { Self::Replace } else { Self::At(path) })
    }

    /// Combines `result` with the state's raw input; objects on the way are created.
    pub fn place(&self, raw: Value, result: Value) -> Result<Value, String> {
        let path = match self {
            Self::Replace => return Ok(result),
            Self::Discard => return Ok(raw),
            Self::At(path) => path,
        };
        let mut output = raw;
        let mut spot = &mut output;
        for step in &path.steps {
            let next = match (step, spot) {
                (Step::Key(key), Value::Object(fields)) => {
                    Some(fields.entry(key.clone()).or_insert_with(empty))
                }
                (Step::Index(index), Value::Array(items)) => items.get_mut(*index),
                _ => None,
            };
            spot =
                next.ok_or_else(|| format!("the ResultPath {path} cannot be applied to the state's input"))?;
        }
        *spot = result;
        Ok(output)
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}
