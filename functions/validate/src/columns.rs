//! Which column is the temperature, told by the header's names.

use shared::{Finding, Profile, Unit};

use crate::listing::{list, quote};
use crate::names::Name;

/// The temperature column that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Index of the field in the row, from 0.
    pub index: usize,
    /// The unit that the column's name tells.
    pub unit: Unit,
    /// Says which column was taken and why.
    pub finding: Finding,
    /// Indices of the other columns that look like temperatures.
    pub others: Vec<usize>,
}

/// Other quantities and remarks, whose names also speak of temperature; never taken unasked.
const OTHER_QUANTITIES: [&str; 43] = [
    "dew",
    "dewp",
    "wet",
    "wetbulb",
    "humidity",
    "chill",
    "windchill",
    "apparent",
    "feels",
    "feelslike",
    "heat",
    "index",
    "setpoint",
    "target",
    "threshold",
    "attempt",
    "flag",
    "flags",
    "qc",
    "qa",
    "quality",
    "source",
    "attributes",
    "count",
    "uncertainty",
    "error",
    "err",
    "std",
    "stdev",
    "stddev",
    "sd",
    "var",
    "variance",
    "anomaly",
    "departure",
    "change",
    "difference",
    "diff",
    "delta",
    "range",
    "trend",
    "time",
    "date",
];
/// The same where nothing parts them from the rest of the word.
const OTHER_QUANTITY_PARTS: [&str; 6] = ["dewp", "wetbulb", "chill", "apparent", "feelslike", "anomal"];
/// Temperatures of something other than the air: second choice.
const OTHER_PLACES: [&str; 25] = [
    "soil", "ground", "grass", "road", "water", "sea", "surface", "skin", "black", "globe", "indoor",
    "inside", "in", "int", "internal", "room", "house", "cpu", "battery", "panel", "board", "logger", "case",
    "device", "body",
];
const MEANS: [&str; 5] = ["mean", "avg", "average", "ave", "mittel"];
const MAXIMA: [&str; 6] = ["max", "maximum", "high", "highest", "hi", "mx"];
const MINIMA: [&str; 6] = ["min", "minimum", "low", "lowest", "lo", "mn"];

/// Chooses the temperature column: the one asked for, else the best name by the profile.
///
/// # Errors
/// The finding `no_such_column` or `no_temperature_column`; both list the columns there are.
pub fn choose(header: &[String], profile: &Profile, asked: Option<&str>) -> Result<Choice, Finding> {
    let names: Vec<Name> = header.iter().map(|name| Name::new(name)).collect();
    let candidates = candidates(&names, profile);
    if let Some(asked) = asked {
        let index = find_asked(header, &names, asked).ok_or_else(|| no_such_column(header, asked))?;
        return Ok(choice(header, &names, index, &candidates, "as asked for"));
    }
    if let Some((index, wanted)) = exact(&names, profile) {
        let reason = if header[index] == wanted {
            format!("the profile {} knows this name", quote(&profile.name))
        } else {
            format!("the profile {} knows it as {}", quote(&profile.name), quote(wanted))
        };
        return Ok(choice(header, &names, index, &candidates, &reason));
    }
    match candidates.first() {
        Some(&index) => Ok(choice(header, &names, index, &candidates, "its name speaks of a temperature")),
        None => Err(no_temperature_column(header, &names, profile)),
    }
}

/// The columns that bear one of `wanted`, case and punctuation aside, in the order of `wanted`; one may come twice.
pub fn by_name<'a>(header: &'a [String], wanted: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    let keys: Vec<String> = header.iter().map(|name| Name::new(name).full_key).collect();
    wanted.iter().filter_map(move |name| {
        let wanted = Name::new(name).full_key;
        keys.iter().position(|key| *key == wanted)
    })
}

fn find_asked(header: &[String], names: &[Name], asked: &str) -> Option<usize> {
    let asked = asked.trim();
    let wanted = Name::new(asked);
    let first = |matches: &dyn Fn(usize) -> bool| (0..header.len()).find(|index| matches(*index));
    first(&|index| header[index] == asked)
        .or_else(|| first(&|index| header[index].to_lowercase() == asked.to_lowercase()))
        // A name of punctuation alone has an empty key, and would match any other such name.
        .or_else(|| first(&|index| !wanted.full_key.is_empty() && names[index].full_key == wanted.full_key))
        .or_else(|| first(&|index| !wanted.full_key.is_empty() && names[index].key() == wanted.key()))
}

/// The column that bears one of the profile's names, and that name.
fn exact<'p>(names: &[Name], profile: &'p Profile) -> Option<(usize, &'p str)> {
    profile.temperature.iter().find_map(|wanted| {
        let name = Name::new(wanted);
        let same = |matches: &dyn Fn(&Name) -> bool| names.iter().position(matches);
        // A profile may tell `temp_c` from `temp_f`; only then does the unit matter.
        let index = same(&|other| other.full_key == name.full_key)
            .or_else(|| same(&|other| other.key() == name.full_key))
            .or_else(|| same(&|other| other.key() == name.key() && other.unit == name.unit))
            .filter(|_| !name.full_key.is_empty())?;
        Some((index, wanted.as_str()))
    })
}

