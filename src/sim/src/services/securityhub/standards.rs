//! Standards, and the controls that belong to them.

use super::super::pages::{Paging, page};
use super::{invalid, missing, settled};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::names::arn;

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 100, refusal: "InvalidInputException" };

/// A standard: its id, name, the member of a control that says it belongs, whether it is enabled here.
struct Standard {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    member: &'static str,
    enabled: bool,
}

const STANDARDS: [Standard; 4] = [
    Standard {
        id: "aws-foundational-security-best-practices/v/1.0.0",
        name: "AWS Foundational Security Best Practices v1.0.0",
        about: "The provider's own list of what a sound account looks like.",
        member: "fsbp",
        enabled: true,
    },
    Standard {
        id: "cis-aws-foundations-benchmark/v/3.0.0",
        name: "CIS AWS Foundations Benchmark v3.0.0",
        about: "The benchmark of the Center for Internet Security, version 3.0.0.",
        member: "cis_3_0",
        enabled: true,
    },
    Standard {
        id: "cis-aws-foundations-benchmark/v/5.0.0",
        name: "CIS AWS Foundations Benchmark v5.0.0",
        about: "The benchmark of the Center for Internet Security, version 5.0.0.",
        member: "cis_5_0",
        enabled: true,
    },
    Standard {
        id: "nist-800-53/v/5.0.0",
        name: "NIST Special Publication 800-53 Revision 5",
        about: "Security and privacy controls for federal information systems.",
        member: "nist",
        enabled: false,
    },
];

impl Standard {
    fn arn(&self, region: &str) -> String {
        format!("arn:aws:securityhub:{region}::standards/{}", self.id)
    }

    fn subscription(&self, region: &str) -> String {
        arn("securityhub", region, &format!("subscription/{}", self.id))
    }

    fn holds(&self, control: &Value) -> bool {
        control.bool(self.member) == Some(true) || control.text(self.member).is_some()
    }
}

pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    let standards = STANDARDS
        .iter()
        .map(|standard| {
            Value::empty()
                .with("StandardsArn", standard.arn(&call.region))
                .with("Name", standard.name)
                .with("Description", standard.about)
                .with("EnabledByDefault", standard.member == "fsbp")
        })
        .collect();
    let page = page(call, standards, &PAGING)?;
    let output =
        Value::empty().with("Standards", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}

pub(super) fn enabled(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    let asked: Vec<_> =
        call.input.items("StandardsSubscriptionArns").iter().filter_map(Value::as_text).collect();
    let subscriptions = STANDARDS
        .iter()
        .filter(|standard| standard.enabled)
        .filter(|standard| {
            asked.is_empty() || asked.contains(&standard.subscription(&call.region).as_str())
        })
        .map(|standard| {
            Value::empty()
                .with("StandardsArn", standard.arn(&call.region))
                .with("StandardsSubscriptionArn", standard.subscription(&call.region))
                .with("StandardsInput", Value::empty())
                .with("StandardsStatus", "READY")
                .with("StandardsControlsUpdatable", "READY_FOR_UPDATES")
        })
        .collect();
    let page = page(call, subscriptions, &PAGING)?;
    let output = Value::empty()
        .with("StandardsSubscriptions", Value::List(page.items))
        .with_some("NextToken", page.next);
    Ok(output.into())
}

pub(super) fn controls(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    let asked = call.input.text("StandardsSubscriptionArn").unwrap_or_default();
    let Some(standard) =
        STANDARDS.iter().find(|s| s.enabled && s.subscription(&call.region) == asked)
    else {
        return Err(missing(format!("The standards subscription {asked} does not exist.")));
    };
    let since = world.now().div_euclid(86_400_000) * 86_400_000 - 400 * 86_400_000;
    let controls = world
        .fixture
        .controls()
        .iter()
        .filter(|control| standard.holds(control))
        .map(|control| {
            let id = control.text("id").unwrap_or_default();
            let number = control.text(standard.member);
            let path = format!("control/{}/{}", standard.id, number.unwrap_or(id));
            let related = number.map(|number| format!("{}/{number}", standard.name));
            Value::empty()
                .with("StandardsControlArn", arn("securityhub", &call.region, &path))
                .with("ControlId", number.unwrap_or(id))
                .with("ControlStatus", "ENABLED")
                .with("ControlStatusUpdatedAt", Value::Time(since))
                .with("Title", control.text("title").unwrap_or_default())
                .with("Description", control.text("about").unwrap_or_default())
                .with("SeverityRating", control.text("severity").unwrap_or("LOW"))
                .with("RemediationUrl", remediation(id))
                .with("RelatedRequirements", Value::list(related))
        })
        .collect();
    let page = page(call, controls, &PAGING)?;
    let output =
        Value::empty().with("Controls", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}

pub(super) fn definitions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    settled(world, call)?;
    let asked = call.input.text("StandardsArn");
    let standard = match asked {
        None => None,
        Some(arn) => match STANDARDS.iter().find(|standard| standard.arn(&call.region) == arn) {
            Some(standard) => Some(standard),
            None => return Err(invalid(format!("The standard {arn} does not exist."))),
        },
    };
    let definitions = world
        .fixture
        .controls()
        .iter()
        .filter(|control| standard.is_none_or(|standard| standard.holds(control)))
        .map(|control| {
            let id = control.text("id").unwrap_or_default();
            Value::empty()
                .with("SecurityControlId", id)
                .with("Title", control.text("title").unwrap_or_default())
                .with("Description", control.text("about").unwrap_or_default())
                .with("RemediationUrl", remediation(id))
                .with("SeverityRating", control.text("severity").unwrap_or("LOW"))
                .with("CurrentRegionAvailability", "AVAILABLE")
        })
        .collect();
    let page = page(call, definitions, &PAGING)?;
    let output = Value::empty()
        .with("SecurityControlDefinitions", Value::List(page.items))
        .with_some("NextToken", page.next);
    Ok(output.into())
}

fn remediation(control: &str) -> String {
    format!("https://docs.aws.amazon.com/console/securityhub/{control}/remediation")
}
