//! The rows' times: which columns hold them, and how they are written.

use shared::{Finding, TimeColumn, TimeFormat};

use crate::columns;
use crate::listing::quote;
use crate::names::Name;
use crate::records::Record;
use crate::table::Table;

/// Names of the columns that hold a part of a day, run together in lower case.
const YEARS: [&str; 19] = [
    "year", "yr", "yyyy", "yy", "jahr", "année", "annee", "an", "año", "ano", "anno", "rok", "jaar", "vuosi",
    "agno", "anio", "年", "년", "연도",
];
const MONTHS: [&str; 19] = [
    "month", "mo", "mon", "mm", "monat", "mois", "mes", "mês", "mese", "miesiąc", "miesiac", "měsíc",
    "mesic", "maand", "kuukausi", "m", "月", "월", "kk",
];
const DAYS: [&str; 18] = [
    "day", "dy", "dd", "da", "tag", "jour", "día", "dia", "giorno", "dzień", "dzien", "den", "dag", "d",
    "日", "일", "pv", "päivä",
];
const DAYS_OF_YEAR: [&str; 10] =
    ["doy", "yday", "jday", "julian", "dayofyear", "julianday", "jul", "yearday", "juldate", "nday"];

/// Words for a time in the names of columns that hold one, among others.
const WORDS: [&str; 34] = [
    "date",
    "datetime",
    "time",
    "timestamp",
    "datum",
    "data",
    "dátum",
    "fecha",
    "zeit",
    "zeitpunkt",
    "heure",
    "hora",
    "tid",
    "dato",
    "tijd",
    "čas",
    "cas",
    "czas",
    "tarih",
    "unix",
    "epoch",
    "年月日",
    "日時",
    "日付",
    "日期",
    "时间",
    "時間",
    "일시",
    "날짜",
    "время",
    "дата",
    "päivä",
    "päivämäärä",
    "aika",
];

/// Of two orders of day, month and year the one under which the days of following rows lie so many times closer to each
/// other is the right one.
const CLOSER: i64 = 5;
/// Code of the finding that says that the order of day and month is a guess.
const AMBIGUOUS: &str = "ambiguous_date_order";
/// Rows in which times of a day are looked for.
const CLOCK_ROWS: usize = 5;

/// The columns of time whose days are understood: one, or a year and its parts in columns of their own.
pub fn find(table: &Table<'_>, taken: &[usize], findings: &mut Vec<Finding>) -> Option<TimeColumn> {
    let free = |index: &usize| !taken.contains(index);
    let mut named: Vec<usize> = columns::by_name(&table.names, &table.profile.time).filter(free).collect();
    let others = (0..table.names.len()).filter(free).filter(|index| !named.contains(index));
    let others: Vec<usize> =
        others.filter(|index| table.headless || speaks_of_time(&table.names[*index])).collect();
    let told = named.len();
    named.extend(others);
    let parts = Parts::new(table, taken);
    if let Some(time) = told_parts(table, taken) {
        return Some(time);
    }
    // A column called `day` may be part of a date.
    if let Some(time) = parts.date(table) {
        return Some(time);
    }
    for &index in &named {
        let found = match table.profile.time_format {
            Some(format) => fits(&table.rows, index, format).then_some((format, None)),
            None => format(&table.rows, index, has_clock(table)),
        };
        if let Some((format, finding)) = found {
            if format == TimeFormat::SpreadsheetDays && !may_count_days(table, index) {
                continue;
            }
            let (format, finding) = corrected(table, format, finding);
            let guessed = finding.as_ref().is_some_and(|finding| finding.code == AMBIGUOUS);
            findings.extend(finding);
            return Some(TimeColumn { guessed, ..TimeColumn::new(index, table.name(index), format) });
        }
    }
    if let Some(time) = named.iter().find_map(|index| two_formats(table, *index)) {
        return Some(time);
    }
    if let Some(time) = parts.coarser(table) {
        return Some(time);
    }
    if let Some(time) = unnamed(table, taken, &named) {
        return Some(time);
    }
    let first = *named[..told].first()?;
    let mut texts = table.rows.iter().map(|row| table.text(row, first));
    let example = texts.find(|text| !text.is_empty()).unwrap_or_default();
    findings.push(Finding::info(
        "time_not_understood",
        format!(
            "the times in the column {} are not understood, such as {}; there are no figures by day",
            quote(table.name(first)),
            quote(&example)
        ),
        "write times as year-month-day, such as 2024-02-29 13:00",
    ));
    None
}

