//! One row per year, and a column for each month.

use std::collections::BTreeMap;

use shared::{Finding, Layout, TimeFormat};

use crate::layouts::Found;
use crate::listing::{list, quote};
use crate::names::Name;
use crate::table::Table;
use crate::times;
use crate::values::Sample;
use crate::words;

/// Names of the column of years.
const YEARS: [&str; 12] =
    ["year", "yr", "yyyy", "jahr", "année", "annee", "an", "año", "ano", "anno", "rok", "jaar"];
/// Names of the months in English, German, French and Spanish.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene"],
    &["february", "feb", "februar", "février", "fevrier", "févr", "fevr", "fév", "fev", "febrero"],
    &["march", "mar", "märz", "maerz", "mrz", "mär", "mars", "marzo"],
    &["april", "apr", "avril", "avr", "abril", "abr"],
    &["may", "mai", "mayo"],
    &["june", "jun", "juni", "juin", "junio"],
    &["july", "jul", "juli", "juillet", "juil", "julio"],
    &["august", "aug", "août", "aout", "aoû", "agosto", "ago"],
    &["september", "sep", "sept", "septembre", "septiembre", "setiembre"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre"],
    &["november", "nov", "novembre", "noviembre"],
    &["december", "dec", "dezember", "dez", "décembre", "decembre", "déc", "diciembre", "dic"],
];

/// The columns of a table of months.
struct Columns {
    year: usize,
    months: [usize; 12],
    /// What the months' names have besides the month: `tmax` in `tmax_jan`.
    rest: String,
}

/// Months of a year.
pub const MONTHS_OF_YEAR: usize = 12;

/// Whether the names have all months of a year.
pub fn names_all(names: &[Name]) -> bool {
    let has = |month: usize| names.iter().any(|name| MONTHS[month].contains(&name.full_key.as_str()));
    (0..MONTHS_OF_YEAR).all(has)
}

/// Whether the names are those of a table of months, and the years are years.
pub fn is_told(table: &Table<'_>) -> bool {
    columns(table).is_ok_and(|columns| times::fits(&table.rows, columns.year, TimeFormat::Year))
}

/// The temperatures of a table of months.
///
/// # Errors
/// The findings `no_months` and `no_years`, which say what is not there.
pub fn find(table: &Table<'_>, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
    let Columns { year, months, rest } = columns(table)?;
    if !times::fits(&table.rows, year, TimeFormat::Year) {
        return Err(no_years(&format!("the column {} holds no years", quote(table.name(year)))));
    }
    let mark = table.mark(&months);
    let samples = months.map(|index| table.sample(index, mark));
    if samples.iter().all(|sample| sample.numbers == 0) {
        let examples: Vec<Sample> =
            samples.into_iter().filter(|sample| !sample.examples.is_empty()).collect();
        let sample = examples.into_iter().next().unwrap_or_default();
        return Err(crate::rows::no_numbers(table, months[0], &sample, &[]));
    }
    let (mut variable, more) = table.common_variable(&months, &samples);
    findings.extend(more);
    let rest_name = Name::new(&rest);
    if !rest.is_empty() && table.profile.layout.is_none() {
        (variable.name, variable.role) = (rest.clone(), words::role(&rest_name));
    }
    findings.push(Finding::info(
        "temperature_column",
        format!(
            "temperatures are read from the columns of twelve months, {} to {}, of the years in {}",
            quote(table.name(months[0])),
            quote(table.name(months[11])),
            quote(table.name(year))
        ),
        "read single columns with --column NAME",
    ));
    if rest.is_empty() && table.profile.layout.is_none() && table.legend.speaks(table.key) != Some(true) {
        findings.push(Finding::warning(
            "taken_for_temperatures",
            "no name speaks of a temperature: the months are taken for temperatures because nothing says otherwise",
            "if they are something else, such as rain, do not use the figures; a profile with layout months says that they are",
        ));
    }
    let mut taken = months.to_vec();
    taken.push(year);
    findings.extend(not_read(table, &taken));
    let layout = Layout::Months { columns: months };
    Ok(Found { layout, variables: vec![variable], mark, taken, time: Some((year, TimeFormat::Year)) })
}

