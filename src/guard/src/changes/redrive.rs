//! `RedriveMessages`: what it means, whether it may be begun, and whether it was begun. Nothing takes it back.
//!
//! A task carries no mark of who began it. What is newer than all that the draft saw has come since; it counts as this one
//! where it has the rate that was asked for, and as somebody else's where it has not.

use serde_json::{Value, json};
use watchdeck_domain::change::RedriveMessages;
use watchdeck_domain::queue::MoveTask;
use watchdeck_domain::reading::MoveTasks;
use watchdeck_domain::{
    Answer, Printable, Query, Question as _, Reversal, RunId, Scope, Timestamp,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a list of tasks that move messages";

/// What SQS takes, a second.
const MOST: u32 = 500;

impl Deed for RedriveMessages {
    fn params(&self, scope: &Scope) -> Value {
        json!({ "SourceArn": self.queue_arn(scope), "MaxNumberOfMessagesPerSecond": self.rate })
    }

    /// `orders-dlq`.
    fn target(&self) -> String {
        self.queue.to_string()
    }

    /// `50 a second`.
    fn destination(&self) -> String {
        format!("{} a second", self.rate)
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        (!(1..=MOST).contains(&self.rate))
            .then(|| format!("SQS moves 1 to {MOST} messages a second, not {}", self.rate))
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(tasks) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} move task", self.queue),
            before: tasks.first().map_or_else(|| "none".into(), said),
            after: format!("a new one, {} messages a second at most", self.rate),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 queue: {}", self.queue_arn(scope)),
            "every message in it: SQS knows no filter; each goes back to the queue that it came from, as a new message with a new id".into(),
            "whoever reads those queues gets them all again".into(),
        ]
    }

    fn query(&self) -> Query {
        MoveTasks { queue: self.queue.clone() }.into_query()
    }

    fn hindrance(&self, _: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(tasks) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if let Some(task) = tasks.iter().find(|task| task.goes_on()) {
            let what = format!(
                "{} is being emptied already: {}; SQS takes one task at a time",
                self.queue,
                said(task)
            );
            return Some(Hindrance::Idle(what));
        }
        let newest = newest(tasks);
        (newest > self.seen).then(|| {
            let since = newest.map(|at| at.to_string()).unwrap_or_default();
            Hindrance::Moved(format!(
                "somebody has moved messages of {} since the draft was made, at {since}",
                self.queue
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(tasks) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        let mut since = tasks.iter().filter(|task| Some(task.started) > self.seen).peekable();
        let Some(first) = since.peek().copied() else { return Sighting::Absent };
        if since.any(|task| is_ours(self, task)) {
            return Sighting::Landed { revision: None };
        }
        let seen = format!("somebody else moves messages of {}: {}", self.queue, said(first));
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    /// It is begun. How it goes on takes up to 36 hours, and is the runbook's to watch.
    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(tasks) if tasks.iter().any(|task| is_ours(self, task)) => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/0/started", seen(there).map_or(Value::Null, |tasks| json!(newest(tasks))))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).and_then(<[MoveTask]>::first).map_or(
            Value::Null,
            |task| json!({ "status": task.status, "moved": task.moved, "to_move": task.to_move }),
        )
    }
}

/// Whether a task came since the draft, and is as this one was asked for.
fn is_ours(redrive: &RedriveMessages, task: &MoveTask) -> bool {
    Some(task.started) > redrive.seen
        && task.rate == Some(redrive.rate)
        && task.destination.is_empty()
}

/// The tasks in an answer to a probe, the newest first.
fn seen(answer: &Answer) -> Option<&[MoveTask]> {
    if let Answer::MoveTasks(tasks) = answer { Some(tasks) } else { None }
}

fn newest(tasks: &[MoveTask]) -> Option<Timestamp> {
    tasks.iter().map(|task| task.started).max()
}

/// A task in a few words.
fn said(task: &MoveTask) -> String {
    let text = format!("{}, begun at {}, {} moved", task.status, task.started, task.moved);
    Printable::new(text).into()
}
