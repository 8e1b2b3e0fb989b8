//! Lists: what a screen says of its rows, and what the shell does with any of them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;
use watchdeck_domain::Printable;

use crate::app::details::Subject;
use crate::app::filter;
use crate::app::listing::Listing;
use crate::app::sections::Row;

/// A thing that stands in a row of a list.
pub trait Item {
    /// By what it is known, so that marks and the cursor stay on it through filters and newer answers.
    fn key(&self) -> Cow<'_, str>;
    /// What the filter looks at.
    fn text(&self) -> String;
    /// What is copied of it.
    fn copied(&self) -> String {
        self.key().into_owned()
    }
    /// All of it as data.
    fn record(&self) -> Option<Record>;
    /// What it opens to, where that is told in lines over the list.
    fn opens(&self) -> Option<Subject> {
        None
    }
    /// The name that CloudTrail and log groups know it by, where it opens to nothing that tells.
    fn subject(&self) -> Option<String> {
        None
    }
}

/// A screen that is looked at as a list.
pub trait Listed {
    /// How it is looked at.
    fn listing(&self) -> &Listing;
    /// The same, to be changed.
    fn listing_mut(&mut self) -> &mut Listing;
}

/// What a screen says of its rows; the rest comes by itself.
pub trait Rows: Listed {
    /// A thing in a row.
    type Item<'a>: Item
    where
        Self: 'a;

    /// All things, in their order, whether they are shown or not.
    fn all(&self) -> impl Iterator<Item = Self::Item<'_>>;

    /// Whether a thing is shown, filter aside.
    fn shows(&self, _: &Self::Item<'_>) -> bool {
        true
    }

    /// The heading that a thing stands under, in a list that has some.
    fn heading(&self, _: &Self::Item<'_>) -> Option<String> {
        None
    }

    /// The places of the things that get rows, each with its heading, in the order of the rows.
    fn kept(&self) -> Vec<(Option<String>, usize)> {
        self.passing()
    }

    /// The places of the things that are shown and pass the filter, each with its heading.
    fn passing(&self) -> Vec<(Option<String>, usize)> {
        let filter = self.listing().filter();
        let passes = |item: &Self::Item<'_>| {
            self.shows(item) && (filter.is_empty() || filter::passes(filter, &item.text()))
        };
        let kept = self.all().enumerate().filter(|(_, item)| passes(item));
        kept.map(|(at, item)| (self.heading(&item), at)).collect()
    }

    /// Puts the rows together anew.
    fn arrange(&mut self) {
        let kept = self.kept();
        let hidden = self.hidden(&kept);
        let listing = self.listing_mut();
        listing.sections.arrange(kept);
        listing.hidden = hidden;
    }

    /// How many marks no row would show.
    fn hidden(&self, kept: &[(Option<String>, usize)]) -> usize {
        let Listing { sections, marks, .. } = self.listing();
        if marks.is_empty() {
            return 0;
        }
        let unfolded = kept.iter().filter(|(head, _)| !sections.folds(head.as_deref()));
        let places: BTreeSet<usize> = unfolded.map(|(_, at)| *at).collect();
        let shown = self.all().enumerate().filter(|(at, _)| places.contains(at));
        let shown = shown.filter(|(_, item)| marks.contains(&*item.key())).count();
        marks.len().saturating_sub(shown)
    }

    /// Changes something, and puts the rows together anew. The cursor stays on what it was on, while that has a row; on
    /// the first row it stays there, and so follows what arrives.
    fn renew(&mut self, change: impl FnOnce(&mut Self))
    where
        Self: Sized,
    {
        let at = self.listing().at();
        let chosen = self.chosen().filter(|_| at > 0);
        let chosen = chosen.map(|item| item.key().into_owned());
        let head = match self.listing().sections.row(at) {
            Some(Row::Head { name, .. }) if at > 0 => Some(name.clone()),
            Some(_) | None => None,
        };
        change(self);
        self.arrange();
        let item = chosen.and_then(|key| self.all().position(|item| item.key() == *key));
        let sections = &self.listing().sections;
        let head = head.and_then(|name| sections.head(&name));
        if let Some(row) = item.and_then(|item| sections.place(item)).or(head) {
            self.listing_mut().cursor.slide(row);
        }
    }

    /// The things in some rows, each with its row.
    fn window(&self, rows: Range<usize>) -> Vec<(usize, Self::Item<'_>)> {
        let sections = &self.listing().sections;
        let mut wanted: Vec<_> = rows.filter_map(|row| Some((sections.item(row)?, row))).collect();
        wanted.sort_unstable();
        let mut all = self.all();
        let mut next = 0;
        let found = wanted.into_iter().filter_map(|(place, row)| {
            let item = all.nth(place - next)?;
            next = place + 1;
            Some((row, item))
        });
        found.collect()
    }

    /// The thing under the cursor; nothing on a head.
    fn chosen(&self) -> Option<Self::Item<'_>> {
        self.all().nth(self.listing().item()?)
    }

    /// The thing of that key.
    fn get(&self, key: &str) -> Option<Self::Item<'_>> {
        self.all().find(|item| item.key() == *key)
    }
}