/// The columns of numbers that are neither months nor years, such as a mean of the year.
fn not_read(table: &Table<'_>, taken: &[usize]) -> Option<Finding> {
    let others: Vec<usize> = (0..table.names.len())
        .filter(|index| !taken.contains(index) && table.sample(*index, b'.').numbers > 0)
        .collect();
    (!others.is_empty()).then(|| {
        Finding::info(
            "columns_not_read",
            format!(
                "these columns are no months and are not read: {}",
                list(table.names_of(&others).into_iter())
            ),
            "",
        )
    })
}

/// The columns by their names.
fn columns(table: &Table<'_>) -> Result<Columns, Finding> {
    let year = year(table).ok_or_else(|| no_years("there is no column of years"))?;
    let mut groups: BTreeMap<String, [Option<usize>; 12]> = BTreeMap::new();
    for (index, name) in table.names.iter().enumerate() {
        if let Some((month, rest)) = month(name) {
            groups.entry(rest).or_default()[month].get_or_insert(index);
        }
    }
    if !may_be_numbers(&table.names) {
        groups.remove(NUMBERS);
    }
    let whole = groups.into_iter().filter_map(|(rest, months)| {
        let months: Vec<usize> = months.into_iter().flatten().collect();
        Some((rest, <[usize; 12]>::try_from(months).ok()?))
    });
    // With several of them (tmax_jan … tmin_dec) the role decides; other quantities are none.
    let mut whole: Vec<(String, [usize; 12])> =
        whole.filter(|(rest, _)| !words::is_other_quantity(&Name::new(rest))).collect();
    whole.sort_by_key(|(rest, months)| (words::role(&Name::new(rest)), months[0]));
    let (rest, months) = whole.into_iter().next().ok_or_else(no_months)?;
    let rest = if rest == NUMBERS { String::new() } else { rest };
    Ok(Columns { year, months, rest })
}

/// The column of years: the one that is called so and holds some, or the first one if it has no name and does.
fn year(table: &Table<'_>) -> Option<usize> {
    let is_called = |index: &usize| YEARS.contains(&table.names[*index].full_key.as_str());
    let holds = |index: &usize| times::fits(&table.rows, *index, TimeFormat::Year);
    let mut named = (0..table.names.len()).filter(is_called);
    let unnamed = || (table.name(0).is_empty() && holds(&0)).then_some(0);
    named.clone().find(holds).or_else(unnamed).or_else(|| named.next())
}

/// What stands for the rest of a name that is a number alone.
const NUMBERS: &str = "#";

/// The month of a name, 0 to 11, and the rest of its words.
fn month(name: &Name) -> Option<(usize, String)> {
    let number = |digits: &str| match digits.parse::<usize>() {
        Ok(month @ 1..=12) if digits.len() <= 2 => Some(month - 1),
        _ => None,
    };
    if let [word] = &name.words[..]
        && let Some(month) = number(word)
    {
        return Some((month, NUMBERS.to_owned()));
    }
    let one = |word: &String| {
        let letters = ["month", "mon", "m"].iter().find_map(|prefix| word.strip_prefix(prefix));
        MONTHS.iter().position(|names| names.contains(&word.as_str())).or_else(|| letters.and_then(number))
    };
    let (at, month) = name.words.iter().enumerate().find_map(|(at, word)| Some((at, one(word)?)))?;
    let rest: Vec<&str> = name
        .words
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at)
        .map(|(_, word)| word.as_str())
        .collect();
    Some((month, rest.join("_")))
}

/// Numbers are months only where they end at 12 and no column is a month's: else they are days.
fn may_be_numbers(names: &[Name]) -> bool {
    let is_more = |name: &Name| name.full_key.parse::<u32>().is_ok_and(|number| !(1..=12).contains(&number));
    let is_month = |name: &Name| {
        matches!(name.full_key.as_str(), "month" | "monat" | "mois" | "mes" | "měsíc" | "mm" | "maand")
    };
    !names.iter().any(|name| is_more(name) || is_month(name))
}

fn no_months() -> Finding {
    Finding::error(
        "no_months",
        "there are no twelve columns of months",
        "name them Jan to Dec or 1 to 12, or read the file without this layout",
    )
}

fn no_years(message: &str) -> Finding {
    Finding::error("no_years", message, "put the year, four digits, into a column called \"year\"")
}
