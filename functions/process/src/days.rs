//! The days that times begin with: mostly the day of the row before, which is compared and not read.

use shared::TimeFormat;

use crate::cells::DayNumber;

/// The days that times begin with.
#[derive(Clone, Copy, Default)]
pub struct Known {
    /// The day seen last in ISO 8601 form: most rows have the day of the row before, and comparing ten bytes is cheaper
    /// than reading a date.
    last: Option<(DayBytes, DayNumber)>,
}

/// Bytes of a day in its full form.
const DAY_BYTES: usize = 10;

/// The bytes of a day, in two integers that are compared faster.
#[derive(Clone, Copy, PartialEq, Eq)]
struct DayBytes(u64, u16);

impl DayBytes {
    #[inline(always)]
    fn new(bytes: [u8; DAY_BYTES]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j] = bytes;
        DayBytes(u64::from_le_bytes([a, b, c, d, e, f, g, h]), u16::from_le_bytes([i, j]))
    }
}

/// Whether the time `text[start..end]`, behind which more text stands, begins with `day`.
#[inline(always)]
fn begins_with(day: DayBytes, text: &[u8], start: usize, end: usize) -> bool {
    // The day's bytes, and the one behind them.
    let bytes: Option<&[u8; DAY_BYTES + 1]> = text.get(start..).and_then(<[u8]>::first_chunk);
    let Some([first @ .., behind]) = bytes else { return false };
    let length = end - start;
    (DayBytes::new(*first) == day) & (length >= DAY_BYTES) & !(behind.is_ascii_digit() & (length > DAY_BYTES))
}

impl Known {
    /// The day of the time before, if `time` begins with the same ten bytes.
    #[inline]
    pub fn last(&self, time: &[u8]) -> Option<DayNumber> {
        let (last, day) = self.last?;
        let first = DayBytes::new(*time.first_chunk()?);
        // `2024-02-29T…`: an eleventh byte that is a digit would make it another text altogether.
        (last == first && time.get(DAY_BYTES).is_none_or(|byte| !byte.is_ascii_digit())).then_some(day)
    }

    /// The same for `text[start..end]`, if more text stands behind it.
    #[inline(always)]
    pub fn last_in(&self, text: &[u8], start: usize, end: usize) -> Option<DayNumber> {
        let (last, day) = self.last?;
        begins_with(last, text, start, end).then_some(day)
    }

    /// The same for all of the texts at `spans`.
    pub fn all_in(
        &self,
        text: &[u8],
        mut spans: impl ExactSizeIterator<Item = (usize, usize)> + Clone,
    ) -> Option<DayNumber> {
        let (last, day) = self.last?;
        // Where times go up or down, the end tells whether they reach another day.
        let (start, end) = spans.clone().nth(spans.len().checked_sub(1)?)?;
        let are_same = begins_with(last, text, start, end)
            && spans.all(|(start, end)| begins_with(last, text, start, end));
        are_same.then_some(day)
    }

    /// The day that `time`, without blanks around it, begins with.
    pub fn find(&mut self, time: &[u8], format: TimeFormat) -> Option<DayNumber> {
        let day = format.day(time)?.number();
        // Only the full form has its whole day in ten bytes.
        if let Some(first) = time.first_chunk()
            && format == TimeFormat::YearFirst
            && first.iter().filter(|byte| byte.is_ascii_digit()).count() == 8
        {
            self.last = Some((DayBytes::new(*first), day));
        }
        Some(day)
    }
}
