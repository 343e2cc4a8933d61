//! Rows to cells: the one place where a row and its readings are counted, whichever path read them.

use climate::{Batch, Limits};
use shared::histogram::Binning;
use shared::scaled::POWERS_OF_TEN;
use shared::{
    Cell, Columns, Day, DayOrder, Dialect, Layout, Partial, Reading, Reason, Slot, TimeFormat,
    VariablePartial,
};

use crate::cells::{Cells, DayNumber, Days, NO_DAY};
use crate::days::Known;
use crate::tally::Tally;

/// Collects rows.
pub struct Fold {
    dialect: Dialect,
    time_format: Option<TimeFormat>,
    /// The format of the days that are not written so.
    other_format: Option<TimeFormat>,
    /// Whether the order of day and month was guessed, and a row has shown that it is the other one.
    guessed: bool,
    refuted: bool,
    /// How values of each variable find their bins.
    binnings: Vec<Binning>,
    /// The same for values of any number of fraction digits.
    fine_binnings: Vec<Binning>,
    /// For each variable, how many readings of it a row holds that cannot be taken apart.
    readings_per_row: Vec<u64>,
    known: Known,
    order: Order,
    cells: Cells,
    /// Values of rows with one reading, and which one it is, that are not in its histogram yet.
    tally: Tally,
    tally_slot: Option<Slot>,
    /// What was learned but for the cells and the tally at hand.
    partial: Partial,
}

impl Fold {
    /// For rows with `columns`; `cell_bytes` is about how much memory their cells may take.
    pub fn new(dialect: &Dialect, columns: &Columns, cell_bytes: usize) -> Self {
        let cells = Cells::new(columns, cell_bytes);
        let variables = columns.variables.len();
        let mut readings_per_row = vec![0; variables];
        // Of a long table's row, only its element could tell.
        if !matches!(columns.layout, Layout::Long { .. }) {
            cells.slots().iter().for_each(|slot| readings_per_row[slot.variable] += 1);
        }
        Fold {
            dialect: dialect.clone(),
            time_format: columns.time.as_ref().map(|column| column.format),
            other_format: columns.time.as_ref().and_then(|column| column.also),
            guessed: columns.time.as_ref().is_some_and(|column| column.guessed),
            refuted: false,
            binnings: columns.variables.iter().map(|variable| Binning::new(variable.scale)).collect(),
            fine_binnings: (0..POWERS_OF_TEN.len() as u8).map(Binning::new).collect(),
            readings_per_row,
            known: Known::default(),
            order: Order::default(),
            cells,
            tally: Tally::default(),
            tally_slot: None,
            partial: Partial::new(variables),
        }
    }

    /// Position of the station whose name is `text[start..end]`, blanks around it aside.
    #[inline(always)]
    pub fn station_in(&mut self, text: &[u8], start: usize, end: usize) -> usize {
        self.cells.station_in(text, start, end)
    }

    /// Positions of the stations whose names are at `spans` of `text`.
    pub fn stations_in(
        &mut self,
        text: &[u8],
        spans: impl Iterator<Item = (usize, usize)>,
        positions: &mut [u32],
    ) {
        self.cells.stations_in(text, spans, positions);
    }

