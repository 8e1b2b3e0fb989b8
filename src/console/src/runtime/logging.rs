//! Diagnostics go to a file or nowhere: the terminal belongs to the screen.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
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
    let open = open(file, super::settings::folder().as_deref()).map_err(|error| {
        Failure::new(
            FailureKind::Failed,
            format!("the log file `{}` could not be opened: {error}", file.display()),
            "name a file in a folder that exists and is yours, such as ~/.local/state/watchdeck",
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

/// Opens the log for its owner's eyes only, and never beside the configuration: that is copied from machine to machine
/// and kept in repositories.
fn open(file: &Path, configuration: Option<&Path>) -> io::Result<File> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let real = |folder: &Path| folder.canonicalize().ok();
    if configuration.and_then(real).is_some_and(|configuration| {
        real(folder).is_some_and(|folder| folder.starts_with(configuration))
    }) {
        let why = "the folder of the configuration holds no logs: it is copied and shared";
        return Err(io::Error::other(why));
    }
    let open = OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    let about = open.metadata()?;
    let mut permissions = about.permissions();
    // One that stood there before may be open to others; a device or a pipe is somebody else's.
    if about.is_file() && permissions.mode() & 0o077 != 0 {
        permissions.set_mode(0o600);
        open.set_permissions(permissions)?;
    }
    Ok(open)
}

/// What is written down: as asked for, but nothing that holds keys.
pub(super) fn detail(asked: Option<&str>) -> EnvFilter {
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
    fn a_log_is_for_the_eyes_of_its_owner_only_even_one_that_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let (fresh, old) = (folder.path().join("fresh.log"), folder.path().join("old.log"));
        std::fs::write(&old, "before\n").unwrap();
        std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o644)).unwrap();
        for file in [&fresh, &old] {
            let mode = open(file, None).unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "before\n");
        assert!(open(Path::new("/dev/null"), None).is_ok());
    }

    #[test]
    fn a_log_never_stands_beside_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("watchdeck");
        std::fs::create_dir_all(configuration.join("logs")).unwrap();
        for name in ["watchdeck/a.log", "watchdeck/logs/a.log", "watchdeck/logs/../a.log"] {
            let error = open(&folder.path().join(name), Some(&configuration)).unwrap_err();
            assert!(error.to_string().contains("holds no logs"), "{name}: {error}");
        }
        assert!(open(&folder.path().join("a.log"), Some(&configuration)).is_ok());
    }

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
