//! A column of values that nothing calls a temperature, where it is the only one of its table.

use shared::unit::PLAUSIBLE_IN_ANY_UNIT;
use shared::{Decimal, Finding, Unit};

use crate::columns::{self, Taken};
use crate::listing::quote;
use crate::names::Name;
use crate::table::Table;
use crate::words;

/// The one column called `value`, or the like, with numbers that air may have; and a warning that it was taken.
pub fn value(table: &Table<'_>) -> Option<(Taken, Finding)> {
    // In a long table the element says what a value is.
    if columns::by_name(&table.names, &table.profile.element).next().is_some() {
        return None;
    }
    let mut named = (0..table.names.len()).filter(|index| is_value(&table.names[*index], table));
    let index = named.next().filter(|_| named.next().is_none())?;
    let sample = table.sample(index, table.mark(&[index]));
    let (low, high) = PLAUSIBLE_IN_ANY_UNIT;
    let plausible = sample.values.iter().filter(|value| (low..=high).contains(&value.to_f64())).count();
    if sample.numbers == 0
        || is_running_number(&sample.values)
        || sample.is_text()
        || plausible * 10 < sample.numbers * 9
    {
        return None;
    }
    let series = series(table);
    let why = match table.legend.speaks(table.key) {
        Some(false) => return None,
        Some(true) => "the text above the table or the name of the file speaks of temperatures",
        None if series => "the names beside it speak of temperatures",
        None => "it is the only column of values, and nothing says what they are",
    };
    let name = table.name(index);
    let hint = "if they are something else, do not use the figures; name the column in the header, such as \"temperature\"";
    let taken = Taken {
        index,
        role: words::role(&Name::new(name)),
        unit: Unit::Unknown,
        values: columns::values(None, table.profile),
        reason: why.to_owned(),
    };
    let message = format!("{} is taken for temperatures: {why}", quote(name));
    Some((taken, Finding::warning("taken_for_temperatures", message, hint)))
}

/// Whether the values count the rows.
fn is_running_number(values: &[Decimal]) -> bool {
    let one = Decimal::new(1, 0);
    values.len() > 2 && values.windows(2).all(|pair| pair[0].plus(&one) == pair[1])
}

/// Whether each word of a name is one of those for a value: `數值/Value`.
fn is_value(name: &Name, table: &Table<'_>) -> bool {
    let is_one = |word: &str| table.profile.value.iter().any(|known| Name::new(known).full_key == word);
    is_one(&name.full_key) || !name.words.is_empty() && name.words.iter().all(|word| is_one(word))
}

/// Whether a column of names has a temperature in every row.
fn series(table: &Table<'_>) -> bool {
    columns::by_name(&table.names, &table.profile.station).any(|index| {
        let mut texts = table.rows.iter().map(|row| table.text(row, index)).peekable();
        texts.peek().is_some() && texts.all(|text| text.to_lowercase().contains("temp"))
    })
}
