//! Which names are temperatures: columns of a header, or elements of a long table.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use shared::wanted::Values;
use shared::{Finding, Profile, Role, Unit, Wanted};

use crate::listing::{list, quote};
use crate::names::{Name, full_key};
use crate::words::{self, is_other_quantity, is_second_choice};

/// The most variables of a plan, where a variable is a column or an element. Stations as columns are one variable.
pub const MAX_VARIABLES: usize = 64;

/// A name that was taken for a temperature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Index of the name, from 0.
    pub index: usize,
    /// What its values are.
    pub role: Role,
    /// The unit that the name tells, else the profile's entry for it.
    pub unit: Unit,
    /// How its values are written, as far as the profile says it.
    pub values: Values,
    /// Why it was taken.
    pub reason: String,
}

/// The temperatures among the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Those to read, the primary one first.
    pub taken: Vec<Taken>,
    /// Indices of the others that look like temperatures, best first.
    pub others: Vec<usize>,
}

/// Chooses those of `names` that are temperatures of the air by their words or by the profile; where there are none,
/// the best of the second choice. None at all when no name speaks of a temperature.
pub fn choose(names: &[Name], profile: &Profile) -> Choice {
    let generic = profile.has_generic_names();
    let wanted = Known::of(profile);
    let letters = if generic { words::by_letters(names) } else { Vec::new() };
    let mut found: Vec<(Place, Option<&Wanted>)> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let known = wanted.find(name);
        let by_letters = letters.binary_search(&index).is_ok();
        let is_unit = generic && name.is_unit_alone();
        if known.is_none() && !by_letters && !is_unit && (!wanted.speaks(name) || is_other_quantity(name)) {
            continue;
        }
        let entry = known.map(|(at, _)| &profile.temperature[at]);
        let place = Place {
            // What a profile of one's own names is what one wants, wherever it is measured.
            second: is_second_choice(name) && (generic || known.is_none()),
            own: if generic { None } else { Some(known.unwrap_or((usize::MAX, 0))) },
            role: entry.and_then(|entry| entry.role).unwrap_or_else(|| words::role(name)),
            known: known.unwrap_or((usize::MAX, 0)),
            words: name.words.len(),
            index,
        };
        found.push((place, entry));
    }
    // Where the kind of file is known, so are its temperatures.
    if profile.recognise.is_some() && found.iter().any(|(_, entry)| entry.is_some()) {
        found.retain(|(_, entry)| entry.is_some());
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let first_choice = found.iter().filter(|(place, _)| !place.second).count();
    let others = found.split_off(first_choice.max(1).min(found.len()));
    Choice {
        taken: found
            .into_iter()
            .map(|(place, entry)| taken(&names[place.index], &place, entry, profile))
            .collect(),
        others: others.into_iter().map(|(place, _)| place.index).collect(),
    }
}

/// A name's place among those that speak of temperatures: the least leads.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    second: bool,
    /// Place in a profile of one's own, which comes before the role.
    own: Option<(usize, u8)>,
    role: Role,
    /// Place in the profile, and how exactly the name is met.
    known: (usize, u8),
    words: usize,
    index: usize,
}

fn taken(name: &Name, place: &Place, entry: Option<&Wanted>, profile: &Profile) -> Taken {
    let unit = match name.unit {
        Unit::Unknown => entry.and_then(|entry| entry.unit).unwrap_or_default(),
        unit => unit,
    };
    let reason = match entry {
        None => "its name speaks of a temperature".to_owned(),
        Some(entry) if name.text == entry.name => {
            format!("the profile {} knows this name", quote(&profile.name))
        }
        Some(entry) => format!("the profile {} knows it as {}", quote(&profile.name), quote(&entry.name)),
    };
    Taken { index: place.index, role: place.role, unit, values: values(entry, profile), reason }
}

/// What the profile says about how the values of a temperature are written.
pub fn values(entry: Option<&Wanted>, profile: &Profile) -> Values {
    let all = profile.values();
    entry.map_or_else(|| all.clone(), |entry| entry.values.or(&all))
}

/// A profile's temperatures, to be found quickly.
#[derive(Clone)]
struct Known {
    names: Vec<Name>,
    /// By all words run together: the first such entry.
    full: HashMap<String, usize>,
    /// By the words without the unit: all such entries.
    keys: HashMap<String, Vec<usize>>,
}

/// Those of [`Profile::generic`], a hundred names that most files are held against.
static GENERIC: LazyLock<Known> = LazyLock::new(|| Known::new(&Profile::generic().temperature));

/// Reads the names.
pub(crate) fn prepare() {
    LazyLock::force(&GENERIC);
}

