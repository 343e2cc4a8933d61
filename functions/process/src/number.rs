//! Temperatures from the bytes that end where their field ends: eight at a time.

use shared::scaled::{GREATEST_SCALED, POWERS_OF_TEN, parse_fine, parse_scaled};

use crate::words::{Compare, Processor, Work};

/// A byte in each of the eight places of a word.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// A number of a common form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// An integer at the variable's scale.
    Scaled(i64),
    /// `digits` × 10^-`scale`, with more fraction digits than that.
    Fine {
        /// The digits.
        digits: i64,
        /// How many of them are the fraction's.
        scale: u8,
    },
}

/// Reads temperatures as integers at the variable's scale.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    mark: u8,
    scale: u8,
    /// For eight digits at most, by how many of them are the fraction's: what brings them to the scale, and the greatest
    /// number for which that may be done; -1 where there is none.
    to_scale: [(i64, i64); 8],
    usual: Usual,
}

/// How a number of at most eight characters is told that has just as many fraction digits as the scale, as most have.
#[derive(Clone, Copy, Debug)]
struct Usual {
    /// Its mark: the byte, and the highest bit of the byte, where it stands; 0 where the scale is 0.
    mark: u64,
    mark_bit: u64,
    /// The bytes before the mark, and behind it.
    before: u64,
    behind: u64,
    /// The fewest characters that it has but for its sign.
    least: u64,
    /// The greatest number; -1 where no number is usual.
    greatest: i64,
}

impl Usual {
    fn new(mark: u8, scale: u8) -> Self {
        let at = 8 * 7_u32.saturating_sub(scale.into());
        let greatest = GREATEST_SCALED.get(usize::from(scale)).copied().unwrap_or_default();
        if scale == 0 {
            return Usual { mark: 0, mark_bit: 0, before: 0, behind: u64::MAX, least: 1, greatest };
        }
        let before = (1_u64 << at) - 1;
        Usual {
            mark: u64::from(mark) << at,
            mark_bit: 0x80 << at,
            before,
            behind: !before << 8,
            least: 2,
            greatest: if scale < 8 { greatest } else { -1 },
        }
    }

    /// The number in the highest bytes of `word`, `length` of them, and a bit set if it is none of these. No branches and no
    /// table, so that many are read at once.
    #[inline(always)]
    fn read(&self, word: u64, length: u64) -> (i64, u64) {
        let blank = 64_u64.wrapping_sub(8 * length) & 63;
        let is_negative = u64::from((word >> blank) & 0xFF == u64::from(b'-'));
        // The sign counts as a leading zero.
        let word = word ^ (is_negative * u64::from(b'-' ^ b'0')) << blank;
        let digits = (word ^ each(b'0')) >> blank << blank;
        let others = (((digits & each(0x7F)) + each(0x76)) | digits) & each(0x80);
        let mut odd = others ^ self.mark_bit;
        odd |= (word ^ self.mark) & (self.mark_bit / 0x80 * 0xFF);
        odd |=
            u64::from(length.wrapping_sub(1) > 7) | u64::from(length.wrapping_sub(is_negative) < self.least);
        let number = eight_digits((digits & self.before) << 8 | digits & self.behind) as i64;
        odd |= u64::from(number > self.greatest);
        (if is_negative == 1 { -number } else { number }, odd)
    }
}

/// Numbers that are read at once.
const TOGETHER: usize = 16;

impl Numbers {
    /// For numbers with this decimal mark, as a rule with at most `scale` fraction digits.
    pub fn new(mark: u8, scale: u8) -> Self {
        let to_scale = std::array::from_fn(|fraction| {
            let factor =
                usize::from(scale).checked_sub(fraction).and_then(|digits| POWERS_OF_TEN.get(digits));
            let greatest = GREATEST_SCALED.get(usize::from(scale)).copied().unwrap_or_default();
            factor.map_or((0, -1), |factor| (*factor, greatest / factor))
        });
        Numbers { mark, scale, to_scale, usual: Usual::new(mark, scale) }
    }

    /// The number in `text[start..end]`, as [`Self::plain`] reads it.
    #[inline]
    pub fn read(&self, text: &[u8], start: usize, end: usize) -> Option<Number> {
        match self.short(text, start, end) {
            Some(value) => Some(Number::Scaled(value)),
            None => self.plain(&text[start..end]),
        }
    }

    /// Adds to `values` what [`Self::short`] says of the texts at `spans`, and to `others` the positions of those of which it
    /// says nothing; with the instructions of `processor`. Answers an integer that none of these values is below.
    pub fn short_ones(
        &self,
        processor: Processor,
        text: &[u8],
        spans: impl ExactSizeIterator<Item = (usize, usize)> + Clone,
        values: &mut Vec<i64>,
        others: &mut Vec<usize>,
    ) -> i64 {
        processor.run(ShortOnes { numbers: self, text, spans, values, others })
    }

