//! How a split's text is cut into blocks, held against the lines of the whole text.

use std::io;

use bytes::Bytes;
use process::blocks::{Blocks, Pieces};
use process::limits::Limits;
use proptest::prelude::*;

use crate::cases;
use crate::support::read::Cut;

fn limits(line_bytes: usize) -> Limits {
    Limits { line_bytes, ..Limits::default() }
}

/// The lines of `text`, each with its line end, and where it begins.
fn lines(text: &[u8]) -> Vec<(usize, &[u8])> {
    let mut at = 0;
    let placed = |line| {
        let start = at;
        at += <[u8]>::len(line);
        (start, line)
    };
    text.split_inclusive(|byte| *byte == b'\n').map(placed).collect()
}

/// All blocks, the bytes that were skipped, and whether the text ended in a line too long.
fn read(mut blocks: Blocks<impl Pieces>) -> (Vec<Bytes>, u64, bool) {
    let mut read = Vec::new();
    while let Some(block) = futures::executor::block_on(blocks.next()).unwrap() {
        read.push(block);
    }
    (read, blocks.skipped(), blocks.is_unfinished())
}

/// Holds blocks against the lines that they are to be. Of a line that is too long, a block may hold the
/// beginning alone, always the same.
fn compare(blocks: &[Bytes], lines: &[&[u8]], line_bytes: usize) {
    let mut lines = lines.iter();
    for block in blocks {
        assert!(!block.is_empty());
        let mut rest = &block[..];
        while !rest.is_empty() {
            let line = lines.next().expect("no more than the lines of the split");
            match rest.strip_prefix(*line) {
                Some(behind) => rest = behind,
                None => {
                    assert!(line.strip_suffix(b"\n").unwrap_or(line).len() > line_bytes, "{line:?} is cut");
                    assert_eq!(block.len(), line_bytes + 1, "a line too long is a block of its own");
                    assert_eq!(block[..], line[..block.len()]);
                    rest = &[];
                }
            }
        }
    }
    assert_eq!(lines.count(), 0, "lines are left over");
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![3 => Just(b'a'), 1 => Just(b'\n'), 1 => any::<u8>()], 0..120)
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![1_usize..6, 1_usize..200], 1..5)
}

proptest! {
    #![proptest_config(cases(2048))]

    /// A split has the lines that begin in it, all of them and no others, whatever the pieces are.
    #[test]
    fn a_split_has_the_lines_that_begin_in_it(
        text in text(), start in 0_usize..120, length in 0_usize..130, line_bytes in 1_usize..40,
        sizes in sizes(),
    ) {
        let start = start.min(text.len());
        let end = (start + length).min(text.len());
        let owned = (end - start) as u64;
        // The text goes on behind the split.
        let blocks = match start.checked_sub(1) {
            None => Blocks::new(Cut::new(&text, &sizes), owned, limits(line_bytes)),
            Some(from) => Blocks::behind_another(Cut::new(&text[from..], &sizes), owned, limits(line_bytes)),
        };
        let (blocks, skipped, unfinished) = read(blocks);
        let own: Vec<&[u8]> =
            lines(&text).iter().filter(|(at, _)| (start..end).contains(at)).map(|(_, line)| *line).collect();
        compare(&blocks, &own, line_bytes);
        let given: usize = blocks.iter().map(Bytes::len).sum();
        prop_assert_eq!(given as u64 + skipped, own.concat().len() as u64);
        let too_long = own.last().is_some_and(|line| !line.ends_with(b"\n") && line.len() > line_bytes);
        prop_assert!(!unfinished || too_long);
    }

    /// Splits that lie side by side have every line once.
    #[test]
    fn splits_side_by_side_have_every_line_once(
        text in text(), cuts in prop::collection::btree_set(1_usize..120, 0..6), sizes in sizes(),
    ) {
        let mut ends: Vec<_> = cuts.into_iter().filter(|cut| *cut < text.len()).collect();
        ends.push(text.len());
        let (mut start, mut all) = (0, Vec::new());
        for end in ends {
            let owned = (end - start) as u64;
            let blocks = match start {
                0 => Blocks::new(Cut::new(&text, &sizes), owned, limits(1000)),
                _ => Blocks::behind_another(Cut::new(&text[start - 1..], &sizes), owned, limits(1000)),
            };
            all.extend(read(blocks).0);
            start = end;
        }
        prop_assert_eq!(all.concat(), text);
    }

    /// Where the text breaks off, its whole lines come first, and the line it broke off in is kept.
    #[test]
    fn what_came_before_an_error_is_not_lost(text in text(), sizes in sizes()) {
        let mut blocks = Blocks::new(Breaking(Cut::new(&text, &sizes)), u64::MAX, limits(1000));
        let mut read = Vec::new();
        let error = loop {
            match futures::executor::block_on(blocks.next()) {
                Ok(Some(block)) => read.push(block),
                Ok(None) => panic!("the error is lost"),
                Err(error) => break error,
            }
        };
        prop_assert_eq!(error.to_string(), "broken");
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        prop_assert_eq!(read.concat(), &text[..whole]);
        prop_assert_eq!(&blocks.take_broken_line()[..], &text[whole..]);
    }
}

/// A text with an error at its end.
struct Breaking(Cut);

impl Pieces for Breaking {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        match self.0.next().await? {
            Some(piece) => Ok(Some(piece)),
            None => Err(io::Error::other("broken")),
        }
    }
}

/// Whole lines of a piece are the piece's own bytes; only a line that two pieces share is put together.
#[test]
fn whole_lines_are_not_copied() {
    let text = b"one\ntwo\nthree\nfour\n".to_vec();
    let cut = Cut::new(&text, &[10, 100]);
    let start = cut.rest().as_ptr() as usize;
    let (blocks, ..) = read(Blocks::new(cut, u64::MAX, limits(1000)));
    let placed: Vec<_> = blocks
        .iter()
        .map(|block| (&block[..], (block.as_ptr() as usize).wrapping_sub(start)))
        .map(|(block, offset)| (block, (offset < text.len()).then_some(offset)))
        .collect();
    assert_eq!(placed, [(&b"one\ntwo\n"[..], Some(0)), (b"three\n", None), (b"four\n", Some(14))]);
}

/// A split without a byte of its own reads nothing; one inside of another's line finds no line.
#[test]
fn a_split_may_have_no_line() {
    let none = |blocks: Blocks<Cut>| assert_eq!(read(blocks), (Vec::new(), 0, false));
    none(Blocks::new(Cut::new(b"a\nb\n", &[1]), 0, limits(10)));
    none(Blocks::behind_another(Cut::new(b"aaaa\nb\n", &[1]), 3, limits(10)));
    none(Blocks::behind_another(Cut::new(b"aaaa\nb\n", &[100]), 4, limits(10)));
    let (blocks, ..) = read(Blocks::behind_another(Cut::new(b"aaaa\nb\nc\n", &[100]), 5, limits(10)));
    assert_eq!(blocks, ["b\n"]);
}
