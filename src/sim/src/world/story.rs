//! Stories: what happens to the account and when, written as TOML.

use serde::Deserialize;

mod databases; // what comes upon databases, and upon whole regions

pub use databases::{RegionLoss, ReplicationStall, ReportCopy, WriterLoss};

/// The stories that come with the program.
const EMBEDDED: &[(&str, &str)] = &[
    ("quiet-day", include_str!("../../stories/quiet-day.toml")),
    ("bad-deploy", include_str!("../../stories/bad-deploy.toml")),
    ("leaked-key", include_str!("../../stories/leaked-key.toml")),
    ("waf-burst", include_str!("../../stories/waf-burst.toml")),
    ("dead-letters", include_str!("../../stories/dead-letters.toml")),
    ("blind-trail", include_str!("../../stories/blind-trail.toml")),
    ("change-freeze", include_str!("../../stories/change-freeze.toml")),
    ("stuck-release", include_str!("../../stories/stuck-release.toml")),
    ("bad-stage", include_str!("../../stories/bad-stage.toml")),
    ("bad-rollout", include_str!("../../stories/bad-rollout.toml")),
    ("month-end", include_str!("../../stories/month-end.toml")),
    ("writer-loss", include_str!("../../stories/writer-loss.toml")),
    ("replication-stall", include_str!("../../stories/replication-stall.toml")),
    ("region-loss", include_str!("../../stories/region-loss.toml")),
    ("split-brain", include_str!("../../stories/split-brain.toml")),
];

/// A story: the events that come upon an otherwise quiet account.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Its name, such as `bad-deploy`.
    pub name: String,
    /// One sentence on what happens.
    pub about: String,
    /// The log groups in which it shows; none when the ordinary ones do.
    #[serde(default)]
    pub watch: Vec<String>,
    /// What happens, in any order.
    #[serde(default, rename = "event")]
    pub events: Vec<Event>,
}

/// Something that happens.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// New code is published and an alias pointed at it.
    Deploy(Deploy),
    /// An alias is pointed at a version.
    MoveAlias(MoveAlias),
    /// An access key is used from where it should not be.
    KeyUse(KeyUse),
    /// The account's trail is stopped.
    StopTrail(StopTrail),
    /// CodeDeploy shifts an alias to new code, a share first.
    Canary(Canary),
    /// A release enters the pipeline, and fails in a stage.
    Release(Release),
    /// Somebody makes a call that changes something.
    Call(StoryCall),
    /// A wave of hostile requests meets the firewall.
    Attack(Attack),
    /// Ordinary traffic grows or shrinks for a while.
    Load(Load),
    /// The change calendar is closed for a while.
    Freeze(Freeze),
    /// A reporting copy of a database is there, since days.
    ReportCopy(ReportCopy),
    /// A region is lost: nothing that is called in it answers, and nothing in it works.
    RegionLoss(RegionLoss),
    /// A writer sickens: what writes to it fails until another instance is the writer.
    WriterLoss(WriterLoss),
    /// Copies in other regions fall behind for a while.
    ReplicationStall(ReplicationStall),
    /// The old primary of a failover between regions cannot be kept from taking writes.
    FencingFails,
}

/// When an event happens: seconds after the start, and a window the seed chooses from.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Seconds after the start, at the earliest.
    pub after_s: u32,
    /// The seed chooses among this many further seconds.
    #[serde(default)]
    pub within_s: u32,
}

/// New code is published and an alias pointed at it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Deploy {
    /// When the deployment begins.
    pub when: When,
    /// Who deploys: `ci-deploy`, `operator`.
    pub principal: String,
    /// The function.
    pub function: String,
    /// The alias to point at the new version, if any.
    #[serde(default)]
    pub alias: Option<String>,
    /// Seconds from the new code to the published version, and from there to the alias.
    #[serde(default = "default_step")]
    pub step_s: u32,
    /// The description of the version.
    #[serde(default)]
    pub description: String,
    /// How the new code behaves.
    pub code: Character,
}

/// How the code of a version behaves.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Character {
    /// The share of invocations that fail, 0 to 1.
    pub error_rate: f64,
    /// The type of the error, as the runtime reports it.
    #[serde(default = "default_error_type")]
    pub error_type: String,
    /// The message of the error.
    #[serde(default = "default_error_message")]
    pub error_message: String,
    /// The median duration of an invocation, in milliseconds.
    pub duration_ms: f64,
}

impl Default for Character {
    fn default() -> Self {
        Self {
            error_rate: 0.002,
            error_type: default_error_type(),
            error_message: default_error_message(),
            duration_ms: 60.0,
        }
    }
}

