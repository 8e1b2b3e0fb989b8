//! `RotateMaster`: what it means, whether it may be made, and whether it was made. Told by the version of the secret; nothing
//! takes it back.

use serde_json::{Value, json};
use watchdeck_domain::change::{RotateMaster, instance_arn};
use watchdeck_domain::reading::MasterSecretOf;
use watchdeck_domain::rotation::MasterSecret;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::rotate::short;
use super::setting::not;
use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "the secret of a database";

/// The states of a secret that can be used, that is being made anew, and that is of no use.
const ACTIVE: &str = "active";
const ROTATING: &str = "rotating";
const IMPAIRED: &str = "impaired";

impl Deed for RotateMaster {
    fn params(&self, _: &Scope) -> Value {
        json!({
            "DBInstanceIdentifier": self.instance,
            "RotateMasterUserPassword": true,
            "ApplyImmediately": true,
        })
    }

    /// `password:ledger-db`.
    fn target(&self) -> String {
        format!("password:{}", self.instance)
    }

    fn destination(&self) -> String {
        "anew".into()
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} master password", self.instance),
            before: printable(format!("version {}", short(&there.current))),
            after: "another version".into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 master password: that of {}", instance_arn(scope, &self.instance)),
            Printable::new(format!("1 secret: {}", self.secret)).into(),
            "whoever keeps the old password signs in no more, until they read the new one; connections that are open stay open".into(),
        ]
    }

    fn query(&self) -> Query {
        MasterSecretOf { instance: self.instance.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if there.arn != self.secret {
            let why = format!("another secret holds the password of {} by now", self.instance);
            return Some(Hindrance::Moved(why));
        }
        if there.current != self.before {
            return Some(Hindrance::Moved(format!(
                "the password of {} has been made anew since the draft was made: it is at {} instead of {}",
                self.instance,
                Printable::new(short(&there.current)),
                short(&self.before)
            )));
        }
        (there.state != ACTIVE).then(|| {
            let why = format!("the secret of {} is {}", self.instance, there.state);
            Hindrance::Moved(Printable::new(why).into())
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        if there.arn != self.secret {
            let seen = format!("another secret holds the password of {}", self.instance);
            return Sighting::Conflict { seen };
        }
        if there.current != self.before || there.state == ROTATING {
            return Sighting::Landed { revision: None };
        }
        if there.state == ACTIVE {
            return Sighting::Absent;
        }
        let seen = format!("the secret of {} is {}", self.instance, there.state);
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    /// Once there is another version, and it can be used.
    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(there) if there.state == ACTIVE && there.current != self.before => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn defeat(&self, now: &Answer) -> Option<String> {
        let there = seen(now)?;
        (there.state == IMPAIRED).then(|| {
            format!(
                "the secret of {} is impaired: its key or its rights are not what it needs",
                self.instance
            )
        })
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/current", seen(there).map_or(Value::Null, |there| json!(there.current)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there)
            .map_or(Value::Null, |there| json!({ "secret": there.state, "current": there.current }))
    }
}

/// The secret in an answer to a probe.
fn seen(answer: &Answer) -> Option<&MasterSecret> {
    if let Answer::MasterSecretOf(there) = answer { Some(there) } else { None }
}
