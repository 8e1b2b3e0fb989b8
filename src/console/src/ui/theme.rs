//! The theme in force as styles, with the colours that the terminal has.

use ratatui::style::{Color, Modifier, Style};
use watchdeck_domain::log::LogLevel;

use crate::app::shell::Tone;
use crate::contexts;
use crate::look::colour::{Colour, Depth};
use crate::look::theme::{Meaning, NAMES, Paint};
use crate::look::{self, Look};

/// A style for everything that is drawn.
#[derive(Clone, Debug)]
pub(super) struct Theme {
    /// What everything is drawn on.
    pub(super) ground: Style,
    /// How many colours there are.
    depth: Depth,
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
    /// Not now, but then.
    pub(super) replay: Style,
    /// The chosen row.
    pub(super) chosen: Style,
    /// A word that was searched for.
    pub(super) found: Style,
    /// The names of log groups, one after the other.
    pub(super) names: [Style; NAMES],
    /// Whether only ASCII is drawn.
    pub(super) ascii: bool,
}

impl Theme {
    /// The theme of this look.
    pub(super) fn new(look: &Look) -> Self {
        let theme = look.theme();
        let of = |meaning| style(theme.map(|it| it.paint(meaning)).unwrap_or_default(), look.depth);
        let names = theme.map(look::Theme::names).unwrap_or_default();
        Self {
            ground: of(Meaning::Ground),
            text: of(Meaning::Text),
            dim: of(Meaning::Dim),
            faint: of(Meaning::Faint),
            strong: of(Meaning::Strong),
            accent: of(Meaning::Accent),
            key: of(Meaning::Key),
            good: of(Meaning::Good),
            warn: of(Meaning::Warn),
            bad: of(Meaning::Bad),
            fatal: of(Meaning::Fatal),
            bar: of(Meaning::Bar),
            read_only: of(Meaning::ReadOnly),
            armed: of(Meaning::Armed),
            simulated: of(Meaning::Simulated),
            real: of(Meaning::Real),
            replay: of(Meaning::Found).add_modifier(Modifier::BOLD),
            chosen: of(Meaning::Chosen),
            found: of(Meaning::Found),
            names: names.map(|name| style(name, look.depth)),
            ascii: look.ascii,
            depth: look.depth,
        }
    }

    /// The style of a place's badge. Without colours every badge is alike, and its word tells.
    pub(super) fn badge(&self, colour: contexts::Colour) -> Style {
        if self.armed.fg.is_none() && self.armed.bg.is_none() {
            return self.armed;
        }
        let (front, back) = match colour {
            contexts::Colour::Red => (231, 160),
            contexts::Colour::Orange => (232, 208),
            contexts::Colour::Yellow => (232, 179),
            contexts::Colour::Green => (232, 108),
            contexts::Colour::Cyan => (232, 80),
            contexts::Colour::Blue => (231, 25),
            contexts::Colour::Purple => (231, 91),
            contexts::Colour::Grey => (232, 245),
        };
        let (front, back) = (Some(Colour::Indexed(front)), Some(Colour::Indexed(back)));
        style(Paint { front, back, bold: true, ..Paint::default() }, self.depth)
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

/// A paint as a style.
fn style(paint: Paint, depth: Depth) -> Style {
    let paint = paint.within(depth);
    let emphasis = [
        (paint.bold, Modifier::BOLD),
        (paint.faint, Modifier::DIM),
        (paint.underlined, Modifier::UNDERLINED),
        (paint.reversed, Modifier::REVERSED),
    ];
    let on = emphasis.into_iter().filter(|(on, _)| *on).map(|(_, modifier)| modifier);
    Style {
        fg: paint.front.map(colour),
        bg: paint.back.map(colour),
        add_modifier: on.collect(),
        ..Style::new()
    }
}

fn colour(colour: Colour) -> Color {
    match colour {
        Colour::Terminal => Color::Reset,
        Colour::Indexed(at) => Color::Indexed(at),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}
