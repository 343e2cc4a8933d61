//! Exact rationals to the nearest `f64` (IEEE 754 round half to even).

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{ToPrimitive, Zero};

use crate::scaled::POWERS_OF_TEN;

/// Bits of quotient to compute: more than the 53 of an `f64` and its rounding bit.
const QUOTIENT_BITS: i64 = 66;
/// Exponent of the smallest positive `f64`, 2^-1074.
const LEAST_EXPONENT: i64 = -1074;

/// `numerator / denominator`, correctly rounded; `denominator` must not be zero.
pub(crate) fn ratio(numerator: &BigInt, denominator: &BigUint) -> f64 {
    let (quotient, inexact, exponent) = divide(numerator.magnitude(), denominator, QUOTIENT_BITS);
    let value = round(&quotient, inexact, exponent);
    if numerator.sign() == Sign::Minus { -value } else { value }
}

/// `numerator / (count × 10^scale)`, correctly rounded, if a double holds either side of the division exactly.
pub(crate) fn small_ratio(numerator: i128, count: u64, scale: u8) -> Option<f64> {
    let denominator = u64::try_from(*POWERS_OF_TEN.get(usize::from(scale))?).ok()?.checked_mul(count)?;
    let exact = |number: u64| number <= 1 << f64::MANTISSA_DIGITS;
    let (magnitude, sign) = (u64::try_from(numerator.unsigned_abs()).ok()?, numerator.signum());
    // IEEE 754 rounds a division once; a zero has no sign here, as in the long way round.
    (exact(magnitude) && exact(denominator)).then(|| match sign {
        0 => 0.0,
        sign => sign as f64 * (magnitude as f64 / denominator as f64),
    })
}

/// The square root of `numerator / denominator`, correctly rounded.
pub(crate) fn sqrt_ratio(numerator: &BigUint, denominator: &BigUint) -> f64 {
    let (mut quotient, mut inexact, mut exponent) = divide(numerator, denominator, 2 * QUOTIENT_BITS);
    if exponent % 2 != 0 {
        quotient <<= 1_u32;
        exponent -= 1;
    }
    // floor(sqrt(floor(y))) = floor(sqrt(y)): only whether anything was cut off remains to be known.
    let root = quotient.sqrt();
    inexact |= &root * &root != quotient;
    round(&root, inexact, exponent / 2)
}

/// The same without arithmetic of any size, if the root is an ordinary number of middling size.
///
/// Floating point comes within some units of the last place. Which double is the nearest is then a question of integers:
/// whether the square of the number halfway to the next one is below `numerator / denominator`.
pub(crate) fn small_sqrt_ratio(numerator: u128, denominator: u64) -> Option<f64> {
    if numerator == 0 {
        return Some(0.0);
    }
    let mut root = (numerator as f64 / denominator as f64).sqrt();
    for _ in 0..MOST_STEPS {
        // root = mantissa × 2^-exponent. At a power of two the numbers below lie twice as close.
        let bits = root.to_bits();
        let mantissa = (bits & (HIDDEN_BIT - 1)) | HIDDEN_BIT;
        let exponent = EXPONENT_BIAS - (bits >> (f64::MANTISSA_DIGITS - 1)) as i64;
        if mantissa == HIDDEN_BIT {
            return None;
        }
        let halfway = |twice: u64| compare(numerator, denominator, twice, 2 * (exponent + 1));
        let is_odd = mantissa % 2 == 1;
        root = match (halfway(2 * mantissa - 1)?, halfway(2 * mantissa + 1)?) {
            (Ordering::Less, _) => root.next_down(),
            (Ordering::Equal, _) if is_odd => root.next_down(),
            (_, Ordering::Greater) => root.next_up(),
            (_, Ordering::Equal) if is_odd => root.next_up(),
            _ => return Some(root),
        };
    }
    None
}

/// Floating point is not further away than so many units of the last place.
const MOST_STEPS: u32 = 4;
/// The first bit of a mantissa, which is not stored.
const HIDDEN_BIT: u64 = 1 << (f64::MANTISSA_DIGITS - 1);
/// What is subtracted from a stored exponent, where the mantissa is taken for an integer.
const EXPONENT_BIAS: i64 = 1023 + f64::MANTISSA_DIGITS as i64 - 1;

/// How `numerator / denominator` compares with `root`² × 2^-`shift`, if the shift is one of middling size.
fn compare(numerator: u128, denominator: u64, root: u64, shift: i64) -> Option<Ordering> {
    // root² × denominator has 192 bits: `high` and, below these, `low`.
    let square = u128::from(root) * u128::from(root);
    let (denominator, low) = (u128::from(denominator), u128::from(square as u64) * u128::from(denominator));
    let high = (square >> 64) * denominator + (low >> 64);
    let (low, shift) = (low as u64, shift.checked_sub(64)?);
    // Of the product, what is left of it above the shift, and whether something is below.
    let (whole, rest) = match shift {
        0..128 => (high >> shift, (high & ((1 << shift) - 1)) != 0 || low != 0),
        _ => return None,
    };
    Some(numerator.cmp(&whole).then(if rest { Ordering::Less } else { Ordering::Equal }))
}

