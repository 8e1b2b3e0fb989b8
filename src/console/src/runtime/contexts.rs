//! The operator's contexts: their file, and the profiles of AWS beside it. A mistake costs its own context and is told.

use std::io;
use std::path::PathBuf;

use watchdeck_aws::profiles;
use watchdeck_domain::Printable;

use super::accounts::Route;
use crate::app::Problem;
use crate::app::switching::{Destinations, Target};
use crate::cli::failure::{Failure, FailureKind};
use crate::contexts::{AccountContext, ContextError, forbidding, read};

/// Where one can go from here.
#[derive(Clone, Debug, Default)]
pub struct Contexts {
    all: Vec<AccountContext>,
    profiles: Vec<String>,
    /// What is not in force, and why.
    pub problems: Vec<Problem>,
}

impl Contexts {
    /// Reads the operator's file, and which profiles the AWS files hold. Whatever is wrong is no reason not to start.
    pub async fn load() -> Self {
        let mut contexts = Self { profiles: profiles::all().await, ..Self::default() };
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
                "make the file readable for yourself, and start again",
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
        }
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
    pub fn way(&self, here: &Route, target: &Target, write: bool) -> Result<Route, Failure> {
        match target {
            Target::Context(name) => self.route(name, write),
            Target::Profile(profile) => {
                let mut route = Route::to_profile(profile, write);
                self.forbid(&mut route);
                Ok(route)
            }
            Target::Region(region) => {
                let mut route = here.clone();
                route.place.region = Some(region.clone());
                Ok(route)
            }
        }
    }

    /// Forbids changes on a way whose profile a context forbids them with: `read_only` means never.
    pub fn forbid(&self, route: &mut Route) {
        let profile = route.place.profile.clone().or_else(chosen);
        if let Some(context) = forbidding(&self.all, profile.as_deref()) {
            route.forbidden_by = Some(context.name.clone());
        }
    }
}

/// The profile that the environment chooses.
fn chosen() -> Option<String> {
    std::env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty())
}

/// `$XDG_CONFIG_HOME/watchdeck/contexts.toml`, else `~/.config/watchdeck/contexts.toml`.
fn own() -> Option<PathBuf> {
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
