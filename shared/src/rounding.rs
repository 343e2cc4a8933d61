//! Exact rationals to the nearest `f64` (IEEE 754 round half to even).

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
