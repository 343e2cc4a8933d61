//! One row per element and time: a column names the element, another holds its value.

use std::collections::HashSet;

use shared::{Finding, Layout, TableLayout, TextColumn, Variable};

use crate::columns::{self, Choice, MAX_VARIABLES, Taken};
use crate::layouts::Found;
use crate::listing::{list, quote};
use crate::names::Name;
use crate::records::Record;
use crate::rows::{no_numbers, sparse_last};
use crate::table::{Read, Table};
use crate::words;

/// The elements of a long table.
struct Elements {
    element: TextColumn,
    value: TextColumn,
    /// The different elements of the head, in order of appearance.
    names: Vec<Name>,
}

/// Whether columns and elements of the head are those of a long table of temperatures, and no column is a temperature
/// itself.
pub fn is_told(table: &Table<'_>) -> bool {
    let Ok(Elements { element, value, names }) = elements(table) else { return false };
    let header = columns::choose(&table.names, table.profile);
    let is_beside = |index: usize| index != element.index && index != value.index;
    let mark = table.mark(&[value.index]);
    !columns::choose(&names, table.profile).taken.is_empty()
        && !header.taken.iter().any(|taken| is_beside(taken.index))
        && !table.sample(value.index, mark).is_text()
}

/// Whether all names asked for are elements.
pub fn is_asked_for(table: &Table<'_>) -> bool {
    elements(table).is_ok_and(|elements| {
        table.asked.iter().all(|asked| columns::find_asked(&elements.names, asked).is_some())
    })
}

/// The temperatures among the elements.
///
/// # Errors
/// The finding that says what is not there.
pub fn find(table: &Table<'_>, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
    let Elements { element, value, mut names } = elements(table)?;
    let told = table.profile.layout == Some(TableLayout::Long);
    let Choice { taken, others } = if table.is_asked() {
        columns::choose_asked(&names, table.profile, &table.asked)
            .map_err(|finding| Finding { message: finding.message.replace("column", "element"), ..finding })?
    } else {
        columns::choose(&names, table.profile)
    };
    let mark = table.mark(&[value.index]);
    let read = |taken: &Taken, name: &Name| {
        let rows = table.rows.iter().copied().filter(|row| is_of(table, row, &element, name));
        table.read(taken, &name.text, value.index, mark, &rows.collect::<Vec<_>>())
    };
    let mut sampled: Vec<Read> = taken.iter().map(|taken| read(taken, &names[taken.index])).collect();
    if !table.is_asked() {
        sparse_last(&mut sampled);
    }
    if told && !table.is_asked() {
        let later = later(table, &mut names);
        let read = |taken: &Taken| table.read(taken, &names[taken.index].text, value.index, mark, &[]);
        sampled.extend(later.iter().map(read));
    }
    findings.extend(sampled.iter_mut().flat_map(|read| std::mem::take(&mut read.findings)));
    let Some(Read { taken: first, .. }) = sampled.first() else {
        return Err(no_temperature(table, &element, &names));
    };
    if sampled.len() > MAX_VARIABLES {
        return Err(too_many(&element, sampled.len()));
    }
    if let Some(wrong) = sampled.iter().find(|read| read.sample.others > 0)
        && sampled.iter().all(|read| !read.sample.may_be_temperatures())
    {
        return Err(no_numbers(table, value.index, &wrong.sample, &[]));
    }
    findings.push(temperature_column(&element, &value, &sampled, first, &names));
    findings.extend(not_read(&element, &sampled, &others, &names));
    findings.extend(few_elements(table, &element, &names));
    let variable = |read: &Read| -> Variable { table.variable(&names[read.taken.index].text, read) };
    Ok(Found {
        variables: sampled.iter().map(variable).collect(),
        mark,
        taken: vec![element.index, value.index],
        layout: Layout::Long { element, value },
        time: None,
    })
}

fn is_of(table: &Table<'_>, row: &Record, element: &TextColumn, name: &Name) -> bool {
    table.text(row, element.index) == name.text
}

/// The profile's temperatures that the head does not have; the rest of the file may.
fn later(table: &Table<'_>, names: &mut Vec<Name>) -> Vec<Taken> {
    let mut later = Vec::new();
    for wanted in &table.profile.temperature {
        let name = Name::new(wanted.name.trim());
        if table.complete || names.iter().any(|other| other.full_key == name.full_key) {
            continue;
        }
        later.push(Taken {
            index: names.len(),
            role: wanted.role.unwrap_or_else(|| words::role(&name)),
            unit: wanted.unit.unwrap_or(name.unit),
            values: columns::values(Some(wanted), table.profile),
            reason: String::new(),
        });
        names.push(name);
    }
    later
}

