//! Temperatures as scaled integers: a text such as `21.4` is 214 tenths, never a binary fraction.
//!
//! That serves almost every value: an `i64` scaled by the plan's power of ten. [`crate::Decimal`] takes what does not fit.

/// The most fraction digits that the plan's scale may have.
pub const MAX_SCALE: u8 = 9;
/// Scaled values are at most this large in magnitude, so that 2^21 of their squares fit an `i128`.
pub const MAX_SCALED: i64 = 1 << 53;
/// No temperature has this magnitude (10^9), whatever the unit: a number this large is an identifier, a time stamp
/// or a shifted column. Markers such as 99999 and the NIST's accuracy tests (a little above 10^7) lie well below.
pub const TEMPERATURE_LIMIT: i64 = POWERS_OF_TEN[LIMIT_EXPONENT];
pub(crate) const LIMIT_EXPONENT: usize = 9;
/// The greatest value that is read as an integer scaled by 10^index.
pub(crate) const GREATEST_SCALED: [i64; MAX_SCALE as usize + 1] = {
    let mut greatest = [0; MAX_SCALE as usize + 1];
    let mut scale = 0;
    while scale < greatest.len() {
        let below_limit = POWERS_OF_TEN[LIMIT_EXPONENT + scale] - 1;
        greatest[scale] = if below_limit < MAX_SCALED { below_limit } else { MAX_SCALED };
        scale += 1;
    }
    greatest
};
/// Powers of ten up to [`MAX_SCALE`] and a little beyond.
pub const POWERS_OF_TEN: [i64; 19] = {
    let mut powers = [1; 19];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};
/// Reads `text` as an integer scaled by 10^`scale`: with scale 1, `21.4` is 214.
///
/// `None` is not a verdict: the text may be missing, no number, or a number that needs [`crate::Decimal::parse`];
/// so may a number of [`TEMPERATURE_LIMIT`] or more, which can still be a missing marker.
#[inline]
pub fn parse_scaled(text: &[u8], decimal_mark: u8, scale: u8) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    // 17 digits cannot overflow an i64, and anything longer is left to `Decimal`.
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0_i64;
    let mut fraction_digits = 0;
    let mut position = 0;
    while position < digits.len() {
        let digit = digits[position].wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + i64::from(digit);
            position += 1;
            continue;
        }
        if digits[position] != decimal_mark || digits.len() == 1 {
            return None;
        }
        fraction_digits = digits.len() - position - 1;
        for byte in &digits[position + 1..] {
            let digit = byte.wrapping_sub(b'0');
            if digit >= 10 {
                return None;
            }
            value = value * 10 + i64::from(digit);
        }
        break;
    }
    let missing_digits = usize::from(scale).checked_sub(fraction_digits)?;
    let value = value.checked_mul(*POWERS_OF_TEN.get(missing_digits)?)?;
    let greatest = *GREATEST_SCALED.get(usize::from(scale))?;
    (value <= greatest).then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_values_are_the_digits_of_the_text() {
        let scaled = |text: &str| parse_scaled(text.as_bytes(), b'.', 2);
        assert_eq!(scaled("21.4"), Some(2140));
        assert_eq!(scaled("-0.05"), Some(-5));
        assert_eq!(scaled("+7"), Some(700));
        assert_eq!(scaled(".5"), Some(50));
        assert_eq!(scaled("5."), Some(500));
        assert_eq!(parse_scaled(b"3,25", b',', 2), Some(325));
        for text in ["", "-", ".", "1.234", "1e2", "nan", "1.2.3", " 1", "1000000000", "12345678901234567890"]
        {
            assert_eq!(scaled(text), None, "{text}");
        }
    }
}