    /// Counts a row with the readings of the slots from `first_slot` on. `station` is the position of its station,
    /// and `time` the field of the plan's time column, where it has them. Answers why the row is rejected, if it is.
    #[inline]
    pub fn row(
        &mut self,
        first_slot: usize,
        readings: &[Reading],
        station: Option<usize>,
        time: Option<&[u8]>,
    ) -> Option<Reason> {
        let day = time.map_or(NO_DAY, |text| self.day(text));
        self.order.add(day);
        let cell = self.cells.first(station.unwrap_or_default(), day) + first_slot;
        let (mut used, mut rejected) = (false, None);
        for (at, reading) in (cell..).zip(readings) {
            self.cells.add(at, reading);
            match reading {
                Reading::Missing => continue,
                Reading::Rejected(reason) => {
                    rejected = rejected.or(Some(*reason));
                    continue;
                }
                _ => used = true,
            }
        }
        for (slot, reading) in (first_slot..).zip(readings) {
            let variable = self.cells.slots()[slot].variable;
            let histogram = &mut self.partial.variables[variable].histogram;
            match reading {
                Reading::Scaled(value) => histogram.add(self.binnings[variable].bin(*value)),
                Reading::Fine { digits, scale } => {
                    histogram.add(self.fine_binnings[usize::from(*scale)].bin(*digits));
                }
                Reading::Odd(value) => histogram.add_odd(value),
                Reading::Missing | Reading::Rejected(_) => {}
            }
        }
        if used {
            self.partial.account.used(1);
            return None;
        }
        match rejected {
            None => self.partial.account.missing(1),
            Some(reason) => self.partial.account.rejected(reason),
        }
        rejected
    }

    /// Counts rows whose only reading is one of `values`, integers at the variable's scale. `stations` are as many positions,
    /// 0 where the file has none.
    pub fn scaled_rows(&mut self, slot: Slot, values: &[i64], stations: &[u32], days: Days<'_>) {
        self.cells.add_scaled(values, stations, days);
        self.order.add_all(days);
        if !self.tally.take_room(values.len()) {
            self.add_tally();
            self.tally.take_room(values.len());
        }
        self.tally_slot = Some(slot);
        let binning = &self.binnings[slot.variable];
        let histogram = &mut self.partial.variables[slot.variable].histogram;
        self.tally.add(values, |value| histogram.add(binning.bin(value)));
        self.partial.account.used(values.len() as u64);
    }

    /// Adds what was tallied to its histogram.
    fn add_tally(&mut self) {
        let Some(Slot { variable, .. }) = self.tally_slot.take() else { return };
        let histogram = &mut self.partial.variables[variable].histogram;
        for (value, count) in self.tally.take() {
            histogram.add_times(self.binnings[variable].bin(value), count);
        }
    }

    /// Counts a row of a long table whose element is no variable.
    pub fn other_element(&mut self) {
        self.partial.account.missing(1);
        self.partial.rows_of_other_elements += 1;
    }

    /// Counts a row that could not be taken apart.
    pub fn rejected(&mut self, reason: Reason) {
        self.partial.account.rejected(reason);
        for (variable, readings) in self.partial.variables.iter_mut().zip(&self.readings_per_row) {
            variable.readings.rejected(*readings);
        }
    }

    /// Counts a row, whatever came of it, with bytes that do not decode.
    pub fn undecodable(&mut self) {
        self.partial.undecodable_rows += 1;
    }

    /// Counts text that has been dealt with: its physical lines, those of them that are blank, its bytes.
    pub fn text(&mut self, lines: u64, blank_lines: u64, bytes: u64) {
        self.partial.lines += lines;
        self.partial.blank_lines += blank_lines;
        self.partial.bytes += bytes;
    }

    /// Counts a line that is no row but a remark, or the header once more.
    pub fn note(&mut self, bytes: u64) {
        self.partial.notes += 1;
        self.text(1, 0, bytes);
    }

    /// Physical lines dealt with so far.
    pub fn lines(&self) -> u64 {
        self.partial.lines
    }

