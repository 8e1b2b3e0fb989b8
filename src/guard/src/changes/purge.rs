//! `PurgeQueue`: what it means, whether it may be done, and whether it was done. Nothing takes it back.
//!
//! SQS tells nobody that a queue was purged: only what it holds can be looked at, and its numbers are approximate.

use serde_json::{Value, json};
use watchdeck_domain::change::PurgeQueue;
use watchdeck_domain::queue::Queue;
use watchdeck_domain::reading::QueueOf;
use watchdeck_domain::{Answer, Query, Question as _, Reversal, RunId, Scope};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a queue";

impl Deed for PurgeQueue {
    fn params(&self, _: &Scope) -> Value {
        json!({ "QueueUrl": self.url })
    }

    /// `orders-dlq`.
    fn target(&self) -> String {
        self.queue.to_string()
    }

    /// How many are lost, as it was read: it is typed.
    fn destination(&self) -> String {
        format!("{} messages", self.holds)
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        let ours = self.url.rsplit('/').next() == Some(self.queue.as_str());
        (!ours).then(|| format!("its URL `{}` is not that of {}", self.url, self.queue))
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(queue) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} messages", self.queue),
            before: format!("{} about", queue.holds()),
            after: "none".into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 queue: {}", self.queue_arn(scope)),
            "every message in it, also those that somebody has received and works on".into(),
            "what is sent during the minute that it takes may be lost with them".into(),
        ]
    }

    fn query(&self) -> Query {
        QueueOf { queue: self.queue.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(queue) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        let holds = queue.holds();
        if queue.url != self.url {
            return Some(Hindrance::Moved(format!("{} has another URL by now", self.queue)));
        }
        if holds == 0 {
            return Some(Hindrance::Idle(format!("{} holds nothing", self.queue)));
        }
        (holds > agreed(self.holds)).then(|| {
            Hindrance::Moved(format!(
                "{} holds {holds} messages by now: more would be lost than the {} that were agreed to",
                self.queue, self.holds
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(queue) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        match queue.holds() {
            0 => Sighting::Landed { revision: None },
            holds if holds == self.holds => Sighting::Absent,
            // Fewer may have been received, more may have been sent: nobody can tell.
            holds => Sighting::Conflict {
                seen: format!(
                    "{} holds {holds} messages, neither the {} of before nor none",
                    self.queue, self.holds
                ),
            },
        }
    }

    /// SQS has taken it; it takes up to a minute, and who sends goes on sending: what is left is the runbook's to watch.
    fn at_rest(&self, now: &Answer) -> Verdict {
        if seen(now).is_some() { Verdict::True } else { Verdict::Unknown(not(WHAT)) }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/url", seen(there).map_or(Value::Null, |queue| json!([queue.url, queue.holds()])))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |queue| json!({ "visible": queue.visible, "hidden": queue.hidden, "delayed": queue.delayed }),
        )
    }
}

/// The most that may be lost: a tenth more than was read, and ten. A number that is approximate does not stand still.
fn agreed(holds: u64) -> u64 {
    holds.saturating_add(holds / 10).saturating_add(10)
}

/// The queue in an answer to a probe.
fn seen(answer: &Answer) -> Option<&Queue> {
    if let Answer::QueueOf(queue) = answer { Some(queue) } else { None }
}
