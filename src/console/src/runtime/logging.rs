//! Diagnostics go to a file or nowhere: the terminal belongs to the screen.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::cli::failure::{Failure, FailureKind};

/// What is said without WATCHDECK_LOG.
const USUAL: &str = "info,watchdeck=debug";

/// Who writes whole requests down in detail, with their keys and session tokens. They may not.
const CAPPED: [&str; 8] = [
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sigv4",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "aws_smithy_runtime_api",
    "hyper",
];

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
    let detail = detail(std::env::var("WATCHDECK_LOG").ok().as_deref());
    tracing_subscriber::fmt()
        .with_env_filter(detail)
        .with_ansi(false)
        .with_writer(Mutex::new(open))
        .try_init()
        .map_err(|error| Failure::new(FailureKind::Failed, format!("no diagnostics: {error}"), ""))
}

/// What is written down: as asked for, but nothing that holds keys.
fn detail(asked: Option<&str>) -> EnvFilter {
    let asked = asked.and_then(|asked| EnvFilter::try_new(asked).ok());
    let usual = asked.unwrap_or_else(|| EnvFilter::new(USUAL));
    // Directives that stand longer are stronger: what was asked of a module inside is taken out first.
    let kept = usual.to_string();
    let kept =
        kept.split(',').filter(|directive| !CAPPED.iter().any(|name| directive.contains(name)));
    let caps = CAPPED.iter().map(|name| format!("{name}=info"));
    EnvFilter::new(kept.map(str::to_owned).chain(caps).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_writes_no_requests_down_whatever_is_asked() {
        for asked in [
            None,
            Some("trace"),
            Some("aws_smithy_runtime=trace,debug"),
            Some("trace,aws_sigv4::http_request=trace,[{aws_smithy_runtime}]=trace"),
            Some("trace,[aws_smithy_runtime]=trace"),
            Some("not==a filter"),
        ] {
            let filter = detail(asked).to_string();
            for name in CAPPED {
                let said: Vec<_> = filter.split(',').filter(|part| part.contains(name)).collect();
                assert!(said.iter().all(|part| part.ends_with("=info")), "{asked:?}: {filter}");
                assert!(said.contains(&format!("{name}=info").as_str()), "{asked:?}: {filter}");
            }
        }
        assert!(detail(Some("trace")).to_string().split(',').any(|part| part == "trace"));
    }
}
