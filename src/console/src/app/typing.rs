//! A text being typed at the foot of the screen, and what for.

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_guard::PlanId;

use super::line::Line;
use super::switching::Choosing;
use super::ticket::Ticket;

/// A text being typed at the foot of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Typing {
    /// What for.
    pub purpose: Purpose,
    /// The text.
    pub line: Line,
    /// What is wrong with it: the message, and the character it points at.
    pub wrong: Option<(Printable, usize)>,
    /// What the text completes to, and which of it is in the line.
    pub chosen: Option<(Vec<String>, usize)>,
}

/// What a text is typed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Purpose {
    /// To run a command.
    Command,
    /// To filter the view.
    Filter,
    /// To find something in the palette.
    Palette,
    /// To answer the question of this plan, and of no other.
    Phrase(PlanId),
    /// To give the one-time code of a device, for the switch of this ticket or for the place in front. The text is hidden:
    /// what stands in the line are dots.
    Code {
        /// The ticket of the switch.
        ticket: Option<Ticket>,
        /// The device.
        device: Printable,
    },
    /// To choose where to switch to.
    Destination(Choosing),
    /// To fill in this field of the form.
    Field(String),
    /// To give a secret of this name: of the form, or again for a run that is carried out with it, by the word that stands for
    /// it there. The text is hidden like a code.
    Secret {
        /// Its name.
        name: String,
        /// The word.
        word: Option<String>,
    },
}

impl Purpose {
    /// Whether what is typed must not be seen.
    pub fn is_secret(&self) -> bool {
        match self {
            Self::Code { .. } | Self::Secret { .. } => true,
            Self::Command
            | Self::Filter
            | Self::Palette
            | Self::Phrase(_)
            | Self::Destination(_)
            | Self::Field(_) => false,
        }
    }

    /// Whether a recording keeps the keys typed for it: never those of a secret.
    pub fn keys_are_kept(&self) -> bool {
        match self {
            // A phrase is on the screen, for everybody to read.
            Self::Command
            | Self::Filter
            | Self::Palette
            | Self::Phrase(_)
            | Self::Destination(_)
            | Self::Field(_) => true,
            Self::Code { .. } | Self::Secret { .. } => false,
        }
    }

    /// Whether a recording keeps what is pasted into it: only where a paste becomes part of the text.
    pub fn pastes_are_kept(&self) -> bool {
        match self {
            Self::Command
            | Self::Filter
            | Self::Palette
            | Self::Destination(_)
            | Self::Field(_) => true,
            Self::Phrase(_) | Self::Code { .. } | Self::Secret { .. } => false,
        }
    }
}
