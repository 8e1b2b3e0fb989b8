//! EventBridge: rules, and whom they call.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::RuleState;
use watchdeck_domain::reading::RuleOf;
use watchdeck_domain::rule::{Rule, RuleStanding};
use watchdeck_domain::{BusName, ReadError, RuleName};

use super::{Pages, plain};
use crate::rejection::{malformed, read_error};

const LIST: &str = "events:ListRules";
const RULE: &str = "events:DescribeRule";
const TARGETS: &str = "events:ListTargetsByRule";

pub(super) async fn rules(client: &Client, bus: &BusName) -> Result<Vec<Rule>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_rules().event_bus_name(bus.as_str());
        let page = page.set_next_token(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(LIST, &e))?;
        for rule in page.rules() {
            found.push(Rule {
                name: name(LIST, rule.name())?,
                bus: bus.clone(),
                arn: plain(rule.arn()),
                state: plain(rule.state().map(RuleState::as_str)),
                schedule: plain(rule.schedule_expression()),
                pattern: plain(rule.event_pattern()),
                managed_by: plain(rule.managed_by()),
                about: plain(rule.description()),
            });
        }
        if !pages.turn(LIST, page.next_token())? {
            return Ok(found);
        }
    }
}

pub(super) async fn rule(client: &Client, ask: &RuleOf) -> Result<RuleStanding, ReadError> {
    let (bus, named) = (ask.bus.as_str(), ask.rule.as_str());
    let answer = client.describe_rule().event_bus_name(bus).name(named).send().await;
    let answer = answer.map_err(|e| read_error(RULE, &e))?;
    let rule = Rule {
        name: name(RULE, answer.name())?,
        bus: ask.bus.clone(),
        arn: plain(answer.arn()),
        state: plain(answer.state().map(RuleState::as_str)),
        schedule: plain(answer.schedule_expression()),
        pattern: plain(answer.event_pattern()),
        managed_by: plain(answer.managed_by()),
        about: plain(answer.description()),
    };
    let mut targets = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_targets_by_rule().event_bus_name(bus).rule(named);
        let page = page.set_next_token(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(TARGETS, &e))?;
        targets.extend(page.targets().iter().map(|target| target.arn().to_owned()));
        if !pages.turn(TARGETS, page.next_token())? {
            return Ok(RuleStanding { rule, targets });
        }
    }
}

fn name(call: &str, name: Option<&str>) -> Result<RuleName, ReadError> {
    RuleName::parse(plain(name)).map_err(|error| malformed(call, error.to_string()))
}
