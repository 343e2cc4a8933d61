//! What of the data goes on to the next state: `ResultPath` and `OutputPath`.

use serde_json::{Map, Value};

use super::failure::Failure;
use super::path::{Path, Scope};

/// `OutputPath`: the part of the data that is the state's output.
#[derive(Debug)]
pub enum Selection {
    Everything,
    /// `null`: an empty object.
    Nothing,
    At(Path),
}

impl Selection {
    /// The selected part of `data`.
    pub fn select(&self, data: Value, context: &Value) -> Result<Value, Failure> {
        match self {
            Self::Everything => Ok(data),
            Self::Nothing => Ok(empty()),
            Self::At(path) => path
                .find(Scope { input: &data, context })
                .cloned()
                .ok_or_else(|| Failure::astray("States.Runtime", path)),
        }
    }
}

/// `ResultPath`: where in the state's input its result goes.
#[derive(Debug)]
pub enum Placement {
    /// The result takes the place of the input.
    Replace,
    /// `null`: the input stays as it is.
    Discard,
    At(Path),
}

impl Placement {
    pub fn at(path: Path) -> Result<Self, String> {
        if path.in_context {
            return Err(format!("path \"{path}\": the context object is read-only"));
        }
        Ok(if path.names.is_empty() { Self::Replace } else { Self::At(path) })
    }

    /// Combines `result` with the state's input; objects on the way are created.
    pub fn place(&self, input: Value, result: Value) -> Result<Value, Failure> {
        let path = match self {
            Self::Replace => return Ok(result),
            Self::Discard => return Ok(input),
            Self::At(path) => path,
        };
        let mut data = input;
        let mut spot = &mut data;
        for name in &path.names {
            let Value::Object(fields) = spot else {
                return Err(Failure::new(
                    "States.ResultPathMatchFailure",
                    format!("the ResultPath {path} cannot be applied to the state's input"),
                ));
            };
            spot = fields.entry(name.clone()).or_insert_with(empty);
        }
        *spot = result;
        Ok(data)
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}
