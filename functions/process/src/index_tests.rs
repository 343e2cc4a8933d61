use proptest::prelude::*;

use super::*;

/// Texts of all kinds of fields, most of them in quotes; and texts of the bytes that matter in any order.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        8 => "\"[a1.]{0,9}\"",
        1 => "[a1.]{0,9}",
        1 => "\"[a,\n\r]{0,5}\"",
        1 => "\"(a|\"\"){0,4}\"",
        1 => "[\"a,\r]{0,4}",
    ];
    let line = (prop::collection::vec(field, 1..6), prop_oneof![6 => Just("\n"), 1 => Just("\r\n")]);
    let lines = prop::collection::vec(line, 0..60).prop_map(|lines| {
        lines.into_iter().map(|(fields, end)| fields.join(",") + end).collect::<String>().into_bytes()
    });
    let bytes = prop::collection::vec(prop::sample::select(&b"\",\n\raa\xC3"[..]), 0..300);
    // All in quotes but for one byte, which is put in, taken out or replaced.
    let full = prop::collection::vec("\"[a1.]{0,3}\"(,\"[a1.]{0,12}\"){4}\n", 1..6);
    let nearly_full = (full, any::<prop::sample::Index>(), prop::sample::select(&b"\",\n\ra"[..]), 0..3)
        .prop_map(|(lines, at, byte, change)| {
            let mut text = lines.concat().into_bytes();
            let at = at.index(text.len());
            let taken = usize::from(change > 0);
            text.splice(at..at + taken, (change < 2).then_some(byte));
            text
        });
    prop_oneof![3 => lines, 1 => bytes, 6 => nearly_full]
}

/// What is found in the window of `text` from `start` on, which is tried as `dress` first.
fn window(
    processor: Processor,
    text: &[u8],
    start: usize,
    dress: Dress,
) -> (Vec<u32>, usize, usize, bool, Index) {
    let mut index = Index { dress, ..Index::default() };
    index.read(processor, text, start, b',');
    (index.ends().to_vec(), index.lines, index.end(), index.is_ascii(), index)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What a window is tried as changes nothing of what is found in it, but for a text that is dressed in no way.
    #[test]
    fn trying_changes_nothing(text in text()) {
        for processor in Processor::all() {
            let mut start = 0;
            while start < text.len() {
                let (ends, lines, end, is_ascii, any) = window(processor, &text, start, Dress::Any(1));
                for dress in [Dress::Bare, Dress::Full, Dress::Any(0)] {
                    let (tried_ends, tried_lines, tried_end, tried_ascii, tried) = window(processor, &text, start, dress);
                    prop_assert_eq!(&tried_ends, &ends, "{:?}", dress);
                    prop_assert_eq!(tried_end, end);
                    if end > start {
                        prop_assert_eq!((tried_lines, tried_ascii), (lines, is_ascii));
                        prop_assert_eq!(tried.is_dressed(), any.is_dressed());
                    }
                }
                if end == start {
                    break;
                }
                start = end;
            }
        }
    }

}

proptest! {
    /// Texts with each field in quotes are read as such from the second window on.
    #[test]
    fn full_texts_are_read_as_such(lines in prop::collection::vec("\"[a1.]{0,20}\",\"[a1.]{0,20}\"\n", 300..400)) {
        let text = lines.concat().into_bytes();
        for processor in Processor::all() {
            let mut index = Index::default();
            let mut start = 0;
            while start < text.len() {
                index.read(processor, &text, start, b',');
                prop_assert_eq!(index.dress, Dress::Full);
                prop_assert!(index.is_regular(&text, 2) && index.is_dressed());
                start = index.end();
            }
        }
    }
}
