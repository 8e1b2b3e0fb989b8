//! What may be asked about runbooks.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::reading::SourceArguments;

/// `watchdeck runbook ...`
#[derive(Debug, Subcommand)]
pub enum RunbookCommand {
    /// List the runbooks: those built in, and your own of ~/.config/watchdeck/runbooks
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell what a runbook wants to know, checks, does, costs and needs of IAM
    Show {
        /// Its id, such as lambda.rollback
        id: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what is wrong with runbook files, by line and column; exit code 1 if anything is
    Lint {
        /// The files
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Answer in JSON, one object a file
        #[arg(long)]
        json: bool,
    },
    /// Make a plan up to the question that would be put: checks, fingerprints, differences; changes nothing
    Plan(PlanArguments),
    /// Play the scenarios of runbooks on simulated accounts in virtual time; exit code 1 if one ends otherwise
    Test {
        /// Only those of this runbook
        id: Option<String>,
        /// Answer in JSON, one object a scenario
        #[arg(long)]
        json: bool,
    },
}

/// `watchdeck runbook plan`
#[derive(Clone, Debug, Args)]
pub struct PlanArguments {
    /// Its id, such as lambda.rollback
    pub id: String,
    /// A parameter, such as function=orders-writer; may be repeated
    #[arg(long = "param", short = 'p', value_name = "NAME=VALUE", value_parser = pair)]
    pub params: Vec<(String, String)>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
    /// Which account.
    #[command(flatten)]
    pub source: SourceArguments,
}

pub(in crate::cli) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    if name.is_empty() {
        return Err("a parameter has a name".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_parsed_at_the_border() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(pair("a="), Ok(("a".into(), String::new())));
        assert!(pair("a").is_err() && pair("=b").is_err());
    }
}
