//! `SwitchKey`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::change::SwitchKey;
use watchdeck_domain::reading::AccessKeyOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for SwitchKey {
    type Value = String;

    const WHAT: &'static str = "an access key";
    const FIELD: &'static str = "status";
    const POINTER: &'static str = "/status";

    /// The user is always named: without it IAM takes the caller's own.
    fn params(&self, _: &Scope) -> Value {
        json!({ "UserName": self.user, "AccessKeyId": self.key, "Status": self.wanted() })
    }

    /// `AKIAIOSFODNN7EXAMPLE@ci-deploy`.
    fn target(&self) -> String {
        format!("{}@{}", self.key, self.user)
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let Self { user, key, active, used, .. } = self;
        let after = if *active {
            format!("whoever has `{key}` can sign as `{user}` again")
        } else {
            format!(
                "whatever signs with `{key}` is refused, within a few minutes; sessions that it has begun go on until they expire"
            )
        };
        let used = used.as_ref().map_or_else(
            || "IAM knows of no use of it".to_owned(),
            |used| {
                let (at, service, region) = (used.at, &used.service, &used.region);
                format!(
                    "last used {at} for {service} in {region}, as far as IAM tells: what does that stops"
                )
            },
        );
        let mut lines = vec![format!("1 access key of {}", self.holder), after];
        lines.extend((!*active).then_some(used));
        lines
    }

    fn query(&self) -> Query {
        AccessKeyOf { user: self.user.clone(), key: self.key.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<String> {
        if let Answer::AccessKeyOf(key) = answer { Some(key.status.clone()) } else { None }
    }

    fn wanted(&self) -> String {
        Self::status(self.active).into()
    }

    fn before(&self) -> String {
        Self::status(self.before).into()
    }

    /// A key that has expired is neither: the change is not for it.
    fn after(self, before: String) -> Self {
        Self { before: before == Self::status(true), ..self }
    }

    fn said(value: &String) -> String {
        watchdeck_domain::Printable::new(value.clone()).into()
    }
}
