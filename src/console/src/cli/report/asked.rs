//! What may be asked of `watchdeck report-db`, and the run that each wish is.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use watchdeck_domain::Arn;

use crate::cli::arguments::{arn, speed};
use crate::cli::reading::SourceArguments;
use crate::cli::run::RunArguments;

/// `watchdeck report-db`
#[derive(Clone, Debug, Subcommand)]
pub enum ReportCommand {
    /// Make a copy of a database as of an instant: the runbook rds.pitr-report
    Create(Box<CreateArguments>),
    /// List the copies: who asked for them, until when, what they cost; what is overdue comes first
    List(Box<ListArguments>),
    /// Keep a copy for longer: the runbook rds.report-extend
    Extend(Box<ExtendArguments>),
    /// Take the protection of a copy off, which comes before its teardown: the runbook rds.report-release
    Release(Box<ReleaseArguments>),
    /// Take a copy away: the runbook rds.report-teardown
    Teardown(Box<TeardownArguments>),
}

/// `watchdeck report-db list`
#[derive(Clone, Debug, Args)]
pub struct ListArguments {
    /// Answer in JSON, one document
    #[arg(long)]
    pub json: bool,
    /// The simulated account with this story, such as month-end, whatever is configured
    #[arg(long, value_name = "STORY", conflicts_with_all = ["profile", "context", "region", "endpoint_url"])]
    pub story: Option<String>,
    /// Which account.
    #[command(flatten)]
    pub source: SourceArguments,
}

/// `watchdeck report-db create`
#[derive(Clone, Debug, Args)]
pub struct CreateArguments {
    /// The database, by its identifier
    #[arg(value_name = "DATABASE")]
    pub database: String,
    /// As of when: 'last midnight Europe/Berlin', 'month end UTC', '2026-11-21 18:30 Europe/Berlin', or latest
    #[arg(long, value_name = "INSTANT", default_value = "last midnight UTC")]
    pub at: String,
    /// Who asks for it
    #[arg(long, value_name = "WHO")]
    pub owner: String,
    /// For how long it is wanted: 1h to 14d
    #[arg(long, value_name = "SPAN", default_value = "2d")]
    pub keep_for: String,
    /// Its security group, which is not production's
    #[arg(long, value_name = "SG")]
    pub security_group: String,
    /// Its subnet group; that of the runbook where none is named
    #[arg(long, value_name = "GROUP")]
    pub subnets: Option<String>,
    /// Its parameter group; that of the runbook where none is named
    #[arg(long, value_name = "GROUP")]
    pub parameters: Option<String>,
    /// Its class; that of its source where none is named
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// You have seen that the security group lets in only those who report
    #[arg(long)]
    pub group_is_closed: bool,
    /// How it is answered, and where.
    #[command(flatten)]
    pub ceremony: CeremonyArguments,
}

/// `watchdeck report-db extend`
#[derive(Clone, Debug, Args)]
pub struct ExtendArguments {
    /// The copy, by its identifier
    #[arg(value_name = "COPY")]
    pub copy: String,
    /// For how long it is wanted, from now: 1h to 14d
    #[arg(long, value_name = "SPAN", default_value = "1d")]
    pub keep_for: String,
    /// How it is answered, and where.
    #[command(flatten)]
    pub ceremony: CeremonyArguments,
}

/// `watchdeck report-db release`
#[derive(Clone, Debug, Args)]
pub struct ReleaseArguments {
    /// The copy, by its identifier
    #[arg(value_name = "COPY")]
    pub copy: String,
    /// How it is answered, and where.
    #[command(flatten)]
    pub ceremony: CeremonyArguments,
}

/// `watchdeck report-db teardown`
#[derive(Clone, Debug, Args)]
pub struct TeardownArguments {
    /// The copy, by its identifier
    #[arg(value_name = "COPY")]
    pub copy: String,
    /// Keep a snapshot of it
    #[arg(long)]
    pub keep_snapshot: bool,
    /// How it is answered, and where.
    #[command(flatten)]
    pub ceremony: CeremonyArguments,
}

