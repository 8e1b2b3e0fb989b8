//! Styles and marks by what they mean in the account.

use ratatui::style::Style;
use watchdeck_domain::alarm::AlarmState;
use watchdeck_domain::finding::Severity;

use super::theme::Theme;
use crate::app::details::Look;
use crate::app::screens::overview::Health;

/// The style of a severity.
pub(super) fn severity(severity: Severity, theme: &Theme) -> Style {
    match severity {
        Severity::Critical => theme.fatal,
        Severity::High => theme.bad,
        Severity::Medium => theme.warn,
        Severity::Low => theme.text,
        Severity::Informational => theme.dim,
    }
}

/// The style of an alarm's state.
pub(super) fn alarm(state: &AlarmState, theme: &Theme) -> Style {
    match state {
        AlarmState::Alarm => theme.bad,
        AlarmState::InsufficientData | AlarmState::Other(_) => theme.warn,
        AlarmState::Ok => theme.good,
    }
}

/// The style of a value that is told.
pub(super) fn look(look: Look, theme: &Theme) -> Style {
    match look {
        Look::Plain => theme.text,
        Look::Dim => theme.dim,
        Look::Good => theme.good,
        Look::Warn => theme.warn,
        Look::Bad => theme.bad,
    }
}

/// How a component does: a mark that says it without colour, and its style.
pub(super) fn health(health: Health, theme: &Theme) -> (&'static str, Style) {
    match health {
        Health::Bad => ("✘", theme.bad),
        Health::Warn => ("!", theme.warn),
        Health::Good => ("●", theme.good),
        Health::Quiet => ("○", theme.dim),
    }
}
