//! Exact decimal numbers of any size, for what does not fit a scaled integer ([`crate::scaled`]): more fraction digits,
//! an exponent, a huge magnitude; and for sums.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use crate::account::Reason;
use crate::number::{Number, plain};
use crate::scaled::{GREATEST_SCALED, LIMIT_EXPONENT};

/// Bound of the leading digit's decimal exponent, either way; a value may have twice as many digits.
const MAX_EXPONENT: i64 = 300;
/// Bound of an exponent in our own files, which are written without any: keeps a damaged file from filling the memory.
const MAX_OWN_EXPONENT: i64 = 100_000;

/// An exact decimal number, `digits` × 10^-`scale`, without trailing zeros in the fraction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decimal {
    digits: BigInt,
    scale: u32,
}

impl Decimal {
    /// `digits` × 10^-`scale`.
    pub fn new(digits: impl Into<BigInt>, scale: u32) -> Self {
        let digits = digits.into();
        if let Ok(small) = i64::try_from(&digits) {
            return Decimal::small(small, scale);
        }
        let mut value = Decimal { digits, scale };
        let ten = BigInt::from(10);
        while value.scale > 0 && (&value.digits % &ten).is_zero() {
            value.digits /= &ten;
            value.scale -= 1;
        }
        value
    }

    /// The same without arithmetic of any size, which would allocate for every step.
    fn small(mut digits: i64, mut scale: u32) -> Self {
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
            if digits == 0 {
                scale = 0;
            }
        }
        Decimal { digits: digits.into(), scale }
    }

    /// Whether [`Self::parse`] reads `text`.
    pub fn is_written(text: &[u8], decimal_mark: u8) -> bool {
        plain(text, decimal_mark).is_some() || Self::parse(text, decimal_mark).is_ok()
    }

    /// Reads a decimal number, with an optional exponent and surrounding blanks. Whether it can be a temperature
    /// is another question: see [`Self::is_temperature`].
    ///
    /// # Errors
    /// [`Reason::NotFinite`] for an infinity, [`Reason::OutOfRange`] for a magnitude beyond 1e±300 or more than
    /// 600 digits, [`Reason::NotANumber`] for any other text.
    pub fn parse(text: &[u8], decimal_mark: u8) -> Result<Self, Reason> {
        if let Some((digits, scale)) = plain(text, decimal_mark) {
            return Ok(Decimal::small(digits, scale));
        }
        let number = Number::read(text, decimal_mark)?;
        let magnitude = number.digits.len() as i64 - number.scale - 1;
        let is_zero = number.digits.is_empty();
        if !is_zero && !(-MAX_EXPONENT..=MAX_EXPONENT).contains(&magnitude)
            || number.digits.len() as i64 > 2 * MAX_EXPONENT
        {
            return Err(Reason::OutOfRange);
        }
        number.value()
    }

    /// Whether a temperature can have this value in any unit: its magnitude is below [`crate::scaled::TEMPERATURE_LIMIT`].
    pub fn is_temperature(&self) -> bool {
        let exponent = LIMIT_EXPONENT as u32 + self.scale;
        match (self.digits.to_i64(), 10_u64.checked_pow(exponent)) {
            (Some(digits), Some(limit)) => digits.unsigned_abs() < limit,
            _ => self.digits.magnitude() < power_of_ten(exponent).magnitude(),
        }
    }

    /// The value × 10^`scale` as an integer, if [`parse_scaled`] would read it as one.
    pub fn to_scaled(&self, scale: u8) -> Option<i64> {
        let missing_digits = u32::from(scale).checked_sub(self.scale)?;
        let value = i64::try_from(&self.digits * power_of_ten(missing_digits)).ok()?;
        let greatest = *GREATEST_SCALED.get(usize::from(scale))?;
        (value.unsigned_abs() <= greatest.unsigned_abs()).then_some(value)
    }

    /// The digits when written with `scale` fraction digits; `scale` must not be below [`Self::scale`].
    pub(crate) fn digits_at(&self, scale: u32) -> BigInt {
        &self.digits * power_of_ten(scale.saturating_sub(self.scale))
    }

    /// The digits when written with `scale` fraction digits, if that is enough of them and 128 bits hold the number.
    pub fn to_digits(&self, scale: u32) -> Option<i128> {
        if scale < self.scale { None } else { i128::try_from(self.digits_at(scale)).ok() }
    }

    /// Number of fraction digits.
    pub fn scale(&self) -> u32 {
        self.scale
    }

    /// The sum, exact.
    pub fn plus(&self, other: &Decimal) -> Decimal {
        let scale = self.scale.max(other.scale);
        Decimal::new(self.digits_at(scale) + other.digits_at(scale), scale)
    }

    /// The value × 10^-`digits`.
    #[must_use]
    pub fn shifted(&self, digits: u8) -> Decimal {
        Decimal::new(self.digits.clone(), self.scale + u32::from(digits))
    }

    /// The square, exact.
    pub fn squared(&self) -> Decimal {
        Decimal::new(&self.digits * &self.digits, 2 * self.scale)
    }

    /// The nearest `f64`.
    pub fn to_f64(&self) -> f64 {
        let small = self.digits.to_i128().zip(u8::try_from(self.scale).ok());
        small
            .and_then(|(digits, scale)| crate::rounding::small_ratio(digits, 1, scale))
            .unwrap_or_else(|| crate::rounding::ratio(&self.digits, power_of_ten(self.scale).magnitude()))
    }

    /// Index of the bin of width 10^-`places` whose centre is nearest, halves rounded up; the outermost of an
    /// `i64` for what no temperature reaches.
    pub fn nearest_bin(&self, places: u32) -> i64 {
        let bin = if self.scale <= places {
            self.digits_at(places)
        } else {
            let divisor = power_of_ten(self.scale - places);
            let doubled = &self.digits * 2 + &divisor;
            num_integer::Integer::div_floor(&doubled, &(divisor * 2))
        };
        i64::try_from(&bin).unwrap_or(if bin.is_negative() { i64::MIN } else { i64::MAX })
    }
}

