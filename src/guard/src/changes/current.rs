//! `MoveCurrent`: a setting. AWS compares where the label is taken from, but tells nobody who moved it.

use serde_json::{Value, json};
use watchdeck_domain::change::MoveCurrent;
use watchdeck_domain::reading::RotationOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::rotate::{WHAT, seen, short};
use super::setting::Setting;

impl Setting for MoveCurrent {
    type Value = String;

    const WHAT: &'static str = WHAT;
    const FIELD: &'static str = "AWSCURRENT";
    const POINTER: &'static str = "/current";

    fn params(&self, _: &Scope) -> Value {
        json!({
            "SecretId": self.arn,
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": self.to,
            "RemoveFromVersionId": self.from,
        })
    }

    /// `orders/db`.
    fn target(&self) -> String {
        self.secret.to_string()
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        vec![
            format!("1 secret: {}", self.arn),
            "whoever reads it from then on gets the other version; what the secret opens is not touched, and may know only the newer value".into(),
        ]
    }

    fn query(&self) -> Query {
        RotationOf { secret: self.secret.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<String> {
        seen(answer).map(|secret| secret.current.clone())
    }

    fn wanted(&self) -> String {
        self.to.clone()
    }

    fn before(&self) -> String {
        self.from.clone()
    }

    fn after(self, before: String) -> Self {
        Self { from: before, ..self }
    }

    fn said(value: &String) -> String {
        short(value).to_owned()
    }
}
