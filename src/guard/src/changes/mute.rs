//! `MuteAlarms`: a setting, under a name that is of the run. No mute is without an end: AWS ends it by itself.

use std::time::Duration;

use serde_json::{Value, json};
use watchdeck_domain::alarm::Mute;
use watchdeck_domain::change::MuteAlarms;
use watchdeck_domain::reading::MuteOf;
use watchdeck_domain::{Answer, Printable, Query, Question as _, Scope};

use super::setting::Setting;

/// The longest that AWS mutes.
const LONGEST: Duration = Duration::from_hours(15 * 24);

impl Setting for MuteAlarms {
    type Value = Option<Mute>;

    const WHAT: &'static str = "a rule that mutes alarms";
    const FIELD: &'static str = "told";
    const POINTER: &'static str = "/mute";

    fn params(&self, _: &Scope) -> Value {
        let Some(mute) = &self.mute else { return json!({ "AlarmMuteRuleName": self.rule }) };
        json!({
            "Name": self.rule,
            "Rule": { "Schedule": { "Expression": mute.expression(), "Duration": mute.duration() } },
            "ExpireDate": mute.until.to_string(),
            "MuteTargets": { "AlarmNames": mute.alarms },
        })
    }

    /// The one alarm, or how many; of a way back the rule.
    fn target(&self) -> String {
        let mute = self.mute.as_ref().or(self.before.as_ref());
        match mute.map(|mute| mute.alarms.as_slice()) {
            Some([one]) => Printable::new(one.clone()).into(),
            Some(many) => format!("{} alarms", many.len()),
            None => self.rule.clone(),
        }
    }

    /// `2026-11-22T04:00Z`, or `told`.
    fn destination(&self) -> String {
        self.mute.as_ref().map_or_else(|| "told".into(), Mute::end)
    }

    fn fault(&self) -> Option<String> {
        let mute = self.mute.as_ref()?;
        if !(1..=Self::MOST).contains(&mute.alarms.len()) {
            return Some(format!("a rule mutes 1 to {} alarms", Self::MOST));
        }
        let lasts = mute.until.since(mute.from);
        (lasts.is_zero() || lasts > LONGEST)
            .then(|| "a mute has an end, within 15 days of its beginning".into())
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let Some(mute) = &self.mute else {
            return vec![
                format!("1 rule: {}", self.rule),
                "the alarms that it mutes tell again, at once where they stand raised".into(),
            ];
        };
        let count = mute.alarms.len();
        let names = mute.alarms.iter().map(|name| String::from(Printable::new(name.clone())));
        vec![
            format!("{count} alarms: {}", names.collect::<Vec<_>>().join(", ")),
            format!(
                "whoever they would tell hears nothing until {}; what they would start, such as scaling, does not begin",
                mute.end()
            ),
            "they go on judging: how they stand is seen here as ever".into(),
        ]
    }

    fn query(&self) -> Query {
        MuteOf { rule: self.rule.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<Mute>> {
        let Answer::MuteOf(there) = answer else { return None };
        Some(there.as_ref().map(|there| there.mute.clone()))
    }

    fn wanted(&self) -> Option<Mute> {
        self.mute.clone()
    }

    fn before(&self) -> Option<Mute> {
        self.before.clone()
    }

    fn after(self, before: Option<Mute>) -> Self {
        Self { before, ..self }
    }

    /// `told`, or until when not.
    fn said(value: &Option<Mute>) -> String {
        value.as_ref().map_or_else(|| "told".into(), |mute| format!("muted until {}", mute.end()))
    }
}
