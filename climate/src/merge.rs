//! Sorted tables read side by side as one, in which every key occurs once.

use std::cmp::Ordering;

use crate::batch::{Batch, beginning};
use crate::error::{Error, Result};

/// A sorted table: its cells in the order of their keys, in batches none of which is empty.
pub(crate) type Source = Box<dyn Iterator<Item = Result<Batch>> + Send>;

/// Adds up cells of the same key, wherever they come from.
///
/// Often many rows of one source follow each other: all that come before the next row of any other are copied at once.
pub(crate) struct Merge {
    heads: Vec<Head>,
    /// Those that have not ended, the one whose row comes first at the end.
    order: Vec<usize>,
    /// Cells of a batch.
    most: usize,
    /// What keeps the sources from being read any further.
    failed: Option<Error>,
}

/// Where a source has been read to.
struct Head {
    source: Source,
    batch: Batch,
    series: usize,
    row: usize,
    /// The beginning of the series' station, in the order of names.
    beginning: u128,
}

/// The key of a row, with the beginning of the name before the name, so that comparing seldom takes longer.
type Key<'a> = (u32, u128, &'a str, i32);

impl Head {
    /// The key of the next row.
    #[inline]
    fn key(&self) -> Key<'_> {
        let heads = &self.batch.heads;
        let variable = heads.variables[self.series];
        (variable, self.beginning, heads.name(self.series), self.batch.columns.day[self.row])
    }

    /// Reads on where the batch has ended; whether there is a row.
    #[inline]
    fn settle(&mut self) -> Result<bool> {
        if self.series == self.batch.heads.variables.len() {
            // It is let go of before the next one is read.
            self.batch = Batch::default();
            (self.series, self.row) = (0, 0);
            let Some(batch) = self.source.next().transpose()? else { return Ok(false) };
            self.batch = batch;
        }
        self.beginning = beginning(self.batch.heads.name(self.series));
        Ok(true)
    }

    /// Moves to the row `next` of the series, or to the next series behind its last one; whether there is a row.
    #[inline]
    fn advance(&mut self, next: usize) -> Result<bool> {
        self.row = next;
        if next < self.batch.rows(self.series).end {
            return Ok(true);
        }
        self.series += 1;
        self.settle()
    }

    /// Copies the rows before the key `bound` to `batch`, until it has `most`; whether there are rows left.
    fn copy(&mut self, batch: &mut Batch, most: usize, bound: Option<Key<'_>>) -> Result<bool> {
        loop {
            let end = self.end(bound).min(self.row + most.saturating_sub(batch.len()));
            if end == self.row || batch.is_full(most) {
                return Ok(true);
            }
            batch.extend(&self.batch, self.series, self.row..end);
            if !self.advance(end)? {
                return Ok(false);
            }
        }
    }

    /// Where the rows of the series end that come before the key `bound`.
    #[inline]
    fn end(&self, bound: Option<Key<'_>>) -> usize {
        let end = self.batch.rows(self.series).end;
        let Some((variable, beginning, name, day)) = bound else { return end };
        let mine = self.key();
        match (mine.0, mine.1, mine.2).cmp(&(variable, beginning, name)) {
            Ordering::Less => end,
            Ordering::Greater => self.row,
            Ordering::Equal => {
                let days = &self.batch.columns.day[self.row..end];
                self.row + days.partition_point(|known| *known < day)
            }
        }
    }
}

impl Merge {
    /// Of `sources`, in batches of at most `most` cells.
    pub fn new(sources: Vec<Source>, most: usize) -> Self {
        let head = |source| Head { source, batch: Batch::default(), series: 0, row: 0, beginning: 0 };
        let heads: Vec<Head> = sources.into_iter().map(head).collect();
        let order = Vec::with_capacity(heads.len());
        let mut merge = Merge { order, heads, most: most.max(1), failed: None };
        for source in 0..merge.heads.len() {
            match merge.heads[source].settle() {
                Ok(true) => merge.insert(source),
                Ok(false) => {}
                Err(error) => merge.fail(error),
            }
        }
        merge
    }

    /// Nothing can be trusted behind an error, but what came before.
    fn fail(&mut self, error: Error) {
        self.order.clear();
        self.failed.get_or_insert(error);
    }

    /// Finds the place of the next row of a source.
    #[inline]
    fn insert(&mut self, source: usize) {
        let key = self.heads[source].key();
        let place = self.order.partition_point(|other| self.heads[*other].key() > key);
        self.order.insert(place, source);
    }

    /// The next cells; `None` at the end.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        let mut batch = Batch::default();
        if self.failed.is_none()
            && let Err(error) = self.fill(&mut batch)
        {
            self.fail(error);
        }
        if !batch.is_empty() {
            return Ok(Some(batch));
        }
        self.failed.take().map_or(Ok(None), Err)
    }

    fn fill(&mut self, batch: &mut Batch) -> Result<()> {
        if let [only] = self.order[..] {
            let head = &mut self.heads[only];
            if (head.series, head.row) == (0, 0) {
                // Nothing is left to merge its batches with.
                *batch = std::mem::take(&mut head.batch);
                if !head.settle()? {
                    self.order.clear();
                }
                return Ok(());
            }
        }
        *batch = Batch::with_capacity(self.most);
        while !batch.is_full(self.most)
            && let Some(source) = self.order.pop()
        {
            let next = self.order.last().copied();
            let goes_on = match next.map(|next| self.heads.get_disjoint_mut([source, next])) {
                None => self.heads[source].copy(batch, self.most, None)?,
                Some(Ok([head, next])) if head.key() < next.key() => {
                    head.copy(batch, self.most, Some(next.key()))?
                }
                Some(_) => self.add_up(source, batch)?,
            };
            if goes_on {
                self.insert(source);
            }
        }
        Ok(())
    }

    /// Adds up the rows that have the key of the next one of `source`; whether there are rows left in it.
    fn add_up(&mut self, source: usize, batch: &mut Batch) -> Result<bool> {
        let head = &self.heads[source];
        batch.extend(&head.batch, head.series, head.row..head.row + 1);
        while let Some(&other) = self.order.last()
            && self.heads[other].key() == self.heads[source].key()
        {
            self.order.pop();
            let head = &mut self.heads[other];
            batch.add_to_last(&head.batch, head.row);
            // Its next row has another key, so that it does not come in between again.
            if head.advance(head.row + 1)? {
                self.insert(other);
            }
        }
        let head = &mut self.heads[source];
        head.advance(head.row + 1)
    }
}

impl Iterator for Merge {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}
