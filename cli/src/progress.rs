//! The progress bar: drawn on a terminal, silent in a pipe.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::local::states::{Event, Observer};

/// Shows what a run is doing.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// For the run of `file`.
    pub fn new(file: &str) -> Self {
        // Draws on standard error, and only where that is a terminal.
        let bar = ProgressBar::new_spinner().with_prefix(file.to_owned());
        bar.set_style(style("{prefix}  {spinner} {msg}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar }
    }

    /// Clears the line.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Observer for Progress {
    fn observe(&self, event: Event<'_>) {
        match event {
            Event::StateEntered { state, item: None } => self.bar.set_message(state.to_owned()),
            Event::MapStarted { items, .. } => {
                self.bar.set_style(style("{prefix}  {bar:30} {pos}/{len} splits  {elapsed}"));
                self.bar.set_length(items as u64);
            }
            Event::ItemFinished { finished, .. } => self.bar.set_position(finished as u64),
            Event::Retry { error, delay, .. } => {
                self.bar.set_message(format!("{error}: trying again in {} s", delay.as_secs()));
            }
            _ => {}
        }
    }
}
