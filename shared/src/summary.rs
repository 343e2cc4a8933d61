//! Mergeable sums of temperatures: count, Σx, Σx², minimum and maximum, all exact.

use num_bigint::BigInt;
use serde::{Deserialize, Serialize};

use crate::decimal::{Decimal, power_of_ten};
use crate::rounding;

/// Sums over temperatures scaled to integers by the plan's scale. Merging is associative and
/// commutative, so neither splits nor their order leave a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    count: u64,
    sum: i128,
    sum_of_squares: i128,
    /// `i64::MAX` while there is no value.
    min: i64,
    /// `i64::MIN` while there is no value.
    max: i64,
    /// What did not fit the integers above; almost always absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    odd: Option<Box<Odd>>,
}

/// Values that do not fit the plan's scale, and what overflowed an `i128`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Odd {
    count: u64,
    sum: Decimal,
    sum_of_squares: Decimal,
    extremes: Option<(Decimal, Decimal)>,
    /// Part of Σx² of the scaled values, in squared scaled units.
    overflow: Decimal,
}

impl Default for Summary {
    fn default() -> Self {
        Summary { count: 0, sum: 0, sum_of_squares: 0, min: i64::MAX, max: i64::MIN, odd: None }
    }
}

impl Summary {
    /// Adds one scaled value, at most [`crate::scaled::MAX_SCALED`] in magnitude.
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.count += 1;
        self.sum += i128::from(value);
        self.add_squares(i128::from(value) * i128::from(value));
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Adds a value that does not fit the plan's scale.
    pub fn add_odd(&mut self, value: &Decimal) {
        let odd = self.odd.get_or_insert_default();
        odd.count += 1;
        odd.sum = odd.sum.plus(value);
        odd.sum_of_squares = odd.sum_of_squares.plus(&value.squared());
        odd.widen(value, value);
    }

    #[inline]
    fn add_squares(&mut self, squares: i128) {
        match self.sum_of_squares.checked_add(squares) {
            Some(sum) => self.sum_of_squares = sum,
            None => {
                let odd = self.odd.get_or_insert_default();
                odd.overflow = odd.overflow.plus(&Decimal::new(self.sum_of_squares, 0));
                self.sum_of_squares = squares;
            }
        }
    }

