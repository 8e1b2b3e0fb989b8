//! The journal held against CloudTrail: what was sent and AWS knows nothing of, and what AWS saw that nobody wrote down.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::trail::TrailEvent;
use watchdeck_domain::{RequestId, RunId, Scope, Timestamp};

use super::error::JournalError;
use super::record::{Fate, Record};
use super::view;
use crate::draft::Step;

/// So long CloudTrail may take to tell of a call.
const LATEST: Duration = Duration::from_mins(30);

/// How the program names itself to AWS where it changes something; the run follows.
const WRITES_AS: &str = "app/watchdeck-r-";

/// How it names itself where it only looks. What looks is let through by the gate for reading alone.
const READS_AS: &str = "app/watchdeck";

/// An intent of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Its row.
    pub seq: u64,
    /// When it was written down, just before it was sent.
    pub at: Timestamp,
    /// Its run.
    pub run: RunId,
    /// The step.
    pub step: String,
    /// The operation, such as `UpdateAlias`.
    pub operation: String,
    /// AWS's id of the request, where it was answered.
    pub request_id: Option<String>,
    /// Whether it is known to have taken effect.
    pub landed: bool,
    /// The principal of the plan.
    pub principal: String,
}

impl Sent {
    /// The intents of the journal at `path` to change something `here`, in `realm`, oldest first; also those of runs that
    /// worked in another region.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(path: &Path, realm: &str, here: &Scope) -> Result<Vec<Self>, JournalError> {
        let (rows, _) = view::read(path)?;
        let mut principals = BTreeMap::new();
        let mut sent: Vec<Self> = Vec::new();
        for row in rows {
            let Some(run) = row.run else { continue };
            if let Record::RunBegin(begun) = &row.record {
                if begun.realm == realm {
                    let home = &begun.draft.scope;
                    let made_here = |step: &&Step| step.change.at(home).1 == *here;
                    let steps = begun.draft.steps().filter(made_here);
                    let steps: BTreeSet<_> = steps.map(|step| step.id.clone()).collect();
                    principals.insert(run, (begun.identity.arn.as_str().to_owned(), steps));
                }
            } else if let Record::Intent { step, operation, .. } = &row.record {
                let (step, operation) = (step.clone(), operation.clone());
                let here = principals.get(&run).filter(|(_, steps)| steps.contains(&step));
                let Some((principal, _)) = here.cloned() else { continue };
                let (seq, at) = (row.seq, row.at);
                let (request_id, landed) = (None, false);
                sent.push(Self { seq, at, run, step, operation, request_id, landed, principal });
            } else if let Some((step, id)) = landed(&row.record)
                && let Some(known) = newest(&mut sent, &run, step)
            {
                known.landed = true;
                known.request_id = id.map(ToString::to_string);
            }
        }
        Ok(sent)
    }

    /// Whether this event is the call: by AWS's id, or by the run that the caller named and the operation.
    fn is_seen_in(&self, event: &TrailEvent, agent: &str) -> bool {
        let by_id = self.request_id.as_ref().is_some_and(|id| *id == event.request_id);
        by_id || (run_in(agent) == Some(self.run.as_str()) && self.is_named(&event.name))
    }

    /// Whether an event of this name is of the operation: some carry the date of their API.
    fn is_named(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.operation.as_str());
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'v' || b == b'_'))
    }
}

/// The step that took effect, and AWS's id of the request where there was an answer.
fn landed(record: &Record) -> Option<(&str, Option<&RequestId>)> {
    if let Record::Outcome { step, fate: Fate::Landed { request_id, .. } } = record {
        return Some((step, request_id.as_ref()));
    }
    if let Record::Late { step, .. } = record { Some((step, None)) } else { None }
}

fn newest<'a>(sent: &'a mut [Sent], run: &RunId, step: &str) -> Option<&'a mut Sent> {
    sent.iter_mut().rev().find(|known| known.run == *run && known.step == step)
}

/// The run that the caller named, if it was this program changing something.
fn run_in(agent: &str) -> Option<&str> {
    let begins = agent.find(WRITES_AS)? + WRITES_AS.len() - "r-".len();
    let rest = agent.get(begins..)?;
    let ends = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    rest.get(..ends)
}

/// What the journal and CloudTrail do not have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Intents that both tell of.
    pub witnessed: usize,
    /// Intents that took effect, of which CloudTrail may still tell: they are too young.
    pub young: usize,
    /// Intents that took effect, and CloudTrail does not tell of them.
    pub unwitnessed: Vec<Unwitnessed>,
    /// Changes that CloudTrail tells of, by this program or by a principal of its runs, without an intent.
    pub foreign: Vec<Foreign>,
}

impl Comparison {
    /// Whether both tell the same.
    pub fn is_sound(&self) -> bool {
        self.unwitnessed.is_empty() && self.foreign.is_empty()
    }
}

/// An intent that took effect without an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unwitnessed {
    /// The intent.
    #[serde(flatten)]
    pub sent: Sent,
}

/// A change without an intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Foreign {
    /// The event's id.
    pub event: String,
    /// When.
    pub at: Timestamp,
    /// What was called, such as `UpdateAlias20150331`.
    pub name: String,
    /// The service.
    pub source: String,
    /// By whom.
    pub user: String,
    /// AWS's id of the request.
    pub request_id: String,
    /// Whether the caller said that it is this program: then a journal is missing, or somebody pretends.
    pub says_it_is_us: bool,
}