/// An alias is pointed at a version.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoveAlias {
    /// When.
    pub when: When,
    /// By whom.
    pub principal: String,
    /// The function.
    pub function: String,
    /// The alias.
    pub alias: String,
    /// The version.
    pub version: u32,
}

/// The account's trail is stopped.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StopTrail {
    /// When.
    pub when: When,
    /// By whom.
    pub principal: String,
}

/// CodeDeploy shifts an alias to new code: a share of it for a while, then all.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// What is published, and when. The deployment begins two steps later.
    pub deploy: Deploy,
    /// How long the first share lasts, in seconds.
    pub lasts_s: u32,
    /// The share that the new version gets meanwhile, 0 to 1.
    pub share: f64,
}

/// A release enters the pipeline of the orders, and fails in a stage.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// When.
    pub when: When,
    /// The revision that it brings.
    pub revision: String,
    /// What it brings, in words.
    pub summary: String,
    /// The stage that it fails in: `Source`, `Build` or `Deploy`.
    pub fails_in: String,
    /// Why, in the words of the pipeline.
    pub error: String,
    /// How often it fails there before it comes through.
    #[serde(default = "default_tries")]
    pub tries: u32,
}

/// Somebody makes a call, as they would over the wire.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StoryCall {
    /// When.
    pub when: When,
    /// By whom.
    pub principal: String,
    /// The service, by the name of its model: `ecs`.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// Its input.
    pub input: toml::Table,
}

/// An access key is used from where it should not be.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct KeyUse {
    /// When the first call comes.
    pub when: When,
    /// Whose key it is.
    pub principal: String,
    /// Where the calls come from.
    pub source_ip: String,
    /// What makes them.
    pub user_agent: String,
    /// The calls, in order.
    pub calls: Vec<KeyCall>,
}

/// One call with the leaked key. It leaves its trace in CloudTrail; it does not change the account.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct KeyCall {
    /// Seconds after the call before.
    pub after_s: u32,
    /// The event source without its domain: `iam`, `ec2`.
    pub service: String,
    /// The event name.
    pub name: String,
    /// The request parameters, as JSON.
    #[serde(default)]
    pub request: Option<toml::Value>,
    /// The response elements, as JSON.
    #[serde(default)]
    pub response: Option<toml::Value>,
    /// The error code, if it was refused.
    #[serde(default)]
    pub error: Option<String>,
    /// The region, if not the home region.
    #[serde(default)]
    pub region: Option<String>,
}

/// A wave of hostile requests meets the firewall.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// When it begins.
    pub when: When,
    /// How long it lasts, in seconds.
    pub lasts_s: u32,
    /// Requests a second at its height.
    pub per_second: f64,
    /// The addresses it comes from.
    pub sources: Vec<String>,
    /// The country of the addresses.
    pub country: String,
    /// The rule group that recognises it.
    pub rule_group: String,
    /// The rules of the group that match, one chosen for each request.
    pub rules: Vec<String>,
    /// The paths and query strings it tries, one chosen for each request.
    pub tries: Vec<String>,
    /// The share that the rules miss and that passes through, 0 to 1.
    #[serde(default)]
    pub missed: f64,
}

/// Ordinary traffic grows or shrinks for a while.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// When it begins.
    pub when: When,
    /// How long it lasts, in seconds.
    pub lasts_s: u32,
    /// What ordinary traffic is multiplied by.
    pub factor: f64,
}

/// The change calendar is closed for a while.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// When it begins.
    pub when: When,
    /// How long it lasts, in seconds.
    pub lasts_s: u32,
}

fn default_step() -> u32 {
    4
}

fn default_tries() -> u32 {
    1
}

fn default_error_type() -> String {
    "TimeoutError".to_owned()
}

fn default_error_message() -> String {
    "upstream did not answer within 3000 ms".to_owned()
}

/// Why a story cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoryError {
    /// No story of that name comes with the program.
    #[error("there is no story `{name}`; the stories are {}", Story::names().collect::<Vec<_>>().join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// The TOML is not a story.
    #[error("this is not a story: {why}")]
    Malformed {
        /// What is wrong, with line and column.
        why: String,
    },
    /// A value makes no sense.
    #[error("event {event} of the story `{story}`: {why}")]
    Senseless {
        /// The story.
        story: String,
        /// The event, counted from 1.
        event: usize,
        /// What is wrong.
        why: String,
    },
}

