//! Colours and emphasis, by what they mean. One theme with colours, one without.

use ratatui::style::{Color, Modifier, Style};
use watchdeck_domain::log::LogLevel;

use crate::app::shell::Tone;

/// A style for everything that is drawn.
#[derive(Clone, Debug)]
pub(super) struct Theme {
    /// Ordinary text.
    pub(super) text: Style,
    /// Text that matters less.
    pub(super) dim: Style,
    /// Rules, and what is barely there.
    pub(super) faint: Style,
    /// Text that matters more.
    pub(super) strong: Style,
    /// Titles and the view in front.
    pub(super) accent: Style,
    /// A key that can be pressed.
    pub(super) key: Style,
    /// As it should be.
    pub(super) good: Style,
    /// Worth a look.
    pub(super) warn: Style,
    /// Not as it should be.
    pub(super) bad: Style,
    /// The process died.
    pub(super) fatal: Style,
    /// The top line.
    pub(super) bar: Style,
    /// Nothing can be changed.
    pub(super) read_only: Style,
    /// Changes can be proposed.
    pub(super) armed: Style,
    /// Not a real account.
    pub(super) simulated: Style,
    /// A real account.
    pub(super) real: Style,
    /// The chosen row.
    pub(super) chosen: Style,
    /// A word that was searched for.
    pub(super) found: Style,
    /// The names of log groups, one after the other.
    pub(super) names: [Style; 6],
}

impl Theme {
    /// The theme for a terminal with, or without, colours.
    pub(super) fn new(colours: bool) -> Self {
        if colours { Self::colours() } else { Self::plain() }
    }

    fn colours() -> Self {
        let on = |colour| Style::new().fg(Color::Indexed(colour));
        let badge = |front, back| {
            Style::new()
                .fg(Color::Indexed(front))
                .bg(Color::Indexed(back))
                .add_modifier(Modifier::BOLD)
        };
        Self {
            text: Style::new(),
            dim: on(245),
            faint: on(240),
            strong: Style::new().add_modifier(Modifier::BOLD),
            accent: on(75).add_modifier(Modifier::BOLD),
            key: on(110).add_modifier(Modifier::BOLD),
            good: on(114),
            warn: on(179),
            bad: on(203),
            fatal: badge(231, 160),
            bar: Style::new().fg(Color::Indexed(252)).bg(Color::Indexed(236)),
            read_only: badge(232, 108),
            armed: badge(231, 160),
            simulated: badge(232, 75),
            real: badge(232, 214),
            chosen: Style::new().bg(Color::Indexed(237)),
            found: Style::new().fg(Color::Indexed(232)).bg(Color::Indexed(179)),
            names: [110, 139, 108, 180, 74, 174].map(on),
        }
    }

    fn plain() -> Self {
        let with = |modifier| Style::new().add_modifier(modifier);
        let badge = with(Modifier::BOLD | Modifier::REVERSED);
        Self {
            text: Style::new(),
            dim: Style::new(),
            faint: with(Modifier::DIM),
            strong: with(Modifier::BOLD),
            accent: with(Modifier::BOLD),
            key: with(Modifier::BOLD),
            good: Style::new(),
            warn: with(Modifier::UNDERLINED),
            bad: with(Modifier::BOLD),
            fatal: badge,
            bar: with(Modifier::UNDERLINED),
            read_only: badge,
            armed: badge,
            simulated: badge,
            real: badge,
            chosen: with(Modifier::REVERSED),
            found: with(Modifier::REVERSED),
            names: [Style::new(); 6],
        }
    }

    /// The style of a level's word.
    pub(super) fn level(&self, level: Option<LogLevel>) -> Style {
        match level {
            Some(LogLevel::Fatal) => self.fatal,
            Some(LogLevel::Error) => self.bad.add_modifier(Modifier::BOLD),
            Some(LogLevel::Warn) => self.warn,
            Some(LogLevel::Info) => self.good,
            Some(LogLevel::Debug | LogLevel::Trace) | None => self.faint,
        }
    }

    /// The style of a message.
    pub(super) fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.text,
            Tone::Good => self.good,
            Tone::Bad => self.bad,
        }
    }

    /// The style of the `index`th name.
    pub(super) fn name(&self, index: usize) -> Style {
        self.names.get(index % self.names.len()).copied().unwrap_or(self.text)
    }
}
