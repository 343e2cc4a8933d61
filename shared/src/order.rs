//! The order of a text's rows by their days.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// How the days of rows that follow each other lie to each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOrder {
    /// The days of the first and the last row that have one.
    pub ends: Option<(Day, Day)>,
    /// Rows with a later day than the row before.
    pub later: u64,
    /// Rows with an earlier one.
    pub earlier: u64,
    /// The days of the first such row, and of the one before it.
    pub example: Option<(Day, Day)>,
}

impl DayOrder {
    /// Adds the order of the text that follows.
    pub fn follow(&mut self, next: &DayOrder) {
        let (Some((first, last)), Some((next_first, next_last))) = (self.ends, next.ends) else {
            if self.ends.is_none() {
                self.clone_from(next);
            }
            return;
        };
        self.step(last, next_first);
        self.ends = Some((first, next_last));
        self.later += next.later;
        self.earlier += next.earlier;
        self.example = self.example.or(next.example);
    }

    /// Counts a row of `day` behind one of `before`.
    pub fn step(&mut self, before: Day, day: Day) {
        self.later += u64::from(day > before);
        self.earlier += u64::from(day < before);
        if day < before {
            self.example.get_or_insert((day, before));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(days: &[i32]) -> DayOrder {
        let mut order = DayOrder::default();
        for number in days {
            let day = Day::from_number(*number).unwrap();
            order.follow(&DayOrder { ends: Some((day, day)), ..DayOrder::default() });
        }
        order
    }

    proptest! {
        #[test]
        fn parts_put_together_have_the_order_of_the_whole(days in prop::collection::vec(0_i32..5, 0..12), cut in 0_usize..12) {
            let cut = cut.min(days.len());
            let mut parts = of(&days[..cut]);
            parts.follow(&of(&days[cut..]));
            prop_assert_eq!(&parts, &of(&days));
            let steps = |is_step: fn(i32, i32) -> bool| days.windows(2).filter(|pair| is_step(pair[0], pair[1])).count() as u64;
            prop_assert_eq!((parts.later, parts.earlier), (steps(|a, b| b > a), steps(|a, b| b < a)));
        }
    }
}
