//! The syntax tree of a pattern, ready to match.

use std::sync::Arc;

use memchr::memmem::Finder;
use regex::Regex;

use crate::glob::Glob;

/// A pattern is in one of three forms, told apart by its first character.
pub(crate) enum Form {
    /// Words, phrases and regular expressions anywhere in the text.
    Terms(Terms),
    /// `{ .. }`: a condition on the members of a JSON object.
    Json(Json),
    /// `[ .. ]`: conditions on the space-delimited fields of a line.
    Columns(Columns),
}

/// Terms by their role. With none at all, everything matches.
#[derive(Default)]
pub(crate) struct Terms {
    /// Each must be present.
    pub(crate) required: Vec<Term>,
    /// One must be present; not looked at when any other kind of term is there.
    pub(crate) optional: Vec<Term>,
    /// None may be present.
    pub(crate) excluded: Vec<Term>,
}

impl Terms {
    /// Whether every message matches.
    pub(crate) fn is_all(&self) -> bool {
        self.excluded.is_empty()
            && self.required.iter().all(Term::is_blank)
            && (!self.required.is_empty()
                || self.optional.is_empty()
                || self.optional.iter().any(Term::is_blank))
    }
}

/// One term.
pub(crate) enum Term {
    /// `""` or `" "`: present in every message.
    Blank,
    /// A word or a phrase, found anywhere, case-sensitive.
    Text(Box<Finder<'static>>),
    /// `%..%`.
    Regex(Rex),
}

impl Term {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(Box::new(Finder::new(text).into_owned()))
    }

    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }
}

/// A regular expression with the text between its percent signs.
pub(crate) struct Rex {
    /// As the operator wrote it.
    pub(crate) source: String,
    /// What runs.
    pub(crate) regex: Regex,
}

/// A JSON pattern.
pub(crate) struct Json {
    /// What must hold.
    pub(crate) condition: Condition<Path>,
    /// Texts of which one stands in every message that matches, if no member is written with escapes;
    /// empty when no such texts are known. Spares most lines the JSON parser.
    pub(crate) needles: Vec<Finder<'static>>,
    /// The members at the top of a message on which it depends; nothing if it may depend on any.
    pub(crate) names: Option<Vec<String>>,
}

/// A column pattern.
pub(crate) struct Columns {
    /// The columns before the ellipsis, or all.
    pub(crate) head: Vec<Column>,
    /// The columns after the ellipsis, counted from the end; nothing when there is no ellipsis.
    pub(crate) tail: Option<Vec<Column>>,
}

/// One column; its name serves the reader only.
pub(crate) struct Column {
    /// What must hold of its field.
    pub(crate) condition: Option<Condition<()>>,
}

/// Comparisons joined by `&&` and `||`; `S` selects the left side.
pub(crate) enum Condition<S> {
    /// All hold. At least two.
    And(Vec<Condition<S>>),
    /// One holds. At least two.
    Or(Vec<Condition<S>>),
    /// One comparison.
    Test(S, Arc<Test>),
}

/// What is asked of a selected value.
pub(crate) enum Test {
    /// `= value`
    Equal(Value),
    /// `!= value`; holds of a member that is not there.
    Unequal(Value),
    /// `< <= > >= number`
    Order(Order, f64),
    /// `IS NULL`
    IsNull,
    /// `IS TRUE` and `IS FALSE`
    IsBool(bool),
    /// `NOT EXISTS`
    Absent,
}

/// A relation between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// Whether `left` stands in this relation to `right`.
    pub(crate) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

/// The right side of an equality.
pub(crate) enum Value {
    /// Text with `*` wildcards; a bare number also equals a number that is written otherwise (`1e3`, `1000`).
    Text {
        /// The text.
        glob: Glob,
        /// Its worth, when it is a bare number.
        number: Option<f64>,
    },
    /// `%..%`.
    Regex(Rex),
}

/// A property selector: `$.a.b[0]['c.d'][*]`.
pub(crate) struct Path(pub(crate) Vec<Segment>);

/// One step of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// `.name` or `['name']`
    Member(String),
    /// `[0]`
    Index(usize),
    /// `.*` or `[*]`: every member or element.
    Every,
}
