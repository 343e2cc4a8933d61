//! Tables whose rows are known: what is learned of them is added up here from the numbers that were written.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use process::fold::Fold;
use process::kernel::{Kernel, Stop};
use process::limits::Limits;
use proptest::prelude::*;
use shared::{Cell, CellKey, Decimal, ProcessTask, Summary, TimeFormat};

use crate::cases;
use crate::support::read::{carefully, in_pieces};
use crate::support::shape::{self, ELEMENTS, Kind};
use crate::support::text::{number, quoted, written};

/// Fraction digits of the integers in which the expected sums are kept.
const SCALE: u32 = 18;

/// A reading as it is written, and what it is.
#[derive(Clone, Debug)]
enum Written {
    /// `digits` × 10^-`fraction`, with so many zeros behind it, and perhaps written with an exponent.
    Number {
        digits: i64,
        fraction: u8,
        zeros: u8,
        exponent: bool,
    },
    Missing(&'static str),
    Rejected(&'static str),
}

/// What a reading is: its value × 10^[`SCALE`].
enum Known {
    Value(BigInt),
    Missing,
    Rejected,
}

impl Written {
    fn text(&self, mark: char) -> String {
        let text = match self {
            Written::Missing(text) | Written::Rejected(text) => return (*text).into(),
            Written::Number { digits, fraction, exponent: true, .. } => format!("{digits}e-{fraction}"),
            Written::Number { digits, fraction, zeros, .. } => {
                let zeros = if *fraction == 0 { 0 } else { usize::from(*zeros) };
                number((*digits).into(), (*fraction).into()) + &"0".repeat(zeros)
            }
        };
        text.replace('.', &mark.to_string())
    }

    fn known(&self) -> Known {
        let one = BigInt::from(10).pow(SCALE);
        match self {
            Written::Missing(_) => Known::Missing,
            Written::Rejected(_) => Known::Rejected,
            Written::Number { digits, fraction, .. } => {
                let value = BigInt::from(*digits) * BigInt::from(10).pow(SCALE - u32::from(*fraction));
                // The markers of the task, as numbers.
                let markers = [-one.clone() * 9999, &one * 9999 / 10, -&one * 999_999 / 10_000];
                if markers.contains(&value) {
                    Known::Missing
                } else if value.magnitude() < BigInt::from(10).pow(SCALE + 9).magnitude() {
                    Known::Value(value)
                } else {
                    Known::Rejected
                }
            }
        }
    }
}

fn numbers() -> impl Strategy<Value = Written> {
    let common = (-9_999_i64..10_000, 0_u8..4, 0_u8..3, prop::bool::weighted(0.05));
    let fine = (-999_999_999_999_999_999_i64..=999_999_999_999_999_999, 8_u8..=18, Just(0), Just(false));
    let markers =
        prop::sample::select(&[(-99_990_i64, 1_u8), (9_999, 1), (-999_999, 4), (-9_999_990, 5)][..])
            .prop_map(|(digits, fraction)| (digits, fraction, 1, false));
    prop_oneof![12 => common, 2 => fine, 1 => markers]
        .prop_map(|(digits, fraction, zeros, exponent)| Written::Number { digits, fraction, zeros, exponent })
}

fn reading() -> impl Strategy<Value = Written> {
    prop_oneof![
        8 => numbers(),
        1 => prop::sample::select(&["", "NA", " ", "-9999"][..]).prop_map(Written::Missing),
        1 => prop::sample::select(&["warm", "1e9", "inf", "1.2.3", "-"][..]).prop_map(Written::Rejected),
    ]
}

/// A row: its day, from 1 to 28, or none; its station; readings; in a long table, which element it has.
#[derive(Clone, Debug)]
struct Row {
    day: Option<usize>,
    station: usize,
    readings: Vec<Written>,
    element: usize,
}

fn row() -> impl Strategy<Value = Row> {
    let readings = prop::collection::vec(reading(), 12);
    (prop::option::weighted(0.95, 1_usize..=28), 0_usize..4, readings, 0_usize..4)
        .prop_map(|(day, station, readings, element)| Row { day, station, readings, element })
}

/// How a table is written.
#[derive(Clone, Debug)]
struct Table {
    layout: &'static str,
    scales: Vec<u8>,
    format: TimeFormat,
    delimiter: char,
    crlf: bool,
    quotes: bool,
    last_line_end: bool,
}

fn table() -> impl Strategy<Value = Table> {
    let layout = prop::sample::select(&["rows", "wide", "long", "months"][..]);
    let scales = prop::collection::vec(prop::sample::select(&[1_u8, 0, 2, 6, 15][..]), 3);
    let format = prop::sample::select(days());
    let delimiter = prop::sample::select(&[',', ';', '\t'][..]);
    (layout, scales, 1_usize..=3, format, delimiter, any::<[bool; 3]>()).prop_map(
        |(layout, mut scales, variables, format, delimiter, [crlf, quotes, last_line_end])| {
            scales.truncate(if matches!(layout, "rows" | "long") { variables } else { 1 });
            let format = if layout == "months" { TimeFormat::Year } else { format };
            Table { layout, scales, format, delimiter, crlf, quotes, last_line_end }
        },
    )
}

/// The formats that tell a day, and not only its month.
fn days() -> Vec<TimeFormat> {
    TimeFormat::ALL.into_iter().filter(|format| *format != TimeFormat::YearMonth).collect()
}

const STATIONS: [&str; 4] = ["a", "station with a name", "station with a nome", "Z\u{fc}rich"];
/// The header's names of the columns behind the time; two are the same.
const WIDE_STATIONS: [&str; WIDE] = ["column 1", "column 2", "column 3", "column 3", "column 5"];
const WIDE: usize = 5;

/// Variable, station, day.
type Key = (u32, String, Option<String>);

impl Table {
    fn kinds(&self) -> Vec<Kind> {
        let mut kinds = vec![Kind::Time];
        match self.layout {
            "rows" => {
                kinds.push(Kind::Station);
                kinds.extend((0..self.scales.len()).map(Kind::Value));
                kinds.push(Kind::Other);
            }
            "wide" => kinds.extend([Kind::Value(0); WIDE]),
            "long" => kinds.extend([Kind::Station, Kind::Element, Kind::Value(0)]),
            _ => kinds.extend([&[Kind::Value(0); 12][..], &[Kind::Station]].concat()),
        }
        kinds
    }

    fn task(&self) -> ProcessTask {
        let mut task = shape::task(&self.kinds(), self.layout, &self.scales, self.format);
        task.dialect.delimiter = self.delimiter;
        task.dialect.decimal_mark = self.mark();
        task
    }

    fn mark(&self) -> char {
        if self.delimiter == ';' { ',' } else { '.' }
    }

    fn text(&self, rows: &[Row]) -> Vec<u8> {
        let line_end = if self.crlf { "\r\n" } else { "\n" };
        let lines: Vec<String> = rows.iter().map(|row| self.line(row)).collect();
        let text = lines.join(line_end);
        if self.last_line_end { text + line_end } else { text }.into_bytes()
    }

    /// The digit is an hour's after eight of them, and a fraction's after the point of a spreadsheet's day.
    fn day_with_a_digit_more_is_a_day(&self) -> bool {
        matches!(self.format, TimeFormat::Compact | TimeFormat::SpreadsheetDays)
    }

    fn line(&self, row: &Row) -> String {
        let mut readings = row.readings.iter();
        let fields = self.kinds().into_iter().map(|kind| {
            let text = match (kind, row.day) {
                (Kind::Value(_), _) => readings.next().unwrap().text(self.mark()),
                // Nearly a day, or nothing like one.
                (Kind::Time, None) if row.element == 0 && !self.day_with_a_digit_more_is_a_day() => {
                    written(self.format, 2024, 2, 1 + row.station) + "1"
                }
                (Kind::Time, None) => "x".into(),
                (Kind::Time, Some(day)) if self.layout == "months" => format!("{}", 2000 + day),
                (Kind::Time, Some(day)) => written(self.format, 2024, 2, day),
                (Kind::Station, _) => STATIONS[row.station].into(),
                (Kind::Element, _) => ELEMENTS.get(row.element).copied().unwrap_or("PRCP").into(),
                (Kind::Other, _) => "x".into(),
            };
            if self.quotes { String::from_utf8(quoted(text.as_bytes())).unwrap() } else { text }
        });
        fields.collect::<Vec<_>>().join(&self.delimiter.to_string())
    }

    /// The readings of a row that are read, each with its variable, station and day.
    fn placed<'a>(&self, row: &'a Row) -> Vec<(Key, &'a Written)> {
        let station = STATIONS[row.station].to_owned();
        let day = row.day.map(|day| format!("2024-02-{day:02}"));
        let readings = row.readings.iter().enumerate();
        match self.layout {
            "rows" => readings
                .take(self.scales.len())
                .map(|(variable, reading)| ((variable as u32, station.clone(), day.clone()), reading))
                .collect(),
            "wide" => readings
                .take(WIDE)
                .map(|(at, reading)| ((0, WIDE_STATIONS[at].into(), day.clone()), reading))
                .collect(),
            "long" if row.element < self.scales.len() => {
                vec![((row.element as u32, station, day), &row.readings[0])]
            }
            "long" => Vec::new(),
            _ => {
                let day = |month| row.day.map(|year| format!("{}-{month:02}-01", 2000 + year));
                readings.map(|(at, reading)| ((0, station.clone(), day(at + 1)), reading)).collect()
            }
        }
    }
}

/// The readings of a cell, or of a variable: those used, missing and rejected, the sums of the first and of
/// their squares, the least and the greatest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Expected {
    used: u64,
    missing: u64,
    rejected: u64,
    sum: BigInt,
    squares: BigInt,
    extremes: Option<(BigInt, BigInt)>,
}

