//! What must hold, whatever a text is and however it is cut.

use std::collections::BTreeMap;

use shared::{Cell, Encoding, Layout, ProcessTask, Reason};

use super::case::Case;
use super::read::{Figures, Read, carefully, in_pieces, in_splits};

/// Holds the paths against each other, and what they learn against the laws.
///
/// # Panics
/// When something does not hold.
pub fn hold(case: &Case) {
    let Case { task, limits, text, pieces, .. } = case;
    let whole = carefully(task, text, *limits);
    every_row_and_reading_is_accounted_for(task, &whole);
    the_text_is_accounted_for(case, &whole);
    let compared = whole.compared(task);
    match in_pieces(task, text, *limits, pieces) {
        Ok(read) => {
            every_row_and_reading_is_accounted_for(task, &read);
            assert_eq!(read.compared(task), compared, "in pieces, and by the careful path");
        }
        Err(failure) => refused_for_its_quotes(case, failure.error_type()),
    }
    // Where every record ends with its line the text may be cut anywhere, and elsewhere some split says so.
    let splits = match in_splits(case) {
        Ok(splits) => splits,
        Err(failure) => {
            assert_eq!(failure.error_type(), "SplitUnsafe");
            return assert!(text.contains(&b'"'), "the splits are safe");
        }
    };
    let mut merged = Read {
        partial: shared::Partial::new(task.columns.variables.len()),
        cells: BTreeMap::new(),
        rejected: Vec::new(),
    };
    for split in splits {
        every_row_and_reading_is_accounted_for(task, &split);
        merged.merge(split);
    }
    assert_eq!(merged.compared(task), compared, "in splits, and by the careful path");
}

fn refused_for_its_quotes(case: &Case, failure: &str) {
    assert_eq!(failure, "SplitUnsafe");
    assert!(!case.task.split.only && case.text.contains(&b'"'), "the split is safe");
}

/// `read = used + missing + rejected` for rows and readings; and cells, totals, histograms and the rejected
/// readings that were kept are about the same readings.
fn every_row_and_reading_is_accounted_for(task: &ProcessTask, read: &Read) {
    let (partial, account) = (&read.partial, &read.partial.account);
    assert!(account.balances(), "{account:?}");
    let of_rows = read.rejected.iter().filter(|rejected| rejected.column.is_none());
    for rejected in &read.rejected {
        let reason = Reason::of_code(&rejected.reason).expect("a reason has a name");
        assert_eq!(reason.is_about_the_row(), rejected.column.is_none(), "{rejected:?}");
    }
    let rows_refused = of_rows.count() as u64;
    assert!(rows_refused <= account.rows_rejected);
    let is_long = matches!(task.columns.layout, Layout::Long { .. });
    let (slots, mut of_all, mut kept) = (task.columns.slots(), 0, rows_refused);
    for (position, variable) in partial.variables.iter().enumerate() {
        let scale = task.columns.variables[position].scale;
        let readings = &variable.readings;
        assert!(readings.balances(), "{readings:?}");
        let mut all = Cell::default();
        let cells = read.cells.iter().filter(|(key, _)| key.variable as usize == position);
        cells.for_each(|(_, cell)| all.merge(cell));
        let in_a_row = slots.iter().filter(|slot| slot.variable == position).count() as u64;
        // A row that cannot be taken apart is in no cell.
        let refused = if is_long { 0 } else { rows_refused * in_a_row };
        assert_eq!(
            (all.summary.count(), all.missing, all.rejected + refused),
            (readings.used, readings.missing, readings.rejected)
        );
        assert_eq!(Figures::of(&all.summary, scale), Figures::of(&variable.total, scale));
        assert_eq!(variable.histogram.count(), readings.used);
        if !is_long {
            assert_eq!(readings.read, in_a_row * account.rows_read);
        }
        of_all += readings.read;
        kept += all.rejected;
    }
    if is_long {
        assert_eq!(of_all, account.rows_read - rows_refused - partial.rows_of_other_elements);
    }
    assert_eq!(read.rejected.len() as u64, kept, "what is rejected is kept");
    assert!(read.cells.values().all(|cell| cell.missing + cell.rejected + cell.summary.count() > 0));
    assert!(read.rejected.is_sorted_by_key(|rejected| rejected.line));
}

/// Every byte and every line.
fn the_text_is_accounted_for(case: &Case, read: &Read) {
    let (text, line_bytes, partial) = (&case.text, case.limits.line_bytes, &read.partial);
    assert_eq!(partial.bytes, text.len() as u64);
    let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    assert_eq!(partial.lines, lines.len() as u64);
    if !text.contains(&b'"') {
        let one_column = case.task.dialect.header.len() == 1;
        let is_blank = |line: &&&[u8]| match one_column {
            true => matches!(line, [] | [b'\r']),
            false => line.len() <= line_bytes && line.iter().all(|byte| matches!(byte, b' ' | b'\r')),
        };
        assert_eq!(partial.blank_lines, lines.iter().filter(is_blank).count() as u64);
        assert_eq!(partial.account.rows_read + partial.blank_lines + partial.notes, partial.lines);
        let too_long = lines.iter().filter(|line| line.len() > line_bytes).count() as u64;
        let counted = partial.account.rejected_by_reason.get(&Reason::LineTooLong);
        assert_eq!(counted.copied().unwrap_or_default(), too_long);
        let damaged =
            lines.iter().filter(|line| line.len() <= line_bytes && std::str::from_utf8(line).is_err());
        let expected = match case.task.dialect.encoding {
            Encoding::Utf8 => damaged.count() as u64,
            _ => 0,
        };
        assert_eq!(partial.undecodable_rows, expected);
    }
}
