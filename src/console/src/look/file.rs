//! Reading theme files: every mistake is told, with its line and column.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::colour::Colour;
use super::theme::{Meaning, NAMES, Paint, Theme};

/// One mistake in a theme file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.file, self.line, self.column, self.what, self.hint)
    }
}

impl std::error::Error for ThemeError {}

/// Reads the text of a file.
pub(super) fn read(
    file: &str,
    name: &str,
    text: &str,
    known: &[Theme],
) -> Result<Theme, Vec<ThemeError>> {
    let mut reading = Reading { file, text, palette: BTreeMap::new(), errors: Vec::new() };
    let theme = match DeTable::parse(text) {
        Ok(table) => reading.theme(name, table.get_ref(), known),
        Err(error) => {
            let hint = "a theme is TOML: a `[palette]` of colours, and `[styles]` made of them";
            reading.wrong(&error.span().unwrap_or_default(), error.message(), hint);
            Theme::default()
        }
    };
    reading.errors.sort_by_key(|error| (error.line, error.column));
    if reading.errors.is_empty() { Ok(theme) } else { Err(reading.errors) }
}

type Value<'a> = Spanned<DeValue<'a>>;

struct Reading<'a> {
    file: &'a str,
    text: &'a str,
    palette: BTreeMap<String, Colour>,
    errors: Vec<ThemeError>,
}

impl Reading<'_> {
    fn wrong(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let (above, beside) = before
            .rsplit_once('\n')
            .map_or((0, before), |(above, beside)| (above.matches('\n').count() + 1, beside));
        self.errors.push(ThemeError {
            file: self.file.to_owned(),
            line: above + 1,
            column: beside.chars().count() + 1,
            what: what.into(),
            hint: hint.into(),
        });
    }

    fn theme(&mut self, name: &str, table: &DeTable<'_>, known: &[Theme]) -> Theme {
        let mut theme = Theme::default();
        let based = table.get("base").map(|value| self.base(value, known));
        if let Some(base) = based.unwrap_or_else(|| known.first().cloned()) {
            theme = base;
        }
        name.clone_into(&mut theme.name);
        theme.about.clear();
        if let Some(value) = table.get("palette") {
            self.colours(value);
        }
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "base" | "palette" => {}
                "about" => match value.get_ref().as_str() {
                    Some(about) => about.clone_into(&mut theme.about),
                    None => self.wrong(&value.span(), "`about` is a sentence", "put it in quotes"),
                },
                "styles" => self.styles(&mut theme, value),
                other => self.wrong(
                    &key.span(),
                    format!("there is no field `{other}`"),
                    "a theme has about, base, palette and styles",
                ),
            }
        }
        theme
    }

    fn base(&mut self, value: &Value<'_>, known: &[Theme]) -> Option<Theme> {
        let name = value.get_ref().as_str().unwrap_or_default();
        let found = known.iter().find(|theme| theme.name == name).cloned();
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|theme| theme.name.as_str()).collect();
            let hint = format!("write one of {}", names.join(", "));
            self.wrong(&value.span(), "there is no such theme to base this one on", hint);
        }
        found
    }

    fn colours(&mut self, value: &Value<'_>) {
        let Some(table) = value.get_ref().as_table() else {
            return self.wrong(&value.span(), "`palette` is a table", "write `[palette]`");
        };
        for (name, value) in table {
            if let Some(colour) = self.colour(value, false) {
                self.palette.insert(name.get_ref().to_string(), colour);
            }
        }
    }

    /// A colour, written out or, in styles, by its name in the palette, which wins over the sixteen.
    fn colour(&mut self, value: &Value<'_>, named: bool) -> Option<Colour> {
        let hint = "write \"#rrggbb\", 0 to 255, \"terminal\", or one of the sixteen such as \"bright-red\"";
        let found = if let Some(text) = value.get_ref().as_str() {
            let own = if named { self.palette.get(text).copied() } else { None };
            own.or_else(|| Colour::parse(text))
        } else {
            let number = value.get_ref().as_integer();
            number
                .and_then(|number| u8::from_str_radix(number.as_str(), number.radix()).ok())
                .map(Colour::Indexed)
        };
        if found.is_none() {
            let hint =
                if named { format!("name one of the palette, or {hint}") } else { hint.into() };
            self.wrong(&value.span(), "this is no colour", hint);
        }
        found
    }

    fn styles(&mut self, theme: &mut Theme, value: &Value<'_>) {
        let Some(table) = value.get_ref().as_table() else {
            return self.wrong(&value.span(), "`styles` is a table", "write `[styles]`");
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if name == "names" {
                self.names(theme, value);
            } else if let Some(meaning) = Meaning::parse(name) {
                let paint = self.paint(value);
                theme.paints.insert(meaning, paint);
            } else {
                let known = Meaning::ALL.map(Meaning::name).join(", ");
                let what = format!("there is no style `{name}`");
                self.wrong(&key.span(), what, format!("write one of {known}, names"));
            }
        }
    }

    fn names(&mut self, theme: &mut Theme, value: &Value<'_>) {
        let found = value.get_ref().as_array();
        let Some(found) = found.filter(|found| found.len() == NAMES) else {
            let what = format!("`names` is a list of {NAMES} styles");
            return self.wrong(&value.span(), what, "write `names = [{ fg = \"cyan\" }, ..]`");
        };
        for (place, value) in theme.names.iter_mut().zip(found.iter()) {
            *place = self.paint(value);
        }
    }

    fn paint(&mut self, value: &Value<'_>) -> Paint {
        let mut paint = Paint::default();
        let Some(table) = value.get_ref().as_table() else {
            let hint = "write for example `{ fg = \"red\", bold = true }`";
            self.wrong(&value.span(), "this is no style", hint);
            return paint;
        };
        for (key, value) in table {
            let switch = match key.get_ref().as_ref() {
                "fg" => {
                    paint.front = self.colour(value, true);
                    continue;
                }
                "bg" => {
                    paint.back = self.colour(value, true);
                    continue;
                }
                "bold" => &mut paint.bold,
                "faint" => &mut paint.faint,
                "underlined" => &mut paint.underlined,
                "reversed" => &mut paint.reversed,
                other => {
                    let what = format!("a style has no `{other}`");
                    let hint = "it has fg, bg, bold, faint, underlined and reversed";
                    self.wrong(&key.span(), what, hint);
                    continue;
                }
            };
            match value.get_ref().as_bool() {
                Some(on) => *switch = on,
                None => self.wrong(&value.span(), "this is a switch", "write true or false"),
            }
        }
        paint
    }
}
