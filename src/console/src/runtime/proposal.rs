//! From a runbook's name and typed parameters to a request for the desk. Reads the account; changes nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use watchdeck_domain::{AliasName, Clock, FunctionName, IdError, Scope, Source, Version};
use watchdeck_guard::Request;
use watchdeck_runbook::{CompileError, Place, Rollback, propose_rollback};

use crate::app::Problem;

/// Makes drafts for one account and region.
pub struct Proposer {
    /// Who answers what a draft needs to know.
    pub source: Arc<dyn Source>,
    /// The account's time.
    pub clock: Arc<dyn Clock>,
    /// The account and region.
    pub scope: Scope,
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
        if runbook != "lambda.rollback" {
            return Err(Problem::new(
                "runbook.unknown",
                format!("there is no runbook `{runbook}`"),
                "",
                "the runbooks are: lambda.rollback",
            ));
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
        let place = Place { scope: self.scope.clone(), now: self.clock.now() };
        match propose_rollback(self.source.as_ref(), rollback, &place).await {
            Ok(draft) => Ok(Request::Propose { draft: Box::new(draft) }),
            Err(error) => Err(unproposed(&error)),
        }
    }
}

impl fmt::Debug for Proposer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proposer").field("scope", &self.scope).finish_non_exhaustive()
    }
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
