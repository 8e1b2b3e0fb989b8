//! How one comes to an account: by which profile, endpoint and roles, what the operator calls it, and what is allowed.

use crate::app::Mark;
use crate::cli::arguments::{PlaceArguments, StoryArguments};
use crate::contexts::AccountContext;
use watchdeck_domain::{Arn, ChangeCalendar, CheckpointStore, LeaseTable, Printable, Retention};

/// A way to an account.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// What leads there.
    pub place: PlaceArguments,
    /// What a context says of it.
    pub mark: Option<Mark>,
    /// The policy file that a context names.
    pub policy: Option<String>,
    /// Where leases on targets are kept, by that context.
    pub lease: Option<LeaseTable>,
    /// Where the journal's checkpoints are shipped to, by that context.
    pub checkpoints: Option<CheckpointStore>,
    /// How long Object Lock is to keep each of them there.
    pub retention: Option<Retention>,
    /// The change calendars that must be open, by that context.
    pub calendars: Vec<ChangeCalendar>,
    /// The context that forbids changes there.
    pub forbidden_by: Option<String>,
    /// Whether the operator would have armed it.
    pub wishes_to_write: bool,
    /// The story of the simulated account in this process, where it leads there.
    pub story: Option<StoryArguments>,
}

impl Route {
    /// The way of the command line.
    pub fn by(place: PlaceArguments) -> Self {
        Self { wishes_to_write: place.write, place, ..Self::default() }
    }

    /// The way to a context.
    pub fn to_context(context: &AccountContext, write: bool) -> Self {
        Self {
            place: PlaceArguments {
                profile: context.profile.clone(),
                region: context.region.clone(),
                endpoint_url: context.endpoint_url.clone(),
                write: write && !context.read_only,
                write_role: context.write_role.clone(),
                read_role: context.role_arn.clone(),
                ..PlaceArguments::default()
            },
            mark: Some(Mark {
                name: Printable::new(context.name.as_str()),
                environment: Some(context.environment),
                colour: Some(context.colour),
            }),
            policy: context.policy.clone(),
            lease: context.lease.clone(),
            checkpoints: context.checkpoints.clone(),
            retention: context.retention,
            calendars: context.calendars.clone(),
            forbidden_by: context.read_only.then(|| context.name.clone()),
            wishes_to_write: write,
            story: None,
        }
    }

    /// The way to the simulated account in this process.
    pub fn to_story(story: &StoryArguments) -> Self {
        Self { story: Some(story.clone()), ..Self::default() }
    }

    /// The same way, and from there to a role. It is read with, and changes are made with it, unless the role to write with is
    /// of its account.
    #[must_use]
    pub fn to_role(&self, role: &Arn) -> Self {
        let account = |arn: &Arn| arn.as_str().split(':').nth(4).map(str::to_owned);
        let mut route = self.clone();
        route.place.write_role =
            route.place.write_role.filter(|write| account(write) == account(role));
        route.place.read_role = Some(role.clone());
        // What a context says is said of the account it leads to, and this may be another.
        route.mark = None;
        route
    }

    /// The way to a profile, with nothing of the place before.
    pub fn to_profile(profile: &str, write: bool) -> Self {
        Self::by(PlaceArguments {
            profile: Some(profile.to_owned()),
            write,
            ..PlaceArguments::default()
        })
    }
}
