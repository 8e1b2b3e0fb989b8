//! An alarm, told: how it stands and why, what it watches, and how it changed.

use watchdeck_domain::alarm::{Alarm, AlarmState};

use super::{Detail, Look};
use crate::app::Model;

/// What CloudWatch knows of it.
pub(super) fn told(model: &Model, alarm: &Alarm) -> Detail {
    let mut detail = Detail::new(alarm.name.clone());
    detail.heading("STATE");
    detail.marked("state", alarm.state.to_string(), look(&alarm.state));
    if alarm.since.as_millis() > 0 {
        detail.field("since", model.whole(alarm.since));
    }
    detail.field("why", alarm.reason.clone());
    if !alarm.actions_enabled {
        detail.marked("actions", "disabled: it tells nobody", Look::Warn);
    }
    detail.field("about", alarm.description.clone());
    detail.heading(if alarm.composite { "RULE" } else { "WATCHES" });
    if let Some(metric) = &alarm.metric {
        detail.field("metric", format!("{} {}", metric.namespace, metric.name));
        for (name, value) in &metric.dimensions {
            detail.field("of", format!("{name} {value}"));
        }
    }
    let name = if alarm.composite { "rule" } else { "condition" };
    detail.field(name, alarm.condition.clone());
    for part in model.alarms.parts(alarm) {
        detail.marked("part", format!("{}  {}", part.state, part.name), look(&part.state));
    }
    history(&mut detail, model, &alarm.name);
    detail.heading("NAMED");
    detail.field("ARN", alarm.arn.clone());
    detail
}

fn history(detail: &mut Detail, model: &Model, name: &str) {
    detail.heading("HISTORY, LAST 24 HOURS");
    let known = model.alarms.history.get(name);
    if let Some(problem) = known.and_then(|history| history.failed.as_ref()) {
        detail.text(&format!("{}: {}. {}", problem.what, problem.why, problem.hint), Look::Bad);
    }
    match known.and_then(|history| history.value.as_ref()) {
        None if known.is_none() => detail.text("Asking CloudWatch …", Look::Dim),
        None => {}
        Some(changes) if changes.is_empty() => {
            detail.text("It did not change.", Look::Dim);
        }
        Some(changes) => {
            for change in changes {
                let look = match &change.states {
                    Some((_, entered)) => self::look(entered),
                    None => Look::Dim,
                };
                detail.text(&format!("{}  {}", model.whole(change.at), change.summary), look);
            }
        }
    }
}

fn look(state: &AlarmState) -> Look {
    match state {
        AlarmState::Alarm => Look::Bad,
        AlarmState::InsufficientData | AlarmState::Other(_) => Look::Warn,
        AlarmState::Ok => Look::Good,
    }
}