impl Story {
    /// The names of the stories that come with the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(name, _)| *name)
    }

    /// A story that comes with the program.
    pub fn named(name: &str) -> Result<Self, StoryError> {
        let (_, text) = EMBEDDED
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| StoryError::Unknown { name: name.to_owned() })?;
        Self::parse(text)
    }

    /// Parses a story and checks that its values make sense.
    pub fn parse(text: &str) -> Result<Self, StoryError> {
        let story: Self = toml::from_str(text)
            .map_err(|error| StoryError::Malformed { why: error.to_string().trim().to_owned() })?;
        for (index, event) in story.events.iter().enumerate() {
            if let Err(why) = event.check() {
                return Err(StoryError::Senseless { story: story.name, event: index + 1, why });
            }
        }
        Ok(story)
    }
}

impl Event {
    fn check(&self) -> Result<(), String> {
        match self {
            Self::Deploy(deploy) => deploy.check(),
            Self::Canary(canary) => {
                canary.deploy.check()?;
                if canary.deploy.alias.is_none() {
                    return Err("`alias` is left out: CodeDeploy shifts an alias".to_owned());
                }
                share("share", canary.share)
            }
            Self::Release(release) => {
                if ["Source", "Build", "Deploy"].contains(&release.fails_in.as_str()) {
                    return Ok(());
                }
                Err("`fails_in` is one of Source, Build and Deploy".to_owned())
            }
            Self::MoveAlias(event) => known_principal(&event.principal),
            Self::StopTrail(event) => known_principal(&event.principal),
            Self::Call(call) => known_principal(&call.principal),
            Self::KeyUse(event) => {
                known_principal(&event.principal)?;
                if event.calls.is_empty() {
                    return Err(
                        "`calls` is empty: a key that is not used leaves no trace".to_owned()
                    );
                }
                Ok(())
            }
            Self::Attack(attack) => {
                share("missed", attack.missed)?;
                for (name, empty) in [
                    ("sources", attack.sources.is_empty()),
                    ("rules", attack.rules.is_empty()),
                    ("tries", attack.tries.is_empty()),
                ] {
                    if empty {
                        return Err(format!("`{name}` is empty: each request chooses one"));
                    }
                }
                rate("per_second", attack.per_second, 200.0)
            }
            Self::Load(load) => rate("factor", load.factor, 20.0),
            Self::Freeze(freeze) if freeze.lasts_s == 0 => {
                Err("`lasts_s` is 0: it would freeze nothing".to_owned())
            }
            Self::WriterLoss(loss) => share("error_rate", loss.code.error_rate),
            Self::Freeze(_)
            | Self::ReportCopy(_)
            | Self::RegionLoss(_)
            | Self::ReplicationStall(_)
            | Self::FencingFails => Ok(()),
        }
    }
}

impl Deploy {
    fn check(&self) -> Result<(), String> {
        known_principal(&self.principal)?;
        share("error_rate", self.code.error_rate)?;
        if self.code.duration_ms <= 0.0 {
            return Err("`duration_ms` must be more than 0".to_owned());
        }
        Ok(())
    }
}

fn known_principal(name: &str) -> Result<(), String> {
    if ["operator", "oncall-read", "ci-deploy"].contains(&name) {
        return Ok(());
    }
    Err(format!("there is no principal `{name}`; use operator, oncall-read or ci-deploy"))
}

fn share(name: &str, value: f64) -> Result<(), String> {
    rate(name, value, 1.0)
}

fn rate(name: &str, value: f64, most: f64) -> Result<(), String> {
    if (0.0..=most).contains(&value) {
        return Ok(());
    }
    Err(format!("`{name}` is {value}, but must lie between 0 and {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_story_parses_under_its_own_name() {
        for name in Story::names() {
            assert_eq!(Story::named(name).unwrap().name, name);
        }
    }

    #[test]
    fn an_unknown_story_lists_the_known_ones() {
        let error = Story::named("bad-day").unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no story `bad-day`; the stories are quiet-day, bad-deploy, leaked-key, waf-burst, dead-letters, blind-trail, change-freeze, stuck-release, bad-stage, bad-rollout, month-end, writer-loss, replication-stall, region-loss, split-brain"
        );
    }

    #[test]
    fn a_malformed_story_says_where() {
        let error = Story::parse("name = 'x'\nabout = 'y'\nplot = 3\n").unwrap_err().to_string();
        assert!(error.contains("plot") && error.contains("line 3"), "{error}");
        let error = Story::parse(
            "name='x'\nabout='y'\n[[event]]\nkind='load'\nwhen={after_s=1}\nlasts_s=3\nfactor=99.0\n",
        )
        .unwrap_err()
        .to_string();
        assert!(error.contains("event 1") && error.contains("between 0 and 20"), "{error}");
    }
}
