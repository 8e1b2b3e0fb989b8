//! The name of a log group, and of which place it is.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{IdError, check_plain};
use crate::{AccountId, Region, Scope};

const WANTED: &str = "a log group name";

/// A CloudWatch Logs group name, 1 to 512 characters of `[.-_/#A-Za-z0-9]`, and its place: an account and region beside
/// the one that stands in front, or none for that one.
///
/// Groups of one name in two places are two groups: they differ, and whatever is kept by group is kept apart. What is sent
/// to AWS is [`LogGroupName::as_str`], which never holds the place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogGroupName {
    name: String,
    /// Shared by all names of a place.
    place: Option<Arc<Scope>>,
}

impl LogGroupName {
    /// Parses a log group name of the place in front.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
        let name = text.into();
        match check_plain(&name, 512, b".-_/#") {
            Ok(()) => Ok(Self { name, place: None }),
            Err(why) => Err(IdError::new(WANTED, &name, why)),
        }
    }

    /// The same name in another place; in the one in front without one.
    #[must_use]
    pub fn at(mut self, place: Option<&Arc<Scope>>) -> Self {
        self.place = place.map(Arc::clone);
        self
    }

    /// The name as AWS writes it.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The place, where it is another than the one in front.
    pub fn place(&self) -> Option<&Arc<Scope>> {
        self.place.as_ref()
    }

    /// The name nearest to a text, such as that of a file: what is not allowed becomes `_`.
    pub fn nearest(text: &str) -> Self {
        let near = |c: char| {
            let allowed = c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '#');
            if allowed { c } else { '_' }
        };
        let name: String = text.chars().take(512).map(near).collect();
        Self { name: if name.is_empty() { "_".to_owned() } else { name }, place: None }
    }
}

impl fmt::Display for LogGroupName {
    /// `/aws/lambda/orders`, of another place `/aws/lambda/orders@123456784021/us-east-1`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.place.as_ref().map_or(Ok(()), |place| write!(f, "@{place}"))
    }
}

impl std::str::FromStr for LogGroupName {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

/// What [`LogGroupName`]'s `Display` writes, as recordings keep it.
impl TryFrom<String> for LogGroupName {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        let Some((name, place)) = text.split_once('@') else { return Self::parse(text) };
        let (account, region) = place.split_once('/').unwrap_or((place, ""));
        let scope = Scope { account: AccountId::parse(account)?, region: Region::parse(region)? };
        Ok(Self::parse(name)?.at(Some(&Arc::new(scope))))
    }
}

impl From<LogGroupName> for String {
    fn from(group: LogGroupName) -> Self {
        match group.place {
            None => group.name,
            Some(_) => group.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_of_two_places_are_two_groups_and_come_back_out_of_json_as_they_were() {
        let here = LogGroupName::parse("/aws/lambda/orders").unwrap();
        let scope = Scope {
            account: AccountId::parse("123456784021").unwrap(),
            region: Region::parse("us-east-1").unwrap(),
        };
        let there = here.clone().at(Some(&Arc::new(scope.clone())));
        assert_ne!(here, there);
        assert_eq!(here.as_str(), there.as_str());
        assert_eq!(there.place().map(Arc::as_ref), Some(&scope));
        for (group, json) in [
            (here, "\"/aws/lambda/orders\""),
            (there, "\"/aws/lambda/orders@123456784021/us-east-1\""),
        ] {
            assert_eq!(serde_json::to_string(&group).unwrap(), json);
            assert_eq!(serde_json::from_str::<LogGroupName>(json).unwrap(), group);
        }
        for wrong in ["\"/a@\"", "\"/a@1/us-east-1\"", "\"/a@123456784021/\"", "\"@\""] {
            assert!(serde_json::from_str::<LogGroupName>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_with_a_place_is_no_name_at_the_border() {
        assert!(LogGroupName::parse("/a@123456784021/us-east-1").is_err());
        assert!("/a@b".parse::<LogGroupName>().is_err());
    }
}
