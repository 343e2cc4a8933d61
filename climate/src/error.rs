//! What can go wrong with a table of cells.

use std::io;

use polars_error::PolarsError;

/// Why a table of cells could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or object behind the table: its own message says which.
    #[error("a table of cells could not be written or read: {0}")]
    Io(#[from] io::Error),
    /// Polars could not encode or decode it.
    #[error("Polars could not encode or decode a table of cells: {0}")]
    Polars(#[from] PolarsError),
    /// The table is not as it was written.
    #[error("a table of cells is damaged ({0}): run the file again")]
    Damaged(&'static str),
    /// Cells were handed over in another order than that of their keys.
    #[error("cells must come sorted by variable, station and day, each key once: {0}")]
    Unsorted(String),
}

/// The result of working on tables of cells.
pub type Result<T> = std::result::Result<T, Error>;