impl Known {
    fn of(profile: &Profile) -> Cow<'static, Known> {
        if profile.has_generic_names() {
            return Cow::Borrowed(&GENERIC);
        }
        Cow::Owned(Known::new(&profile.temperature))
    }

    fn new(wanted: &[Wanted]) -> Self {
        let names: Vec<Name> = wanted.iter().map(|wanted| Name::new(&wanted.name)).collect();
        let mut full = HashMap::new();
        let mut keys: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.full_key.is_empty()) {
            full.entry(name.full_key.clone()).or_insert(at);
            keys.entry(name.key()).or_default().push(at);
        }
        Known { names, full, keys }
    }

    /// The first entry that is the name, and how exactly: 0 as it stands, 1 but for the name's unit, 2 with the same
    /// unit in other words. A profile may tell `temp_c` from `temp_f`; only then does the unit matter.
    fn find(&self, name: &Name) -> Option<(usize, u8)> {
        let key = name.key();
        let as_it_stands = self.full.get(&name.full_key).map(|at| (*at, 0));
        let but_for_unit = self.full.get(&key).map(|at| (*at, 1));
        let entries = self.keys.get(&key).into_iter().flatten();
        let same_unit = entries.copied().find(|at| self.names[*at].unit == name.unit).map(|at| (at, 2));
        [as_it_stands, but_for_unit, same_unit].into_iter().flatten().min()
    }

    /// Whether the name says one of the entries among other words.
    fn speaks(&self, name: &Name) -> bool {
        self.keys.contains_key(&name.key()) || self.names.iter().any(|wanted| contains(name, wanted))
    }
}

/// The columns asked for, in the order of asking.
///
/// # Errors
/// The findings `no_such_column` and `same_column_twice`.
pub fn choose_asked(names: &[Name], profile: &Profile, asked: &[String]) -> Result<Choice, Finding> {
    let wanted = Known::of(profile);
    let all = choose(names, profile);
    let mut chosen: Vec<Taken> = Vec::new();
    for name in asked {
        let index = find_asked(names, name).ok_or_else(|| no_such_column(names, name))?;
        if chosen.iter().any(|before| before.index == index) {
            return Err(same_column_twice(&names[index], name));
        }
        let entry = wanted.find(&names[index]).map(|(at, _)| &profile.temperature[at]);
        let role = entry.and_then(|entry| entry.role).unwrap_or_else(|| words::role(&names[index]));
        let unit = match names[index].unit {
            Unit::Unknown => entry.and_then(|entry| entry.unit).unwrap_or_default(),
            unit => unit,
        };
        let values = values(entry, profile);
        chosen.push(Taken { index, role, unit, values, reason: "as asked for".to_owned() });
    }
    let candidates = all.taken.iter().map(|taken| taken.index).chain(all.others);
    let others = candidates.filter(|index| chosen.iter().all(|taken| taken.index != *index)).collect();
    Ok(Choice { taken: chosen, others })
}

/// The names that are one of `wanted`, case and punctuation aside, in the order of `wanted`; one may come twice.
pub fn by_name<'a>(names: &'a [Name], wanted: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    wanted.iter().filter_map(move |name| {
        let wanted = full_key(name);
        names.iter().position(|name| name.full_key == wanted)
    })
}

/// The name that `asked` means: exactly, else but for case, else but for punctuation and unit.
pub fn find_asked(names: &[Name], asked: &str) -> Option<usize> {
    let asked = asked.trim();
    let wanted = Name::new(asked);
    let lower = asked.to_lowercase();
    names
        .iter()
        .position(|name| name.text == asked)
        .or_else(|| names.iter().position(|name| name.text.to_lowercase() == lower))
        // A name of punctuation alone has an empty key, and would match any other such name.
        .or_else(|| {
            names.iter().position(|name| !wanted.full_key.is_empty() && name.full_key == wanted.full_key)
        })
        .or_else(|| names.iter().position(|name| !wanted.full_key.is_empty() && name.key() == wanted.key()))
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
            matches!(rest, "out" | "in" | "air" | "ext" | "int" | "outside" | "inside") || words::is_role(rest)
        })
}

fn columns_there_are(names: &[Name]) -> String {
    match names {
        [only] => format!("the only column is {}", quote(&only.text)),
        _ => format!("the {} columns are {}", names.len(), list(names.iter().map(|name| name.text.as_str()))),
    }
}

/// The finding for a column that was asked for and is none.
pub fn no_such_column(names: &[Name], asked: &str) -> Finding {
    Finding::error(
        "no_such_column",
        format!("there is no column {}; {}", quote(asked), columns_there_are(names)),
        "give --column one of these names",
    )
}

/// The finding for a column that was asked for twice.
pub fn same_column_twice(name: &Name, asked: &str) -> Finding {
    let also = if name.text == asked.trim() { String::new() } else { format!(", also as {}", quote(asked)) };
    Finding::error(
        "same_column_twice",
        format!("the column {} is asked for twice{also}", quote(&name.text)),
        "give each name to --column once; where columns have the same name, rename one in the file",
    )
}

/// The finding for names none of which is taken unasked.
pub fn no_temperature_column(names: &[Name], profile: &Profile) -> Finding {
    let mut hint = "name the column with --column NAME, or give a profile that knows its name".to_owned();
    let wanted = Known::of(profile);
    let avoided: Vec<&str> =
        names.iter().filter(|name| wanted.speaks(name)).map(|name| name.text.as_str()).collect();
    if !avoided.is_empty() {
        hint.push_str(&format!("; {} would be taken only so", list(avoided.into_iter())));
    }
    if names.len() == 1 {
        hint.push_str("; if there should be more columns, part them by commas, semicolons or tabs");
    }
    Finding::error(
        "no_temperature_column",
        format!("no column's name speaks of a temperature; {}", columns_there_are(names)),
        hint,
    )
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
