//! `ProtectCopy`: a setting, of reporting copies only.

use serde_json::{Value, json};
use watchdeck_domain::change::{ProtectCopy, instance_arn};
use watchdeck_domain::reading::InstanceOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::copy::seen;
use super::setting::Setting;

impl Setting for ProtectCopy {
    type Value = bool;

    const WHAT: &'static str = "a reporting copy: no tags of it say so";
    const FIELD: &'static str = "protection";
    const POINTER: &'static str = "/protected";

    fn params(&self, _: &Scope) -> Value {
        json!({
            "DBInstanceIdentifier": self.copy,
            "DeletionProtection": self.protected,
            "ApplyImmediately": true,
        })
    }

    fn target(&self) -> String {
        format!("protection:{}", self.copy)
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![format!("1 copy: {}", instance_arn(scope, &self.copy))]
    }

    fn query(&self) -> Query {
        InstanceOf { instance: self.copy.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<bool> {
        seen(answer).ok()?.filter(|there| there.is_report()).map(|there| there.protected)
    }

    fn wanted(&self) -> bool {
        self.protected
    }

    fn before(&self) -> bool {
        self.before
    }

    fn after(self, before: bool) -> Self {
        Self { before, ..self }
    }

    fn said(value: &bool) -> String {
        if *value { "on".into() } else { "off".into() }
    }

    /// What is being deleted has been let go of.
    fn at_rest(&self, now: &Answer) -> crate::judge::Verdict {
        use crate::judge::Verdict;
        match seen(now) {
            Err(why) => Verdict::Unknown(why),
            Ok(None) if !self.protected => Verdict::True,
            Ok(Some(there)) if there.protected == self.protected => Verdict::True,
            Ok(_) => Verdict::False,
        }
    }
}
