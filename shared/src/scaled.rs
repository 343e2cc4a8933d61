//! Temperatures as scaled integers: a text such as `21.4` is 214 tenths, never a binary fraction.
//!
//! That serves almost every value: an `i64` scaled by the plan's power of ten. [`crate::Decimal`] takes what does not fit.

/// The most fraction digits that the plan's scale may have. With as many, temperatures up to 9,223 units still fit.
pub const MAX_SCALE: u8 = 15;
/// The most digits that are read into an `i64` without a look at its bounds.
const MAX_DIGITS: usize = 18;
/// No temperature has this magnitude (10^9), whatever the unit: a number this large is an identifier, a time stamp
/// or a shifted column. Markers such as 99999 and the NIST's accuracy tests (a little above 10^7) lie well below.
pub const TEMPERATURE_LIMIT: i64 = POWERS_OF_TEN[LIMIT_EXPONENT];
pub(crate) const LIMIT_EXPONENT: usize = 9;
/// The greatest value that is read as an integer scaled by 10^index.
pub const GREATEST_SCALED: [i64; MAX_SCALE as usize + 1] = {
    let mut greatest = [0; MAX_SCALE as usize + 1];
    let mut scale = 0;
    while scale < greatest.len() {
        let exponent = LIMIT_EXPONENT + scale;
        greatest[scale] = if exponent < POWERS_OF_TEN.len() { POWERS_OF_TEN[exponent] - 1 } else { i64::MAX };
        scale += 1;
    }
    greatest
};
/// Powers of ten, all that an `i64` holds.
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
/// `None` is not a verdict: the text may be missing, no number, or a number that needs [`parse_fine`] or
/// [`crate::Decimal::parse`]; so may a number of [`TEMPERATURE_LIMIT`] or more, which can still be a missing marker.
#[inline]
pub fn parse_scaled(text: &[u8], decimal_mark: u8, scale: u8) -> Option<i64> {
    let (digits, fraction_digits) = parse(text, decimal_mark)?;
    let missing_digits = usize::from(scale).checked_sub(fraction_digits)?;
    let value = digits.checked_mul(*POWERS_OF_TEN.get(missing_digits)?)?;
    let greatest = *GREATEST_SCALED.get(usize::from(scale))?;
    (-greatest..=greatest).contains(&value).then_some(value)
}

/// Reads `text` as digits and the number of those that are its fraction's, without trailing zeros in that:
/// `21.40` is (214, 1). At most 18 digits, and a magnitude below [`TEMPERATURE_LIMIT`]; `None` is no verdict.
pub fn parse_fine(text: &[u8], decimal_mark: u8) -> Option<(i64, u8)> {
    let (mut digits, mut scale) = parse(text, decimal_mark)?;
    while scale > 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    let limit = POWERS_OF_TEN.get(LIMIT_EXPONENT + scale);
    limit.is_none_or(|limit| digits.abs() < *limit).then_some((digits, scale as u8))
}

/// The digits of a plain number of at most [`MAX_DIGITS`] as an integer, and how many of them are its fraction's.
#[inline]
fn parse(text: &[u8], decimal_mark: u8) -> Option<(i64, usize)> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > MAX_DIGITS + 1 {
        return None;
    }
    let mut value = 0_i64;
    let mut mark = None;
    for (position, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            // 19 digits may wrap; without a mark among them they are given up below.
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
        } else if *byte == decimal_mark && mark.is_none() && digits.len() > 1 {
            mark = Some(position);
        } else {
            return None;
        }
    }
    let fraction_digits = mark.map_or(0, |position| digits.len() - position - 1);
    if mark.is_none() && digits.len() > MAX_DIGITS {
        return None;
    }
    Some((if negative { -value } else { value }, fraction_digits))
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
        assert_eq!(parse_scaled(b"922.337203685477580", b'.', 15), Some(922_337_203_685_477_580));
        for text in ["", "-", ".", "1.234", "1e2", "nan", "1.2.3", " 1", "1000000000", "12345678901234567890"]
        {
            assert_eq!(scaled(text), None, "{text}");
        }
    }

    #[test]
    fn fine_values_keep_all_of_their_digits() {
        let fine = |text: &str| parse_fine(text.as_bytes(), b'.');
        assert_eq!(fine("13.449999809265137"), Some((13_449_999_809_265_137, 15)));
        assert_eq!(fine("-0.12345678901234568"), Some((-12_345_678_901_234_568, 17)));
        assert_eq!(fine("21.4000"), Some((214, 1)));
        assert_eq!(fine("0.000"), Some((0, 0)));
        assert_eq!(fine("999999999.999999999"), Some((999_999_999_999_999_999, 9)));
        for text in ["1000000000", "1000000000.5", "1.2345678901234567890", "1234567890123456789", "1e2", ""]
        {
            assert_eq!(fine(text), None, "{text}");
        }
    }
}
