//! The command line of the program: what was asked, carried out, and told.
//!
//! Suggested reading order:

pub mod arguments; // what may be asked
pub mod reading; // what may be asked of logs without a screen

pub mod failure; // why it was not done
pub mod output; // stdout and stderr, where a closed pipe is no panic

mod approve; // `watchdeck approve`
pub mod audit; // `watchdeck audit`
mod console; // the console itself, on AWS or on the simulated account
mod doctor; // `watchdeck doctor`
mod drafting; // from a runbook's name to the question that would be put
mod headless; // an account opened for a command that prints
mod info; // `watchdeck info`
mod keys; // `watchdeck keys`
mod query; // `watchdeck query`
mod question; // a plan without a screen
mod secret; // out of a variable or from stdin, never off the command line
mod tail; // `watchdeck tail`

mod detect; // `watchdeck detect`
mod open; // `watchdeck open`
pub mod report; // reporting copies of databases
pub mod run; // `watchdeck run`
pub mod runbook; // `watchdeck runbook`

mod pages; // completions, the manual page, schemas
mod replay; // `watchdeck replay`
mod serve; // `watchdeck sim serve`

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use arguments::{Arguments, Command, PlaceArguments, SimCommand};
use failure::Failure;

/// What the program was asked to do.
#[derive(Debug)]
pub struct Asked(Arguments);

/// Parses the command line.
///
/// # Errors
/// The exit code, after help, version or a usage message was written.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Asked, ExitCode> {
    Arguments::try_parse_from(words).and_then(refuse_misplaced).map(Asked).map_err(|error| {
        // Help and version leave with 0, misuse with 2. A reader that went away is no failure.
        let code = u8::try_from(error.exit_code()).unwrap_or(2);
        drop(error.print());
        ExitCode::from(code)
    })
}

/// Carries out what was asked.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(asked: Asked) -> Result<(), Failure> {
    let Arguments { place, files, look, command } = asked.0;
    crate::runtime::logging::start(files.log_file.as_deref())?;
    match command {
        None => console::open(&place, &files, &look),
        Some(Command::Demo(mut demo)) => {
            demo.write |= place.write;
            demo.record = demo.record.or(place.record);
            console::demo(&demo, &files, &look)
        }
        Some(Command::Tail(asked)) => tail::print(&asked, &files),
        Some(Command::Query(asked)) => query::run(&asked, &files),
        Some(Command::Open(asked)) => open::open(&asked, &files, &look),
        Some(Command::Detect(asked)) => detect::run(&asked),
        Some(Command::Sim { command: SimCommand::Serve(serve) }) => serve::serve(&serve),
        Some(Command::Approve(asked)) => approve::run(&asked, &files),
        Some(Command::Audit { command }) => audit::run(&command, &files),
        Some(Command::Run(asked)) => run::run(&asked, &files),
        Some(Command::ReportDb { command }) => report::run(&command, &files),
        Some(Command::Runbook { command }) => runbook::run(&command, &files),
        Some(Command::Replay(replay)) => replay::play(&replay, &look),
        Some(Command::Keys(asked)) => keys::print(&asked, &files),
        Some(Command::Info(look)) => info::print(&look, &files),
        Some(Command::Doctor(look)) => doctor::examine(&look, &files),
        Some(Command::Completions { shell }) => pages::completions(shell),
        Some(Command::Man) => pages::manual(),
        Some(Command::Schema { file }) => pages::schema(file),
    }
}

/// Options that choose an account mean nothing before a command that brings its own.
fn refuse_misplaced(arguments: Arguments) -> Result<Arguments, clap::Error> {
    let files = &arguments.files;
    let PlaceArguments {
        context,
        profile,
        region,
        endpoint_url,
        write,
        write_role,
        record,
        read_role: _,
    } = &arguments.place;
    let misplaced = match &arguments.command {
        None => None,
        Some(command) => [
            ("--set", !files.set.is_empty() && !heeds_settings(command)),
            ("--config", files.config.is_some() && !heeds_settings(command)),
            ("--context", context.is_some()),
            ("--profile", profile.is_some()),
            ("--region", region.is_some()),
            ("--endpoint-url", endpoint_url.is_some()),
            ("--write-role", write_role.is_some()),
            ("--write", *write && !matches!(command, Command::Demo(_))),
            ("--record", record.is_some() && !matches!(command, Command::Demo(_))),
        ]
        .into_iter()
        .find(|(_, given)| *given)
        .map(|(name, _)| name),
    };
    match misplaced {
        None => Ok(arguments),
        Some(name @ ("--set" | "--config")) => Err(conflict(&format!(
            "{name} is about the settings of the console, and this command heeds none"
        ))),
        Some("--record") => Err(conflict(
            "--record writes a session of the console down, and this command begins none",
        )),
        Some(name) => Err(conflict(&format!(
            "{name} chooses an account for the console, and this command has none to choose there; \
             `tail`, `query`, `run`, `runbook plan`, `info` and `doctor` take it after their name"
        ))),
    }
}

/// Whether a command goes by the settings.
fn heeds_settings(command: &Command) -> bool {
    match command {
        Command::Demo(_)
        | Command::Tail(_)
        | Command::Query(_)
        | Command::Open(_)
        | Command::Keys(_)
        | Command::Info(_)
        | Command::Doctor(_)
        | Command::Run(_)
        | Command::ReportDb { .. }
        | Command::Runbook { command: runbook::RunbookCommand::Plan(_) } => true,
        // Only CloudTrail is asked of an account.
        Command::Audit { command: audit::AuditCommand::Verify(asked) } => asked.cloudtrail,
        Command::Detect(_)
        | Command::Sim { .. }
        | Command::Approve(_)
        | Command::Audit { .. }
        | Command::Runbook { .. }
        | Command::Replay(_)
        | Command::Completions { .. }
        | Command::Man
        | Command::Schema { .. } => false,
    }
}

fn conflict(why: &str) -> clap::Error {
    Arguments::command().error(ErrorKind::ArgumentConflict, why)
}

/// The tasks of the program. Two threads beside the one that draws: most of the work is waiting.
fn tasks() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("watchdeck-task")
        .enable_all()
        .build()
        .map_err(|error| {
            let what = format!("the system gives no threads: {error}");
            Failure::new(
                failure::FailureKind::Failed,
                what,
                "end other programs, or raise the limit",
            )
        })
}
