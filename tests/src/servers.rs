//! Servers and clients that nobody here wrote: pinned, installed into a cache folder, stopped when dropped.
//!
//! Where there is no Python, no `pip` or no network, the tests that want them say so and are skipped; under
//! `CI=true` that is a failure instead.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// Two servers that speak for AWS, and boto3 to fill them with.
const SERVERS: &[&str] = &["moto[server]==5.2.5", "ministack==1.5.33", "cbor2==6.2.1"];

/// The clients most people use. Apart, since moto wants a newer botocore than this CLI.
const CLIENTS: &[&str] = &["boto3==1.43.11", "awscli==1.45.11"];

/// How often a starting server is looked for, a twentieth of a second apart.
const LOOKS: u32 = 1_200;

/// A Python environment with pinned packages in it.
#[derive(Clone, Debug)]
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Moto and ministack, or nothing where they cannot be had.
    pub fn servers() -> Option<Self> {
        static HELD: OnceLock<Option<Tools>> = OnceLock::new();
        HELD.get_or_init(|| Self::or_notice("servers", SERVERS)).clone()
    }

    /// Boto3 and the AWS CLI, or nothing where they cannot be had.
    pub fn clients() -> Option<Self> {
        static HELD: OnceLock<Option<Tools>> = OnceLock::new();
        HELD.get_or_init(|| Self::or_notice("clients", CLIENTS)).clone()
    }

    /// A program of the environment: `python`, `aws`, `moto_server`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// Runs a Python script with arguments, with no AWS configuration but the keys `test`/`test`.
    ///
    /// # Errors
    /// What the script wrote to its standard error, if it failed.
    pub fn python(&self, script: &str, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.program("python"));
        bare(&mut command).arg("-c").arg(script).args(arguments);
        let output = command.output().map_err(|e| e.to_string())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    #[expect(
        clippy::panic,
        clippy::print_stderr,
        reason = "test support: fail under CI, say so elsewhere"
    )]
    fn or_notice(name: &str, packages: &[&str]) -> Option<Self> {
        match Self::install(name, packages) {
            Ok(tools) => Some(tools),
            Err(why) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
                panic!("{} could not be installed: {why}", packages.join(", "))
            }
            Err(why) => {
                eprintln!("SKIPPED: {} could not be installed: {why}", packages.join(", "));
                None
            }
        }
    }

    /// Installs the packages once a machine; whoever comes second waits for the first.
    fn install(name: &str, packages: &[&str]) -> Result<Self, String> {
        let cache = cache();
        fs::create_dir_all(&cache).map_err(|e| format!("{}: {e}", cache.display()))?;
        let lock = File::create(cache.join(format!("{name}.lock"))).map_err(|e| e.to_string())?;
        lock.lock().map_err(|e| e.to_string())?;
        let folder = cache.join(name);
        let ready = folder.join("installed");
        let wanted = packages.join("\n");
        if fs::read_to_string(&ready).is_ok_and(|installed| installed == wanted) {
            return Ok(Self { folder });
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let pip = folder.join("bin").join("pip");
        let quiet = ["install", "--quiet", "--no-input", "--disable-pip-version-check"];
        run(Command::new(pip).args(quiet).args(packages))?;
        // Last: an interrupted installation is begun anew.
        fs::write(&ready, wanted).map_err(|e| e.to_string())?;
        Ok(Self { folder })
    }
}

/// `WATCHDECK_TEST_CACHE`, or the user's cache folder.
fn cache() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("WATCHDECK_TEST_CACHE").unwrap_or_else(|| {
        set("XDG_CACHE_HOME")
            .or_else(|| set("HOME").map(|home| home.join(".cache")))
            .unwrap_or_else(std::env::temp_dir)
            .join("watchdeck")
            .join("test-tools")
    })
}

fn run(command: &mut Command) -> Result<(), String> {
    let said = format!("{command:?}");
    let output = command.output().map_err(|e| format!("{said}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{said}: {}", why.lines().last().unwrap_or("no reason was given")))
}

