//! What other programs read about this one: completions for shells, the manual page, and schemas for editors.

use std::io;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::arguments::{Arguments, SchemaFile};
use super::failure::{Failure, FailureKind};
use super::output;
use crate::config::settings;
use crate::contexts;

/// Prints the completions for a shell.
pub(super) fn completions(shell: Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "watchdeck", &mut text);
    output::say(&String::from_utf8_lossy(&text))
}

/// Prints the manual page, every command in one page.
pub(super) fn manual() -> Result<(), Failure> {
    let text = roff().map_err(|error| {
        Failure::new(FailureKind::Failed, format!("the page could not be made: {error}"), "")
    })?;
    output::say(&String::from_utf8_lossy(&text))
}

fn roff() -> io::Result<Vec<u8>> {
    let mut command = Arguments::command();
    command.build();
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command.clone()).section("1").manual("watchdeck");
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    for command in command.get_subcommands() {
        section(command, "watchdeck", &mut text)?;
    }
    Ok(text)
}

/// One command under a heading of its own, and the commands below it.
fn section(command: &clap::Command, above: &str, text: &mut Vec<u8>) -> io::Result<()> {
    let name = format!("{above} {}", command.get_name());
    let below: Vec<_> = command.get_subcommands().filter(|below| !below.is_hide_set()).collect();
    if below.is_empty() {
        let mut one = Vec::new();
        // The options that every command takes are told once, at the top.
        let own = command.clone().mut_args(|arg| {
            let everywhere = arg.is_global_set() || arg.get_id() == "help";
            arg.hide(everywhere)
        });
        let page = clap_mangen::Man::new(own);
        page.render_description_section(&mut one)?;
        page.render_options_section(&mut one)?;
        let one = String::from_utf8_lossy(&one);
        text.extend_from_slice(format!(".SH {}\n", name.to_uppercase()).as_bytes());
        for line in one.lines().filter(|line| {
            *line != ".SH DESCRIPTION"
                && *line != ".ie \\n(.g .ds Aq \\(aq"
                && *line != ".el .ds Aq '"
        }) {
            let line = if line == ".SH OPTIONS" { ".SS Options" } else { line };
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
    }
    for command in below {
        section(command, &name, text)?;
    }
    Ok(())
}

/// Prints the schema of a file.
pub(super) fn schema(file: SchemaFile) -> Result<(), Failure> {
    match file {
        SchemaFile::Config => output::say(&settings::schema()),
        SchemaFile::Contexts => output::say(&contexts::schema()),
        SchemaFile::Runbook => output::say(&watchdeck_runbook::schema()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_page_tells_every_command_and_every_option_once() {
        let text = String::from_utf8(roff().unwrap()).unwrap();
        for word in
            ["WATCHDECK DEMO", "WATCHDECK SIM SERVE", "WATCHDECK AUDIT VERIFY", "WATCHDECK DOCTOR"]
        {
            assert!(text.contains(&format!(".SH {word}")), "{word} is missing:\n{text}");
        }
        let (_, options) = text.split_once(".SH OPTIONS").unwrap();
        assert_eq!(options.matches("fB\\-\\-state\\-dir").count(), 1, "{text}");
    }

    #[test]
    fn every_shell_gets_completions() {
        use clap::ValueEnum as _;
        for shell in Shell::value_variants() {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "watchdeck", &mut text);
            let text = String::from_utf8(text).unwrap();
            assert!(text.contains("doctor") && text.contains("state-dir"), "{shell}");
        }
    }
}
