//! What a line means: its kind, level, message, ids, durations, status, and what it says about the health of things.
//!
//! [`Reading::of`] looks at one line and keeps nothing. It costs time in proportion to the line and at most a few
//! hundred members in memory, whatever somebody wrote into it. [`fields()`] and [`columns()`] are for tables of lines.

mod access; // API Gateway, and access logs in the common form
mod application; // JSON that programs write
mod balancer;
mod columns; // lines as a table
mod distribution; // CloudFront
mod firewall;
mod flow; // VPC
mod kind;
mod lambda; // what Lambda says, as text
mod moment; // times and durations
mod platform; // what Lambda says, as JSON
mod sheet; // named values
mod split; // words, quotes, pairs
mod text; // everything else

use std::borrow::Cow;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogLevel;

use self::sheet::Sheet;

pub use columns::{Fields, MAX_FIELDS, columns, fields, value};
pub use kind::{Kind, LambdaLine, Logger, Verdict};
pub(crate) use text::is_uuid;
pub use watchdeck_query::json::Scalar;

/// A line, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<'a> {
    /// What wrote it.
    pub kind: Kind,
    /// How loud it is.
    pub level: Option<LogLevel>,
    /// What it says, in one line's worth of words; hostile like the line.
    pub message: Cow<'a, str>,
    /// When it says that it happened.
    pub time: Option<Timestamp>,
    /// The requests it names, the one it is about first.
    pub requests: Vec<Cow<'a, str>>,
    /// The traces it names, as `1-<8 hex>-<24 hex>` or 32 hex digits.
    pub traces: Vec<Cow<'a, str>>,
    /// How long things took, in milliseconds.
    pub durations: Durations,
    /// The HTTP status the client saw.
    pub status: Option<u16>,
    /// The function version that wrote it.
    pub version: Option<Cow<'a, str>>,
    /// The type of the error it tells of.
    pub error: Option<Cow<'a, str>>,
    /// What it says about the health of things.
    pub verdicts: Vec<Verdict>,
    /// Whether a part of it lay too deep to be looked at.
    pub too_deep: bool,
}

/// How long things took, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Durations {
    /// The whole of it.
    pub total: Option<f64>,
    /// What is billed.
    pub billed: Option<f64>,
    /// The start of an execution environment, or its restoration.
    pub init: Option<f64>,
    /// What stands behind: an API's integration, a balancer's target.
    pub behind: Option<f64>,
}

impl<'a> Reading<'a> {
    /// Reads a line; `stream` is the log stream it stands in, which names the function version.
    pub fn of(message: &'a str, stream: &'a str) -> Self {
        let (kind, sheet) = recognised(message);
        let mut reading = Self::plain(kind, message.trim_end());
        reading.too_deep = sheet.too_deep;
        match kind {
            Kind::Lambda(line) => lambda::read(&mut reading, line, message, &sheet),
            Kind::Api | Kind::Access => access::read(&mut reading, &sheet),
            Kind::Balancer => balancer::read(&mut reading, &sheet),
            Kind::Firewall => firewall::read(&mut reading, &sheet),
            Kind::Distribution => distribution::read(&mut reading, &sheet),
            Kind::Flow => flow::read(&mut reading, &sheet),
            Kind::Application(logger) => application::read(&mut reading, logger, &sheet),
            Kind::Pairs => application::read(&mut reading, Logger::Unknown, &sheet),
            Kind::Text => text::read(&mut reading, message),
        }
        if reading.version.is_none() {
            reading.version = version(stream).map(Cow::Borrowed);
        }
        reading
    }

    fn plain(kind: Kind, message: &'a str) -> Self {
        Self {
            kind,
            level: None,
            message: Cow::Borrowed(message),
            time: None,
            requests: Vec::new(),
            traces: Vec::new(),
            durations: Durations::default(),
            status: None,
            version: None,
            error: None,
            verdicts: Vec::new(),
            too_deep: false,
        }
    }

    fn request(&mut self, id: Option<Cow<'a, str>>) {
        if let Some(id) = id.filter(|id| !matches!(id.as_ref(), "" | "-" | "undefined"))
            && !self.requests.contains(&id)
        {
            self.requests.push(id);
        }
    }

    /// Takes a trace in, of a header or of its own.
    fn trace(&mut self, id: Option<Cow<'a, str>>) {
        let Some(id) = id else { return };
        let Some(id) = trace_of(&id).map(str::to_owned) else { return };
        if !self.traces.iter().any(|known| known.as_ref() == id) {
            self.traces.push(Cow::Owned(id));
        }
    }

    /// Takes a status in, with the level it deserves.
    fn answered(&mut self, status: Option<u16>) {
        self.status = status;
        self.level = Some(match status {
            Some(500..) => LogLevel::Error,
            Some(400..500) => LogLevel::Warn,
            Some(_) | None => LogLevel::Info,
        });
    }
}

