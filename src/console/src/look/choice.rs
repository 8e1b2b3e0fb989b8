//! Which look it is to be: what the flags, the environment and the configuration prefer, in this order.

use super::colour::Depth;
use super::times::Form;

/// What one of them prefers. What it leaves out is for the next one to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The name of a theme.
    pub theme: Option<String>,
    /// Whether only ASCII is drawn.
    pub ascii: Option<bool>,
    /// Whether the mouse is the console's.
    pub mouse: Option<bool>,
    /// The most bytes of base64 that a copy hands to the terminal.
    pub copy_bytes: Option<usize>,
    /// The form of times.
    pub times: Option<Form>,
}

/// What the terminal can do, as far as its environment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether no colours are wanted (`NO_COLOR`).
    pub colourless: bool,
    /// Whether the locale says UTF-8, or nothing at all.
    pub unicode: bool,
    /// How many colours there are.
    pub depth: Depth,
}

/// What it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name of the theme.
    pub theme: String,
    /// How many colours there are.
    pub depth: Depth,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Whether the mouse is the console's.
    pub mouse: bool,
    /// The most bytes of base64 that a copy hands to the terminal.
    pub copy_bytes: usize,
    /// The form of times.
    pub times: Form,
}

/// The theme where nobody wishes for one.
pub const DEFAULT: &str = "dark";
/// The theme without colours.
pub const COLOURLESS: &str = "mono";
/// The most bytes of base64 handed to the terminal where nobody says otherwise: many terminals take no more.
pub const COPY_BYTES: usize = 100_000;

/// Chooses. A flag wins over the environment, the environment over the configuration; `NO_COLOR` wins over every theme
/// but that of a flag.
pub fn choose(
    flags: &Preferences,
    environment: &Preferences,
    configuration: &Preferences,
    surroundings: Surroundings,
) -> Choice {
    let colourless = surroundings.colourless.then_some(COLOURLESS);
    let lasting = environment.theme.as_deref().or(configuration.theme.as_deref());
    let theme = flags.theme.as_deref().or(colourless).or(lasting).unwrap_or(DEFAULT);
    let ascii = flags.ascii.or(environment.ascii).or(configuration.ascii);
    let mouse = flags.mouse.or(environment.mouse).or(configuration.mouse);
    let copy_bytes = flags.copy_bytes.or(environment.copy_bytes).or(configuration.copy_bytes);
    let times = flags.times.or(environment.times).or(configuration.times);
    Choice {
        theme: theme.to_owned(),
        depth: surroundings.depth,
        ascii: ascii.unwrap_or(!surroundings.unicode),
        mouse: mouse.unwrap_or(true),
        copy_bytes: copy_bytes.unwrap_or(COPY_BYTES),
        times: times.unwrap_or_default(),
    }
}

/// How many colours `COLORTERM` and `TERM` speak of.
pub fn depth(colorterm: &str, term: &str) -> Depth {
    if ["truecolor", "24bit"].contains(&colorterm) || term.contains("direct") {
        Depth::True
    } else if term.contains("256color") {
        Depth::Palette
    } else {
        Depth::Sixteen
    }
}

/// Whether a locale is one of UTF-8: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that says something. Where none does,
/// as in most containers, the terminal is no older than the others.
pub fn speaks_unicode(locale: [Option<String>; 3]) -> bool {
    let said = locale.into_iter().flatten().find(|said| !said.is_empty());
    said.is_none_or(|said| {
        let said = said.to_ascii_lowercase();
        said.contains("utf-8") || said.contains("utf8")
    })
}

/// Whether a variable such as `WATCHDECK_ASCII` says yes or no; nothing when it is empty.
pub fn switch(said: &str) -> Option<bool> {
    match said.trim() {
        "" => None,
        "0" | "no" | "false" | "off" => Some(false),
        _ => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(name: &str) -> Preferences {
        Preferences { theme: Some(name.into()), ..Preferences::default() }
    }

    const PLAIN: Surroundings =
        Surroundings { colourless: false, unicode: true, depth: Depth::True };

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_configuration() {
        let none = Preferences::default();
        let check = |flags: &Preferences,
                     environment: &Preferences,
                     configuration: &Preferences,
                     wanted: &str| {
            let chosen = choose(flags, environment, configuration, PLAIN);
            assert_eq!(chosen.theme, wanted);
        };
        check(&none, &none, &none, "dark");
        check(&none, &none, &theme("light"), "light");
        check(&none, &theme("tritanopia"), &theme("light"), "tritanopia");
        check(&theme("high-contrast"), &theme("tritanopia"), &theme("light"), "high-contrast");
        let flags = Preferences { mouse: Some(false), ..none.clone() };
        let environment = Preferences { ascii: Some(true), mouse: Some(true), ..none.clone() };
        let configuration = Preferences { ascii: Some(false), copy_bytes: Some(8), ..none };
        let chosen = choose(&flags, &environment, &configuration, PLAIN);
        assert_eq!((chosen.ascii, chosen.mouse, chosen.copy_bytes), (true, false, 8));
    }

    #[test]
    fn no_color_wins_over_every_theme_but_that_of_a_flag() {
        let colourless = Surroundings { colourless: true, ..PLAIN };
        let none = Preferences::default();
        assert_eq!(choose(&none, &theme("light"), &theme("dark"), colourless).theme, "mono");
        assert_eq!(choose(&theme("light"), &none, &none, colourless).theme, "light");
    }

    #[test]
    fn a_locale_without_unicode_means_ascii_unless_someone_says_no() {
        let old = Surroundings { unicode: false, ..PLAIN };
        let none = Preferences::default();
        assert!(choose(&none, &none, &none, old).ascii);
        let no = Preferences { ascii: Some(false), ..none.clone() };
        assert!(!choose(&none, &no, &none, old).ascii);
    }

    #[test]
    fn the_environment_tells_what_a_terminal_can_do() {
        assert_eq!(depth("truecolor", "xterm"), Depth::True);
        assert_eq!(depth("24bit", ""), Depth::True);
        assert_eq!(depth("", "xterm-direct"), Depth::True);
        assert_eq!(depth("", "screen-256color"), Depth::Palette);
        assert_eq!(depth("yes", "linux"), Depth::Sixteen);
        let said = |all: &str, ctype: &str, lang: &str| {
            let some = |text: &str| Some(text.to_owned());
            speaks_unicode([some(all), some(ctype), some(lang)])
        };
        assert!(said("", "", "de_DE.UTF-8") && said("C.utf8", "", "C") && said("", "", ""));
        assert!(!said("C", "", "de_DE.UTF-8") && !said("", "de_DE.ISO-8859-1", "C.UTF-8"));
        assert!(speaks_unicode([None, None, None]));
        assert_eq!([switch(""), switch("1"), switch("0")], [None, Some(true), Some(false)]);
    }
}
