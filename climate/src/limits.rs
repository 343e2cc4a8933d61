//! How much memory working on cells may take.

use std::path::PathBuf;

/// Bounds that keep memory constant, whatever the file holds. Tests make them tiny.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Folder of the temporary files; `None` for the system's.
    pub folder: Option<PathBuf>,
    /// Tables that are merged at a time, at least 2. Each one holds a batch and a decompressor, some hundred kilobytes.
    pub fan_in: usize,
    /// Rows that are encoded or decoded at a time.
    pub batch: usize,
    /// Rows that are written to the result tables and added up at a time; 100 bytes each.
    pub frame: usize,
    /// Rows that threads are worth: fewer are encoded, written and added up without.
    pub threads_from: usize,
    /// Groups (days of a variable) that are kept in memory before they go to disk as a sorted run; 200 bytes each.
    pub groups: usize,
    /// Rows of a row group in the result tables. Part of the result: other row groups are other bytes.
    pub row_group: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            folder: None,
            fan_in: 16,
            batch: 2048,
            frame: 8192,
            threads_from: 1024,
            groups: 40_000,
            row_group: 65_536,
        }
    }
}
