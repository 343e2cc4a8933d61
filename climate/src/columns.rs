//! Cells as columns of integers: what is done to a whole column at a time costs next to nothing for a row.

use std::ops::Range;

use shared::summary::Sums;
use shared::{Cell, Day, Summary};

/// In place of the number of a day where there is none: it comes first.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// The day with this number; `None` for [`NO_DAY`].
pub(crate) fn day(number: i32) -> Option<Day> {
    Day::from_number(number)
}

/// A cell, or several that were put together, as the integers that hold nearly all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// [`Day::number`], or [`NO_DAY`].
    pub day: i32,
    /// Stations with a usable reading among what was put together; not counted (0) in tables of cells.
    pub stations: u32,
    pub missing: u32,
    pub rejected: u32,
    pub count: u32,
    pub sum: i64,
    pub squares: i128,
    pub min: i64,
    pub max: i64,
}

impl Row {
    /// No reading.
    pub fn empty(day: i32) -> Row {
        Row {
            day,
            stations: 0,
            missing: 0,
            rejected: 0,
            count: 0,
            sum: 0,
            squares: 0,
            min: i64::MAX,
            max: i64::MIN,
        }
    }

    /// The row of these counts and sums; `None` where they do not fit.
    #[inline]
    pub fn new(day: i32, stations: u64, missing: u64, rejected: u64, sums: &Sums) -> Option<Row> {
        Some(Row {
            day,
            stations: stations.try_into().ok()?,
            missing: missing.try_into().ok()?,
            rejected: rejected.try_into().ok()?,
            count: sums.count.try_into().ok()?,
            sum: sums.sum.try_into().ok()?,
            squares: sums.sum_of_squares,
            min: sums.min,
            max: sums.max,
        })
    }

    /// Both together, on the day of this one; `None` where they do not fit.
    #[inline]
    pub fn plus(&self, other: &Row) -> Option<Row> {
        Some(Row {
            day: self.day,
            stations: self.stations.checked_add(other.stations)?,
            missing: self.missing.checked_add(other.missing)?,
            rejected: self.rejected.checked_add(other.rejected)?,
            count: self.count.checked_add(other.count)?,
            sum: self.sum.checked_add(other.sum)?,
            squares: self.squares.checked_add(other.squares)?,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        })
    }

    /// The sums.
    #[inline]
    pub fn sums(&self) -> Sums {
        Sums {
            count: self.count.into(),
            sum: self.sum.into(),
            sum_of_squares: self.squares,
            min: self.min,
            max: self.max,
        }
    }

    /// The cell.
    pub fn cell(&self) -> Cell {
        Cell {
            missing: self.missing.into(),
            rejected: self.rejected.into(),
            summary: Summary { scaled: self.sums(), odd: None },
        }
    }
}

/// Rows, a column for each of their fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub day: Vec<i32>,
    pub stations: Vec<u32>,
    pub missing: Vec<u32>,
    pub rejected: Vec<u32>,
    pub count: Vec<u32>,
    pub sum: Vec<i64>,
    pub squares: Vec<i128>,
    pub min: Vec<i64>,
    pub max: Vec<i64>,
}

impl Columns {
    /// With room for so many rows.
    pub fn with_capacity(rows: usize) -> Self {
        Columns {
            day: Vec::with_capacity(rows),
            stations: Vec::with_capacity(rows),
            missing: Vec::with_capacity(rows),
            rejected: Vec::with_capacity(rows),
            count: Vec::with_capacity(rows),
            sum: Vec::with_capacity(rows),
            squares: Vec::with_capacity(rows),
            min: Vec::with_capacity(rows),
            max: Vec::with_capacity(rows),
        }
    }

    /// Number of rows.
    #[inline]
    pub fn len(&self) -> usize {
        self.day.len()
    }

