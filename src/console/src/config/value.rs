//! What a value may be: a text, a switch, a number or a list, parsed once and trusted afterwards.

use watchdeck_domain::{LogGroupName, Region};

use crate::app::command::{Command, Context, Weight};
use crate::keymap::Choice;
use crate::look::times::Form;

/// A value as it was written, before anybody knows whether it is a good one.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// A text in a file.
    Text(String),
    /// `true` or `false` in a file.
    Switch(bool),
    /// A whole number in a file.
    Number(i64),
    /// A list of texts in a file.
    List(Vec<String>),
    /// Something else in a file, by the name of its kind.
    Other(&'static str),
    /// Words of a flag or a variable: they have no kind of their own.
    Words(String),
}

/// A value that a setting can hold.
pub trait Held: Sized {
    /// Makes it of what was written.
    ///
    /// # Errors
    /// Says what would be right.
    fn parse(raw: Raw) -> Result<Self, String>;

    /// As people and files write it.
    fn shown(&self) -> String;
}

impl Held for bool {
    fn parse(raw: Raw) -> Result<Self, String> {
        match raw {
            Raw::Switch(value) => Ok(value),
            Raw::Words(words) if words == "true" => Ok(true),
            Raw::Words(words) if words == "false" => Ok(false),
            Raw::Words(_) | Raw::Text(_) | Raw::Number(_) | Raw::List(_) | Raw::Other(_) => {
                Err("write true or false".to_owned())
            }
        }
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// A whole number between two bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within<const LEAST: u32, const MOST: u32>(pub u32);

impl<const LEAST: u32, const MOST: u32> Held for Within<LEAST, MOST> {
    fn parse(raw: Raw) -> Result<Self, String> {
        let number = match raw {
            Raw::Number(number) => u32::try_from(number).ok(),
            Raw::Words(words) => words.parse().ok(),
            Raw::Text(_) | Raw::Switch(_) | Raw::List(_) | Raw::Other(_) => None,
        };
        number
            .filter(|number| (LEAST..=MOST).contains(number))
            .map(Self)
            .ok_or_else(|| format!("write a whole number from {LEAST} to {MOST}"))
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// A name without spaces or signs that do not print: a theme, a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Held for Name {
    fn parse(raw: Raw) -> Result<Self, String> {
        let name = text(raw).filter(|name| !name.is_empty() && name.chars().count() <= 256);
        name.filter(|name| !name.chars().any(char::is_control))
            .map(Self)
            .ok_or_else(|| "write a name as a text, in quotes".to_owned())
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

impl Held for Choice {
    fn parse(raw: Raw) -> Result<Self, String> {
        let name = text(raw).ok_or("write a preset or a file, in quotes")?;
        Self::parse(&name).map_err(|error| error.hint())
    }

    fn shown(&self) -> String {
        match self {
            Self::Preset(preset) => preset.name().to_owned(),
            Self::File(file) => file.display().to_string(),
        }
    }
}

impl Held for Form {
    fn parse(raw: Raw) -> Result<Self, String> {
        let word = text(raw).unwrap_or_default();
        let words = || Self::ALL.map(Self::word).join(", ");
        Self::parse(&word).ok_or_else(|| format!("write one of {}, in quotes", words()))
    }

    fn shown(&self) -> String {
        self.word().to_owned()
    }
}

/// A line for the `:` line that goes somewhere and changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartLine(String);

impl StartLine {
    /// The line as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Held for StartLine {
    fn parse(raw: Raw) -> Result<Self, String> {
        let wanted =
            "write a command that goes to a view, such as \"functions\" or \"function NAME\"";
        let line = text(raw).ok_or(wanted)?;
        let name = line.split_whitespace().next().ok_or(wanted)?;
        let Some(command) = Command::parse(name) else {
            let near = Command::nearest(name).map(|near| format!("did you mean `{near}`?"));
            let near = near.unwrap_or_else(|| "`watchdeck keys` lists the commands".to_owned());
            return Err(format!("there is no command `{name}`: {near}"));
        };
        let entry = command.entry();
        let goes_somewhere =
            entry.id.starts_with("show-") && entry.scope.contains(&Context::Anywhere);
        if entry.weight != Weight::Light || !goes_somewhere {
            return Err(format!("`{name}` does not go to a view: {wanted}"));
        }
        Ok(Self(line))
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

impl Held for Region {
    fn parse(raw: Raw) -> Result<Self, String> {
        let region = text(raw).unwrap_or_default();
        Region::parse(region).map_err(|error| error.why.to_owned())
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// The most log groups that one tail can hold.
const MOST_GROUPS: usize = 10;

impl Held for Vec<LogGroupName> {
    fn parse(raw: Raw) -> Result<Self, String> {
        let names = match raw {
            Raw::List(names) => names,
            Raw::Words(words) => words
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            Raw::Text(_) | Raw::Switch(_) | Raw::Number(_) | Raw::Other(_) => {
                return Err(
                    "write a list of texts, such as [\"/aws/lambda/orders-writer\"]".to_owned()
                );
            }
        };
        if names.len() > MOST_GROUPS {
            return Err(format!("{} are too many: a live tail holds {MOST_GROUPS}", names.len()));
        }
        let parse = |name: String| {
            LogGroupName::parse(name.as_str())
                .map_err(|error| format!("`{name}` is no log group: {}", error.why))
        };
        names.into_iter().map(parse).collect()
    }

    fn shown(&self) -> String {
        if self.is_empty() {
            return "none".to_owned();
        }
        self.iter().map(LogGroupName::as_str).collect::<Vec<_>>().join(", ")
    }
}

impl<T: Held> Held for Option<T> {
    fn parse(raw: Raw) -> Result<Self, String> {
        T::parse(raw).map(Some)
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "none".to_owned(), T::shown)
    }
}

/// Whether `--write` was given. Nothing else arms the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Armed(pub bool);

impl Held for Armed {
    fn parse(raw: Raw) -> Result<Self, String> {
        if bool::parse(raw)? {
            return Err("only --write arms the console, each time by hand: a file or a variable \
                        that did so would arm a start that nobody meant to be armed"
                .to_owned());
        }
        Ok(Self(false))
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// The text that was written, if it was one.
fn text(raw: Raw) -> Option<String> {
    match raw {
        Raw::Text(text) | Raw::Words(text) => Some(text),
        Raw::Switch(_) | Raw::Number(_) | Raw::List(_) | Raw::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Raw {
        Raw::Words(text.to_owned())
    }

    #[test]
    fn a_start_goes_to_a_view_and_nowhere_else() {
        for line in ["functions", "show-journal", "function orders-writer"] {
            assert_eq!(StartLine::parse(words(line)).unwrap().as_str(), line);
        }
        for (line, told) in [
            ("functons", "did you mean `functions`?"),
            ("rollback orders-writer live", "does not go to a view"),
            ("quit", "does not go to a view"),
            ("", "write a command"),
        ] {
            let why = StartLine::parse(words(line)).unwrap_err();
            assert!(why.contains(told), "{line}: {why}");
        }
    }

    #[test]
    fn numbers_and_switches_keep_to_their_kind_in_files_but_not_in_words() {
        type Store = Within<16, 64>;
        assert_eq!(Store::parse(words("64")), Ok(Within(64)));
        for raw in [Raw::Number(65), Raw::Number(-1), Raw::Text("64".into()), words("4 MB")] {
            assert_eq!(Store::parse(raw), Err("write a whole number from 16 to 64".to_owned()));
        }
        assert_eq!(bool::parse(words("true")), Ok(true));
        assert!(bool::parse(Raw::Text("true".into())).is_err());
    }

    #[test]
    fn eleven_groups_are_too_many() {
        let names = |count| (0..count).map(|n| format!("g{n}")).collect::<Vec<_>>().join(", ");
        assert_eq!(Vec::<LogGroupName>::parse(words(&names(10))).unwrap().len(), 10);
        assert!(Vec::<LogGroupName>::parse(words(&names(11))).unwrap_err().contains("too many"));
        assert!(Vec::<LogGroupName>::parse(words("a b")).unwrap_err().contains("`a b`"));
    }
}
