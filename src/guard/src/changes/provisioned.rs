//! `ProvisionConcurrency`: what it means, whether it may be made, whether it was made, and how it is taken back.

use serde_json::{Value, json};
use watchdeck_domain::change::ProvisionConcurrency;
use watchdeck_domain::function::ProvisionedConcurrency;
use watchdeck_domain::{Answer, Change, Reversal, Scope};

use super::amount::{Amount, said};
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// The parameters of the call, as the API names them.
pub(crate) fn params(provision: &ProvisionConcurrency, scope: &Scope) -> Value {
    let (function, alias) = (provision.function_arn(scope), &provision.alias);
    match provision.provisioned {
        Some(count) => json!({
            "FunctionName": function,
            "Qualifier": alias,
            "ProvisionedConcurrentExecutions": count,
        }),
        None => json!({ "FunctionName": function, "Qualifier": alias }),
    }
}

/// `provisioned:live@orders-writer`.
pub(crate) fn target(provision: &ProvisionConcurrency) -> String {
    format!("provisioned:{}@{}", provision.alias, provision.function)
}

/// `5`, or `none`.
pub(crate) fn destination(provision: &ProvisionConcurrency) -> String {
    said(provision.provisioned)
}

/// What is wrong with it by itself.
pub(crate) fn fault(provision: &ProvisionConcurrency) -> Option<String> {
    (provision.provisioned == Some(0))
        .then(|| "AWS provisions at least 1; to keep none, the configuration is taken away".into())
}

/// What will differ.
pub(crate) fn differences(provision: &ProvisionConcurrency, before: &Answer) -> Vec<Difference> {
    let Some(now) = seen(before) else { return Vec::new() };
    vec![Difference {
        field: format!("{} requested", target(provision)),
        before: said(now.map(|there| there.requested)),
        after: said(provision.provisioned),
    }]
}

/// What is touched, one line a thing.
pub(crate) fn blast_radius(provision: &ProvisionConcurrency, scope: &Scope) -> Vec<String> {
    let ProvisionConcurrency { function, alias, .. } = provision;
    let after = match provision.provisioned {
        Some(count) => format!(
            "AWS keeps {count} environments of `{alias}` of `{function}` warm and bills them by the hour, called or not"
        ),
        None => format!("the first calls of `{alias}` of `{function}` wait for a cold start again"),
    };
    vec![format!("1 alias: {}:{alias}", provision.function_arn(scope)), after]
}

/// Why it may not be made on what is there.
pub(crate) fn hindrance(
    provision: &ProvisionConcurrency,
    reversal: &Reversal,
    now: &Answer,
) -> Option<Hindrance> {
    let Some(there) = seen(now) else {
        return Some(Hindrance::Moved("the answer is not a provisioned concurrency".into()));
    };
    let there = there.map(|there| there.requested);
    let name = target(provision);
    let Reversal::By(back) = reversal else {
        return amount(provision, &name).hindrance(there, None);
    };
    let Change::ProvisionConcurrency(back) = back.as_ref() else {
        return Some(Hindrance::of_another_kind());
    };
    let back_name = target(back);
    amount(provision, &name).hindrance(there, Some(amount(back, &back_name)))
}

/// Whether it was made.
pub(crate) fn sighting(provision: &ProvisionConcurrency, now: &Answer) -> Sighting {
    match seen(now) {
        Some(there) => {
            amount(provision, &target(provision)).sighting(there.map(|there| there.requested))
        }
        None => Sighting::Conflict { seen: "the answer is not a provisioned concurrency".into() },
    }
}

/// Whether it has come to rest: all that was asked for is warm, which takes AWS minutes.
pub(crate) fn at_rest(provision: &ProvisionConcurrency, now: &Answer) -> Verdict {
    let Some(there) = seen(now) else {
        return Verdict::Unknown("the answer is not a provisioned concurrency".into());
    };
    let arrived = match (there, provision.provisioned) {
        (None, None) => true,
        (Some(there), Some(count)) => {
            there.status == "READY" && there.requested == count && there.available >= count
        }
        (Some(_), None) | (None, Some(_)) => false,
    };
    if arrived { Verdict::True } else { Verdict::False }
}

/// What of the target is pinned, and where it stands.
pub(crate) fn lock(there: &Answer) -> (&'static str, Value) {
    let requested = seen(there).map(|there| there.map(|there| there.requested));
    ("/requested", json!(requested))
}

/// What is shown of the target while it comes to rest.
pub(crate) fn shown(there: &Answer) -> Value {
    seen(there).map_or(Value::Null, |there| json!(there))
}

/// The change that leads back, and the one that would lead here again.
pub(crate) fn undo(
    made: &ProvisionConcurrency,
    back: &ProvisionConcurrency,
) -> (ProvisionConcurrency, ProvisionConcurrency) {
    // What was made must still be there: the check compares it with what the way back begins at.
    let there = ProvisionConcurrency { before: made.provisioned, ..back.clone() };
    (there, ProvisionConcurrency { before: back.provisioned, ..made.clone() })
}

fn amount<'a>(provision: &ProvisionConcurrency, name: &'a str) -> Amount<'a> {
    Amount { name, wanted: provision.provisioned, before: provision.before }
}

/// The provisioned concurrency in an answer to a probe; within it nothing, where there is none.
#[expect(clippy::option_option, reason = "no answer and no configuration are two things")]
fn seen(answer: &Answer) -> Option<Option<&ProvisionedConcurrency>> {
    if let Answer::Provisioned(there) = answer { Some(there.as_ref()) } else { None }
}
