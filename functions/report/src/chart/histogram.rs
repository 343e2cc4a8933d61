//! The distribution: bars of round widths, put together from the bins of the histogram.

use askama::Template;
use shared::Histogram;
use shared::histogram::Bin;

use super::axis::Ticks;
use super::{LEFT, Mark, RIGHT, Scale, View, WIDTH, px};
use crate::format;

/// Height of the chart and of what lies above and below the plot, in pixels.
const HEIGHT: f64 = 240.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 30.0;
/// Most bars; with round widths it is rarely less than half of that.
const MAX_BARS: i64 = 80;

/// The chart of the distribution.
#[derive(Debug, Template)]
#[template(path = "histogram.svg")]
pub struct HistogramChart {
    width: String,
    height: String,
    left: String,
    right: String,
    top: String,
    bottom: String,
    unit: &'static str,
    counts: Vec<Mark>,
    values: Vec<Mark>,
    bars: Vec<Bar>,
    rows: bool,
    /// Where the mean is, if it is in view.
    mean: Option<Mark>,
    /// Width of a bar with its unit, for people.
    pub bar_width: String,
}

/// A bar as it is drawn.
#[derive(Debug)]
struct Bar {
    x: String,
    y: String,
    width: String,
    height: String,
    label: String,
}

/// Counts of values in bars of equal width; all numbers are in hundredths of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bars {
    width: i64,
    /// Distance of the values that the file can write: 10 with one decimal.
    step: i64,
    /// Bar `i` holds the values from (first + i) × width up to but without the next bar's first.
    first: i64,
    counts: Vec<u64>,
}

impl HistogramChart {
    /// Draws the values in view; `None` when there are none. `scale` is the plan's; where a row has one value at most,
    /// `rows` are counted.
    pub fn new(
        histogram: &Histogram,
        view: View,
        scale: u8,
        mean: Option<f64>,
        unit: &'static str,
        rows: bool,
    ) -> Option<HistogramChart> {
        let bars = Bars::new(view.bins(histogram), histogram.span(), scale)?;
        let edges = (bars.edge(0), bars.edge(bars.counts.len()));
        let x = Scale { from: edges, to: (LEFT, WIDTH - RIGHT) };
        let counts = Ticks::counts(bars.counts.iter().copied().max()?, 4.0);
        let y = Scale { from: counts.ends(), to: (HEIGHT - BOTTOM, TOP) };
        let places = usize::from(scale.min(2));
        let (one, many) = if rows { ("row", "rows") } else { ("value", "values") };
        let drawn = bars.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(i, count)| {
            let (left, right) = (x.at(bars.edge(i)), x.at(bars.edge(i + 1)));
            // Whatever is there is at least a hairline high.
            let height = (HEIGHT - BOTTOM - y.at(*count as f64)).max(0.7);
            Bar {
                x: px(left + 0.5),
                y: px(HEIGHT - BOTTOM - height),
                width: px((right - left - 1.0).max(1.0)),
                height: px(height),
                label: format!("{}: {}", bars.label(i, places, unit), format::counted(*count, one, many)),
            }
        });
        Some(HistogramChart {
            width: px(WIDTH),
            height: px(HEIGHT),
            left: px(LEFT),
            right: px(WIDTH - RIGHT),
            top: px(TOP),
            bottom: px(HEIGHT - BOTTOM),
            unit,
            counts: counts.values().map(|(count, label)| Mark { at: px(y.at(count)), label }).collect(),
            values: Ticks::within(edges.0, edges.1, 8.0)
                .values()
                .map(|(value, label)| Mark { at: px(x.at(value)), label })
                .collect(),
            mean: mean
                .filter(|mean| (edges.0..=edges.1).contains(mean))
                .map(|mean| Mark { at: px(x.at(mean)), label: format::number(mean, usize::from(scale) + 1) }),
            bar_width: format!("{} {unit}", amount(bars.width)).trim_end().to_owned(),
            bars: drawn.collect(),
            rows,
        })
    }
}

impl Bars {
    /// Puts bins of `span` hundredths together; `None` when there is none.
    fn new(bins: impl Iterator<Item = Bin>, span: i64, scale: u8) -> Option<Bars> {
        let bins: Vec<_> = bins.collect();
        let (low, high) = (bins.first()?.first, bins.last()?.first);
        let step = 10_i64.pow(2 - u32::from(scale.min(2)));
        // Both are powers of ten, so the greater is a multiple of the other: no bin lies in two bars.
        let width = width(low, high, step.max(span));
        let first = low.div_euclid(width);
        let mut counts = vec![0; (high.div_euclid(width) - first + 1) as usize];
        for bin in bins {
            counts[(bin.first.div_euclid(width) - first) as usize] += bin.count;
        }
        Some(Bars { width, step, first, counts })
    }

