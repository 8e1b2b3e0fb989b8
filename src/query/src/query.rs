//! A parsed query.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{QueryError, Warning};
use crate::grammar::Command;
use crate::parse;
use crate::plan::Plan;
use crate::run::Run;

/// The most characters in one query, as on AWS.
pub const MAX_CHARS: usize = 10_000;

/// A query of Logs Insights, parsed once and shared cheaply.
#[derive(Clone)]
pub struct Query(Arc<Inner>);

struct Inner {
    source: Box<str>,
    warnings: Vec<Warning>,
    plan: Plan,
}

impl Query {
    /// Parses a query. What AWS refuses and what only AWS can run is refused, each with its place.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Self::parse_as(text, false)
    }

    /// The same, with `@ptr` as the last column where a row is a line, as AWS answers.
    pub fn parse_pointing(text: &str) -> Result<Self, QueryError> {
        Self::parse_as(text, true)
    }

    fn parse_as(text: &str, pointing: bool) -> Result<Self, QueryError> {
        let length = text.chars().count();
        if length > MAX_CHARS {
            return Err(QueryError::new(
                text,
                MAX_CHARS,
                format!("the query has {length} characters"),
                format!("{MAX_CHARS} are the most"),
            ));
        }
        let parsed = parse::parse(text, pointing)?;
        let plan = Plan::of(parsed.commands, parsed.names, parsed.columns);
        Ok(Self(Arc::new(Inner { source: text.into(), warnings: parsed.warnings, plan })))
    }

    /// Begins to run it; `now` is what `now()` says, in milliseconds since 1970.
    pub fn begin(&self, now: i64) -> Run {
        Run::new(self.clone(), now)
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// What is odd about it.
    pub fn warnings(&self) -> &[Warning] {
        &self.0.warnings
    }

    /// What its columns are called.
    pub fn columns(&self) -> Vec<String> {
        let names = &self.0.plan.names;
        let title = |slot: &usize| names.get(*slot).map(|name| name.title.clone());
        self.0.plan.columns.iter().filter_map(title).collect()
    }

    /// Whether it counts lines instead of showing them.
    pub fn aggregates(&self) -> bool {
        self.0.plan.steps.iter().any(|step| matches!(step.command, Command::Stats(_)))
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }
}

impl FromStr for Query {
    type Err = QueryError;
    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Eq for Query {}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source())
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.source()).finish()
    }
}
