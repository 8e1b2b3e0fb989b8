//! `ShareSnapshot`: a setting. Copies that others have made of a snapshot stay with them, whatever is set.

use serde_json::{Value, json};
use watchdeck_domain::change::ShareSnapshot;
use watchdeck_domain::reading::SnapshotOf;
use watchdeck_domain::snapshot::EVERYBODY;
use watchdeck_domain::{AccountId, Answer, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for ShareSnapshot {
    type Value = Vec<String>;

    const WHAT: &'static str = "a snapshot that is there";
    const FIELD: &'static str = "shared with";
    const POINTER: &'static str = "/shared";

    fn params(&self, _: &Scope) -> Value {
        let mut params = json!({
            "DBSnapshotIdentifier": self.snapshot,
            "AttributeName": Self::ATTRIBUTE,
        });
        let lists = [("ValuesToAdd", self.added()), ("ValuesToRemove", self.removed())];
        if let Some(members) = params.as_object_mut() {
            let told = lists.into_iter().filter(|(_, accounts)| !accounts.is_empty());
            members.extend(told.map(|(name, accounts)| (name.to_owned(), json!(accounts))));
        }
        params
    }

    fn target(&self) -> String {
        format!("snapshot:{}", self.snapshot)
    }

    /// What is typed: one word, however many accounts there are.
    fn destination(&self) -> String {
        match self.shared.as_slice() {
            [] => NOBODY.into(),
            [one] => one.clone(),
            several => format!("{}-accounts", several.len()),
        }
    }

    fn fault(&self) -> Option<String> {
        let is_one = |it: &&str| *it == EVERYBODY || AccountId::parse(*it).is_ok();
        let added = self.added();
        let odd = added.iter().find(|it| !is_one(it))?;
        Some(format!("`{}` is no account", odd.escape_debug()))
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let mut lines = vec![format!("1 snapshot: {} of {}", self.snapshot, scope.account)];
        let (added, removed) = (self.added(), self.removed());
        if !removed.is_empty() {
            lines.push(format!("{} can no longer restore or copy it", removed.join(", ")));
            lines.push(
                "copies that they have made, and databases that they have restored, stay with them"
                    .into(),
            );
        }
        if !added.is_empty() {
            lines.push(format!("{} can restore and copy it", added.join(", ")));
        }
        lines
    }

    fn query(&self) -> Query {
        SnapshotOf { snapshot: self.snapshot.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Vec<String>> {
        if let Answer::SnapshotOf(there) = answer {
            return there.as_ref().map(|there| there.shared.clone());
        }
        None
    }

    fn wanted(&self) -> Vec<String> {
        self.shared.clone()
    }

    fn before(&self) -> Vec<String> {
        self.before.clone()
    }

    fn after(self, before: Vec<String>) -> Self {
        Self { before, ..self }
    }

    fn said(value: &Vec<String>) -> String {
        if value.is_empty() { NOBODY.into() } else { value.join(", ") }
    }
}

const NOBODY: &str = "nobody";
