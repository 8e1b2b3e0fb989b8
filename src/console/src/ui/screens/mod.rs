//! One file a screen: the model of the same name, drawn.

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
pub(super) mod run;
pub(super) mod runbooks;
pub(super) mod trail;

use ratatui::text::Line;

use super::text::span;
use super::theme::Theme;
use crate::app::Model;
use crate::app::shell::Screen;

/// How what the screen in front shows stands: how complete, how old, how much is hidden.
pub(super) fn standing(model: &Model, theme: &Theme) -> Option<Line<'static>> {
    match &model.shell.screen {
        Screen::Logs => Some(logs::standing(model, theme)),
        Screen::Trail => Some(trail::standing(model, theme)),
        Screen::Findings => Some(findings::standing(model, theme)),
        Screen::Alarms => Some(alarms::standing(model, theme)),
        Screen::Databases => databases::standing(model, theme),
        Screen::Overview
        | Screen::Component(_)
        | Screen::Functions
        | Screen::Function(_)
        | Screen::Runbooks
        | Screen::Plan
        | Screen::Run
        | Screen::Journal
        | Screen::Problems => None,
    }
}

/// Parts of a standing, a dot between them.
fn dotted(parts: Vec<(String, ratatui::style::Style)>, theme: &Theme) -> Line<'static> {
    let mut spans = vec![span(" ", theme.dim)];
    for (at, (text, style)) in parts.into_iter().enumerate() {
        if at > 0 {
            spans.push(span(" · ", theme.faint));
        }
        spans.push(span(text, style));
    }
    Line::from(spans)
}
