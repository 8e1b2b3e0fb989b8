//! The file of a recording: a header, then one line a message, each masked before it is written.
//!
//! A message is `[milliseconds since the line before, message]`; `{"lost":3}` stands where three are missing.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;
use watchdeck_domain::mask::mask;

use crate::app::destinations::Destinations;
use crate::app::shell::Screen;
use crate::app::{Model, Msg, Place, Setup, Wishes};
use crate::keymap::Keymap;
use crate::look::choice::Choice;
use crate::look::colour::Depth;
use crate::look::times::Form;
use crate::look::{Look, Theme};

/// The format that is written, and the only one that is read.
pub const FORMAT: &str = "recording/1";

/// The first line: all that the model was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// The version of the program that wrote it.
    pub program: String,
    /// When the session began, in the account's time.
    pub start: Timestamp,
    /// How fast the account's time passed.
    pub speed: f64,
    /// Columns and rows of the terminal at the start.
    pub size: (u16, u16),
    /// Where the console stood.
    pub place: Place,
    /// How it looked.
    pub look: Appearance,
    /// The log groups watched from the start.
    pub groups: Vec<String>,
    /// Where one could switch to.
    #[serde(default)]
    pub destinations: Destinations,
    /// The most bytes of log lines that were held.
    pub store_bytes: usize,
    /// The screen in front at the start.
    pub screen: Screen,
    /// What the operator had set in advance.
    pub wishes: Wishes,
    /// The keys in force, as a keymap file.
    pub keymap: String,
}

impl Header {
    /// The header of a session that begins.
    pub fn of(setup: &Setup, start: Timestamp, speed: f64, size: (u16, u16)) -> Self {
        Self {
            format: FORMAT.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            start,
            speed,
            size,
            place: setup.place.clone(),
            look: Appearance::of(&setup.look),
            groups: setup.groups.clone(),
            destinations: setup.destinations.clone(),
            store_bytes: setup.store_bytes,
            screen: setup.start.clone(),
            wishes: setup.wishes.clone(),
            keymap: setup.keymap.as_file(),
        }
    }

    /// The model before the first message.
    ///
    /// # Errors
    /// The keys are not such as this program knows.
    pub fn model(&self) -> Result<Model, String> {
        let mut keymap = Keymap::default();
        let mistakes = keymap.lay_over("the recorded keymap", &self.keymap);
        if let Some(mistake) = mistakes.first() {
            return Err(mistake.to_string());
        }
        let setup = Setup {
            place: self.place.clone(),
            keymap,
            look: self.look.look(),
            groups: self.groups.clone(),
            destinations: self.destinations.clone(),
            store_bytes: self.store_bytes,
            start: self.screen.clone(),
            wishes: self.wishes.clone(),
        };
        let mut model = Model::new(setup, self.start);
        model.last_page = crate::ui::last_page;
        Ok(model)
    }
}

/// A look, written down. Of themes of one's own only the names are: they are drawn as the program's first one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// The name of the theme.
    pub theme: String,
    /// The themes to choose from, and what each is for.
    pub themes: Vec<(String, String)>,
    /// How many colours the terminal had.
    pub depth: Depth,
    /// Whether only ASCII was drawn.
    pub ascii: bool,
    /// Whether the mouse was the console's.
    pub mouse: bool,
    /// The most bytes of base64 that a copy handed to the terminal.
    pub copy_bytes: usize,
    /// How times were told.
    #[serde(default)]
    pub times: Form,
}

impl Appearance {
    fn of(look: &Look) -> Self {
        let themes = look.names().map(|name| (name.to_owned(), look.about(name).to_owned()));
        Self {
            theme: look.theme_name().to_owned(),
            themes: themes.collect(),
            depth: look.depth,
            ascii: look.ascii,
            mouse: look.mouse,
            copy_bytes: look.copy_bytes,
            times: look.times.form,
        }
    }

    fn look(&self) -> Look {
        let known = Theme::built_in().unwrap_or_default();
        let themes = self.themes.iter().map(|(name, about)| {
            let like = known.iter().find(|theme| theme.name == *name).or(known.first());
            let mut theme = like.cloned().unwrap_or_default();
            (theme.name, theme.about) = (name.clone(), about.clone());
            theme
        });
        let choice = Choice {
            theme: self.theme.clone(),
            depth: self.depth,
            ascii: self.ascii,
            mouse: self.mouse,
            copy_bytes: self.copy_bytes,
            times: self.times,
        };
        Look::new(themes.collect(), &choice)
    }
}

/// What stands where messages are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// How many.
    pub lost: u64,
}

/// JSON whose texts hold no secret that [`mask`] knows. Nothing else can be written.
struct Masked {
    json: String,
    /// Whether anything was hidden.
    hidden: bool,
}

