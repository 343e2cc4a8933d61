//! Sorted tables read side by side as one, in which every key occurs once.

use crate::error::{Error, Result};
use crate::record::{Key, Record};

/// A sorted table: its rows in the order of their keys.
pub(crate) type Source = Box<dyn Iterator<Item = Result<Record>> + Send>;

/// Adds up rows of the same key, wherever they come from.
pub(crate) struct Merge {
    sources: Vec<Source>,
    /// The first row of every source that has not ended.
    heads: Vec<Option<Record>>,
    /// These sources, the one whose row comes first at the end: they are few, and often many rows of one follow each other.
    order: Vec<usize>,
    /// What keeps the sources from being read any further.
    failed: Option<Error>,
}

impl Merge {
    pub fn new(sources: Vec<Source>) -> Self {
        let heads = sources.iter().map(|_| None).collect();
        let mut merge = Merge { order: Vec::with_capacity(sources.len()), heads, sources, failed: None };
        for source in 0..merge.sources.len() {
            merge.advance(source);
        }
        merge
    }

    fn key(&self, source: usize) -> Option<&Key> {
        self.heads[source].as_ref().map(|record| &record.key)
    }

    /// Finds the place of the next row of a source.
    fn advance(&mut self, source: usize) {
        match self.sources[source].next() {
            None => return,
            Some(Ok(record)) => self.heads[source] = Some(record),
            Some(Err(error)) => {
                // Nothing can be trusted behind an error, but what came before.
                self.order.clear();
                self.sources.iter_mut().for_each(|source| *source = Box::new(std::iter::empty()));
                self.failed = Some(error);
                return;
            }
        }
        let key = self.key(source);
        let is_first = self.order.last().is_none_or(|last| key < self.key(*last));
        let place = if is_first {
            self.order.len()
        } else {
            self.order.partition_point(|other| self.key(*other) > key)
        };
        self.order.insert(place, source);
    }

    pub fn next_record(&mut self) -> Result<Option<Record>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(source) = self.order.pop() else { return Ok(None) };
        let Some(mut record) = self.heads[source].take() else { return Ok(None) };
        while let Some(&other) = self.order.last()
            && self.key(other) == Some(&record.key)
        {
            self.order.pop();
            if let Some(same) = self.heads[other].take() {
                record.merge(&same);
            }
            // Its next row has another key, so that it does not come in between again.
            self.advance(other);
        }
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
