//! A reporting copy, told: how it stands, who asked for it, how one signs in to it, and what it costs.

use watchdeck_domain::report::{InstanceStanding, PRICED, TYPICAL};

use super::{Detail, Look};
use crate::app::Model;

/// What RDS knows of it.
pub(super) fn told(model: &Model, copy: &InstanceStanding) -> Detail {
    let now = model.now;
    let mut detail = Detail::new(copy.id.clone());
    detail.heading("STATE");
    let look = match (copy.is_up(), copy.has_failed()) {
        (true, _) => Look::Good,
        (_, true) => Look::Bad,
        (false, false) => Look::Warn,
    };
    detail.marked("state", copy.status.clone(), look);
    if let (Some(created), false) = (copy.created, copy.is_up()) {
        let minutes = now.since(created).as_secs() / 60;
        let (least, most) = (TYPICAL.0.as_secs() / 60, TYPICAL.1.as_secs() / 60);
        detail.field("under way", format!("{minutes} min; usually {least} to {most}"));
    }
    detail.heading("WANTED");
    detail.field("asked for by", copy.owner());
    detail.field("a copy of", copy.source());
    detail.field("as of", copy.as_of());
    if let Some(expires) = copy.expires {
        let look = if copy.is_overdue(now) { Look::Bad } else { Look::Plain };
        detail.marked("until", model.whole(expires), look);
    }
    if let Some(created) = copy.created {
        detail.field("made", model.whole(created));
        let spent = copy.cost().told(now.since(created));
        detail.field("cost so far", spent);
    }
    detail.field("prices", PRICED);
    detail.heading("SIGN IN");
    detail.field("endpoint", copy.endpoint.clone());
    detail.field("as", copy.user.clone());
    detail.field("password", copy.secret.clone());
    detail.field("secret", copy.secret_state.clone());
    detail.field("command", copy.connect().unwrap_or_default());
    detail.heading("SETTINGS");
    detail.field("class", copy.class.clone());
    detail.field("engine", format!("{} {}", copy.engine, copy.version));
    detail.field("security groups", copy.security_groups.join(", "));
    detail.field("parameter group", copy.parameters.clone());
    let (public, look) =
        if copy.public { ("open to the internet", Look::Bad) } else { ("closed", Look::Good) };
    detail.marked("network", public, look);
    detail.field("deletion protection", if copy.protected { "on" } else { "off" });
    detail.heading("NAMED");
    if let Some(run) = copy.run() {
        detail.field("made by run", run.to_string());
    }
    detail.field("ARN", copy.arn.clone());
    detail
}
