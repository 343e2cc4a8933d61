//! The order in which results appear, so that whoever reads them sees those of one run.
//!
//! 1. The statistics that are there are looked at, then whether the upload is still the current one.
//! 2. The edition is written, under names that are this run's alone.
//! 3. The statistics are replaced, if they are still those of step 1: else once more from there. They name the edition.
//! 4. The edition is copied to the places where the current one is looked for, and the statistics are looked at again.
//!    If they are another run's by now, its edition is copied, until they stay the same.
//!
//! What a run that was stopped between 3 and 4 left is mended by whoever comes next: the same step when it is tried
//! again, or the next run. Why so: `docs/decisions/0012-commit.md`.

use aws::Storage;
use bytes::Bytes;
use futures::future::try_join_all;
use shared::edition::Committed;
use shared::{Edition, Failure, Location, ObjectRef, layout};

use crate::Places;

/// A statistics file of more bytes is none of ours.
const MAX_STATISTICS_BYTES: u64 = 64 << 20;
/// How often a run lets others go before it, before it leaves the next try to the workflow.
const ROUNDS: usize = 10;

/// The commit of one run.
pub struct Commit<'a> {
    storage: &'a Storage,
    object: &'a ObjectRef,
    places: &'a Places,
    /// The tag of the statistics that were there before the upload was found to be the current one.
    before: Option<String>,
}

impl<'a> Commit<'a> {
    /// Looks at what is there. A run whose upload is no longer the current one ends here.
    ///
    /// # Errors
    /// [`Failure::ObjectChanged`] or [`Failure::ObjectMissing`] in that case; [`Failure::InvalidTask`] when the
    /// statistics are those of another object.
    pub async fn begin(
        storage: &'a Storage,
        object: &'a ObjectRef,
        places: &'a Places,
    ) -> Result<Commit<'a>, Failure> {
        let mut commit = Commit { storage, object, places, before: None };
        commit.look().await?;
        Ok(commit)
    }

    async fn look(&mut self) -> Result<(), Failure> {
        let there = self.there().await?;
        if let Some((committed, _)) = &there
            && (committed.source.bucket != self.object.bucket || committed.source.key != self.object.key)
        {
            return Err(self.others(committed));
        }
        let is_current = self.storage.check_current(self.object).await;
        if let Err(failure) = is_current {
            if let Some((Committed { edition: Some(edition), .. }, tag)) = there {
                // An earlier try of this step may have been stopped while it copied.
                self.publish(edition, tag).await?;
            }
            return Err(failure);
        }
        self.before = there.map(|(_, tag)| tag);
        Ok(())
    }

    /// Makes the run's results the current ones: `statistics`, which name `edition`, all of which is written.
    ///
    /// # Errors
    /// As [`Commit::begin`]; [`Failure::Transient`] when others are writing all the time.
    pub async fn finish(mut self, statistics: Vec<u8>, edition: Edition) -> Result<(), Failure> {
        let statistics = Bytes::from(statistics);
        let at = &self.places.statistics;
        for _ in 0..ROUNDS {
            let (json, before) = (statistics.clone(), self.before.as_deref());
            match self.storage.replace(at, "application/json", json, before).await? {
                Some(tag) => return self.publish(edition, tag).await,
                None => self.look().await?,
            }
        }
        Err(busy(at))
    }

    /// Copies `edition`, which the statistics with the tag `tag` name, to where the current one is looked for; then
    /// whichever they name by then.
    async fn publish(&self, mut edition: Edition, mut tag: String) -> Result<(), Failure> {
        let at = &self.places.statistics;
        for _ in 0..ROUNDS {
            self.copy(&edition).await?;
            if self.storage.tag(at).await?.is_none_or(|now| now == tag) {
                return Ok(());
            }
            match self.there().await? {
                Some((Committed { edition: Some(now), .. }, _)) if now == edition => return Ok(()),
                Some((Committed { edition: Some(now), .. }, its)) => (edition, tag) = (now, its),
                // Removed meanwhile, or an older version's, which wrote its results in their places.
                _ => return Ok(()),
            }
        }
        Err(busy(at))
    }

    async fn copy(&self, edition: &Edition) -> Result<(), Failure> {
        let Places { name, statistics, .. } = self.places;
        let of = |key: &str| Location::new(&statistics.bucket, key);
        let places = edition.places(name);
        try_join_all(places.iter().map(async |(from, to)| self.storage.copy(&of(from), &of(to)).await))
            .await?;
        if edition.tables.is_none() {
            // Tables of an earlier upload would be taken for this one's.
            for table in layout::TABLE_NAMES {
                let table = of(&layout::table_key(name, table));
                if self.storage.tag(&table).await?.is_some() {
                    self.storage.remove(&table).await?;
                }
            }
        }
        Ok(())
    }

    /// Whose statistics are there, and their tag.
    async fn there(&self) -> Result<Option<(Committed, String)>, Failure> {
        let at = &self.places.statistics;
        let Some((json, tag)) = self.storage.read_tagged(at, MAX_STATISTICS_BYTES).await? else {
            return Ok(None);
        };
        let committed = serde_json::from_slice(&json).map_err(|error| {
            Failure::InvalidTask(format!(
                "{at} holds something else than statistics ({error}): move it away, or name another bucket for the results"
            ))
        })?;
        Ok(Some((committed, tag)))
    }

    fn others(&self, committed: &Committed) -> Failure {
        let theirs = Location::new(&committed.source.bucket, &committed.source.key);
        Failure::InvalidTask(format!(
            "{} holds the results of {theirs}, not of {}: two data buckets share the bucket of the results, and their \
             objects are named alike; set RESULTS_BY_BUCKET=true for the function, or give each a bucket of its own",
            self.places.statistics,
            self.object.location()
        ))
    }
}

fn busy(at: &Location) -> Failure {
    Failure::Transient(format!("{at} was replaced {ROUNDS} times while this run was about to"))
}
