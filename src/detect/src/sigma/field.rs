//! What a rule of Sigma asks of a field.

use std::borrow::Cow;
use std::net::IpAddr;

use regex::Regex;
use watchdeck_pattern::Segment;

use crate::scan::{Kind, Span};

/// What is asked of a field: one of several, or all of them.
#[derive(Clone, Debug)]
pub struct FieldTest {
    pub(super) wanted: Vec<Wanted>,
    /// Whether all must be met, not one.
    pub(super) all: bool,
    /// The field that holds what is wanted, where the rule names one.
    pub(super) other: Option<Vec<Segment>>,
}

/// One value that is wanted.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// Null, or not there.
    Null,
    /// There, or not.
    Exists(bool),
    /// This very text, in lower case.
    Folded(String),
    /// This very text.
    Exact(String),
    /// What this matches: wildcards, or an expression of the rule.
    Matches(Regex),
    /// A number in this relation.
    Order(Relation, f64),
    /// An address of this net: its bits and how many of them count.
    Net(IpAddr, u32),
    /// What another field holds.
    Other(Part),
}

/// A relation between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Where in a field something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Somewhere,
    Beginning,
    End,
}

impl FieldTest {
    /// The field that holds what is wanted, where the rule names one.
    pub(crate) fn other(&self) -> Option<&[Segment]> {
        self.other.as_deref()
    }

    /// Whether what was found in a field, and in the other, is what is asked.
    pub(crate) fn holds(&self, found: &[Span], others: &[Span], record: &str) -> bool {
        let met = |wanted: &Wanted| wanted.is_met(found, others, record);
        if self.all { self.wanted.iter().all(met) } else { self.wanted.iter().any(met) }
    }
}

impl Wanted {
    fn is_met(&self, found: &[Span], others: &[Span], record: &str) -> bool {
        match self {
            Self::Null => found.iter().all(|span| span.kind == Kind::Null),
            Self::Exists(wanted) => found.is_empty() != *wanted,
            Self::Folded(text) => any(found, record, |it| folded(it, text)),
            Self::Exact(text) => any(found, record, |it| it == text),
            Self::Matches(regex) => any(found, record, |it| regex.is_match(it)),
            Self::Order(relation, right) => any(found, record, |it| {
                it.parse::<f64>().is_ok_and(|left| relation.holds(left, *right))
            }),
            Self::Net(net, bits) => any(found, record, |it| {
                it.parse().is_ok_and(|address| within(address, *net, *bits))
            }),
            Self::Other(part) => any(found, record, |it| {
                any(others, record, |other| part.holds(&it.to_lowercase(), &other.to_lowercase()))
            }),
        }
    }
}

impl Relation {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl Part {
    fn holds(self, text: &str, part: &str) -> bool {
        match self {
            Self::Whole => text == part,
            Self::Somewhere => text.contains(part),
            Self::Beginning => text.starts_with(part),
            Self::End => text.ends_with(part),
        }
    }
}

/// Whether one of the values that were found is so. Null is none.
fn any(found: &[Span], record: &str, is_so: impl Fn(&str) -> bool) -> bool {
    found.iter().any(|span| match span.kind {
        Kind::Null => false,
        Kind::Object | Kind::Array => is_so(&compact(span.raw(record))),
        Kind::True | Kind::False | Kind::Number | Kind::Text | Kind::Escaped => {
            is_so(&span.text(record))
        }
    })
}

/// An object as Sigma sees it: its JSON, without blanks between its parts.
fn compact(raw: &str) -> Cow<'_, str> {
    let value = serde_json::from_str::<serde_json::Value>(raw);
    value.map_or(Cow::Borrowed(raw), |value| Cow::Owned(value.to_string()))
}

/// Whether a text is this one, which is in lower case.
fn folded(text: &str, wanted: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(wanted) } else { text.to_lowercase() == wanted }
}

/// Whether an address belongs to a net.
fn within(address: IpAddr, net: IpAddr, bits: u32) -> bool {
    match (address, net) {
        (IpAddr::V4(address), IpAddr::V4(net)) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
            address.to_bits() & mask == net.to_bits() & mask
        }
        (IpAddr::V6(address), IpAddr::V6(net)) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or(0);
            address.to_bits() & mask == net.to_bits() & mask
        }
        (IpAddr::V4(_) | IpAddr::V6(_), _) => false,
    }
}

