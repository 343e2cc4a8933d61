//! What is learned of a text: by the careful path alone, in pieces as the function reads it, and in splits.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use aws::spool::Spooled;
use bytes::Bytes;
use climate::CellReader;
use process::blocks::{Blocks, Pieces};
use process::careful::CarefulReader;
use process::fold::Fold;
use process::limits::Limits;
use process::rejects::Rejects;
use process::split::SplitReader;
use process::words::Processor;
use shared::{Cell, CellKey, Decimal, Failure, Partial, ProcessTask, Split, Summary};

use super::case::Case;

/// A rejected row or reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Line, counted from 1 within the split.
    pub line: u64,
    /// Column of the reading; `None` where the row is rejected.
    pub column: Option<usize>,
    /// Code of the reason.
    pub reason: String,
    /// The row's bytes.
    pub raw: Vec<u8>,
}

/// What was learned of a text.
#[derive(Clone, Debug)]
pub struct Read {
    /// All but the cells.
    pub partial: Partial,
    /// The cells.
    pub cells: BTreeMap<CellKey, Cell>,
    /// The rejected rows and readings, in order.
    pub rejected: Vec<Rejected>,
}

/// The figures of a summary: what does not depend on how they were added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Number of values.
    pub count: u64,
    /// Σx.
    pub sum: Decimal,
    /// Σx².
    pub squares: Decimal,
    /// Minimum and maximum.
    pub extremes: Option<(Decimal, Decimal)>,
    /// The most fraction digits of a value.
    pub finest: Option<u8>,
}

impl Figures {
    /// Those of `summary`, of a variable of the scale `scale`.
    pub fn of(summary: &Summary, scale: u8) -> Self {
        Figures {
            count: summary.count(),
            sum: summary.sum(scale),
            squares: summary.sum_of_squares(scale),
            extremes: summary.min(scale).zip(summary.max(scale)),
            finest: summary.finest_scale(scale),
        }
    }
}

/// Missing and rejected readings of a cell, and the figures of the others.
pub type CellFigures = (u64, u64, Figures);

/// All that may be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// All but the totals.
    pub partial: Partial,
    /// The variables' totals.
    pub totals: Vec<Figures>,
    /// The cells.
    pub cells: BTreeMap<CellKey, CellFigures>,
    /// The rejected rows and readings.
    pub rejected: Vec<Rejected>,
}

impl Read {
    /// What may be compared.
    pub fn compared(&self, task: &ProcessTask) -> Compared {
        let scale = |variable: usize| task.columns.variables[variable].scale;
        let mut partial = self.partial.clone();
        let mut totals = Vec::new();
        for (position, variable) in partial.variables.iter_mut().enumerate() {
            totals.push(Figures::of(&std::mem::take(&mut variable.total), scale(position)));
        }
        let figures = |(key, cell): (&CellKey, &Cell)| {
            let figures = Figures::of(&cell.summary, scale(key.variable as usize));
            (key.clone(), (cell.missing, cell.rejected, figures))
        };
        Compared {
            partial,
            totals,
            cells: self.cells.iter().map(figures).collect(),
            rejected: self.rejected.clone(),
        }
    }

    /// Adds what was learned of the split behind.
    pub fn merge(&mut self, behind: Read) {
        let lines = self.partial.lines;
        let moved =
            behind.rejected.into_iter().map(|rejected| Rejected { line: lines + rejected.line, ..rejected });
        self.rejected.extend(moved);
        self.partial.merge(&behind.partial);
        for (key, cell) in behind.cells {
            self.cells.entry(key).or_default().merge(&cell);
        }
    }
}

/// The reference: the careful path alone, over all of the text at once, with room for all cells.
pub fn carefully(task: &ProcessTask, text: &[u8], limits: Limits) -> Read {
    let mut fold = Fold::new(&task.dialect, &task.columns, usize::MAX);
    let mut rejects = Rejects::default();
    let mut careful = CarefulReader::new(&task.dialect, &task.columns, limits);
    let mut extents = careful.extents(text, true);
    let mut at = 0;
    while at < text.len() {
        let read = careful.read(text, &mut extents, at, &mut fold, &mut rejects).unwrap();
        assert!(read > 0, "the text is whole");
        at += read;
    }
    let cells = fold.take_cells(|cells| {
        Ok::<_, io::Error>(cells.flat_map(|batch| batch.cells().collect::<Vec<_>>()).collect())
    });
    let cells = cells.unwrap();
    Read { partial: fold.finish(), cells, rejected: rejected(rejects.finish().unwrap()) }
}

