//! What of a line is mined: the message behind its header, the message member of JSON, the place of a failure.

use super::header;
use super::members::{Members, strings};
use super::words::{hash, mix};
use crate::store::LineRef;

/// The part of a line that its template is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject<'t> {
    /// What must be equal besides the words: nothing of a plain line; level and keys of a JSON line. 0 if nothing.
    pub(super) frame: u64,
    /// The texts that hold the words.
    pub(super) parts: [&'t str; 2],
}

impl<'t> Subject<'t> {
    /// The subject of a line.
    pub(super) fn of(line: &LineRef<'t>) -> Self {
        let text = line.message.trim_ascii_start();
        if text.starts_with('{')
            && let Some(members) = Members::read(text)
        {
            return Self::of_members(line, &members);
        }
        let (line, trace) = cut(text);
        let body = first_line(header::body(line));
        // Node's runtime ends the line of a failure in an object that tells it better than the words before
        let told = if line.ends_with('}') { line.split_once("\t{\"errorType\":") } else { None };
        let object = told.and_then(|(before, _)| line.get(before.len() + 1..));
        if let Some(members) = object.and_then(Members::read)
            && let Some(parts) = failure(&members)
        {
            return Self { frame: hash(b"failure"), parts };
        }
        Self { frame: 0, parts: [body, place_of(trace)] }
    }

    fn of_members(line: &LineRef<'t>, members: &Members<'t>) -> Self {
        let level = line.level.map_or(0, |level| level as u64 + 1);
        let keys =
            members.iter().fold(0_u64, |all, (key, _)| all.wrapping_add(hash(key.as_bytes())));
        let frame = mix(mix(hash(b"json"), level), keys);
        let parts = failure(members).unwrap_or_else(|| {
            let message = MESSAGES.iter().find_map(|name| members.text(name));
            [first_line(message.unwrap_or_default()), ""]
        });
        Self { frame, parts }
    }
}

/// The members that may hold the message, the likeliest first. `type` names the records of the Lambda platform.
const MESSAGES: [&str; 7] = ["message", "msg", "errorMessage", "log", "event", "eventName", "type"];

/// The sorted keys of a line that is a JSON object; none of another.
pub(super) fn keys<'t>(line: &LineRef<'t>) -> Vec<&'t str> {
    let text = line.message.trim_ascii_start();
    let members = if text.starts_with('{') { Members::read(text) } else { None };
    let mut keys: Vec<&str> = members.iter().flat_map(Members::iter).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys
}

/// The type of an error and the first line of its stack trace, or of its message if there is no trace.
fn failure<'t>(members: &Members<'t>) -> Option<[&'t str; 2]> {
    let kind = members.text("errorType")?;
    let first = |name| members.get(name).and_then(frame);
    let place = first("stackTrace").or_else(|| first("stack"));
    Some([kind, place.or_else(|| members.text("errorMessage").map(first_line)).unwrap_or_default()])
}

/// The first line of a trace that names a place: Node repeats the message in front.
fn frame(trace: &str) -> Option<&str> {
    strings(trace)
        .into_iter()
        .flat_map(|piece| piece.split("\\n"))
        .map(str::trim)
        .find(|line| line.starts_with("at ") || line.starts_with("File "))
}

/// The first place that a stack trace below a line names.
fn place_of(trace: &str) -> &str {
    let mut lines = trace.split(['\n', '\r']).take(4).map(str::trim_ascii);
    lines.find(|line| line.starts_with("at ") || line.starts_with("File \"")).unwrap_or_default()
}

/// The first line, and what is below it. Lambda keeps the lines of a trace apart by carriage returns.
fn cut(text: &str) -> (&str, &str) {
    let end = memchr::memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (line.trim_ascii_end(), rest.get(1..).unwrap_or_default())
}

/// The text up to its first line break, as JSON writes it.
fn first_line(text: &str) -> &str {
    match memchr::memchr(b'\\', text.as_bytes()) {
        Some(_) => text.split_once("\\n").map_or(text, |(line, _)| line),
        None => text,
    }
}
