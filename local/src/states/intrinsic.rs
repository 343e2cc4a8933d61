//! Expressions: a path, or an intrinsic function such as
//! `States.Format('runs/{}', $.run_id)`, whose arguments may be expressions again.

use serde_json::Value;

use super::context::Scope;
use super::execute::Failure;
use super::path::Path;

#[derive(Debug)]
pub(super) enum Expression {
    Path(Path),
    Literal(Value),
    /// `States.Format`: the pieces of text around the `{}` and the value for each.
    Format(Vec<String>, Vec<Expression>),
    Array(Vec<Expression>),
    StringToJson(Box<Expression>),
    JsonToString(Box<Expression>),
}

impl Expression {
    /// Parses what stands behind a key that ends in `.$`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('$') {
            return Path::parse(text).map(Self::Path);
        }
        if !text.starts_with("States.") {
            return Err(format!(
                "\"{text}\" is neither a path (it begins with $) nor an intrinsic function \
                 (it begins with States.)"
            ));
        }
        let mut parser = Parser { text, rest: text };
        let expression = parser.expression()?;
        if parser.rest.is_empty() { Ok(expression) } else { Err(parser.malformed()) }
    }

    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        match self {
            Self::Path(path) => path.find(scope).map(std::borrow::Cow::into_owned).ok_or_else(|| {
                Failure::new(
                    "States.ParameterPathFailure",
                    format!("the path {path} leads to nothing in the state's data"),
                )
            }),
            Self::Literal(value) => Ok(value.clone()),
            Self::Array(items) => items.iter().map(|item| item.evaluate(scope)).collect(),
            Self::StringToJson(text) => match text.evaluate(scope)? {
                Value::String(text) => serde_json::from_str(&text).map_err(|error| {
                    intrinsic_failure(format!("States.StringToJson: not valid JSON: {error}"))
                }),
                _ => Err(intrinsic_failure("States.StringToJson needs a string")),
            },
            Self::JsonToString(value) => Ok(Value::String(value.evaluate(scope)?.to_string())),
            Self::Format(pieces, values) => {
                let mut formatted = String::new();
                for (i, piece) in pieces.iter().enumerate() {
                    formatted.push_str(piece);
                    match values.get(i).map(|value| value.evaluate(scope)).transpose()? {
                        None => {}
                        Some(Value::String(text)) => formatted.push_str(&text),
                        Some(Value::Array(_) | Value::Object(_)) => {
                            return Err(intrinsic_failure(
                                "States.Format takes strings, numbers, booleans and null, \
                                 not arrays or objects",
                            ));
                        }
                        Some(other) => formatted.push_str(&other.to_string()),
                    }
                }
                Ok(Value::String(formatted))
            }
        }
    }
}

fn intrinsic_failure(cause: impl Into<String>) -> Failure {
    Failure::new("States.IntrinsicFailure", cause)
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn malformed(&self) -> String {
        format!("\"{}\" cannot be read at \"{}\"", self.text, self.rest)
    }

    fn skip(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expression(&mut self) -> Result<Expression, String> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            Some('\'') => self.string().map(|s| Expression::Literal(s.into())),
            Some('$') => Path::parse(self.token()).map(Expression::Path),
            Some(_) if self.rest.starts_with("States.") => self.call(),
            _ => {
                let before = self.malformed();
                serde_json::from_str(self.token()).map(Expression::Literal).map_err(|_| before)
            }
        }
    }

    /// Everything up to the comma or bracket that ends an argument.
    fn token(&mut self) -> &'a str {
        let mut quoted = false;
        let end = self
            .rest
            .find(|c: char| {
                quoted ^= c == '\'';
                !quoted && (c == ',' || c == ')')
            })
            .unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token.trim_end()
    }

    /// A quoted string, without its escapes except those of braces, which `States.Format` reads.
    fn string(&mut self) -> Result<String, String> {
        let malformed = self.malformed();
        let mut chars = self.rest[1..].char_indices();
        let mut string = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[1 + at + 1..];
                    return Ok(string);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('\'' | '\\'))) => string.push(c),
                    Some((_, c @ ('{' | '}'))) => string.extend(['\\', c]),
                    _ => return Err(malformed),
                },
                c => string.push(c),
            }
        }
        Err(malformed)
    }

    fn call(&mut self) -> Result<Expression, String> {
        let end = self.rest.find('(').ok_or_else(|| self.malformed())?;
        let name = self.rest[..end].trim_end();
        self.rest = &self.rest[end + 1..];
        let mut arguments = Vec::new();
        if !self.skip(")") {
            loop {
                arguments.push(self.expression()?);
                if self.skip(")") {
                    break;
                }
                if !self.skip(",") {
                    return Err(self.malformed());
                }
            }
        }
        let single = |mut arguments: Vec<Expression>| match (arguments.pop(), arguments.len()) {
            (Some(only), 0) => Ok(Box::new(only)),
            _ => Err(format!("{name} takes one argument")),
        };
        match name {
            "States.Array" => Ok(Expression::Array(arguments)),
            "States.StringToJson" => single(arguments).map(Expression::StringToJson),
            "States.JsonToString" => single(arguments).map(Expression::JsonToString),
            "States.Format" => format(arguments),
            other => Err(format!("intrinsic function \"{other}\" is not supported by the local runner")),
        }
    }
}

fn format(mut arguments: Vec<Expression>) -> Result<Expression, String> {
    if !matches!(arguments.first(), Some(Expression::Literal(Value::String(_)))) {
        return Err("States.Format takes a literal string first".to_owned());
    }
    let Expression::Literal(Value::String(text)) = arguments.remove(0) else {
        return Err("States.Format takes a literal string first".to_owned());
    };
    let mut pieces = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let piece = match pieces.last_mut() {
            Some(piece) => piece,
            None => continue,
        };
        match c {
            '\\' if matches!(chars.peek(), Some('{' | '}')) => piece.extend(chars.next()),
            '{' if chars.peek() == Some(&'}') => {
                chars.next();
                pieces.push(String::new());
            }
            '{' | '}' => {
                return Err(format!("States.Format: \"{text}\" has a lone brace; write \\{{ or \\}}"));
            }
            c => piece.push(c),
        }
    }
    if pieces.len() - 1 != arguments.len() {
        return Err(format!(
            "States.Format: \"{text}\" has {} placeholders for {} values",
            pieces.len() - 1,
            arguments.len()
        ));
    }
    Ok(Expression::Format(pieces, arguments))
}
