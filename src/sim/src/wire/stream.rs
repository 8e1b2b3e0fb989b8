//! The body of an event stream: `initial-response`, then each event as the world sends it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;
use tokio::sync::mpsc;

use super::call::StreamEvent;
use super::frames::frame;
use super::sink::{Json, write};
use crate::model::{Service, Structure};

/// What may go wrong in a body.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// How a stream behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    #[default]
    Sound,
    /// After its first event it is cut in the middle of a frame.
    Torn,
    /// After its first event it says nothing more.
    Silent,
}

/// The body of an event stream.
#[derive(Debug)]
pub(crate) struct EventBody {
    service: &'static Service,
    members: &'static Structure,
    content_type: &'static str,
    events: mpsc::Receiver<StreamEvent>,
    mood: Mood,
    ready: VecDeque<Bytes>,
    sent: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Breaking,
    Ended,
}

impl EventBody {
    pub(crate) fn new(
        service: &'static Service,
        members: &'static Structure,
        events: mpsc::Receiver<StreamEvent>,
        mood: Mood,
    ) -> Self {
        let content_type = if service.meta.json_version == "1.0" {
            "application/x-amz-json-1.0"
        } else {
            "application/x-amz-json-1.1"
        };
        let initial = frame(
            &[
                (":message-type", "event"),
                (":event-type", "initial-response"),
                (":content-type", content_type),
            ],
            b"{}",
        );
        let ready = VecDeque::from([initial]);
        Self { service, members, content_type, events, mood, ready, sent: 0, state: State::Open }
    }

    fn take(&mut self, event: &StreamEvent) {
        let bytes = match event {
            StreamEvent::Event(name, value) => {
                let mut json = Json::default();
                if let Some(member) = self.members.member(name) {
                    write(&mut json, self.service, member.shape, value, None);
                } else {
                    tracing::error!(event = name, "the model knows no such event");
                }
                frame(
                    &[
                        (":message-type", "event"),
                        (":event-type", name),
                        (":content-type", self.content_type),
                    ],
                    &json.out,
                )
            }
            StreamEvent::Exception(name, message) => {
                let body = serde_json::json!({ "message": message }).to_string();
                frame(
                    &[
                        (":message-type", "exception"),
                        (":exception-type", name),
                        (":content-type", self.content_type),
                    ],
                    body.as_bytes(),
                )
            }
        };
        let first = self.sent == 0;
        self.sent = self.sent.saturating_add(1);
        match self.mood {
            Mood::Torn if !first => {
                let half = bytes.slice(..bytes.len() / 2);
                self.ready.push_back(half);
                self.state = State::Breaking;
            }
            Mood::Silent if !first => {}
            Mood::Sound | Mood::Torn | Mood::Silent => {
                self.ready.push_back(bytes);
                if matches!(event, StreamEvent::Exception(..)) {
                    self.state = State::Ended;
                }
            }
        }
    }
}

impl http_body::Body for EventBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if let Some(bytes) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            match this.state {
                State::Ended => return Poll::Ready(None),
                State::Breaking => {
                    this.state = State::Ended;
                    let error = BodyError::from(
                        "the connection was cut in the middle of a frame (fault torn-stream)",
                    );
                    return Poll::Ready(Some(Err(error)));
                }
                State::Open => {}
            }
            match this.events.poll_recv(cx) {
                Poll::Ready(Some(event)) => this.take(&event),
                // A silent stream stays open even when the world has closed it.
                Poll::Ready(None) if this.mood == Mood::Silent => return Poll::Pending,
                Poll::Ready(None) => this.state = State::Ended,
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
