//! From a runbook's name and typed parameters to a request for the desk. Reads the account; changes nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use watchdeck_domain::{Clock, Scope, Source};
use watchdeck_guard::{Request, Veil};
use watchdeck_runbook::{Catalogue, CompileError, Params, Place, Runbook};

use crate::app::Problem;

/// Makes drafts for one account and region.
pub struct Proposer {
    /// Who answers what a draft needs to know.
    pub source: Arc<dyn Source>,
    /// The account's time.
    pub clock: Arc<dyn Clock>,
    /// The account and region.
    pub scope: Scope,
    /// The runbooks that there are.
    pub catalogue: Arc<Catalogue>,
    /// Where the secrets are kept that its plans need.
    pub veil: Arc<Veil>,
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
        parameters: BTreeMap<String, String>,
    ) -> Result<Request, Problem> {
        let entry = self
            .catalogue
            .find(runbook)
            .map_err(|error| Problem::new("runbook.unknown", error.what.clone(), "", error.hint))?;
        let params: Params = parameters
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.clone(), typed(&entry.runbook, &name, &text)))
            .collect();
        let place = Place { scope: self.scope.clone(), now: self.clock.now() };
        let source = self.source.as_ref();
        match self.catalogue.propose(runbook, params, &place, source).await {
            Ok(mut draft) => {
                draft.ttl_s = for_people(draft.ttl_s, self.speed);
                Ok(Request::Propose { draft: Box::new(draft) })
            }
            Err(error) => Err(unproposed(&error)),
        }
    }
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
pub fn for_people(ttl_s: u64, speed: f64) -> u64 {
    (ttl_s as f64 * speed.max(1.0)) as u64
}

/// A typed parameter as the value that the runbook wants; it checks whether that is one.
pub fn typed(runbook: &Runbook, name: &str, text: &str) -> Value {
    let kind = runbook.all_params().get(name).map(|param| param.kind);
    kind.map_or_else(|| Value::String(text.to_owned()), |kind| kind.read(text))
}

fn unproposed(error: &CompileError) -> Problem {
    Problem::new("runbook.refused", "no plan was made", error.what.clone(), error.hint.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_parameter_is_what_its_type_says() {
        let runbook = watchdeck_runbook::lambda_rollback().unwrap();
        let typed = |name: &str, text: &str| typed(&runbook, name, text);
        assert_eq!(typed("version", "41"), "41");
        assert_eq!(typed("min_calls", "41"), 41);
        assert_eq!(typed("ignore_deployments", "true"), true);
        assert_eq!(typed("ignore_deployments", "perhaps"), "perhaps");
        assert_eq!(typed("nothing", "1"), "1");
    }

    #[test]
    fn a_fast_account_leaves_people_their_ten_minutes() {
        assert_eq!(for_people(600, 30.0), 18_000);
        assert_eq!(for_people(600, 1.0), 600);
        assert_eq!(for_people(600, 0.1), 600);
    }
}
