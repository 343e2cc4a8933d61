use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn histogram(scale: u8, values: &[i64]) -> Histogram {
    let mut histogram = Histogram::default();
    values.iter().for_each(|value| histogram.add(Binning::new(scale).bin(*value)));
    histogram
}

/// Expected values: `numpy.quantile([1, 2, 3, 4, 10], [.01, .25, .5, .75, .99])`.
#[test]
fn quantiles_are_those_of_numpy() {
    let histogram = histogram(0, &[10, 3, 1, 4, 2]);
    let quantiles: Vec<_> = [1, 25, 50, 75, 99].map(|p| histogram.quantile(p).unwrap()).into();
    assert_eq!(quantiles, [1.04, 2.0, 3.0, 4.0, 9.76]);
    assert_eq!(Histogram::default().quantile(50), None);
}

#[test]
fn bins_are_a_hundredth_wide_and_their_centres_are_multiples() {
    let bins = |scale, value| Binning::new(scale).bin(value);
    assert_eq!(bins(1, 214), 2140);
    assert_eq!(bins(3, 21_404), 2140);
    assert_eq!(bins(3, 21_405), 2141);
    assert_eq!(bins(3, -21_405), -2140);
    assert_eq!(Decimal::new(21_405, 3).nearest_bin(PLACES), 2141);
    assert_eq!(Decimal::new(-21_405, 3).nearest_bin(PLACES), -2140);
}

#[test]
fn values_of_any_magnitude_have_their_quantiles() {
    let mut all = histogram(0, &[-200_000, 20, 999_999_999, 90_000]);
    all.merge(&histogram(0, &[-999_999_999]));
    assert_eq!(all.count(), 5);
    assert_eq!(all.quantile(0), Some(-999_999_999.0));
    assert_eq!(all.quantile(50), Some(20.0));
    assert_eq!(all.quantile(100), Some(999_999_999.0));
    assert_eq!(all.width().to_string(), "0.01");
    let text = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<Histogram>(&text).unwrap(), all);
}

#[test]
fn a_value_more_than_fit_makes_all_bins_ten_times_as_wide() {
    let most: Vec<_> = (0..MAX_OCCUPIED as i64).collect();
    let mut histogram = histogram(2, &most);
    assert_eq!((histogram.width().to_string(), histogram.bins().count()), ("0.01".into(), MAX_OCCUPIED));
    assert_eq!(histogram.quantile(0), Some(0.0));
    histogram.add(-1);
    // -0.01 lies in the bin of -0.10 to -0.01, whose centre is -0.055.
    assert_eq!((histogram.width().to_string(), histogram.bins().count()), ("0.1".into(), 13_109));
    assert_eq!(histogram.quantile(0), Some(-0.055));
    assert_eq!(histogram.count(), MAX_OCCUPIED as u64 + 1);
}

#[test]
fn memory_is_bounded_while_values_are_counted() {
    let mut histogram = Histogram::default();
    for step in 0..1_000_000_i64 {
        histogram.add(step * 199_999 - OUTERMOST);
        assert!(histogram.occupied <= MAX_OCCUPIED);
    }
    assert_eq!(histogram.width().to_string(), "100000");
    assert_eq!(histogram.occupied, histogram.bins().count());
}

#[test]
fn what_is_no_histogram_is_refused() {
    for text in [
        r#"{"most":131072,"level":9,"bins":[]}"#,
        r#"{"most":131073,"level":0,"bins":[]}"#,
        r#"{"most":131072,"level":0,"bins":[[100000000001,1]]}"#,
    ] {
        assert!(serde_json::from_str::<Histogram>(text).is_err(), "{text}");
    }
}

#[test]
fn variables_share_the_room() {
    let mut one = Histogram::one_of(40);
    (0..1 << 14).for_each(|value| one.add(value));
    assert_eq!((one.width().to_string(), one.bins().count()), ("0.01".into(), 1 << 14));
    one.add(-1);
    assert_eq!(one.width().to_string(), "0.1");
    assert_eq!(Histogram::one_of(1), Histogram::default());
}

/// Numbers without chance: Knuth's linear congruential generator.
fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 20
    }
}

/// The rule as it stands in words: the finest width with few enough occupied bins, found by counting each.
fn expected_level(bins: &[i64]) -> u32 {
    let occupied = |level: &u32| {
        bins.iter().map(|bin| bin.div_euclid(10_i64.pow(*level))).collect::<BTreeSet<_>>().len()
    };
    (0..).find(|level| occupied(level) <= MAX_OCCUPIED).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(8) })]

    /// However the values are dealt out to parts, and in whatever order and grouping the parts are merged.
    #[test]
    fn any_partition_merges_to_the_same(
        seed in any::<u64>(), values in 100_000_usize..400_000, spread in 5_u32..=11, narrow in 2_u32..=6, parts in 1_usize..7,
    ) {
        let mut number = numbers(seed);
        // Most values close together, some far away: parts differ in width.
        let mut any = |spread: u32| (number() % (2 * 10_u64.pow(spread))) as i64 - 10_i64.pow(spread);
        let bins: Vec<i64> = (0..values).map(|i| if i % 3 == 0 { any(narrow) } else { any(spread) }).collect();
        let mut whole = Histogram::default();
        bins.iter().for_each(|bin| whole.add(*bin));
        prop_assert_eq!(whole.span(), 10_i64.pow(expected_level(&bins)));

        let mut dealt = vec![Histogram::default(); parts];
        for (i, bin) in bins.iter().enumerate() {
            // The first part gets the narrow values only.
            let part = if i % 3 == 0 { 0 } else { number() as usize % parts };
            dealt[part].add(*bin);
        }
        while dealt.len() > 1 {
            let one = dealt.swap_remove(number() as usize % dealt.len());
            let one: Histogram = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
            let other = number() as usize % dealt.len();
            dealt[other].merge(&one);
        }
        prop_assert_eq!(&dealt[0], &whole);

        // A value is within half a bin of what counts for it.
        let mut sorted = bins;
        sorted.sort_unstable();
        let half = whole.width().to_f64() / 2.0;
        for percent in [0, 1, 25, 50, 75, 99, 100] {
            let at = (sorted.len() - 1) as f64 * percent as f64 / 100.0;
            let (low, high) = (sorted[at.floor() as usize] as f64, sorted[at.ceil() as usize] as f64);
            let exact = (low + (high - low) * at.fract()) / 100.0;
            let distance = (whole.quantile(percent).unwrap() - exact).abs();
            prop_assert!(distance <= half * (1.0 + 1e-9) + 1e-6, "{percent} %: off by {distance}");
        }
    }
}
