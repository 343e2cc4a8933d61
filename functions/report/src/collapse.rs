//! Cells without their days, for a file whose dates were read in the wrong order.

use shared::{Cell, CellKey};

/// Puts the cells of a series together as one without a day, if that is asked for. Takes and gives them in the order
/// of tables.
pub struct Collapse<I: Iterator> {
    cells: std::iter::Peekable<I>,
    collapses: bool,
}

impl<I: Iterator> Collapse<I> {
    /// Of `cells`; they stay as they are unless `collapses`.
    pub fn new(cells: I, collapses: bool) -> Self {
        Collapse { cells: cells.peekable(), collapses }
    }
}

impl<E, I: Iterator<Item = Result<(CellKey, Cell), E>>> Iterator for Collapse<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let (key, mut cell) = match self.cells.next()? {
            Ok(cell) if self.collapses => cell,
            other => return Some(other),
        };
        let is_same = |other: &CellKey| other.variable == key.variable && other.station == key.station;
        while let Some(Ok((_, other))) =
            self.cells.next_if(|next| next.as_ref().is_ok_and(|(other, _)| is_same(other)))
        {
            cell.merge(&other);
        }
        Some(Ok((CellKey { day: None, ..key }, cell)))
    }
}

#[cfg(test)]
mod tests {
    use shared::Day;

    use super::*;

    fn cell(variable: u32, station: &str, day: Option<u32>, missing: u64) -> Result<(CellKey, Cell), &str> {
        let day = day.map(|day| Day::new(2024, 2, day).unwrap());
        let key = CellKey { variable, station: station.to_owned(), day };
        Ok((key, Cell { missing, ..Cell::default() }))
    }

    #[test]
    fn a_series_is_one_cell() {
        let cells = [
            cell(0, "a", None, 1),
            cell(0, "a", Some(1), 2),
            cell(0, "a", Some(2), 4),
            cell(0, "b", Some(2), 8),
            Err("broken"),
            cell(0, "b", Some(3), 16),
            cell(1, "b", Some(3), 32),
        ];
        let expected = [
            cell(0, "a", None, 7),
            cell(0, "b", None, 8),
            Err("broken"),
            cell(0, "b", None, 16),
            cell(1, "b", None, 32),
        ];
        assert_eq!(Collapse::new(cells.clone().into_iter(), true).collect::<Vec<_>>(), expected);
        assert_eq!(Collapse::new(cells.clone().into_iter(), false).collect::<Vec<_>>(), cells);
    }
}