/// An expression for a text with wildcards, anywhere in a field where `part` says so.
pub(super) fn wildcards(text: &str, part: Part, cased: bool) -> Result<Wanted, regex::Error> {
    let mut expression = String::from(if cased { "(?s)" } else { "(?si)" });
    let (open_before, open_after) = match part {
        Part::Whole => (false, false),
        Part::Somewhere => (true, true),
        Part::Beginning => (false, true),
        Part::End => (true, false),
    };
    if !open_before {
        expression.push('^');
    }
    let (mut plain, mut chars) = (String::new(), text.chars().peekable());
    let mut is_plain = part == Part::Whole;
    while let Some(sign) = chars.next() {
        let mut literal = |sign: char| {
            plain.push(sign);
            expression.push_str(&regex::escape(sign.encode_utf8(&mut [0; 4])));
        };
        match sign {
            '\\' if matches!(chars.peek(), Some('*' | '?' | '\\')) => {
                chars.next().into_iter().for_each(&mut literal);
            }
            '*' | '?' => {
                is_plain = false;
                expression.push_str(if sign == '*' { ".*" } else { "." });
            }
            sign => literal(sign),
        }
    }
    if !open_after {
        expression.push('$');
    }
    match (is_plain, cased) {
        (true, true) => Ok(Wanted::Exact(plain)),
        (true, false) => Ok(Wanted::Folded(plain.to_lowercase())),
        (false, _) => Regex::new(&expression).map(Wanted::Matches),
    }
}

/// A net as it is written, such as `10.0.0.0/8`.
pub(super) fn net(text: &str) -> Option<Wanted> {
    let (address, bits) = text.split_once('/')?;
    let (address, bits): (IpAddr, u32) = (address.parse().ok()?, bits.parse().ok()?);
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some(Wanted::Net(address, bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Walk;

    fn check(wanted: &Wanted, value: &str, is_met: bool) {
        let found: Vec<Span> = Walk::new(value, 0).value().into_iter().collect();
        assert_eq!(wanted.is_met(&found, &[], value), is_met, "{wanted:?} {value}");
    }

    #[test]
    fn texts_are_compared_without_regard_to_case_and_with_wildcards() {
        let texts = |text: &str, part, value: &str, is_met| {
            check(&wildcards(text, part, false).unwrap(), value, is_met);
        };
        texts("Root", Part::Whole, "\"rOOT\"", true);
        texts("Root", Part::Whole, "\"Roots\"", false);
        texts("É", Part::Whole, "\"é\"", true);
        texts("S3 Browser", Part::Somewhere, "\"[s3 browser 9]\"", true);
        texts("*", Part::Somewhere, "\"\"", true);
        texts("Update*v?", Part::Whole, "\"UpdateFunction20150331v2\"", true);
        texts("Update", Part::Beginning, "\"UpdateAlias\"", true);
        texts("alias", Part::End, "\"UpdateAlias\"", true);
        texts(r"a\*", Part::Whole, "\"a*\"", true);
        texts(r"a\*", Part::Whole, "\"ab\"", false);
        texts("true", Part::Whole, "true", true);
        texts("404", Part::Whole, "404", true);
        texts("\"k\":1", Part::Somewhere, "{ \"k\" : 1 }", true);
        check(&wildcards("Root", Part::Whole, true).unwrap(), "\"root\"", false);
    }

    #[test]
    fn nets_hold_their_addresses() {
        let nets = |text: &str, value: &str, is_met| check(&net(text).unwrap(), value, is_met);
        nets("10.0.0.0/8", "\"10.1.2.3\"", true);
        nets("10.0.0.0/8", "\"11.1.2.3\"", false);
        nets("0.0.0.0/0", "\"11.1.2.3\"", true);
        nets("2001:db8::/32", "\"2001:db8::1\"", true);
        nets("2001:db8::/32", "\"10.1.2.3\"", false);
        nets("10.0.0.0/8", "\"AWS Internal\"", false);
        assert!(net("10.0.0.0/33").is_none() && net("x/8").is_none() && net("10.0.0.0").is_none());
    }
}
