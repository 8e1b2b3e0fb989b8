//! The arguments of the program, as clap sees them; parsed at the border, trusted afterwards.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use watchdeck_domain::finding::Severity;
use watchdeck_domain::{Arn, Region};

use crate::keymap::{Choice, Preset};
use crate::ui::LARGEST;

use super::audit::AuditCommand;
use super::reading::{QueryArguments, TailArguments};
use super::report::ReportCommand;
use super::run::RunArguments;
use super::runbook::RunbookCommand;

/// The on-call console for AWS.
///
/// Watches one account live (its architecture, logs, changes, alarms, findings, databases and functions), and changes
/// nothing unless it was started with --write; even
/// then only through a plan, a typed phrase and a journal. Without --profile, --endpoint-url or credentials in the
/// environment it starts on a simulated account that lives inside this process.
#[derive(Debug, Parser)]
#[command(name = "watchdeck", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to watch, when no command is given.
    #[command(flatten)]
    pub place: PlaceArguments,
    /// Where files go, which keys there are, and settings for this once.
    #[command(flatten)]
    pub files: FileArguments,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArguments,
    /// Something other than the console on AWS.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Which account to open.
#[derive(Clone, Debug, Default, Args)]
pub struct PlaceArguments {
    /// The AWS profile to use, from the AWS configuration files
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// Go to this context of contexts.toml
    #[arg(long, value_name = "NAME", conflicts_with_all = ["profile", "endpoint_url", "write_role"])]
    pub context: Option<String>,
    /// The AWS region, such as eu-central-1; otherwise the profile's
    #[arg(long, value_name = "REGION", value_parser = region)]
    pub region: Option<Region>,
    /// Talk to this server instead of AWS, such as one started by `watchdeck sim serve`
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Arm the console: changes can be proposed, and are carried out after approval
    #[arg(long)]
    pub write: bool,
    /// Carry out each change in a session of this role, which AWS confines to that one change
    #[arg(long, value_name = "ARN", requires = "write", value_parser = arn)]
    pub write_role: Option<Arn>,
    /// Write all that happens to this new file, secrets masked, for `watchdeck replay`
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The role to assume for reading, with the credentials of the profile; contexts name one
    #[arg(skip)]
    pub read_role: Option<Arn>,
}

/// Where files go, which keys there are, and settings for this once.
#[derive(Clone, Debug, Default, Args)]
pub struct FileArguments {
    /// Write a diagnostic log to this file; WATCHDECK_LOG sets its detail, such as `debug`
    #[arg(long, value_name = "FILE", global = true)]
    pub log_file: Option<PathBuf>,
    /// Keep the journal in this folder [default: $XDG_STATE_HOME/watchdeck or ~/.local/state/watchdeck]
    #[arg(long, value_name = "FOLDER", global = true)]
    pub state_dir: Option<PathBuf>,
    /// Use these keys: default, vim, k9s, emacs below your own keymap, or a file in its place [env: WATCHDECK_KEYMAP]
    #[arg(long, value_name = "NAME|FILE", global = true, value_parser = keymap)]
    pub keymap: Option<Choice>,
    /// Read the settings from this file [default: $XDG_CONFIG_HOME/watchdeck/config.toml or ~/.config/watchdeck/config.toml]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Set one value for this once, such as `store_mb=512`; `watchdeck info` lists them; may be repeated
    #[arg(long, value_name = "NAME=VALUE", global = true)]
    pub set: Vec<String>,
}