    /// The days that the times at `spans` of `text` begin with; `each` takes them where they are not all the same.
    // Not inlined: the loops have the registers for themselves.
    #[inline(never)]
    pub fn days_in<'a>(
        &mut self,
        text: &[u8],
        spans: impl ExactSizeIterator<Item = (usize, usize)> + Clone,
        each: &'a mut Vec<DayNumber>,
    ) -> Days<'a> {
        if let Some(day) = self.known.all_in(text, spans.clone()) {
            return Days::All(day);
        }
        each.clear();
        each.extend(spans.map(|(start, end)| {
            self.known.last_in(text, start, end).unwrap_or_else(|| self.day(&text[start..end]))
        }));
        Days::Each(each)
    }

    /// The day that `time` begins with.
    #[inline]
    pub fn day(&mut self, time: &[u8]) -> DayNumber {
        match self.known.last(time) {
            Some(day) => day,
            None => self.other_day(time),
        }
    }

    fn other_day(&mut self, time: &[u8]) -> DayNumber {
        let Some(format) = self.time_format else { return NO_DAY };
        let time = time.trim_ascii();
        if let Some(day) = self.known.find(time, format) {
            return day;
        }
        if let Some(day) = self.other_format.and_then(|format| format.day(time)) {
            return day.number();
        }
        self.partial.rows_without_day += 1;
        let other = format.other_order().and_then(|other| other.day(time));
        self.partial.rows_in_other_order += u64::from(other.is_some());
        self.refuted |= self.guessed && other.is_some();
        NO_DAY
    }

    /// Whether the order of day and month is another than the one that was guessed.
    pub fn is_order_refuted(&self) -> bool {
        self.refuted
    }

    /// Whether the cells are to be taken before the next row.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.cells.is_full()
    }

    /// Hands the cells at hand to `write`, in the order of tables, and goes on without them.
    ///
    /// # Errors
    /// That of `write`.
    pub fn take_cells<T, E>(
        &mut self,
        write: impl FnOnce(&mut dyn Iterator<Item = Batch>) -> Result<T, E>,
    ) -> Result<T, E> {
        let variables = &mut self.partial.variables;
        let mut sorted = self.cells.sorted(&self.dialect, Limits::default().batch).inspect(|batch| {
            for series in batch.series() {
                if let Some(variable) = variables.get_mut(series.variable as usize) {
                    count(variable, &series.total());
                }
            }
        });
        let written = write(&mut sorted)?;
        // Every cell counts, whether it was taken or not.
        sorted.for_each(drop);
        self.cells.clear();
        Ok(written)
    }

    /// What was learned, once the cells were taken.
    pub fn finish(mut self) -> Partial {
        self.add_tally();
        self.partial.order = self.order.finish();
        self.partial
    }
}

/// Adds cells to the account and the total of its variable.
fn count(variable: &mut VariablePartial, cell: &Cell) {
    variable.readings.used(cell.summary.count());
    variable.readings.missing(cell.missing);
    variable.readings.rejected(cell.rejected);
    variable.total.merge(&cell.summary);
}

/// The order of the rows by their days, as [`DayOrder`] has it.
#[derive(Clone, Copy, Debug)]
struct Order {
    first: DayNumber,
    last: DayNumber,
    later: u64,
    earlier: u64,
    example: Option<(DayNumber, DayNumber)>,
}

impl Default for Order {
    fn default() -> Self {
        Order { first: NO_DAY, last: NO_DAY, later: 0, earlier: 0, example: None }
    }
}

impl Order {
    /// Counts a row; one without a day is as if it were not there.
    #[inline]
    fn add(&mut self, day: DayNumber) {
        if day != self.last && day != NO_DAY {
            self.step(day);
        }
    }

    /// Counts rows; mostly all have the day of the row before.
    fn add_all(&mut self, days: Days<'_>) {
        let days = match days {
            Days::All(day) => return self.add(day),
            Days::Each(days) => days,
        };
        if days.iter().fold(0, |differing, day| differing | (day ^ self.last)) != 0 {
            days.iter().for_each(|day| self.add(*day));
        }
    }

    fn step(&mut self, day: DayNumber) {
        if self.last == NO_DAY {
            self.first = day;
        } else if day > self.last {
            self.later += 1;
        } else {
            self.earlier += 1;
            self.example.get_or_insert((day, self.last));
        }
        self.last = day;
    }

    fn finish(self) -> DayOrder {
        let pair = |(one, other)| Day::from_number(one).zip(Day::from_number(other));
        DayOrder {
            ends: pair((self.first, self.last)),
            later: self.later,
            earlier: self.earlier,
            example: self.example.and_then(pair),
        }
    }
}
