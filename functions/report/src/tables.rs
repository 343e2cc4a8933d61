//! The tables: the cells of all splits, merged as a stream and added up by station and day.

use std::io::{self, Cursor, Read, Seek};

use aws::spool::{Spool, Spooled};
use aws::storage::Opened;
use aws::{Storage, body};
use climate::{About, Batch, Error, Group, Limits, Outputs, Runs, Visitor, write_tables};
use futures::future::join_all;
use futures::{StreamExt, TryStreamExt, stream};
use shared::statistics::{MAX_DAYS, MAX_STATIONS, Tables as Keys};
use shared::{
    Columns, Failure, Layout, Location, Partial, ReportTask, Split, Summary, VariablePartial, layout,
};
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use crate::listed::Listed;
use crate::merge::Merged;
use crate::room::{Room, Taken};

/// Parquet's media type, as IANA has it.
const PARQUET: &str = "application/vnd.apache.parquet";

/// Splits' tables on their way from S3 at any one time.
const FETCHED_AT_A_TIME: usize = 4;

/// The tables of a run, on their way to S3.
#[derive(Debug)]
pub struct Tables {
    files: Outputs<Spooled>,
    /// What of them stands in the statistics.
    pub listed: Listed,
}

impl Tables {
    /// Writes the tables to `bucket`, under the keys `to`.
    ///
    /// # Errors
    /// As [`Storage::put_spooled`].
    pub async fn put(&self, to: &Keys, storage: &Storage, bucket: &str) -> Result<(), Failure> {
        let Outputs { cells, stations, days } = &self.files;
        let tables = [(&to.cells, cells), (&to.stations, stations), (&to.days, days)];
        let puts = tables
            .map(async |(key, table)| storage.put_spooled(&Location::new(bucket, key), PARQUET, table).await);
        join_all(puts).await.into_iter().collect()
    }
}

/// The splits' tables, on their way from S3.
pub struct Fetched(JoinSet<Result<Runs, Failure>>);

impl Fetched {
    /// Begins to fetch those of `task`, beside what else is done.
    pub fn begin(task: &ReportTask, storage: &Storage, bucket: &str) -> Self {
        let cells_at = |split: &Split| {
            Location::new(bucket, layout::cells_key(&task.run_id, &task.plan.id, split.index))
        };
        let splits = task.plan.columns.is_some().then_some(&task.plan.splits);
        let locations: Vec<_> = splits.into_iter().flatten().map(cells_at).collect();
        let mut tasks = JoinSet::new();
        tasks.spawn(fetch_all(storage.clone(), locations));
        Fetched(tasks)
    }

    async fn all(mut self) -> Result<Runs, Failure> {
        match self.0.join_next().await {
            Some(Ok(fetched)) => fetched,
            Some(Err(error)) => Err(Failure::InvalidTask(format!("fetching the cells stopped: {error}"))),
            // There is one task, and nobody else waits for it.
            None => Err(Failure::InvalidTask("the cells were fetched before".to_owned())),
        }
    }
}

async fn fetch_all(storage: Storage, locations: Vec<Location>) -> Result<Runs, Failure> {
    let mut runs = Runs::new(Limits::default());
    let room = Room::default();
    let fetched = stream::iter(locations).map(|location| fetch(&storage, location, &room));
    let mut fetched = fetched.buffered(FETCHED_AT_A_TIME);
    while let Some(table) = fetched.try_next().await? {
        runs = blocking(move || runs.add_table(table).map(|()| runs)).await??;
    }
    Ok(runs)
}

/// Makes the tables of `task` from those of its splits; `None` where the file could not be read as temperatures.
///
/// # Errors
/// [`Failure::InvalidTask`] when the cells are not those of the partials, or a temporary file cannot be written;
/// what S3 answers.
pub async fn make(task: &ReportTask, merged: &Merged, fetched: Fetched) -> Result<Option<Tables>, Failure> {
    let Some(columns) = task.plan.columns.clone() else { return Ok(None) };
    let runs = fetched.all().await?;
    let partial = &merged.partial;
    let totals: Vec<Summary> = partial.variables.iter().map(|variable| variable.total.clone()).collect();
    let source = task.object.clone();
    let work = move || {
        let mut seen = Seen::new(&columns);
        let cells = runs.merge(Batch::default())?;
        let about = About { source: &source, variables: &columns.variables, totals: &totals };
        let outputs = Outputs { cells: Spool::default(), stations: Spool::default(), days: Spool::default() };
        let files = write_tables(cells, &about, &Limits::default(), outputs, &mut seen)?;
        let files = Outputs {
            cells: files.cells.finish()?,
            stations: files.stations.finish()?,
            days: files.days.finish()?,
        };
        Ok((files, seen))
    };
    let (files, seen) = blocking(work).await??;
    seen.check(partial, &task.plan.columns)?;
    Ok(Some(Tables { files, listed: seen.listed }))
}

