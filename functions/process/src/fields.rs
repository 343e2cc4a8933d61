//! What is read of a row, and how: the one place that tells what a field's text is as a reading.

use shared::writing::{Bare, Status};
use shared::{Columns, Decimal, Dialect, Encoding, Reading, Reason, Slot, Unit, Writing};

use crate::elements::Elements;
use crate::missing::Missing;
use crate::number::{Number, Numbers};
use crate::words::Processor;

/// The fields of a row that are read.
pub struct Fields {
    /// The places of its readings.
    pub slots: Vec<Slot>,
    /// The fields of the station and the time.
    pub station: Option<usize>,
    /// The time's; its parts, where they have fields of their own.
    time: Vec<usize>,
    /// In a long table, the field that names the element, and so the one slot of a row.
    pub elements: Option<Elements>,
    values: Vec<Values>,
    /// Whether some value is judged by another field of its row.
    pub judged: bool,
    encoding: Encoding,
    mark: u8,
}

/// How the values of a variable are written.
struct Values {
    /// Fraction digits that the file writes.
    scale: u8,
    /// Those that it leaves to the reader: the digits of its parts of degrees.
    shift: u8,
    numbers: Numbers,
    missing: Missing,
    /// What stands around the numbers, where anything does.
    writing: Option<Writing>,
    unit: Unit,
    status: Option<Status>,
}

impl Fields {
    /// Those of `columns`.
    pub fn new(dialect: &Dialect, columns: &Columns) -> Self {
        let mark = dialect.decimal_mark as u8;
        let values = columns.variables.iter().map(|variable| {
            let (shift, writing) = (variable.writing.shift, &variable.writing);
            let scale = variable.scale.saturating_sub(shift);
            Values {
                scale,
                shift,
                numbers: Numbers::new(mark, scale),
                missing: Missing::new(&variable.missing, scale),
                writing: (!writing.is_bare()).then(|| writing.clone()),
                unit: variable.unit,
                status: writing.status.clone(),
            }
        });
        Fields {
            slots: columns.slots(),
            station: columns.station.as_ref().map(|column| column.index),
            time: columns
                .time
                .iter()
                .flat_map(|column| [&[column.index][..], &column.rest].concat())
                .collect(),
            elements: Elements::new(dialect, columns),
            values: values.collect(),
            judged: columns.variables.iter().any(|variable| variable.writing.status.is_some()),
            encoding: dialect.encoding,
            mark,
        }
    }

    /// The text of a row's time, by what its fields hold; put together in `joined` where it has several.
    #[inline]
    pub fn time<'a>(&self, field: impl Fn(usize) -> &'a [u8], joined: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        match self.time[..] {
            [] => None,
            [only] => Some(field(only)),
            _ => {
                joined.clear();
                for index in &self.time {
                    if !joined.is_empty() {
                        joined.push(b'-');
                    }
                    joined.extend_from_slice(field(*index).trim_ascii());
                }
                Some(joined)
            }
        }
    }

    /// The field of the time, where it has one alone.
    #[inline]
    pub fn only_time(&self) -> Option<usize> {
        match self.time[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether rows have a time.
    pub fn has_time(&self) -> bool {
        !self.time.is_empty()
    }

    /// Replaces `scaled` by the integers at the scale of `variable` that the texts at `spans` are, and `others` by the
    /// positions of those that are none, or missing; with the instructions of `processor`.
    pub fn scaled(
        &self,
        processor: Processor,
        variable: usize,
        text: &[u8],
        spans: impl ExactSizeIterator<Item = (usize, usize)> + Clone,
        scaled: &mut Vec<i64>,
        others: &mut Vec<usize>,
    ) {
        let values = &self.values[variable];
        scaled.clear();
        others.clear();
        if values.writing.is_some() {
            scaled.resize(spans.len(), 0);
            others.extend(0..spans.len());
            return;
        }
        let least = values.numbers.short_ones(processor, text, spans, scaled, others);
        // The least of them tells, as a rule, that none is a marker.
        if values.missing.may_be_scaled(least) {
            let markers = (0..scaled.len()).filter(|at| values.missing.is_scaled(scaled[*at]));
            others.extend(markers);
            others.sort_unstable();
            others.dedup();
        }
    }

    /// The reading in `text[start..end]`, a value of `variable`; `None` where that is neither a number of a common
    /// form nor missing.
    #[inline(always)]
    pub fn common(&self, variable: usize, text: &[u8], start: usize, end: usize) -> Option<Reading> {
        let values = &self.values[variable];
        if values.writing.is_some() {
            let reading = self.reading(variable, &text[start..end]);
            return (!matches!(reading, Reading::Rejected(_))).then_some(reading);
        }
        match values.numbers.read(text, start, end) {
            Some(number) => Some(values.reading(number)),
            None => values.missing.is_text(&text[start..end]).then_some(Reading::Missing),
        }
    }

    /// The reading that `text`, a value of `variable`, is.
    pub fn reading(&self, variable: usize, text: &[u8]) -> Reading {
        let values = &self.values[variable];
        if values.missing.is_text(text) {
            return Reading::Missing;
        }
        let text = match values.writing.as_ref().map(|writing| writing.bare(text, values.unit, self.encoding))
        {
            None => text,
            Some(Bare::Text(text)) if values.missing.is_text(text) => return Reading::Missing,
            Some(Bare::Text(text)) => text,
            Some(Bare::Missing) => return Reading::Missing,
            Some(Bare::Rejected(reason)) => return Reading::Rejected(reason),
        };
        if let Some(number) = values.numbers.plain(text) {
            return values.reading(number);
        }
        match Decimal::parse(text, self.mark) {
            Ok(value) if values.missing.is_number(&value) => Reading::Missing,
            Ok(value) if !value.is_temperature() => Reading::Rejected(Reason::OutOfRange),
            Ok(value) => match value.to_scaled(values.scale) {
                Some(value) => Reading::Scaled(value),
                None => Reading::Odd(Box::new(value.shifted(values.shift))),
            },
            Err(reason) => Reading::Rejected(reason),
        }
    }

    /// The reading of a value of `variable` once the field beside it was looked at, which tells its quality.
    pub fn judge<'a>(&self, variable: usize, reading: Reading, field: impl Fn(usize) -> &'a [u8]) -> Reading {
        match &self.values[variable].status {
            Some(status) if reading != Reading::Missing => match status.verdict(field(status.index)) {
                Some(Bare::Missing) => Reading::Missing,
                Some(Bare::Rejected(reason)) => Reading::Rejected(reason),
                _ => reading,
            },
            _ => reading,
        }
    }
}

impl Values {
    #[inline]
    fn reading(&self, number: Number) -> Reading {
        match number {
            Number::Scaled(value) if self.missing.is_scaled(value) => Reading::Missing,
            Number::Scaled(value) => Reading::Scaled(value),
            Number::Fine { digits, scale } if self.missing.is_fine(digits, scale) => Reading::Missing,
            Number::Fine { digits, scale } => Reading::Fine { digits, scale: scale + self.shift },
        }
    }
}
