//! How much text is held at a time.

use shared::dialect::MAX_LINE_BYTES;

/// How much text is held at a time; parameters, so that tests can make them a few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size at which a block is cut, in bytes.
    pub block_bytes: usize,
    /// The longest line, without its line end, and the longest quoted record, with it, that is read as a row, in bytes.
    pub line_bytes: usize,
    /// About how many bytes cells may take before they are written to disk.
    pub cell_bytes: usize,
}

impl Default for Limits {
    /// A block that stays in the processor's second cache, [`MAX_LINE_BYTES`], and as many cells as 100 stations have in
    /// two years.
    fn default() -> Self {
        Limits { block_bytes: 1 << 20, line_bytes: MAX_LINE_BYTES, cell_bytes: 6 << 20 }
    }
}
