//! Which account would be opened, and who says so: from flags, files and variables, without a network.

use watchdeck_aws::profiles::{ProfileFacts, describe};
use watchdeck_aws::{Configured, bare, configured};

use super::REGION;
use crate::cli::arguments::PlaceArguments;
use crate::config::{Origin, Settings};
use crate::runtime::settings;

/// A value in words, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The value.
    pub value: String,
    /// Who says so.
    pub by: String,
}

impl Said {
    fn new(value: impl Into<String>, by: impl Into<String>) -> Self {
        Self { value: value.into(), by: by.into() }
    }
}

/// Which account would be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// AWS, an endpoint, or the simulated account.
    pub account: Said,
    /// The profile.
    pub profile: Said,
    /// The region.
    pub region: Said,
    /// Where requests go.
    pub endpoint: Said,
}

/// Looks at what is configured. Sends nothing, and tells no secret.
pub async fn outlook(asked: &PlaceArguments, settings: &Settings) -> Outlook {
    let place = settings::place(asked, settings);
    let found = configured(place.profile.as_deref()).await;
    let facts = describe(place.profile.as_deref()).await;
    let meant = place.profile.is_some() || place.endpoint_url.is_some();
    if !matches!(found, Configured::Yes(_)) && !meant {
        let why = match found {
            Configured::OnlyOtherProfiles(others) => {
                format!("no profile is chosen; there are {}", others.join(", "))
            }
            Configured::No | Configured::Yes(_) => "no profile or credentials are found".to_owned(),
        };
        return Outlook {
            account: Said::new("simulated, in this process", why),
            profile: Said::new("none", "default"),
            region: Said::new(REGION, "the simulated account"),
            endpoint: Said::new("in this process", "the simulated account"),
        };
    }
    let endpoint = endpoint(&place, facts.as_ref().ok());
    let real = endpoint.value == "AWS";
    Outlook {
        account: Said::new(if real { "AWS" } else { "behind an endpoint" }, endpoint.by.clone()),
        profile: profile(&found, settings, &facts),
        region: region(settings, facts.as_ref().ok()),
        endpoint,
    }
}

fn profile(found: &Configured, settings: &Settings, facts: &Result<ProfileFacts, String>) -> Said {
    use watchdeck_aws::profiles::Source;
    let origin = &settings.profile.origin;
    match (found, facts) {
        (_, Err(why)) => Said::new("unreadable", why.clone()),
        (Configured::Yes(Source::Environment), _) => {
            Said::new("none", "keys in the environment: AWS_ACCESS_KEY_ID")
        }
        (Configured::Yes(Source::Workload), _) => {
            Said::new("none", "a role of this machine's workload, named by the environment")
        }
        (_, Ok(facts)) if facts.known => Said::new(facts.name.clone(), origin.to_string()),
        (_, Ok(facts)) => {
            let by = format!("{origin}, but it stands in no file");
            Said::new(facts.name.clone(), by)
        }
    }
}

fn region(settings: &Settings, facts: Option<&ProfileFacts>) -> Said {
    if let Some(region) = &settings.region.value {
        return Said::new(region.as_str(), settings.region.origin.to_string());
    }
    match facts.and_then(|facts| Some((facts.region.clone()?, &facts.name))) {
        Some((region, profile)) => Said::new(region, format!("profile {profile}")),
        None => Said::new("none", Origin::Default.to_string()),
    }
}

fn endpoint(place: &PlaceArguments, facts: Option<&ProfileFacts>) -> Said {
    if let Some(url) = &place.endpoint_url {
        return Said::new(bare(url), "command line");
    }
    if let Some(url) = std::env::var("AWS_ENDPOINT_URL").ok().filter(|url| !url.is_empty()) {
        return Said::new(bare(&url), "AWS_ENDPOINT_URL");
    }
    match facts.and_then(|facts| Some((facts.endpoint_url.clone()?, &facts.name))) {
        Some((url, profile)) => Said::new(bare(&url), format!("profile {profile}")),
        None => Said::new("AWS", "default"),
    }
}
