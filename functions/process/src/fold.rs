//! Rows to a Partial: the one place where a row is counted, whichever path read it.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use crate::frame::Frame;
use foldhash::fast::RandomState;
use shared::histogram::Binning;
use shared::{Columns, Day, Decimal, Histogram, Partial, Reason, RowAccount, Summary, TimeFormat};

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
    binning: Binning,
    time_format: Option<TimeFormat>,
    lines: u64,
    bytes: u64,
    blank_lines: u64,
    account: RowAccount,
    rows_without_day: u64,
    total: Summary,
    histogram: Histogram,
    stations: Groups<Box<str>>,
    days: Groups<Day>,
    last_time: LastTime,
}

impl Fold {
    /// For rows with `columns`.
    pub fn new(columns: &Columns) -> Self {
        Fold {
            binning: Binning::new(columns.temperature.scale),
            time_format: columns.time.as_ref().map(|column| column.format),
            lines: 0,
            bytes: 0,
            blank_lines: 0,
            account: RowAccount::default(),
            rows_without_day: 0,
            total: Summary::default(),
            histogram: Histogram::default(),
            stations: Groups::default(),
            days: Groups::default(),
            last_time: LastTime::default(),
        }
    }

    /// Counts a row; `station` and `time` are the fields of the plan's columns, where it has them.
    #[inline]
    pub fn row(&mut self, reading: &Reading, station: Option<&str>, time: Option<&[u8]>) {
        let station = station.map(|name| self.stations.find(name, || name.into()));
        let day = time.and_then(|text| self.day(text));
        match reading {
            Reading::Missing => return self.account.missing(1),
            Reading::Scaled(value) => {
                self.total.add(*value);
                self.histogram.add(self.binning.bin(*value));
                station.into_iter().for_each(|at| self.stations.summaries[at].add(*value));
                day.into_iter().for_each(|at| self.days.summaries[at].add(*value));
            }
            Reading::Odd(value) => {
                self.total.add_odd(value);
                self.histogram.add_odd(value);
                station.into_iter().for_each(|at| self.stations.summaries[at].add_odd(value));
                day.into_iter().for_each(|at| self.days.summaries[at].add_odd(value));
            }
        }
        self.account.used(1);
    }

    /// Counts all rows of a frame.
    pub fn frame(&mut self, frame: &Frame) {
        let mut stations = frame.station.as_ref().map(|column| column.iter());
        let mut times = frame.time.as_ref().map(|column| column.iter());
        for value in frame.temperature.iter() {
            let station = stations.as_mut().and_then(Iterator::next).flatten();
            let time = times.as_mut().and_then(Iterator::next).flatten().map(str::as_bytes);
            self.row(&value.map_or(Reading::Missing, Reading::Scaled), station, time);
        }
    }

    /// Counts a row that could not be read.
    pub fn rejected(&mut self, reason: Reason) {
        self.account.rejected(reason);
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
        if let Some(known) = self.last_time.position(time) {
            return Some(known);
        }
        let day = self.time_format.and_then(|format| format.day(time));
        let Some(day) = day else {
            self.rows_without_day += 1;
            return None;
        };
        let position = self.days.find(&day, || day);
        if self.time_format == Some(TimeFormat::YearFirst) {
            self.last_time.remember(time, position);
        }
        Some(position)
    }

    /// What was learned.
    pub fn finish(self) -> Partial {
        Partial {
            lines: self.lines,
            bytes: self.bytes,
            blank_lines: self.blank_lines,
            damage: None,
            account: self.account,
            rows_without_day: self.rows_without_day,
            total: self.total,
            histogram: self.histogram,
            by_station: self.stations.finish().map(|(name, summary)| (name.into(), summary)).collect(),
            by_day: self.days.finish().collect::<BTreeMap<_, _>>(),
        }
    }
}

/// Summaries by key.
struct Groups<K> {
    positions: HashMap<K, usize, RandomState>,
    summaries: Vec<Summary>,
}

impl<K> Default for Groups<K> {
    fn default() -> Self {
        Groups { positions: HashMap::default(), summaries: Vec::new() }
    }
}

impl<K: Hash + Eq> Groups<K> {
    #[inline]
    fn find<Q: Hash + Eq + ?Sized>(&mut self, key: &Q, own: impl FnOnce() -> K) -> usize
    where
        K: std::borrow::Borrow<Q>,
    {
        if let Some(position) = self.positions.get(key) {
            return *position;
        }
        self.summaries.push(Summary::default());
        self.positions.insert(own(), self.summaries.len() - 1);
        self.summaries.len() - 1
    }

    fn finish(self) -> impl Iterator<Item = (K, Summary)> {
        let mut summaries = self.summaries;
        self.positions.into_iter().map(move |(key, at)| (key, std::mem::take(&mut summaries[at])))
    }
}

/// The last day seen in ISO 8601 form: most rows have the day of the row before, and comparing ten
/// bytes is cheaper than reading a date.
#[derive(Default)]
struct LastTime {
    text: [u8; 10],
    position: Option<usize>,
}

impl LastTime {
    #[inline]
    fn position(&self, time: &[u8]) -> Option<usize> {
        // `2024-02-29T…`: an eleventh byte that is a digit would make it another text altogether.
        let same = time.get(..10)? == self.text && time.get(10).is_none_or(|byte| !byte.is_ascii_digit());
        if same { self.position } else { None }
    }

    fn remember(&mut self, time: &[u8], position: usize) {
        // Only the full form has its whole day in ten bytes.
        if let Some(text) = time.get(..10)
            && text.iter().filter(|byte| byte.is_ascii_digit()).count() == 8
        {
            self.text.copy_from_slice(text);
            self.position = Some(position);
        }
    }
}
