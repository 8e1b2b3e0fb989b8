//! One file a screen: the model of the same name, drawn.

pub(super) mod absent;
pub(super) mod alarms;
pub(super) mod component;
pub(super) mod databases;
pub(super) mod findings;
pub(super) mod function;
pub(super) mod functions;
pub(super) mod journal;
pub(super) mod logs;
pub(super) mod overview;
pub(super) mod plan;
pub(super) mod problems;
pub(super) mod query;
pub(super) mod recovery;
pub(super) mod reports;
pub(super) mod request;
pub(super) mod run;
pub(super) mod runbooks;
pub(super) mod templates;
pub(super) mod trail;

use ratatui::style::Style;
use ratatui::text::Line;

use super::text::{self, span};
use super::theme::Theme;
use crate::app::shell::Screen;
use crate::app::{Model, Problem};

/// How what the screen in front shows stands: how complete, how old, how much is hidden, and what is still waited for.
pub(super) fn standing(model: &Model, theme: &Theme) -> Option<Line<'static>> {
    let said = match &model.shell.screen {
        Screen::Overview | Screen::Component(_) => overview::standing(model, theme),
        Screen::Logs => Some(logs::standing(model, theme)),
        Screen::Query => Some(query::standing(model, theme)),
        Screen::Request => Some(request::standing(model, theme)),
        Screen::Templates => Some(templates::standing(model, theme)),
        Screen::Trail => Some(trail::standing(model, theme)),
        Screen::Findings => Some(findings::standing(model, theme)),
        Screen::Alarms => Some(alarms::standing(model, theme)),
        Screen::Functions => functions::standing(model, theme),
        Screen::Databases => databases::standing(model, theme),
        Screen::Reports => Some(reports::standing(model, theme)),
        Screen::Recovery => Some(recovery::standing(model, theme)),
        Screen::Function(_)
        | Screen::Runbooks
        | Screen::Plan
        | Screen::Run
        | Screen::Journal
        | Screen::Problems => None,
    };
    // A list that has nothing to show yet says so itself.
    if model.list().is_some_and(|list| list.listing().is_empty()) {
        return said;
    }
    let Some((what, since)) = model.waits() else { return said };
    let waited = format!("asking for {what} … {}", text::clock(model.now.since(since)));
    let Some(mut said) = said.filter(|said| said.width() > 1) else {
        return Some(text::line(format!(" {waited}"), theme.dim));
    };
    // What is known says more than what is on its way.
    if said.width() + text::width(&waited) + 3 <= usize::from(model.size.0) {
        said.spans.extend([span(" · ", theme.faint), span(waited, theme.dim)]);
    }
    Some(said)
}

/// Why something was not answered, in a few words; all of them stand under the problems.
fn reason(problem: &Problem) -> String {
    let code = problem.code.trim_start_matches("read.");
    text::cut(&text::safe(format!("{code}: {}", problem.why)), REASON)
}

/// The most cells of a reason.
const REASON: usize = 64;

/// Parts of a standing, a dot between them, the most telling first: those for which there is no room are left out.
fn dotted(parts: Vec<(String, Style)>, room: u16, theme: &Theme) -> Line<'static> {
    let mut spans = vec![span(" ", theme.dim)];
    let mut left = usize::from(room).saturating_sub(2);
    for (at, (said, style)) in parts.into_iter().enumerate() {
        let wide = text::width(&said) + if at > 0 { 3 } else { 0 };
        if at > 0 && wide > left {
            continue;
        }
        let said = text::cut(&said, left);
        left = left.saturating_sub(wide);
        if at > 0 {
            spans.push(span(" · ", theme.faint));
        }
        spans.push(span(said, style));
    }
    Line::from(spans)
}
