//! The syntax tree of a query. Names stand as slots of a row, resolved while parsing.

use regex::Regex;

use crate::function::Function;
use crate::period::Period;
use crate::record::Origin;
use crate::value::{Cell, Value};

/// A name that occurs in a query; its place in the list is its slot.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// What its column is called.
    pub(crate) title: String,
    pub(crate) origin: Origin,
}

/// What is done with each row, in order.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// `fields`, and what `display` computes.
    Compute(Vec<Item>),
    Filter(Expression),
    Parse(Parse),
    Stats(Stats),
    Sort(Vec<SortKey>),
    Dedup(Vec<usize>),
    Limit(usize),
}

/// An expression and the slot of its result.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) expression: Expression,
    pub(crate) slot: usize,
}

/// One key of `sort`.
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    pub(crate) expression: Expression,
    pub(crate) descending: bool,
}

/// `parse`: where from, how, and into which slots.
#[derive(Clone, Debug)]
pub(crate) struct Parse {
    pub(crate) from: Expression,
    pub(crate) how: Extraction,
    pub(crate) slots: Vec<usize>,
}

/// How `parse` takes a text apart.
#[derive(Clone, Debug)]
pub(crate) enum Extraction {
    /// The literals around and between the stars; the first stands before the first star.
    Glob(Vec<String>),
    /// Named groups, in the order of the slots.
    Regex(Regex, Vec<String>),
}

/// `stats`: what is gathered, what is made of it, and by which keys.
#[derive(Clone, Debug)]
pub(crate) struct Stats {
    pub(crate) gathered: Vec<Gathered>,
    pub(crate) items: Vec<Item>,
    pub(crate) keys: Vec<Item>,
}

/// One aggregate function with its argument.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    pub(crate) aggregate: Aggregate,
    /// `count(*)` has none.
    pub(crate) of: Option<Expression>,
}

/// The aggregate functions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Average,
    Least,
    Greatest,
    Percentile(f64),
    Deviation,
    Earliest,
    Latest,
    SortsFirst,
    SortsLast,
}

impl Aggregate {
    /// The aggregate of a name; the rank of `pct` is put in by the parser.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "count" => Self::Count,
            "count_distinct" => Self::CountDistinct,
            "sum" => Self::Sum,
            "avg" => Self::Average,
            "min" => Self::Least,
            "max" => Self::Greatest,
            "pct" | "percentile" => Self::Percentile(50.0),
            "stddev" => Self::Deviation,
            "earliest" => Self::Earliest,
            "latest" => Self::Latest,
            "sortsfirst" => Self::SortsFirst,
            "sortslast" => Self::SortsLast,
            _ => return None,
        })
    }
}

/// Something that has a value for a row.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    /// What stands in a slot.
    Name(usize),
    Literal(Cell),
    Minus(Box<Expression>),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Compare(Box<Expression>, Comparison, Box<Expression>),
    Arithmetic(Box<Expression>, Operator, Box<Expression>),
    Like(Box<Expression>, Needle),
    In(Box<Expression>, Vec<Expression>),
    IsNull(Box<Expression>),
    Call(Function, Vec<Expression>),
    Round {
        of: Box<Expression>,
        period: Period,
        up: bool,
    },
    /// What [`Stats::gathered`] holds there.
    Gathered(usize),
}

/// What `like` looks for.
#[derive(Clone, Debug)]
pub(crate) enum Needle {
    Text(String),
    Regex(Regex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Power,
}

impl Expression {
    /// A constant.
    pub(crate) const fn literal(value: Cell) -> Self {
        Self::Literal(value)
    }

    /// Tells each slot that is read.
    pub(crate) fn reads(&self, tell: &mut dyn FnMut(usize)) {
        match self {
            Self::Name(slot) => tell(*slot),
            Self::Literal(_) | Self::Gathered(_) => {}
            Self::Minus(of) | Self::Not(of) | Self::IsNull(of) | Self::Like(of, _) => {
                of.reads(tell);
            }
            Self::Round { of, .. } => of.reads(tell),
            Self::All(parts) | Self::Any(parts) | Self::Call(_, parts) => {
                for part in parts {
                    part.reads(tell);
                }
            }
            Self::Compare(a, _, b) | Self::Arithmetic(a, _, b) => {
                a.reads(tell);
                b.reads(tell);
            }
            Self::In(of, list) => {
                of.reads(tell);
                for part in list {
                    part.reads(tell);
                }
            }
        }
    }
}

impl Command {
    /// Tells each slot that is read.
    pub(crate) fn reads(&self, tell: &mut dyn FnMut(usize)) {
        match self {
            Self::Compute(items) => {
                for item in items {
                    item.expression.reads(tell);
                }
            }
            Self::Filter(condition) => condition.reads(tell),
            Self::Parse(parse) => parse.from.reads(tell),
            Self::Stats(stats) => {
                for of in stats.gathered.iter().filter_map(|gathered| gathered.of.as_ref()) {
                    of.reads(tell);
                }
                for key in &stats.keys {
                    key.expression.reads(tell);
                }
            }
            Self::Sort(keys) => {
                for key in keys {
                    key.expression.reads(tell);
                }
            }
            Self::Dedup(slots) => {
                for slot in slots {
                    tell(*slot);
                }
            }
            Self::Limit(_) => {}
        }
    }
}

impl Comparison {
    /// What a comparison comes to; unknown where either side is not there.
    pub(crate) fn holds(self, a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
        let order = a.compare(b)?;
        Some(match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        })
    }
}

impl Operator {
    /// The result, or nothing where there is none.
    pub(crate) fn apply(self, a: f64, b: f64) -> Option<f64> {
        let result = match self {
            Self::Plus => a + b,
            Self::Minus => a - b,
            Self::Times => a * b,
            Self::Divide => a / b,
            Self::Remainder => a % b,
            Self::Power => a.powf(b),
        };
        result.is_finite().then_some(result)
    }
}