/// How the console looks.
#[derive(Clone, Debug, Default, Args)]
pub struct LookArguments {
    /// Draw in this theme: dark, light, high-contrast, deuteranopia, tritanopia, mono, or one of your own
    #[arg(long, value_name = "NAME", global = true)]
    pub theme: Option<String>,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Leave the mouse to the terminal, to select text with it
    #[arg(long, global = true)]
    pub no_mouse: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on the built-in simulated account, with a story
    Demo(DemoArguments),
    /// Print the lines of log groups, each once, and say up to when none is missing
    Tail(TailArguments),
    /// Run a query of Logs Insights on the account, or over files
    Query(QueryArguments),
    /// Open files or a pipe on the screen of the logs; looks for no account and asks nobody
    Open(OpenArguments),
    /// Ask rules of files of CloudTrail: what fired, about whom, how bad; looks for no account and asks nobody
    Detect(DetectArguments),
    /// The simulated account for other programs
    Sim {
        /// What about it.
        #[command(subcommand)]
        command: SimCommand,
    },
    /// Approve somebody else's plan: read what is asked, sign it, hand the line back
    Approve(ApproveArguments),
    /// The journal of what was done
    Audit {
        /// What about it.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Carry a runbook out without a screen, through every gate; or see a run to its end, or take one back
    Run(Box<RunArguments>),
    /// Reporting copies of databases: make one as of an instant, list them, keep one for longer, take one away
    ReportDb {
        /// What about them.
        #[command(subcommand)]
        command: ReportCommand,
    },
    /// Runbooks: what there is, what each comes to, whether a file is sound, and a plan that changes nothing
    Runbook {
        /// What about them.
        #[command(subcommand)]
        command: RunbookCommand,
    },
    /// Play a session again that was recorded with --record; asks no account and changes nothing
    Replay(ReplayArguments),
    /// Print every command of the console with its keys
    Keys(KeysArguments),
    /// Print what this program is, where its files are, and every setting with where it came from
    Info(AccountArguments),
    /// Check terminal, files, credentials and permissions, and say what to do about what is wrong
    Doctor(AccountArguments),
    /// Print the completions for a shell
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Print the JSON schema of a file, for editors
    Schema {
        /// Which file.
        file: SchemaFile,
    },
}

/// Which account to look at, and how to tell what was seen.
#[derive(Clone, Debug, Default, Args)]
pub struct AccountArguments {
    /// The AWS profile, from the AWS configuration files
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// The AWS region, such as eu-central-1; otherwise the profile's
    #[arg(long, value_name = "REGION", value_parser = region)]
    pub region: Option<Region>,
    /// This server instead of AWS, such as one started by `watchdeck sim serve`
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

impl AccountArguments {
    /// The place, as the console would open it.
    pub fn place(&self) -> PlaceArguments {
        PlaceArguments {
            profile: self.profile.clone(),
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            ..PlaceArguments::default()
        }
    }
}

/// The files that have a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum SchemaFile {
    /// config.toml
    Config,
    /// contexts.toml
    Contexts,
    /// A runbook
    Runbook,
}

/// Which simulated account.
#[derive(Clone, Debug, Args)]
pub struct StoryArguments {
    /// What happens in the account: quiet-day, bad-deploy, leaked-key, waf-burst, dead-letters, blind-trail, change-freeze, stuck-release, bad-stage, bad-rollout, month-end, writer-loss, replication-stall, region-loss, split-brain
    #[arg(long, value_name = "STORY", default_value = "bad-deploy")]
    pub story: String,
    /// The same seed gives the same history
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// How many seconds pass in the account for one of yours, 0.1 to 600
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = speed)]
    pub speed: f64,
    /// Spoil calls: `[SERVICE:]OPERATION:FAULT[=SECONDS][:TIMES]`, such as `UpdateAlias:lost-reply`; may be repeated
    #[arg(long = "fault", value_name = "FAULT")]
    pub faults: Vec<String>,
    /// The region to stand in; where the shop lives unless said.
    #[arg(skip)]
    pub region: Option<Region>,
}

impl Default for StoryArguments {
    fn default() -> Self {
        Self {
            story: "bad-deploy".to_owned(),
            seed: 1,
            speed: 1.0,
            faults: Vec::new(),
            region: None,
        }
    }
}

/// `watchdeck demo`
#[derive(Clone, Debug, Args)]
pub struct DemoArguments {
    /// Which simulated account.
    #[command(flatten)]
    pub story: StoryArguments,
    /// Stand in this region of it, eu-central-1 or eu-west-1: from the one that is left nobody fails over
    #[arg(long, value_name = "REGION", default_value = "eu-central-1", value_parser = region)]
    pub region: Region,
    /// Arm the console: changes can be proposed, and are carried out after approval
    #[arg(long)]
    pub write: bool,
    /// Write all that happens to this new file, secrets masked, for `watchdeck replay`
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

/// `watchdeck open`
#[derive(Clone, Debug, Args)]
pub struct OpenArguments {
    /// Logs as text or JSON, packed with gzip or not; `-` for a pipe. Several are merged by time
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read on while they grow, through truncation and rotation, as tail -F does
    #[arg(long, short)]
    pub follow: bool,
    /// Begin at the newest line and not at the first; pipes and --follow do
    #[arg(long)]
    pub newest: bool,
}

/// `watchdeck detect`
#[derive(Clone, Debug, Args)]
pub struct DetectArguments {
    /// Records as CloudTrail delivers them, as LookupEvents answers them, or one a line; packed with gzip or not; `-` for a pipe
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Rules of your own, TOML or Sigma, a file or a folder [default: ~/.config/watchdeck/detections]
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Tell alerts of this severity or worse: critical, high, medium, low or informational
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = severity)]
    pub severity: Severity,
    /// Print one JSON object for each alert, or for each rule with --list
    #[arg(long)]
    pub json: bool,
    /// List the rules instead of asking them
    #[arg(long, conflicts_with_all = ["files", "export_metric_filter"])]
    pub list: bool,
    /// Print the commands that put a rule as a metric filter with its alarm
    #[arg(long, value_name = "RULE", conflicts_with_all = ["files", "json"])]
    pub export_metric_filter: Option<String>,
}

