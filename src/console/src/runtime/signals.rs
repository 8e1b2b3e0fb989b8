//! Signals from outside, as events: end, hang up, interrupt, stop.

use std::io;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGXFSZ};
use signal_hook::low_level;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal asks of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Give the terminal back and end, with exit code 128 + this number.
    End(u8),
    /// Give the terminal back and stop until continued.
    Stop,
}

/// The signals that the console minds.
#[derive(Debug)]
pub struct Signals {
    end: Stream,
    hang_up: Stream,
    interrupt: Stream,
    stop: Stream,
    /// Never read: heard so that a file limit is an error of the write that met it, and not the end of the process.
    _file_limit: Stream,
}

impl Signals {
    /// Takes the signals over from the system's own conduct.
    ///
    /// # Errors
    /// The system does not allow it.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            end: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(SIGTSTP))?,
            _file_limit: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    /// The next signal. Safe to drop half-way.
    pub async fn next(&mut self) -> Signal {
        let number = tokio::select! {
            _ = self.end.recv() => SIGTERM,
            _ = self.hang_up.recv() => SIGHUP,
            _ = self.interrupt.recv() => SIGINT,
            _ = self.stop.recv() => return Signal::Stop,
        };
        Signal::End(u8::try_from(number).unwrap_or(1))
    }
}

/// Stops the process as the system would have done, and returns once it is continued.
///
/// # Errors
/// The system does not allow it.
pub fn stop_here() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
