//! How one comes to an account: by which profile, endpoint and roles, what the operator calls it, and what is allowed.

use crate::app::Mark;
use crate::cli::arguments::PlaceArguments;
use crate::contexts::AccountContext;
use watchdeck_domain::Printable;

/// A way to an account.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// What leads there.
    pub place: PlaceArguments,
    /// What a context says of it.
    pub mark: Option<Mark>,
    /// The context that forbids changes there.
    pub forbidden_by: Option<String>,
    /// Whether the operator would have armed it.
    pub wishes_to_write: bool,
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
            forbidden_by: context.read_only.then(|| context.name.clone()),
            wishes_to_write: write,
        }
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
