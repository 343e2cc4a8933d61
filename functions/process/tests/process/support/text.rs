//! The text of a split: rows that fit its table, and anything else between them.

use shared::{Encoding, ProcessTask, TimeFormat};

use super::shape::{ELEMENTS, Kind, MISSING};
use super::source::Source;

/// The longest text, in bytes: some windows of the index.
const MAX_TEXT: usize = 16_000;

const MARKS: [&[u8]; 12] =
    [b",", b";", b"\"", b"\n", b"\r", b"\r\n", b" ", b"\"\"", b"\",\"", b"\n\"", b"\t", b"\"\r\n"];
const NUMBERS: [&str; 24] = [
    "0",
    "-0",
    "3.",
    ".5",
    "+7.25",
    "007",
    "1e2",
    "1E-2",
    "-25e-1",
    "1e-151",
    "1e300",
    "1e400",
    "inf",
    "warm",
    "-",
    ".",
    "1.2.3",
    "999999999.9",
    "1000000000",
    "99999999999",
    "-99.99990",
    "-9999.0",
    "9999e-1",
    "12345678901234567890",
];
const NAMES: [&[u8]; 10] = [
    b"a",
    b"b",
    b"Z\xC3\xBCrich",
    b"Z\xFCrich",
    b"M\xE5",
    b"\xEF\xBB\xBF",
    b"",
    b"station with one",
    b"station with one more",
    b"station with one mora\0",
];

/// The text that `source` tells, for a table of such columns.
pub fn any(source: &mut Source<'_>, task: &ProcessTask, kinds: &[Kind]) -> Vec<u8> {
    let quotes_stay = task.split.only || source.once_in(8);
    let crlf = source.once_in(4);
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let (mut text, mut last_row) = (Vec::new(), Vec::new());
    while !source.is_empty() && text.len() < MAX_TEXT {
        let delimiter = task.dialect.delimiter as u8;
        match source.byte() % 16 {
            0..=7 => {
                last_row = row(source, task, kinds);
                last_row.extend_from_slice(end);
                text.extend_from_slice(&last_row);
            }
            // Enough of them to fill windows of the index.
            8 => text.extend(last_row.repeat(source.below(256))),
            9 => text.extend_from_slice(source.pick(&MARKS)),
            10 => text.extend_from_slice(&field(source, task, Kind::Value(0))),
            11 => text.extend_from_slice(&field(source, task, Kind::Time)),
            12 => text.extend_from_slice(source.pick(&NAMES)),
            13 => {
                let some = 1 + source.below(6);
                text.extend_from_slice(source.bytes(some));
            }
            14 => text.extend_from_slice(end),
            _ => text.push(delimiter),
        }
    }
    if !quotes_stay {
        text.iter_mut().filter(|byte| **byte == b'"').for_each(|byte| *byte = b'\'');
    }
    text
}

/// A row without its line end.
fn row(source: &mut Source<'_>, task: &ProcessTask, kinds: &[Kind]) -> Vec<u8> {
    let quotes = source.byte();
    let fields = kinds.iter().enumerate().map(|(index, kind)| {
        let field = field(source, task, *kind);
        // All fields, or some, or none.
        if quotes % 8 == 7 || quotes % 8 == 6 && quotes >> (index % 6) & 1 == 0 {
            // What stands behind the closing quote belongs to the field, too.
            let behind =
                if source.once_in(32) { source.pick(&[&b"\r"[..], b"\rx", b" ", b"x"]) } else { &b""[..] };
            [&quoted(&field)[..], behind].concat()
        } else {
            field
        }
    });
    fields.collect::<Vec<_>>().join(&(task.dialect.delimiter as u8))
}

/// A field in quotes.
pub fn quoted(field: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for byte in field {
        text.extend(std::iter::repeat_n(*byte, if *byte == b'"' { 2 } else { 1 }));
    }
    text.push(b'"');
    text
}

/// A field of that kind, or of no kind at all.
fn field(source: &mut Source<'_>, task: &ProcessTask, kind: Kind) -> Vec<u8> {
    let field = match kind {
        Kind::Value(variable) => {
            let scale = task.columns.variables[variable % task.columns.variables.len()].scale;
            value(source, task.dialect.decimal_mark, scale).into_bytes()
        }
        Kind::Time => match &task.columns.time {
            Some(time) => self::time(source, time.format).into_bytes(),
            None => Vec::new(),
        },
        Kind::Station => source.pick(&NAMES).to_vec(),
        Kind::Element => match source.below(8) {
            known @ 0..6 => encoded(ELEMENTS[known % ELEMENTS.len()], task.dialect.encoding),
            other => [&b"PRCP"[..], b"T\xE9"][other - 6].to_vec(),
        },
        Kind::Other => source.pick(&[&b""[..], b"1.5", b"x", b"l\xE5"]).to_vec(),
    };
    match source.byte() {
        0..=235 => field,
        236..=245 => [b" ", &field[..], b"\t"].concat(),
        246..=249 => [&field[..], b"\r"].concat(),
        250..=252 => Vec::new(),
        _ => source.pick(&MARKS).to_vec(),
    }
}