impl Expected {
    fn add(&mut self, reading: &Known) {
        match reading {
            Known::Missing => self.missing += 1,
            Known::Rejected => self.rejected += 1,
            Known::Value(value) => {
                self.used += 1;
                self.sum += value;
                self.squares += value * value;
                let (least, greatest) =
                    self.extremes.take().unwrap_or_else(|| (value.clone(), value.clone()));
                self.extremes = Some((least.min(value.clone()), greatest.max(value.clone())));
            }
        }
    }

    /// Compares the sums of the used readings.
    fn compare(&self, summary: &Summary, scale: u8) {
        let decimal = |digits: &BigInt| Decimal::new(digits.clone(), SCALE);
        assert_eq!(summary.count(), self.used);
        assert_eq!(summary.sum(scale), decimal(&self.sum));
        assert_eq!(summary.sum_of_squares(scale), Decimal::new(self.squares.clone(), 2 * SCALE));
        let extremes = self.extremes.as_ref().map(|(least, greatest)| (decimal(least), decimal(greatest)));
        assert_eq!(summary.min(scale).zip(summary.max(scale)), extremes);
    }
}

/// Rows that are used, missing and rejected; the readings of variables and cells.
fn expected(table: &Table, rows: &[Row]) -> ((u64, u64, u64), Vec<Expected>, BTreeMap<Key, Expected>) {
    let (mut account, mut cells) = ((0, 0, 0), BTreeMap::<Key, Expected>::new());
    let mut variables = vec![Expected::default(); table.scales.len()];
    for row in rows {
        let (mut used, mut rejected) = (false, false);
        for (key, reading) in table.placed(row) {
            let known = reading.known();
            used |= matches!(known, Known::Value(_));
            rejected |= matches!(known, Known::Rejected);
            variables[key.0 as usize].add(&known);
            cells.entry(key).or_default().add(&known);
        }
        match (used, rejected) {
            (true, _) => account.0 += 1,
            (false, false) => account.1 += 1,
            (false, true) => account.2 += 1,
        }
    }
    (account, variables, cells)
}

