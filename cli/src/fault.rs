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
        // Messages name files, and names may hold what drives a terminal.
        f.write_str(&shared::shown::lines(&self.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_message_cannot_drive_the_terminal() {
        let fault = Fault::other("a\x1b]0;title\x07.csv: no such file\nisotherm: b\u{202e}.csv: is a folder");
        assert_eq!(fault.to_string(), "a␛]0;title␇.csv: no such file\nisotherm: b\u{fffd}.csv: is a folder");
    }
}
