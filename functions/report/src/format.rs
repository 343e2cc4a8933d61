//! Numbers and texts for people: rounded, grouped, cut. Programs read the statistics file instead.

use std::fmt;

use askama::filters::{Escaper, Html};
use shared::{Decimal, shown};

/// Most fraction digits that people are shown.
const MAX_PLACES: usize = 6;
/// From this magnitude on, numbers are written with an exponent.
const EXPONENT_FROM: f64 = 1e12;
/// Most characters of a name from the file.
const NAME_CHARS: usize = 120;
/// Most things that a sentence names.
pub const NAMES: usize = 10;

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    group(&number.to_string())
}

/// A number of things, such as `1 row` or `2,000 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `value` with `places` fraction digits, thousands grouped, and a true minus sign.
pub fn number(value: f64, places: usize) -> String {
    if value.abs() >= EXPONENT_FROM {
        return format!("{value:.3e}").replace('-', "−");
    }
    let text = format!("{:.*}", places.min(MAX_PLACES), value.abs());
    let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mark = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{mark}{fraction}", group(whole))
}

/// An exact value with at least `places` fraction digits, and all it has as far as people care.
pub fn decimal(value: &Decimal, places: usize) -> String {
    number(value.to_f64(), places.max(value.scale() as usize))
}

/// `part` of `whole` in percent; says neither 0 % nor 100 % of what is not quite.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    match percent {
        _ if part == whole => "100 %".to_owned(),
        ..0.1 => "< 0.1 %".to_owned(),
        99.9.. => "> 99.9 %".to_owned(),
        _ => format!("{percent:.1} %"),
    }
}

/// `1234567` bytes as `1.2 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return counted(bytes, "byte", "bytes");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would be written as 1000.0.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A name from the file, on one line and cut short.
pub fn name(text: &str) -> String {
    excerpt(text, NAME_CHARS)
}

/// Names from the file for a sentence: `“a”`, `“a” and “b”`, and of more than [`NAMES`] the first.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    listed(names.into_iter().map(|text| format!("“{}”", name(text))))
}

/// Things for a sentence, of more than [`NAMES`] the first: `a`, `a and b`, `a, b and c`, `a, b and 3 more`.
pub fn listed(things: impl IntoIterator<Item = String>) -> String {
    let mut things = things.into_iter();
    let mut named: Vec<String> = things.by_ref().take(NAMES).collect();
    let last = match things.count() {
        0 => named.pop(),
        more => Some(format!("{} more", count(more as u64))),
    };
    match last {
        Some(last) if named.is_empty() => last,
        Some(last) => format!("{} and {last}", named.join(", ")),
        None => String::new(),
    }
}

/// `text` on one line, cut after `chars` characters.
pub fn excerpt(text: &str, chars: usize) -> String {
    shown::cut(text, chars)
}

/// What the templates write texts through: markup is escaped as HTML wants it, and what cannot be seen has its
/// stand-in, whoever forgot to ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: fmt::Write>(&self, dest: W, text: &str) -> fmt::Result {
        if text.chars().any(|c| shown::stand_in(c).is_some()) {
            return Html.write_escaped_str(dest, &shown::line(text));
        }
        Html.write_escaped_str(dest, text)
    }
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(number(-1234.567, 1), "−1,234.6");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(11.0, 0), "11");
        assert_eq!(number(-1e300, 2), "−1.000e300");
        assert_eq!(decimal(&Decimal::new(-40, 1), 1), "−4.0");
        assert_eq!(decimal(&Decimal::new(2125, 2), 1), "21.25");
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }

    #[test]
    fn shares_do_not_hide_a_few_rows() {
        assert_eq!(share(0, 0), "0 %");
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(1, 1_000_000), "< 0.1 %");
        assert_eq!(share(999_999, 1_000_000), "> 99.9 %");
        assert_eq!(share(7, 7), "100 %");
    }

    #[test]
    fn sizes_are_decimal() {
        let sizes = [1, 999, 1000, 999_949, 999_950, 548_000_000].map(size);
        assert_eq!(sizes, ["1 byte", "999 bytes", "1.0 kB", "999.9 kB", "1.0 MB", "548.0 MB"]);
    }

    #[test]
    fn a_sentence_names_a_few() {
        assert_eq!(names([]), "");
        assert_eq!(names(["a"]), "“a”");
        assert_eq!(names(["a", "b", "c"]), "“a”, “b” and “c”");
        let many: Vec<String> = (0..1012).map(|name| name.to_string()).collect();
        assert!(names(many.iter().map(String::as_str)).ends_with("“8”, “9” and 1,002 more"));
        assert!(names(many[..10].iter().map(String::as_str)).ends_with("“8” and “9”"));
    }

    #[test]
    fn excerpts_are_one_line_of_whole_characters() {
        assert_eq!(excerpt("a\tb\r\nc", 200), "a⇥b⏎⏎c");
        assert_eq!(excerpt("äöü", 2), "äö…");
        assert_eq!(excerpt("äö", 2), "äö");
    }
}
