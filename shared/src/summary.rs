//! Mergeable sums of temperatures: count, Σx, Σx², minimum and maximum, all exact.

use num_bigint::BigInt;
use serde::{Deserialize, Serialize};

use crate::decimal::{Decimal, power_of_ten};
use crate::rounding;

/// Sums over temperatures scaled to integers by the plan's scale. Merging is associative and
/// commutative, so neither splits nor their order leave a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The values that are integers at the plan's scale.
    pub scaled: Sums,
    /// The others, and what overflowed; almost always absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odd: Option<Box<Odd>>,
}

/// Sums over integers of one scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Number of values.
    pub count: u64,
    /// Σx.
    pub sum: i128,
    /// Σx², but what overflowed.
    pub sum_of_squares: i128,
    /// The least; `i64::MAX` while there is no value.
    pub min: i64,
    /// The greatest; `i64::MIN` while there is no value.
    pub max: i64,
}

/// Values that do not fit the plan's scale, and what overflowed an `i128`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Odd {
    /// Integers at finer scales, by their scale.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fine: Vec<(u8, Sums)>,
    count: u64,
    sum: Decimal,
    sum_of_squares: Decimal,
    extremes: Option<(Decimal, Decimal)>,
    /// Part of Σx² of the scaled values, in squared scaled units.
    overflow: Decimal,
}

impl Default for Sums {
    fn default() -> Self {
        Sums { count: 0, sum: 0, sum_of_squares: 0, min: i64::MAX, max: i64::MIN }
    }
}

impl Sums {
    /// Adds a value, and answers what Σx² cannot take.
    #[inline]
    #[must_use]
    fn add(&mut self, value: i64) -> Option<i128> {
        self.count += 1;
        self.sum += i128::from(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.add_squares(i128::from(value) * i128::from(value))
    }

    #[inline]
    fn add_squares(&mut self, squares: i128) -> Option<i128> {
        match self.sum_of_squares.checked_add(squares) {
            Some(sum) => {
                self.sum_of_squares = sum;
                None
            }
            None => Some(std::mem::replace(&mut self.sum_of_squares, squares)),
        }
    }

    #[must_use]
    fn merge(&mut self, other: &Sums) -> Option<i128> {
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.add_squares(other.sum_of_squares)
    }

    /// The least and the greatest value.
    fn extremes(&self, scale: u8) -> Option<(Decimal, Decimal)> {
        let value = |digits| Decimal::new(digits, scale.into());
        (self.count > 0).then(|| (value(self.min), value(self.max)))
    }
}

impl Summary {
    /// Adds one value at the plan's scale.
    #[inline]
    pub fn add(&mut self, value: i64) {
        if let Some(squares) = self.scaled.add(value) {
            self.overflow(squares);
        }
    }

    /// Adds `digits` × 10^-`scale`, a value with more fraction digits than the plan's scale.
    pub fn add_fine(&mut self, digits: i64, scale: u8) {
        self.odd.get_or_insert_default().merge_fine(scale, |sums| sums.add(digits));
    }

    /// Adds a value that does not fit any integer.
    pub fn add_odd(&mut self, value: &Decimal) {
        let odd = self.odd.get_or_insert_default();
        odd.count += 1;
        odd.sum = odd.sum.plus(value);
        odd.sum_of_squares = odd.sum_of_squares.plus(&value.squared());
        odd.widen(value, value);
    }

    #[cold]
    fn overflow(&mut self, squares: i128) {
        let odd = self.odd.get_or_insert_default();
        odd.overflow = odd.overflow.plus(&Decimal::new(squares, 0));
    }

    /// Adds the values of `other`, which must have the same scale.
    pub fn merge(&mut self, other: &Summary) {
        if let Some(squares) = self.scaled.merge(&other.scaled) {
            self.overflow(squares);
        }
        if let Some(theirs) = &other.odd {
            self.odd.get_or_insert_default().merge(theirs);
        }
    }

    /// Number of values.
    #[inline]
    pub fn count(&self) -> u64 {
        self.scaled.count + self.odd.as_ref().map_or(0, |odd| odd.count())
    }

    /// The most fraction digits that a value may have: `scale`, the plan's, unless finer ones came. `None` if there is a
    /// value that fits no integer.
    pub fn finest_scale(&self, scale: u8) -> Option<u8> {
        let Some(odd) = &self.odd else { return Some(scale) };
        let finest = odd.fine.last().map_or(scale, |(fine, _)| scale.max(*fine));
        (odd.count == 0).then_some(finest)
    }

    /// The least value; `None` without values. `scale` is the plan's.
    pub fn min(&self, scale: u8) -> Option<Decimal> {
        self.extremes(scale).map(|(min, _)| min).min()
    }

    /// The greatest value; `None` without values. `scale` is the plan's.
    pub fn max(&self, scale: u8) -> Option<Decimal> {
        self.extremes(scale).map(|(_, max)| max).max()
    }

    fn extremes(&self, scale: u8) -> impl Iterator<Item = (Decimal, Decimal)> {
        let odd = self.odd.iter().flat_map(|odd| odd.all_extremes());
        self.scaled.extremes(scale).into_iter().chain(odd)
    }