/// How a run is answered, and where: as `watchdeck run` takes it.
#[derive(Clone, Debug, Args)]
pub struct CeremonyArguments {
    /// Print the plan and send nothing
    #[arg(long, conflicts_with_all = ["phrase", "reason", "countersign", "write_role"])]
    pub plan: bool,
    /// The phrase, exactly as the plan asks for it; without it a terminal is asked
    #[arg(long, value_name = "TEXT")]
    pub phrase: Option<String>,
    /// Why it is done, with the incident or the ticket
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
    /// Take what second persons hand back out of this file as it comes, `-` for stdin
    #[arg(long, value_name = "FILE")]
    pub countersign: Option<PathBuf>,
    /// Carry out each change in a session of this role
    #[arg(long, value_name = "ARN", value_parser = arn, conflicts_with = "context")]
    pub write_role: Option<Arn>,
    /// Answer in JSON, one document
    #[arg(long)]
    pub json: bool,
    /// The simulated account with this story, such as month-end, whatever is configured
    #[arg(long, value_name = "STORY", conflicts_with_all = ["profile", "context", "region", "endpoint_url", "write_role"])]
    pub story: Option<String>,
    /// How many seconds pass in that account for one of yours, 0.1 to 600
    #[arg(long, value_name = "FACTOR", requires = "story", value_parser = speed)]
    pub speed: Option<f64>,
    /// Which account.
    #[command(flatten)]
    pub source: SourceArguments,
}

impl CeremonyArguments {
    fn run(&self, runbook: &str, params: Vec<(&str, String)>) -> RunArguments {
        RunArguments {
            runbook: Some(runbook.to_owned()),
            params: params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            resume: None,
            undo: None,
            list: false,
            plan: self.plan,
            phrase: self.phrase.clone(),
            reason: self.reason.clone(),
            countersign: self.countersign.clone(),
            expect_hash: None,
            write_role: self.write_role.clone(),
            json: self.json,
            story: self.story.clone(),
            speed: self.speed,
            source: self.source.clone(),
        }
    }
}

impl CreateArguments {
    /// The run that it is.
    pub(super) fn as_run(&self) -> RunArguments {
        let mut params = vec![
            ("source", self.database.clone()),
            ("owner", self.owner.clone()),
            ("keep_for", self.keep_for.clone()),
            ("security_group", self.security_group.clone()),
            ("group_is_closed", self.group_is_closed.to_string()),
        ];
        if self.at == "latest" {
            params.push(("latest", "true".to_owned()));
        } else {
            params.push(("at", self.at.clone()));
        }
        for (name, given) in
            [("subnets", &self.subnets), ("parameters", &self.parameters), ("class", &self.class)]
        {
            params.extend(given.clone().map(|given| (name, given)));
        }
        self.ceremony.run("rds.pitr-report", params)
    }
}

impl ExtendArguments {
    /// The run that it is.
    pub(super) fn as_run(&self) -> RunArguments {
        let params = vec![("copy", self.copy.clone()), ("keep_for", self.keep_for.clone())];
        self.ceremony.run("rds.report-extend", params)
    }
}

impl ReleaseArguments {
    /// The run that it is.
    pub(super) fn as_run(&self) -> RunArguments {
        self.ceremony.run("rds.report-release", vec![("copy", self.copy.clone())])
    }
}

impl TeardownArguments {
    /// The run that it is.
    pub(super) fn as_run(&self) -> RunArguments {
        let params =
            vec![("copy", self.copy.clone()), ("keep_snapshot", self.keep_snapshot.to_string())];
        self.ceremony.run("rds.report-teardown", params)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::arguments::{Arguments, Command};

    fn parsed(words: &[&str]) -> Option<ReportCommand> {
        let all = ["watchdeck", "report-db"].iter().chain(words);
        let asked = Arguments::try_parse_from(all).ok()?.command?;
        if let Command::ReportDb { command } = asked { Some(command) } else { None }
    }

    #[test]
    fn each_wish_is_a_run_of_its_runbook() {
        let group = "sg-0dd5b2c3d4e5f6077";
        let words = ["create", "ledger-db", "--owner", "me", "--security-group", group];
        let Some(ReportCommand::Create(create)) = parsed(&words) else { panic!("not parsed") };
        let run = create.as_run();
        assert_eq!(run.runbook.as_deref(), Some("rds.pitr-report"));
        assert!(run.params.contains(&("at".into(), "last midnight UTC".into())));
        let latest = words.iter().chain(&["--at", "latest"]).copied().collect::<Vec<_>>();
        let Some(ReportCommand::Create(create)) = parsed(&latest) else { panic!("not parsed") };
        assert!(create.as_run().params.contains(&("latest".into(), "true".into())));
        assert!(parsed(&["create", "ledger-db"]).is_none(), "nobody asks for it");
        let Some(ReportCommand::Teardown(end)) = parsed(&["teardown", "rpt-x"]) else {
            panic!("not parsed")
        };
        assert!(end.as_run().params.contains(&("keep_snapshot".into(), "false".into())));
    }
}
