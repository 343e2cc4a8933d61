//! A histogram of bounded size, merged by addition, and quantiles from it.
//!
//! Bins are 0.01 units wide. Where more than [`MAX_OCCUPIED`] of them hold a value, ten neighbours become one, again and
//! again, until they do not: the width is the finest of 0.01, 0.1, 1, 10, … with at most that many occupied bins. The
//! variables of a file share that number, down to [`MIN_OCCUPIED`] each.
//!
//! That rule says nothing about order, and neither does the answer depend on it. A bin of one width lies within one bin of
//! the next, so counts can be put together early or late. And a part has at most as many occupied bins as the whole,
//! at every width: when a part is too fine, so is the whole, and no part is ever made coarser than the whole must be.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::decimal::Decimal;
use crate::scaled::{POWERS_OF_TEN, TEMPERATURE_LIMIT};

/// Decimal places of the finest bins' centres: these bins are 0.01 units wide.
pub const PLACES: u32 = 2;
/// The most bins that may hold a value.
pub const MAX_OCCUPIED: usize = 1 << 17;
/// The least share of them that a variable has.
pub const MIN_OCCUPIED: usize = 1 << 14;
/// Bins that are kept in dense pages: at the finest width they cover about -300 to 500 units.
const WINDOW: std::ops::Range<i64> = -30 * PAGE..50 * PAGE;
/// Bins of a page, which is allocated with the first value in it.
const PAGE: i64 = 1 << 10;
/// No temperature lies beyond these of the finest bins, on either side.
const OUTERMOST: i64 = TEMPERATURE_LIMIT * POWERS_OF_TEN[PLACES as usize];
/// At 10^8 of the finest bins each, all bins there are number fewer than [`MIN_OCCUPIED`].
const MAX_LEVEL: u8 = 8;

/// Counts of values by bin. Of the finest bins, bin `k` holds the values nearest to `k`/100, halves rounded up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// The most bins that may hold a value.
    most: usize,
    /// A bin spans 10^`level` of the finest ones: bin `k` holds these from `k` × 10^`level` on.
    level: u8,
    /// Bins with a count above zero.
    occupied: usize,
    /// Counts of the bins of [`WINDOW`], by page; an empty one holds no value.
    pages: Vec<Box<[u64]>>,
    outside: BTreeMap<i64, u64>,
}

/// How a scaled value finds its bin; made once per plan.
#[derive(Clone, Copy, Debug)]
pub struct Binning {
    multiplier: i64,
    divisor: i64,
}

impl Binning {
    /// For values scaled by 10^`scale`.
    pub fn new(scale: u8) -> Self {
        let places = PLACES as u8;
        Binning {
            multiplier: POWERS_OF_TEN[usize::from(places.saturating_sub(scale))],
            divisor: POWERS_OF_TEN[usize::from(scale.saturating_sub(places))],
        }
    }

    /// The finest bin whose centre is nearest to the scaled `value`, halves rounded up.
    #[inline]
    pub fn bin(self, value: i64) -> i64 {
        if self.divisor == 1 {
            value * self.multiplier
        } else {
            (value + self.divisor / 2).div_euclid(self.divisor)
        }
    }
}

/// An occupied bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// The first of the finest bins in it: the values begin half a hundredth below `first`/100.
    pub first: i64,
    /// Values in it.
    pub count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram::with_room(MAX_OCCUPIED)
    }
}

impl Histogram {
    /// The histogram of one of so many variables.
    pub fn one_of(variables: usize) -> Self {
        Histogram::with_room((MAX_OCCUPIED / variables.max(1)).max(MIN_OCCUPIED))
    }

    fn with_room(most: usize) -> Self {
        Histogram { most, level: 0, occupied: 0, pages: Vec::new(), outside: BTreeMap::new() }
    }

    /// Counts one value in the finest bin `bin`; see [`Binning::bin`].
    #[inline]
    pub fn add(&mut self, bin: i64) {
        self.add_times(bin, 1);
    }

    /// Counts `count` values, not 0, in the finest bin `bin`.
    #[inline]
    pub fn add_times(&mut self, bin: i64, count: u64) {
        let bin = if self.level == 0 { bin } else { bin.div_euclid(self.span()) };
        self.add_here(bin, count);
    }

    /// Counts a value that does not fit the plan's scale.
    pub fn add_odd(&mut self, value: &Decimal) {
        self.add(value.nearest_bin(PLACES).clamp(-OUTERMOST, OUTERMOST));
    }

    /// Adds to a bin of the width at hand.
    #[inline]
    fn add_here(&mut self, bin: i64, count: u64) {
        let offset = bin.wrapping_sub(WINDOW.start) as usize;
        let page = self.pages.get_mut(offset / PAGE as usize);
        match page.and_then(|page| page.get_mut(offset % PAGE as usize)) {
            Some(known) if *known > 0 => *known += count,
            _ => self.add_new(bin, count),
        }
    }

