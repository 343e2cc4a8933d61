//! What the days of a file tell about its times: days that lack, days with more values than others, rows out of order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use shared::{Columns, Day, DayOrder, Finding};

use crate::format;
use crate::listed::Listed;

/// Fewer days tell nothing.
const FEWEST: usize = 10;
/// The share of days, in percent, that must be as the usual ones.
const USUAL_PERCENT: usize = 60;

/// The findings about the days of the primary variable, in a file of one station.
pub fn findings(columns: &Columns, listed: &Listed, order: &DayOrder) -> Vec<Finding> {
    let days = &listed.groups.days;
    if columns.time.is_none()
        || listed.stations > 1
        || days.len() < FEWEST
        || (days.len() as u64) < listed.days
    {
        return Vec::new();
    }
    let counts: Vec<(Day, u64)> = days.iter().map(|(day, summary)| (*day, summary.count())).collect();
    gaps(&counts).into_iter().chain(duplicates(&counts)).chain(disorder(order)).collect()
}

/// Rows that go back in time where the others go on, or on where the others go back.
fn disorder(order: &DayOrder) -> Option<Finding> {
    let (against, way) = match (order.later, order.earlier) {
        (0, _) | (_, 0) => return None,
        (later, earlier) if later >= earlier => {
            (earlier, "an earlier day than the row before, while most go on in time")
        }
        (later, _) => (later, "a later day than the row before, while most go back in time"),
    };
    let example =
        order.example.map_or_else(String::new, |(day, before)| format!(", such as {day} behind {before}"));
    let rows = format::counted(against, "row has", "rows have");
    Some(Finding::info(
        "times_out_of_order",
        format!("{rows} {way}{example}."),
        "No figure depends on the order.",
    ))
}

/// Days that lack between the first and the last, where most follow each other from day to day.
fn gaps(counts: &[(Day, u64)]) -> Option<Finding> {
    let steps = || counts.windows(2).map(|pair| (pair[0].0, pair[1].0.number() - pair[0].0.number()));
    let daily = steps().filter(|(_, step)| *step == 1).count();
    if daily * 100 < (counts.len() - 1) * USUAL_PERCENT {
        return None;
    }
    let lacking: i32 = steps().map(|(_, step)| step - 1).sum();
    let (before, longest) = steps().max_by_key(|(day, step)| (*step, Reverse(*day)))?;
    (lacking > 0).then(|| {
        let message = format!(
            "{} between the first and the last; the longest gap has {} and begins behind {before}.",
            format::counted(lacking.unsigned_abs().into(), "day lacks", "days lack"),
            format::counted((longest - 1).unsigned_abs().into(), "day", "days"),
        );
        Finding::info("gaps", message, "Figures describe the days that are there.")
    })
}

/// Days with more values than the usual day has.
fn duplicates(counts: &[(Day, u64)]) -> Option<Finding> {
    let mut often: BTreeMap<u64, usize> = BTreeMap::new();
    counts.iter().for_each(|(_, count)| *often.entry(*count).or_default() += 1);
    let (usual, days) = often.into_iter().max_by_key(|(_, days)| *days)?;
    let more: Vec<&(Day, u64)> = counts.iter().filter(|(_, count)| *count > usual).collect();
    let (first, count) = more.first()?;
    (usual > 0 && days * 100 >= counts.len() * USUAL_PERCENT).then(|| {
        let message = format!(
            "{} more than the usual {}, such as {first} with {count}.",
            format::counted(more.len() as u64, "day has", "days have"),
            format::counted(usual, "value", "values"),
        );
        Finding::info(
            "duplicate_times",
            message,
            "Look for rows that stand there twice: they count twice in all figures.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i32) -> Day {
        Day::from_number(number).unwrap()
    }

    #[test]
    fn days_that_lack_and_days_with_more_are_told() {
        let mut counts: Vec<(Day, u64)> = (0..30).map(|number| (day(number), 1)).collect();
        assert_eq!((gaps(&counts), duplicates(&counts)), (None, None));
        counts[4].1 = 2;
        counts.remove(20);
        counts.drain(10..13);
        let (gap, more) = (gaps(&counts).unwrap(), duplicates(&counts).unwrap());
        assert!(gap.message.starts_with("4 days lack"), "{}", gap.message);
        assert!(gap.message.contains("3 days and begins behind 1970-01-10"), "{}", gap.message);
        assert!(more.message.contains("1970-01-05 with 2"), "{}", more.message);
        let order = |later, earlier| disorder(&DayOrder { later, earlier, ..DayOrder::default() });
        assert_eq!((order(9, 0), order(0, 9)), (None, None));
        assert!(order(9, 1).unwrap().message.starts_with("1 row has an earlier day"));
        assert!(order(2, 9).unwrap().message.starts_with("2 rows have a later day"));
        // Months stand as their first days.
        let months: Vec<(Day, u64)> = (0..12).map(|number| (day(31 * number), 1)).collect();
        assert_eq!(gaps(&months), None);
    }
}
