//! What the command says: results on standard output, everything else on standard error.
//!
//! Nothing here panics. `println!` and `eprintln!` do where the stream is closed or the disk behind it is full,
//! so clippy refuses them in this package.

use std::fmt::Display;
use std::io::{self, Write};

use shared::shown;

use crate::fault::Fault;

/// Writes a line to standard error. If it cannot be written there is nobody to tell; the exit status still says
/// how the command ended.
pub fn tell(line: impl Display) {
    // In one piece, so that lines of several processes do not mix.
    let _ = Diagnostics.write_all(told(line).as_bytes());
}

/// What is told names files, and a name may hold what drives the terminal.
fn told(line: impl Display) -> String {
    shown::lines(&line.to_string()) + "\n"
}

/// Writes to standard output; a reader that has seen enough (`head`) is no error.
///
/// # Errors
/// When the text cannot be written: results must not be lost in silence.
pub fn print(text: impl AsRef<[u8]>) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_ref()).and_then(|()| out.flush()))
}

/// What came of writing to standard output.
///
/// # Errors
/// As [`print`].
pub fn written(result: io::Result<()>) -> Result<(), Fault> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fault::other(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Standard error, for libraries that would panic or complain there if it cannot be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Diagnostics;

impl Write for Diagnostics {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_message_cannot_drive_the_terminal() {
        let message = "a\x1b]0;title\x07.csv: no such file\nisotherm: b\u{202e}.csv: is a folder";
        assert_eq!(told(message), "a␛]0;title␇.csv: no such file\nisotherm: b\u{fffd}.csv: is a folder\n");
    }
}
