//! `SwitchRule`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::change::SwitchRule;
use watchdeck_domain::reading::RuleOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for SwitchRule {
    /// The state in AWS's own word: there are more than two.
    type Value = String;

    const WHAT: &'static str = "a rule";
    const FIELD: &'static str = "state";
    const POINTER: &'static str = "/rule/state";

    fn params(&self, _: &Scope) -> Value {
        json!({ "Name": self.rule, "EventBusName": self.bus })
    }

    /// `nightly-report`, or `orders/stored` for the rule of another bus than `default`.
    fn target(&self) -> String {
        match self.bus.as_str() {
            "default" => self.rule.to_string(),
            bus => format!("{bus}/{}", self.rule),
        }
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let after = if self.enabled {
            "it fires from now on; what came while it did not is not made up for"
        } else {
            "it fires no more: what it would match from now on is lost to whom it calls, and nothing keeps it"
        };
        vec![format!("1 rule: {}", self.rule_arn(scope)), after.into()]
    }

    fn query(&self) -> Query {
        RuleOf { bus: self.bus.clone(), rule: self.rule.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<String> {
        if let Answer::RuleOf(it) = answer { Some(it.rule.state.clone()) } else { None }
    }

    fn wanted(&self) -> String {
        Self::state(self.enabled).into()
    }

    fn before(&self) -> String {
        self.before.clone()
    }

    fn after(self, before: String) -> Self {
        Self { before, ..self }
    }

    fn said(value: &String) -> String {
        value.clone()
    }
}
