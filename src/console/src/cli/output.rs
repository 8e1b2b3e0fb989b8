//! The program's own writer: a reader that closed its pipe is an end, not a panic.

use std::io::{self, Write as _};

use serde::Serialize;
use signal_hook::consts::SIGPIPE;
use watchdeck_domain::Printable;
use watchdeck_domain::printable::printable_json;

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

/// Writes a part of a long answer to stdout. Where nobody reads it any more, the program ends as others do.
///
/// # Errors
/// The reader has gone, which is told by nothing but the exit code, or the part could not be written.
pub fn pour(part: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(part).and_then(|()| out.flush()).map_err(|error| {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::signalled(u8::try_from(SIGPIPE).unwrap_or(1));
        }
        let what = format!("the answer could not be written to stdout: {error}");
        Failure::new(FailureKind::Failed, what, "")
    })
}

/// A value as JSON in one line, in which nothing can drive a terminal.
pub fn json(value: &impl Serialize) -> String {
    printable_json(serde_json::to_string(value).unwrap_or_default())
}

/// A text of many lines in which nothing can drive a terminal.
pub fn printable(text: &str) -> String {
    text.lines().fold(String::with_capacity(text.len() + 1), |mut out, line| {
        out.push_str(Printable::new(line).as_str());
        out.push('\n');
        out
    })
}

/// Writes a text to stderr, as far as anybody reads it.
pub fn complain(text: &str) {
    // Nowhere is left to say that this failed.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}
