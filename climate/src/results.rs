//! The columns of the three result tables, and their rows.

use std::io::Write;

use serde::Serialize;
use shared::Unit;
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

pub(crate) fn station_columns(figures: &Figures) -> [(&'static str, Kind); 12] {
    [
        ("variable", Kind::Label),
        ("station", Kind::Text),
        ("used", Kind::Count),
        ("missing", Kind::Count),
        ("rejected", Kind::Count),
        ("days", Kind::Count),
        ("first_day", Kind::Day),
        ("last_day", Kind::Day),
        ("mean", Kind::Double),
        ("std", Kind::Double),
        ("min", figures.values()),
        ("max", figures.values()),
    ]
}

pub(crate) fn push_station<W: Write>(
    table: &mut ParquetTable<W>,
    group: &Group,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let Group { key, cell, .. } = group;
    let exact = figures.exact(key.variable, &cell.summary)?;
    let scale = figures.scale(key.variable)?;
    table.push(&[
        name(about, key.variable),
        station(&key.station),
        Value::Count(cell.summary.count()),
        Value::Count(cell.missing),
        Value::Count(cell.rejected),
        Value::Count(group.days),
        Value::Day(group.period.map(|(first, _)| first)),
        Value::Day(group.period.map(|(_, last)| last)),
        Value::Double(cell.summary.mean(scale)),
        Value::Double(cell.summary.std(scale)),
        exact.min.value(),
        exact.max.value(),
    ])
}

pub(crate) fn day_columns(figures: &Figures) -> [(&'static str, Kind); 10] {
    [
        ("variable", Kind::Label),
        ("day", Kind::Day),
        ("used", Kind::Count),
        ("missing", Kind::Count),
        ("rejected", Kind::Count),
        ("stations", Kind::Count),
        ("mean", Kind::Double),
        ("std", Kind::Double),
        ("min", figures.values()),
        ("max", figures.values()),
    ]
}

pub(crate) fn push_day<W: Write>(
    table: &mut ParquetTable<W>,
    group: &Group,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let Group { key, cell, .. } = group;
    let exact = figures.exact(key.variable, &cell.summary)?;
    let scale = figures.scale(key.variable)?;
    table.push(&[
        name(about, key.variable),
        Value::Day(key.day),
        Value::Count(cell.summary.count()),
        Value::Count(cell.missing),
        Value::Count(cell.rejected),
        Value::Count(group.stations),
        Value::Double(cell.summary.mean(scale)),
        Value::Double(cell.summary.std(scale)),
        exact.min.value(),
        exact.max.value(),
    ])
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
        ("isotherm.source".to_owned(), json(serde_json::to_string(about.source))?),
        (
            "isotherm.variables".to_owned(),
            json(variables.and_then(|variables| serde_json::to_string(&variables)))?,
        ),
    ])
}
