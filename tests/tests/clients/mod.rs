//! Clients that nobody here wrote, pointed at the simulated account by nothing but environment variables.

mod aws_cli;
mod boto3;
mod commands;

use std::process::Command;

use serde_json::Value;
use watchdeck_sim::account::{Account, Setup};
use watchdeck_sim::serve::{Server, environment, serve};
use watchdeck_sim::world::story::Story;
use watchdeck_tests::servers::Tools;

/// A served account, and the tools of an independent client.
struct Desk {
    tools: Tools,
    runtime: tokio::runtime::Runtime,
    account: Account,
    server: Server,
    home: tempfile::TempDir,
}

impl Desk {
    /// Opens an account on a free port, or nothing where the clients cannot be had.
    fn open() -> Option<Self> {
        Self::open_at("quiet-day", 7, 0)
    }

    /// The same with a story of which so many seconds have passed.
    fn open_at(story: &str, seed: u64, after_s: u32) -> Option<Self> {
        let tools = Tools::clients()?;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        // Its time is that of the machine: a client whose clock differs is refused.
        let now = watchdeck_sim::clock::WallClock::system().now_ms();
        let start = now - i64::from(after_s) * 1_000;
        let account = Account::open(Setup::new(Story::named(story).unwrap(), seed, start));
        account.advance_to(now);
        let server = runtime.block_on(serve(account.clone(), 0)).unwrap();
        Some(Self { tools, runtime, account, server, home: tempfile::tempdir().unwrap() })
    }

    /// A program of the client's environment that knows no AWS but the account.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.tools.program(name));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command.env("HOME", self.home.path()).env("AWS_PAGER", "");
        command.envs(environment(&self.account, &self.server, "eu-central-1"));
        command
    }

    /// Runs `aws` with these words; its answer as JSON, or what it wrote to its standard error.
    fn aws(&self, words: &str) -> Result<Value, String> {
        let output = self.program("aws").args(words.split(' ')).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(serde_json::from_str(&said).unwrap_or(Value::String(said)))
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        }
    }

    fn ok(&self, words: &str) -> Value {
        self.aws(words).unwrap_or_else(|why| panic!("aws {words}: {why}"))
    }

    fn account(&self) -> &Account {
        &self.account
    }

    fn close(self) {
        self.runtime.block_on(self.server.stop());
    }
}
