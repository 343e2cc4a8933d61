//! The progress bar: drawn on a terminal. Elsewhere only what goes wrong is told.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use local::functions::message;
use local::states::{Event, Observer};
use shared::shown;

use crate::say;

/// Shows what a run is doing.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// For the run of `file`; nothing is drawn for a run that is `beside` others, which is over in no time.
    pub fn new(file: &str, beside: bool) -> Self {
        // Draws on standard error, and only where that is a terminal.
        let bar = if beside { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let bar = bar.with_prefix(shown::line(file));
        // Each bar that moves by itself has a thread for that.
        if !bar.is_hidden() {
            bar.set_style(style("{prefix}  {spinner} {msg}"));
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Progress { bar }
    }

    /// Clears the line.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Says something that stays, above the bar if there is one.
    fn tell(&self, line: &str) {
        if self.bar.is_hidden() {
            say::tell(line);
        } else {
            self.bar.println(shown::line(line));
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// What is said of a step that failed and is tried again: without it, a run that waits looks like one that hangs.
fn retry(file: &str, event: &Event<'_>) -> Option<String> {
    let Event::Retry { state, item, error, cause, delay, .. } = event else { return None };
    let split = item.map_or_else(String::new, |item| format!(", split {item},"));
    let seconds = delay.as_secs_f64();
    Some(format!(
        "isotherm: {file}: {state}{split} failed and is tried again in {seconds:.1} s: {error}: {}",
        message(cause)
    ))
}

impl Observer for Progress {
    fn observe(&self, event: Event<'_>) {
        if let Some(line) = retry(&self.bar.prefix(), &event) {
            self.tell(&line);
        }
        if self.bar.is_hidden() {
            return;
        }
        match event {
            Event::StateEntered { state, item: None } => self.bar.set_message(state.to_owned()),
            Event::MapStarted { items, .. } => {
                self.bar.set_style(style("{prefix}  {bar:30} {pos}/{len} splits  {elapsed}"));
                self.bar.set_length(items as u64);
            }
            Event::ItemFinished { finished, .. } => self.bar.set_position(finished as u64),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again_is_told_with_its_cause() {
        let retried = |item| Event::Retry {
            state: "ProcessSplit",
            item,
            error: "Transient",
            cause: r#"{"errorType":"Transient","errorMessage":"too many open files"}"#,
            attempt: 1,
            delay: Duration::from_millis(1_449),
        };
        assert_eq!(
            retry("a.csv", &retried(Some(3))).unwrap(),
            "isotherm: a.csv: ProcessSplit, split 3, failed and is tried again in 1.4 s: Transient: too many open files"
        );
        assert!(retry("a.csv", &retried(None)).unwrap().contains("ProcessSplit failed and"));
        assert_eq!(retry("a.csv", &Event::MapStarted { state: "ProcessData", items: 3 }), None);
    }
}
