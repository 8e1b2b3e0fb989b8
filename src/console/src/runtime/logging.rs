//! Diagnostics go to a file or nowhere: the terminal belongs to the screen.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::cli::failure::{Failure, FailureKind};

/// Sends diagnostics to `file`, readable by its owner only. Without a file there are none.
///
/// # Errors
/// The file could not be opened.
pub fn start(file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let open = OpenOptions::new().create(true).append(true).mode(0o600).open(file);
    let open = open.map_err(|error| {
        Failure::new(
            FailureKind::Failed,
            format!("the log file `{}` could not be opened: {error}", file.display()),
            "name a file in a folder that exists and is yours",
        )
    })?;
    let detail = EnvFilter::try_from_env("WATCHDECK_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,watchdeck=debug"));
    tracing_subscriber::fmt()
        .with_env_filter(detail)
        .with_ansi(false)
        .with_writer(Mutex::new(open))
        .try_init()
        .map_err(|error| Failure::new(FailureKind::Failed, format!("no diagnostics: {error}"), ""))
}
