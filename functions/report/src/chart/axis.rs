//! Ticks at round numbers and at the starts of days, months and years.

use shared::Day;

use crate::format;

/// Round numbers at equal distances: `k` × `mantissa` × 10^`exponent` for every `k` from `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    mantissa: i64,
    exponent: i32,
    first: i64,
    last: i64,
}

impl Ticks {
    /// About `target` ticks that enclose `low` to `high`.
    pub fn around(low: f64, high: f64, target: f64) -> Ticks {
        let (low, high) = widen(low, high);
        let ticks = Ticks::step_for((high - low) / target);
        // What is a rounding error away from a tick lies on it.
        let slack = 1e-9;
        Ticks {
            first: (low / ticks.step() + slack).floor() as i64,
            last: (high / ticks.step() - slack).ceil() as i64,
            ..ticks
        }
    }

    /// About `target` ticks within `low` to `high`.
    pub fn within(low: f64, high: f64, target: f64) -> Ticks {
        let around = Ticks::around(low, high, target);
        let slack = 1e-9;
        Ticks {
            first: (low / around.step() - slack).ceil() as i64,
            last: (high / around.step() + slack).floor() as i64,
            ..around
        }
    }

    /// About `target` whole numbers from 0 that enclose `high`.
    pub fn counts(high: u64, target: f64) -> Ticks {
        let ticks = Ticks::around(0.0, high.max(1) as f64, target);
        if ticks.exponent < 0 {
            Ticks { mantissa: 1, exponent: 0, first: 0, last: high.max(1) as i64 }
        } else {
            ticks
        }
    }

    /// The smallest of 1, 2, 5 × 10^n that is not below `least`.
    fn step_for(least: f64) -> Ticks {
        let steps = (-9..=308).flat_map(|exponent| [1, 2, 5].map(|mantissa| (mantissa, exponent)));
        let tick = |(mantissa, exponent)| Ticks { mantissa, exponent, first: 0, last: 0 };
        steps.map(tick).find(|tick| tick.step() >= least * (1.0 - 1e-9)).unwrap_or(tick((1, 308)))
    }

    fn step(&self) -> f64 {
        self.value(1)
    }

    fn value(&self, k: i64) -> f64 {
        let scaled = (k * self.mantissa) as f64;
        // Dividing by a power of ten rounds once; multiplying by its inverse would round twice.
        if self.exponent < 0 {
            scaled / 10_f64.powi(-self.exponent)
        } else {
            scaled * 10_f64.powi(self.exponent)
        }
    }

    /// First and last value.
    pub fn ends(&self) -> (f64, f64) {
        (self.value(self.first), self.value(self.last))
    }

    /// The values with their labels.
    pub fn values(self) -> impl Iterator<Item = (f64, String)> {
        let places = usize::try_from(-self.exponent).unwrap_or(0);
        (self.first..=self.last).map(move |k| (self.value(k), format::number(self.value(k), places)))
    }
}

/// A range that is not too narrow to divide.
fn widen(low: f64, high: f64) -> (f64, f64) {
    let magnitude = low.abs().max(high.abs());
    if high - low > magnitude * 1e-9 && high - low >= 1e-8 {
        return (low, high);
    }
    let margin = (magnitude * 0.05).max(1.0);
    (low - margin, high + margin)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A distance between ticks of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Days(i32),
    Months(u32),
    Years(u32),
}

impl Step {
    const ALL: [Step; 19] = [
        Step::Days(1),
        Step::Days(2),
        Step::Days(5),
        Step::Days(7),
        Step::Days(14),
        Step::Months(1),
        Step::Months(2),
        Step::Months(3),
        Step::Months(6),
        Step::Years(1),
        Step::Years(2),
        Step::Years(5),
        Step::Years(10),
        Step::Years(20),
        Step::Years(50),
        Step::Years(100),
        Step::Years(200),
        Step::Years(500),
        Step::Years(1000),
    ];

    /// About how many days it spans.
    fn days(self) -> f64 {
        match self {
            Step::Days(days) => f64::from(days),
            Step::Months(months) => f64::from(months) * 30.44,
            Step::Years(years) => f64::from(years) * 365.25,
        }
    }

