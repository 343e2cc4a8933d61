//! Temperatures from the bytes that end where their field ends: eight at a time.

use shared::scaled::{MAX_SCALED, POWERS_OF_TEN, parse_scaled};

/// A byte in each of the eight places of a word.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Reads temperatures as integers at the plan's scale.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    mark: u8,
    scale: u8,
}

impl Numbers {
    /// For numbers with this decimal mark and at most `scale` fraction digits.
    pub fn new(mark: u8, scale: u8) -> Self {
        Numbers { mark, scale }
    }

    /// The number in `text[start..end]`, blanks around it aside. `None` is no verdict, as with [`parse_scaled`].
    #[inline]
    pub fn read(self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        let negative = text.get(start) == Some(&b'-') && start < end;
        let first = start + usize::from(negative);
        let length = end - first;
        if (1..=8).contains(&length)
            && let Some(Ok(bytes)) = end.checked_sub(8).map(|from| text[from..end].try_into())
            && let Some(value) = self.eight(u64::from_le_bytes(bytes), length)
        {
            return Some(if negative { -value } else { value });
        }
        parse_scaled(text[start..end].trim_ascii(), self.mark, self.scale)
    }

    /// The digits and the mark in the last `length` of eight bytes, the last of them being the highest of `word`.
    #[inline]
    fn eight(self, word: u64, length: usize) -> Option<i64> {
        let blank = 8 * (8 - length) as u32;
        // Zeros where other fields' bytes stand, and from here on the values of the digits.
        let digits = (word ^ each(b'0')) >> blank << blank;
        // The highest bit of each byte above 9.
        let others = (((digits & each(0x7F)) + each(0x76)) | digits) & each(0x80);
        let (digits, fraction) = if others == 0 {
            (digits, 0)
        } else {
            // One byte that is no digit may be there: the mark. What stands before it moves up by one.
            let at = others.trailing_zeros() / 8;
            if others.count_ones() != 1 || length == 1 || (word >> (8 * at)) as u8 != self.mark {
                return None;
            }
            let before = (1_u64 << (8 * at)) - 1;
            let behind = !before << 8;
            ((digits & before) << 8 | digits & behind, 7 - at as usize)
        };
        let missing_digits = usize::from(self.scale).checked_sub(fraction)?;
        let value = eight_digits(digits) as i64 * POWERS_OF_TEN[missing_digits];
        (value <= MAX_SCALED).then_some(value)
    }
}

/// The number whose eight digits are the bytes of `digits`, the lowest first: pairs, then fours, then all.
#[inline]
fn eight_digits(digits: u64) -> u64 {
    let pairs = (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    (fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xFFFF_FFFF
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Wherever a number lies, and whatever lies around it.
        #[test]
        fn numbers_are_those_of_the_plain_reading(
            before in "[0-9.,-]{0,12}", number in "[ +-]?[0-9]{0,9}[.,]?[0-9e]{0,6}[ x]?", after in "[0-9.,-]{0,9}", scale in 0_u8..=9, mark in prop::sample::select(&b".,"[..]),
        ) {
            let text = format!("{before}{number}{after}");
            let (start, end) = (before.len(), before.len() + number.len());
            let expected = parse_scaled(number.trim().as_bytes(), mark, scale);
            prop_assert_eq!(Numbers::new(mark, scale).read(text.as_bytes(), start, end), expected);
        }
    }

    #[test]
    fn digits_and_marks_are_read_from_behind() {
        let read = |text: &str| Numbers::new(b'.', 2).read(text.as_bytes(), 8, text.len());
        for (text, value) in [
            ("        21.4", Some(2140)),
            ("87654321-0.05", Some(-5)),
            ("0000000,.5", Some(50)),
            ("........5.", Some(500)),
            ("        12345678", Some(1_234_567_800)),
            ("        ", None),
            ("        -", None),
            ("        .", None),
            ("        1.2.3", None),
            ("        1.234", None),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }
}