/// The columns of a long table by their names, and the elements of the head.
fn elements(table: &Table<'_>) -> Result<Elements, Finding> {
    let element = table
        .text_column(&table.profile.element, &[])
        .ok_or_else(|| no_column("element", &table.profile.element, table))?;
    let value = table
        .text_column(&table.profile.value, &[element.index])
        .ok_or_else(|| no_column("value", &table.profile.value, table))?;
    let mut seen = HashSet::new();
    let texts = table.rows.iter().map(|row| table.text(row, element.index));
    let names = texts
        .filter(|text| !text.is_empty() && seen.insert(text.clone()))
        .map(|text| Name::new(&text))
        .collect();
    Ok(Elements { element, value, names })
}

fn temperature_column(
    element: &TextColumn,
    value: &TextColumn,
    sampled: &[Read],
    first: &Taken,
    names: &[Name],
) -> Finding {
    let mut message = format!(
        "temperatures are read from column {}, {}, where column {}, {}, is {}",
        value.index + 1,
        quote(&value.name),
        element.index + 1,
        quote(&element.name),
        quote(&names[first.index].text)
    );
    if sampled.len() > 1 {
        let rest: Vec<&str> = sampled[1..].iter().map(|read| names[read.taken.index].text.as_str()).collect();
        message.push_str(&format!(
            ", which leads the statistics ({}); also read: {}",
            first.role,
            list(rest.into_iter())
        ));
    }
    Finding::info(
        "temperature_column",
        message,
        "choose other elements with --column NAME, the leading one first",
    )
}

/// The elements that are no temperatures, or only of the second choice.
fn not_read(element: &TextColumn, sampled: &[Read], others: &[usize], names: &[Name]) -> Option<Finding> {
    let is_read = |index: usize| sampled.iter().any(|read| read.taken.index == index);
    let mut left: Vec<usize> = others.iter().copied().filter(|index| !is_read(*index)).collect();
    left.extend((0..names.len()).filter(|index| !is_read(*index) && !others.contains(index)));
    if left.is_empty() {
        return None;
    }
    let left: Vec<&str> = left.iter().map(|index| names[*index].text.as_str()).collect();
    Some(Finding::info(
        "elements_not_read",
        format!(
            "rows with these elements in {} are not read: {}",
            quote(&element.name),
            list(left.into_iter())
        ),
        "if some are temperatures, name all elements to read with --column NAME",
    ))
}

/// A file may be sorted by element: then the head does not have all of them.
fn few_elements(table: &Table<'_>, element: &TextColumn, names: &[Name]) -> Option<Finding> {
    let [only] = names else { return None };
    (!table.complete && !table.is_asked()).then(|| {
        Finding::warning(
            "one_element",
            format!(
                "the first {} rows have only the element {} in {}; other elements further down are not read",
                table.rows.len(),
                quote(&only.text),
                quote(&element.name)
            ),
            "name all elements to read in a profile with layout long",
        )
    })
}

fn no_column(which: &str, names: &[String], table: &Table<'_>) -> Finding {
    Finding::error(
        "no_such_column",
        format!(
            "a long table needs a column of its {which}s, and none is called {}; the columns are {}",
            list(names.iter().map(String::as_str)),
            list(table.names.iter().map(|name| name.text.as_str()))
        ),
        format!("name it in the profile as {which}"),
    )
}

fn no_temperature(table: &Table<'_>, element: &TextColumn, names: &[Name]) -> Finding {
    Finding::error(
        "no_temperature_column",
        format!(
            "no element in the column {} of the first {} rows speaks of a temperature; they are {}",
            quote(&element.name),
            table.rows.len(),
            list(names.iter().map(|name| name.text.as_str()))
        ),
        "name the elements to read with --column NAME, or in the profile as temperature",
    )
}

fn too_many(element: &TextColumn, count: usize) -> Finding {
    Finding::error(
        "too_many_temperatures",
        format!(
            "{count} elements in the column {} are temperatures; at most {MAX_VARIABLES} are read",
            quote(&element.name)
        ),
        "name the elements to read with --column NAME; if they are stations, rename the column \"station\"",
    )
}
