//! A cell as long as rows are read: so small that those of many stations stay in the processor's first cache.

use shared::summary::Sums;
use shared::{Cell, Reading, Summary};

/// The readings of a cell. Counts and extremes are half as wide as those of [`Cell`], and sums as well; what does not fit
/// stands elsewhere, as does what no integer at the plan's scale holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    sum: i64,
    sum_of_squares: u64,
    min: i32,
    max: i32,
    count: u32,
    missing: u32,
    rejected: u32,
    /// Position, counted from 1, of the rest among the others; 0 where there is none.
    rest: u32,
}

impl Packed {
    /// No reading.
    pub const EMPTY: Packed = Packed {
        sum: 0,
        sum_of_squares: 0,
        min: i32::MAX,
        max: i32::MIN,
        count: 0,
        missing: 0,
        rejected: 0,
        rest: 0,
    };
    /// With so many readings in all cells, none can have counted too far.
    pub const MOST_READINGS: u64 = 1 << 31;

    /// Counts a reading. `others` belong to all cells.
    #[inline]
    pub fn add(&mut self, reading: &Reading, others: &mut Vec<Summary>) {
        match reading {
            Reading::Scaled(value) => self.add_scaled(*value, others),
            Reading::Fine { digits, scale } => self.rest(others).add_fine(*digits, *scale),
            Reading::Odd(value) => self.rest(others).add_odd(value),
            Reading::Missing => self.missing += 1,
            Reading::Rejected(_) => self.rejected += 1,
        }
    }

    /// Adds an integer at the variable's scale.
    #[inline(always)]
    pub fn add_scaled(&mut self, value: i64, others: &mut Vec<Summary>) {
        let narrow = value as i32;
        match self.sum_of_squares.checked_add(i64::from(narrow).unsigned_abs().pow(2)) {
            Some(sum_of_squares) if i64::from(narrow) == value => {
                self.sum_of_squares = sum_of_squares;
                // No sum of [`Packed::MOST_READINGS`] such integers is too large.
                self.sum += value;
                self.min = self.min.min(narrow);
                self.max = self.max.max(narrow);
                self.count += 1;
            }
            Some(_) => self.rest(others).add(value),
            None => self.start_again(value, others),
        }
    }

    /// Adds an integer whose square the sum cannot take.
    #[cold]
    fn start_again(&mut self, value: i64, others: &mut Vec<Summary>) {
        let scaled = self.sums();
        let rest = self.rest(others);
        rest.merge(&Summary { scaled, odd: None });
        rest.add(value);
        *self = Packed { missing: self.missing, rejected: self.rejected, rest: self.rest, ..Packed::EMPTY };
    }

    /// The rest of this cell.
    #[inline]
    fn rest<'a>(&mut self, others: &'a mut Vec<Summary>) -> &'a mut Summary {
        if self.rest == 0 {
            others.push(Summary::default());
            // There are no more of them than cells, whose positions are as wide.
            self.rest = others.len() as u32;
        }
        &mut others[self.rest as usize - 1]
    }

    fn sums(&self) -> Sums {
        let Packed { sum, sum_of_squares, min, max, count, .. } = *self;
        if count == 0 {
            return Sums::default();
        }
        Sums {
            count: count.into(),
            sum: sum.into(),
            sum_of_squares: sum_of_squares.into(),
            min: min.into(),
            max: max.into(),
        }
    }

    /// Whether there is no reading.
    #[inline]
    pub fn is_empty(&self) -> bool {
        (self.count, self.missing, self.rejected, self.rest) == (0, 0, 0, 0)
    }

    /// Missing and rejected readings, and the sums, where nothing of it stands elsewhere.
    #[inline]
    pub fn plain(&self) -> Option<(u64, u64, Sums)> {
        (self.rest == 0).then(|| (self.missing.into(), self.rejected.into(), self.sums()))
    }

    /// The cell that this is.
    pub fn cell(&self, others: &[Summary]) -> Cell {
        let mut summary = Summary { scaled: self.sums(), odd: None };
        if let Some(rest) = (self.rest as usize).checked_sub(1).and_then(|at| others.get(at)) {
            summary.merge(rest);
        }
        Cell { missing: self.missing.into(), rejected: self.rejected.into(), summary }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::{Decimal, Reason};

    use super::*;

    /// Five squares of the first two are too much for the sum; the others are too large by themselves.
    const LARGE: [i64; 5] = [i32::MAX as i64, i32::MIN as i64, i32::MAX as i64 + 1, i64::MAX, -i64::MAX];

    fn reading() -> impl Strategy<Value = Reading> {
        prop_oneof![
            4 => (-500_i64..500).prop_map(Reading::Scaled),
            2 => prop::sample::select(&LARGE[..]).prop_map(Reading::Scaled),
            2 => (1_i64..999, 3_u8..9).prop_map(|(digits, scale)| Reading::Fine { digits: digits * 10 + 1, scale }),
            1 => (1_i64..99).prop_map(|digits| Reading::Odd(Box::new(Decimal::new(digits, 30)))),
            1 => Just(Reading::Missing),
            1 => Just(Reading::Rejected(Reason::NotANumber)),
        ]
    }

    proptest! {
        /// A packed cell is the cell that the readings make, to everything that is said of it.
        #[test]
        fn nothing_is_lost(cells in prop::collection::vec(prop::collection::vec(reading(), 0..20), 1..4)) {
            let mut others = Vec::new();
            let mut packed = vec![Packed::EMPTY; cells.len()];
            // In turns, so that what stands elsewhere lies mixed.
            for turn in 0..20 {
                for (packed, readings) in packed.iter_mut().zip(&cells) {
                    if let Some(reading) = readings.get(turn) {
                        packed.add(reading, &mut others);
                    }
                }
            }
            for (packed, readings) in packed.iter().zip(&cells) {
                let mut cell = Cell::default();
                readings.iter().for_each(|reading| cell.add(reading));
                let found = packed.cell(&others);
                let said = |cell: &Cell| {
                    let summary = &cell.summary;
                    (
                        (cell.missing, cell.rejected, summary.count()),
                        (summary.sum(1), summary.sum_of_squares(1), summary.min(1), summary.max(1)),
                    )
                };
                prop_assert_eq!(said(&found), said(&cell));
                prop_assert_eq!(packed.is_empty(), readings.is_empty());
            }
        }
    }

    #[test]
    fn it_is_small() {
        assert_eq!(size_of::<Packed>(), 40);
    }
}
