//! What stands around the numbers of a column: their unit, flags, a name.

use shared::dialect::decode;
use shared::writing::{Bare, number_length, unit_of};
use shared::{Decimal, Finding, Unit, Writing};

use crate::listing::quote;
use crate::table::Table;
use crate::values::Markers;

/// Characters that stand behind numbers as flags where nobody says otherwise: an asterisk, a cross, and letters for a value
/// that is suspect or estimated.
const FLAGS: &[u8] = b"*#sSE";
/// The most different flags of a column.
const MOST_FLAGS: usize = 3;
/// The fewest values with a unit, where others have none.
const FEWEST_UNITS: usize = 3;
/// The fewest rows with the same flag: one alone may be a slip.
const FEWEST: usize = 2;

/// What was found around the numbers of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// How they are written.
    pub writing: Writing,
    /// The unit beside them.
    pub unit: Unit,
    /// Says so.
    pub finding: Option<Finding>,
}

/// What stands around the numbers of the column `index`, if most of its texts that are none become numbers without it.
pub fn found(table: &Table<'_>, index: usize, mark: u8, markers: &Markers) -> Option<Found> {
    let texts = table.rows.iter().filter_map(|row| row.fields.get(index)).map(|field| field.trim_ascii());
    let is_number = |text: &[u8]| Decimal::is_written(text, mark);
    let texts: Vec<&[u8]> = texts.filter(|text| !markers.is_missing(text, mark)).collect();
    let others: Vec<&[u8]> = texts.iter().copied().filter(|text| !is_number(text)).collect();
    if others.is_empty() {
        return None;
    }
    let name = table.name(index);
    with_prefix(&others, mark)
        .or_else(|| with_unit(table, &others, texts.len(), mark, markers, name))
        .or_else(|| with_flags(&others, mark, name))
}

/// Numbers with their name in front of them: `Temp=17.1`.
fn with_prefix(others: &[&[u8]], mark: u8) -> Option<Found> {
    let (name, _) = assignment(others.first()?)?;
    let is_one = |text: &&&[u8]| {
        assignment(text).is_some_and(|(other, value)| other == name && Decimal::is_written(value, mark))
    };
    let named = others.iter().filter(is_one).count();
    let prefix = String::from_utf8(name.to_vec()).ok()?;
    let writing = Writing { prefix, ..Writing::default() };
    (named * 10 >= others.len() * 9).then_some(Found { writing, unit: Unit::Unknown, finding: None })
}

/// The name in front of a number, with the sign behind it, and the number: `Temp=` and `17.1`.
pub fn assignment(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| matches!(byte, b'=' | b':'))?;
    let (name, value) = text.split_at(at + 1);
    let is_name = name[..at].first().is_some_and(u8::is_ascii_alphabetic)
        && name[..at].iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(byte));
    (is_name && number_length(value) == value.len() && !value.is_empty()).then_some((name, value))
}

/// Numbers with a unit behind them, the same in most of the `texts` values.
fn with_unit(
    table: &Table<'_>,
    others: &[&[u8]],
    texts: usize,
    mark: u8,
    markers: &Markers,
    name: &str,
) -> Option<Found> {
    let unit_behind = |text: &&[u8]| {
        let (number, rest) = text.split_at(number_length(text));
        let is_number = Decimal::is_written(number, mark);
        unit_of(rest, table.encoding).filter(|unit| is_number && *unit != Unit::Unknown)
    };
    // `err°C` is no value, and says nothing about how others are written.
    let is_marker = |text: &&&[u8]| {
        let writing = Writing { unit_behind: true, ..Writing::default() };
        matches!(writing.bare(text, Unit::Unknown, table.encoding), Bare::Text(rest) if markers.is_missing(rest, mark))
    };
    let values = texts - others.iter().filter(is_marker).count();
    let others: Vec<&[u8]> = others.iter().copied().filter(|text| !is_marker(&text)).collect();
    let units: Vec<Unit> = others.iter().filter_map(unit_behind).collect();
    let count = |unit: &Unit| units.iter().filter(|other| *other == unit).count();
    let unit = [Unit::Celsius, Unit::Fahrenheit, Unit::Kelvin].into_iter().max_by_key(|unit| count(unit))?;
    // A few among plain numbers are slips, which are rejected by their lines.
    let with_unit = count(&unit);
    if with_unit == 0 || with_unit * 2 < values || with_unit < values && with_unit < FEWEST_UNITS {
        return None;
    }
    let example = others.iter().find(|text| unit_behind(text) == Some(unit))?;
    let finding = Finding::info(
        "unit_in_fields",
        format!(
            "the values of {} have their unit beside them, such as {}",
            quote(name),
            quote(&decode(table.encoding, example))
        ),
        "",
    );
    let writing = Writing { unit_behind: true, ..Writing::default() };
    Some(Found { writing, unit, finding: Some(finding) })
}

/// Numbers with a character behind them that says something about their worth.
fn with_flags(others: &[&[u8]], mark: u8, name: &str) -> Option<Found> {
    let flag = |text: &&[u8]| {
        let (flag, number) = text.split_last()?;
        let number = number.trim_ascii_end();
        // `12e` has an exponent that was cut, and `1+` a sum.
        let is_number = number.last().is_some_and(u8::is_ascii_digit) && Decimal::is_written(number, mark);
        (is_number && FLAGS.contains(flag)).then_some(*flag)
    };
    let mut flags: Vec<u8> = others.iter().filter_map(flag).collect();
    let flagged = flags.len();
    flags.sort_unstable();
    let each = flags.chunk_by(|one, other| one == other);
    let flags: Vec<u8> = each.filter(|same| same.len() >= FEWEST).map(|same| same[0]).collect();
    if flags.is_empty() || flags.len() > MOST_FLAGS || flagged * 10 < others.len() * 8 {
        return None;
    }
    let example = others.iter().find(|text| flag(text).is_some_and(|flag| flags.contains(&flag)))?;
    let finding = Finding::warning(
        "flags_taken_off",
        format!(
            "{flagged} values of {} in the head of the file have a flag behind the number, such as {}: the flag is taken off and the \
             value counts",
            quote(name),
            quote(&String::from_utf8_lossy(example))
        ),
        "if flagged values are not to be used, say so in a profile, or take them out of the file",
    );
    let flags = String::from_utf8(flags).unwrap_or_default();
    Some(Found {
        writing: Writing { flags, ..Writing::default() },
        unit: Unit::Unknown,
        finding: Some(finding),
    })
}