/// The columns that the profile names, together, where it also says how they are written: `Año`, `Mes` as a year and a month.
fn told_parts(table: &Table<'_>, taken: &[usize]) -> Option<TimeColumn> {
    let format = table.profile.time_format?;
    let free = |index: &usize| !taken.contains(index);
    let columns: Vec<usize> = columns::by_name(&table.names, &table.profile.time).filter(free).collect();
    match columns[..] {
        [year, month] if format == TimeFormat::YearMonth => time(table, [Some(year), Some(month)], format),
        _ => None,
    }
}

/// Whether a name is of a time, or of a year.
pub fn is_named(name: &Name) -> bool {
    speaks_of_time(name) || YEARS.contains(&name.full_key.as_str())
}

/// Whether a name has a word for a time among others: `Date Time, GMT-08:00`, `Formatted Date`.
pub fn speaks_of_time(name: &Name) -> bool {
    name.words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The columns that hold a part of a day, by their names.
struct Parts {
    year: Option<usize>,
    month: Option<usize>,
    day: Option<usize>,
    day_of_year: Option<usize>,
}

impl Parts {
    fn new(table: &Table<'_>, taken: &[usize]) -> Self {
        let find = |names: &[&str]| {
            let is_it = |index: &usize| {
                let name = &table.names[*index];
                let is_one = |word: &str| names.contains(&word);
                let each = !name.words.is_empty() && name.words.iter().all(|word| is_one(word));
                !taken.contains(index) && (is_one(&name.full_key) || each)
            };
            (0..table.names.len()).find(is_it)
        };
        Parts { year: find(&YEARS), month: find(&MONTHS), day: find(&DAYS), day_of_year: find(&DAYS_OF_YEAR) }
    }

    /// A year, a month and a day, or a year and its day.
    fn date(&self, table: &Table<'_>) -> Option<TimeColumn> {
        let year = self.year?;
        let civil = || time(table, [Some(year), self.month, self.day], TimeFormat::YearFirst);
        civil().or_else(|| time(table, [Some(year), self.day_of_year], TimeFormat::YearDay))
    }

    /// A year and a month, or a year alone.
    fn coarser(&self, table: &Table<'_>) -> Option<TimeColumn> {
        let year = self.year?;
        let months = time(table, [Some(year), self.month], TimeFormat::YearMonth);
        months.or_else(|| time(table, [Some(year)], TimeFormat::Year))
    }
}

/// The columns as a time, if all are there and nearly all rows can be read so.
fn time<const N: usize>(
    table: &Table<'_>,
    columns: [Option<usize>; N],
    format: TimeFormat,
) -> Option<TimeColumn> {
    let columns: Vec<usize> = columns.into_iter().collect::<Option<_>>()?;
    let joined = |row: &&Record| {
        let parts: Vec<&[u8]> = columns
            .iter()
            .map(|index| row.fields.get(*index).map_or(&b""[..], |field| field.trim_ascii()))
            .collect();
        parts.join(&b"-"[..])
    };
    let days = table.rows.iter().map(joined).filter(|text| format.day(text).is_some()).count();
    let (index, rest) = columns.split_first()?;
    let name = table.names_of(&columns).join(", ");
    is_nearly_all(days, table.rows.len())
        .then(|| TimeColumn { rest: rest.to_vec(), ..TimeColumn::new(*index, &name, format) })
}

/// A column that writes some days with the year first and others with it last, as spreadsheets do with days before 1900.
fn two_formats(table: &Table<'_>, index: usize) -> Option<TimeColumn> {
    let texts = texts(&table.rows, index);
    let first: Vec<&[u8]> =
        texts.iter().copied().filter(|text| TimeFormat::YearFirst.day(text).is_none()).collect();
    let last = [TimeFormat::MonthFirst, TimeFormat::DayFirst].into_iter().max_by_key(|format| {
        (first.iter().filter(|text| format.day(text).is_some()).count(), *format == TimeFormat::MonthFirst)
    })?;
    let others = first.iter().filter(|text| last.day(text).is_some()).count();
    (others > 0 && others < texts.len() && is_nearly_all(texts.len() - first.len() + others, texts.len()))
        .then(|| TimeColumn {
            also: Some(last),
            ..TimeColumn::new(index, table.name(index), TimeFormat::YearFirst)
        })
}

/// The first column whose name says nothing of a time and that holds dates all the same, none of them numbers.
fn unnamed(table: &Table<'_>, taken: &[usize], named: &[usize]) -> Option<TimeColumn> {
    let mut others = (0..table.names.len()).filter(|index| !taken.contains(index) && !named.contains(index));
    others.find_map(|index| {
        let texts = texts(&table.rows, index);
        let is_number = |text: &&&[u8]| crate::values::is_number(text);
        if texts.iter().any(|text| is_number(&text)) {
            return None;
        }
        let (format, finding) = format(&table.rows, index, has_clock(table))?;
        Some(TimeColumn { guessed: finding.is_some(), ..TimeColumn::new(index, table.name(index), format) })
    })
}

/// Whether numbers of days may stand in the column, and not seconds or a counter: its name is a date's, or they have fractions.
fn may_count_days(table: &Table<'_>, index: usize) -> bool {
    let is_date = |word: &String| {
        ["date", "datetime", "datum", "fecha", "data", "dato", "day"].contains(&word.as_str())
    };
    let has_fraction = |text: &&[u8]| text.contains(&b'.') || text.contains(&b',');
    table.names[index].words.iter().any(is_date) || texts(&table.rows, index).iter().any(has_fraction)
}

/// The other order, where a row further down has refuted the guess.
fn corrected(
    table: &Table<'_>,
    format: TimeFormat,
    finding: Option<Finding>,
) -> (TimeFormat, Option<Finding>) {
    match (table.other_order, format.other_order(), &finding) {
        (true, Some(other), Some(_)) => {
            let day_first = matches!(other, TimeFormat::DayFirst | TimeFormat::DayFirstShort);
            let order = if day_first { "day" } else { "month" };
            let message = format!(
                "the {order} comes first in dates: the head of the file leaves it open, and rows further down show it"
            );
            (other, Some(Finding::info("date_order_found", message, "")))
        }
        _ => (format, finding),
    }
}

/// Whether the head's first rows have times of a day in some column.
fn has_clock(table: &Table<'_>) -> bool {
    table.rows.iter().take(CLOCK_ROWS).any(|row| {
        row.fields.iter().any(|field| {
            let text = field.trim_ascii();
            matches!(text, [b'0'..=b'9', b':', ..] | [b'0'..=b'9', b'0'..=b'9', b':', ..])
        })
    })
}

/// The format of the times in the field `index`, with a finding where it had to be guessed;
/// `None` when no format fits nearly all of them. `has_clock`: whether rows have times of a day, too.
pub fn format(rows: &[&Record], index: usize, has_clock: bool) -> Option<(TimeFormat, Option<Finding>)> {
    let texts = texts(rows, index);
    let fitting = |format: TimeFormat| texts.iter().filter(|text| format.day(text).is_some()).count();
    let counted: Vec<(TimeFormat, usize)> =
        TimeFormat::ALL.into_iter().map(|format| (format, fitting(format))).collect();
    let most = counted.iter().map(|(_, fitting)| *fitting).max().unwrap_or(0);
    if !is_nearly_all(most, texts.len()) {
        return None;
    }
    let (first, _) = *counted.iter().find(|(_, fitting)| *fitting == most)?;
    let orders = counted.iter().filter(|(format, fitting)| *fitting == most && is_of_kind(*format, first));
    let orders: Vec<TimeFormat> = orders.map(|(format, _)| *format).collect();
    if orders.len() == 1 {
        return Some((first, None));
    }
    let has_clock = has_clock || texts.iter().any(|text| text.contains(&b':'));
    if let Some(format) = by_order_of_rows(&texts, &orders, has_clock) {
        return Some((format, None));
    }
    texts.iter().find(|text| first.day(text).is_some()).map(|text| guess(text, &orders))
}

/// Whether two formats differ only in what stands first.
fn is_of_kind(one: TimeFormat, other: TimeFormat) -> bool {
    let kinds: [&[TimeFormat]; 2] = [
        &[TimeFormat::MonthFirst, TimeFormat::DayFirst],
        &[TimeFormat::MonthFirstShort, TimeFormat::DayFirstShort, TimeFormat::YearFirstShort],
    ];
    one == other || kinds.iter().any(|kind| kind.contains(&one) && kind.contains(&other))
}

/// The order under which the days of following rows lie close to each other: times with a clock go on from day to day,
/// and no table goes on from year to year by way of its days. `None` where that does not tell.
fn by_order_of_rows(texts: &[&[u8]], orders: &[TimeFormat], has_clock: bool) -> Option<TimeFormat> {
    let way = |format: TimeFormat| {
        let days = texts.iter().filter_map(|text| format.day(text)).map(|day| i64::from(day.number()));
        let days: Vec<i64> = days.collect();
        days.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<i64>()
    };
    let mut ways: Vec<(i64, TimeFormat)> = orders.iter().map(|format| (way(*format), *format)).collect();
    ways.sort_by_key(|(way, _)| *way);
    let [(shortest, format), (next, other), ..] = ways[..] else { return None };
    let year = |format: TimeFormat| format == TimeFormat::YearFirstShort;
    let tells = has_clock || year(format) != year(other);
    (tells && next > 0 && next >= CLOSER * shortest).then_some(format)
}

/// Whether nearly all times in the field `index` are written as `format` says.
pub fn fits(rows: &[&Record], index: usize, format: TimeFormat) -> bool {
    let texts = texts(rows, index);
    is_nearly_all(texts.iter().filter(|text| format.day(text).is_some()).count(), texts.len())
}

/// Nine in ten: a footer or a repeated header must not cost the whole column.
fn is_nearly_all(part: usize, all: usize) -> bool {
    part > 0 && part * 10 >= all * 9
}

fn texts<'a>(rows: &[&'a Record], index: usize) -> Vec<&'a [u8]> {
    rows.iter()
        .filter_map(|row| row.fields.get(index))
        .map(|field| field.trim_ascii())
        .filter(|text| !text.is_empty())
        .collect()
}

