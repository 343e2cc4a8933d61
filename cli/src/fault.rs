//! Why a command did not do what it was asked, and the exit status for it.

use std::fmt;

/// A fault that ends the command.
#[derive(Debug)]
pub struct Fault {
    code: u8,
    message: String,
}

impl Fault {
    /// The command was used wrongly: exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Fault { code: 2, message: message.into() }
    }

    /// Anything else: exit status 1.
    pub fn other(message: impl Into<String>) -> Self {
        Fault { code: 1, message: message.into() }
    }

    /// The exit status.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
