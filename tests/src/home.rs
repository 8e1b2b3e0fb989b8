//! A home of its own for each test: no configuration, credential or journal of the machine is seen or touched.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The binary under test: `watchdeck` beside the folder of this test's own binary.
///
/// # Errors
/// It was not built. `cargo test --workspace` builds it before any test runs.
pub fn binary() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let profile = own.parent().and_then(Path::parent).ok_or("this test has no folder")?;
    let binary = profile.join("watchdeck");
    if binary.exists() {
        return Ok(binary);
    }
    Err(format!(
        "{} is missing: run `cargo test --workspace`, or `cargo build` before tests of one package",
        binary.display()
    ))
}

/// A temporary home. Removed when dropped.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    extra: Vec<(String, String)>,
}

impl Home {
    /// A fresh, empty home.
    ///
    /// # Errors
    /// There is no place for temporary folders.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, extra: Vec::new() })
    }

    /// The same home with one more environment variable, or another value for one.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// Sets an environment variable for the programs started from here on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.extra.retain(|(known, _)| known != name);
        self.extra.push((name.to_owned(), value.to_owned()));
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The whole environment of a program that lives here: nothing is inherited but the search path.
    pub fn environment(&self) -> Vec<(String, String)> {
        let at = |name: &str| self.path().join(name).display().to_string();
        let mut environment: Vec<(String, String)> = [
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", self.path().display().to_string()),
            ("XDG_STATE_HOME", at("state")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_CACHE_HOME", at("cache")),
            ("AWS_CONFIG_FILE", at("aws-config")),
            ("AWS_SHARED_CREDENTIALS_FILE", at("aws-credentials")),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("USER", "operator".to_owned()),
            ("RUST_BACKTRACE", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        environment.retain(|(name, _)| self.extra.iter().all(|(known, _)| known != name));
        environment.extend(self.extra.iter().cloned());
        environment
    }

    /// A command that runs the binary in this home, without a terminal.
    ///
    /// # Errors
    /// The binary was not built.
    pub fn command(&self, arguments: &[&str]) -> Result<Command, String> {
        let mut command = Command::new(binary()?);
        command.args(arguments).env_clear().envs(self.environment()).current_dir(self.path());
        command.stdin(Stdio::null());
        Ok(command)
    }
}

/// A simulated account served by a second process. Dropping it ends that process.
#[derive(Debug)]
pub struct Served {
    child: Child,
    endpoint: String,
    environment: Vec<(String, String)>,
}

impl Served {
    /// Starts `watchdeck sim serve` on a free port and waits until it says where it listens.
    ///
    /// # Errors
    /// It did not start.
    pub fn start(home: &Home, arguments: &[&str]) -> Result<Self, String> {
        use std::io::BufRead as _;
        let mut all = vec!["sim", "serve", "--port", "0"];
        all.extend_from_slice(arguments);
        let mut command = home.command(&all)?;
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
        let output = child.stdout.take().ok_or("it has no output")?;
        let mut environment = Vec::new();
        let mut lines = std::io::BufReader::new(output).lines().map_while(Result::ok);
        for line in &mut lines {
            if let Some((name, value)) =
                line.trim().strip_prefix("export ").and_then(|line| line.split_once('='))
            {
                environment.push((name.to_owned(), value.trim_matches('\'').to_owned()));
            } else if !environment.is_empty() {
                break;
            }
        }
        // Its output is read on, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let endpoint = environment.iter().find(|(name, _)| name == "AWS_ENDPOINT_URL");
        let Some((_, endpoint)) = endpoint.cloned() else {
            drop(child.kill());
            drop(child.wait());
            return Err("`sim serve` ended without saying where it listens".to_owned());
        };
        Ok(Self { child, endpoint, environment })
    }

    /// Its URL.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The variables that lead a client there: credentials, region and endpoint.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