/// No number of the head is above 12, so any could be a month: the separator decides.
fn guess(text: &[u8], orders: &[TimeFormat]) -> (TimeFormat, Option<Finding>) {
    let slash = text.contains(&b'/');
    let month_first =
        |format: &&TimeFormat| matches!(format, TimeFormat::MonthFirst | TimeFormat::MonthFirstShort);
    let day_first = |format: &&TimeFormat| matches!(format, TimeFormat::DayFirst | TimeFormat::DayFirstShort);
    let found = if slash { orders.iter().find(month_first) } else { orders.iter().find(day_first) };
    let format = found.or(orders.first()).copied().unwrap_or(TimeFormat::DayFirst);
    let order = match format {
        TimeFormat::MonthFirst | TimeFormat::MonthFirstShort => "month/day/year",
        TimeFormat::YearFirstShort => "year.month.day",
        _ => "day.month.year",
    };
    let finding = Finding::warning(
        AMBIGUOUS,
        format!(
            "{} may be day or month first; dates are read as {order}",
            quote(&String::from_utf8_lossy(text))
        ),
        "give a profile with time_format month_first or day_first, or write dates as year-month-day",
    );
    (format, Some(finding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_of(values: &[&str]) -> Option<(TimeFormat, bool)> {
        let rows: Vec<Record> = values
            .iter()
            .zip(2..)
            .map(|(value, line)| Record { line, end: 0, fields: vec![value.as_bytes().to_vec()] })
            .collect();
        let found = format(&rows.iter().collect::<Vec<_>>(), 0, false);
        found.map(|(format, finding)| (format, finding.is_some()))
    }

    #[test]
    fn the_time_format_is_the_one_that_fits() {
        use TimeFormat::*;
        for (values, expected) in [
            (&["2024-01-13T00:00", ""][..], Some((YearFirst, false))),
            (&["2010/01/01 00:00:00"], Some((YearFirst, false))),
            (&["20240113"], Some((Compact, false))),
            (&["1/1/1948", "1/13/1948"], Some((MonthFirst, false))),
            (&["1/1/1948", "13/1/1948"], Some((DayFirst, false))),
            (&["1/2/1948"], Some((MonthFirst, true))),
            (&["1.2.1948"], Some((DayFirst, true))),
            (&["13:00", "14:00"], None),
            (&["", ""], None),
            (&["Jan 1", "2024-01-01"], None),
            (&["Mon Sep 28 16:18:02 EDT 2020"], Some((MonthName, false))),
            (&["1598997476.660247"], Some((EpochSeconds, false))),
            (&["1598997476660"], Some((EpochMilliseconds, false))),
            (&["1850/01", "1850/02"], Some((YearMonth, false))),
            (&["063403", "063503"], None),
            (&["19.11.12 10:00", "20.11.12 10:00"], Some((DayFirstShort, false))),
        ] {
            assert_eq!(format_of(values), expected, "{values:?}");
        }
    }

    #[test]
    fn the_order_of_the_rows_tells_day_from_month_and_year() {
        use TimeFormat::*;
        for (values, expected) in [
            // Hours of three days in April.
            (
                &["21.04.08 22:00", "21.04.08 23:00", "21.04.09 00:00", "21.04.10 00:00"][..],
                Some((YearFirstShort, false)),
            ),
            (&["04.08.21 22:00", "04.08.21 23:00", "04.09.21 00:00"], Some((MonthFirstShort, false))),
            (&["08.04.21 22:00", "08.04.21 23:00", "09.04.21 00:00"], Some((DayFirstShort, false))),
            (&["04/08/2021 22:00", "04/09/2021 22:00", "04/10/2021 22:00"], Some((MonthFirst, false))),
            (&["04/08/2021 22:00", "05/08/2021 22:00", "06/08/2021 22:00"], Some((DayFirst, false))),
            // Days or the firsts of months: nothing tells.
            (&["01/01/1990", "02/01/1990", "03/01/1990"], Some((MonthFirst, true))),
        ] {
            assert_eq!(format_of(values), expected, "{values:?}");
        }
    }
}