    /// Where bar `i` begins, in units. A value stands for all that would be rounded to it, so a
    /// bar begins half a step before its first value.
    fn edge(&self, i: usize) -> f64 {
        let doubled = 2 * self.width * (self.first + i as i64) - self.step;
        doubled as f64 / 200.0
    }

    /// The values in bar `i`: `10.0 to 10.9 °C`.
    fn label(&self, i: usize, places: usize, unit: &str) -> String {
        let first = self.width * (self.first + i as i64);
        let last = first + self.width - self.step;
        let value = |hundredths: i64| format::number(hundredths as f64 / 100.0, places);
        let values =
            if first == last { value(first) } else { format!("{} to {}", value(first), value(last)) };
        format!("{values} {unit}").trim_end().to_owned()
    }
}

/// The smallest round width with at most [`MAX_BARS`] bars. It is a multiple of the resolution:
/// otherwise some bars would cover more of the file's possible values than others.
fn width(low: i64, high: i64, resolution: i64) -> i64 {
    let powers = (0..18).map(|exponent| 10_i64.pow(exponent));
    let mut widths = powers.flat_map(|power| {
        // 2.5 units are rounder than 2.5 hundredths.
        [Some(power), Some(2 * power), (power >= 10).then_some(power / 10 * 25), Some(5 * power)]
            .into_iter()
            .flatten()
    });
    widths
        .find(|width| width % resolution == 0 && high.div_euclid(*width) - low.div_euclid(*width) < MAX_BARS)
        .unwrap_or(i64::MAX)
}

/// Hundredths in units, without trailing zeros: `0.25`, `10`.
fn amount(hundredths: i64) -> String {
    let places = match hundredths {
        h if h % 100 == 0 => 0,
        h if h % 10 == 0 => 1,
        _ => 2,
    };
    format::number(hundredths as f64 / 100.0, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_round_and_fit_the_resolution() {
        // -10.00 to 35.00: 45 units. With two decimals 91 bars of 0.5 are too many.
        assert_eq!(width(-1000, 3500, 1), 100);
        assert_eq!(width(-1000, 2900, 1), 50);
        // One decimal: 0.2, but not 0.25, is a multiple of 0.1. 18 units in 0.2 would be 91 bars.
        assert_eq!(width(0, 1800, 10), 50);
        assert_eq!(width(0, 1800, 1), 25);
        // Whole degrees.
        assert_eq!(width(0, 3000, 100), 100);
        assert_eq!(width(5, 5, 1), 1);
        assert!(width(-10_000_000, 10_000_000, 1) >= 250_000);
    }

    fn bars(bins: &[(i64, u64)], span: i64, scale: u8) -> Bars {
        let bins = bins.iter().map(|(first, count)| Bin { first: *first, count: *count });
        Bars::new(bins, span, scale).unwrap()
    }

    #[test]
    fn every_value_is_in_one_bar() {
        let bars = bars(&[(-10, 1), (0, 2), (90, 3), (100, 4), (8000, 5)], 1, 1);
        // 80.1 units in one decimal: bars of 2 units; -0.1 lies in the first, from -2.0.
        assert_eq!((bars.width, bars.first, bars.counts.len()), (200, -1, 42));
        assert_eq!((bars.counts[0], bars.counts[1], bars.counts[41]), (1, 9, 5));
        assert_eq!(bars.edge(0), -2.05);
        assert_eq!(bars.label(1, 1, "°C"), "0.0 to 1.9 °C");
    }

    #[test]
    fn a_bar_of_whole_degrees_stands_on_its_degree() {
        let bars = bars(&[(700, 1), (800, 2)], 1, 0);
        assert_eq!((bars.width, bars.edge(0), bars.edge(1)), (100, 6.5, 7.5));
        assert_eq!(bars.label(0, 0, ""), "7");
    }

    #[test]
    fn bars_are_no_finer_than_the_bins() {
        // Bins of 10 units, of a file with two decimals: from -10.00 to 39.99.
        let bars = bars(&[(-1000, 1), (0, 2), (3000, 3)], 1000, 2);
        assert_eq!((bars.width, bars.first, &bars.counts[..]), (1000, -1, &[1, 2, 0, 0, 3][..]));
        assert_eq!((bars.edge(0), bars.edge(5)), (-10.005, 39.995));
        assert_eq!(bars.label(4, 2, "K"), "30.00 to 39.99 K");
    }

    #[test]
    fn what_is_out_of_view_has_no_bar() {
        let mut histogram = Histogram::default();
        [-999_900, 100].into_iter().for_each(|bin| histogram.add(bin));
        let counts = |low, high| Some(Bars::new(View { low, high }.bins(&histogram), 1, 1)?.counts);
        assert_eq!(counts(0.0, 2.0), Some(vec![1]));
        assert_eq!(counts(3.0, 4.0), None);
    }
}
