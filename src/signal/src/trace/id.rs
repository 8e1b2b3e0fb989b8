//! Ids that name a request, and where they stand in a line.

use std::fmt;
use std::ops::Range;

use watchdeck_domain::Timestamp;

use crate::reading::is_uuid;

/// Ids of one line that are told.
const MAX_FOUND: usize = 64;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKind {
    /// A trace of X-Ray or OpenTelemetry.
    Trace,
    /// A request to Lambda or API Gateway.
    Request,
    /// A request to API Gateway, as its support counts it.
    Extended,
    /// A request to CloudFront.
    Edge,
    /// An access key; whoever holds it, not one request.
    AccessKey,
}

/// An id. A trace is the same whether it is written `1-<8 hex>-<24 hex>` or as 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    kind: IdKind,
    text: Box<str>,
}

/// An id in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The id.
    pub id: Id,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

impl Id {
    /// The id that a text is, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("Root=").unwrap_or(text);
        let id = |kind, text: &str| Some(Self { kind, text: text.into() });
        let body = text.trim_end_matches('=');
        let padding = text.len() - body.len();
        match (body.len(), padding) {
            (35, 0) => root(body).map(|hex| Self { kind: IdKind::Trace, text: hex.into() }),
            (36, 0) if is_uuid(body) => id(IdKind::Request, body),
            (55, 0) => {
                let mut parts = body.split('-');
                let hex = (parts.next()? == "00").then(|| parts.next())??;
                (hex.len() == 32 && is_hex(hex))
                    .then(|| Self { kind: IdKind::Trace, text: hex.into() })
            }
            (32, 0) if is_hex(body) => id(IdKind::Trace, body),
            (20, 0) if body.starts_with("AKIA") || body.starts_with("ASIA") => {
                let plain = body.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                plain.then(|| Self { kind: IdKind::AccessKey, text: body.into() })
            }
            (11..=16, 1) => id(IdKind::Extended, text),
            (50..=60, 2) => id(IdKind::Edge, text),
            _ => None,
        }
    }

    /// The ids of a line, from left to right.
    pub fn all_in(line: &str) -> impl Iterator<Item = Found> {
        Words { line, at: 0 }
            .filter_map(move |range| {
                let id = Self::parse(line.get(range.clone())?)?;
                Some(Found { id, range })
            })
            .take(MAX_FOUND)
    }

    /// The id under a column of a line, counted in characters.
    pub fn at(line: &str, column: usize) -> Option<Found> {
        let byte = line.char_indices().nth(column)?.0;
        Words { line, at: 0 }
            .take_while(|range| range.start <= byte)
            .find(|range| range.contains(&byte))
            .and_then(|range| Some(Found { id: Self::parse(line.get(range.clone())?)?, range }))
    }

    /// What it names.
    pub const fn kind(&self) -> IdKind {
        self.kind
    }

    /// When the trace began, if it says so: X-Ray's begin with the second.
    pub fn time(&self) -> Option<Timestamp> {
        if self.kind != IdKind::Trace {
            return None;
        }
        let seconds = i64::from_str_radix(self.text.get(..8)?, 16).ok()?;
        // From 2015, when X-Ray came, to 2100; what lies outside was drawn by lot.
        (1_420_070_400..4_102_444_800)
            .contains(&seconds)
            .then(|| Timestamp::from_millis(seconds.saturating_mul(1000)))
    }

    /// The ways in which lines write it.
    pub fn forms(&self) -> Vec<String> {
        let mut forms = vec![self.text.to_string()];
        if self.kind == IdKind::Trace {
            forms.insert(0, self.to_string());
        }
        forms
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.text.split_at_checked(8)) {
            (IdKind::Trace, Some((seconds, rest))) => write!(f, "1-{seconds}-{rest}"),
            _ => f.write_str(&self.text),
        }
    }
}

/// The words that may be ids: letters, digits, `-`, `_`, and the padding behind them.
struct Words<'a> {
    line: &'a str,
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;
    fn next(&mut self) -> Option<Range<usize>> {
        let bytes = self.line.as_bytes();
        let is_word = |at: usize| {
            bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        while self.at < bytes.len() && !is_word(self.at) {
            self.at += 1;
        }
        let start = self.at;
        while is_word(self.at) {
            self.at += 1;
        }
        if start == self.at {
            return None;
        }
        let mut end = self.at;
        while bytes.get(end) == Some(&b'=') {
            end += 1;
        }
        // `name=value` is two words, `padded==` is one.
        if !is_word(end) {
            self.at = end;
        }
        Some(start..self.at)
    }
}

/// The 32 hex digits of `1-<8 hex>-<24 hex>`.
fn root(text: &str) -> Option<String> {
    let rest = text.strip_prefix("1-")?;
    let (seconds, rest) = rest.split_once('-')?;
    (seconds.len() == 8 && rest.len() == 24 && is_hex(seconds) && is_hex(rest))
        .then(|| format!("{seconds}{rest}"))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "1-69212345-0123456789abcdef01234567";

    fn check(text: &str, kind: IdKind) {
        assert_eq!(Id::parse(text).map(|id| id.kind()), Some(kind), "{text}");
    }

    #[test]
    fn ids_are_told_by_their_shape() {
        check(ROOT, IdKind::Trace);
        check(&format!("Root={ROOT}"), IdKind::Trace);
        check("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", IdKind::Trace);
        check("4bf92f3577b34da6a3ce929d0e0e4736", IdKind::Trace);
        check("5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b", IdKind::Request);
        check("JKJaXmPLvHcESHA=", IdKind::Extended);
        check("SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==", IdKind::Edge);
        check("AKIAIOSFODNN7EXAMPLE", IdKind::AccessKey);
        for text in ["", "-", "hello", "1-2-3", "AKIAshort", "2026-11-22T03:04:05", "=", "===="] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_trace_is_the_same_in_every_form_and_holds_its_time() {
        let id = Id::parse(ROOT).unwrap();
        assert_eq!(Id::parse("692123450123456789abcdef01234567"), Some(id.clone()));
        assert_eq!(id.to_string(), ROOT);
        assert_eq!(id.time().unwrap().as_millis(), 0x6921_2345 * 1000);
        assert_eq!(Id::parse("ffffffff0123456789abcdef01234567").unwrap().time(), None);
    }

    #[test]
    fn the_id_under_a_column_is_found() {
        let line = format!(
            "ä {ROOT};Parent=0a RequestId: 5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b\tJKJaXmPLvHcESHA="
        );
        let kind = |column| Id::at(&line, column).map(|found| found.id.kind());
        assert_eq!(
            (kind(0), kind(1), kind(2), kind(36), kind(37)),
            (None, None, Some(IdKind::Trace), Some(IdKind::Trace), None)
        );
        assert_eq!(kind(60), Some(IdKind::Request));
        let found: Vec<_> =
            Id::all_in(&line).map(|found| (found.id.kind(), found.range.len())).collect();
        assert_eq!(found, [(IdKind::Trace, 35), (IdKind::Request, 36), (IdKind::Extended, 16)]);
        assert_eq!(kind(10_000), None);
    }

    #[test]
    fn headers_hold_their_root() {
        let line = format!("\"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1\"");
        assert_eq!(Id::all_in(&line).map(|found| found.id.to_string()).collect::<Vec<_>>(), [ROOT]);
    }
}