fn encoded(name: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => name.as_bytes().to_vec(),
        // Of Windows-1252, the first 256 characters of Unicode but for a few are bytes.
        _ => name.chars().map(|character| character as u8).collect(),
    }
}

/// A value of a variable of that scale, as a rule.
fn value(source: &mut Source<'_>, mark: char, scale: u8) -> String {
    let text = match source.byte() {
        0..=159 => number(source.number(2) as i128 - 20_000, scale.into()),
        160..=183 => {
            let fraction = source.below(19);
            let digits = i128::from(source.number(8)) % 10_i128.pow(18);
            number(if source.once_in(2) { -digits } else { digits }, fraction)
        }
        // Finer than the scale by zeros alone, or not.
        184..=207 => {
            let zeros = source.below(6);
            format!("{}{}", number(source.number(2) as i128, usize::from(scale) + 1), "0".repeat(zeros))
        }
        208..=223 => {
            let exponent = source.below(9) as i32 - 4;
            format!("{}e{exponent}", number(source.number(2) as i128 - 20_000, 2))
        }
        224..=239 => source.pick(&MISSING).to_owned(),
        _ => source.pick(&NUMBERS).to_owned(),
    };
    text.replace('.', &mark.to_string())
}

/// `digits` × 10^-`fraction`, written plainly.
pub fn number(digits: i128, fraction: usize) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let all = format!("{:0width$}", digits.unsigned_abs(), width = fraction + 1);
    let (whole, rest) = all.split_at(all.len() - fraction);
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A day as the format writes it, as a rule.
fn time(source: &mut Source<'_>, format: TimeFormat) -> String {
    let (year, month, day) =
        (source.pick(&[2024, 2023, 1, 9999]), source.pick(&[2, 1, 12]), 1 + source.below(31));
    let (format, tail) = match source.below(16) {
        0..=8 => (format, ""),
        9 => (format, "T13:00:00Z"),
        10 => (format, " 1:00"),
        11 => (format, "12"),
        12 => (format.other_order().unwrap_or(format), ""),
        13 => return "x".into(),
        14 => return format!("{year}-{month}-{day}"),
        _ => (format, " "),
    };
    format!("{}{tail}", written(format, year, month, day))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Noon of a day in seconds of the epoch; the test's own calendar.
fn seconds(year: usize, month: usize, day: usize) -> i64 {
    let is_leap =
        |year: usize| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days_of = |month: usize| match month {
        2 => 28 + usize::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: usize = (1970..year).map(|year| 365 + usize::from(is_leap(year))).sum();
    let days = years + (1..month).map(days_of).sum::<usize>() + day - 1;
    days as i64 * 86_400 + 43_200
}

/// A day as the format writes it.
pub fn written(format: TimeFormat, year: usize, month: usize, day: usize) -> String {
    match format {
        TimeFormat::YearFirst => format!("{year:04}-{month:02}-{day:02}"),
        TimeFormat::Compact => format!("{year:04}{month:02}{day:02}"),
        TimeFormat::MonthFirst => format!("{month}/{day}/{year:04}"),
        TimeFormat::DayFirst => format!("{day:02}.{month:02}.{year:04}"),
        TimeFormat::MonthFirstShort => format!("{month}/{day}/{:02}", year % 100),
        TimeFormat::DayFirstShort => format!("{day:02}.{month:02}.{:02}", year % 100),
        TimeFormat::YearFirstShort => format!("{:02}.{month:02}.{day:02}", year % 100),
        TimeFormat::MonthName => format!("{day} {} {year:04}", MONTHS[month - 1]),
        // Noon of the day.
        TimeFormat::EpochSeconds => format!("{}", seconds(year, month, day)),
        TimeFormat::EpochMilliseconds => format!("{}000", seconds(year, month, day)),
        TimeFormat::SpreadsheetDays => format!("{}.5", seconds(year, month, day) / 86_400 + 25_569),
        TimeFormat::EpochMicroseconds => format!("{}000000", seconds(year, month, day)),
        TimeFormat::EpochNanoseconds => format!("{}000000000", seconds(year, month, day)),
        TimeFormat::YearMonth => format!("{year:04}-{month:02}"),
        TimeFormat::YearDay => {
            format!("{year:04}-{:03}", (seconds(year, month, day) - seconds(year, 1, 1)) / 86_400 + 1)
        }
        TimeFormat::Year => format!("{year:04}"),
    }
}
