//! How an upload is to be read, as its bucket says: by the object's own metadata, or by the nearest `isotherm.toml`.
//!
//! An execution that is started by hand says it in its input; then nothing is looked for.

use std::collections::BTreeMap;

use aws::Storage;
use regex_lite::Regex;
use serde::Deserialize;
use shared::{Failure, Finding, Location, ObjectRef, Profile, RunOptions};

use crate::listing::quote;

/// Name of the file that says how the objects beside it and below it are read.
pub const FILE: &str = "isotherm.toml";
/// The most bytes of it.
const MOST_BYTES: u64 = 256 << 10;
/// The metadata that count, without `x-amz-meta-`.
const PROFILE: &str = "isotherm-profile";
const COLUMN: &str = "isotherm-column";
const WIDE: &str = "isotherm-wide";
/// Parts several columns in the metadata.
const PARTS: char = '|';

/// What is asked for, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// How the object is to be read.
    pub options: RunOptions,
    /// Says where that stands; none where nobody asks for anything.
    pub finding: Option<Finding>,
}

/// The file's form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The first rule whose pattern an object has counts.
    #[serde(default)]
    files: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Keys below the file's folder: `*` is anything but a slash, `**` anything.
    pattern: String,
    #[serde(default)]
    profile: Option<Named>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    wide: bool,
}

/// A profile by its name, or itself.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Named {
    Name(String),
    Profile(Box<Profile>),
}

/// What is asked for where the execution's input asks for nothing.
///
/// # Errors
/// Within: the finding that says why it cannot be done. Without: what S3 answers.
pub async fn asked(
    object: &ObjectRef,
    metadata: &BTreeMap<String, String>,
    storage: &Storage,
) -> Result<Result<Asked, Finding>, Failure> {
    match of_metadata(metadata) {
        Ok(None) => {}
        Ok(Some(asked)) => return Ok(Ok(asked)),
        Err(finding) => return Ok(Err(finding)),
    }
    for folder in folders(&object.key) {
        let location = Location::new(&object.bucket, format!("{folder}{FILE}"));
        let Some(bytes) = storage.read_small(&location, MOST_BYTES).await? else { continue };
        let text = String::from_utf8_lossy(&bytes);
        match of_file(&text, &location.to_string(), object.key.strip_prefix(folder).unwrap_or(&object.key)) {
            Ok(None) => {}
            Ok(Some(asked)) => return Ok(Ok(asked)),
            Err(finding) => return Ok(Err(finding)),
        }
    }
    Ok(Ok(Asked::default()))
}

/// The folders of a key, the nearest first; the last is the bucket itself.
fn folders(key: &str) -> impl Iterator<Item = &str> {
    let slashes: Vec<usize> = key.match_indices('/').map(|(at, _)| at + 1).collect();
    slashes.into_iter().rev().chain([0]).map(|end| &key[..end])
}

/// What the object's metadata ask for.
fn of_metadata(metadata: &BTreeMap<String, String>) -> Result<Option<Asked>, Finding> {
    let get = |name: &str| metadata.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let (profile, columns, wide) = (get(PROFILE), get(COLUMN), get(WIDE));
    if profile.is_none() && columns.is_none() && wide.is_none() {
        return Ok(None);
    }
    let place = "the object's metadata";
    let columns: Vec<String> = columns
        .map(|text| text.split(PARTS).map(|name| name.trim().to_owned()).collect())
        .unwrap_or_default();
    let wide = match wide {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(wrong(place, &format!("{WIDE} must be true or false, not {}", quote(other))));
        }
    };
    let profile = profile.map(|name| known(name, place)).transpose()?;
    Ok(Some(found(place.to_owned(), RunOptions { profile, columns, wide, ..RunOptions::default() })))
}

/// What the file with this `text`, which is at `place`, asks for about the object `key` below its folder.
fn of_file(text: &str, place: &str, key: &str) -> Result<Option<Asked>, Finding> {
    let settings: Settings = toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text[..text.floor_char_boundary(span.start)].lines().count().max(1));
        wrong(place, &format!("line {line}: {}", error.message().replace('\n', " ")))
    })?;
    for (number, rule) in (1..).zip(settings.files) {
        let pattern = pattern(&rule.pattern).ok_or_else(|| {
            wrong(place, &format!("rule {number}: {} is no pattern of keys", quote(&rule.pattern)))
        })?;
        if !pattern.is_match(key) {
            continue;
        }
        let profile = match rule.profile {
            None => None,
            Some(Named::Name(name)) => Some(known(&name, place)?),
            Some(Named::Profile(profile)) => {
                profile.check().map_err(|error| wrong(place, &format!("rule {number}: profile: {error}")))?;
                Some(*profile)
            }
        };
        let options = RunOptions { profile, columns: rule.columns, wide: rule.wide, ..RunOptions::default() };
        return Ok(Some(found(format!("rule {number} of {place}"), options)));
    }
    Ok(None)
}