/// 10^`exponent`.
pub(crate) fn power_of_ten(exponent: u32) -> BigInt {
    10_u64.checked_pow(exponent).map_or_else(|| BigInt::from(10).pow(exponent), BigInt::from)
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.digits.cmp(&other.digits);
        }
        let scale = self.scale.max(other.scale);
        // Most are small; numbers of any size are slow to multiply.
        let small = |number: &Decimal| {
            let factor = 10_i128.checked_pow(scale - number.scale).filter(|factor| *factor < 1 << 63);
            number.digits.to_i64().zip(factor).map(|(digits, factor)| i128::from(digits) * factor)
        };
        match small(self).zip(small(other)) {
            Some((one, other)) => one.cmp(&other),
            None => self.digits_at(scale).cmp(&other.digits_at(scale)),
        }
    }
}

impl fmt::Display for Decimal {
    /// Plain notation with every digit: `-0.05`, `21.4`, `300`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits.is_negative() { "-" } else { "" };
        // Most are small; numbers of any size are slow to write.
        if let (Some(digits), Some(unit)) = (self.digits.magnitude().to_u64(), 10_u64.checked_pow(self.scale))
        {
            let (whole, fraction) = (digits / unit, digits % unit);
            return match self.scale as usize {
                0 => write!(f, "{sign}{whole}"),
                scale => write!(f, "{sign}{whole}.{fraction:0scale$}"),
            };
        }
        let digits = self.digits.magnitude().to_string();
        let scale = self.scale as usize;
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

impl Serialize for Decimal {
    /// A JSON number with every digit.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A double is written with the fewest digits that tell it from others: for a number of up to 15 these are its own, and
        // without an exponent as long as it is no smaller than this.
        let digits = self.digits.to_i64().filter(|digits| digits.unsigned_abs() < 10_u64.pow(15));
        match (digits, self.scale) {
            (Some(digits), 0) => return serializer.serialize_i64(digits),
            (Some(_), 1..=4) => return serializer.serialize_f64(self.to_f64()),
            _ => {}
        }
        serde_json::value::RawValue::from_string(self.to_string())
            .map_err(ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    /// Reads back what was written, however large: the sums of values within bounds go beyond these.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        if let Some((digits, scale)) = plain(raw.get().as_bytes(), b'.') {
            return Ok(Decimal::small(digits, scale));
        }
        let number = Number::read(raw.get().as_bytes(), b'.').and_then(|number| {
            let bounded = number.scale.abs() <= MAX_OWN_EXPONENT + number.digits.len() as i64;
            if bounded || number.digits.is_empty() { number.value() } else { Err(Reason::OutOfRange) }
        });
        number.map_err(|reason| de::Error::custom(format!("{reason}: {}", raw.get())))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scaled::{MAX_SCALE, parse_scaled};

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text.as_bytes(), b'.').unwrap()
    }

    #[test]
    fn any_finite_decimal_is_read_exactly_and_printed_in_full() {
        for (text, printed) in [
            ("21.40", "21.4"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("1.5E-7", "0.00000015"),
            (" 12 ", "12"),
            ("-273.15", "-273.15"),
            ("0.1234567890123", "0.1234567890123"),
        ] {
            assert_eq!(decimal(text).to_string(), printed);
        }
        assert_eq!(decimal("1e300").to_f64(), 1e300);
        assert_eq!(decimal("5.180084").to_f64(), 5.180084);
    }

    #[test]
    fn what_is_no_finite_number_says_why() {
        let reason = |text: &str| Decimal::parse(text.as_bytes(), b'.').unwrap_err();
        for text in ["inf", "-Infinity", "+INF"] {
            assert_eq!(reason(text), Reason::NotFinite);
        }
        for text in ["1e400", "1e-400", "1e99999999999999999999"] {
            assert_eq!(reason(text), Reason::OutOfRange);
        }
        for text in ["warm", "1,5", "21.4C", "1e", "--1", "1_000", "0x10", "."] {
            assert_eq!(reason(text), Reason::NotANumber, "{text}");
        }
    }

    #[test]
    fn what_no_unit_can_have_is_no_temperature() {
        for text in ["999999999.9999999999", "-99999", "9999.9", "1e-300", "0", "10000000.2"] {
            assert!(decimal(text).is_temperature(), "{text}");
        }
        let integer_of_151_digits = "9".repeat(151);
        for text in ["1e9", "-1000000000", "1000000000.5", "1e151", "9.96921e36", &integer_of_151_digits] {
            assert!(!decimal(text).is_temperature(), "{text}");
        }
        // Both readers draw the line at the same value, at every scale.
        for scale in 0..=MAX_SCALE {
            for text in ["999999999", "-999999999", "9007199", "1000000000", "-1000000000"] {
                let exact = decimal(text);
                let scaled = parse_scaled(text.as_bytes(), b'.', scale);
                assert_eq!(exact.to_scaled(scale), scaled, "{text} at {scale}");
                assert!(scaled.is_none() || exact.is_temperature(), "{text} at {scale}");
            }
        }
        assert_eq!(parse_scaled(b"999999999", b'.', 0), Some(999_999_999));
    }

    #[test]
    fn a_damaged_exponent_does_not_fill_the_memory() {
        for text in ["1e4000000000", "1e-4000000000"] {
            assert!(serde_json::from_str::<Decimal>(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Decimal>("-1.25e3").unwrap(), decimal("-1250"));
    }

    proptest! {
        /// Values within bounds are carried through files, and so are their squares and sums, which are beyond them.
        #[test]
        fn what_is_read_is_carried_exactly(digits in "[1-9][0-9]{0,40}", exponent in -300_i32..=8, negative in any::<bool>()) {
            let sign = if negative { "-" } else { "" };
            let text = format!("{sign}{}.{}e{exponent}", &digits[..1], &digits[1..]);
            let value = decimal(&text);
            prop_assert!(value.is_temperature());
            for carried in [value.squared(), value.plus(&decimal("999999999")).squared(), value] {
                let json = serde_json::to_string(&carried).unwrap();
                prop_assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), carried);
            }
            // The standard library reads decimals correctly rounded.
            prop_assert_eq!(decimal(&text).to_f64(), text.parse::<f64>().unwrap());
        }

        /// Numbers of few digits go a shorter way to the same value.
        #[test]
        fn the_short_way_leads_to_the_same_value(text in "[ ]?[-+]?[0-9]{0,10}[.,]?[0-9]{0,10}(e[0-9]{0,2})?[ ]?", mark in prop::sample::select(&b".,"[..])) {
            let long_way = Number::read(text.as_bytes(), mark).ok().map(|number| number.value().unwrap());
            if let Some((digits, scale)) = plain(text.as_bytes(), mark) {
                prop_assert_eq!(Some(Decimal::small(digits, scale)), long_way.clone());
            }
            let read = Decimal::parse(text.as_bytes(), mark).ok();
            prop_assert_eq!(Decimal::is_written(text.as_bytes(), mark), read.is_some());
            if let Some(read) = read {
                prop_assert_eq!(Some(&read), long_way.as_ref());
                prop_assert!(read.scale == 0 || !(&read.digits % BigInt::from(10)).is_zero());
            }
        }

        #[test]
        fn both_readers_agree(whole in -99_999_i64..99_999, fraction in "[0-9]{0,3}", scale in 0_u8..=9) {
            let text = format!("{whole}.{fraction}");
            let exact = decimal(&text);
            if let Some(scaled) = parse_scaled(text.as_bytes(), b'.', scale) {
                prop_assert_eq!(exact.to_scaled(scale), Some(scaled));
            }
            prop_assert_eq!(exact.to_f64(), text.parse::<f64>().unwrap());
        }

        /// Small numbers are written and rounded another way than large ones.
        #[test]
        fn digits_and_nearest_double_are_the_number_s(
            digits in prop_oneof![-10_000_i128..10_000, any::<i64>().prop_map(i128::from), any::<i128>()], scale in 0_usize..30,
        ) {
            let padded = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
            let (whole, fraction) = padded.split_at(padded.len() - scale);
            let mut expected = format!("{whole}.{fraction}").trim_end_matches('0').trim_end_matches('.').to_owned();
            if digits < 0 {
                expected.insert(0, '-');
            }
            let decimal = Decimal::new(digits, scale as u32);
            prop_assert_eq!(decimal.to_string(), expected.clone());
            prop_assert_eq!(decimal.to_f64(), expected.parse::<f64>().unwrap());
            prop_assert_eq!(serde_json::to_string(&decimal).unwrap(), expected.clone());
            prop_assert_eq!(serde_json::from_str::<Decimal>(&expected).unwrap(), decimal);
        }

        /// Small numbers are compared another way than large ones.
        #[test]
        fn order_is_that_of_the_numbers(
            a in prop_oneof![-9_i128..9, any::<i64>().prop_map(i128::from), any::<i128>()], s in 0_u32..40,
            b in prop_oneof![-9_i128..9, any::<i64>().prop_map(i128::from), any::<i128>()], t in 0_u32..40,
        ) {
            let ten = BigInt::from(10);
            let expected = (BigInt::from(a) * ten.pow(t)).cmp(&(BigInt::from(b) * ten.pow(s)));
            prop_assert_eq!(Decimal::new(a, s).cmp(&Decimal::new(b, t)), expected);
        }

        #[test]
        fn order_and_sums_are_those_of_the_numbers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, s in 0_u32..6, t in 0_u32..6) {
            let (x, y) = (Decimal::new(a, s), Decimal::new(b, t));
            let (p, q) = (a * 10_i64.pow(5 - s.min(5)), b * 10_i64.pow(5 - t.min(5)));
            prop_assert_eq!(x.cmp(&y), p.cmp(&q));
            prop_assert_eq!(x.plus(&y), Decimal::new(p + q, 5));
        }
    }
}
