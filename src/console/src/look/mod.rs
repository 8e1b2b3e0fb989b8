//! How the console looks: themes by meaning, colours as many as the terminal has, ASCII where it has no more.
//!
//! Suggested reading order:

pub mod choice; // what flags, environment and configuration wish for
pub mod colour; // colours, and the nearest one that a terminal has
pub mod theme; // how each meaning is drawn
pub mod times; // how times are told
pub mod typed; // times and spans as they are typed

mod file; // reading theme files

use std::sync::Arc;

use serde::Serialize;

use choice::Choice;
use colour::Depth;
pub use file::ThemeError;
pub use theme::Theme;
use times::Times;

/// How the console looks now, and how else it could.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    /// The name of the theme.
    theme: String,
    /// The themes to choose from.
    #[serde(skip)]
    themes: Arc<[Theme]>,
    /// How many colours the terminal has.
    #[serde(skip)]
    pub depth: Depth,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Whether the mouse is the console's; else the terminal's, which selects text with it.
    pub mouse: bool,
    /// The most bytes of base64 that a copy hands to the terminal.
    pub copy_bytes: usize,
    /// How times are told.
    pub times: Times,
}

impl Look {
    /// The chosen look, out of these themes. A theme that is not among them is the first one.
    pub fn new(themes: Vec<Theme>, choice: &Choice) -> Self {
        let mut look = Self {
            theme: String::new(),
            themes: themes.into(),
            depth: choice.depth,
            ascii: choice.ascii,
            mouse: choice.mouse,
            copy_bytes: choice.copy_bytes,
            times: Times { form: choice.times, ..Times::default() },
        };
        if !look.choose(&choice.theme) {
            look.theme = look.themes.first().map(|theme| theme.name.clone()).unwrap_or_default();
        }
        look
    }

    /// The names of the themes to choose from.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.themes.iter().map(|theme| theme.name.as_str())
    }

    /// What the theme of this name is for.
    pub fn about(&self, name: &str) -> &str {
        self.themes.iter().find(|theme| theme.name == name).map_or("", |theme| &theme.about)
    }

    /// The theme; nothing where there are none at all, and then nothing has a style.
    pub fn theme(&self) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.name == self.theme)
    }

    /// The name of the theme.
    pub fn theme_name(&self) -> &str {
        &self.theme
    }

    /// Chooses another theme; false when there is none of that name.
    pub fn choose(&mut self, name: &str) -> bool {
        let known = self.names().any(|known| known == name);
        if known {
            name.clone_into(&mut self.theme);
        }
        known
    }
}
