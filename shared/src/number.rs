//! The texts of decimal numbers, taken apart.

use num_bigint::BigInt;

use crate::account::Reason;
use crate::decimal::{Decimal, power_of_ten};

/// The most bytes of a number whose digits fit an `i64` for certain.
const PLAIN_BYTES: usize = 18;

/// The digits and the scale of a number of few digits without an exponent, as nearly all are written; `None` for any other
/// text. What it reads, [`Number::read`] reads alike.
pub fn plain(text: &[u8], decimal_mark: u8) -> Option<(i64, u32)> {
    let text = text.trim_ascii();
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if body.len() > PLAIN_BYTES {
        return None;
    }
    let (mut digits, mut behind_mark) = (0_i64, None);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            byte if *byte == decimal_mark && behind_mark.is_none() => behind_mark = Some(at + 1),
            b'0'..=b'9' => digits = digits * 10 + i64::from(byte - b'0'),
            _ => return None,
        }
    }
    let scale = behind_mark.map_or(0, |at| body.len() - at);
    let is_number = body.len() > usize::from(behind_mark.is_some());
    is_number.then_some((if negative { -digits } else { digits }, scale as u32))
}

/// The parts of a number's text: ± `digits` × 10^-`scale`.
pub struct Number {
    negative: bool,
    /// Without leading zeros: none at all for zero.
    pub digits: Vec<u8>,
    pub scale: i64,
}

impl Number {
    /// Takes a text apart: sign, digits, decimal mark, exponent; blanks around it.
    pub fn read(text: &[u8], decimal_mark: u8) -> Result<Number, Reason> {
        let text = text.trim_ascii();
        let (negative, body) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
            return Err(Reason::NotFinite);
        }
        let (number, exponent) = match body.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&body[..at], parse_exponent(&body[at + 1..])?),
            None => (body, 0),
        };
        let (whole, fraction) = match number.iter().position(|b| *b == decimal_mark) {
            Some(at) => (&number[..at], &number[at + 1..]),
            None => (number, &[][..]),
        };
        let is_number = whole.iter().chain(fraction).all(u8::is_ascii_digit);
        if !is_number || whole.is_empty() && fraction.is_empty() {
            return Err(Reason::NotANumber);
        }
        let mut digits = [whole, fraction].concat();
        digits.drain(..digits.iter().take_while(|digit| **digit == b'0').count());
        Ok(Number { negative, digits, scale: fraction.len() as i64 - exponent })
    }

    /// The number; its parts must be within bounds, because the exponent is written out.
    pub fn value(&self) -> Result<Decimal, Reason> {
        if self.digits.is_empty() {
            return Ok(Decimal::default());
        }
        let digits = BigInt::parse_bytes(&self.digits, 10).ok_or(Reason::NotANumber)?;
        let digits = if self.negative { -digits } else { digits };
        Ok(match u32::try_from(self.scale) {
            Ok(scale) => Decimal::new(digits, scale),
            Err(_) => Decimal::new(digits * power_of_ten(self.scale.unsigned_abs() as u32), 0),
        })
    }
}

fn parse_exponent(text: &[u8]) -> Result<i64, Reason> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Reason::NotANumber);
    }
    // Saturating: an exponent this long is out of range in any case.
    let value =
        digits.iter().fold(0_i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1_000_000_000));
    Ok(if negative { -value } else { value })
}
