//! How each of several places stands: up to when it is complete, and which lags, throttles or has no live tail.

use std::time::Duration;

use ratatui::style::Style;

use crate::app::Model;
use crate::app::screens::logs::Logs;
use crate::app::tail::{Flow, PlaceStanding};
use crate::ui::theme::Theme;

/// A place whose watermark is so far behind the newest of another one lags.
const LAG: Duration = Duration::from_secs(30);

/// What is wrong where, and up to when all is known.
pub(super) fn told(model: &Model, theme: &Theme) -> Vec<(String, Style)> {
    let standing = &model.logs.standing;
    let mut told: Vec<(String, Style)> = troubles(&model.logs)
        .into_iter()
        .map(|(said, bad)| (said, if bad { theme.bad } else { theme.warn }))
        .collect();
    if standing.slowed && standing.places.is_empty() {
        told.push(("throttled: asked more slowly".into(), theme.warn));
    }
    if let Some(complete) = standing.complete_to {
        let each = watermarks(model);
        told.push((format!("complete up to {}{each}", model.time(complete)), theme.dim));
    }
    told
}

/// The watermark of each place, where there are several: ` (eu 03:04:01, us 03:03:58)`.
fn watermarks(model: &Model) -> String {
    let logs = &model.logs;
    let each = logs.standing.places.iter().map(|standing| {
        let at = standing.complete_to.map_or_else(|| "nothing".to_owned(), |at| model.time(at));
        format!("{} {at}", label(logs, standing))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { String::new() } else { format!(" ({})", each.join(", ")) }
}

/// What is wrong in which place, and whether that is bad: the others go on.
fn troubles(logs: &Logs) -> Vec<(String, bool)> {
    let places = &logs.standing.places;
    let newest = places.iter().filter_map(|standing| standing.complete_to).max();
    let mut said = Vec::new();
    for standing in places {
        let name = label(logs, standing);
        let behind = newest
            .is_some_and(|newest| standing.complete_to.is_none_or(|to| newest.since(to) >= LAG));
        match standing.unread {
            0 => {}
            1 => said.push((format!("{name} fails: a group cannot be read"), true)),
            some => said.push((format!("{name} fails: {some} groups cannot be read"), true)),
        }
        if standing.slowed {
            said.push((format!("{name} throttles: asked more slowly"), false));
        }
        match &standing.flow {
            Flow::Swept(_) if standing.unread == 0 => {
                said.push((format!("{name} is polled"), false));
            }
            Flow::Swept(_) | Flow::Idle | Flow::Opening | Flow::Pushed | Flow::Read(_) => {}
        }
        if behind && standing.unread == 0 {
            said.push((format!("{name} lags"), false));
        }
    }
    said
}

fn label<'a>(logs: &'a Logs, standing: &PlaceStanding) -> &'a str {
    logs.labels().place(standing.place.as_ref())
}
