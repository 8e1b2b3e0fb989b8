//! `ExtendCopy`: a setting, kept in a tag.

use serde_json::{Value, json};
use watchdeck_domain::change::{ExtendCopy, instance_arn};
use watchdeck_domain::reading::InstanceOf;
use watchdeck_domain::report::tag;
use watchdeck_domain::{Answer, Query, Question as _, Scope, Timestamp};

use super::copy::seen;
use super::setting::Setting;

impl Setting for ExtendCopy {
    type Value = Option<Timestamp>;

    const WHAT: &'static str = "a reporting copy with an expiry";
    const FIELD: &'static str = "until";
    const POINTER: &'static str = "/tags";

    fn params(&self, scope: &Scope) -> Value {
        json!({
            "ResourceName": instance_arn(scope, &self.copy),
            "Tags": [{ "Key": tag::EXPIRES, "Value": self.expires.to_string() }],
        })
    }

    fn target(&self) -> String {
        self.copy.to_string()
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 tag of 1 copy: {}", instance_arn(scope, &self.copy)),
            "it goes on being billed; nothing deletes it by itself, before or after".into(),
        ]
    }

    fn query(&self) -> Query {
        InstanceOf { instance: self.copy.clone() }.into_query()
    }

    /// Of what is no copy nothing is told: its tags are another's.
    fn seen(answer: &Answer) -> Option<Option<Timestamp>> {
        seen(answer).ok()?.filter(|there| there.is_report()).map(|there| there.expires)
    }

    fn wanted(&self) -> Option<Timestamp> {
        Some(self.expires)
    }

    fn before(&self) -> Option<Timestamp> {
        Some(self.before)
    }

    fn after(self, before: Option<Timestamp>) -> Self {
        Self { before: before.unwrap_or(self.before), ..self }
    }

    /// `2026-11-23T06:00:00.000Z`.
    fn said(value: &Option<Timestamp>) -> String {
        value.map_or_else(|| "no instant".into(), |at| at.to_string())
    }
}
