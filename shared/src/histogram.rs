//! A histogram with bins of 0.01 units, merged by addition, and quantiles from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::{Decimal, POWERS_OF_TEN};

/// Decimal places of a bin's centre: bins are 0.01 units wide.
pub const PLACES: u32 = 2;
/// Bins of the dense window, which covers -300.00 to 500.00 units.
const WINDOW: std::ops::Range<i64> = -30_000..50_000;
/// Bins outside of ±100 000.00 units are only counted as below or above: this bounds the memory.
const LIMIT: i64 = 10_000_000;

/// Counts of values by bin of 0.01 units. Bin `k` holds the values nearest to `k`/100.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Counts of the bins of [`WINDOW`], allocated with the first value.
    window: Vec<u64>,
    outside: BTreeMap<i64, u64>,
    below: u64,
    above: u64,
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

    /// The bin whose centre is nearest to the scaled `value`, halves rounded up.
    #[inline]
    pub fn bin(self, value: i64) -> i64 {
        if self.divisor == 1 {
            value * self.multiplier
        } else {
            (value + self.divisor / 2).div_euclid(self.divisor)
        }
    }
}

impl Histogram {
    /// Counts one value in `bin`.
    #[inline]
    pub fn add(&mut self, bin: i64) {
        self.add_many(bin, 1);
    }

    /// Counts a value that does not fit the plan's scale.
    pub fn add_odd(&mut self, value: &Decimal) {
        self.add_many(value.nearest_bin(PLACES), 1);
    }

    #[inline]
    fn add_many(&mut self, bin: i64, count: u64) {
        if WINDOW.contains(&bin) {
            if self.window.is_empty() {
                self.window = vec![0; (WINDOW.end - WINDOW.start) as usize];
            }
            self.window[(bin - WINDOW.start) as usize] += count;
        } else if bin < -LIMIT {
            self.below += count;
        } else if bin > LIMIT {
            self.above += count;
        } else {
            *self.outside.entry(bin).or_default() += count;
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Histogram) {
        for (bin, count) in other.bins() {
            self.add_many(bin, count);
        }
        self.below += other.below;
        self.above += other.above;
    }

    /// The occupied bins in order, with their counts; bin `k` stands for `k`/100 units.
    pub fn bins(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        let inside = self.window.iter().zip(WINDOW).map(|(count, bin)| (bin, *count));
        let lower = self.outside.range(..WINDOW.start).map(|(bin, count)| (*bin, *count));
        let upper = self.outside.range(WINDOW.end..).map(|(bin, count)| (*bin, *count));
        lower.chain(inside.filter(|(_, count)| *count > 0)).chain(upper)
    }

    /// Number of values counted.
    pub fn count(&self) -> u64 {
        self.below + self.above + self.bins().map(|(_, count)| count).sum::<u64>()
    }

    /// The quantile at `percent` in units, by linear interpolation between order statistics
    /// (Hyndman and Fan's type 7, the default of NumPy and R). Exact for values with at most two
    /// decimals, else within half a bin. `None` without values, or where the quantile lies beyond
    /// ±100 000 units.
    pub fn quantile(&self, percent: u64) -> Option<f64> {
        let last = u128::from(self.count().checked_sub(1)?);
        let hundredths = last * u128::from(percent);
        let (rank, weight) = ((hundredths / 100) as u64, (hundredths % 100) as i64);
        let low = self.order_statistic(rank)?;
        let high = if weight == 0 { low } else { self.order_statistic(rank + 1)? };
        Some((low * (100 - weight) + high * weight) as f64 / 10_000.0)
    }

    /// The bin of the value with `rank` smaller ones.
    fn order_statistic(&self, rank: u64) -> Option<i64> {
        let mut seen = self.below;
        if rank < seen {
            return None;
        }
        self.bins().find_map(|(bin, count)| {
            seen += count;
            (rank < seen).then_some(bin)
        })
    }
}

/// Serde form: only the occupied bins.
#[derive(Serialize, Deserialize)]
struct Sparse {
    below: u64,
    above: u64,
    bins: Vec<(i64, u64)>,
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sparse { below: self.below, above: self.above, bins: self.bins().collect() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sparse = Sparse::deserialize(deserializer)?;
        let mut histogram = Histogram { below: sparse.below, above: sparse.above, ..Histogram::default() };
        for (bin, count) in sparse.bins {
            histogram.add_many(bin, count);
        }
        Ok(histogram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(scale: u8, values: &[i64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.add(Binning::new(scale).bin(*value)));
        histogram
    }

    /// Expected values: `numpy.quantile([1, 2, 3, 4, 10], [.01, .25, .5, .75, .99])`.
    #[test]
    fn quantiles_are_those_of_numpy() {
        let histogram = histogram(0, &[10, 3, 1, 4, 2]);
        let quantiles: Vec<_> = [1, 25, 50, 75, 99].map(|p| histogram.quantile(p).unwrap()).into();
        assert_eq!(quantiles, [1.04, 2.0, 3.0, 4.0, 9.76]);
        assert_eq!(Histogram::default().quantile(50), None);
    }

    #[test]
    fn bins_are_a_hundredth_wide_and_their_centres_are_multiples() {
        let bins = |scale, value| Binning::new(scale).bin(value);
        assert_eq!(bins(1, 214), 2140);
        assert_eq!(bins(3, 21_404), 2140);
        assert_eq!(bins(3, 21_405), 2141);
        assert_eq!(bins(3, -21_405), -2140);
        assert_eq!(Decimal::new(21_405, 3).nearest_bin(PLACES), 2141);
        assert_eq!(Decimal::new(-21_405, 3).nearest_bin(PLACES), -2140);
    }

    #[test]
    fn values_far_outside_are_counted_and_merged() {
        let mut all = histogram(0, &[-200_000, 20, 200_000, 90_000]);
        all.merge(&histogram(0, &[-1_000]));
        assert_eq!(all.count(), 5);
        assert_eq!(all.quantile(0), None);
        assert_eq!(all.quantile(50), Some(20.0));
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Histogram>(&text).unwrap(), all);
    }
}