    /// The same if it has at most eight characters and no more fraction digits than the scale.
    #[inline]
    pub fn short(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        let length = end - start;
        let word = u64::from_le_bytes(*text[..end].last_chunk()?);
        if !(1..=8).contains(&length) {
            return None;
        }
        let blank = 8 * (8 - length) as u32;
        let negative = (word >> blank) as u8 == b'-';
        // The sign counts as a leading zero.
        let word = word ^ (u64::from(negative) * u64::from(b'-' ^ b'0')) << blank;
        let value = self.eight(word, length - usize::from(negative), blank)?;
        Some(if negative { -value } else { value })
    }

    /// The number that `text` is, blanks around it aside. `None` is no verdict: it may be a number of another form.
    pub fn plain(&self, text: &[u8]) -> Option<Number> {
        let text = text.trim_ascii();
        if let Some(value) = parse_scaled(text, self.mark, self.scale) {
            return Some(Number::Scaled(value));
        }
        let (digits, scale) = parse_fine(text, self.mark)?;
        match self.scale.checked_sub(scale) {
            None => Some(Number::Fine { digits, scale }),
            // Zeros at its end alone made it finer.
            Some(missing_digits) => scaled(digits, missing_digits, self.scale).map(Number::Scaled),
        }
    }

    /// The number in the highest bytes of `word`, those above the lowest `blank` bits: `length` digits, and the mark
    /// among them, behind zeros.
    #[inline]
    fn eight(&self, word: u64, length: usize, blank: u32) -> Option<i64> {
        // Zeros where other fields' bytes stand, and from here on the values of the digits.
        let digits = (word ^ each(b'0')) >> blank << blank;
        // The highest bit of each byte above 9.
        let others = (((digits & each(0x7F)) + each(0x76)) | digits) & each(0x80);
        let (digits, fraction) = if others == 0 && length > 0 {
            (digits, 0)
        } else {
            // One byte that is no digit may be there: the mark. What stands before it moves up by one.
            let at = others.trailing_zeros() / 8;
            if others & others.wrapping_sub(1) != 0 || length <= 1 || (word >> (8 * at)) as u8 != self.mark {
                return None;
            }
            let before = (1_u64 << (8 * at)) - 1;
            let behind = !before << 8;
            ((digits & before) << 8 | digits & behind, 7 - at as usize)
        };
        let (factor, greatest) = self.to_scale[fraction % 8];
        let digits = eight_digits(digits) as i64;
        (digits <= greatest).then(|| digits * factor)
    }
}

/// What [`Numbers::short_ones`] does.
struct ShortOnes<'a, S> {
    numbers: &'a Numbers,
    text: &'a [u8],
    spans: S,
    values: &'a mut Vec<i64>,
    others: &'a mut Vec<usize>,
}

impl<S: ExactSizeIterator<Item = (usize, usize)> + Clone> Work for ShortOnes<'_, S> {
    type Output = i64;

    #[inline(always)]
    fn with<C: Compare>(self, _: C) -> i64 {
        let ShortOnes { numbers, text, spans, values, others } = self;
        let (count, first) = (spans.len(), values.len());
        values.reserve(count);
        let mut next = spans.clone();
        for begin in (0..count).step_by(TOGETHER) {
            // A length of 0 is none of the usual ones.
            let (mut words, mut lengths) = ([0; TOGETHER], [0; TOGETHER]);
            for ((word, length), (start, end)) in words.iter_mut().zip(&mut lengths).zip(&mut next) {
                if let Some(bytes) = text.get(..end).and_then(<[u8]>::last_chunk) {
                    (*word, *length) = (u64::from_le_bytes(*bytes), (end - start) as u64);
                }
            }
            let (mut read, mut odd) = ([0; TOGETHER], [0; TOGETHER]);
            for at in 0..TOGETHER {
                (read[at], odd[at]) = numbers.usual.read(words[at], lengths[at]);
            }
            let some = TOGETHER.min(count - begin);
            values.extend_from_slice(&read[..some]);
            if odd[..some].iter().fold(0, |all, odd| all | odd) != 0 {
                for at in (0..some).filter(|at| odd[*at] != 0).map(|at| begin + at) {
                    let short =
                        spans.clone().nth(at).and_then(|(start, end)| numbers.short(text, start, end));
                    match short {
                        Some(value) => values[first + at] = value,
                        None => others.push(first + at),
                    }
                }
            }
        }
        values[first..].iter().copied().fold(i64::MAX, i64::min)
    }
}