/// The columns whose names speak of temperatures, best first.
fn candidates(names: &[Name], profile: &Profile) -> Vec<usize> {
    let wanted: Vec<Name> = profile.temperature.iter().map(|name| Name::new(name)).collect();
    let speaks =
        |name: &Name| wanted.iter().any(|wanted| name.key() == wanted.key() || contains(name, wanted));
    let mut found: Vec<usize> = (0..names.len())
        .filter(|index| speaks(&names[*index]) && !is_other_quantity(&names[*index]))
        .collect();
    found.sort_by_key(|index| (rank(&names[*index]), names[*index].words.len(), *index));
    found
}

/// Whether the words of `name` include those of `wanted`.
fn contains(name: &Name, wanted: &Name) -> bool {
    match wanted.words.as_slice() {
        // Short names (`t`, `ta`) are part of too many others.
        [] => false,
        [word] if word.len() < 3 => false,
        [word] => name.words.iter().any(|other| word_contains(other, word)),
        words => name.words.windows(words.len()).any(|window| window == words),
    }
}

fn word_contains(word: &str, wanted: &str) -> bool {
    let numberless = word.trim_end_matches(|c: char| c.is_ascii_digit());
    word == wanted
        || numberless == wanted
        || wanted.len() >= 4 && numberless.ends_with(wanted)
        // `temperature2m`, but not `template`.
        || wanted.len() >= 8 && word.starts_with(wanted)
        || numberless.strip_prefix(wanted).is_some_and(|rest| {
            matches!(rest, "out" | "in" | "air" | "ext" | "int" | "outside" | "inside")
                || [&MEANS[..], &MAXIMA, &MINIMA].concat().contains(&rest)
        })
}

fn is_other_quantity(name: &Name) -> bool {
    name.words.iter().any(|word| {
        OTHER_QUANTITIES.contains(&word.as_str())
            || OTHER_QUANTITY_PARTS.iter().any(|part| word.contains(part))
    })
}

/// How far a name is from the mean temperature of the air; 0 is best.
fn rank(name: &Name) -> u8 {
    let has = |list: &[&str]| {
        name.words.iter().any(|word| {
            let rest = word.trim_end_matches("temperature").trim_end_matches("temp");
            let rest = rest.trim_start_matches("temperature").trim_start_matches("temp");
            let rest = if rest.len() == 4 { rest.trim_start_matches('t') } else { rest };
            list.contains(&rest)
        })
    };
    let kind = if has(&MAXIMA) {
        2
    } else if has(&MINIMA) {
        3
    } else {
        u8::from(!has(&MEANS))
    };
    kind + 4 * u8::from(has(&OTHER_PLACES))
}

fn choice(header: &[String], names: &[Name], index: usize, candidates: &[usize], reason: &str) -> Choice {
    let others: Vec<usize> = candidates.iter().copied().filter(|other| *other != index).collect();
    let mut message =
        format!("temperatures are read from column {}, {}: {reason}", index + 1, quote(&header[index]));
    let mut hint = "";
    if !others.is_empty() {
        message
            .push_str(&format!("; other candidates: {}", list(others.iter().map(|i| header[*i].as_str()))));
        hint = "choose another column with --column NAME";
    }
    let finding = Finding::info("temperature_column", message, hint);
    Choice { index, unit: names[index].unit, finding, others }
}

fn columns_there_are(header: &[String]) -> String {
    match header {
        [only] => format!("the only column is {}", quote(only)),
        _ => format!("the {} columns are {}", header.len(), list(header.iter().map(String::as_str))),
    }
}

fn no_such_column(header: &[String], asked: &str) -> Finding {
    Finding::error(
        "no_such_column",
        format!("there is no column {}; {}", quote(asked), columns_there_are(header)),
        "give --column one of these names",
    )
}

fn no_temperature_column(header: &[String], names: &[Name], profile: &Profile) -> Finding {
    let mut hint = "name the column with --column NAME, or give a profile that knows its name".to_owned();
    let wanted: Vec<Name> = profile.temperature.iter().map(|name| Name::new(name)).collect();
    let avoided: Vec<&str> = (0..header.len())
        .filter(|index| wanted.iter().any(|wanted| contains(&names[*index], wanted)))
        .map(|index| header[index].as_str())
        .collect();
    if !avoided.is_empty() {
        hint.push_str(&format!("; {} would be taken only so", list(avoided.into_iter())));
    }
    if header.len() == 1 {
        hint.push_str("; if there should be more columns, part them by commas, semicolons or tabs");
    }
    Finding::error(
        "no_temperature_column",
        format!("no column's name speaks of a temperature; {}", columns_there_are(header)),
        hint,
    )
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
