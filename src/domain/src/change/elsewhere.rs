//! Another region than the one that the run works in: the same change, made there.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Change, Mutation, MutationClass, Permission};
use crate::{Arn, Region, Scope};

/// A change that is made in another region of the account than the one that its run works in.
///
/// A failover works in the region that takes over, and has things to do in the one that is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The region.
    pub region: Region,
    /// What is done there.
    #[serde(rename = "what")]
    pub change: Box<Change>,
}

impl Mutation for Elsewhere {
    fn call(&self) -> (&'static str, &'static str) {
        self.change.call()
    }

    fn class(&self) -> MutationClass {
        self.change.class()
    }

    fn permission(&self, scope: &Scope) -> Permission {
        self.change.permission(&scope.in_region(&self.region))
    }

    fn cuts_off(&self, who: &Arn) -> bool {
        self.change.cuts_off(who)
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.change, self.region)
    }
}

impl Change {
    /// This change, made in a region by a run that works in `home`.
    #[must_use]
    pub fn made_in(self, region: &Region, home: &Region) -> Self {
        if let Self::Elsewhere(there) = self {
            return there.change.made_in(region, home);
        }
        if region == home {
            return self;
        }
        Elsewhere { region: region.clone(), change: Box::new(self) }.into()
    }

    /// What is done, and in which account and region, by a run that works in `home`.
    pub fn at(&self, home: &Scope) -> (&Self, Scope) {
        if let Self::Elsewhere(there) = self {
            return there.change.at(&home.in_region(&there.region));
        }
        (self, home.clone())
    }

    /// The region where it is made, where that is another one than its run works in.
    pub fn elsewhere(&self) -> Option<&Region> {
        if let Self::Elsewhere(there) = self { Some(&there.region) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::ReserveConcurrency;
    use crate::{AccountId, FunctionName};

    #[test]
    fn a_change_elsewhere_is_the_same_change_with_the_permission_of_there() {
        let region = |name: &str| Region::parse(name).unwrap();
        let (home, there) = (region("eu-west-1"), region("eu-central-1"));
        let scope =
            Scope { account: AccountId::parse("123456784021").unwrap(), region: home.clone() };
        let function = FunctionName::parse("orders").unwrap();
        let stop: Change = ReserveConcurrency { function, reserved: Some(0), before: None }.into();
        assert_eq!(stop.clone().made_in(&home, &home), stop);

        let change = stop.clone().made_in(&there, &home);
        assert_eq!(change.call(), stop.call());
        assert_eq!(change.elsewhere(), Some(&there));
        let resources = change.permission(&scope).resources;
        assert_eq!(resources, ["arn:aws:lambda:eu-central-1:123456784021:function:orders"]);
        assert_eq!(change.to_string(), format!("{stop} in eu-central-1"));
        assert_eq!(change.at(&scope), (&stop, scope.in_region(&there)));
        assert_eq!(change.clone().made_in(&home, &home), stop);

        let text = serde_json::to_string(&change).unwrap();
        assert_eq!(
            text,
            r#"{"change":"elsewhere","region":"eu-central-1","what":{"change":"reserve-concurrency","function":"orders","reserved":0,"before":null}}"#
        );
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}
