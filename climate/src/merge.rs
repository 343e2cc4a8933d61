//! Sorted tables read side by side as one, in which every key occurs once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Result;
use crate::record::{Key, Record};

/// A sorted table: its rows in the order of their keys.
pub(crate) type Source = Box<dyn Iterator<Item = Result<Record>> + Send>;

/// Adds up rows of the same key, wherever they come from.
pub(crate) struct Merge {
    sources: Vec<Source>,
    /// The first row of every source that has not ended.
    heads: BinaryHeap<Reverse<Head>>,
    /// Sources whose next row is not yet among the heads.
    taken: Vec<usize>,
}

struct Head {
    record: Record,
    source: usize,
}

impl Head {
    fn order(&self) -> (&Key, usize) {
        (&self.record.key, self.source)
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl Merge {
    pub fn new(sources: Vec<Source>) -> Self {
        let taken = (0..sources.len()).collect();
        Merge { heads: BinaryHeap::with_capacity(sources.len()), sources, taken }
    }

    pub fn next_record(&mut self) -> Result<Option<Record>> {
        while let Some(source) = self.taken.pop() {
            if let Some(record) = self.sources[source].next().transpose()? {
                self.heads.push(Reverse(Head { record, source }));
            }
        }
        let Some(Reverse(Head { mut record, source })) = self.heads.pop() else { return Ok(None) };
        self.taken.push(source);
        while self.heads.peek().is_some_and(|Reverse(head)| head.record.key == record.key) {
            if let Some(Reverse(head)) = self.heads.pop() {
                record.merge(&head.record);
                self.taken.push(head.source);
            }
        }
        Ok(Some(record))
    }
}

impl Iterator for Merge {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.next_record().transpose();
        if record.as_ref().is_some_and(Result::is_err) {
            // Nothing can be trusted behind an error.
            self.heads.clear();
            self.taken.clear();
        }
        record
    }
}
