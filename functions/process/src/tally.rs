//! How often each value came, as long as they are counted by themselves and not by their bins.
//!
//! A histogram's bins are a hundredth wide, so that tenths lie ten bins apart, each in a line of the processor's cache of
//! its own; here those of a whole file fit the cache.

use std::ops::Range;

/// The integers that are counted here: tenths from -204.8 to 614.3.
const VALUES: Range<i64> = -2048..6144;

/// Counts of integers near 0.
#[derive(Debug, Default)]
pub struct Tally {
    /// By value, from the first of [`VALUES`] on; empty before there is one.
    counts: Vec<u32>,
    /// Values in it.
    total: u32,
}

impl Tally {
    /// Takes room for so many more values; `false` where a count might run over with them, until all are taken out.
    pub fn take_room(&mut self, more: usize) -> bool {
        if self.counts.is_empty() {
            self.counts.resize((VALUES.end - VALUES.start) as usize, 0);
        }
        let total = u32::try_from(more).ok().and_then(|more| self.total.checked_add(more));
        self.total = total.unwrap_or(self.total);
        total.is_some()
    }

    /// Counts `values`, for which there is room, but for those that are not counted here: these are told to `other`.
    pub fn add(&mut self, values: &[i64], mut other: impl FnMut(i64)) {
        let counts = &mut self.counts[..];
        for value in values {
            match counts.get_mut(value.wrapping_sub(VALUES.start) as usize) {
                Some(count) => *count += 1,
                None => other(*value),
            }
        }
    }

    /// The values that were counted, and how often each; all are forgotten.
    pub fn take(&mut self) -> impl Iterator<Item = (i64, u64)> + use<> {
        self.total = 0;
        let counts = std::mem::take(&mut self.counts);
        VALUES.zip(counts).filter(|(_, count)| *count > 0).map(|(value, count)| (value, count.into()))
    }
}
