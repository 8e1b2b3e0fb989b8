//! `PutDenial`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::change::{Denial, PutDenial};
use watchdeck_domain::reading::InlinePolicyOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::Setting;

/// The most characters of a policy's name.
const LONGEST_NAME: usize = 128;

/// What tells its target from others of the same user or role: what it denies, or denied.
fn kind(put: &PutDenial) -> &'static str {
    let before = || put.before.as_deref().and_then(Denial::read);
    match put.denial.or_else(before) {
        Some(Denial::SessionsBefore(_)) => "sessions@",
        Some(Denial::Everything) | None => "",
    }
}

impl Setting for PutDenial {
    type Value = Option<String>;

    const WHAT: &'static str = "an inline policy";
    const FIELD: &'static str = "policy";
    const POINTER: &'static str = "";

    fn params(&self, _: &Scope) -> Value {
        let holder = if self.principal.is_user() { "UserName" } else { "RoleName" };
        let mut params = json!({ holder: self.principal.name(), "PolicyName": self.policy });
        if let (Some(denial), Some(members)) = (self.denial, params.as_object_mut()) {
            members.insert("PolicyDocument".into(), denial.document().into());
        }
        params
    }

    /// `user/ci-deploy`, or `sessions@role/oncall-read`.
    fn target(&self) -> String {
        format!("{}{}", kind(self), self.principal)
    }

    fn fault(&self) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let sound = !self.policy.is_empty()
            && self.policy.len() <= LONGEST_NAME
            && self.policy.chars().all(plain);
        (!sound).then(|| "its policy has no name that IAM takes".into())
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let Self { principal, holder, policy, .. } = self;
        let after = match self.denial {
            Some(Denial::Everything) => format!(
                "everything that acts as {principal} is refused, within a few minutes: people, services and pipelines alike"
            ),
            Some(Denial::SessionsBefore(at)) => format!(
                "every session of {principal} that began before {at} is refused, within a few minutes, whoever holds it; services begin new ones"
            ),
            None => format!(
                "what {policy} denied to {principal} is denied by it no longer, within a few minutes"
            ),
        };
        vec![format!("1 inline policy, {policy}, of {holder}"), after]
    }

    fn query(&self) -> Query {
        InlinePolicyOf { principal: self.principal.clone(), policy: self.policy.clone() }
            .into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<String>> {
        let Answer::InlinePolicyOf(document) = answer else { return None };
        Some(document.as_deref().map(Denial::plain))
    }

    fn wanted(&self) -> Option<String> {
        self.denial.map(Denial::document)
    }

    fn before(&self) -> Option<String> {
        self.before.as_deref().map(Denial::plain)
    }

    fn after(self, before: Option<String>) -> Self {
        Self { before, ..self }
    }

    /// `deny-all`, `before-03:00:00`, `none`, or that it is something else.
    fn said(value: &Option<String>) -> String {
        let Some(document) = value else { return "none".into() };
        match Denial::read(document) {
            Some(Denial::Everything) => "deny-all".into(),
            Some(Denial::SessionsBefore(at)) => format!("before-{}Z", at.clock()),
            None => "another policy".into(),
        }
    }
}
