//! A condition, ready to be asked of records: tests on slots, joined.

use std::sync::Arc;

use memchr::memmem::Finder;
use watchdeck_pattern::{Asked, MemberTest, Pattern, Scalar, Segment};

use crate::index::Index;
use crate::layout::{Layout, Slot, Way};
use crate::scan::{Kind, Span};
use crate::sigma::{FieldTest, Tree};

/// A condition as a tree.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// What a filter pattern asks of a member.
    Member {
        /// Where the member stands.
        slot: Slot,
        /// What is asked of it.
        test: MemberTest,
        /// A text without which the test cannot hold, so that most records need not be looked into.
        needle: Option<Box<Finder<'static>>>,
    },
    /// What a rule of Sigma asks of a field.
    Field(Slot, Arc<FieldTest>),
    /// What a rule of Sigma asks of one field by another.
    Fields(Slot, Slot, Arc<FieldTest>),
    /// A pattern that asks for words anywhere in the record.
    Words(Pattern),
}

/// What is known of a condition before the whole record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    No,
    Open,
    Yes,
}

/// The record that is asked, as far as it was looked into.
#[derive(Debug)]
pub(crate) struct Known<'k> {
    pub(crate) layout: &'k Layout,
    pub(crate) index: &'k mut Index,
    pub(crate) record: &'k str,
}

impl Condition {
    /// A filter pattern on the slots of a layout.
    pub(crate) fn of_pattern(pattern: &Pattern, layout: &mut Layout) -> Self {
        pattern
            .asked()
            .map_or_else(|| Self::Words(pattern.clone()), |asked| of_asked(&asked, layout))
    }

    /// A detection of Sigma on the slots of a layout.
    pub(crate) fn of_sigma(tree: &Tree, layout: &mut Layout) -> Self {
        let mut all = |parts: &[Tree]| parts.iter().map(|it| Self::of_sigma(it, layout)).collect();
        match tree {
            Tree::All(parts) => Self::All(all(parts)),
            Tree::Any(parts) => Self::Any(all(parts)),
            Tree::Not(inner) => Self::Not(Box::new(Self::of_sigma(inner, layout))),
            Tree::Field { path, test } => {
                let slot = layout.slot(path, Way::Loose);
                match test.other() {
                    None => Self::Field(slot, Arc::clone(test)),
                    Some(other) => {
                        let other = layout.slot(other, Way::Loose);
                        Self::Fields(slot, other, Arc::clone(test))
                    }
                }
            }
        }
    }

    /// Whether it holds of a record.
    pub(crate) fn holds(&self, known: &mut Known<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(known)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(known)),
            Self::Not(inner) => !inner.holds(known),
            Self::Member { slot, test, needle } => {
                if let Some(needle) = needle
                    && !known.index.may_hold(known.record, *slot, needle)
                {
                    return false;
                }
                let found = known.index.get(known.layout, known.record, *slot);
                member_holds(test, found, known.record)
            }
            Self::Field(slot, test) => {
                let found = known.index.get(known.layout, known.record, *slot);
                test.holds(found, &[], known.record)
            }
            Self::Fields(slot, other, test) => {
                let found = known.index.get(known.layout, known.record, *slot).to_vec();
                let others = known.index.get(known.layout, known.record, *other);
                test.holds(&found, others, known.record)
            }
            Self::Words(pattern) => pattern.matches(known.record),
        }
    }

    /// What is known of it by what these members at the top hold, of all that there may be.
    pub(crate) fn foreseen(&self, tops: &[usize], known: &mut Known<'_>) -> Verdict {
        let settled = |slot: &Slot| slot.is_top && tops.contains(&slot.top);
        match self {
            Self::All(parts) => {
                let mut verdict = Verdict::Yes;
                for part in parts {
                    match part.foreseen(tops, known) {
                        Verdict::No => return Verdict::No,
                        Verdict::Open => verdict = Verdict::Open,
                        Verdict::Yes => {}
                    }
                }
                verdict
            }
            Self::Any(parts) => {
                let mut verdict = Verdict::No;
                for part in parts {
                    match part.foreseen(tops, known) {
                        Verdict::Yes => return Verdict::Yes,
                        Verdict::Open => verdict = Verdict::Open,
                        Verdict::No => {}
                    }
                }
                verdict
            }
            Self::Not(inner) => match inner.foreseen(tops, known) {
                Verdict::No => Verdict::Yes,
                Verdict::Open => Verdict::Open,
                Verdict::Yes => Verdict::No,
            },
            Self::Member { slot, .. } | Self::Field(slot, _) if settled(slot) => {
                if self.holds(known) { Verdict::Yes } else { Verdict::No }
            }
            Self::Member { .. } | Self::Field(..) | Self::Fields(..) | Self::Words(_) => {
                Verdict::Open
            }
        }
    }
}

fn of_asked(asked: &Asked, layout: &mut Layout) -> Condition {
    match asked {
        Asked::All(parts) => {
            Condition::All(parts.iter().map(|part| of_asked(part, layout)).collect())
        }
        Asked::Any(parts) => {
            Condition::Any(parts.iter().map(|part| of_asked(part, layout)).collect())
        }
        Asked::Member { path, test } => {
            let slot = layout.slot(path, Way::Strict);
            Condition::Member { slot, test: test.clone(), needle: needle(path, test) }
        }
    }
}

/// What stands in the text of every record of which a test holds: what it asks for, else the last name on the way.
fn needle(path: &[Segment], test: &MemberTest) -> Option<Box<Finder<'static>>> {
    if test.holds_of_nothing() {
        return None;
    }
    let last = path.iter().rev().find_map(|segment| match segment {
        Segment::Member(name) => Some(name.as_str()),
        Segment::Index(_) | Segment::Every => None,
    });
    let needle = test.needle().or(last)?;
    Some(Box::new(Finder::new(needle).into_owned()))
}

fn member_holds(test: &MemberTest, found: &[Span], record: &str) -> bool {
    if found.is_empty() {
        return test.holds_of_nothing();
    }
    found.iter().any(|span| match span.kind {
        Kind::Null => test.holds(Scalar::Null),
        Kind::True => test.holds(Scalar::Bool(true)),
        Kind::False => test.holds(Scalar::Bool(false)),
        Kind::Number => test.holds(Scalar::Number(span.raw(record))),
        Kind::Text => test.holds(Scalar::Text(span.raw(record))),
        Kind::Escaped => test.holds(Scalar::Text(&span.text(record))),
        Kind::Object | Kind::Array => test.holds(Scalar::Whole),
    })
}

/// The way that names joined by dots lead.
pub(crate) fn dotted(text: &str) -> Vec<Segment> {
    text.split('.').map(|name| Segment::Member(name.to_owned())).collect()
}