    /// The row `at`, which must be below [`Self::len`].
    #[inline]
    pub fn row(&self, at: usize) -> Row {
        Row {
            day: self.day[at],
            stations: self.stations[at],
            missing: self.missing[at],
            rejected: self.rejected[at],
            count: self.count[at],
            sum: self.sum[at],
            squares: self.squares[at],
            min: self.min[at],
            max: self.max[at],
        }
    }

    /// Rows, one after the other.
    #[inline]
    pub fn rows(&self, rows: Range<usize>) -> impl Iterator<Item = Row> {
        // Zipped, so that the rows are looked for once and not in each column.
        let counts = self.missing[rows.clone()].iter().zip(&self.rejected[rows.clone()]);
        let counts = counts.zip(&self.count[rows.clone()]).zip(&self.stations[rows.clone()]);
        let sums = self.sum[rows.clone()].iter().zip(&self.squares[rows.clone()]);
        let extremes = self.min[rows.clone()].iter().zip(&self.max[rows.clone()]);
        let all = self.day[rows].iter().zip(counts).zip(sums).zip(extremes);
        all.map(|(((day, (((missing, rejected), count), stations)), (sum, squares)), (min, max))| Row {
            day: *day,
            stations: *stations,
            missing: *missing,
            rejected: *rejected,
            count: *count,
            sum: *sum,
            squares: *squares,
            min: *min,
            max: *max,
        })
    }

    /// Puts another row in place of the one `at`.
    #[inline]
    pub fn set(&mut self, at: usize, row: &Row) {
        self.day[at] = row.day;
        self.stations[at] = row.stations;
        self.missing[at] = row.missing;
        self.rejected[at] = row.rejected;
        self.count[at] = row.count;
        self.sum[at] = row.sum;
        self.squares[at] = row.squares;
        self.min[at] = row.min;
        self.max[at] = row.max;
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, row: &Row) {
        self.day.push(row.day);
        self.stations.push(row.stations);
        self.missing.push(row.missing);
        self.rejected.push(row.rejected);
        self.count.push(row.count);
        self.sum.push(row.sum);
        self.squares.push(row.squares);
        self.min.push(row.min);
        self.max.push(row.max);
    }

    /// Adds rows of `other`.
    #[inline]
    pub fn extend(&mut self, other: &Columns, rows: Range<usize>) {
        if rows.len() == 1 {
            return self.push(&other.row(rows.start));
        }
        self.day.extend_from_slice(&other.day[rows.clone()]);
        self.stations.extend_from_slice(&other.stations[rows.clone()]);
        self.missing.extend_from_slice(&other.missing[rows.clone()]);
        self.rejected.extend_from_slice(&other.rejected[rows.clone()]);
        self.count.extend_from_slice(&other.count[rows.clone()]);
        self.sum.extend_from_slice(&other.sum[rows.clone()]);
        self.squares.extend_from_slice(&other.squares[rows.clone()]);
        self.min.extend_from_slice(&other.min[rows.clone()]);
        self.max.extend_from_slice(&other.max[rows]);
    }

    /// Rows added up: stations, missing and rejected readings, and the sums of the usable ones. `None` where these
    /// overflow.
    pub fn add_up(&self, rows: Range<usize>) -> Option<([u64; 3], Sums)> {
        let counts = |column: &[u32]| column[rows.clone()].iter().map(|count| u64::from(*count)).sum::<u64>();
        let squares = &self.squares[rows.clone()];
        let sums = Sums {
            count: counts(&self.count),
            // No table has 2^64 rows.
            sum: self.sum[rows.clone()].iter().map(|sum| i128::from(*sum)).sum(),
            sum_of_squares: squares.iter().try_fold(0_i128, |sum, squares| sum.checked_add(*squares))?,
            min: self.min[rows.clone()].iter().copied().min().unwrap_or(i64::MAX),
            max: self.max[rows.clone()].iter().copied().max().unwrap_or(i64::MIN),
        };
        Some(([counts(&self.stations), counts(&self.missing), counts(&self.rejected)], sums))
    }
}
