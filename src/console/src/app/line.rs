//! One line of text being typed, with its history.

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text that can be typed, in bytes.
const MOST: usize = 1024;

/// A text with a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    text: String,
    cursor: usize,
    /// How far back in the history it is; nothing while the text is one's own.
    back: Option<usize>,
    /// One's own text, kept while the history is looked through.
    own: String,
    /// Whether all of it is selected: what is typed next replaces it.
    selected: bool,
}

impl Line {
    /// A line that holds `text`, with the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text, ..Self::default() }
    }

    /// A line that holds `text`, all of it selected: typing replaces it, moving and erasing edit it.
    pub fn selecting(text: impl Into<String>) -> Self {
        let line = Self::new(text);
        Self { selected: !line.text.is_empty(), ..line }
    }

    /// Whether all of it is selected.
    pub fn selected(&self) -> bool {
        self.selected
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text left and right of the cursor.
    pub fn halves(&self) -> (&str, &str) {
        self.text.split_at_checked(self.cursor).unwrap_or((&self.text, ""))
    }

    /// Types a character. What does not print is not typed.
    pub fn insert(&mut self, c: char) {
        let mut buffer = [0; 4];
        self.insert_text(c.encode_utf8(&mut buffer));
    }

    /// Inserts a text at the cursor, without what does not print.
    pub fn insert_text(&mut self, text: &str) {
        if std::mem::take(&mut self.selected) {
            self.text.clear();
            self.cursor = 0;
        }
        for c in text.chars() {
            let mut buffer = [0; 4];
            let printed = watchdeck_domain::Printable::new(c.encode_utf8(&mut buffer).to_owned());
            let same = printed.as_str() == c.encode_utf8(&mut buffer);
            if same && self.text.len() + c.len_utf8() <= MOST {
                self.text.insert(self.cursor, c);
                self.cursor += c.len_utf8();
            }
        }
        self.back = None;
    }

    /// Moves one character to the left.
    pub fn left(&mut self) {
        self.selected = false;
        self.cursor -= self.halves().0.graphemes(true).next_back().map_or(0, str::len);
    }

    /// Moves one character to the right.
    pub fn right(&mut self) {
        self.selected = false;
        self.cursor += self.halves().1.graphemes(true).next().map_or(0, str::len);
    }

    /// Moves to the start.
    pub fn start(&mut self) {
        self.selected = false;
        self.cursor = 0;
    }

    /// Moves to the end.
    pub fn end(&mut self) {
        self.selected = false;
        self.cursor = self.text.len();
    }

    /// Erases the character to the left.
    pub fn erase_left(&mut self) {
        let end = self.cursor;
        self.left();
        self.erase(end);
    }

    /// Erases the character to the right.
    pub fn erase_right(&mut self) {
        let length = self.halves().1.graphemes(true).next().map_or(0, str::len);
        self.erase(self.cursor + length);
    }

    /// Erases the word to the left, and the blanks after it.
    pub fn erase_word(&mut self) {
        let end = self.cursor;
        let kept = self.halves().0.trim_end();
        self.cursor = kept.rfind(char::is_whitespace).map_or(0, |at| {
            at + kept.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
        });
        self.erase(end);
    }

    /// Erases everything to the left.
    pub fn erase_all(&mut self) {
        let end = self.cursor;
        self.cursor = 0;
        self.erase(end);
    }

    fn erase(&mut self, end: usize) {
        self.selected = false;
        if self.cursor <= end && end <= self.text.len() {
            self.text.replace_range(self.cursor..end, "");
        }
        self.back = None;
    }

    /// Shows the text before this one of the history, which is oldest first.
    pub fn earlier(&mut self, history: &[String]) {
        let back = self.back.map_or(0, |back| back + 1);
        let Some(text) = history.iter().rev().nth(back) else { return };
        if self.back.is_none() {
            self.own = std::mem::take(&mut self.text);
        }
        *self = Self { back: Some(back), own: std::mem::take(&mut self.own), ..Self::new(text) };
    }

    /// Shows the text after this one of the history, or one's own again.
    pub fn later(&mut self, history: &[String]) {
        let Some(back) = self.back else { return };
        let own = std::mem::take(&mut self.own);
        *self = match back
            .checked_sub(1)
            .and_then(|back| Some((back, history.iter().rev().nth(back)?)))
        {
            Some((back, text)) => Self { back: Some(back), own, ..Self::new(text) },
            None => Self::new(own),
        };
    }
}

/// Texts typed before, oldest first, without repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct History(Vec<String>);

impl History {
    /// Remembers a text.
    pub fn remember(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.0.retain(|known| known != text);
        self.0.push(text.to_owned());
        if self.0.len() > 100 {
            self.0.remove(0);
        }
    }

    /// The texts, oldest first.
    pub fn texts(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_by_what_people_see_as_characters() {
        let mut line = Line::default();
        line.insert_text("größe 👩‍🚀\u{1b}[2J");
        assert_eq!(line.text(), "größe 👩🚀[2J", "what does not print is not typed");
        let mut line = Line::new("ae\u{301}b");
        line.left();
        line.erase_left();
        assert_eq!(line.halves(), ("a", "b"));
        line.end();
        line.insert_text(" two  words");
        line.erase_word();
        assert_eq!(line.text(), "ab two  ");
        line.erase_word();
        assert_eq!(line.text(), "ab ");
        line.erase_all();
        assert_eq!(line.text(), "");
        line.erase_left();
        line.erase_right();
        line.left();
        line.right();
        assert_eq!(line.text(), "");
    }

    #[test]
    fn the_history_gives_ones_own_text_back() {
        let mut history = History::default();
        for text in ["logs", "functions", "logs"] {
            history.remember(text);
        }
        let mut line = Line::new("mine");
        line.earlier(history.texts());
        assert_eq!(line.text(), "logs");
        line.earlier(history.texts());
        line.earlier(history.texts());
        assert_eq!(line.text(), "functions");
        line.later(history.texts());
        line.later(history.texts());
        assert_eq!(line.text(), "mine");
    }
}
