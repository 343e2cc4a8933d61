//! How a command ended, when it ran.

/// How a command ended, when it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every file was processed.
    Processed,
    /// At least one file cannot be read as temperatures.
    Rejected,
    /// At least one run failed, or its file was changed meanwhile.
    Failed,
}

impl Status {
    /// The exit status.
    pub fn code(self) -> u8 {
        match self {
            Status::Processed => 0,
            Status::Rejected => 3,
            Status::Failed => 1,
        }
    }
}
