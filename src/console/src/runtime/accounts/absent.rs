//! An account that is not open yet: a person has to sign in first, or give a code.

use watchdeck_aws::{ConnectError, SignIn, region_of};
use watchdeck_domain::{Printable, Region};

use super::{Route, refused};
use crate::app::{Arms, Lease, Link, Mark, Meter, Place, RealmName};
use crate::cli::failure::Failure;

/// Why an account was not opened when the program began.
#[derive(Debug)]
pub struct Unopened {
    /// In the words of the command line.
    pub failure: Failure,
    /// The way there, where a person can still open it from inside the console.
    pub absent: Option<Box<Absent>>,
}

impl Unopened {
    /// What a failed connection comes to.
    pub(super) async fn after(error: &ConnectError, route: Route) -> Self {
        let coded =
            matches!(error, ConnectError::CodeWanted { .. } | ConnectError::CodeRefused { .. });
        let profile = route.place.profile.as_deref();
        let person = coded || SignIn::after(error, profile).await.is_some();
        let absent = if person { Absent::at(route).await.map(Box::new) } else { None };
        Self { failure: refused(error), absent }
    }
}

impl From<Failure> for Unopened {
    fn from(failure: Failure) -> Self {
        Self { failure, absent: None }
    }
}

/// An account that a person can open from inside the console.
#[derive(Debug)]
pub struct Absent {
    /// The way there.
    pub route: Route,
    /// Its region.
    region: Region,
}

impl Absent {
    /// Whoever is asked to sign in knows the region already: it is found first.
    async fn at(route: Route) -> Option<Self> {
        let region = match route.place.region.clone() {
            Some(region) => region,
            None => region_of(route.place.profile.as_deref()).await?,
        };
        Some(Self { route, region })
    }

    /// Where the console stands meanwhile: nowhere.
    pub fn place(&self) -> Place {
        Place {
            alias: Printable::default(),
            context: Printable::new(self.name()),
            mark: Mark::default(),
            region: self.region.clone(),
            realm: RealmName::Live,
            arms: Arms::ReadOnly,
            link: Link::Absent,
            lease: Lease::default(),
            meter: Meter::default(),
        }
    }

    /// What people call it.
    fn name(&self) -> String {
        if let Some(mark) = &self.route.mark {
            return format!("context {}", mark.name);
        }
        let chosen = || std::env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
        let profile = self.route.place.profile.clone().or_else(chosen);
        profile.map(|name| format!("profile {name}")).unwrap_or_default()
    }
}