/// `(q, inexact, e)` with `numerator / denominator` = (q + something in [0, 1)) × 2^e and at least `bits` bits in q.
fn divide(numerator: &BigUint, denominator: &BigUint, bits: i64) -> (BigUint, bool, i64) {
    if numerator.is_zero() {
        return (BigUint::ZERO, false, 0);
    }
    let shift = (bits + denominator.bits() as i64 - numerator.bits() as i64).max(0);
    let shifted = numerator << shift;
    let quotient = &shifted / denominator;
    let inexact = &quotient * denominator != shifted;
    (quotient, inexact, -shift)
}

/// `quotient` × 2^`exponent`, plus less than one unit of it when `inexact`, to the nearest `f64`.
fn round(quotient: &BigUint, inexact: bool, exponent: i64) -> f64 {
    // The smallest values have fewer digits: rounding to 53 bits first would round twice.
    let cut = (quotient.bits() as i64 - i64::from(f64::MANTISSA_DIGITS)).max(LEAST_EXPONENT - exponent);
    if cut <= 0 {
        return scale(quotient.to_f64().unwrap_or(f64::INFINITY), exponent);
    }
    let mut mantissa = (quotient >> cut).to_u64().unwrap_or(u64::MAX);
    let rest = quotient - (BigUint::from(mantissa) << cut);
    let half = BigUint::from(1_u8) << (cut - 1);
    let above_half = rest > half || (rest == half && inexact);
    let tie_to_even = rest == half && !inexact && mantissa % 2 == 1;
    if above_half || tie_to_even {
        mantissa += 1;
    }
    scale(mantissa as f64, exponent + cut)
}

/// `value` × 2^`exponent` in two steps, so that the power itself does not overflow.
fn scale(value: f64, exponent: i64) -> f64 {
    let first = (exponent / 2) as i32;
    value * 2_f64.powi(first) * 2_f64.powi(exponent as i32 - first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// For operands that are exact as f64, IEEE division and square root are correctly rounded: the hardware is the reference.
        #[test]
        fn agrees_with_the_hardware(a in 1_u64..1 << 53, b in 1_u64..1 << 53) {
            prop_assert_eq!(ratio(&BigInt::from(a), &BigUint::from(b)), a as f64 / b as f64);
            prop_assert_eq!(ratio(&-BigInt::from(a), &BigUint::from(b)), -(a as f64 / b as f64));
            prop_assert_eq!(sqrt_ratio(&BigUint::from(a), &BigUint::from(1_u8)), (a as f64).sqrt());
            prop_assert_eq!(sqrt_ratio(&(BigUint::from(a) << 80_u8), &BigUint::from(1_u8)), (a as f64).sqrt() * 2_f64.powi(40));
        }

        /// Both ways are one, also where a square is a number's own or lies halfway.
        #[test]
        fn the_short_way_to_a_root_is_the_long_one(
            numerator in prop_oneof![any::<u128>(), any::<u64>().prop_map(u128::from), 0_u128..1000],
            denominator in prop_oneof![1..u64::MAX, 1..1000_u64], root in (1_u64 << 53)..1 << 54, shift in 0..20_u32,
        ) {
            let long = |numerator: u128, denominator: u64| sqrt_ratio(&numerator.into(), &denominator.into());
            if let Some(found) = small_sqrt_ratio(numerator, denominator) {
                prop_assert_eq!(found, long(numerator, denominator));
            }
            let square = u128::from(root) * u128::from(root);
            for numerator in [square - 1, square, square + 1] {
                let denominator = 1_u64 << (2 * shift);
                let found = small_sqrt_ratio(numerator, denominator);
                prop_assert_eq!(found.unwrap_or_else(|| long(numerator, denominator)), long(numerator, denominator));
            }
        }

        /// Figures as temperatures have them go the short way.
        #[test]
        fn temperatures_go_the_short_way(values in prop::collection::vec(-600_i64..600, 2..40), scale in 0..4_u32) {
            let count = values.len() as u64;
            let sum: i64 = values.iter().sum();
            let numerator = u128::from(count) * values.iter().map(|value| value.pow(2) as u128).sum::<u128>() - u128::from(sum.unsigned_abs()).pow(2);
            let denominator = count * (count - 1) * 100_u64.pow(scale);
            let expected = sqrt_ratio(&numerator.into(), &denominator.into());
            let is_power_of_two = expected != 0.0 && expected.to_bits() & (HIDDEN_BIT - 1) == 0;
            match small_sqrt_ratio(numerator, denominator) {
                Some(found) => prop_assert_eq!(found, expected),
                None => prop_assert!(is_power_of_two, "{expected} went the long way"),
            }
        }

        /// Below 1e-308 an `f64` has fewer digits; the hardware rounds once, too.
        #[test]
        fn agrees_with_the_hardware_near_zero(a in 1_u64..1 << 53, exponent in 1000_i32..1100) {
            let denominator = BigUint::from(1_u8) << exponent;
            let expected = a as f64 * 2_f64.powi(-500) / 2_f64.powi(exponent - 500);
            prop_assert_eq!(ratio(&BigInt::from(a), &denominator), expected);
            prop_assert_eq!(sqrt_ratio(&(BigUint::from(a) * a), &(&denominator * &denominator)), expected);
        }
    }

    #[test]
    fn zero_is_zero() {
        assert_eq!(ratio(&BigInt::ZERO, &BigUint::from(3_u8)), 0.0);
        assert_eq!(sqrt_ratio(&BigUint::ZERO, &BigUint::from(3_u8)), 0.0);
    }
}
