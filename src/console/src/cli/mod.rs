//! The command line of the program: what was asked, carried out, and told.
//!
//! Suggested reading order:

pub mod arguments; // what may be asked
pub mod failure; // why it was not done
pub mod output; // stdout and stderr, where a closed pipe is no panic

mod audit; // `watchdeck audit verify`
mod console; // the console itself, on AWS or on the simulated account
mod keys; // `watchdeck keys`
mod serve; // `watchdeck sim serve`

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use arguments::{Arguments, AuditCommand, Command, PlaceArguments, SimCommand};
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
    let Arguments { place, files, command } = asked.0;
    crate::runtime::logging::start(files.log_file.as_deref())?;
    match command {
        None => console::open(&place, &files),
        Some(Command::Demo(mut demo)) => {
            demo.write |= place.write;
            console::demo(&demo, &files)
        }
        Some(Command::Sim { command: SimCommand::Serve(serve) }) => serve::serve(&serve),
        Some(Command::Audit { command: AuditCommand::Verify(verify) }) => {
            audit::verify(&verify, &files)
        }
        Some(Command::Keys(asked)) => keys::print(&asked, &files),
    }
}

/// Options that choose an account mean nothing before a command that brings its own.
fn refuse_misplaced(arguments: Arguments) -> Result<Arguments, clap::Error> {
    let PlaceArguments { profile, region, endpoint_url, write, write_role } = &arguments.place;
    let misplaced = match &arguments.command {
        None => None,
        Some(command) => [
            ("--profile", profile.is_some()),
            ("--region", region.is_some()),
            ("--endpoint-url", endpoint_url.is_some()),
            ("--write-role", write_role.is_some()),
            ("--write", *write && !matches!(command, Command::Demo(_))),
        ]
        .into_iter()
        .find(|(_, given)| *given)
        .map(|(name, _)| name),
    };
    match misplaced {
        None => Ok(arguments),
        Some(name) => Err(Arguments::command().error(
            ErrorKind::ArgumentConflict,
            format!(
                "{name} chooses an account for the console, and this command has none to choose"
            ),
        )),
    }
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
