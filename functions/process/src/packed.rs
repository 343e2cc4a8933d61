//! A cell as long as rows are read: one line of the processor's cache.

use shared::summary::Sums;
use shared::{Cell, Reading, Summary};

/// The readings of a cell. Counts are half as wide as those of [`Cell`], and what no integer at the plan's scale holds
/// stands elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    sum: i128,
    sum_of_squares: i128,
    min: i64,
    max: i64,
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
        min: i64::MAX,
        max: i64::MIN,
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
        let value_squared = i128::from(value) * i128::from(value);
        let Some(sum_of_squares) = self.sum_of_squares.checked_add(value_squared) else {
            return self.add_beyond(value, others);
        };
        self.sum_of_squares = sum_of_squares;
        self.sum += i128::from(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.count += 1;
    }

    /// Adds an integer whose square the sum cannot take.
    #[cold]
    fn add_beyond(&mut self, value: i64, others: &mut Vec<Summary>) {
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
        Sums { count: count.into(), sum, sum_of_squares, min, max }
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

    fn reading() -> impl Strategy<Value = Reading> {
        prop_oneof![
            4 => (-500_i64..500).prop_map(Reading::Scaled),
            // Six squares of these are too much for 128 bits.
            2 => prop::sample::select(&[i64::MAX, -i64::MAX, i64::MAX - 1][..]).prop_map(Reading::Scaled),
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
    fn it_is_one_line_of_the_cache() {
        assert_eq!(size_of::<Packed>(), 64);
    }
}
