//! What a plan comes to, apart from when and under which id it was made: the same wish in the same account is the same content.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::{Environment, Identity, RunId, Scope};

use crate::canonical;
use crate::draft::{Draft, Risk, Step};
use crate::evidence::Fingerprint;
use crate::plan::Seen;
use crate::question::Difference;
use crate::realm::Realm;

/// Everything that counts.
#[derive(Serialize)]
struct Content<'a> {
    realm: &'static str,
    runbook: (&'a str, u32, &'a str),
    params: &'a BTreeMap<String, Value>,
    scope: &'a Scope,
    principal: String,
    environment: Environment,
    risk: Risk,
    phrase: &'a str,
    steps: Vec<&'a Step>,
    differences: &'a [Difference],
    fingerprints: &'a [Fingerprint],
    undoes: Option<&'a RunId>,
}

/// SHA-256 over what would be done, by whom, to what, and what that depends on. A plan that is made again has an id, times and
/// a hash of its own, and this content for as long as nothing of it has changed.
pub(crate) fn of<R: Realm>(draft: &Draft, seen: &Seen) -> Result<String, serde_json::Error> {
    let origin = &draft.runbook;
    let content = serde_json::to_value(Content {
        realm: R::NAME,
        runbook: (&origin.id, origin.version, &origin.sha256),
        params: &draft.params,
        scope: &draft.scope,
        principal: principal(&seen.identity),
        environment: seen.environment,
        risk: draft.risk,
        phrase: &seen.phrase,
        steps: draft.steps().collect(),
        differences: &seen.differences,
        fingerprints: &seen.fingerprints,
        undoes: draft.undoes.as_ref(),
    })?;
    // The run's own id stands in marks and names that it leaves.
    let own = draft.id.run().as_str().trim_start_matches("r-");
    Ok(canonical::sha256(canonical::text(&content).replace(own, "{run}").as_bytes()))
}

/// Who acts, whichever session of a role it is.
pub(crate) fn principal(identity: &Identity) -> String {
    let resource = identity.arn.resource();
    let role = resource.strip_prefix("assumed-role/").and_then(|rest| rest.split_once('/'));
    let name = role.map_or_else(|| resource.to_owned(), |(role, _)| format!("assumed-role/{role}"));
    format!("{}:{name}", identity.account)
}
