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
    /// The first row of every source that has not ended, but for the one of `next`.
    heads: BinaryHeap<Reverse<Head>>,
    /// The row before all others. Often many rows of one source follow each other, and need no place among the heads.
    next: Option<Result<Head>>,
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
        let mut merge = Merge { heads: BinaryHeap::with_capacity(sources.len()), sources, next: None };
        for source in 0..merge.sources.len() {
            merge.advance(source);
        }
        merge
    }

    /// Finds the place of the next row of a source.
    fn advance(&mut self, source: usize) {
        let head = match self.sources[source].next() {
            None => return,
            Some(Err(error)) => {
                // Nothing can be trusted behind an error, but what came before.
                self.heads.clear();
                self.sources.iter_mut().for_each(|source| *source = Box::new(std::iter::empty()));
                self.next = Some(Err(error));
                return;
            }
            Some(Ok(record)) => Head { record, source },
        };
        self.next = match self.next.take() {
            None if self.heads.peek().is_none_or(|Reverse(first)| head < *first) => Some(Ok(head)),
            Some(Ok(first)) if head < first => {
                self.heads.push(Reverse(first));
                Some(Ok(head))
            }
            next @ Some(Err(_)) => next,
            next => {
                self.heads.push(Reverse(head));
                next
            }
        };
    }

    pub fn next_record(&mut self) -> Result<Option<Record>> {
        let head = match self.next.take() {
            Some(head) => head?,
            None => match self.heads.pop() {
                Some(Reverse(head)) => head,
                None => return Ok(None),
            },
        };
        let Head { mut record, source } = head;
        let mut sources = Vec::new();
        while self.heads.peek().is_some_and(|Reverse(head)| head.record.key == record.key) {
            if let Some(Reverse(head)) = self.heads.pop() {
                record.merge(&head.record);
                sources.push(head.source);
            }
        }
        sources.into_iter().for_each(|source| self.advance(source));
        self.advance(source);
        Ok(Some(record))
    }
}

impl Iterator for Merge {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}
