//! The lines of a window as rows of fields.

/// Lines of a window, of as many fields each.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The window.
    pub text: &'a [u8],
    /// Offset of the byte before the first field, and of those behind all fields. Before the window it is -1, as it were:
    /// [`u32::MAX`].
    pub bounds: &'a [u32],
    /// Number of fields of a row.
    pub width: usize,
    /// Whether there may be quotes around fields, or a `\r` before a line end.
    pub dressed: bool,
}

impl<'a> Rows<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        (self.bounds.len() - 1) / self.width
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bounds.len() <= 1
    }

    /// Offset of the first byte.
    pub fn start(&self) -> usize {
        behind(self.bounds[0])
    }

    /// The row `at`, counted from 0.
    #[inline(always)]
    pub fn row(&self, at: usize) -> Row<'a> {
        let first = at * self.width;
        Row { text: self.text, bounds: &self.bounds[first..=first + self.width], dressed: self.dressed }
    }

    /// One row after the other.
    pub fn iter(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let rows = *self;
        (0..self.len()).map(move |at| rows.row(at))
    }

    /// Where the texts of the field `index` are, of one row after the other. `DRESSED` as [`Self::dressed`] says.
    #[inline(always)]
    pub fn field<const DRESSED: bool>(&self, index: usize) -> Spans<'a, DRESSED> {
        let Rows { text, bounds, width, .. } = *self;
        Spans { text, bounds, at: index, width, is_last: index + 1 == width }
    }

    /// The rows from `first` on, `count` of them.
    #[inline(always)]
    pub fn part(&self, first: usize, count: usize) -> Rows<'a> {
        let (from, to) = (first * self.width, (first + count) * self.width);
        Rows { bounds: &self.bounds[from..=to], ..*self }
    }
}

/// Where the texts of a field are, of one row after the other: offsets of the first byte and of the one behind the last.
#[derive(Clone)]
pub struct Spans<'a, const DRESSED: bool> {
    text: &'a [u8],
    bounds: &'a [u32],
    /// Where the bound before the next text stands.
    at: usize,
    width: usize,
    is_last: bool,
}

impl<const DRESSED: bool> Iterator for Spans<'_, DRESSED> {
    type Item = (usize, usize);

    #[inline(always)]
    fn next(&mut self) -> Option<(usize, usize)> {
        let [before, end] = *self.bounds.get(self.at..)?.first_chunk()?;
        self.at += self.width;
        let (start, end) = (behind(before), end as usize);
        Some(if DRESSED { bare(self.text, start, end, self.is_last) } else { (start, end) })
    }

    fn nth(&mut self, rows: usize) -> Option<(usize, usize)> {
        self.at += rows * self.width;
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let rows = self.bounds.len().saturating_sub(self.at + 1).div_ceil(self.width);
        (rows, Some(rows))
    }
}

impl<const DRESSED: bool> ExactSizeIterator for Spans<'_, DRESSED> {}

/// A line of a window.
pub struct Row<'a> {
    /// The window.
    pub text: &'a [u8],
    bounds: &'a [u32],
    dressed: bool,
}

impl<'a> Row<'a> {
    /// Its bytes, without its line end.
    pub fn whole(&self) -> &'a [u8] {
        &self.text[behind(self.bounds[0])..self.end()]
    }

    /// Offsets of the bytes behind its fields.
    pub fn ends(&self) -> &'a [u32] {
        &self.bounds[1..]
    }

    /// Offset of its last byte.
    #[inline]
    pub fn end(&self) -> usize {
        self.bounds.last().map_or(0, |end| *end as usize)
    }

    /// A field's text, as [`Self::field`].
    #[inline]
    pub fn text_of(&self, index: usize) -> &'a [u8] {
        let (start, end) = self.field(index);
        &self.text[start..end]
    }

    /// Offsets of a field's text, without its quotes and the line's `\r`.
    #[inline(always)]
    pub fn field(&self, index: usize) -> (usize, usize) {
        let (start, end) = (behind(self.bounds[index]), self.bounds[index + 1] as usize);
        if self.dressed { bare(self.text, start, end, index + 2 == self.bounds.len()) } else { (start, end) }
    }
}

/// Offset of the byte behind the one at `bound`.
#[inline(always)]
fn behind(bound: u32) -> usize {
    bound.wrapping_add(1) as usize
}

/// A field's offsets without the `\r` of its line and its own quotes.
#[inline(always)]
fn bare(text: &[u8], start: usize, mut end: usize, is_last: bool) -> (usize, usize) {
    if is_last && end > start && text[end - 1] == b'\r' {
        end -= 1;
    }
    // In a line of the index a quote at the start has its partner at the end.
    if end > start && text[start] == b'"' {
        return (start + 1, end - 1);
    }
    (start, end)
}
