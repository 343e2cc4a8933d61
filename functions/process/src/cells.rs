//! The cells of a split, as long as there is room: readings by station and day.

use std::borrow::Cow;

use climate::Batch;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use shared::{Columns, Dialect, Reading, Slot, Summary};

use crate::packed::Packed;
use crate::sorted::Met;
use crate::stations::Stations;

/// A day by its [`Day::number`].
pub type DayNumber = i32;
/// No day.
pub const NO_DAY: DayNumber = i32::MIN;

/// The days of rows.
#[derive(Clone, Copy, Debug)]
pub enum Days<'a> {
    /// All rows are of the same one.
    All(DayNumber),
    /// One for each row.
    Each(&'a [DayNumber]),
}

/// The most cells for which memory is set aside before they are there.
const MOST_AT_ONCE: usize = 1 << 17;

/// The cells of the rows so far: for each station and day a group, with a cell for each slot of a row.
pub struct Cells {
    slots: Vec<Slot>,
    has_stations: bool,
    stations: Stations,
    /// For each station, what was met last: most rows have the day of the station's row before.
    last: Vec<Last>,
    groups: Vec<(u32, DayNumber)>,
    /// The position of a group. The last ones are missing until they are looked for: where each day of a station is later
    /// than those before, none ever is.
    positions: HashMap<(u32, DayNumber), u32, RandomState>,
    cells: Vec<Packed>,
    /// What of some cells is in no [`Packed`].
    others: Vec<Summary>,
    /// Readings since there was none.
    readings: u64,
    max_bytes: usize,
}

/// The day that was met last, its group, and the latest day so far.
struct Last {
    day: DayNumber,
    group: u32,
    latest: DayNumber,
}

impl Cells {
    /// For rows with `columns`, until they take about `max_bytes`.
    pub fn new(columns: &Columns, max_bytes: usize) -> Self {
        Cells {
            slots: columns.slots(),
            has_stations: columns.station.is_some(),
            stations: Stations::default(),
            last: Vec::new(),
            groups: Vec::new(),
            positions: HashMap::default(),
            // Room for all of them at once: memory that is never written to costs nothing, and growing would copy it.
            cells: Vec::with_capacity((max_bytes / size_of::<Packed>()).min(MOST_AT_ONCE)),
            others: Vec::new(),
            readings: 0,
            max_bytes,
        }
    }

    /// The places of a row's readings.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Position of the station whose name is `text[start..end]`, blanks around it aside.
    #[inline(always)]
    pub fn station_in(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        self.stations.find(text, start, end)
    }

    /// Position of the first cell of a station, the only one where the file has none, on a day; behind it are those of the
    /// other slots.
    #[inline]
    pub fn first(&mut self, station: usize, day: DayNumber) -> usize {
        self.position(station, day) * self.slots.len()
    }

    /// Counts a reading in the cell at `at`.
    #[inline]
    pub fn add(&mut self, at: usize, reading: &Reading) {
        self.readings += 1;
        self.cells[at].add(reading, &mut self.others);
    }

    /// Positions of the stations whose names are at `spans` of `text`, as [`Self::station_in`] tells each.
    pub fn stations_in(
        &mut self,
        text: &[u8],
        spans: impl Iterator<Item = (usize, usize)>,
        positions: &mut [u32],
    ) {
        self.stations.find_all(text, spans, positions);
    }

    /// Adds integers at the variable's scale, each to the one cell of its station on its day.
    pub fn add_scaled(&mut self, values: &[i64], stations: &[u32], days: Days<'_>) {
        debug_assert_eq!(self.slots.len(), 1);
        self.readings += values.len() as u64;
        let rows = values.iter().zip(stations);
        match days {
            Days::All(day) => rows.for_each(|(value, station)| self.add_one(*value, *station, day)),
            Days::Each(days) => {
                rows.zip(days).for_each(|((value, station), day)| self.add_one(*value, *station, *day));
            }
        }
    }

    #[inline(always)]
    fn add_one(&mut self, value: i64, station: u32, day: DayNumber) {
        let group = self.position(station as usize, day);
        self.cells[group].add_scaled(value, &mut self.others);
    }

    #[inline(always)]
    fn position(&mut self, station: usize, day: DayNumber) -> usize {
        match self.last.get(station) {
            Some(last) if last.day == day => last.group as usize,
            _ => self.other_group(station, day),
        }
    }

    fn other_group(&mut self, station: usize, day: DayNumber) -> usize {
        let new = self.groups.len() as u32;
        let group = match self.last.get(station).map(|last| last.latest) {
            Some(latest) if day <= latest => self.find(station, day).unwrap_or(new),
            _ => new,
        };
        match self.last.get_mut(station) {
            // Stations are numbered as they are found, so this one is new.
            None => self.last.push(Last { day, group, latest: day }),
            Some(last) => *last = Last { day, group, latest: last.latest.max(day) },
        }
        if group == new {
            self.groups.push((station as u32, day));
            self.cells.resize(self.groups.len() * self.slots.len(), Packed::EMPTY);
        }
        group as usize
    }

    /// The group of a station on a day that may have been met before.
    fn find(&mut self, station: usize, day: DayNumber) -> Option<u32> {
        let known = self.positions.len();
        self.positions.extend(self.groups[known..].iter().copied().zip(known as u32..));
        self.positions.get(&(station as u32, day)).copied()
    }

    /// Whether they are to be written to disk before the next row.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.bytes() > self.max_bytes || self.readings >= Packed::MOST_READINGS
    }

    /// About how many bytes they take; values that fit no integer aside.
    fn bytes(&self) -> usize {
        self.cells.len() * size_of::<Packed>()
            + self.others.len() * size_of::<Summary>()
            // As if all of them were to be found: any row may look for one.
            + self.groups.len() * (size_of::<(u32, DayNumber)>() + size_of::<((u32, DayNumber), u32)>() + 6)
            + self.last.len() * size_of::<Last>()
            + self.stations.bytes()
    }

    /// Forgets all of them; the memory stays.
    pub fn clear(&mut self) {
        self.stations.clear();
        self.last.clear();
        self.positions.clear();
        self.groups.clear();
        self.cells.clear();
        self.others.clear();
        self.readings = 0;
    }

    /// The cells with a reading, in the order of tables, each key once, in batches of `most`; names decoded as the dialect
    /// says.
    pub fn sorted<'a>(&'a self, dialect: &'a Dialect, most: usize) -> impl Iterator<Item = Batch> + 'a {
        let Cells { slots, groups, cells, others, .. } = self;
        Met { slots, groups, cells, others, names: self.names(dialect) }.sorted(most)
    }

    /// The stations' names: those of the slots where columns are stations, an empty one where there are none.
    fn names<'a>(&'a self, dialect: &'a Dialect) -> Vec<Cow<'a, str>> {
        let header = |index: usize| dialect.header.get(index).map_or("", String::as_str);
        if self.slots.iter().any(|slot| slot.station.is_some()) {
            let name = |slot: &Slot| slot.station.map_or("", header);
            return self.slots.iter().map(|slot| name(slot).into()).collect();
        }
        if !self.has_stations {
            return vec!["".into()];
        }
        (0..self.stations.len())
            .map(|position| match std::str::from_utf8(self.stations.name(position)) {
                Ok(name) if name.is_ascii() => Cow::Borrowed(name),
                _ => Cow::Owned(dialect.decode_name(self.stations.name(position))),
            })
            .collect()
    }
}