fn known(name: &str, place: &str) -> Result<Profile, Finding> {
    Profile::built_in(name).ok_or_else(|| {
        Finding::error(
            "unknown_profile",
            format!("{place} asks for the profile {}, and there is none", quote(name)),
            "name one of those that isotherm profiles lists, or leave it out, so that the kind is found in the file",
        )
    })
}

fn found(place: String, options: RunOptions) -> Asked {
    let mut what: Vec<String> = Vec::new();
    what.extend(options.profile.as_ref().map(|profile| format!("profile {}", quote(&profile.name))));
    what.extend(options.columns.iter().map(|name| format!("column {}", quote(name))));
    what.extend(options.wide.then(|| "every column of numbers as a station".to_owned()));
    let what = if what.is_empty() { "nothing".to_owned() } else { what.join(", ") };
    let finding = Finding::info("asked_for", format!("read as {place} asks: {what}"), "");
    Asked { options, finding: Some(finding) }
}

fn wrong(place: &str, what: &str) -> Finding {
    Finding::error(
        "wrong_settings",
        format!("{place} cannot be followed: {what}"),
        "mend it, and upload the table again",
    )
}

/// The keys that a pattern means.
fn pattern(text: &str) -> Option<Regex> {
    let mut expression = String::from("^");
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, part) = match c {
            '*' if rest.starts_with("**/") => (3, "(.*/)?".to_owned()),
            '*' if rest.starts_with("**") => (2, ".*".to_owned()),
            '*' => (1, "[^/]*".to_owned()),
            '?' => (1, "[^/]".to_owned()),
            other => (other.len_utf8(), regex_lite::escape(&other.to_string())),
        };
        expression.push_str(&part);
        rest = &rest[taken..];
    }
    expression.push('$');
    Regex::new(&expression).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn patterns_mean_keys() {
        for (pattern_text, key, is_match) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "b/a.csv", false),
            ("**/*.csv", "a.csv", true),
            ("**/*.csv", "b/c/a.csv", true),
            ("b/**", "b/c/a.csv", true),
            ("a?.csv", "a1.csv", true),
            ("a.csv", "axcsv", false),
        ] {
            assert_eq!(pattern(pattern_text).unwrap().is_match(key), is_match, "{pattern_text} {key}");
        }
    }

    #[test]
    fn the_nearest_folder_comes_first() {
        assert_eq!(folders("in/b/a.csv").collect::<Vec<_>>(), ["in/b/", "in/", ""]);
        assert_eq!(folders("a.csv").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn metadata_ask_for_a_profile_and_columns() {
        assert_eq!(of_metadata(&metadata(&[("other", "x")])), Ok(None));
        let asked = of_metadata(&metadata(&[(PROFILE, "gsod"), (COLUMN, "TEMP | MAX")])).unwrap().unwrap();
        assert_eq!(asked.options.profile.unwrap().name, "gsod");
        assert_eq!(asked.options.columns, ["TEMP", "MAX"]);
        assert!(asked.finding.unwrap().message.contains("profile \"gsod\", column \"TEMP\""));
        assert_eq!(of_metadata(&metadata(&[(PROFILE, "none such")])).unwrap_err().code, "unknown_profile");
        assert_eq!(of_metadata(&metadata(&[(WIDE, "yes")])).unwrap_err().code, "wrong_settings");
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let text = "[[files]]\npattern = \"hobo/**\"\nprofile = \"hobo\"\n\n[[files]]\npattern = \"**\"\ncolumns = [\"t1\"]\nwide = true\n";
        let of = |key: &str| of_file(text, "s3://b/isotherm.toml", key).unwrap().unwrap();
        assert_eq!(of("hobo/a.csv").options.profile.unwrap().name, "hobo");
        let other = of("x/a.csv");
        assert_eq!((other.options.columns, other.options.wide), (vec!["t1".to_owned()], true));
        assert!(other.finding.unwrap().message.contains("rule 2 of s3://b/isotherm.toml"));
        for (text, words) in [
            ("[[files]]\npattern = 5\n", "line 2"),
            ("[[files]]\n\npatern = \"*\"\n", "patern"),
            ("[[files]]\npattern = \"*\"\nprofile = \"none such\"\n", "none such"),
        ] {
            let finding = of_file(text, "s3://b/isotherm.toml", "a.csv").unwrap_err();
            assert!(finding.message.contains(words), "{}", finding.message);
        }
        assert_eq!(of_file("", "p", "a.csv"), Ok(None));
    }
}
