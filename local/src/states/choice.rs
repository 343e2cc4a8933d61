//! The rules of a Choice state.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::DefinitionError;
use super::context::Scope;
use super::execute::Failure;
use super::fields::Fields;
use super::path::Path;
use super::timestamp;

/// A boolean expression over the state's input.
#[derive(Debug)]
pub(super) enum Rule {
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    Test { variable: Path, test: Test },
}

#[derive(Debug)]
pub(super) enum Test {
    Compare(Domain, Relation, Operand),
    Matches(Vec<Glob>),
    Is(Kind, bool),
}

/// The type that both sides of a comparison must have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Domain {
    String,
    Numeric,
    Boolean,
    Timestamp,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Relation {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

#[derive(Debug)]
pub(super) enum Operand {
    Literal(Value),
    Path(Path),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Present,
    Null,
    String,
    Numeric,
    Boolean,
    Timestamp,
}

/// One character of a `StringMatches` pattern.
#[derive(Debug, PartialEq)]
pub(super) enum Glob {
    Star,
    Char(char),
}

const KINDS: [(&str, Kind); 6] = [
    ("IsPresent", Kind::Present),
    ("IsNull", Kind::Null),
    ("IsString", Kind::String),
    ("IsNumeric", Kind::Numeric),
    ("IsBoolean", Kind::Boolean),
    ("IsTimestamp", Kind::Timestamp),
];

macro_rules! comparisons {
    ($($domain:ident: $($relation:ident)*;)*) => {
        [$($((
            concat!(stringify!($domain), stringify!($relation)),
            concat!(stringify!($domain), stringify!($relation), "Path"),
            Domain::$domain,
            Relation::$relation,
        )),*),*]
    };
}

/// Every comparison: its name, its name when it compares with a path, and what it compares.
const COMPARISONS: [(&str, &str, Domain, Relation); 16] = comparisons! {
    String: Equals LessThan GreaterThan LessThanEquals GreaterThanEquals;
    Numeric: Equals LessThan GreaterThan LessThanEquals GreaterThanEquals;
    Boolean: Equals;
    Timestamp: Equals LessThan GreaterThan LessThanEquals GreaterThanEquals;
};

impl Rule {
    /// Reads one element of `Choices`: a rule and the state it leads to.
    pub fn parse(value: &Value, location: &str) -> Result<(Self, String), DefinitionError> {
        let mut fields = Fields::new(value, location)?;
        let next = fields.required_string("Next")?.to_owned();
        Ok((Self::expression(fields)?, next))
    }

    fn expression(mut fields: Fields<'_>) -> Result<Self, DefinitionError> {
        fields.string("Comment")?;
        let mut found: Vec<(&str, Self)> = Vec::new();
        for (name, make) in
            [("And", Self::And as fn(Vec<Self>) -> Self), ("Or", Self::Or as fn(Vec<Self>) -> Self)]
        {
            if let Some(items) = fields.array(name)? {
                if items.is_empty() {
                    return Err(fields.error(format!("\"{name}\" must not be empty")));
                }
                let rules = items.iter().enumerate().map(|(i, item)| {
                    Self::expression(Fields::new(item, fields.at(&format!("{name}[{i}]")))?)
                });
                found.push((name, make(rules.collect::<Result<_, _>>()?)));
            }
        }
        if let Some(rule) = fields.get("Not") {
            let rule = Self::expression(Fields::new(rule, fields.at("Not"))?)?;
            found.push(("Not", Self::Not(Box::new(rule))));
        }
        let variable = fields.path("Variable")?;
        for (name, test) in tests(&mut fields)? {
            let Some(variable) = variable.clone() else {
                return Err(fields.error(format!("\"{name}\" needs the field \"Variable\"")));
            };
            found.push((name, Self::Test { variable, test }));
        }
        if variable.is_some() && matches!(found.as_slice(), [(_, rule)] if !matches!(rule, Self::Test { .. }))
        {
            return Err(fields.error("\"Variable\" stands beside a rule that has none"));
        }
        // Before counting: a misspelt operator is better called by its name.
        let location = fields.location.clone();
        fields.finish()?;
        if found.len() > 1 {
            let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
            return Err(DefinitionError::new(
                &location,
                format!("has {} operators where one is wanted: {}", names.len(), names.join(", ")),
            ));
        }
        match found.pop() {
            Some((_, rule)) => Ok(rule),
            None => Err(DefinitionError::new(&location, "has no comparison operator")),
        }
    }

    /// Whether the rule holds. A comparison of values of other types than its own is false;
    /// a variable that is not there is an error, except for `IsPresent`.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, Failure> {
        match self {
            Self::And(rules) => {
                for rule in rules {
                    if !rule.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(rules) => {
                for rule in rules {
                    if rule.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(rule) => rule.holds(scope).map(|holds| !holds),
            Self::Test { variable, test } => {
                let value = variable.find(scope);
                if let Test::Is(Kind::Present, wanted) = test {
                    return Ok(value.is_some() == *wanted);
                }
                let value = value.ok_or_else(|| missing(variable))?;
                test.holds(&value, scope)
            }
        }
    }
}

fn missing(path: &Path) -> Failure {
    Failure::new(
        "States.Runtime",
        format!("the path {path} leads to nothing in the state's data; test it with IsPresent first"),
    )
}

fn tests(fields: &mut Fields<'_>) -> Result<Vec<(&'static str, Test)>, DefinitionError> {
    let mut found = Vec::new();
    for (name, kind) in KINDS {
        match fields.get(name) {
            None => {}
            Some(Value::Bool(wanted)) => found.push((name, Test::Is(kind, *wanted))),
            Some(other) => return Err(fields.wrong(name, "true or false", other)),
        }
    }
    if let Some(pattern) = fields.string("StringMatches")? {
        let glob = glob(pattern).ok_or_else(|| {
            fields.error(format!(
                "field \"StringMatches\": in \"{pattern}\" a backslash stands before something \
                 else than * or another backslash"
            ))
        })?;
        found.push(("StringMatches", Test::Matches(glob)));
    }
    for (name, path_name, domain, relation) in COMPARISONS {
        if let Some(value) = fields.get(name) {
            if compare(domain, value, value).is_none() {
                return Err(fields.wrong(name, domain.wanted(), value));
            }
            let operand = Operand::Literal(value.clone());
            found.push((name, Test::Compare(domain, relation, operand)));
        }
        if let Some(path) = fields.path(path_name)? {
            found.push((path_name, Test::Compare(domain, relation, Operand::Path(path))));
        }
    }
    Ok(found)
}

impl Test {
    fn holds(&self, value: &Value, scope: &Scope<'_>) -> Result<bool, Failure> {
        Ok(match self {
            Self::Is(kind, wanted) => kind.holds(value) == *wanted,
            Self::Matches(glob) => value.as_str().is_some_and(|text| {
                let text: Vec<char> = text.chars().collect();
                matches(glob, &text)
            }),
            Self::Compare(domain, relation, operand) => {
                let ordering = match operand {
                    Operand::Literal(literal) => compare(*domain, value, literal),
                    Operand::Path(path) => {
                        let other = path.find(scope).ok_or_else(|| missing(path))?;
                        compare(*domain, value, &other)
                    }
                };
                ordering.is_some_and(|ordering| relation.holds(ordering))
            }
        })
    }
}

impl Kind {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Present => true,
            Self::Null => value.is_null(),
            Self::String => value.is_string(),
            Self::Numeric => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Timestamp => value.as_str().and_then(timestamp::parse).is_some(),
        }
    }
}

impl Relation {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::GreaterThan => ordering.is_gt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

impl Domain {
    fn wanted(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Numeric => "a number",
            Self::Boolean => "true or false",
            Self::Timestamp => "a timestamp such as \"2024-02-29T12:00:00Z\"",
        }
    }
}

/// How two values compare, or `None` if one of them is not of the domain's type.
fn compare(domain: Domain, left: &Value, right: &Value) -> Option<Ordering> {
    match domain {
        Domain::String => Some(left.as_str()?.cmp(right.as_str()?)),
        Domain::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
        Domain::Timestamp => {
            let left = timestamp::parse(left.as_str()?)?;
            Some(left.cmp(&timestamp::parse(right.as_str()?)?))
        }
        Domain::Numeric => {
            let (Value::Number(left), Value::Number(right)) = (left, right) else {
                return None;
            };
            match (integer(left), integer(right)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
            }
        }
    }
}

fn integer(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn glob(pattern: &str) -> Option<Vec<Glob>> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => Glob::Star,
            '\\' => match chars.next()? {
                c @ ('*' | '\\') => Glob::Char(c),
                _ => return None,
            },
            c => Glob::Char(c),
        });
    }
    Some(parts)
}

/// Matches in linear space: on a mismatch, the last star takes one character more.
fn matches(glob: &[Glob], text: &[char]) -> bool {
    let (mut g, mut t) = (0, 0);
    let mut last_star = None;
    while t < text.len() {
        match glob.get(g) {
            Some(Glob::Star) => {
                last_star = Some((g, t));
                g += 1;
            }
            Some(Glob::Char(c)) if *c == text[t] => {
                g += 1;
                t += 1;
            }
            _ => match last_star {
                Some((star, from)) => {
                    g = star + 1;
                    t = from + 1;
                    last_star = Some((star, t));
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|part| *part == Glob::Star)
}
