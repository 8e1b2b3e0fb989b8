//! The users, roles, keys and trails that a form is filled from. They have no screen of their own.

use std::collections::BTreeMap;

use serde::Serialize;
use watchdeck_domain::iam::{AccessKey, Principal};
use watchdeck_domain::{TrailName, UserName};

use crate::app::loaded::Loaded;

/// What is known of them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Identities {
    /// The users and roles.
    pub principals: Loaded<Vec<Principal>>,
    /// The keys of the users that were chosen.
    pub keys: BTreeMap<UserName, Loaded<Vec<AccessKey>>>,
    /// The trails.
    pub trails: Loaded<Vec<TrailName>>,
}

impl Identities {
    /// The users, or the roles, with what tells them apart. What AWS keeps for itself cannot be changed, and is left out.
    pub fn named(&self, users: bool) -> Vec<(String, String)> {
        let known = self.principals.rows().iter();
        let known = known.filter(|it| it.name.is_user() == users && !it.service_linked);
        known.map(|it| (it.name.name().to_owned(), said(it))).collect()
    }

    /// The keys of a user, as far as they were asked for.
    pub fn keys_of(&self, user: &str) -> Vec<(String, String)> {
        let found = self.keys.iter().find(|(name, _)| name.as_str() == user);
        let keys = found.map(|(_, keys)| keys.rows()).unwrap_or_default().iter();
        keys.map(|key| (key.id.to_string(), standing(key))).collect()
    }
}

/// Who trusts a role, or where a user stands.
fn said(principal: &Principal) -> String {
    match principal.trusts.as_slice() {
        [] => principal.path.clone(),
        [first] => first.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    }
}

fn standing(key: &AccessKey) -> String {
    match &key.used {
        Some(used) => format!("{}, last used {} for {}", key.status, used.at, used.service),
        None => format!("{}, never used", key.status),
    }
}