/// `watchdeck replay`
#[derive(Clone, Debug, Args)]
pub struct ReplayArguments {
    /// The recording
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many seconds of the session pass in one of yours, 0.1 to 600
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = speed)]
    pub speed: f64,
    /// Begin so many seconds after its start, or print the screen of that moment [default: 0; its end for --print]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub at: Option<f64>,
    /// Print one screen as text instead of playing
    #[arg(long)]
    pub print: bool,
    /// Print it with its colours
    #[arg(long, requires = "print")]
    pub ansi: bool,
    /// Print it at this size, such as 120x40 [default: as recorded]
    #[arg(long, value_name = "COLUMNSxROWS", requires = "print", value_parser = size)]
    pub size: Option<(u16, u16)>,
}

/// `watchdeck sim ...`
#[derive(Debug, Subcommand)]
pub enum SimCommand {
    /// Serve the simulated account on a port of this machine, for any AWS client
    Serve(ServeArguments),
}

/// `watchdeck sim serve`
#[derive(Clone, Debug, Args)]
pub struct ServeArguments {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 4599)]
    pub port: u16,
    /// Which simulated account.
    #[command(flatten)]
    pub story: StoryArguments,
}

/// `watchdeck approve`
#[derive(Clone, Debug, Args)]
#[command(group(clap::ArgGroup::new("proof").args(["key", "sts"])))]
pub struct ApproveArguments {
    /// The line that was handed over, or a file that holds it
    #[arg(value_name = "FILE|TEXT", required_unless_present = "make_key")]
    pub what: Option<String>,
    /// Sign with this key
    #[arg(long, value_name = "KEY")]
    pub key: Option<PathBuf>,
    /// Approve as who you are at AWS: STS tells whoever asks, and no key of your own is needed
    #[arg(long)]
    pub sts: bool,
    /// The AWS profile to approve as, from the AWS configuration files
    #[arg(long, value_name = "PROFILE", requires = "sts")]
    pub profile: Option<String>,
    /// This server instead of AWS, such as one started by `watchdeck sim serve`
    #[arg(long, value_name = "URL", requires = "sts")]
    pub endpoint_url: Option<String>,
    /// Approve it; without this, what is asked is told, and with --sts you are asked on a terminal
    #[arg(long, requires = "proof")]
    pub yes: bool,
    /// Make a new key in this file, and print what goes into the file of approvers
    #[arg(long, value_name = "FILE", conflicts_with_all = ["what", "key", "yes", "sts"])]
    pub make_key: Option<PathBuf>,
}

/// `watchdeck keys`
#[derive(Clone, Debug, Args)]
pub struct KeysArguments {
    /// Show this preset as it is, without your own keymap: default, vim, k9s, emacs
    #[arg(long, value_name = "NAME", value_parser = preset, conflicts_with = "keymap")]
    pub preset: Option<Preset>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

fn preset(text: &str) -> Result<Preset, String> {
    Preset::parse(text).map_err(|error| format!("{error}: {}", error.hint()))
}

fn keymap(text: &str) -> Result<Choice, String> {
    Choice::parse(text)
        .map_err(|error| format!("{error}: {}; a file has a `/` or ends in `.toml`", error.hint()))
}

pub(super) fn region(text: &str) -> Result<Region, String> {
    Region::parse(text).map_err(|error| error.why.to_owned())
}

pub(super) fn arn(text: &str) -> Result<Arn, String> {
    Arn::parse(text).map_err(|error| error.why.to_owned())
}

pub(super) fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.1..=600.0).contains(&speed) => Ok(speed),
        Ok(_) => Err("a speed is between 0.1 and 600".to_owned()),
        Err(_) => Err("a speed is a number, such as 1 or 30".to_owned()),
    }
}

fn severity(text: &str) -> Result<Severity, String> {
    let named = Severity::ALL.into_iter().find(|severity| severity.to_string() == text);
    named.ok_or_else(|| "a severity is critical, high, medium, low or informational".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => Ok(seconds),
        Ok(_) | Err(_) => Err("write seconds, such as 90".to_owned()),
    }
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let number = |text: &str| text.parse::<u16>().ok().filter(|number| *number > 0);
    let parts = text.split_once('x').and_then(|(w, h)| Some((number(w)?, number(h)?)));
    parts.filter(|size| size.0 <= LARGEST.0 && size.1 <= LARGEST.1).ok_or_else(|| {
        format!("write columns x rows, such as 120x40, up to {}x{}", LARGEST.0, LARGEST.1)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn speeds_are_parsed_at_the_border() {
        assert_eq!(speed("30"), Ok(30.0));
        for text in ["0", "-1", "NaN", "inf", "601", "fast"] {
            assert!(speed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_and_sizes_are_parsed_at_the_border() {
        assert_eq!((seconds("1.5"), size("120x40")), (Ok(1.5), Ok((120, 40))));
        for text in ["-1", "NaN", "soon"] {
            assert!(seconds(text).is_err(), "{text}");
        }
        for text in ["120", "0x40", "120x", "9999x9999", "70000x1", "a x b"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
