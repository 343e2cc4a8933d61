//! `isotherm profiles`: the kinds of files that are known.

use std::fmt::Write as _;

use shared::{Profile, builtin};

use crate::args::ProfilesArguments;
use crate::fault::Fault;
use crate::say;
use crate::status::Status;

/// The fewest letters that a name shares with another to be meant by it.
const ALIKE: usize = 3;

/// Lists the profiles, or prints one.
///
/// # Errors
/// When there is no profile of the name.
pub fn profiles(arguments: &ProfilesArguments) -> Result<Status, Fault> {
    let text = match &arguments.name {
        None => list(),
        Some(name) => print(name)?,
    };
    say::print(&text)?;
    Ok(Status::Processed)
}

/// A line for each profile: its name and what such files are.
fn list() -> String {
    let generic = Profile::generic();
    let all = || [&generic].into_iter().chain(builtin::all());
    let width = all().map(|profile| profile.name.len()).max().unwrap_or(0);
    all().fold(String::new(), |mut text, profile| {
        let _ = writeln!(text, "{:width$}  {}", profile.name, profile.title.as_deref().unwrap_or_default());
        text
    })
}

fn print(name: &str) -> Result<String, Fault> {
    if name == "generic" {
        return Ok(Profile::generic().to_toml());
    }
    builtin::text(name).map(str::to_owned).ok_or_else(|| {
        let first = |text: &str| text.chars().take(ALIKE).collect::<String>().to_lowercase();
        let alike = builtin::all().iter().map(|profile| profile.name.as_str());
        let alike: Vec<&str> =
            alike.filter(|other| first(other) == first(name) || other.contains(name)).collect();
        let hint = if alike.is_empty() {
            String::new()
        } else {
            format!("; is it one of these: {}?", alike.join(", "))
        };
        Fault::usage(format!("there is no profile {name}; isotherm profiles lists them{hint}"))
    })
}