/// Holds the intents of one account and region against the changes that CloudTrail tells of, both of the same time.
/// `principal` is who looks now: what was changed under its name counts as well.
pub fn compare(
    sent: &[Sent],
    events: &[TrailEvent],
    principal: &str,
    now: Timestamp,
) -> Comparison {
    let ours: BTreeSet<&str> =
        sent.iter().map(|intent| intent.principal.as_str()).chain([principal]).collect();
    let told: Vec<(&TrailEvent, Caller)> =
        events.iter().map(|event| (event, Caller::of(event))).collect();
    let mut comparison = Comparison::default();
    for intent in sent {
        let seen = told.iter().any(|(event, by)| intent.is_seen_in(event, &by.agent));
        if seen {
            comparison.witnessed += 1;
        } else if intent.landed && now.since(intent.at) < LATEST {
            comparison.young += 1;
        } else if intent.landed {
            comparison.unwitnessed.push(Unwitnessed { sent: intent.clone() });
        }
    }
    for (event, by) in told {
        if event.read_only || sent.iter().any(|intent| intent.is_seen_in(event, &by.agent)) {
            continue;
        }
        let says_it_is_us = by.agent.contains(WRITES_AS);
        let only_looks = by.agent.contains(READS_AS) && !says_it_is_us;
        if says_it_is_us || (ours.contains(by.principal.as_str()) && !only_looks) {
            comparison.foreign.push(Foreign {
                event: event.id.clone(),
                at: event.at,
                name: event.name.clone(),
                source: event.source.clone(),
                user: event.user.clone(),
                request_id: event.request_id.clone(),
                says_it_is_us,
            });
        }
    }
    comparison
}

/// Who called, as the record says.
struct Caller {
    agent: String,
    principal: String,
}

impl Caller {
    fn of(event: &TrailEvent) -> Self {
        // What is no JSON names nobody, and stays a change by nobody that is known.
        let record: Value = serde_json::from_str(&event.record).unwrap_or_default();
        let text = |pointer: &str| {
            record.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        Self { agent: text("/userAgent"), principal: text("/userIdentity/arn") }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROLE: &str = "arn:aws:sts::123456784021:assumed-role/oncall-write/operator";

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + minute * 60_000)
    }

    fn run() -> RunId {
        RunId::from_bits(7)
    }

    fn intent(request_id: Option<&str>) -> Sent {
        Sent {
            seq: 5,
            at: at(0),
            run: run(),
            step: "point-alias".into(),
            operation: "UpdateAlias".into(),
            request_id: request_id.map(str::to_owned),
            landed: true,
            principal: ROLE.into(),
        }
    }

    fn event(request_id: &str, agent: &str, principal: &str) -> TrailEvent {
        let record = json!({ "userAgent": agent, "userIdentity": { "arn": principal } });
        TrailEvent {
            id: format!("e-{request_id}"),
            at: at(0),
            name: "UpdateAlias20150331".into(),
            source: "lambda.amazonaws.com".into(),
            user: "operator".into(),
            error: String::new(),
            read_only: false,
            request_id: request_id.into(),
            record: record.to_string(),
        }
    }

    #[test]
    fn an_intent_is_found_by_its_request_or_by_its_run() {
        let agent = format!("aws-sdk-rust/1.3 app/watchdeck-{}", run());
        for (sent, event) in [
            (intent(Some("a")), event("a", "aws-cli/2", ROLE)),
            (intent(None), event("b", &agent, "somebody")),
        ] {
            let found = compare(&[sent], &[event], ROLE, at(40));
            assert!(found.is_sound() && found.witnessed == 1, "{found:?}");
        }
    }

    #[test]
    fn au06_a_change_by_our_role_or_in_our_name_without_an_intent_is_reported() {
        let agent = format!("aws-sdk-rust/1.3 app/watchdeck-{}", RunId::from_bits(8));
        let events = [
            event("a", "aws-cli/2", ROLE),
            event("b", &agent, "arn:aws:iam::123456784021:user/eve"),
            event("c", "aws-cli/2", "arn:aws:iam::123456784021:user/ci"),
            event("d", "aws-sdk-rust/1.3 app/watchdeck", ROLE),
            TrailEvent { read_only: true, ..event("e", "aws-cli/2", ROLE) },
        ];
        let found = compare(&[], &events, ROLE, at(40));
        let told: Vec<_> =
            found.foreign.iter().map(|it| (it.request_id.as_str(), it.says_it_is_us)).collect();
        assert_eq!(told, [("a", false), ("b", true)]);
    }

    #[test]
    fn au07_an_intent_without_an_event_is_reported_once_half_an_hour_has_passed() {
        let young = compare(&[intent(Some("a"))], &[], ROLE, at(29));
        assert!(young.is_sound() && young.young == 1, "{young:?}");
        let old = compare(&[intent(Some("a"))], &[], ROLE, at(30));
        assert_eq!(old.unwitnessed.len(), 1);
        let nothing = Sent { landed: false, ..intent(None) };
        assert!(compare(&[nothing], &[], ROLE, at(90)).is_sound(), "it had no effect");
        let other = TrailEvent { name: "UpdateAliasPolicy".into(), ..event("b", "x", "y") };
        assert_eq!(compare(&[intent(None)], &[other], ROLE, at(90)).unwitnessed.len(), 1);
    }
}
