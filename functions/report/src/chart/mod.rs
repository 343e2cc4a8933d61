//! Charts as inline SVG. The geometry is computed here, the drawing stands in `templates/*.svg`.

pub mod axis;
pub mod histogram;
pub mod time;

use shared::histogram::Bin;
use shared::{Decimal, Histogram, Statistics};

/// Width of a chart in pixels; the page scales it down on narrow screens.
pub const WIDTH: f64 = 860.0;
/// Space for the labels left of the plot.
pub const LEFT: f64 = 56.0;
/// Space right of the plot, for half of the last label.
pub const RIGHT: f64 = 18.0;

/// The part of the values that the charts show: all of them, unless a few far away would leave
/// nothing but a flat line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Lowest value shown.
    pub low: f64,
    /// Highest value shown.
    pub high: f64,
}

/// The values between the first and the last percentile fill at least this part of a chart.
const LEAST_FILL: f64 = 0.25;

impl View {
    /// The view of all values; `None` without values.
    pub fn new(statistics: &Statistics) -> Option<View> {
        let low = statistics.min_temperature.as_ref().map(Decimal::to_f64)?;
        let high = statistics.max_temperature.as_ref().map(Decimal::to_f64)?;
        let quantile = |name: &str| statistics.quantiles.get(name).copied().flatten();
        if let (Some(p01), Some(p99)) = (quantile("p01"), quantile("p99")) {
            let spread = p99 - p01;
            if spread > 0.0 && spread < LEAST_FILL * (high - low) {
                return Some(View { low: low.max(p01 - spread), high: high.min(p99 + spread) });
            }
        }
        Some(View { low, high })
    }

    /// Values that the view leaves out.
    pub fn outside(&self, histogram: &Histogram) -> u64 {
        histogram.count() - self.bins(histogram).map(|bin| bin.count).sum::<u64>()
    }

    /// The bins that are in view, if only in part.
    pub fn bins<'a>(&self, histogram: &'a Histogram) -> impl Iterator<Item = Bin> + use<'a> {
        // Outwards: a value at the end of the view may have been rounded into the next bin.
        let (low, high) = ((self.low * 100.0 - 0.5).floor() as i64, (self.high * 100.0 + 0.5).ceil() as i64);
        let span = histogram.span();
        histogram.bins().filter(move |bin| bin.first <= high && low < bin.first + span)
    }
}

/// A straight map from values to pixels.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Values at the ends.
    pub from: (f64, f64),
    /// Pixels at the ends.
    pub to: (f64, f64),
}

impl Scale {
    /// The pixel of `value`.
    pub fn at(&self, value: f64) -> f64 {
        let part = (value - self.from.0) / (self.from.1 - self.from.0);
        self.to.0 + part * (self.to.1 - self.to.0)
    }
}

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where, in pixels.
    pub at: String,
    /// What it says.
    pub label: String,
}

/// A coordinate as SVG writes it: a tenth of a pixel is fine enough.
pub fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use shared::Partial;
    use shared::statistics::Groups;

    use super::*;
    use crate::testing;

    fn statistics(partial: &Partial) -> Statistics {
        Statistics::new(
            &testing::object(),
            "a.csv",
            &testing::plan(),
            partial,
            &Groups::default(),
            Vec::new(),
        )
    }

    fn view(tenths: &[i64]) -> (View, u64) {
        let mut partial = Partial::new(1);
        testing::add(&mut partial, tenths);
        let view = View::new(&statistics(&partial)).unwrap();
        (view, view.outside(&partial.variables[0].histogram))
    }

    #[test]
    fn all_values_are_shown_as_a_rule() {
        assert_eq!(view(&[-50, 0, 300]), (View { low: -5.0, high: 30.0 }, 0));
        assert_eq!(view(&[70; 50]), (View { low: 7.0, high: 7.0 }, 0));
    }

    #[test]
    fn a_few_values_far_away_are_left_out() {
        // 0.0 to 100.0 in steps of 0.1, and one -9999: p01 and p99 are about 1 and 99.
        let mut values: Vec<i64> = (0..=1000).collect();
        values.push(-99_990);
        let (view, outside) = view(&values);
        assert!((-98.5..-95.0).contains(&view.low), "{view:?}");
        assert_eq!((view.high, outside), (100.0, 1));
    }

    #[test]
    fn no_value_is_outside_because_it_was_rounded() {
        // 1.005 is nearest to 1.01 and 1.00 alike; as an `f64` it is a little less.
        let mut partial = Partial::new(1);
        for thousandths in [1_005, -1_005] {
            let value = Decimal::new(thousandths, 3);
            partial.variables[0].total.add_odd(&value);
            partial.variables[0].histogram.add_odd(&value);
        }
        let view = View::new(&statistics(&partial)).unwrap();
        assert_eq!(view.outside(&partial.variables[0].histogram), 0);
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([1.0, 1.25, -0.01, 100.06].map(px), ["1", "1.2", "0", "100.1"]);
    }
}
