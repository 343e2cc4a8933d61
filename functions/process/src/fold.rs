//! Rows to a Partial: the one place where a row is counted, whichever path read it.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use shared::histogram::Binning;
use shared::{Columns, Day, Decimal, Dialect, Histogram, Partial, Reason, RowAccount, Summary, TimeFormat};

use crate::stations::Stations;

/// A temperature as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// An integer at the plan's scale.
    Scaled(i64),
    /// A number that does not fit the plan's scale.
    Odd(Decimal),
    /// No temperature.
    Missing,
}

/// Collects rows.
pub struct Fold {
    dialect: Dialect,
    binning: Binning,
    has_stations: bool,
    time_format: Option<TimeFormat>,
    lines: u64,
    bytes: u64,
    blank_lines: u64,
    undecodable_rows: u64,
    account: RowAccount,
    rows_without_day: u64,
    rows_in_other_order: u64,
    /// Sums over the rows of no station, where the plan has no station column.
    total: Summary,
    histogram: Histogram,
    stations: Stations,
    days: Days,
}

impl Fold {
    /// For rows with `columns`.
    pub fn new(dialect: &Dialect, columns: &Columns) -> Self {
        Fold {
            dialect: dialect.clone(),
            binning: Binning::new(columns.temperature.scale),
            has_stations: columns.station.is_some(),
            time_format: columns.time.as_ref().map(|column| column.format),
            lines: 0,
            bytes: 0,
            blank_lines: 0,
            undecodable_rows: 0,
            account: RowAccount::default(),
            rows_without_day: 0,
            rows_in_other_order: 0,
            total: Summary::default(),
            histogram: Histogram::default(),
            stations: Stations::default(),
            days: Days::default(),
        }
    }

    /// Position of the station whose name is `text[start..end]`.
    #[inline]
    pub fn station_in(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        self.stations.find(text, start, end)
    }

    /// Counts a row; `station` is the position of its station, and `time` the field of the plan's time column, where
    /// it has them.
    #[inline]
    pub fn row(&mut self, reading: &Reading, station: Option<usize>, time: Option<&[u8]>) {
        let day = time.and_then(|text| self.day(text));
        match reading {
            Reading::Missing => return self.account.missing(1),
            Reading::Scaled(value) => {
                self.histogram.add(self.binning.bin(*value));
                match station {
                    Some(at) => self.stations.summary(at).add(*value),
                    None => self.total.add(*value),
                }
                day.into_iter().for_each(|at| self.days.summaries[at].add(*value));
            }
            Reading::Odd(value) => {
                self.histogram.add_odd(value);
                match station {
                    Some(at) => self.stations.summary(at).add_odd(value),
                    None => self.total.add_odd(value),
                }
                day.into_iter().for_each(|at| self.days.summaries[at].add_odd(value));
            }
        }
        self.account.used(1);
    }

    /// Counts a row that could not be read.
    pub fn rejected(&mut self, reason: Reason) {
        self.account.rejected(reason);
    }

    /// Counts a row, whatever came of it, with bytes that do not decode.
    pub fn undecodable(&mut self) {
        self.undecodable_rows += 1;
    }

    /// Counts text that has been dealt with: its physical lines, those of them that are blank, its bytes.
    pub fn text(&mut self, lines: u64, blank_lines: u64, bytes: u64) {
        self.lines += lines;
        self.blank_lines += blank_lines;
        self.bytes += bytes;
    }

    /// Physical lines dealt with so far.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Position in `days` of the day that `time` begins with.
    #[inline]
    fn day(&mut self, time: &[u8]) -> Option<usize> {
        let format = self.time_format?;
        let time = time.trim_ascii();
        let found = self.days.find(time, format);
        if found.is_none() {
            self.rows_without_day += 1;
            let other = format.other_order().and_then(|other| other.day(time));
            self.rows_in_other_order += u64::from(other.is_some());
        }
        found
    }

    /// What was learned.
    pub fn finish(self) -> Partial {
        let by_station: BTreeMap<String, Summary> = self
            .stations
            .finish()
            .map(|(name, summary)| (self.dialect.decode_name(&name), summary))
            .collect();
        let mut total = self.total;
        if self.has_stations {
            // Every row has a station then, so the sums need not be kept twice.
            by_station.values().for_each(|summary| total.merge(summary));
        }
        Partial {
            lines: self.lines,
            bytes: self.bytes,
            blank_lines: self.blank_lines,
            undecodable_rows: self.undecodable_rows,
            damage: None,
            account: self.account,
            rows_without_day: self.rows_without_day,
            rows_in_other_order: self.rows_in_other_order,
            total,
            histogram: self.histogram,
            by_station,
            by_day: self
                .days
                .positions
                .into_iter()
                .map(|(day, at)| (day, self.days.summaries[at].clone()))
                .collect(),
        }
    }
}

/// Sums by day.
#[derive(Default)]
struct Days {
    positions: HashMap<Day, usize, RandomState>,
    summaries: Vec<Summary>,
    /// The day seen last in ISO 8601 form, and its position: most rows have the day of the row before, and comparing
    /// ten bytes is cheaper than reading a date.
    last: Option<([u8; 10], usize)>,
}

impl Days {
    /// Position of the day that `time`, without blanks around it, begins with.
    #[inline]
    fn find(&mut self, time: &[u8], format: TimeFormat) -> Option<usize> {
        let first = time.first_chunk();
        if let (Some((last, position)), Some(first)) = (&self.last, first)
            && last == first
            // `2024-02-29T…`: an eleventh byte that is a digit would make it another text altogether.
            && time.get(10).is_none_or(|byte| !byte.is_ascii_digit())
        {
            return Some(*position);
        }
        let day = format.day(time)?;
        let position = *self.positions.entry(day).or_insert_with(|| {
            self.summaries.push(Summary::default());
            self.summaries.len() - 1
        });
        // Only the full form has its whole day in ten bytes.
        if let Some(first) = first
            && format == TimeFormat::YearFirst
            && first.iter().filter(|byte| byte.is_ascii_digit()).count() == 8
        {
            self.last = Some((*first, position));
        }
        Some(position)
    }
}
