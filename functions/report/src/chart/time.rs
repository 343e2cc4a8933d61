//! The temperature over time: a line of means in a band from the lowest to the highest value.

use askama::Template;
use shared::statistics::DayStatistics;
use shared::{Day, Decimal};

use super::axis::{self, Ticks};
use super::{LEFT, Mark, RIGHT, Scale, View, WIDTH, px};

/// Height of the chart and of what lies above and below the plot, in pixels.
const HEIGHT: f64 = 300.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 30.0;
/// Most points along the chart: more would share pixels.
const MAX_POINTS: i32 = 760;
/// Days that a point may stand for.
const WIDTHS: [i32; 12] = [1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 180, 365];

/// The chart of temperature over time.
#[derive(Debug, Template)]
#[template(path = "time.svg")]
pub struct TimeChart {
    width: String,
    height: String,
    left: String,
    right: String,
    top: String,
    bottom: String,
    plot_width: String,
    plot_height: String,
    unit: &'static str,
    first: Day,
    last: Day,
    values: Vec<Mark>,
    days: Vec<Mark>,
    band: String,
    spikes: String,
    line: String,
    dots: String,
    /// Days that each point stands for.
    pub days_per_point: i32,
}

/// One day, or several in a row, with at least one usable value.
#[derive(Clone, Debug, PartialEq)]
struct Point {
    /// Position on the axis of time, as a day number.
    at: f64,
    mean: f64,
    low: f64,
    high: f64,
}

impl TimeChart {
    /// Draws the days that have values; `None` when there are none.
    pub fn new(by_day: &[DayStatistics], view: View, unit: &'static str) -> Option<TimeChart> {
        let (first, last) = (by_day.first()?.day, by_day.last()?.day);
        let days_per_point = days_per_point(last.number() - first.number() + 1);
        let runs = runs(by_day, days_per_point);
        if runs.is_empty() {
            return None;
        }
        let all = || runs.iter().flatten();
        let low = all().map(|point| point.low).fold(f64::INFINITY, f64::min).max(view.low);
        let high = all().map(|point| point.high).fold(f64::NEG_INFINITY, f64::max).min(view.high);

        let ticks = Ticks::around(low, high, 5.0);
        let y = Scale { from: ticks.ends(), to: (HEIGHT - BOTTOM, TOP) };
        // Half a day on either side gives a single day a width.
        let ends = (first.number() as f64 - 0.5, last.number() as f64 + 0.5);
        let x = Scale { from: ends, to: (LEFT, WIDTH - RIGHT) };
        let mut chart = TimeChart {
            width: px(WIDTH),
            height: px(HEIGHT),
            left: px(LEFT),
            right: px(WIDTH - RIGHT),
            top: px(TOP),
            bottom: px(HEIGHT - BOTTOM),
            plot_width: px(WIDTH - RIGHT - LEFT),
            plot_height: px(HEIGHT - BOTTOM - TOP),
            unit,
            first,
            last,
            values: ticks.values().map(|(value, label)| Mark { at: px(y.at(value)), label }).collect(),
            days: axis::days(first.number(), last.number(), 7.0)
                .into_iter()
                .map(|(number, label)| Mark { at: px(x.at(number as f64)), label })
                .collect(),
            band: String::new(),
            spikes: String::new(),
            line: String::new(),
            dots: String::new(),
            days_per_point,
        };
        for run in &runs {
            chart.draw(run, x, y);
        }
        Some(chart)
    }

    /// Draws points without a gap between them.
    fn draw(&mut self, run: &[Point], x: Scale, y: Scale) {
        let at = |point: &Point, value: f64| format!("{} {}", px(x.at(point.at)), px(y.at(value)));
        if let [alone] = run {
            self.spikes += &format!("M{}V{}", at(alone, alone.high), px(y.at(alone.low)));
            // A line of no length has round ends: a dot.
            self.dots += &format!("M{}h0", at(alone, alone.mean));
            return;
        }
        let path = |points: Vec<String>| points.join("L");
        let means = run.iter().map(|point| at(point, point.mean)).collect();
        let highs = run.iter().map(|point| at(point, point.high));
        let lows = run.iter().rev().map(|point| at(point, point.low));
        self.line += &format!("M{}", path(means));
        self.band += &format!("M{}Z", path(highs.chain(lows).collect()));
    }
}

/// The days that each point stands for when `days` days are drawn.
fn days_per_point(days: i32) -> i32 {
    let widths = WIDTHS.into_iter();
    widths.clone().find(|width| days <= MAX_POINTS * width).unwrap_or_else(|| {
        // Whole years, as many as it takes.
        let years = (days as u64).div_ceil(365 * MAX_POINTS as u64);
        365 * years as i32
    })
}

