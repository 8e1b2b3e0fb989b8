//! From a runbook's name and typed parameters to a request for the desk. Reads the account; changes nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use watchdeck_domain::{AliasName, Clock, FunctionName, IdError, Scope, Source, Version};
use watchdeck_guard::{Draft, Request};
use watchdeck_runbook::{
    CompileError, ParamType, Place, Rollback, Runbook, built_in, propose_rollback,
};

use crate::app::Problem;

/// Makes drafts for one account and region.
pub struct Proposer {
    /// Who answers what a draft needs to know.
    pub source: Arc<dyn Source>,
    /// The account's time.
    pub clock: Arc<dyn Clock>,
    /// The account and region.
    pub scope: Scope,
    /// How fast the account's time passes, as a multiple of real time.
    pub speed: f64,
}

impl Proposer {
    /// The request that proposes `runbook` with these parameters.
    ///
    /// # Errors
    /// There is no such runbook, a parameter is not what it should be, or the account does not tell enough.
    pub async fn draft(
        &self,
        runbook: &str,
        mut parameters: BTreeMap<String, String>,
    ) -> Result<Request, Problem> {
        let place = Place { scope: self.scope.clone(), now: self.clock.now() };
        if runbook != "lambda.rollback" {
            let runbook = named(runbook)?;
            let typed = parameters.into_iter().map(|(name, text)| {
                let kind = runbook.params.get(&name).map_or(ParamType::Text, |param| param.kind);
                let value = kind.read(&text);
                (name, value)
            });
            let drafted = runbook.compile(typed.collect(), &place, self.source.as_ref()).await;
            return self.proposed(drafted);
        }
        let bad = |error: &IdError| {
            Problem::new("runbook.parameter", "the parameters do not fit", error.to_string(), "")
        };
        let mut take = |name: &str| parameters.remove(name).filter(|text| !text.is_empty());
        let function = take("function").unwrap_or_default();
        let alias = take("alias").unwrap_or_default();
        let version = take("version").map(Version::parse).transpose().map_err(|e| bad(&e))?;
        let rollback = Rollback {
            function: FunctionName::parse(function).map_err(|e| bad(&e))?,
            alias: AliasName::parse(alias).map_err(|e| bad(&e))?,
            version,
            more: parameters.into_iter().map(|(name, text)| (name, value(text))).collect(),
        };
        self.proposed(propose_rollback(self.source.as_ref(), rollback, &place).await)
    }

    fn proposed(&self, drafted: Result<Draft, CompileError>) -> Result<Request, Problem> {
        match drafted {
            Ok(mut draft) => {
                draft.ttl_s = for_people(draft.ttl_s, self.speed);
                Ok(Request::Propose { draft: Box::new(draft) })
            }
            Err(error) => Err(unproposed(&error)),
        }
    }
}

/// The built-in runbook of this name.
fn named(id: &str) -> Result<Runbook, Problem> {
    let known: Vec<Runbook> = built_in().filter_map(Result::ok).collect();
    let names: Vec<String> = known.iter().map(|runbook| runbook.id.clone()).collect();
    known.into_iter().find(|runbook| runbook.id == id).ok_or_else(|| {
        Problem::new(
            "runbook.unknown",
            format!("there is no runbook `{id}`"),
            "",
            format!("the runbooks are: {}", names.join(", ")),
        )
    })
}

impl fmt::Debug for Proposer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proposer").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// How long a plan stands or a desk is armed, in seconds of the account: who reads and types lives at the pace of people, however fast a
/// simulated account does.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "minutes times a speed of 600 at most"
)]
pub(super) fn for_people(ttl_s: u64, speed: f64) -> u64 {
    (ttl_s as f64 * speed.max(1.0)) as u64
}

/// A typed parameter as the value it most plainly is; the runbook checks whether that is what it wants.
fn value(text: String) -> Value {
    match serde_json::from_str(&text) {
        Ok(plain @ (Value::Bool(_) | Value::Number(_))) => plain,
        _ => Value::String(text),
    }
}

fn unproposed(error: &CompileError) -> Problem {
    Problem::new("runbook.refused", "no plan was made", error.what.clone(), error.hint.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_account_leaves_people_their_ten_minutes() {
        assert_eq!(for_people(600, 30.0), 18_000);
        assert_eq!(for_people(600, 1.0), 600);
        assert_eq!(for_people(600, 0.1), 600);
    }
}