    /// Adds to a bin that perhaps holds no value yet, and has no place.
    #[cold]
    fn add_new(&mut self, bin: i64, count: u64) {
        let known = if WINDOW.contains(&bin) {
            let offset = (bin - WINDOW.start) as usize;
            self.pages.resize_with(((WINDOW.end - WINDOW.start) / PAGE) as usize, Box::default);
            let page = &mut self.pages[offset / PAGE as usize];
            if page.is_empty() {
                *page = vec![0; PAGE as usize].into();
            }
            &mut page[offset % PAGE as usize]
        } else {
            self.outside.entry(bin).or_default()
        };
        let new = *known == 0;
        *known += count;
        if new && count > 0 {
            self.occupied += 1;
            if self.occupied > self.most && self.level < MAX_LEVEL {
                self.coarsen(self.level + 1);
            }
        }
    }

    /// Puts bins together until they have at least the width of `level`, and few enough of them are occupied.
    #[cold]
    fn coarsen(&mut self, level: u8) {
        let coarser = Histogram { level, ..Histogram::with_room(self.most) };
        let finer = std::mem::replace(self, coarser);
        finer.bins().for_each(|bin| self.add_bin(bin));
    }

    /// Adds a bin that is at most as wide as the bins here.
    fn add_bin(&mut self, bin: Bin) {
        self.add_here(bin.first.div_euclid(self.span()), bin.count);
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Histogram) {
        if other.level > self.level {
            self.coarsen(other.level);
        }
        other.bins().for_each(|bin| self.add_bin(bin));
    }

    /// How many of the finest bins a bin spans.
    pub fn span(&self) -> i64 {
        POWERS_OF_TEN[usize::from(self.level)]
    }

    /// Width of a bin in units: 0.01, 0.1, 1, 10, ….
    pub fn width(&self) -> Decimal {
        Decimal::new(self.span(), PLACES)
    }

    /// The occupied bins in order.
    pub fn bins(&self) -> impl Iterator<Item = Bin> + '_ {
        let span = self.span();
        self.occupied_here().map(move |(bin, count)| Bin { first: bin * span, count })
    }

    /// The occupied bins in order, by their index at the width at hand.
    fn occupied_here(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        let first = |page: usize| WINDOW.start + page as i64 * PAGE;
        let inside = self
            .pages
            .iter()
            .enumerate()
            .flat_map(move |(page, counts)| (first(page)..).zip(counts.iter().copied()));
        let lower = self.outside.range(..WINDOW.start).map(|(bin, count)| (*bin, *count));
        let upper = self.outside.range(WINDOW.end..).map(|(bin, count)| (*bin, *count));
        lower.chain(inside.filter(|(_, count)| *count > 0)).chain(upper)
    }

    /// Number of values counted.
    pub fn count(&self) -> u64 {
        self.bins().map(|bin| bin.count).sum::<u64>()
    }

    /// The quantile at `percent` in units, by linear interpolation between order statistics
    /// (Hyndman and Fan's type 7, the default of NumPy and R). A value counts as its bin's centre: within half of
    /// [`Self::width`], and exact for values with at most two decimals in the finest bins. `None` without values.
    pub fn quantile(&self, percent: u64) -> Option<f64> {
        let last = u128::from(self.count().checked_sub(1)?);
        let hundredths = last * u128::from(percent);
        let (rank, weight) = ((hundredths / 100) as u64, (hundredths % 100) as i128);
        let low = self.order_statistic(rank)?;
        let high = if weight == 0 { low } else { self.order_statistic(rank + 1)? };
        Some((low * (100 - weight) + high * weight) as f64 / 20_000.0)
    }

    /// The centre of the bin of the value with `rank` smaller ones, in two-hundredths of a unit.
    fn order_statistic(&self, rank: u64) -> Option<i128> {
        let mut seen = 0;
        self.bins().find_map(|bin| {
            seen += bin.count;
            (rank < seen).then(|| 2 * i128::from(bin.first) + i128::from(self.span() - 1))
        })
    }
}

/// Serde form: only the occupied bins, by their index at the width at hand.
#[derive(Serialize, Deserialize)]
struct Sparse {
    most: usize,
    level: u8,
    bins: Vec<(i64, u64)>,
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sparse { most: self.most, level: self.level, bins: self.occupied_here().collect() }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sparse = Sparse::deserialize(deserializer)?;
        let (most, level, bins) = (sparse.most, sparse.level, sparse.bins.len());
        let is_far = |(bin, _): &(i64, u64)| !(-OUTERMOST..=OUTERMOST).contains(bin);
        if level > MAX_LEVEL || most > MAX_OCCUPIED || bins > most || sparse.bins.iter().any(is_far) {
            return Err(de::Error::custom(format!("not a histogram: {bins} bins of level {level}")));
        }
        let mut histogram = Histogram { level, ..Histogram::with_room(most) };
        sparse.bins.into_iter().for_each(|(bin, count)| histogram.add_here(bin, count));
        Ok(histogram)
    }
}

#[cfg(test)]
#[path = "histogram_tests.rs"]
mod tests;