/// Points of `width` days each, in runs without a gap: a point without any value ends a run.
fn runs(by_day: &[DayStatistics], width: i32) -> Vec<Vec<Point>> {
    let (Some(first), Some(last)) = (by_day.first(), by_day.last()) else {
        return Vec::new();
    };
    let (first, last) = (first.day.number(), last.day.number());
    let bucket_of = |day: &DayStatistics| (day.day.number() - first) / width;
    let mut runs: Vec<Vec<Point>> = Vec::new();
    let mut previous = None;
    for days in by_day.chunk_by(|a, b| bucket_of(a) == bucket_of(b)) {
        let bucket = bucket_of(&days[0]);
        let start = first + bucket * width;
        let end = (start + width - 1).min(last);
        let Some(point) = point(days, (start + end) as f64 / 2.0) else { continue };
        match runs.last_mut() {
            Some(run) if previous == Some(bucket - 1) => run.push(point),
            _ => runs.push(vec![point]),
        }
        previous = Some(bucket);
    }
    runs
}

/// The days together: the mean weighted by their values, and the extremes of all of them.
fn point(days: &[DayStatistics], at: f64) -> Option<Point> {
    let mut count = 0.0;
    let mut sum = 0.0;
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for day in days {
        let (Some(mean), Some(min), Some(max)) = (day.mean, &day.min, &day.max) else { continue };
        count += day.count as f64;
        sum += mean * day.count as f64;
        low = low.min(Decimal::to_f64(min));
        high = high.max(Decimal::to_f64(max));
    }
    (count > 0.0).then(|| Point { at, mean: sum / count, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day of January 2024 with `count` values around `mean`, ±1.
    fn day(day: u32, count: u64, mean: i64) -> DayStatistics {
        DayStatistics {
            day: Day::new(2024, 1, day).unwrap(),
            count,
            mean: (count > 0).then_some(mean as f64),
            min: (count > 0).then(|| Decimal::new(mean - 1, 0)),
            max: (count > 0).then(|| Decimal::new(mean + 1, 0)),
        }
    }

    fn means(runs: &[Vec<Point>]) -> Vec<Vec<f64>> {
        runs.iter().map(|run| run.iter().map(|point| point.mean).collect()).collect()
    }

    #[test]
    fn a_missing_day_and_a_day_without_values_are_gaps() {
        let days = [day(1, 1, 5), day(2, 1, 6), day(4, 1, 7), day(5, 0, 0), day(6, 1, 8)];
        assert_eq!(means(&runs(&days, 1)), [vec![5.0, 6.0], vec![7.0], vec![8.0]]);
    }

    #[test]
    fn days_together_have_a_weighted_mean_and_all_their_extremes() {
        // (10·1 + 20·3) / 4 = 17.5; the third day stands alone at the end.
        let runs = runs(&[day(1, 1, 10), day(2, 3, 20), day(3, 1, 0)], 2);
        assert_eq!(means(&runs), [[17.5, 0.0]]);
        assert_eq!((runs[0][0].low, runs[0][0].high), (9.0, 21.0));
        let first = Day::new(2024, 1, 1).unwrap().number() as f64;
        assert_eq!((runs[0][0].at, runs[0][1].at), (first + 0.5, first + 2.0));
    }

    #[test]
    fn a_point_stands_for_more_days_when_there_are_more_than_pixels() {
        assert_eq!(days_per_point(1), 1);
        assert_eq!(days_per_point(760), 1);
        assert_eq!(days_per_point(761), 2);
        // 1980 to 2020: 41 years.
        assert_eq!(days_per_point(14_976), 30);
        assert!(3_652_425 / days_per_point(3_652_425) < MAX_POINTS);
    }

    #[test]
    fn a_chart_of_one_day_and_of_none() {
        let view = View { low: 4.0, high: 6.0 };
        let chart = TimeChart::new(&[day(1, 3, 5)], view, "°C").unwrap();
        assert!(chart.line.is_empty() && chart.dots.starts_with('M'));
        assert!(TimeChart::new(&[], view, "").is_none());
        assert!(TimeChart::new(&[day(1, 0, 0)], view, "").is_none());
    }

    #[test]
    fn values_stand_where_the_axis_says() {
        let view = View { low: 0.0, high: 10.0 };
        let days = [day(1, 1, 1), day(2, 1, 9)];
        let chart = TimeChart::new(&days, view, "°C").unwrap();
        // The axis goes from 0 to 10 over 244 px; a day is half of 786 px wide.
        assert_eq!(chart.line, "M252.5 245.6L645.5 50.4");
        assert_eq!(chart.band, "M252.5 221.2L645.5 26L645.5 74.8L252.5 270Z");
    }
}
