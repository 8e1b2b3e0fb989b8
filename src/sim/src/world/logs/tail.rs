//! One live tail session: an update a virtual second, sampled to 500 events, buffered for a slow reader.

use std::collections::VecDeque;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use watchdeck_pattern::Pattern;

use crate::wire::call::StreamEvent;
use crate::wire::value::Value;
use crate::world::names::ACCOUNT;

/// Events of one update, at most.
const UPDATE: usize = 500;
/// Updates that wait for a slow reader; then the oldest is dropped.
const WAITING: usize = 10;
/// How long a session lasts.
const SESSION_MS: i64 = 3 * 3_600_000;

/// A listening session.
#[derive(Debug)]
pub(crate) struct Tail {
    sender: Sender<StreamEvent>,
    groups: Vec<usize>,
    streams: Vec<String>,
    prefixes: Vec<String>,
    pattern: Option<Pattern>,
    started_ms: i64,
    pending: Vec<Value>,
    waiting: VecDeque<Update>,
    ended: bool,
}

#[derive(Debug)]
struct Update {
    sampled: bool,
    events: Vec<Value>,
}

impl Tail {
    /// A session that has already got its `sessionStart`.
    pub(crate) fn new(
        sender: Sender<StreamEvent>,
        groups: Vec<usize>,
        (streams, prefixes): (Vec<String>, Vec<String>),
        pattern: Option<Pattern>,
        started_ms: i64,
    ) -> Self {
        Self {
            sender,
            groups,
            streams,
            prefixes,
            pattern,
            started_ms,
            pending: Vec::new(),
            waiting: VecDeque::new(),
            ended: false,
        }
    }

    /// Whether somebody still reads.
    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Whether the session listens to a stream.
    pub(crate) fn wants(&self, group: usize, stream: &str) -> bool {
        self.groups.contains(&group)
            && (self.streams.is_empty() || self.streams.iter().any(|name| name == stream))
            && (self.prefixes.is_empty()
                || self.prefixes.iter().any(|prefix| stream.starts_with(prefix.as_str())))
    }

    /// Offers an event, which is kept if the pattern matches.
    pub(crate) fn offer(
        &mut self,
        group: &str,
        stream: &str,
        at: i64,
        ingested: i64,
        message: &str,
    ) {
        if self.pattern.as_ref().is_some_and(|pattern| !pattern.matches(message)) {
            return;
        }
        self.pending.push(
            Value::empty()
                .with("logGroupIdentifier", format!("{ACCOUNT}:{group}"))
                .with("logStreamName", stream)
                .with("message", message)
                .with("timestamp", at)
                .with("ingestionTime", ingested),
        );
    }

    /// Ends a virtual second with an update, empty if nothing came.
    pub(crate) fn close_second(&mut self, now_ms: i64) {
        let total = self.pending.len();
        let mut events = std::mem::take(&mut self.pending);
        let sampled = total > UPDATE;
        if sampled {
            // Every k-th, so that the whole second is represented.
            let mut index = 0;
            events.retain(|_| {
                index += 1;
                index * UPDATE / total != (index - 1) * UPDATE / total
            });
        }
        // A reader that lags behind gets fuller updates rather than more of them.
        match self.waiting.back_mut() {
            Some(last) if !sampled && !last.sampled && last.events.len() + total <= UPDATE => {
                last.events.append(&mut events);
            }
            _ => self.waiting.push_back(Update { sampled, events }),
        }
        if self.waiting.len() > WAITING {
            self.waiting.pop_front();
            tracing::debug!("a live tail reader is too slow; its oldest update was dropped");
        }
        self.ended |= now_ms - self.started_ms >= SESSION_MS;
    }

    /// Sends what there is room for; says whether the session goes on.
    pub(crate) fn flush(&mut self) -> bool {
        while let Some(update) = self.waiting.pop_front() {
            match self.sender.try_send(update.event()) {
                Ok(()) => {}
                Err(TrySendError::Closed(_)) => return false,
                Err(TrySendError::Full(event)) => {
                    self.waiting.push_front(Update::of(event));
                    return true;
                }
            }
        }
        if !self.ended {
            return true;
        }
        let hours = SESSION_MS / 3_600_000;
        let message = format!("The live tail session has reached its limit of {hours} hours.");
        matches!(
            self.sender.try_send(StreamEvent::Exception("SessionTimeoutException", message)),
            Err(TrySendError::Full(_))
        )
    }
}

impl Update {
    fn event(self) -> StreamEvent {
        StreamEvent::Event(
            "sessionUpdate",
            Value::empty()
                .with("sessionMetadata", Value::empty().with("sampled", self.sampled))
                .with("sessionResults", self.events),
        )
    }

    fn of(event: StreamEvent) -> Self {
        match event {
            StreamEvent::Event(_, Value::Map(mut members)) => Self {
                sampled: members
                    .get("sessionMetadata")
                    .and_then(|metadata| metadata.bool("sampled"))
                    .unwrap_or(false),
                events: match members.remove("sessionResults") {
                    Some(Value::List(events)) => events,
                    _ => Vec::new(),
                },
            },
            StreamEvent::Event(..) | StreamEvent::Exception(..) => {
                Self { sampled: false, events: Vec::new() }
            }
        }
    }
}

/// The first message of a session.
pub(crate) fn session_start(
    input: &Value,
    request_id: &str,
    session_id: &str,
    groups: Vec<Value>,
) -> StreamEvent {
    let filled =
        |member: &str| Some(input.items(member).to_vec()).filter(|names| !names.is_empty());
    StreamEvent::Event(
        "sessionStart",
        Value::empty()
            .with("requestId", request_id)
            .with("sessionId", session_id)
            .with("logGroupIdentifiers", groups)
            .with_some("logStreamNames", filled("logStreamNames"))
            .with_some("logStreamNamePrefixes", filled("logStreamNamePrefixes"))
            .with("logEventFilterPattern", input.text("logEventFilterPattern").unwrap_or_default()),
    )
}
