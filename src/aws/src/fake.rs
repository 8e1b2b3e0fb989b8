//! Servers for the tests, inside the process: they answer from a closure and remember what reached them.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::{BodyExt, Full, StreamBody};
use watchdeck_domain::{Region, Task};

use crate::{Keys, Where, Wire, WireBody};

pub(crate) const ACCOUNT: &str = "123456784021";

/// What reached the server.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The method.
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) path: String,
    /// `X-Amz-Target`, which names the operation in some protocols.
    pub(crate) target: String,
    /// The user agents, which name the application.
    pub(crate) agent: String,
    /// `Authorization`, which names the access key.
    pub(crate) signed: String,
    pub(crate) body: Bytes,
}

impl Seen {
    /// The body or query parameter text, for simple looks.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The page token in query or body, if any.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.path.contains(text) || self.text().contains(text)
    }
}

type Answerer = dyn Fn(&Seen) -> http::Response<WireBody> + Send + Sync;

pub(crate) struct Fake {
    answer: Box<Answerer>,
    seen: Mutex<Vec<Seen>>,
    knows_us: bool,
}

impl Fake {
    /// A server that knows who we are and answers everything else as `answer` does.
    pub(crate) fn new(
        answer: impl Fn(&Seen) -> http::Response<WireBody> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), seen: Mutex::default(), knows_us: true })
    }

    /// A server that answers everything as `answer` does, the question who we are included.
    pub(crate) fn stranger(
        answer: impl Fn(&Seen) -> http::Response<WireBody> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), seen: Mutex::default(), knows_us: false })
    }

    /// All that reached it.
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// What reached it, the question who we are left out.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| !seen.has("GetCallerIdentity")).cloned().collect()
    }
}

impl Wire for Fake {
    fn call(&self, request: http::Request<Bytes>) -> Task<'static, http::Response<WireBody>> {
        let header = |name: &str| {
            let value = request.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let seen = Seen {
            method: request.method().to_string(),
            agent: header("user-agent") + &header("x-amz-user-agent"),
            path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            target: header("x-amz-target"),
            signed: header("authorization"),
            body: request.body().clone(),
        };
        let known = self.knows_us && seen.has("GetCallerIdentity");
        let answer = if known { whoami() } else { (self.answer)(&seen) };
        self.seen.lock().unwrap().push(seen);
        Box::pin(std::future::ready(answer))
    }
}

/// Where such a server is.
pub(crate) fn place(fake: &Arc<Fake>) -> Where {
    let wire: Arc<dyn Wire> = fake.clone();
    Where::in_process(
        wire,
        Keys::new("AKIDEXAMPLE", "secret"),
        Region::parse("eu-central-1").unwrap(),
    )
}

pub(crate) async fn connection(fake: &Arc<Fake>) -> crate::Connection {
    crate::connect(place(fake)).await.unwrap()
}

pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> http::Response<WireBody> {
    whole(status, "application/json", body)
}

pub(crate) fn html(status: u16, body: impl Into<Bytes>) -> http::Response<WireBody> {
    whole(status, "text/html", body)
}

pub(crate) fn whole(status: u16, kind: &str, body: impl Into<Bytes>) -> http::Response<WireBody> {
    let body = Full::new(body.into()).map_err(Into::into).boxed();
    http::Response::builder().status(status).header("content-type", kind).body(body).unwrap()
}

pub(crate) fn whoami() -> http::Response<WireBody> {
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/oncall-write/operator");
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>{arn}</Arn><UserId>AROA:operator</UserId><Account>{ACCOUNT}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    whole(200, "text/xml", body)
}

/// An event stream of whole messages, then an end, an abrupt end, or nothing for ever.
pub(crate) fn event_stream(messages: Vec<Bytes>, then: Then) -> http::Response<WireBody> {
    let frames = stream::iter(messages.into_iter().map(|m| Ok(http_body::Frame::data(m))));
    let tail = match then {
        Then::End => stream::empty().boxed(),
        Then::Tear => stream::once(async { Err("connection reset by peer".into()) }).boxed(),
        Then::Silence => stream::pending().boxed(),
    };
    // A stream is Send but not Sync; the body has to be both.
    let body = StreamBody::new(SyncStream(Mutex::new(frames.chain(tail).boxed())));
    http::Response::builder()
        .header("content-type", "application/vnd.amazon.eventstream")
        .body(BodyExt::boxed(body))
        .unwrap()
}

/// What follows the last message of an event stream.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    End,
    Tear,
    Silence,
}

type Frames = stream::BoxStream<
    'static,
    Result<http_body::Frame<Bytes>, Box<dyn std::error::Error + Send + Sync>>,
>;

struct SyncStream(Mutex<Frames>);

impl futures_util::Stream for SyncStream {
    type Item = Result<http_body::Frame<Bytes>, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.lock().unwrap().as_mut().poll_next(cx)
    }
}

/// One event of an event stream, as the wire carries it.
pub(crate) fn event(kind: &str, payload: &str) -> Bytes {
    message(
        &[(":message-type", "event"), (":event-type", kind), (":content-type", "application/json")],
        payload,
    )
}

/// An exception in an event stream.
pub(crate) fn exception(kind: &str, payload: &str) -> Bytes {
    let kind = [(":message-type", "exception"), (":exception-type", kind)];
    message(&[kind[0], kind[1], (":content-type", "application/json")], payload)
}

fn message(headers: &[(&str, &str)], payload: &str) -> Bytes {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).unwrap());
        head.extend_from_slice(name.as_bytes());
        head.push(7); // a string
        head.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let total = 12 + head.len() + payload.len() + 4;
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(&u32::try_from(total).unwrap().to_be_bytes());
    out.extend_from_slice(&u32::try_from(head.len()).unwrap().to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(payload.as_bytes());
    let sum = crc32fast::hash(&out);
    out.extend_from_slice(&sum.to_be_bytes());
    out.into()
}
