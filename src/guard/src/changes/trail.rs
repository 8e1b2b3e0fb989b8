//! `StartTrail`: a setting. What tells a trail that is still from one that was started and stopped since is the time at
//! which it was stopped.

use serde_json::{Value, json};
use watchdeck_domain::change::StartTrail;
use watchdeck_domain::reading::TrailOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope, Timestamp};

use super::setting::Setting;

impl Setting for StartTrail {
    /// Since when it is still; nothing while it writes.
    type Value = Option<Timestamp>;

    const WHAT: &'static str = "a trail";
    const FIELD: &'static str = "state";
    const POINTER: &'static str = "/stopped";

    fn params(&self, _: &Scope) -> Value {
        json!({ "Name": self.arn })
    }

    fn target(&self) -> String {
        self.trail.to_string()
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let since = match self.before {
            Some(at) if at > Timestamp::default() => format!(" since {at}"),
            Some(_) | None => String::new(),
        };
        vec![
            format!("1 trail: {}", self.arn),
            format!("it writes again from now on; what was not written{since} is not made up for"),
        ]
    }

    fn query(&self) -> Query {
        TrailOf { trail: self.trail.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<Timestamp>> {
        if let Answer::TrailOf(trail) = answer { Some(trail.still_since()) } else { None }
    }

    fn wanted(&self) -> Option<Timestamp> {
        None
    }

    fn before(&self) -> Option<Timestamp> {
        self.before
    }

    fn after(self, before: Option<Timestamp>) -> Self {
        Self { before, ..self }
    }

    /// `logging`, or since when it is not.
    fn said(value: &Option<Timestamp>) -> String {
        match value {
            None => "logging".into(),
            Some(at) if *at == Timestamp::default() => "still".into(),
            Some(at) => format!("still since {at}"),
        }
    }
}
