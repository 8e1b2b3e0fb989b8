//! What places are called before the names of groups: as much of each as tells it from the others.

use std::sync::Arc;

use serde::Serialize;
use watchdeck_domain::{LogGroupName, Region, Scope};

use super::Logs;
use crate::app::screens::groups::short_name;

/// A place whose groups are watched, before it has a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Which; none is the one in front.
    pub scope: Option<Scope>,
    /// What its account is called.
    pub account: String,
    /// Its region.
    pub region: Region,
}

/// The labels of places.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Labels(Vec<(Option<Scope>, String)>);

impl Labels {
    /// The labels of these places; none where there is only one.
    pub fn of(places: &[Watched]) -> Self {
        let several = |differs: fn(&Watched, &Watched) -> bool| {
            places.iter().any(|place| places.iter().any(|other| differs(place, other)))
        };
        let accounts = several(|place, other| place.account != other.account);
        let regions = several(|place, other| place.region != other.region);
        let label = |place: &Watched| {
            let region = || short(&place.region, places);
            let label = match (accounts, regions) {
                (true, true) => format!("{}/{}", place.account, region()),
                (true, false) => place.account.clone(),
                (false, true) => region().to_owned(),
                (false, false) => String::new(),
            };
            (place.scope.clone(), label)
        };
        Self(places.iter().map(label).collect())
    }

    /// The label of a place; empty where it needs none.
    pub fn place(&self, place: Option<&Scope>) -> &str {
        let known = self.0.iter().find(|(scope, _)| scope.as_ref() == place);
        known.map_or("", |(_, label)| label)
    }

    /// The label of a group's place.
    pub fn group(&self, group: &LogGroupName) -> &str {
        self.place(group.place().map(Arc::as_ref))
    }
}

impl Logs {
    /// What places are called.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// What a group is called here: as much of its place and of its name as tells it from the others.
    pub fn name_of(&self, group: &LogGroupName) -> String {
        let name = short_name(group.as_str(), &self.watched);
        match self.labels.group(group) {
            "" => name.to_owned(),
            place => format!("{place} {name}"),
        }
    }
}

/// As many parts of a region's name as no other of the places has.
fn short<'a>(region: &'a Region, places: &[Watched]) -> &'a str {
    let name = region.as_str();
    let ends = name.match_indices('-').map(|(at, _)| at);
    let mut parts = ends.filter_map(|end| name.get(..end));
    let alone = |part: &&str| {
        let begins = |other: &Watched| {
            let rest = other.region.as_str().strip_prefix(*part);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        !places.iter().any(|other| other.region != *region && begins(other))
    };
    parts.find(alone).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::AccountId;

    use super::*;

    fn labels(places: &[(&str, &str)]) -> Vec<String> {
        let watched = |(nth, (account, region)): (usize, &(&str, &str))| {
            let region = Region::parse(*region).unwrap();
            let account_id = AccountId::parse("123456784021").unwrap();
            let scope = Scope { account: account_id, region: region.clone() };
            Watched { scope: (nth > 0).then_some(scope), account: (*account).to_owned(), region }
        };
        let labels = Labels::of(&places.iter().enumerate().map(watched).collect::<Vec<_>>());
        labels.0.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn a_place_is_called_by_what_tells_it_from_the_others() {
        let check = |places: &[(&str, &str)], wanted: &[&str]| assert_eq!(labels(places), wanted);
        check(&[("prod", "eu-central-1")], &[""]);
        check(&[("prod", "eu-central-1"), ("prod", "us-east-1")], &["eu", "us"]);
        check(&[("prod", "eu-central-1"), ("prod", "eu-west-1")], &["eu-central", "eu-west"]);
        check(&[("prod", "us-east-1"), ("prod", "us-east-2")], &["us-east-1", "us-east-2"]);
        check(&[("prod", "us-east-1"), ("prod", "us-gov-west-1")], &["us-east", "us-gov"]);
        check(&[("prod", "us-east-1"), ("shared", "us-east-1")], &["prod", "shared"]);
        check(&[("prod", "eu-west-1"), ("shared", "us-east-1")], &["prod/eu", "shared/us"]);
    }
}
