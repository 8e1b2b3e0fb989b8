//! The `watchdeck` binary: parse, choose the account, run, restore the terminal.

use std::process::ExitCode;

use watchdeck::cli;

fn main() -> ExitCode {
    // The terminal is a value inside `run`: however it ends, the terminal is given back before anything is reported.
    match cli::parse(std::env::args_os()) {
        Ok(asked) => match cli::run(asked) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        },
        Err(code) => code,
    }
}
