//! Numbers that stand for a missing value and that nobody declared: the same impossible one in row after row.

use std::collections::BTreeMap;

use shared::unit::PLAUSIBLE_IN_ANY_UNIT;
use shared::{Decimal, Finding};

use crate::listing::quote;

/// Numbers that programs write where there is no value, whatever the unit; any of them counts from its first row on.
const ROUND: [&str; 22] = [
    "-200", "-300", "-500", "-555", "-777", "-888", "-888.8", "-990", "-999.99", "-1000", "-7999", "-8888",
    "-99999.9", "-32768", "999", "999.9", "999.99", "8888", "9999", "9999.9", "32766", "32767",
];
/// The same among the numbers that some air may have had; these count where they are far from all others.
const POSSIBLE: [&str; 3] = ["-99", "-99.9", "-99.99"];
/// How far that is, in degrees of whatever unit.
const FAR: f64 = 30.0;
/// How often another impossible number has to stand there.
const OFTEN: usize = 3;
/// How often a possible one has to.
const AGAIN: usize = 2;
/// With more different impossible numbers the values are no degrees, or damaged.
const MOST_DIFFERENT: usize = 2;

/// The numbers among `values`, those of one variable, that stand for missing ones; how often each is there.
pub fn found(values: &[Decimal]) -> Vec<(Decimal, usize)> {
    let mut counts: BTreeMap<&Decimal, usize> = BTreeMap::new();
    values.iter().for_each(|value| *counts.entry(value).or_default() += 1);
    let is_one_of = |known: &[&str], value: &Decimal| {
        known.iter().any(|text| Decimal::parse(text.as_bytes(), b'.').as_ref() == Ok(value))
    };
    let (low, high) = PLAUSIBLE_IN_ANY_UNIT;
    let is_outside = |value: &Decimal| !(low..=high).contains(&value.to_f64());
    let outside: Vec<(&Decimal, usize)> =
        counts.iter().filter(|(value, _)| is_outside(value)).map(|(value, count)| (*value, *count)).collect();
    let inside = values.len() - outside.iter().map(|(_, count)| count).sum::<usize>();
    if inside == 0 || outside.len() > MOST_DIFFERENT {
        return Vec::new();
    }
    let mut found: Vec<(Decimal, usize)> = outside
        .into_iter()
        .filter(|(value, count)| *count >= OFTEN || is_one_of(&ROUND, value))
        .map(|(value, count)| (value.clone(), count))
        .collect();
    for (value, count) in &counts {
        let others = counts.keys().filter(|other| *other != value && !is_outside(other));
        let is_far = |other: &Decimal| (other.to_f64() - value.to_f64()).abs() >= FAR;
        if *count >= AGAIN
            && is_one_of(&POSSIBLE, value)
            && others.clone().next().is_some()
            && others.clone().all(|other| is_far(other))
        {
            found.push(((*value).clone(), *count));
        }
    }
    found
}

/// Says which numbers of the variable `name` are taken for missing values.
pub fn finding(name: &str, found: &[(Decimal, usize)], rows: usize) -> Option<Finding> {
    let (first, _) = found.first()?;
    let each: Vec<String> = found
        .iter()
        .map(|(value, count)| format!("{value} ({count} {})", if *count == 1 { "time" } else { "times" }))
        .collect();
    let cause =
        if found.len() == 1 { "no air has had it, and it is" } else { "no air has had them, and they are" };
    Some(Finding::warning(
        "missing_marker_found",
        format!(
            "in {}, {} in the first {rows} rows is taken for a missing value: {cause} the same in several rows or a number that \
             programs write for none",
            quote(name),
            each.join(" and ")
        ),
        format!("if {first} is a temperature, give a profile that lists the file's own missing markers"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let values: Vec<Decimal> =
            text.split(' ').map(|value| Decimal::parse(value.as_bytes(), b'.').unwrap()).collect();
        found(&values).into_iter().map(|(value, count)| format!("{value}:{count}")).collect()
    }

    #[test]
    fn numbers_that_no_air_has_had_are_no_values() {
        for (values, expected) in [
            ("13.6 -200 11.9 -200", &["-200:2"][..]),
            ("13.6 999.9 11.9", &["999.9:1"]),
            ("54 -99 61 -99.0 20", &["-99:2"]),
            ("54 -99 61 20", &[]),
            // Antarctic winters in Fahrenheit.
            ("-80 -99 -85 -99 -90", &[]),
            ("13.6 412 412 412 1", &["412:3"]),
            ("13.6 412 1", &[]),
            // Tenths of degrees.
            ("162 355 401 -200 380 390 377", &[]),
            ("-200 -200 -200", &[]),
            ("20.5 21", &[]),
        ] {
            assert_eq!(of(values), expected, "{values}");
        }
    }
}
