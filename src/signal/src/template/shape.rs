//! What tells the lines of one template from all others: a condition of a view.

use std::sync::Arc;

use memchr::memmem::Finder;

use super::subject::Subject;
use super::tally::{Template, TemplateId};
use super::words::{VARIABLE, Words};
use crate::store::LineRef;

/// The form of a template at one moment. A template that grew more general since has another.
#[derive(Clone, Debug)]
pub struct Shape {
    id: TemplateId,
    frame: u64,
    words: Arc<[u64]>,
    /// The longest word, which every line of the template holds.
    needle: Option<Finder<'static>>,
}

impl Shape {
    pub(super) fn of(template: &Template) -> Self {
        let texts = template.texts.iter().flatten().map(watchdeck_domain::Printable::as_str);
        // what is written out as an escape is not in the line as it is shown
        let plain = texts.filter(|text| text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\'));
        let needle = plain.max_by_key(|text| text.len());
        Self {
            id: template.id,
            frame: template.frame,
            words: template.hashes.as_slice().into(),
            needle: needle.map(|text| Finder::new(text).into_owned()),
        }
    }

    /// The template.
    pub fn id(&self) -> TemplateId {
        self.id
    }

    /// Whether a line is of the template.
    pub fn admits(&self, line: &LineRef<'_>) -> bool {
        if self.needle.as_ref().is_some_and(|word| word.find(line.message.as_bytes()).is_none()) {
            return false;
        }
        let subject = Subject::of(line);
        if subject.frame != self.frame {
            return false;
        }
        let mut words = Words::default();
        words.read(&subject.parts);
        let same = |(ours, theirs): (&u64, &u64)| *ours == VARIABLE || ours == theirs;
        words.hashes().len() == self.words.len() && self.words.iter().zip(words.hashes()).all(same)
    }

    /// A text that every line of the template holds.
    pub(crate) fn needle(&self) -> Option<&[u8]> {
        self.needle.as_ref().map(Finder::needle)
    }
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.frame, &self.words) == (other.id, other.frame, &other.words)
    }
}

impl Eq for Shape {}