    /// The arithmetic mean, correctly rounded; `None` without values. `scale` is the plan's.
    pub fn mean(&self, scale: u8) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        if let (None, Some(mean)) = (&self.odd, rounding::small_ratio(self.scaled.sum, count, scale)) {
            return Some(mean);
        }
        let sum = self.sum(scale);
        let denominator = power_of_ten(sum.scale()) * count;
        Some(rounding::ratio(&sum.digits_at(sum.scale()), denominator.magnitude()))
    }

    /// The sample standard deviation, sqrt((Σx² − (Σx)²/n) / (n − 1)), correctly rounded; `None`
    /// with fewer than two values. `scale` is the plan's.
    pub fn std(&self, scale: u8) -> Option<f64> {
        let count = self.count();
        if count < 2 {
            return None;
        }
        if let (None, Some(std)) = (&self.odd, self.small_std(scale)) {
            return Some(std);
        }
        let (sum, squares) = (self.sum(scale), self.sum_of_squares(scale));
        // Both as integers: Σx at scale s, Σx² at scale 2s.
        let common = sum.scale().max(squares.scale().div_ceil(2));
        let sum = sum.digits_at(common);
        let numerator = squares.digits_at(2 * common) * count - &sum * &sum;
        let denominator = power_of_ten(2 * common) * (BigInt::from(count) * (count - 1));
        Some(rounding::sqrt_ratio(numerator.magnitude(), denominator.magnitude()))
    }

    /// The same of the scaled integers alone, if they are small enough.
    fn small_std(&self, scale: u8) -> Option<f64> {
        let Sums { count, sum, sum_of_squares, .. } = self.scaled;
        let squares = i128::from(count).checked_mul(sum_of_squares)?;
        let numerator = u128::try_from(squares.checked_sub(sum.checked_mul(sum)?)?).ok()?;
        let unit = 100_u64.checked_pow(scale.into())?;
        rounding::small_sqrt_ratio(numerator, count.checked_mul(count - 1)?.checked_mul(unit)?)
    }

    /// Σx in units. `scale` is the plan's.
    pub fn sum(&self, scale: u8) -> Decimal {
        let scaled = Decimal::new(self.scaled.sum, scale.into());
        let fine = self.odd.iter().flat_map(|odd| &odd.fine);
        let sum = fine.fold(scaled, |sum, (scale, sums)| sum.plus(&Decimal::new(sums.sum, (*scale).into())));
        self.odd.as_ref().map_or(sum.clone(), |odd| sum.plus(&odd.sum))
    }

    /// Σx² in squared units. `scale` is the plan's.
    pub fn sum_of_squares(&self, scale: u8) -> Decimal {
        let squared = |sums: &Sums, scale: u8| Decimal::new(sums.sum_of_squares, 2 * u32::from(scale));
        let scaled = squared(&self.scaled, scale);
        let Some(odd) = &self.odd else { return scaled };
        let overflow = Decimal::new(odd.overflow.digits_at(0), 2 * u32::from(scale));
        let sum = scaled.plus(&overflow).plus(&odd.sum_of_squares);
        odd.fine.iter().fold(sum, |sum, (scale, sums)| sum.plus(&squared(sums, *scale)))
    }
}

impl Odd {
    fn count(&self) -> u64 {
        self.count + self.fine.iter().map(|(_, sums)| sums.count).sum::<u64>()
    }

    /// Changes the sums of a finer scale; what its Σx² cannot take goes to that of all values here.
    fn merge_fine(&mut self, scale: u8, change: impl FnOnce(&mut Sums) -> Option<i128>) {
        let at = self.fine.partition_point(|(known, _)| *known < scale);
        if self.fine.get(at).is_none_or(|(known, _)| *known != scale) {
            self.fine.insert(at, (scale, Sums::default()));
        }
        if let Some(squares) = change(&mut self.fine[at].1) {
            self.sum_of_squares = self.sum_of_squares.plus(&Decimal::new(squares, 2 * u32::from(scale)));
        }
    }

    fn merge(&mut self, other: &Odd) {
        for (scale, sums) in &other.fine {
            self.merge_fine(*scale, |mine| mine.merge(sums));
        }
        self.count += other.count;
        self.sum = self.sum.plus(&other.sum);
        self.sum_of_squares = self.sum_of_squares.plus(&other.sum_of_squares);
        self.overflow = self.overflow.plus(&other.overflow);
        if let Some((min, max)) = &other.extremes {
            self.widen(min, max);
        }
    }

    fn all_extremes(&self) -> impl Iterator<Item = (Decimal, Decimal)> {
        let fine = self.fine.iter().filter_map(|(scale, sums)| sums.extremes(*scale));
        fine.chain(self.extremes.clone())
    }

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

    /// What `i64` can hold.
    const MAX_SCALED: i64 = i64::MAX;

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
        fn a_value_counts_the_same_scaled_or_odd(values in prop::collection::vec(-100_000_i64..100_000, 0..40), forms in prop::collection::vec(0..3, 40)) {
            let plain = summary(&values);
            let mut mixed = Summary::default();
            for (value, form) in values.iter().zip(forms) {
                match form {
                    0 => mixed.add(*value),
                    1 => mixed.add_fine(*value * 1_000_000_000_000, 14),
                    _ => mixed.add_odd(&Decimal::new(*value, 2)),
                }
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