/// Takes everything AWS out of a command's environment, and puts keys in that open nothing.
fn bare(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_DEFAULT_REGION", "eu-central-1")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Moto: broad, shallow. No revision check on aliases, no LookupEvents, no CBOR.
    Moto,
    /// Ministack: a real live tail, alias revisions, CBOR metrics.
    Ministack,
}

/// A running server on a port of 127.0.0.1. Stops when dropped, and when this process ends in any other way.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    port: u16,
    tools: Tools,
    keeper: Child,
}

/// Runs a server for as long as its own standard input is open.
const KEEPER: &str = "
import subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
sys.stdin.read()
server.kill()
server.wait()
";

impl Server {
    /// Starts one, or nothing where it cannot be had.
    ///
    /// # Panics
    /// When it is installed but does not start.
    #[expect(clippy::panic, reason = "test support")]
    pub fn start(kind: Kind) -> Option<Self> {
        let tools = Tools::servers()?;
        let mut why = String::new();
        // Somebody else may take the port between our look and the server's.
        for _ in 0..3 {
            match Self::launch(&tools, kind) {
                Ok(server) => return Some(server),
                Err(error) => why = error,
            }
        }
        panic!("{kind:?} does not start: {why}")
    }

    fn launch(tools: &Tools, kind: Kind) -> Result<Self, String> {
        let port = free_port().map_err(|e| e.to_string())?;
        let text = port.to_string();
        let mut command = Command::new(tools.program("python"));
        bare(&mut command).arg("-c").arg(KEEPER);
        match kind {
            Kind::Moto => {
                command.arg(tools.program("moto_server")).args(["-H", "127.0.0.1", "-p", &text]);
            }
            Kind::Ministack => {
                command.arg(tools.program("ministack"));
                command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", &text);
                command.env("MINISTACK_REGION", "eu-central-1").env("CLOUDTRAIL_RECORDING", "1");
                // Where there is a Docker it would fetch a database for every instance that is made.
                command.env("DOCKER_HOST", "unix:///dev/null");
            }
        }
        let keeper = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let mut server = Self { kind, port, tools: tools.clone(), keeper };
        for _ in 0..LOOKS {
            if server.keeper.try_wait().map_err(|e| e.to_string())?.is_some() {
                return Err("it ended at once".into());
            }
            if server.ask("GET", "/").is_ok() {
                return Ok(server);
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Err(format!("no answer on port {port} in {LOOKS} looks"))
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Forgets everything the server was told.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn reset(&self) -> std::io::Result<()> {
        let path = match self.kind {
            Kind::Moto => "/moto-api/reset",
            Kind::Ministack => "/_ministack/reset",
        };
        self.ask("POST", path)
    }

    /// Runs a boto3 script against it; `endpoint` is its URL, and `client(service)` makes a client.
    ///
    /// # Errors
    /// What the script wrote to its standard error, if it failed.
    pub fn boto3(&self, script: &str) -> Result<String, String> {
        let head = "import boto3, json, sys\nendpoint = sys.argv[1]\n\
                    client = lambda service: boto3.client(service, endpoint_url=endpoint, region_name='eu-central-1')\n";
        self.tools.python(&format!("{head}{script}"), &[&self.url()])
    }

    fn ask(&self, method: &str, path: &str) -> std::io::Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let head = "Host: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0";
        write!(stream, "{method} {path} HTTP/1.1\r\n{head}\r\n\r\n")?;
        let mut first = String::new();
        let mut answer = BufReader::new(stream);
        answer.read_line(&mut first)?;
        if !first.starts_with("HTTP/1.1 ") {
            return Err(std::io::Error::other(format!("answered `{first}`")));
        }
        answer.read_to_end(&mut Vec::new()).map(|_| ())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // The keeper ends the server and then itself; nothing is left to do should that fail.
        drop(self.keeper.wait());
    }
}

/// A port nobody listens on just now.
///
/// # Errors
/// When the machine has none.
pub fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