/// The number whose eight digits are the bytes of `digits`, the lowest first: pairs, then fours, then all.
#[inline(always)]
fn eight_digits(digits: u64) -> u64 {
    const PAIR: u64 = 0x00FF_00FF_00FF_00FF;
    const FOUR: u64 = 0x0000_FFFF_0000_FFFF;
    let pairs = (digits & PAIR) * 10 + (digits >> 8 & PAIR);
    let fours = (pairs & FOUR) * 100 + (pairs >> 16 & FOUR);
    (fours & 0xFFFF_FFFF) * 10_000 + (fours >> 32)
}

/// An integer with more digits behind it, at `scale`, if that holds it.
fn scaled(digits: i64, missing_digits: u8, scale: u8) -> Option<i64> {
    let value = digits.checked_mul(*POWERS_OF_TEN.get(usize::from(missing_digits))?)?;
    let greatest = *GREATEST_SCALED.get(usize::from(scale))?;
    (-greatest..=greatest).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::Decimal;
    use shared::scaled::MAX_SCALE;

    use super::*;

    proptest! {
        /// Wherever a number lies, and whatever lies around it.
        #[test]
        fn numbers_are_those_of_the_plain_reading(
            before in "[0-9.,-]{0,12}", number in "[ +-]?[0-9]{0,9}[.,]?[0-9e]{0,6}[ x]?", after in "[0-9.,-]{0,9}", scale in 0_u8..=MAX_SCALE, mark in prop::sample::select(&b".,"[..]),
        ) {
            let text = format!("{before}{number}{after}");
            let (start, end) = (before.len(), before.len() + number.len());
            let numbers = Numbers::new(mark, scale);
            let read = numbers.read(text.as_bytes(), start, end);
            prop_assert_eq!(read, numbers.plain(number.as_bytes()));
            // Big decimals are another reading of the same text.
            let exact = Decimal::parse(number.as_bytes(), mark).ok().filter(Decimal::is_temperature);
            match read {
                Some(Number::Scaled(value)) => prop_assert_eq!(Some(Decimal::new(value, scale.into())), exact),
                Some(Number::Fine { digits, scale: finer }) => {
                    prop_assert!(finer > scale);
                    prop_assert_eq!(Some(Decimal::new(digits, finer.into())), exact);
                }
                // With fifteen fraction digits, an integer holds four before them.
                None => prop_assert!(
                    number.contains('e') || exact.and_then(|value| value.to_scaled(scale)).is_none(),
                    "{number}"
                ),
            }
        }
    }

    proptest! {
        /// Many at once are what each is by itself.
        #[test]
        fn many_numbers_are_those_read_one_by_one(
            written in prop::collection::vec(("[ ,]{0,2}", prop_oneof![4 => "-?[0-9]{1,3}[.][0-9]", 2 => "[+-]?[0-9]{0,8}[.,]?[0-9]{0,4}", 1 => "[0-9.-]{0,3}x?"]), 0..50),
            scale in 0_u8..=MAX_SCALE, mark in prop::sample::select(&b".,"[..]),
        ) {
            let (mut text, mut spans) = (String::new(), Vec::new());
            for (between, number) in &written {
                text += between;
                spans.push((text.len(), text.len() + number.len()));
                text += number;
            }
            let (text, numbers) = (text.as_bytes(), Numbers::new(mark, scale));
            for processor in Processor::all() {
                let (mut values, mut others) = (vec![7], vec![]);
                let least = numbers.short_ones(processor, text, spans.iter().copied(), &mut values, &mut others);
                prop_assert!(values[1..].iter().all(|value| *value >= least));
                prop_assert_eq!(values.len(), 1 + spans.len());
                for (at, (start, end)) in (1..).zip(&spans) {
                    let alone = numbers.short(text, *start, *end);
                    prop_assert_eq!(alone.is_none(), others.contains(&at));
                    prop_assert!(alone.is_none_or(|value| value == values[at]), "{:?} {:?}", alone, values[at]);
                }
            }
        }
    }

    #[test]
    fn digits_and_marks_are_read_from_behind() {
        let read = |text: &str| Numbers::new(b'.', 2).read(text.as_bytes(), 8, text.len());
        for (text, value) in [
            ("        21.4", Some(Number::Scaled(2140))),
            ("87654321-0.05", Some(Number::Scaled(-5))),
            ("0000000,.5", Some(Number::Scaled(50))),
            ("........5.", Some(Number::Scaled(500))),
            ("        12345678", Some(Number::Scaled(1_234_567_800))),
            ("        ", None),
            ("        -", None),
            ("        .", None),
            ("        1.2.3", None),
            ("        1.234", Some(Number::Fine { digits: 1234, scale: 3 })),
            ("        1.23000000000", Some(Number::Scaled(123))),
            ("        9e9", None),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }
}