/// Takes a line of one kind apart, if it is one.
type Splits = fn(&str) -> Option<Sheet<'_>>;

/// What a line is, and its values by name where they have names.
fn recognised(message: &str) -> (Kind, Sheet<'_>) {
    let line = message.trim();
    if line.starts_with('{') {
        let sheet = Sheet::of_json(line);
        return (json_kind(&sheet), sheet);
    }
    if let Some(kind) = lambda::line(line) {
        return (Kind::Lambda(kind), lambda::sheet(line, kind));
    }
    let split: [(Kind, Splits); 5] = [
        (Kind::Balancer, balancer::sheet),
        (Kind::Flow, flow::sheet),
        (Kind::Distribution, distribution::sheet),
        (Kind::Access, access::sheet),
        (Kind::Pairs, text::pairs),
    ];
    for (kind, sheet) in split {
        if let Some(sheet) = sheet(line) {
            let named = kind == Kind::Access && sheet.has("requestId");
            return (if named { Kind::Api } else { kind }, sheet);
        }
    }
    let (json, sheet) = text::sheet(line);
    (if json { Kind::Application(application::logger(&sheet)) } else { Kind::Text }, sheet)
}

fn json_kind(sheet: &Sheet<'_>) -> Kind {
    if let Some(line) = platform::line(sheet) {
        return Kind::Lambda(line);
    }
    if firewall::is_record(sheet) {
        return Kind::Firewall;
    }
    if distribution::is_record(sheet) {
        return Kind::Distribution;
    }
    if access::is_record(sheet) {
        return Kind::Api;
    }
    Kind::Application(application::logger(sheet))
}

/// The function version in a stream name `YYYY/MM/DD/[version]hash`, with the function's name before it or not.
pub fn version(stream: &str) -> Option<&str> {
    let (_, rest) = stream.split_once('[')?;
    let (version, _) = rest.split_once(']')?;
    (!version.is_empty()).then_some(version)
}

/// The trace in a text: `1-..-..`, in a header `Root=..;Parent=..`, or in a `traceparent`.
fn trace_of(text: &str) -> Option<&str> {
    let text = text.trim();
    if let Some((_, rest)) = text.split_once("Root=") {
        return Some(rest.split([';', ',', ' ', '"']).next().unwrap_or(rest))
            .filter(|id| !id.is_empty());
    }
    let mut parts = text.split('-');
    if let (Some("00"), Some(id)) = (parts.next(), parts.next())
        && id.len() == 32
    {
        return Some(id);
    }
    (!matches!(text, "" | "-" | "undefined") && text.len() <= 64).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_names_the_version() {
        assert_eq!(version("2026/11/22/[42]0f1e"), Some("42"));
        assert_eq!(version("2026/11/22/orders-writer[$LATEST]0f1e"), Some("$LATEST"));
        assert_eq!(version("app.shop-web.50dc6c495c0c9188"), None);
        assert_eq!(Reading::of("hello", "2026/11/22/[42]0f").version.as_deref(), Some("42"));
    }

    #[test]
    fn traces_are_found_in_their_headers() {
        let root = "1-69212345-0123456789abcdef01234567";
        assert_eq!(trace_of(root), Some(root));
        assert_eq!(trace_of(&format!("Self=1-2-3;Root={root};Parent=0;Sampled=1")), Some(root));
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_of(&format!("00-{id}-00f067aa0ba902b7-01")), Some(id));
        assert_eq!(trace_of("-"), None);
    }

    #[test]
    fn hostile_lines_are_read_in_one_pass() {
        let deep = "{\"a\":".repeat(10_000);
        assert!(Reading::of(&format!("{deep}1{}", "}".repeat(10_000)), "").too_deep);
        let lines = [
            deep,
            "[".repeat(1 << 20),
            "9".repeat(1 << 20),
            format!("{{\"level\":{},\"duration\":{0}}}", "9".repeat(1 << 19)),
            "\0".repeat(1 << 20),
            "a=".repeat(1 << 19),
            "\"".repeat(1 << 20),
            "\\".repeat(1 << 20),
            format!("REPORT RequestId: {}", "\t".repeat(1 << 20)),
            format!("https {}", " ".repeat(1 << 20)),
            "x ".repeat(1 << 19),
            "ä".repeat(1 << 19),
            format!("[ERROR] {}", "Task timed out after ".repeat(1 << 15)),
            String::new(),
        ];
        for line in &lines {
            Reading::of(line, line);
            assert!(fields(line).count() <= MAX_FIELDS);
            value(line, "a.b.c");
        }
        columns(lines.iter().map(String::as_str));
    }
}
