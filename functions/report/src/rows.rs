//! The row account of the report: a bar, and a table.

use shared::Statistics;

use crate::format;

/// The row account: parts of a bar, and of a table.
pub struct Rows {
    pub total: String,
    pub parts: Vec<RowPart>,
    pub summary: String,
}

pub struct RowPart {
    pub class: &'static str,
    pub label: &'static str,
    pub meaning: &'static str,
    pub count: String,
    pub share: String,
    /// Start and width in the bar, in percent.
    pub bar: (String, String),
}

impl Rows {
    /// The rows of a file; whether one has more than one reading.
    pub fn new(statistics: &Statistics, several: bool) -> Rows {
        let quality = &statistics.quality;
        let total = quality.rows_read;
        let [used, missing, rejected] = if several {
            [
                "have at least one usable temperature",
                "have no temperature: all are empty or a missing marker",
                "have no usable temperature, and one or more that could not be read",
            ]
        } else {
            ["count in every figure", "have no temperature: empty or a missing marker", "could not be read"]
        };
        let kinds = [
            ("used", "Used", used, quality.rows_used),
            ("missing", "Missing", missing, quality.rows_missing),
            ("rejected", "Rejected", rejected, quality.rows_rejected),
        ];
        let mut start = 0.0;
        let parts = kinds.map(|(class, label, meaning, count)| {
            // A few rows are still seen: the bar lies a little rather than hide them.
            let width = if count == 0 { 0.0 } else { (count as f64 / total as f64 * 100.0).max(0.5) };
            let bar = (format!("{:.2}", f64::min(start, 99.5)), format!("{width:.2}"));
            start += width;
            let (count, share) = (format::count(count), format::share(count, total));
            RowPart { class, label, meaning, count, share, bar }
        });
        let summary = parts.iter().map(|part| format!("{} {}", part.count, part.class)).collect::<Vec<_>>();
        Rows { total: format::count(total), summary: summary.join(", "), parts: parts.into() }
    }
}
