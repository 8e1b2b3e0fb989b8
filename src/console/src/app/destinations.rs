//! Where one can go: contexts, profiles, roles and regions, by name, and found by a few letters.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Arn, Printable, Region};

use super::input;
use super::switching::Target;
use crate::contexts::regions::REGIONS;

/// The name of the simulated account among the contexts, where none of them has it.
pub const SIMULATED: &str = "demo";

/// What is chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The operator's contexts.
    Context,
    /// The profiles of the AWS files.
    Profile,
    /// The roles that profiles and contexts name.
    Role,
    /// The regions of AWS.
    Region,
    /// Places whose logs are tailed beside those here: regions of this account, and contexts.
    Place,
}

impl Wanted {
    /// Its word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Profile => "profile",
            Self::Role => "role",
            Self::Region => "region",
            Self::Place => "place",
        }
    }

    /// What is said where there is none to choose from.
    pub fn none(self) -> &'static str {
        match self {
            Self::Context => {
                "there are no contexts: write them in contexts.toml, as docs/contexts.md shows"
            }
            Self::Profile => "there are no profiles: ~/.aws/config holds none",
            Self::Role => "no profile and no context names a role: give its ARN after `:role`",
            Self::Region | Self::Place => "there are no regions",
        }
    }
}

/// A role that is known from the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRole {
    /// What it is called here: its own name, with the account where several have it.
    pub name: String,
    /// Its ARN.
    pub arn: Arn,
    /// Who names it.
    pub of: Printable,
}

/// Where one can go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destinations {
    /// The contexts, each with what it leads to.
    pub contexts: Vec<(String, Printable)>,
    /// The profiles of the AWS files.
    pub profiles: Vec<String>,
    /// The roles that they name.
    #[serde(default)]
    pub roles: Vec<KnownRole>,
}

impl Destinations {
    /// The names to choose from.
    pub fn names(&self, wanted: Wanted) -> Vec<String> {
        self.all(wanted).into_iter().map(|(name, _)| name).collect()
    }

    fn all(&self, wanted: Wanted) -> Vec<(String, Printable)> {
        match wanted {
            Wanted::Context => {
                let mut all = self.contexts.clone();
                if !self.has_context(SIMULATED) {
                    let more = Printable::new("the simulated account in this process");
                    all.push((SIMULATED.to_owned(), more));
                }
                all
            }
            Wanted::Profile => {
                let plain = |name: &String| (name.clone(), Printable::default());
                self.profiles.iter().map(plain).collect()
            }
            Wanted::Role => {
                let role = |role: &KnownRole| {
                    let more = Printable::new(format!("{}, {}", role.of, role.arn));
                    (role.name.clone(), more)
                };
                self.roles.iter().map(role).collect()
            }
            Wanted::Region => {
                let region = |(name, at): &(&str, &str)| ((*name).to_owned(), Printable::new(*at));
                REGIONS.iter().map(region).collect()
            }
            Wanted::Place => {
                let mut all = self.contexts.clone();
                all.extend(self.all(Wanted::Region));
                all
            }
        }
    }

    fn has_context(&self, name: &str) -> bool {
        self.contexts.iter().any(|(known, _)| known == name)
    }

    /// Where a name leads, if it leads anywhere.
    pub fn target(&self, wanted: Wanted, name: &str) -> Option<Target> {
        match wanted {
            Wanted::Context if self.has_context(name) => Some(Target::Context(name.to_owned())),
            Wanted::Context => (name == SIMULATED).then_some(Target::Simulated),
            Wanted::Profile => {
                let known = self.profiles.iter().any(|known| known == name);
                known.then(|| Target::Profile(name.to_owned()))
            }
            // A role need not be known to be assumed.
            Wanted::Role => {
                let known = self.roles.iter().find(|role| role.name == name);
                let arn = known.map(|role| role.arn.clone()).or_else(|| Arn::parse(name).ok())?;
                arn.as_str().contains(":role/").then_some(Target::Role(arn))
            }
            // A region may be younger than our list.
            Wanted::Region => Region::parse(name).ok().map(Target::Region),
            // One does not go there.
            Wanted::Place => None,
        }
    }

    /// Those that match what was typed, the likeliest first; all of them while nothing is.
    pub fn matching(&self, wanted: Wanted, typed: &str) -> Vec<(String, Printable)> {
        let all = self.all(wanted);
        if typed.trim().is_empty() {
            return all;
        }
        let texts: Vec<String> = all.iter().map(|(name, more)| format!("{name} {more}")).collect();
        let found = input::fuzzy(typed.trim(), texts.iter().map(String::as_str));
        let at = |text: &str| texts.iter().position(|known| known == text);
        found.into_iter().filter_map(|text| all.get(at(text)?).cloned()).collect()
    }
}
