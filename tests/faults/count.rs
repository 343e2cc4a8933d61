//! The table.

use std::time::Duration;

use crate::runs::Ended;
use crate::verdict::Wrong;

/// How the runs of one class ended.
#[derive(Default)]
pub struct Count {
    /// How many met a fault at all, and how many faults all of them met.
    disturbed: usize,
    met: u64,
    equal: usize,
    redriven: usize,
    lost: usize,
    doubled: usize,
    mixed: usize,
    unclear: usize,
    /// How much longer than undisturbed each took.
    longer: Vec<Duration>,
}

/// The first two lines, as Markdown.
pub fn heading() -> String {
    let columns = [
        "class",
        "runs",
        "disturbed",
        "faults",
        "equal",
        "redriven, equal",
        "lost",
        "doubled",
        "mixed",
        "unclear",
        "longer by",
        "at most",
    ];
    format!("| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()))
}

impl Count {
    pub fn add(&mut self, ended: &Ended, undisturbed: Duration) {
        self.disturbed += usize::from(ended.met > 0);
        self.met += ended.met;
        let count = match (&ended.wrong, ended.redriven) {
            (None, false) => &mut self.equal,
            (None, true) => &mut self.redriven,
            (Some(Wrong::Lost(_)), _) => &mut self.lost,
            (Some(Wrong::Doubled(_)), _) => &mut self.doubled,
            (Some(Wrong::Mixed(_)), _) => &mut self.mixed,
            (Some(Wrong::Unclear(_)), _) => &mut self.unclear,
        };
        *count += 1;
        self.longer.push(ended.took.saturating_sub(undisturbed));
    }

    pub fn right(&self) -> usize {
        self.equal + self.redriven
    }

    pub fn wrong(&self) -> usize {
        self.lost + self.doubled + self.mixed + self.unclear
    }

    pub fn row(&mut self, name: &str) -> String {
        self.longer.sort();
        let seconds =
            |time: Option<&Duration>| format!("{:.1} s", time.copied().unwrap_or_default().as_secs_f64());
        let (median, most) = (seconds(self.longer.get(self.longer.len() / 2)), seconds(self.longer.last()));
        let counts = [
            self.right() + self.wrong(),
            self.disturbed,
            self.met as usize,
            self.equal,
            self.redriven,
            self.lost,
            self.doubled,
            self.mixed,
            self.unclear,
        ];
        let cells = counts.map(|count| count.to_string());
        format!("| {name} | {} | {median} | {most} |", cells.join(" | "))
    }
}