/// The rejected rows and readings that were kept.
fn rejected(spooled: Option<Spooled>) -> Vec<Rejected> {
    let Some(spooled) = spooled else { return Vec::new() };
    let text = zstd::decode_all(spooled.open().unwrap()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    let text = |field: &[u8]| String::from_utf8(field.to_vec()).unwrap();
    let fields = |record: csv::ByteRecord| Rejected {
        line: text(&record[0]).parse().unwrap(),
        column: (!record[1].is_empty()).then(|| text(&record[1]).parse().unwrap()),
        reason: text(&record[2]),
        raw: record[3].to_vec(),
    };
    reader.byte_records().map(|record| fields(record.unwrap())).collect()
}

/// A text that comes in pieces.
#[derive(Debug)]
pub struct Cut {
    text: Bytes,
    sizes: Vec<usize>,
    next: usize,
}

impl Cut {
    /// `text` in pieces of `sizes`, over and over again.
    pub fn new(text: &[u8], sizes: &[usize]) -> Self {
        Cut { text: Bytes::copy_from_slice(text), sizes: sizes.to_vec(), next: 0 }
    }

    /// What has not come yet.
    pub fn rest(&self) -> &Bytes {
        &self.text
    }
}

impl Pieces for Cut {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.text.is_empty() {
            return Ok(None);
        }
        let size = self.sizes[self.next % self.sizes.len()].min(self.text.len());
        self.next += 1;
        Ok(Some(self.text.split_to(size)))
    }
}

/// All of the text as the only split, or one of several, piece by piece as the function reads it.
pub fn in_pieces(task: &ProcessTask, text: &[u8], limits: Limits, pieces: &[usize]) -> Result<Read, Failure> {
    let blocks = Blocks::new(Cut::new(text, pieces), u64::MAX, limits);
    in_blocks(task, blocks, limits, &[], Processor::detect())
}

/// `behind` is the text behind that of the blocks.
fn in_blocks(
    task: &ProcessTask,
    mut blocks: Blocks<Cut>,
    limits: Limits,
    behind: &[u8],
    processor: Processor,
) -> Result<Read, Failure> {
    let mut reader = SplitReader::new(task, limits).on(processor);
    while let Some(block) = futures::executor::block_on(blocks.next()).unwrap() {
        assert!(!block.is_empty(), "a block holds something");
        reader.read(&block)?;
    }
    let learned = reader.finish()?;
    let mut partial = learned.partial;
    partial.bytes += blocks.skipped();
    if blocks.is_unfinished() {
        let line_end = behind.iter().position(|byte| *byte == b'\n');
        partial.bytes += line_end.map_or(behind.len(), |at| at + 1) as u64;
    }
    let rejected = rejected(learned.rejects);
    assert_eq!(rejected.len() as u64, learned.records_rejected);
    Ok(Read { partial, cells: cells(&learned.cells), rejected })
}

/// The cells of a table, which are in order, and each key there once.
fn cells(table: &Spooled) -> BTreeMap<CellKey, Cell> {
    let cells: Vec<_> = CellReader::new(table.open().unwrap()).unwrap().map(Result::unwrap).collect();
    assert!(cells.is_sorted_by(|a, b| a.0 < b.0), "a table of cells is sorted");
    cells.into_iter().collect()
}

/// The text in several splits, each read by itself, as if by processors of all kinds in turn.
pub fn in_splits(case: &Case) -> Result<Vec<Read>, Failure> {
    let ends = case.cuts.iter().copied().chain([case.text.len()]);
    let processors = std::iter::repeat_with(Processor::all).flatten();
    let mut start = 0;
    let read = ends
        .zip(processors)
        .map(|(end, processor)| in_split(case, std::mem::replace(&mut start, end)..end, processor));
    read.collect()
}

/// A split: its text up to the end of the longest line that may begin in it, and from the byte before it on.
fn in_split(case: &Case, split: Range<usize>, processor: Processor) -> Result<Read, Failure> {
    let Case { task, limits, text, pieces, .. } = case;
    let task = &ProcessTask { split: Split { only: false, ..task.split }, ..task.clone() };
    let to = text.len().min(split.end.saturating_add(limits.line_bytes + 1));
    let owned = split.len() as u64;
    let blocks = match split.start.checked_sub(1) {
        None => Blocks::new(Cut::new(&text[..to], pieces), owned, *limits),
        Some(from) => Blocks::behind_another(Cut::new(&text[from..to], pieces), owned, *limits),
    };
    in_blocks(task, blocks, *limits, &text[to..], processor)
}