impl Masked {
    fn of(value: &impl Serialize) -> serde_json::Result<Self> {
        let written = serde_json::to_string(value)?;
        let (mut json, mut hidden) = (String::with_capacity(written.len()), false);
        let mut rest = written.as_str();
        // Whatever stands in quotes is a text; a name of a member too, and none of those is changed by its mask.
        while let Some((before, quoted)) = rest.split_once('"') {
            let (text, after) =
                quoted.split_at_checked(text_length(quoted)).unwrap_or((quoted, ""));
            json.push_str(before);
            rest = after.strip_prefix('"').unwrap_or(after);
            let masked = if text.contains('\\') { escaped(text)? } else { changed(text) };
            hidden |= masked.is_some();
            json.push('"');
            json.push_str(masked.as_deref().unwrap_or(text));
            json.push('"');
        }
        json.push_str(rest);
        Ok(Self { json, hidden })
    }
}

/// How long the text is that begins behind a quotation mark.
fn text_length(quoted: &str) -> usize {
    let mut escaped = false;
    let end = quoted.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(quoted.len())
}

/// A text masked; nothing when it holds no secret.
fn changed(text: &str) -> Option<String> {
    match mask(text) {
        Cow::Owned(masked) => Some(masked),
        Cow::Borrowed(_) => None,
    }
}

/// The same for a text with escapes, which would hide where words begin.
fn escaped(text: &str) -> serde_json::Result<Option<String>> {
    let plain: String = serde_json::from_str(&format!("\"{text}\""))?;
    let masked = changed(&plain).map(|masked| serde_json::to_string(&masked)).transpose()?;
    let inside = |json: String| json.get(1..json.len() - 1).unwrap_or_default().to_owned();
    Ok(masked.map(inside))
}

/// Writes a recording, line by line.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    last: Timestamp,
}

impl<W: Write> Writer<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// It could not be written.
    pub fn begin(mut out: W, header: &Header) -> io::Result<Self> {
        line(&mut out, &Masked::of(header)?.json)?;
        Ok(Self { out, last: header.start })
    }

    /// Writes a message down, and says whether it reads back; what does not is written down as missing.
    ///
    /// # Errors
    /// It could not be written.
    pub fn hear(&mut self, at: Timestamp, msg: &Msg) -> io::Result<bool> {
        let kept = Masked::of(msg).ok().filter(|kept| reads_back(msg, kept));
        let Some(Masked { json, .. }) = kept else {
            self.lose(1)?;
            return Ok(false);
        };
        let after = at.as_millis().saturating_sub(self.last.as_millis());
        self.last = at;
        line(&mut self.out, &format!("[{after},{json}]"))?;
        Ok(true)
    }

    /// Writes down that messages are missing here.
    ///
    /// # Errors
    /// It could not be written.
    pub fn lose(&mut self, lost: u64) -> io::Result<()> {
        line(&mut self.out, &serde_json::to_string(&Lost { lost })?)
    }

    /// Where it was written to.
    pub fn written(&self) -> &W {
        &self.out
    }

    /// Hands what was written to the system: it outlives the program from here on.
    ///
    /// # Errors
    /// It could not be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a message can be read again. Only a mask may be in the way, or a number of an answer that JSON cannot hold.
fn reads_back(msg: &Msg, kept: &Masked) -> bool {
    let doubtful = kept.hidden || matches!(msg, Msg::Answered { .. });
    !doubtful || serde_json::from_str::<Msg>(&kept.json).is_ok()
}

fn line(out: &mut impl Write, json: &str) -> io::Result<()> {
    out.write_all(json.as_bytes())?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_is_masked_and_stays_the_text_it_was() {
        let check = |given: serde_json::Value, wanted: serde_json::Value| {
            let masked = Masked::of(&given).unwrap();
            let read: serde_json::Value = serde_json::from_str(&masked.json).unwrap();
            assert_eq!((read, masked.hidden), (wanted.clone(), given != wanted));
        };
        check(
            json!({"a": ["x", 1, null, "\\", "\"", ""]}),
            json!({"a": ["x", 1, null, "\\", "\"", ""]}),
        );
        check(json!(["two\nAKIAIOSFODNN7EXAMPLE"]), json!(["two\nAKIAxxxxxxxxxxxxxxxx"]));
        check(json!("{\"password\":\"a\\\"b\"}"), json!("{\"password\":\"xxxx\"}"));
        check(json!("secret='\"größe\"'"), json!("secret='xxxxxxx'"));
        check(
            json!({"password": "kept: the text alone is looked at"}),
            json!({"password": "kept: the text alone is looked at"}),
        );
        check(json!("\"token=\"abc1\"\""), json!("\"token=\"xxxx\"\""));
    }
}