/// What the shell does with a list, whatever is in it.
pub trait List: Listed {
    /// Filters by another text.
    fn set_filter(&mut self, text: &str);
    /// What is copied: of all that is marked, else of what is chosen.
    fn copied(&self) -> Vec<Printable>;
    /// All that is marked as data, else what is chosen.
    fn record(&self) -> Option<Record>;
    /// What the chosen row opens to, where that is told in lines over the list.
    fn opens(&self) -> Option<Subject>;
    /// The name of what is chosen, as CloudTrail and log groups know it.
    fn subject(&self) -> Option<String>;
    /// Whether a thing is under the cursor, and not a head.
    fn on_item(&self) -> bool;
    /// Marks what is chosen, or takes its mark off, and goes on to the next row.
    fn mark(&mut self, page: usize);
    /// Goes to the next or previous row that matches what was filtered by last.
    fn seek(&mut self, forward: bool, page: usize) -> Sought;
    /// Folds the section that the cursor is in, or unfolds it.
    fn fold(&mut self);
}

/// What came of looking for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// It was found in the way that was asked.
    Found,
    /// It was found beyond the end, which is the other end.
    Beyond,
    /// No other row matches.
    Nowhere,
}

impl<R: Rows> List for R {
    fn set_filter(&mut self, text: &str) {
        self.renew(|list| text.clone_into(&mut list.listing_mut().filter));
    }

    fn copied(&self) -> Vec<Printable> {
        marked_or_chosen(self).iter().map(|item| Printable::new(item.copied())).collect()
    }

    fn record(&self) -> Option<Record> {
        let marks = self.listing().marks.len();
        let records: Vec<Record> = marked_or_chosen(self).iter().filter_map(Item::record).collect();
        if marks == 0 {
            return records.into_iter().next();
        }
        let title = Printable::new(format!("{} marked", records.len()));
        let value = records.into_iter().map(|record| record.value).collect();
        Some(Record { title, value: Value::Array(value) })
    }

    fn opens(&self) -> Option<Subject> {
        self.chosen()?.opens()
    }

    fn subject(&self) -> Option<String> {
        self.chosen()?.subject()
    }

    fn on_item(&self) -> bool {
        self.listing().item().is_some()
    }

    fn mark(&mut self, page: usize) {
        let Some(key) = self.chosen().map(|item| item.key().into_owned()) else { return };
        let listing = self.listing_mut();
        listing.mark(key);
        let (len, at) = (listing.len(), listing.at());
        // Not to a head: there the same key would fold.
        if let Some(next) = (at + 1..len).find(|row| listing.sections.item(*row).is_some()) {
            listing.cursor.put(next, len, page);
        }
    }

    fn seek(&mut self, forward: bool, page: usize) -> Sought {
        let listing = self.listing();
        let (len, at) = (listing.len(), listing.at());
        let all: Vec<R::Item<'_>> = self.all().collect();
        let matches = |row: &usize| {
            let item = listing.sections.item(*row).and_then(|place| all.get(place));
            item.is_some_and(|item| filter::passes(listing.sought(), &item.text()))
        };
        let (near, far) = if forward {
            ((at + 1..len).find(matches), (0..at).find(matches))
        } else {
            ((0..at).rev().find(matches), (at + 1..len).rev().find(matches))
        };
        let (to, sought) = match (near, far) {
            (Some(to), _) => (to, Sought::Found),
            (None, Some(to)) => (to, Sought::Beyond),
            (None, None) => return Sought::Nowhere,
        };
        drop(all);
        self.listing_mut().cursor.put(to, len, page);
        sought
    }

    fn fold(&mut self) {
        let at = self.listing().at();
        let Some(section) = self.listing().sections.section(at).map(str::to_owned) else { return };
        self.listing_mut().sections.toggle(&section);
        self.arrange();
        if let Some(head) = self.listing().sections.head(&section) {
            self.listing_mut().cursor.slide(head);
        }
    }
}

/// The things that are marked, in the order of the list; the one that is chosen, if none is.
pub(super) fn marked_or_chosen<R: Rows>(list: &R) -> Vec<R::Item<'_>> {
    let marks = &list.listing().marks;
    if marks.is_empty() {
        return list.chosen().into_iter().collect();
    }
    list.all().filter(|item| marks.contains(&*item.key())).collect()
}

/// A thing as data, with its title.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it is.
    pub title: Printable,
    /// All of it.
    pub value: Value,
}

impl Record {
    /// A serializable thing under a title.
    pub fn of(title: impl Into<String>, value: &impl serde::Serialize) -> Option<Self> {
        let value = serde_json::to_value(value).ok()?;
        Some(Self { title: Printable::new(title), value })
    }

    /// A text of JSON under a title; as a text, where it is none.
    pub fn parse(title: impl Into<String>, text: &str) -> Self {
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        Self { title: Printable::new(title), value }
    }
}
