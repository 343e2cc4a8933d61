//! The cells at hand in the order of tables, as batches of columns.
//!
//! Nothing is sorted that is in order already: cells go to the series they belong to, whose days mostly were met in order.

use std::borrow::Cow;

use climate::Batch;
use climate::batch::beginning;
use shared::{Day, Slot, Summary};

use crate::cells::DayNumber;
use crate::packed::Packed;

/// Cells as they were met: for each group, which is a station on a day, one for each slot.
pub struct Met<'a> {
    pub slots: &'a [Slot],
    pub groups: &'a [(u32, DayNumber)],
    pub cells: &'a [Packed],
    /// What of some cells is in no [`Packed`].
    pub others: &'a [Summary],
    /// The stations' names.
    pub names: Vec<Cow<'a, str>>,
}

impl<'a> Met<'a> {
    /// The cells with a reading, sorted by key, each key once, in batches of `most`.
    pub fn sorted(self, most: usize) -> impl Iterator<Item = Batch> + 'a {
        let Order { mut cells, named, ends } = self.order();
        let mut start = 0;
        for end in ends.iter().map(|end| *end as usize) {
            let series = &mut cells[start..end];
            if !series.is_sorted_by(|one, other| self.day(*one) < self.day(*other)) {
                series.sort_unstable_by_key(|at| (self.day(*at), *at));
            }
            start = end;
        }
        let (mut at, mut series) = (0, 0);
        std::iter::from_fn(move || {
            let mut batch = Batch::with_capacity(most.min(cells.len() - at));
            while at < cells.len() && !batch.is_full(most) {
                let end = ends[series] as usize;
                if end == at {
                    series += 1;
                    continue;
                }
                let (variable, rank) = (series / named.len(), series % named.len());
                batch.begin(variable as u32, &self.names[named[rank] as usize]);
                while at < end && !batch.is_full(most) {
                    at = self.push(&mut batch, &cells[..end], at);
                }
            }
            (!batch.is_empty()).then_some(batch)
        })
    }

    /// Adds the cell that is `at` in a series, and answers where the next one is.
    #[inline]
    fn push(&self, batch: &mut Batch, series: &[u32], at: usize) -> usize {
        let (day, packed) = (self.day(series[at]), &self.cells[series[at] as usize]);
        let mut next = at + 1;
        let is_alone = series.get(next).is_none_or(|next| self.day(*next) != day);
        if is_alone && let Some((missing, rejected, sums)) = packed.plain() {
            batch.push_sums(day, missing, rejected, &sums);
            return next;
        }
        // Two names may decode to one, and two columns bear one name.
        let mut cell = packed.cell(self.others);
        while let Some(same) = series.get(next).filter(|next| self.day(**next) == day) {
            cell.merge(&self.cells[*same as usize].cell(self.others));
            next += 1;
        }
        batch.push(day, cell);
        next
    }

    /// The day of a cell.
    #[inline]
    fn day(&self, at: u32) -> Option<Day> {
        let (at, slots) = (at as usize, self.slots.len());
        let (group, slot) = if slots == 1 { (at, 0) } else { (at / slots, at % slots) };
        let day = Day::from_number(self.groups[group].1)?;
        self.slots[slot].month.map_or(Some(day), |month| day.first_of(month))
    }

    /// Finds each cell's series.
    fn order(&self) -> Order {
        let (ranks, named) = ranks(&self.names);
        let variables = self.slots.iter().map(|slot| slot.variable + 1).max().unwrap_or(0);
        let series = |group: usize, slot: usize| {
            let name = if self.slots[slot].station.is_some() { slot } else { self.groups[group].0 as usize };
            self.slots[slot].variable * named.len() + ranks[name] as usize
        };
        // Where each series begins, one place further on; then, as cells are put there, where it ends.
        let mut ends = vec![0_u32; variables * named.len() + 1];
        let rows = || self.cells.chunks_exact(self.slots.len().max(1)).enumerate();
        for (group, cells) in rows() {
            for slot in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(slot, _)| slot) {
                ends[series(group, slot) + 1] += 1;
            }
        }
        let mut sum = 0;
        ends.iter_mut().for_each(|end| {
            sum += *end;
            *end = sum;
        });
        let mut order = vec![0; sum as usize];
        for (group, cells) in rows() {
            for slot in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(slot, _)| slot) {
                let place = &mut ends[series(group, slot)];
                order[*place as usize] = (group * self.slots.len() + slot) as u32;
                *place += 1;
            }
        }
        ends.pop();
        Order { cells: order, named, ends }
    }
}

