//! Facts, checks, people's answers, waits and verifications.

use serde_json::Value;
use watchdeck_domain::Query;

use super::Lint;
use super::place::At;
use crate::compile::compile_reading;
use crate::format::Reading;

/// The questions that have a time span.
const SPANS: [&str; 5] = ["metrics", "trail", "log-page", "alarm-history", "lag-of"];

/// What every expression has besides the facts: the parameters, the time, and when the change was made, which is now before
/// there is one.
pub(super) const GIVEN: [&str; 3] = ["params", "now_ms", "since_ms"];

/// The longest that anything is waited for: a restore takes hours, and nobody watches a day.
pub(super) const LONGEST_WAIT_S: u32 = 6 * 3_600;

impl Lint<'_> {
    pub(super) fn facts(&mut self) {
        let runbook = self.runbook;
        for (index, fact) in runbook.facts.iter().enumerate() {
            let at = At::element("fact", index, &fact.name);
            if fact.since_change {
                self.complain(
                    &at.name("since_change"),
                    "nothing has changed yet when checks are made",
                    "say `last_s`",
                );
            }
            if fact.pin.iter().any(|pin| !(pin.is_empty() || pin.starts_with('/'))) {
                self.complain(
                    &at.name("pin"),
                    "a pin is a JSON pointer: `/revision`, or empty for all",
                    "begin it with `/`",
                );
            }
            self.reading(&at, fact);
        }
        self.unique("fact", runbook.facts.iter().map(|fact| fact.name.as_str()));
    }

    fn reading(&mut self, at: &At, reading: &Reading) {
        for (name, value) in &reading.with {
            self.places_of(&at.name("with").name(name), value);
        }
        if let Some(region) = &reading.region {
            self.text(&at.name("region"), region);
        }
        if GIVEN.contains(&reading.name.as_str()) {
            self.complain(
                &at.name("name"),
                "this name is taken by the guard",
                "give it another name",
            );
        }
        let windowed = reading.last_s.is_some() || reading.since_change;
        if windowed && !SPANS.contains(&reading.read.as_str()) {
            self.complain(
                &at.name("read"),
                format!("`{}` has no time span", reading.read),
                "take `last_s` and `since_change` out",
            );
        }
        if reading.last_s.is_some() && reading.since_change {
            self.complain(&at.name("last_s"), "either `last_s` or `since_change`", "keep one");
        }
        let fact = match compile_reading(reading, &self.samples) {
            Ok(fact) => fact,
            Err(error) => return self.complain(&at.name("read"), error.what, error.hint),
        };
        // Members that the question does not have would be dropped in silence.
        let asked =
            if let Query::Elsewhere(there) = &fact.query { &there.query } else { &fact.query };
        let known = serde_json::to_value(asked).unwrap_or(Value::Null);
        if let Some(odd) = reading.with.keys().find(|name| known.get(name.as_str()).is_none()) {
            self.complain(
                &at.name("with").name(odd),
                format!("`{}` has no member `{odd}`", reading.read),
                "take it out, or correct its name",
            );
        }
    }

    pub(super) fn checks(&mut self) {
        let runbook = self.runbook;
        for (index, check) in runbook.checks.iter().enumerate() {
            let at = At::element("check", index, &check.id);
            self.text(&at.name("title"), &check.title);
            self.text(&at.name("message"), &check.message);
            self.expression(&at.name("holds"), &check.holds, &runbook.facts);
        }
        self.unique("check", runbook.checks.iter().map(|check| check.id.as_str()));
        for (index, human) in runbook.humans.iter().enumerate() {
            let at = At::element("human", index, &human.id);
            self.used.insert(human.id.clone());
            self.text(&at.name("question"), &human.question);
            self.text(&at.name("message"), &human.message);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if human.id.is_empty() || !human.id.chars().all(plain) {
                self.complain(
                    &at.name("id"),
                    "its answer is a parameter of this name: small letters, digits and `_`",
                    "write it such as `schema_is_compatible`",
                );
            }
            if runbook.params.contains_key(&human.id) {
                self.complain(
                    &at.name("id"),
                    format!("there is a parameter `{}` already", human.id),
                    "give one of them another name",
                );
            }
        }
        self.unique("human", runbook.humans.iter().map(|human| human.id.as_str()));
    }

    pub(super) fn afterwards(&mut self) {
        let runbook = self.runbook;
        for (index, wait) in runbook.waits.iter().enumerate() {
            let at = At::element("wait", index, &wait.id);
            self.text(&at.name("title"), &wait.title);
            self.aim(&at, &wait.facts, wait.every_s, wait.timeout_s);
            if let Some(until) = &wait.until {
                self.expression(&at.name("until"), until, &wait.facts);
            }
            if wait.until.is_some() == wait.status.is_some() {
                self.complain(
                    &at,
                    "a wait ends by `until`, or by the words of `[wait.status]`",
                    "say one of the two",
                );
            }
            if let Some(status) = &wait.status {
                let at = at.name("status");
                self.expression(&at.name("of"), &status.of, &wait.facts);
                if status.good.is_empty() {
                    self.complain(&at, "no word ends it", "name the words under `good`");
                }
                let all = status.good.iter().chain(&status.bad).chain(&status.going_on);
                let mut words: Vec<_> = all.collect();
                let count = words.len();
                words.sort();
                words.dedup();
                if words.len() != count {
                    self.complain(&at, "one word means two things", "keep it in one list");
                }
            }
        }
        for (index, verify) in runbook.verifications.iter().enumerate() {
            let at = At::element("verify", index, &verify.id);
            self.text(&at.name("title"), &verify.title);
            self.aim(&at, &verify.facts, verify.every_s, verify.timeout_s);
            if let Some(after) = &verify.after {
                let known = runbook.steps.iter().position(|step| step.id == *after);
                if known.is_none_or(|index| index + 1 == runbook.steps.len()) {
                    self.complain(
                        &at.name("after"),
                        format!("no step comes after `{after}`"),
                        "what is seen after the last step is said without `after`",
                    );
                }
            }
            self.expression(&at.name("pass"), &verify.pass, &verify.facts);
            self.expression(&at.name("unknown"), &verify.unknown, &verify.facts);
            if let Some(fail) = &verify.fail {
                self.expression(&at.name("fail"), fail, &verify.facts);
            }
        }
        self.unique("wait", runbook.waits.iter().map(|wait| wait.id.as_str()));
        let waits: Vec<_> = runbook.waits.iter().map(|wait| wait.id.as_str()).collect();
        self.unique("verify", runbook.verifications.iter().map(|v| v.id.as_str()));
        for (index, verify) in runbook.verifications.iter().enumerate() {
            if waits.contains(&verify.id.as_str()) {
                let at = At::element("verify", index, &verify.id);
                self.complain(&at, "a wait has this name", "give one of them another name");
            }
        }
    }

    fn aim(&mut self, at: &At, facts: &[Reading], every: u32, timeout: u32) {
        if every == 0 || timeout == 0 || every > timeout {
            self.complain(
                &at.name("timeout_s"),
                "`every_s` and `timeout_s` are at least 1, and it is looked at before it is over",
                "make `timeout_s` several times `every_s`",
            );
        }
        if timeout > LONGEST_WAIT_S {
            self.complain(
                &at.name("timeout_s"),
                format!("nobody watches for {timeout} s"),
                format!("{LONGEST_WAIT_S} s at most; what takes longer is a runbook of its own"),
            );
        }
        self.read_by(at, facts);
    }

    /// The facts of something that has its own.
    pub(super) fn read_by(&mut self, at: &At, facts: &[Reading]) {
        if facts.is_empty() {
            self.complain(at, "it reads nothing", "give it a fact");
        }
        for (index, fact) in facts.iter().enumerate() {
            let label = format!("{}, fact {}", at.label, fact.name);
            self.reading(&at.name("fact").index(index).called(label), fact);
        }
    }
}
