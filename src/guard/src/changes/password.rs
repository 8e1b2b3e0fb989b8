//! `KeepPassword`: a setting of what the run itself has made. Before that there is nothing to be kept.

use serde_json::{Value, json};
use watchdeck_domain::change::{KeepPassword, instance_arn};
use watchdeck_domain::reading::InstanceOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::copy::seen;
use super::setting::{Setting, not};
use crate::judge::Verdict;

impl Setting for KeepPassword {
    type Value = bool;

    const WHAT: &'static str = "a database instance";
    const FIELD: &'static str = "keeper";
    const POINTER: &'static str = "/secret";

    fn params(&self, _: &Scope) -> Value {
        json!({
            "DBInstanceIdentifier": self.copy,
            "ManageMasterUserPassword": true,
            "ApplyImmediately": true,
        })
    }

    fn target(&self) -> String {
        format!("password:{}", self.copy)
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 master password: that of {}", instance_arn(scope, &self.copy)),
            "1 more secret, which goes with the copy; other users of it keep the passwords of the source".into(),
        ]
    }

    fn query(&self) -> Query {
        InstanceOf { instance: self.copy.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<bool> {
        Some(seen(answer).ok()?.is_some_and(|there| !there.secret.is_empty()))
    }

    fn wanted(&self) -> bool {
        true
    }

    fn before(&self) -> bool {
        self.before
    }

    fn after(self, before: bool) -> Self {
        Self { before, ..self }
    }

    fn said(value: &bool) -> String {
        if *value { "Secrets Manager".into() } else { "nobody".into() }
    }

    /// Once the secret can be used, and the instance again.
    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            Err(_) => Verdict::Unknown(not(Self::WHAT)),
            Ok(Some(there)) if there.secret_state == "active" && there.is_up() => Verdict::True,
            Ok(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        match seen(now).ok()? {
            None => Some(format!("{} is gone", self.copy)),
            Some(there) if there.secret_state == "impaired" => Some(format!(
                "the secret of {} is impaired: its key or its rights are not what it needs",
                self.copy
            )),
            Some(_) => None,
        }
    }

    fn shown(there: &Answer) -> Value {
        match seen(there) {
            Ok(Some(there)) => json!({ "status": there.status, "secret": there.secret_state }),
            Ok(None) | Err(_) => Value::Null,
        }
    }
}