    /// Whether a tick falls on this day.
    fn falls_on(self, (year, month, day): (u32, u32, u32), number: i32) -> bool {
        match self {
            Step::Days(days) => number.rem_euclid(days) == 0,
            Step::Months(months) => day == 1 && (month - 1).is_multiple_of(months),
            Step::Years(years) => day == 1 && month == 1 && year.is_multiple_of(years),
        }
    }
}

/// At most about `most` ticks within two day numbers (see [`Day::number`]), as day numbers with labels.
/// A label names the year where it is not the one of the label before.
pub fn days(first: i32, last: i32, most: f64) -> Vec<(i32, String)> {
    let span = f64::from(last - first);
    let step = Step::ALL.into_iter().find(|step| span / step.days() <= most).unwrap_or(Step::Years(1000));
    // Years of 365.2425 days; one more on either side makes up for the rounding.
    let year_of = |number: i32| 1970 + (f64::from(number) / 365.2425) as i32;
    let years = (year_of(first) - 1).max(0) as u32..=(year_of(last) + 1).clamp(0, 9999) as u32;
    let mut ticks = Vec::new();
    let mut labelled_year = None;
    for year in years {
        for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
            let Some(number) = Day::new(year, month, day).map(Day::number) else { continue };
            if !(first..=last).contains(&number) || !step.falls_on((year, month, day), number) {
                continue;
            }
            let name = MONTHS[month as usize - 1];
            let new_year = labelled_year.replace(year) != Some(year);
            let label = match step {
                Step::Years(_) => format!("{year}"),
                Step::Months(_) if new_year => format!("{name} {year}"),
                Step::Months(_) => name.to_owned(),
                Step::Days(_) if new_year => format!("{day} {name} {year}"),
                Step::Days(_) => format!("{day} {name}"),
            };
            ticks.push((number, label));
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: Ticks) -> Vec<String> {
        ticks.values().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_enclose_the_values() {
        assert_eq!(labels(Ticks::around(-4.2, 31.2, 5.0)), ["−10", "0", "10", "20", "30", "40"]);
        assert_eq!(labels(Ticks::around(0.0, 1.0, 5.0)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(Ticks::around(20.1, 20.4, 3.0)), ["20.1", "20.2", "20.3", "20.4"]);
        assert_eq!(labels(Ticks::within(-4.2, 31.2, 5.0)), ["0", "10", "20", "30"]);
    }

    #[test]
    fn one_value_and_huge_values_have_ticks_too() {
        let one = Ticks::around(7.0, 7.0, 4.0);
        assert!(one.ends().0 < 7.0 && one.ends().1 > 7.0);
        let huge = Ticks::around(-1e300, 1e300, 5.0);
        assert!((2..12).contains(&huge.values().count()), "{huge:?}");
        assert!(Ticks::around(1e300, 1e300, 5.0).values().count() < 12);
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(labels(Ticks::counts(0, 4.0)), ["0", "1"]);
        assert_eq!(labels(Ticks::counts(3, 4.0)), ["0", "1", "2", "3"]);
        assert_eq!(labels(Ticks::counts(3500, 4.0)), ["0", "1,000", "2,000", "3,000", "4,000"]);
    }

    fn days_of(first: (u32, u32, u32), last: (u32, u32, u32), most: f64) -> Vec<String> {
        let number = |(y, m, d)| Day::new(y, m, d).unwrap().number();
        days(number(first), number(last), most).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_of_time_fall_on_what_people_call_round() {
        let year = days_of((2023, 1, 1), (2023, 12, 31), 7.0);
        assert_eq!(year, ["Jan 2023", "Mar", "May", "Jul", "Sep", "Nov"]);
        let winter = days_of((2023, 11, 15), (2024, 3, 10), 7.0);
        assert_eq!(winter, ["Dec 2023", "Jan 2024", "Feb", "Mar"]);
        let decades = days_of((1980, 6, 1), (2021, 1, 31), 7.0);
        assert_eq!(decades, ["1990", "2000", "2010", "2020"]);
        let days = days_of((2024, 2, 27), (2024, 3, 2), 7.0);
        assert_eq!(days, ["27 Feb 2024", "28 Feb", "29 Feb", "1 Mar", "2 Mar"]);
        assert_eq!(days_of((2024, 2, 29), (2024, 2, 29), 7.0), ["29 Feb 2024"]);
        assert_eq!(days_of((0, 1, 1), (9999, 12, 31), 11.0).first().unwrap(), "0");
    }
}