proptest! {
    #![proptest_config(cases(512))]

    /// What is learned of a table is what was written into it.
    #[test]
    fn what_is_learned_is_what_was_written(
        table in table(), rows in prop::collection::vec(row(), 1..60),
        pieces in prop::collection::vec(1_usize..500, 1..4),
        cell_bytes in prop::sample::select(&[0_usize, 2_000, 1 << 20][..]),
    ) {
        let (task, text) = (table.task(), table.text(&rows));
        let limits = Limits { cell_bytes, ..Limits::default() };
        let read = in_pieces(&task, &text, limits, &pieces).unwrap();
        let (account, variables, cells) = expected(&table, &rows);

        let rows_of = &read.partial.account;
        prop_assert_eq!((rows_of.rows_used, rows_of.rows_missing, rows_of.rows_rejected), account);
        prop_assert_eq!(rows_of.rows_read, rows.len() as u64);
        prop_assert_eq!(read.partial.lines, rows.len() as u64);
        let others = rows.iter().filter(|row| table.placed(row).is_empty()).count() as u64;
        prop_assert_eq!(read.partial.rows_of_other_elements, others);
        let without_day = rows.iter().filter(|row| row.day.is_none() && !table.placed(row).is_empty());
        prop_assert_eq!(read.partial.rows_without_day, without_day.count() as u64);

        let scale = |variable: usize| table.scales[variable];
        for (position, (variable, expected)) in read.partial.variables.iter().zip(&variables).enumerate() {
            let readings = &variable.readings;
            prop_assert_eq!(
                (readings.used, readings.missing, readings.rejected),
                (expected.used, expected.missing, expected.rejected)
            );
            expected.compare(&variable.total, scale(position));
        }
        let key = |key: &CellKey| (key.variable, key.station.clone(), key.day.map(|day| day.to_string()));
        let read_cells: BTreeMap<Key, &Cell> = read.cells.iter().map(|(at, cell)| (key(at), cell)).collect();
        prop_assert_eq!(read_cells.keys().collect::<Vec<_>>(), cells.keys().collect::<Vec<_>>());
        for (key, expected) in &cells {
            let cell = read_cells[key];
            prop_assert_eq!((cell.missing, cell.rejected), (expected.missing, expected.rejected));
            expected.compare(&cell.summary, scale(key.0 as usize));
        }
    }

    /// Rows of plain numbers and missing markers never leave the fast path.
    #[test]
    fn clean_rows_take_the_fast_path(table in table(), rows in prop::collection::vec(row(), 1..60)) {
        let table = Table { last_line_end: true, ..table };
        let plain = |reading: &Written| match reading {
            Written::Number { digits, fraction, .. } => Written::Number {
                digits: *digits % 9_000, fraction: *fraction % 18, zeros: 0, exponent: false,
            },
            Written::Missing(text) => Written::Missing(text),
            Written::Rejected(_) => Written::Missing("NA"),
        };
        let rows: Vec<_> = rows.into_iter()
            .map(|row| Row { readings: row.readings.iter().map(plain).collect(), ..row })
            .collect();
        let (task, text) = (table.task(), table.text(&rows));
        let mut fold = Fold::new(&task.dialect, &task.columns, usize::MAX);
        let stop = Kernel::new(&task.dialect, &task.columns, Limits::default()).read(&text, 0, &mut fold);
        prop_assert_eq!(stop, Stop::End);
        prop_assert!(carefully(&task, &text, Limits::default()).rejected.is_empty());
    }
}
