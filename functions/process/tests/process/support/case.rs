//! A split, and how its text is cut.

use process::limits::Limits;
use shared::ProcessTask;

use super::source::Source;
use super::{shape, text};

/// The bytes that tell everything but the text.
const SETTINGS: usize = 48;

/// A text to read, and how.
#[derive(Clone, Debug)]
pub struct Case {
    /// What to read of it.
    pub task: ProcessTask,
    /// What is held at a time.
    pub limits: Limits,
    /// The text.
    pub text: Vec<u8>,
    /// Sizes of the pieces in which it comes, over and over again.
    pub pieces: Vec<usize>,
    /// Where one split ends and the next one begins: rising, and inside the text.
    pub cuts: Vec<usize>,
}

impl Case {
    /// The case that these bytes tell; any bytes tell one.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let (settings, rest) = bytes.split_at(bytes.len().min(SETTINGS));
        let (mut settings, mut rest) = (Source(settings), Source(rest));
        let (task, kinds) = shape::any(&mut settings);
        let limits = limits(&mut settings);
        let pieces = (0..=settings.below(5)).map(|_| piece(&mut settings)).collect();
        let wanted: Vec<_> = (0..settings.below(6)).map(|_| settings.number(2) as usize).collect();
        let text = text::any(&mut rest, &task, &kinds);
        let mut cuts: Vec<_> =
            wanted.iter().map(|cut| cut % text.len().max(1)).filter(|cut| *cut > 0).collect();
        cuts.sort_unstable();
        cuts.dedup();
        Case { task, limits, text, pieces, cuts }
    }
}

/// Longest lines from a few bytes to more than the text; room for cells from none.
fn limits(source: &mut Source<'_>) -> Limits {
    let default = Limits::default();
    let line_bytes = match source.below(4) {
        0 => default.line_bytes,
        1 => 4 + source.below(56),
        _ => 60 + source.below(1000),
    };
    let cell_bytes =
        source.pick(&[default.cell_bytes, 10_000, default.cell_bytes, 1000, 100_000, default.cell_bytes, 0]);
    Limits { line_bytes, cell_bytes, ..default }
}

fn piece(source: &mut Source<'_>) -> usize {
    match source.below(4) {
        0 => usize::MAX,
        1 => 1 + source.below(8),
        2 => 1 + source.below(256),
        _ => 1 + source.below(10_000),
    }
}
