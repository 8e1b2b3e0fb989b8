//! The named values of one line, in their order.

use std::borrow::Cow;

use watchdeck_query::json::{Members, Scalar};

/// Members of one line that are looked at.
const MAX_CELLS: usize = 512;

/// Named values.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet<'a> {
    pub(super) cells: Vec<(Cow<'a, str>, Scalar<'a>)>,
    pub(super) too_deep: bool,
}

impl<'a> Sheet<'a> {
    /// The members of a JSON object, as far as it is one.
    pub(super) fn of_json(text: &'a str) -> Self {
        let mut members = Members::of(text);
        let cells = members.by_ref().take(MAX_CELLS).map(|m| (m.path, m.value)).collect();
        Self { cells, too_deep: members.too_deep() }
    }

    /// Values under names that are known; what has no name is left out.
    pub(super) fn of_words(
        names: &[&'static str],
        words: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let pairs = names.iter().zip(words);
        let cells = pairs.map(|(name, word)| (Cow::Borrowed(*name), scalar(word))).collect();
        Self { cells, too_deep: false }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Scalar<'a>> {
        self.cells.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// The text of a value; nothing is no text, nor is the dash that stands for nothing.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.get(name)? {
            Scalar::Null => None,
            Scalar::Text(text) if matches!(text.as_ref(), "" | "-") => None,
            Scalar::Text(text) => Some(text.clone()),
            Scalar::Number(text) => Some(Cow::Borrowed(text)),
            Scalar::Bool(true) => Some(Cow::Borrowed("true")),
            Scalar::Bool(false) => Some(Cow::Borrowed("false")),
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Scalar::number)
    }

    /// The first of these names that has a text.
    pub(super) fn first(&self, names: &[&str]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.text(name))
    }

    /// The first of these names that has a number.
    pub(super) fn first_number(&self, names: &[&str]) -> Option<f64> {
        names.iter().find_map(|name| self.number(name))
    }

    /// The first of these names that has an HTTP status.
    pub(super) fn status(&self, names: &[&str]) -> Option<u16> {
        names.iter().find_map(|name| {
            self.text(name)
                .and_then(|text| text.parse().ok())
                .filter(|status| (100..600).contains(status))
        })
    }
}

/// A word of a line as a value: a number if it looks like one.
pub(super) fn scalar(word: &str) -> Scalar<'_> {
    let text = Scalar::Text(Cow::Borrowed(word));
    let leads = word.len() > 1 && word.starts_with('0') && !word.starts_with("0.");
    if !leads && word.len() <= 20 && text.number().is_some() { Scalar::Number(word) } else { text }
}
