//! Rows with one reading each, one field of all of them after the other: what is done for a row does not wait for what was
//! done for the row before.

use shared::Slot;

use crate::cells::{DayNumber, Days, NO_DAY};
use crate::fields::Fields;
use crate::fold::Fold;
use crate::rows::Rows;

/// Rows that are read together. Where a row is for the careful path, those behind it are read once more.
pub const MOST: usize = 256;

/// What was read of the rows at hand.
#[derive(Debug, Default)]
pub struct Batch {
    /// The reading of each row.
    pub scaled: Vec<i64>,
    /// The rows whose reading is no integer at its variable's scale.
    pub others: Vec<usize>,
    /// Positions of the stations; 0 where the file has none.
    stations: Vec<u32>,
    /// The days, where they differ.
    days: Vec<DayNumber>,
    /// Room for a time that is put together.
    pub joined: Vec<u8>,
}

impl Batch {
    /// Counts `count` of `rows` from `first` on, whose readings are integers at the scale of `slot`'s variable.
    pub fn count<const DRESSED: bool>(
        &mut self,
        rows: &Rows<'_>,
        first: usize,
        count: usize,
        slot: Slot,
        fields: &Fields,
        fold: &mut Fold,
    ) {
        let Batch { scaled, stations, days, joined, .. } = self;
        let (text, rows) = (rows.text, rows.part(first, count));
        stations.resize(count, 0);
        if let Some(index) = fields.station {
            fold.stations_in(text, rows.field::<DRESSED>(index), stations);
        }
        let days = match fields.only_time() {
            Some(index) => fold.days_in(text, rows.field::<DRESSED>(index), days),
            None if fields.has_time() => {
                days.clear();
                days.extend(rows.iter().filter_map(|row| {
                    let time = fields.time(|index| row.text_of(index), joined)?;
                    Some(fold.day(time))
                }));
                Days::Each(days)
            }
            None => Days::All(NO_DAY),
        };
        fold.scaled_rows(slot, &scaled[first..first + count], stations, days);
    }
}
