//! Names of what stands before and behind the shop's code: APIs and their stages, rules, services and what they run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{IdError, check_plain};

id!(
    /// The name of a REST API, as people gave it: 1 to 1,024 characters. Two APIs may have the same.
    RestApiName, "the name of a REST API",
    |t| {
        if t.is_empty() {
            Err("it is empty")
        } else if t.len() > 1_024 {
            Err("it is too long")
        } else if t.chars().any(char::is_control) {
            Err("it holds a control character")
        } else {
            Ok(())
        }
    }
);

id!(
    /// The name of a stage of an API: letters, digits, `-` and `_`.
    ApiStageName, "the name of a stage",
    |t| check_plain(t, 128, b"-_")
);

id!(
    /// The id of a deployment of a REST API, as API Gateway made it.
    ApiDeploymentId, "the id of a deployment of an API",
    |t| check_plain(t, 64, b"-")
);

id!(
    /// The name of a rule of EventBridge: 1 to 64 letters, digits, `.`, `-` and `_`.
    RuleName, "the name of a rule",
    |t| check_plain(t, 64, b".-_")
);

id!(
    /// The name of an event bus, such as `default`.
    BusName, "the name of an event bus",
    |t| check_plain(t, 256, b"/.-_")
);

id!(
    /// The name of a cluster of ECS: 1 to 255 letters, digits, `-` and `_`.
    ClusterName, "the name of a cluster",
    |t| check_plain(t, 255, b"-_")
);

id!(
    /// The name of a service of ECS: 1 to 255 letters, digits, `-` and `_`.
    ServiceName, "the name of a service",
    |t| check_plain(t, 255, b"-_")
);

id!(
    /// A task definition by family and revision: `shop-web:117`.
    TaskDefinitionName, "a task definition",
    |t| {
        let Some((family, revision)) = t.split_once(':') else {
            return Err("it must look like `FAMILY:REVISION`");
        };
        if revision.parse::<u32>().is_ok_and(|revision| revision > 0) {
            check_plain(family, 255, b"-_")
        } else {
            Err("a revision is a number from 1")
        }
    }
);

impl TaskDefinitionName {
    /// The family: `shop-web`.
    pub fn family(&self) -> &str {
        self.as_str().split_once(':').map_or(self.as_str(), |(family, _)| family)
    }

    /// The revision: 117.
    pub fn revision(&self) -> u32 {
        self.as_str().split_once(':').and_then(|(_, it)| it.parse().ok()).unwrap_or_default()
    }

    /// The one that an ARN names: `arn:aws:ecs:eu-central-1:123456784021:task-definition/shop-web:117`.
    ///
    /// # Errors
    /// The text names no task definition.
    pub fn of_arn(arn: &str) -> Result<Self, IdError> {
        Self::parse(arn.rsplit('/').next().unwrap_or(arn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_definition_is_a_family_and_a_revision() {
        let arn = "arn:aws:ecs:eu-central-1:123456784021:task-definition/shop-web:117";
        let name = TaskDefinitionName::of_arn(arn).unwrap();
        assert_eq!((name.family(), name.revision()), ("shop-web", 117));
        for odd in ["shop-web", "shop-web:", "shop-web:0", "shop-web:x", ":1", "shop web:1"] {
            assert!(TaskDefinitionName::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn names_are_refused_that_aws_would_not_give() {
        assert!(RestApiName::parse("Orders, written").is_ok());
        assert!(RestApiName::parse("").is_err());
        assert!(ApiStageName::parse("prod/x").is_err());
        assert!(RuleName::parse("a".repeat(65)).is_err());
        assert!(BusName::parse("aws.partner/x.y/z").is_ok());
    }
}
