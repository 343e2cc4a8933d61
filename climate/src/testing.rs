//! Cells of all kinds for property tests, and what they must come to, by maps and decimals alone.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shared::{Cell, CellKey, Day, Decimal, Summary};

use crate::batch::Batch;

/// What a cell says, whatever the form that it is kept in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub missing: u64,
    pub rejected: u64,
    pub used: u64,
    pub sum: Decimal,
    pub sum_of_squares: Decimal,
    pub extremes: Option<(Decimal, Decimal)>,
}

/// Fraction digits of the variables of these tests.
pub(crate) const SCALE: u8 = 1;

/// 18 digits: the square of a few hundred such values is beyond an `i128`.
const LARGE: i64 = 999_999_999_999_999_999;

/// Values that fit 32 bits and some that do not, and the first one whose square does not.
const EDGES: [i64; 6] = [
    i32::MAX as i64 - 1,
    i32::MAX as i64,
    i32::MAX as i64 + 1,
    i32::MIN as i64,
    i32::MIN as i64 - 1,
    1 << 16,
];

pub(crate) fn said(cell: &Cell) -> Said {
    let summary = &cell.summary;
    Said {
        missing: cell.missing,
        rejected: cell.rejected,
        used: summary.count(),
        sum: summary.sum(SCALE),
        sum_of_squares: summary.sum_of_squares(SCALE),
        extremes: summary.min(SCALE).zip(summary.max(SCALE)),
    }
}

/// Few variables, stations and days, so that keys meet; names that sort by bytes, with and without room in 12 or 24.
pub(crate) fn key() -> impl Strategy<Value = CellKey> {
    let names = [
        "",
        "A",
        "a",
        "Ä",
        "Zürich",
        "exactly 12 b",
        "exactly 13 by",
        "one with more than twenty-four bytes",
    ];
    let station = prop::sample::select(names.to_vec()).prop_map(str::to_owned);
    let number = prop_oneof![Just(-719_528), Just(2_932_896), -40..40_i32];
    let day = prop::option::of(number.prop_map(|number| Day::from_number(number).unwrap()));
    (0..3_u32, station, day).prop_map(|(variable, station, day)| CellKey { variable, station, day })
}

/// Plain cells, mostly; some with sums near the end of an `i128`, with finer values or with ones of any size.
pub(crate) fn cell() -> impl Strategy<Value = Cell> {
    let edge = prop::sample::select(&EDGES[..]);
    let value = prop_oneof![12 => -500..500_i64, 1 => Just(LARGE), 1 => Just(-LARGE), 2 => edge];
    let values = prop::collection::vec(value, 0..4);
    let doublings = prop_oneof![6 => Just(0), 1 => 21..24_u32];
    let odd = prop::option::weighted(0.1, prop_oneof![Just("1e20"), Just("-0.00000000000001"), Just("7.25")]);
    let fine = prop::option::weighted(0.1, 1..1_000_i64);
    (values, doublings, odd, fine, 0..3_u64, 0..3_u64).prop_map(
        |(values, doublings, odd, fine, missing, rejected)| {
            let mut summary = Summary::default();
            values.into_iter().for_each(|value| summary.add(value));
            for _ in 0..doublings {
                let same = summary.clone();
                summary.merge(&same);
            }
            odd.into_iter().for_each(|text| summary.add_odd(&Decimal::parse(text.as_bytes(), b'.').unwrap()));
            fine.into_iter().for_each(|digits| summary.add_fine(digits * 10 + 1, 3));
            Cell { missing, rejected, summary }
        },
    )
}

/// Cells in any order, keys more than once.
pub(crate) fn cells() -> impl Strategy<Value = Vec<(CellKey, Cell)>> {
    prop::collection::vec((key(), cell()), 0..120)
}

/// These cells in batches of `most`.
pub(crate) fn batches(cells: BTreeMap<CellKey, Cell>, most: usize) -> Vec<Batch> {
    let cells: Vec<_> = cells.into_iter().collect();
    cells.chunks(most).map(|chunk| chunk.iter().cloned().collect()).collect()
}

/// Cells of the same key added up, in the order of the keys.
pub(crate) fn added_up(cells: &[(CellKey, Cell)]) -> BTreeMap<CellKey, Cell> {
    let mut map: BTreeMap<CellKey, Cell> = BTreeMap::new();
    for (key, cell) in cells {
        map.entry(key.clone()).or_default().merge(cell);
    }
    map
}
