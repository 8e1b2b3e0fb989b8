//! What may be asked of `watchdeck run`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use watchdeck_domain::{Arn, RunId};
use watchdeck_guard::quoted;

use crate::cli::arguments::{PlaceArguments, StoryArguments, arn, speed};
use crate::cli::reading::SourceArguments;
use crate::cli::runbook::pair;

/// `watchdeck run`
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["runbook", "resume", "undo", "list"]))]
pub struct RunArguments {
    /// The runbook, such as lambda.rollback; `watchdeck runbook list` tells them
    #[arg(value_name = "RUNBOOK")]
    pub runbook: Option<String>,
    /// A parameter, such as function=orders-writer; may be repeated. Beside --resume: a secret of the run, such as token=@env:TOKEN
    #[arg(long = "param", short = 'p', value_name = "NAME=VALUE", value_parser = pair, conflicts_with_all = ["undo", "list"])]
    pub params: Vec<(String, String)>,
    /// See a run that has not ended to its end; sends nothing twice. What is left of one that paused is a plan of its own
    #[arg(long, value_name = "RUN", value_parser = run)]
    pub resume: Option<RunId>,
    /// Take a run back: a plan of its own, with a phrase of its own
    #[arg(long, value_name = "RUN", value_parser = run)]
    pub undo: Option<RunId>,
    /// List the runs that have not ended, of every account
    #[arg(long)]
    pub list: bool,
    /// Print the plan and send nothing
    #[arg(long, conflicts_with_all = ["resume", "undo", "list", "phrase", "reason", "countersign", "write_role"])]
    pub plan: bool,
    /// The phrase, exactly as the plan asks for it; without it a terminal is asked
    #[arg(long, value_name = "TEXT", conflicts_with = "list")]
    pub phrase: Option<String>,
    /// Why it is done, with the incident or the ticket
    #[arg(long, value_name = "WHY", conflicts_with = "list")]
    pub reason: Option<String>,
    /// Take what second persons hand back out of this file as it comes, `-` for stdin; without it a terminal is asked
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub countersign: Option<PathBuf>,
    /// Refuse any plan but the one of this content, as `--plan` prints it
    #[arg(long, value_name = "HASH", value_parser = hash, conflicts_with = "list")]
    pub expect_hash: Option<String>,
    /// Carry out each change in a session of this role, which AWS confines to that one change
    #[arg(long, value_name = "ARN", value_parser = arn, conflicts_with_all = ["context", "list"])]
    pub write_role: Option<Arn>,
    /// Answer in JSON, one document
    #[arg(long)]
    pub json: bool,
    /// The simulated account with this story, such as bad-deploy, whatever is configured
    #[arg(long, value_name = "STORY", conflicts_with_all = ["profile", "context", "region", "endpoint_url", "write_role"])]
    pub story: Option<String>,
    /// How many seconds pass in that account for one of yours, 0.1 to 600
    #[arg(long, value_name = "FACTOR", requires = "story", value_parser = speed)]
    pub speed: Option<f64>,
    /// Which account.
    #[command(flatten)]
    pub source: SourceArguments,
}

impl RunArguments {
    /// The place, as the console would open it: to write, unless only a plan is wanted.
    pub(super) fn place(&self) -> PlaceArguments {
        PlaceArguments {
            write: !self.plan,
            write_role: self.write_role.clone(),
            ..self.source.place()
        }
    }

    /// The story, where the simulated account was asked for by name.
    pub(super) fn story(&self) -> Option<StoryArguments> {
        let mut story = StoryArguments { story: self.story.clone()?, ..StoryArguments::default() };
        story.speed = self.speed.unwrap_or(story.speed);
        Some(story)
    }

    /// The options that lead to the same place again, as a shell takes them.
    pub(super) fn way(&self) -> String {
        let source = &self.source;
        let region = source.region.as_ref().map(ToString::to_string);
        let role = self.write_role.as_ref().map(ToString::to_string);
        let options = [
            ("--profile", &source.profile),
            ("--context", &source.context),
            ("--region", &region),
            ("--endpoint-url", &source.endpoint_url),
            ("--write-role", &role),
            ("--story", &self.story),
        ];
        options.into_iter().fold(String::new(), |way, (name, value)| match value {
            Some(value) => format!("{way} {name} {}", quoted(value)),
            None => way,
        })
    }
}

fn run(text: &str) -> Result<RunId, String> {
    RunId::parse(text).map_err(|error| error.why.to_owned())
}

fn hash(text: &str) -> Result<String, String> {
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("a content hash has 64 hexadecimal digits".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::arguments::{Arguments, Command};

    fn parsed(words: &[&str]) -> Option<RunArguments> {
        let all = ["watchdeck", "run"].iter().chain(words);
        let Command::Run(asked) = Arguments::try_parse_from(all).ok()?.command? else {
            return None;
        };
        Some(*asked)
    }

    #[test]
    fn exactly_one_thing_is_run() {
        let run = format!("r-{}", "0".repeat(32));
        assert!(parsed(&["lambda.rollback", "-p", "function=orders-writer"]).is_some());
        assert!(parsed(&["--undo", &run]).is_some() && parsed(&["--list"]).is_some());
        assert!(parsed(&["--resume", &run, "--phrase", "yes", "-p", "token=@-"]).is_some());
        for words in [
            &[][..],
            &["lambda.rollback", "--list"],
            &["--resume", &run, "--undo", &run],
            &["--undo", &run, "-p", "a=b"],
            &["lambda.rollback", "--plan", "--phrase", "yes"],
            &["--undo", "r-1"],
            &["lambda.rollback", "--expect-hash", "abc"],
        ] {
            assert!(parsed(words).is_none(), "{words:?}");
        }
    }

    #[test]
    fn the_way_back_to_the_place_is_told_as_a_shell_takes_it() {
        let asked = parsed(&["--list", "--profile", "it's", "--region", "eu-central-1"]).unwrap();
        assert_eq!(asked.way(), r" --profile 'it'\''s' --region eu-central-1");
    }
}