/// Runs work on tables where it may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> climate::error::Result<T> + Send + 'static,
) -> Result<Result<T, Failure>, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Failure::InvalidTask(format!("adding up the cells stopped: {error}")))?;
    Ok(done.map_err(|error| match error {
        Error::Io(error) if error.kind() == io::ErrorKind::StorageFull => Failure::no_room("tables", &error),
        error => Failure::InvalidTask(error.to_string()),
    }))
}

/// A table: a small one in memory, as long as there is room, else in a file that goes away by itself.
async fn fetch(storage: &Storage, location: Location, room: &Room) -> Result<Box<dyn Read + Send>, Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull => Failure::no_room("tables", &error),
        _ => body::unreadable(&error, &location),
    };
    let taken = room.take();
    let most = taken.as_ref().map_or(0, Taken::bytes);
    let mut table = match (storage.open_or_read(&location, most).await?, taken) {
        (Opened::Read(table), Some(taken)) => return Ok(Box::new(taken.hold(table))),
        (Opened::Read(table), None) => return Ok(Box::new(Cursor::new(table))),
        (Opened::Stream(table), _) => table,
    };
    let file = tempfile::tempfile().map_err(|error| Failure::no_room("tables", &error))?;
    let mut file = tokio::fs::File::from_std(file);
    tokio::io::copy_buf(&mut table, &mut file).await.map_err(failed)?;
    file.flush().await.map_err(failed)?;
    let mut file = file.into_std().await;
    file.rewind().map_err(failed)?;
    Ok(Box::new(file))
}

/// What is kept of the groups.
struct Seen {
    /// Whether the file tells stations apart.
    has_stations: bool,
    listed: Listed,
    /// All readings of each variable, as the cells have them.
    totals: Vec<Summary>,
}

impl Seen {
    fn new(columns: &Columns) -> Self {
        Seen {
            has_stations: columns.station.is_some() || matches!(columns.layout, Layout::Wide { .. }),
            listed: Listed::default(),
            totals: vec![Summary::default(); columns.variables.len()],
        }
    }

    /// The law that every reading is in one cell: the cells add up to what the partials say.
    fn check(&self, partial: &Partial, columns: &Option<Columns>) -> Result<(), Failure> {
        let variables = columns.iter().flat_map(|columns| &columns.variables);
        for ((variable, learned), total) in variables.zip(&partial.variables).zip(&self.totals) {
            let scale = variable.scale;
            let figures = |total: &Summary| {
                let sums = (total.sum(scale), total.sum_of_squares(scale));
                (total.count(), sums, total.min(scale), total.max(scale))
            };
            if figures(total) != figures(&learned.total) {
                return Err(astray(&variable.name, total, learned, scale));
            }
        }
        Ok(())
    }
}

fn astray(name: &str, total: &Summary, learned: &VariablePartial, scale: u8) -> Failure {
    Failure::InvalidTask(format!(
        "the cells of “{name}” do not add up: {} values with the sum {} in the cells, \
         but {} with the sum {} in the partials",
        total.count(),
        total.sum(scale),
        learned.readings.used,
        learned.total.sum(scale)
    ))
}

/// Whether a group is one of the primary variable that is listed: where every reading was rejected, none is.
fn is_listed(group: &Group) -> bool {
    group.key.variable == 0 && group.cell.summary.count() + group.cell.missing > 0
}

impl Visitor for Seen {
    fn station(&mut self, group: &Group) {
        if self.has_stations && is_listed(group) {
            self.listed.stations += 1;
            let stations = &mut self.listed.groups.stations;
            if stations.len() < MAX_STATIONS {
                stations.push((group.key.station.clone(), group.cell.summary.clone()));
            }
        }
    }

    fn day(&mut self, group: &Group) {
        if let Some(day) = group.key.day.filter(|_| is_listed(group)) {
            self.listed.days += 1;
            let days = &mut self.listed.groups.days;
            if days.len() < MAX_DAYS {
                days.push((day, group.cell.summary.clone()));
            }
        }
    }

    fn total(&mut self, group: &Group) {
        if let Some(total) = self.totals.get_mut(group.key.variable as usize) {
            total.merge(&group.cell.summary);
        }
    }
}