    /// Adds the values of `other`, which must have the same scale.
    pub fn merge(&mut self, other: &Summary) {
        self.count += other.count;
        self.sum += other.sum;
        self.add_squares(other.sum_of_squares);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        if let Some(theirs) = &other.odd {
            let odd = self.odd.get_or_insert_default();
            odd.count += theirs.count;
            odd.sum = odd.sum.plus(&theirs.sum);
            odd.sum_of_squares = odd.sum_of_squares.plus(&theirs.sum_of_squares);
            odd.overflow = odd.overflow.plus(&theirs.overflow);
            if let Some((min, max)) = &theirs.extremes {
                odd.widen(min, max);
            }
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count + self.odd.as_ref().map_or(0, |odd| odd.count)
    }

    /// The least value; `None` without values. `scale` is the plan's.
    pub fn min(&self, scale: u8) -> Option<Decimal> {
        let odd = self.odd.as_ref().and_then(|odd| odd.extremes.as_ref()).map(|(min, _)| min.clone());
        let scaled = (self.count > 0).then(|| Decimal::new(self.min, scale.into()));
        scaled.into_iter().chain(odd).min()
    }

    /// The greatest value; `None` without values. `scale` is the plan's.
    pub fn max(&self, scale: u8) -> Option<Decimal> {
        let odd = self.odd.as_ref().and_then(|odd| odd.extremes.as_ref()).map(|(_, max)| max.clone());
        let scaled = (self.count > 0).then(|| Decimal::new(self.max, scale.into()));
        scaled.into_iter().chain(odd).max()
    }

    /// The arithmetic mean, correctly rounded; `None` without values. `scale` is the plan's.
    pub fn mean(&self, scale: u8) -> Option<f64> {
        if self.count() == 0 {
            return None;
        }
        let sum = self.sum(scale);
        let denominator = power_of_ten(sum.scale()) * self.count();
        Some(rounding::ratio(&sum.digits_at(sum.scale()), denominator.magnitude()))
    }

    /// The sample standard deviation, sqrt((Σx² − (Σx)²/n) / (n − 1)), correctly rounded; `None`
    /// with fewer than two values. `scale` is the plan's.
    pub fn std(&self, scale: u8) -> Option<f64> {
        let count = self.count();
        if count < 2 {
            return None;
        }
        let (sum, squares) = (self.sum(scale), self.sum_of_squares(scale));
        // Both as integers: Σx at scale s, Σx² at scale 2s.
        let common = sum.scale().max(squares.scale().div_ceil(2));
        let sum = sum.digits_at(common);
        let numerator = squares.digits_at(2 * common) * count - &sum * &sum;
        let denominator = power_of_ten(2 * common) * (BigInt::from(count) * (count - 1));
        Some(rounding::sqrt_ratio(numerator.magnitude(), denominator.magnitude()))
    }

    fn sum(&self, scale: u8) -> Decimal {
        let scaled = Decimal::new(self.sum, scale.into());
        self.odd.as_ref().map_or(scaled.clone(), |odd| scaled.plus(&odd.sum))
    }

    fn sum_of_squares(&self, scale: u8) -> Decimal {
        let scale = 2 * u32::from(scale);
        let scaled = Decimal::new(self.sum_of_squares, scale);
        match &self.odd {
            None => scaled,
            Some(odd) => {
                let overflow = Decimal::new(odd.overflow.digits_at(0), scale);
                scaled.plus(&overflow).plus(&odd.sum_of_squares)
            }
        }
    }
}

impl Odd {
    fn widen(&mut self, min: &Decimal, max: &Decimal) {
        self.extremes = Some(match self.extremes.take() {
            None => (min.clone(), max.clone()),
            Some((low, high)) => (low.min(min.clone()), high.max(max.clone())),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scaled::MAX_SCALED;

    fn summary(values: &[i64]) -> Summary {
        let mut summary = Summary::default();
        values.iter().for_each(|value| summary.add(*value));
        summary
    }

    /// NIST Statistical Reference Datasets, univariate: NumAcc1, and NumAcc4 by its generating rule.
    /// Certified: mean 10000002, standard deviation 1; mean 10000000.2, standard deviation 0.1.
    #[test]
    fn nist_certified_values_come_out_to_the_last_digit() {
        let one = summary(&[10_000_001, 10_000_003, 10_000_002]);
        assert_eq!((one.mean(0), one.std(0)), (Some(10_000_002.0), Some(1.0)));
        let mut four = vec![100_000_002];
        four.extend([100_000_001, 100_000_003].repeat(500));
        let four = summary(&four);
        assert_eq!((four.mean(1), four.std(1)), (Some(10_000_000.2), Some(0.1)));
    }

    #[test]
    fn few_values_have_no_deviation_and_no_values_no_mean() {
        assert_eq!(summary(&[]).mean(0), None);
        assert_eq!(summary(&[]).min(0), None);
        assert_eq!(summary(&[5]).std(0), None);
        assert_eq!(summary(&[5, 5]).std(0), Some(0.0));
    }

    #[test]
    fn squares_beyond_128_bits_stay_exact() {
        let mut large = Summary::default();
        for _ in 0..40 {
            let mut part = summary(&[MAX_SCALED, -MAX_SCALED]);
            for _ in 0..21 {
                let copy = part.clone();
                part.merge(&copy);
            }
            large.merge(&part);
        }
        assert_eq!(large.mean(0), Some(0.0));
        let n = large.count() as f64;
        let expected = MAX_SCALED as f64 * (n / (n - 1.0)).sqrt();
        assert!((large.std(0).unwrap() / expected - 1.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn a_value_counts_the_same_scaled_or_odd(values in prop::collection::vec(-100_000_i64..100_000, 0..40), odd in prop::collection::vec(any::<bool>(), 40)) {
            let plain = summary(&values);
            let mut mixed = Summary::default();
            for (value, odd) in values.iter().zip(odd) {
                if odd { mixed.add_odd(&Decimal::new(*value, 2)) } else { mixed.add(*value) }
            }
            prop_assert_eq!(plain.count(), mixed.count());
            prop_assert_eq!(plain.mean(2), mixed.mean(2));
            prop_assert_eq!(plain.std(2), mixed.std(2));
            prop_assert_eq!(plain.min(2), mixed.min(2));
            prop_assert_eq!(plain.max(2), mixed.max(2));
        }

        #[test]
        fn merging_is_adding(a in prop::collection::vec(any::<i32>(), 0..30), b in prop::collection::vec(any::<i32>(), 0..30)) {
            let wide = |v: &[i32]| v.iter().map(|x| i64::from(*x)).collect::<Vec<_>>();
            let (a, b) = (wide(&a), wide(&b));
            let (mut left, mut right) = (summary(&a), summary(&b));
            let (old_left, old_right) = (left.clone(), right.clone());
            left.merge(&old_right);
            right.merge(&old_left);
            prop_assert_eq!(&left, &right);
            prop_assert_eq!(left, summary(&[a, b].concat()));
        }
    }
}
