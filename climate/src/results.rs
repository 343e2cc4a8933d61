//! The columns of the three result tables, and their rows.

use std::io::Write;

use serde::Serialize;
use shared::Unit;
use shared::statistics::Source;
use shared::variable::Role;

use crate::error::Result;
use crate::figures::{About, Figures};
use crate::groups::Group;
use crate::parquet::{Kind, ParquetTable, Value};
use crate::record::Record;

/// Version of the tables' columns and metadata.
const FORMAT: &str = "1";

pub(crate) fn cell_columns(figures: &Figures) -> [(&'static str, Kind); 11] {
    [
        ("variable", Kind::Label),
        ("station", Kind::Label),
        ("day", Kind::Day),
        ("used", Kind::Count),
        ("missing", Kind::Count),
        ("rejected", Kind::Count),
        ("sum", figures.values()),
        ("sum_of_squares", figures.squares()),
        ("min", figures.values()),
        ("max", figures.values()),
        ("mean", Kind::Double),
    ]
}

pub(crate) fn push_cell<W: Write>(
    table: &mut ParquetTable<W>,
    row: &Record,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let Record { key, cell, .. } = row;
    let exact = figures.exact(key.variable, &cell.summary)?;
    table.push(&[
        name(about, key.variable),
        station(&key.station),
        Value::Day(key.day),
        Value::Count(cell.summary.count()),
        Value::Count(cell.missing),
        Value::Count(cell.rejected),
        exact.sum.value(),
        exact.sum_of_squares.value(),
        exact.min.value(),
        exact.max.value(),
        Value::Double(cell.summary.mean(figures.scale(key.variable)?)),
    ])
}

/// Columns of groups, behind those that name the group: its account, then `own`, then its figures.
fn group_columns(
    named: &[(&'static str, Kind)],
    own: &[(&'static str, Kind)],
    figures: &Figures,
) -> Vec<(&'static str, Kind)> {
    let account = ["used", "missing", "rejected"].map(|name| (name, Kind::Count));
    let doubles = ["mean", "std"].map(|name| (name, Kind::Double));
    let extremes = ["min", "max"].map(|name| (name, figures.values()));
    [&[("variable", Kind::Label)], named, &account, own, &doubles, &extremes].concat()
}

/// Adds the row of a group: `named` and `own` are the values of the columns of these names in [`group_columns`].
fn push_group<W: Write>(
    table: &mut ParquetTable<W>,
    group: &Group,
    named: Value<'_>,
    own: &[Value<'_>],
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let Group { key, cell, .. } = group;
    let exact = figures.exact(key.variable, &cell.summary)?;
    let scale = figures.scale(key.variable)?;
    let account = [cell.summary.count(), cell.missing, cell.rejected].map(Value::Count);
    let doubles = [cell.summary.mean(scale), cell.summary.std(scale)].map(Value::Double);
    let extremes = [exact.min.value(), exact.max.value()];
    table.push(&[&[name(about, key.variable), named], &account[..], own, &doubles, &extremes].concat())
}

pub(crate) fn station_columns(figures: &Figures) -> Vec<(&'static str, Kind)> {
    let own = [("days", Kind::Count), ("first_day", Kind::Day), ("last_day", Kind::Day)];
    group_columns(&[("station", Kind::Text)], &own, figures)
}

pub(crate) fn push_station<W: Write>(
    table: &mut ParquetTable<W>,
    group: &Group,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let (first, last) = group.period.unzip();
    let own = [Value::Count(group.days), Value::Day(first), Value::Day(last)];
    push_group(table, group, station(&group.key.station), &own, about, figures)
}

pub(crate) fn day_columns(figures: &Figures) -> Vec<(&'static str, Kind)> {
    group_columns(&[("day", Kind::Day)], &[("stations", Kind::Count)], figures)
}

pub(crate) fn push_day<W: Write>(
    table: &mut ParquetTable<W>,
    group: &Group,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    push_group(table, group, Value::Day(group.key.day), &[Value::Count(group.stations)], about, figures)
}

fn name<'a>(about: &About<'a>, variable: u32) -> Value<'a> {
    Value::Text(about.variables.get(variable as usize).map(|variable| variable.name.as_str()))
}

fn station(name: &str) -> Value<'_> {
    Value::Text(Some(name).filter(|station| !station.is_empty()))
}

/// What every table tells of itself.
pub(crate) fn metadata(about: &About<'_>) -> Result<Vec<(String, String)>> {
    #[derive(Serialize)]
    struct Described<'a> {
        name: &'a str,
        role: Role,
        unit: Unit,
        scale: u8,
    }
    let described = |variable: &'_ shared::Variable| {
        serde_json::to_value(Described {
            name: &variable.name,
            role: variable.role,
            unit: variable.unit,
            scale: variable.scale,
        })
    };
    let json = |text: serde_json::Result<String>| text.map_err(std::io::Error::from);
    let variables = about.variables.iter().map(described).collect::<serde_json::Result<Vec<_>>>();
    Ok(vec![
        ("isotherm.format".to_owned(), FORMAT.to_owned()),
        ("isotherm.source".to_owned(), json(serde_json::to_string(&Source::from(about.source)))?),
        (
            "isotherm.variables".to_owned(),
            json(variables.and_then(|variables| serde_json::to_string(&variables)))?,
        ),
    ])
}
