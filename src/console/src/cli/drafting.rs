//! From the name of a runbook to its draft, and to the question that would be put about it. Changes nothing.

use std::sync::Arc;

use watchdeck_aws::Eyes;
use watchdeck_domain::Timestamp;
use watchdeck_guard::{Ceremony, Draft, Plan, Question, Reader, Realm, Refusal};
use watchdeck_runbook::{Catalogue, Cel, CompileError, ParamType, Params, Place};

use super::failure::{Failure, FailureKind};
use super::secret;
use crate::runtime::accounts::Opened;
use crate::runtime::ceremony;
use crate::runtime::proposal::{for_people, typed};
use crate::runtime::state::StateFolder;

/// The draft of a runbook with these parameters, as they were typed.
pub(super) async fn draft(
    catalogue: &Catalogue,
    id: &str,
    params: &[(String, String)],
    opened: &Opened,
) -> Result<Draft, Failure> {
    let runbook = &catalogue.find(id).map_err(|error| misused(&error))?.runbook;
    let veil = opened.connection.veil();
    let value = |(name, text): &(String, String)| {
        let kind = runbook.all_params().get(name).map(|param| param.kind);
        if kind != Some(ParamType::Secret) {
            return Ok((name.clone(), typed(runbook, name, text)));
        }
        let secret = secret::from_outside(name, text)?;
        let refuse = |why: &str| Failure::new(FailureKind::Usage, format!("`{name}`: {why}"), "");
        Ok((name.clone(), veil.keep(name, secret).map_err(refuse)?.into()))
    };
    let params = params.iter().map(value).collect::<Result<Params, Failure>>()?;
    let place = Place { scope: opened.connection.scope(), now: opened.clock.now() };
    let source = opened.connection.source();
    let drafted = catalogue.propose(id, params, &place, source.as_ref()).await;
    let mut draft =
        drafted.map_err(|error| Failure::new(FailureKind::Failed, error.what, error.hint))?;
    draft.ttl_s = for_people(draft.ttl_s, opened.people_speed());
    Ok(draft)
}

/// The question that would be put about this draft. Nobody could answer it: no writer is made.
pub(super) async fn checked(
    draft: Draft,
    opened: &Opened,
    state: &StateFolder,
) -> Result<Box<Question>, Box<Refusal>> {
    let ceremony = Arc::new(ceremony::of(opened, state, opened.people_speed()));
    let now = opened.clock.now();
    match opened.connection.eyes() {
        Eyes::Sim(reader) => asked(draft, reader.as_ref(), &ceremony, now).await,
        Eyes::Live(reader) => asked(draft, reader.as_ref(), &ceremony, now).await,
    }
}

async fn asked<R: Realm>(
    draft: Draft,
    reader: &dyn Reader<R>,
    ceremony: &Arc<Ceremony>,
    now: Timestamp,
) -> Result<Box<Question>, Box<Refusal>> {
    let plan = Plan::<_, R>::propose(draft).check(reader, &Cel, ceremony, now).await?;
    Ok(Box::new(plan.challenge().question().clone()))
}

/// What does not fit what was asked, as a failure of the program.
pub(super) fn misused(error: &CompileError) -> Failure {
    Failure::new(FailureKind::Usage, error.what.clone(), error.hint.clone())
}