/// The positions of cells, series by series.
struct Order {
    cells: Vec<u32>,
    /// For each rank the position of a name that has it.
    named: Vec<u32>,
    /// Where the series of each variable, and in it of each rank, end among the cells.
    ends: Vec<u32>,
}

/// For each name its rank among all of them, and for each rank a name; equal names share one.
fn ranks(names: &[Cow<'_, str>]) -> (Vec<u32>, Vec<u32>) {
    // Most names differ in their first bytes, and these are compared at once.
    let mut order: Vec<(u128, u32)> = (0..).zip(names).map(|(at, name)| (beginning(name), at)).collect();
    let name = |at: u32| names[at as usize].as_ref();
    order.sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| name(one.1).cmp(name(other.1))));
    let (mut ranks, mut named) = (vec![0; names.len()], Vec::<u32>::with_capacity(names.len()));
    for (_, at) in order {
        if named.last().is_none_or(|last| name(*last) != name(at)) {
            named.push(at);
        }
        ranks[at as usize] = named.len() as u32 - 1;
    }
    (ranks, named)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use shared::{Cell, CellKey};

    use super::*;
    use crate::cells::NO_DAY;

    /// A slot: its variable, whether its column is a station, and its month.
    fn slot() -> impl Strategy<Value = (usize, bool, Option<u8>)> {
        (0..3_usize, any::<bool>(), prop::option::weighted(0.3, 1..=12_u8))
    }

    proptest! {
        /// Every reading is in the cell of its variable, station and day, however groups lie and whichever names are equal.
        #[test]
        fn cells_are_sorted_and_each_key_is_there_once(
            slots in prop::collection::vec(slot(), 1..4), are_stations in any::<bool>(), most in 1..9_usize,
            names in prop::collection::vec("[ab]{0,2}|a name of sixteen[ab]{0,2}", 4),
            days in prop::collection::btree_set((0..4_u32, prop_oneof![Just(NO_DAY), 0..3_i32, 40..90_i32]), 0..30),
            is_shuffled in any::<bool>(),
            readings in prop::collection::vec((0..90_usize, -500..500_i64, 0..4_u8), 0..60),
        ) {
            let slots: Vec<Slot> = slots
                .iter()
                .map(|(variable, is_station, month)| Slot {
                    index: 0,
                    variable: *variable,
                    station: (are_stations && *is_station).then_some(0),
                    month: *month,
                })
                .collect();
            let mut groups: Vec<_> = days.into_iter().collect();
            if is_shuffled {
                groups.sort_by_key(|(station, day)| (day.wrapping_mul(0x9E37_79B9_u32 as i32), *station));
            }
            let (mut others, mut cells) = (Vec::new(), vec![Packed::EMPTY; groups.len() * slots.len()]);
            let mut expected: BTreeMap<CellKey, Cell> = BTreeMap::new();
            for (at, value, kind) in readings {
                let Some(packed) = cells.get_mut(at) else { continue };
                let reading = match kind {
                    0 => shared::Reading::Missing,
                    1 => shared::Reading::Fine { digits: value * 10 + 1, scale: 3 },
                    _ => shared::Reading::Scaled(value),
                };
                packed.add(&reading, &mut others);
                let ((station, day), slot) = (groups[at / slots.len()], at % slots.len());
                let Slot { variable, month, .. } = slots[slot];
                let name = if slots[slot].station.is_some() { slot } else { station as usize };
                let day = Day::from_number(day);
                let day = month.map_or(day, |month| day.and_then(|day| day.first_of(month)));
                let key = CellKey { variable: variable as u32, station: names[name].clone(), day };
                expected.entry(key).or_default().add(&reading);
            }
            let names = names.iter().map(|name| name.as_str().into()).collect();
            let met = Met { slots: &slots, groups: &groups, cells: &cells, others: &others, names };
            let batches: Vec<Batch> = met.sorted(most).collect();
            prop_assert!(batches.iter().all(|batch| (1..=most).contains(&batch.len())));
            let found: Vec<_> = batches.iter().flat_map(|batch| batch.cells().collect::<Vec<_>>()).collect();
            prop_assert_eq!(found.len(), found.iter().map(|(key, _)| key).collect::<BTreeSet<_>>().len());
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
