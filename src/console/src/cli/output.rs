//! The program's own writer: a reader that closed its pipe is an end, not a panic.

use std::io::{self, Write as _};

use super::failure::{Failure, FailureKind};

/// Writes a text to stdout. A closed pipe is nobody's fault; a full disk is said.
///
/// # Errors
/// The text could not be written for another reason than a closed pipe.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            FailureKind::Failed,
            format!("the answer could not be written to stdout: {error}"),
            "",
        )),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a text to stderr, as far as anybody reads it.
pub fn complain(text: &str) {
    // Nowhere is left to say that this failed.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}
