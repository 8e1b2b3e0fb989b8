//! The operator's contexts: their file, and the profiles of AWS beside it. A mistake costs its own context and is told.

use std::io;
use std::path::PathBuf;

use watchdeck_aws::profiles;
use watchdeck_domain::{Arn, Printable};

use super::accounts::Route;
use super::switching::Here;
use crate::app::destinations::{Destinations, KnownRole};
use crate::app::switching::Target;
use crate::app::{Mark, Problem};
use crate::cli::failure::{Failure, FailureKind};
use crate::contexts::{AccountContext, ContextError, forbidding, read};

/// Where one can go from here.
#[derive(Clone, Debug, Default)]
pub struct Contexts {
    all: Vec<AccountContext>,
    profiles: Vec<String>,
    /// The roles of profiles: the profile and its role.
    roles: Vec<(String, Arn)>,
    /// What is not in force, and why.
    pub problems: Vec<Problem>,
}

impl Contexts {
    /// Reads the operator's file, and which profiles the AWS files hold. Whatever is wrong is no reason not to start.
    pub async fn load() -> Self {
        let role = |(profile, arn): (String, String)| Some((profile, Arn::parse(arn).ok()?));
        let roles = profiles::roles().await.into_iter().filter_map(role).collect();
        let mut contexts = Self { profiles: profiles::all().await, roles, ..Self::default() };
        let Some(file) = own() else { return contexts };
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                let (all, errors) = read(&file.display().to_string(), &text);
                contexts.all = all;
                contexts.problems = errors.iter().map(told).collect();
            }
            // Few operators have one.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => contexts.problems.push(Problem::new(
                "contexts.unread",
                format!("the contexts in `{}` could not be read", file.display()),
                error.to_string(),
                "make the file readable for yourself",
            )),
        }
        contexts
    }

    /// What can be chosen from.
    pub fn destinations(&self) -> Destinations {
        let named = |context: &AccountContext| (context.name.clone(), context.summary());
        Destinations {
            contexts: self.all.iter().map(named).collect(),
            profiles: self.profiles.clone(),
            roles: self.known_roles(),
        }
    }

    /// The roles that contexts and profiles name, each once.
    fn known_roles(&self) -> Vec<KnownRole> {
        let of_context = |context: &AccountContext| {
            Some((context.role_arn.clone()?, format!("context {}", context.name)))
        };
        let of_profile =
            |(profile, arn): &(String, Arn)| (arn.clone(), format!("profile {profile}"));
        let all = self.all.iter().filter_map(of_context).chain(self.roles.iter().map(of_profile));
        let mut known: Vec<KnownRole> = Vec::new();
        for (arn, of) in all {
            if known.iter().all(|role| role.arn != arn) {
                let name = short(&arn).to_owned();
                known.push(KnownRole { name, arn, of: Printable::new(of) });
            }
        }
        // Roles of several accounts often have one name.
        let names: Vec<String> = known.iter().map(|role| role.name.clone()).collect();
        for role in &mut known {
            if names.iter().filter(|name| **name == role.name).count() > 1 {
                let account = role.arn.as_str().split(':').nth(4).unwrap_or_default();
                role.name = format!("{}@{account}", role.name);
            }
        }
        known
    }

    /// The way to a context by name.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn route(&self, name: &str, write: bool) -> Result<Route, Failure> {
        let found = self.all.iter().find(|context| context.name == name);
        let context = found.ok_or_else(|| {
            let all: Vec<&str> = self.all.iter().map(|context| context.name.as_str()).collect();
            let hint = if all.is_empty() {
                "write contexts into contexts.toml, as docs/contexts.md shows".to_owned()
            } else {
                format!("there are {}", all.join(", "))
            };
            let name = Printable::new(name);
            Failure::new(FailureKind::Usage, format!("there is no context `{name}`"), hint)
        })?;
        Ok(Route::to_context(context, write))
    }

    /// The way to a target, from where `here` led.
    ///
    /// # Errors
    /// There is no such place.
    pub fn way(&self, here: &Here, target: &Target) -> Result<Route, Failure> {
        let write = here.write;
        let mut route = match target {
            Target::Context(name) => return self.route(name, write),
            Target::Simulated => {
                return Ok(Route { wishes_to_write: write, ..Route::to_story(&here.story) });
            }
            Target::Profile(profile) => Route::to_profile(profile, write),
            Target::Start(_) => here.route.clone(),
            Target::Role(role) => self.to_role(&here.route, role),
            Target::Region(region) => {
                let mut route = here.route.clone();
                route.place.region = Some(region.clone());
                route
            }
        };
        self.forbid(&mut route);
        Ok(route)
    }

    /// The way to a role. What a context says of that role holds by whichever way one comes to it.
    fn to_role(&self, here: &Route, role: &Arn) -> Route {
        let mut route = here.to_role(role);
        let told = self.all.iter().find(|context| context.role_arn.as_ref() == Some(role));
        if let Some(context) = told {
            route.mark = Some(Mark {
                name: Printable::default(),
                environment: Some(context.environment),
                colour: Some(context.colour),
            });
            if context.read_only {
                route.forbidden_by = Some(context.name.clone());
            }
        }
        route
    }

    /// Forbids changes on a way whose profile a context forbids them with: `read_only` means never.
    pub fn forbid(&self, route: &mut Route) {
        let profile = route.place.profile.clone().or_else(chosen);
        if let Some(context) = forbidding(&self.all, profile.as_deref()) {
            route.forbidden_by = Some(context.name.clone());
        }
    }
}

/// The last part of a role's ARN: the name that people know it by.
fn short(arn: &Arn) -> &str {
    arn.as_str().rsplit('/').next().unwrap_or_default()
}

/// The profile that the environment chooses.
fn chosen() -> Option<String> {
    std::env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty())
}

/// `$XDG_CONFIG_HOME/watchdeck/contexts.toml`, else `~/.config/watchdeck/contexts.toml`.
pub(super) fn own() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("watchdeck/contexts.toml"))
}

fn told(error: &ContextError) -> Problem {
    let why = if error.skipped {
        "its context is left out; all others can be gone to"
    } else {
        "the context can be gone to"
    };
    Problem::new("contexts.mistake", format!("{}: {}", error.at, error.what), why, &*error.hint)
}
