//! The splits of a plan: byte ranges that together cover the data rows.

use shared::Split;

/// The most splits of a plan. An execution may have 25,000 events, and every split takes 76 of them when all retries
/// are used up, in each of two plans (`tests/pressure.rs` counts them).
pub const MAX_SPLITS: u64 = 160;

/// One split from `start` to the end, wherever that is.
pub fn single(start: u64, end: Option<u64>) -> Vec<Split> {
    vec![Split { index: 0, start, end, only: true }]
}

/// Cuts `start..end` into pieces of `split_bytes`, or of more where that would make more than `most` of them.
/// Where a piece begins in the middle of a row, the row belongs to the piece before.
pub fn cut(start: u64, end: u64, split_bytes: u64, most: u64) -> Vec<Split> {
    let length = end.saturating_sub(start);
    let size = split_bytes.max(length.div_ceil(most.max(1))).max(1);
    if size >= length {
        return single(start, Some(end));
    }
    (0..length.div_ceil(size))
        .zip(0..)
        .map(|(piece, index)| {
            let start = start + piece * size;
            Split { index, start, end: Some(end.min(start.saturating_add(size))), only: false }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_object_is_one_split() {
        assert_eq!(cut(10, 100, 1000, 900), single(10, Some(100)));
        assert_eq!(cut(10, 100, 90, 900), single(10, Some(100)));
        assert_eq!(cut(10, 100, 89, 900).len(), 2);
    }

    proptest! {
        #[test]
        fn splits_cover_the_data_without_gaps(start in 0_u64..1000, length in 1_u64..10_u64.pow(13), size in 0_u64..10_u64.pow(9), most in 1..=MAX_SPLITS) {
            let splits = cut(start, start + length, size, most);
            prop_assert!(splits.len() as u64 <= most);
            prop_assert_eq!(splits[0].start, start);
            prop_assert_eq!(splits[splits.len() - 1].end, Some(start + length));
            for (index, split) in splits.iter().enumerate() {
                prop_assert_eq!(split.index as usize, index);
                prop_assert!(Some(split.start) < split.end);
                prop_assert_eq!(split.only, splits.len() == 1);
            }
            for pair in splits.windows(2) {
                prop_assert_eq!(pair[0].end, Some(pair[1].start));
            }
        }
    }
}
