//! An event of CloudTrail, told: who did what, on what, from where, and what came of it.

use super::{Detail, Look};
use crate::app::Model;
use crate::app::screens::trail::Entry;
use crate::app::statement::{Statement, Who};

/// What the record states.
pub(super) fn told(model: &Model, entry: &Entry) -> Detail {
    let event = &entry.event;
    let stated = Statement::parse(&event.record);
    let mut detail = Detail::new(event.name.clone());
    detail.heading("WHAT");
    detail.field("event", event.name.clone());
    detail.field("service", event.source.clone());
    detail.field("time", model.whole(event.at));
    if let Some(arrived) = entry.arrived {
        let delay = arrived.since(event.at).as_secs();
        let mark = if entry.is_new(model.now) { ", new here" } else { "" };
        detail.field("seen here", format!("{delay} s later, {}{mark}", model.at(arrived)));
    }
    detail.field("kind", if event.read_only { "only read" } else { "a change" });
    detail.field("region", stated.region.clone());
    for resource in &stated.resources {
        detail.field("on", resource.clone());
    }
    let error = if stated.error.is_empty() { event.error.clone() } else { stated.error.clone() };
    detail.marked("error", error, Look::Bad);
    detail.marked("said", stated.message.clone(), Look::Bad);
    who(&mut detail, &stated.who, &event.user);
    detail.heading("FROM");
    detail.field("address", stated.from.clone());
    detail.field("agent", stated.agent.clone());
    detail.data("REQUEST", &stated.request);
    detail.data("RESPONSE", &stated.response);
    detail.heading("NAMED");
    detail.field("event id", event.id.clone());
    detail.field("request id", event.request_id.clone());
    detail
}

fn who(detail: &mut Detail, who: &Who, user: &str) {
    detail.heading("WHO");
    let short = who.short();
    detail.field("who", if short.is_empty() { user.to_owned() } else { short });
    detail.field("identity", who.kind.clone());
    detail.field("principal", who.principal.clone());
    detail.field("account", who.account.clone());
    detail.field("key", who.key.clone());
    match who.second_factor.as_str() {
        "" => {}
        "true" => detail.marked("MFA", "yes", Look::Good),
        "false" => detail.marked("MFA", "no", Look::Warn),
        other => detail.field("MFA", other),
    }
    detail.field("session since", who.since.clone());
    detail.field("source identity", who.source_identity.clone());
    detail.field("invoked by", who.invoked_by.clone());
}
