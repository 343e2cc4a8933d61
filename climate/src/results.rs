//! The columns of the three result tables, and their rows.

use std::io::Write;
use std::ops::Range;

use serde::Serialize;
use shared::Unit;
use shared::statistics::Source;
use shared::variable::Role;

use crate::batch::Batch;
use crate::columns::{Columns, day};
use crate::error::Result;
use crate::figures::{About, Figures};
use crate::groups::Group;
use crate::parquet::{Kind, ParquetTable, Value};

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

/// Adds the rows of a batch of cells.
pub(crate) fn push_cells<W: Write>(
    table: &mut ParquetTable<W>,
    batch: &Batch,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let are_text = figures.values() == Kind::Text || figures.squares() == Kind::Text;
    let mut whole = batch.whole.iter().map(|(row, _)| *row as usize).peekable();
    let (mut row, mut series) = (0, 0);
    while row < batch.len() {
        let variable = batch.heads.variables[series];
        let is_whole = whole.next_if_eq(&row).is_some();
        if is_whole || are_text {
            push_cell(table, batch, series, row, about, figures)?;
            row += 1;
            series += usize::from(row == batch.rows(series).end);
            continue;
        }
        // All rows of the same variable that fit the columns, and the row group.
        let most = whole.peek().copied().unwrap_or(batch.len()).min(row + table.room());
        let mut end = row;
        while end < most && batch.heads.variables.get(series) == Some(&variable) {
            let start = end;
            end = batch.rows(series).end.min(most);
            table.column(1).texts(station_name(batch.heads.name(series)), end - start);
            series += usize::from(end == batch.rows(series).end);
        }
        push_plain(table, &batch.columns, row..end, variable, about, figures)?;
        row = end;
    }
    Ok(())
}

/// Adds all of a row that is told whole.
fn push_cell<W: Write>(
    table: &mut ParquetTable<W>,
    batch: &Batch,
    series: usize,
    row: usize,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let (variable, cell) = (batch.heads.variables[series], batch.whole(row).cell());
    let exact = figures.exact(variable, &cell.summary)?;
    table.push(&[
        name(about, variable),
        station(batch.heads.name(series)),
        Value::Day(day(batch.columns.day[row])),
        Value::Count(cell.summary.count()),
        Value::Count(cell.missing),
        Value::Count(cell.rejected),
        exact.sum.value(),
        exact.sum_of_squares.value(),
        exact.min.value(),
        exact.max.value(),
        Value::Double(cell.summary.mean(figures.scale(variable)?)),
    ])
}

/// Adds all but the stations of rows of one variable.
fn push_plain<W: Write>(
    table: &mut ParquetTable<W>,
    columns: &Columns,
    rows: Range<usize>,
    variable: u32,
    about: &About<'_>,
    figures: &Figures,
) -> Result<()> {
    let scale = figures.scale(variable)?;
    let (factor, squares_factor) = figures.factors(variable)?;
    let count = &columns.count[rows.clone()];
    table.column(0).texts(variable_name(about, variable), rows.len());
    table.column(2).days(&columns.day[rows.clone()]);
    table.column(3).counts(count);
    table.column(4).counts(&columns.missing[rows.clone()]);
    table.column(5).counts(&columns.rejected[rows.clone()]);
    table.column(6).digits(columns.sum[rows.clone()].iter().map(|sum| Some(i128::from(*sum))), factor)?;
    table
        .column(7)
        .digits(columns.squares[rows.clone()].iter().map(|squares| Some(*squares)), squares_factor)?;
    let used = |(value, count): (&i64, &u32)| (*count > 0).then_some(i128::from(*value));
    table.column(8).digits(columns.min[rows.clone()].iter().zip(count).map(used), factor)?;
    table.column(9).digits(columns.max[rows.clone()].iter().zip(count).map(used), factor)?;
    let means = rows.clone().map(|row| columns.row(row).cell().summary.mean(scale));
    table.column(10).doubles(means);
    table.grow(rows.len())
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

fn variable_name<'a>(about: &About<'a>, variable: u32) -> Option<&'a str> {
    about.variables.get(variable as usize).map(|variable| variable.name.as_str())
}

fn name<'a>(about: &About<'a>, variable: u32) -> Value<'a> {
    Value::Text(variable_name(about, variable))
}

fn station_name(name: &str) -> Option<&str> {
    Some(name).filter(|station| !station.is_empty())
}

fn station(name: &str) -> Value<'_> {
    Value::Text(station_name(name))
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
