//! Security findings: read page by page, under headings that fold.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_domain::finding::{Finding, Workflow};
use watchdeck_domain::reading::{self, FindingsAnswer};

use super::list::{Item, Listed, Record, Rows, marked_or_chosen};
use crate::app::cursor::Cursor;
use crate::app::details::Subject;
use crate::app::listing::Listing;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;
use crate::app::statement::name_of;

/// The most findings read: twenty pages.
pub const MOST: usize = 2_000;

/// How long a reading that stopped half-way waits before it is tried again.
const RETRY: Duration = Duration::from_secs(15);

/// The findings that still stand.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// All of them, the worst first.
    pub list: Loaded<Vec<Finding>>,
    /// What the reading under way has brought so far.
    coming: Vec<Finding>,
    /// Where its next page begins; nothing when no reading is under way.
    next: Option<String>,
    /// Why that page did not come.
    torn: Option<Torn>,
    /// Whether a reading was ever through.
    whole: bool,
    /// Whether there are more than were read.
    pub more: bool,
    /// What the headings are made of.
    pub by: Grouping,
    /// Whether findings that are resolved or suppressed are shown too.
    pub settled: bool,
    /// How they are looked at.
    listing: Listing,
}

/// What is missing of the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Those after the ones that are shown.
    Rest,
    /// A newer reading than the one that is shown.
    Newer,
}

/// A reading that stopped half-way. It goes on where it stopped, once; after that it begins anew.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Torn {
    why: Problem,
    at: Timestamp,
    /// Whether it stopped there before: then the token may be what is wrong.
    again: bool,
}

/// What findings are put together by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Grouping {
    /// How bad they are.
    #[default]
    Severity,
    /// The product that found them.
    Product,
    /// The control they belong to.
    Control,
    /// The resource they are about.
    Resource,
    /// What people made of them.
    Workflow,
}

impl Grouping {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 5] =
        [Self::Severity, Self::Product, Self::Control, Self::Resource, Self::Workflow];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Product => "product",
            Self::Control => "control",
            Self::Resource => "resource",
            Self::Workflow => "workflow",
        }
    }

    fn after(self) -> Self {
        let mut all = Self::ALL.into_iter().cycle().skip_while(|other| *other != self).skip(1);
        all.next().unwrap_or_default()
    }

    /// The heading that a finding belongs under.
    fn of(self, finding: &Finding) -> String {
        let text = match self {
            Self::Severity => return finding.severity.to_string(),
            Self::Workflow => return finding.workflow.to_string(),
            Self::Product => &finding.product,
            Self::Control => &finding.control,
            Self::Resource => {
                let first = finding.resources.first();
                return first.map_or("no resource", |resource| name_of(&resource.id)).to_owned();
            }
        };
        if text.is_empty() { format!("no {}", self.word()) } else { text.clone() }
    }
}

/// Whether people are done with a finding.
fn is_settled(finding: &Finding) -> bool {
    match finding.workflow {
        Workflow::Resolved | Workflow::Suppressed => true,
        Workflow::New | Workflow::Notified | Workflow::Other(_) => false,
    }
}

impl Findings {
    /// Whether it is time to ask: soon for what could not be read, else when all of it is so old.
    pub fn due(&self, limit: Duration, now: Timestamp) -> bool {
        match &self.torn {
            Some(torn) => now.since(torn.at) >= RETRY,
            None => self.list.older_than(limit, now),
        }
    }

    /// The page at which the reading stopped, else the first one, asked anew.
    pub fn question(&mut self, anew: bool) -> reading::Findings {
        if anew || self.torn.as_ref().is_none_or(|torn| torn.again) {
            self.coming.clear();
            (self.next, self.torn) = (None, None);
        }
        reading::Findings { workflow: Vec::new(), next: self.next.clone() }
    }

    /// Takes a page in, or why there is none. Gives the question for the next one.
    pub fn take(
        &mut self,
        answer: Result<FindingsAnswer, Problem>,
        now: Timestamp,
    ) -> Option<reading::Findings> {
        let page = match answer {
            Ok(page) => page,
            Err(why) if self.next.is_some() => {
                self.torn = Some(Torn { why, at: now, again: self.torn.is_some() });
                return None;
            }
            Err(problem) => {
                self.list.take(Err(problem), now);
                return None;
            }
        };
        self.torn = None;
        self.coming.extend(page.findings);
        self.next = page.next.filter(|_| self.coming.len() < MOST);
        if self.next.is_none() {
            self.whole = true;
            self.more = self.coming.len() >= MOST;
            let all = std::mem::take(&mut self.coming);
            self.show(all, now);
        } else if !self.whole {
            // The first reading shows what it has; a later one keeps the older list until it is through.
            self.show(self.coming.clone(), now);
        }
        let next = self.next.clone()?;
        Some(reading::Findings { workflow: Vec::new(), next: Some(next) })
    }

    /// Ends the reading under way.
    pub fn stop(&mut self, problem: Problem, now: Timestamp) {
        self.coming.clear();
        (self.next, self.torn) = (None, None);
        self.list.take(Err(problem), now);
    }

    fn show(&mut self, mut found: Vec<Finding>, now: Timestamp) {
        found.sort_by_key(|finding| (finding.severity, std::cmp::Reverse(finding.updated)));
        self.renew(|findings| findings.list.take(Ok(found), now));
    }

    /// Whether a reading is under way, and how many it has brought.
    pub fn reading(&self) -> Option<usize> {
        self.next.as_ref().filter(|_| self.torn.is_none()).map(|_| self.coming.len())
    }

    /// What is missing of what is shown, and why.
    pub fn lacks(&self) -> Option<(Lack, &Problem)> {
        let why = self.torn.as_ref().map(|torn| &torn.why).or(self.list.failed.as_ref())?;
        self.list.value.as_ref()?;
        Some((if self.whole { Lack::Newer } else { Lack::Rest }, why))
    }

    /// Puts them together by something else; without a choice by what comes next.
    pub fn group(&mut self, by: Option<Grouping>) {
        self.by = by.unwrap_or_else(|| self.by.after());
        self.listing.sections.unfold();
        self.listing.cursor = Cursor::default();
        self.arrange();
    }

    /// Shows findings that people are done with, or hides them.
    pub fn toggle_settled(&mut self) {
        self.renew(|findings| findings.settled = !findings.settled);
    }

    /// The marked ones; where none is marked, the one under the cursor.
    pub fn meant(&self) -> Vec<&Finding> {
        marked_or_chosen(self)
    }

    /// How many are hidden because people are done with them.
    pub fn hidden(&self) -> usize {
        if self.settled { 0 } else { self.list.rows().iter().filter(|f| is_settled(f)).count() }
    }
}

impl Listed for Findings {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Findings {
    type Item<'a> = &'a Finding;

    fn all(&self) -> impl Iterator<Item = &Finding> {
        self.list.rows().iter()
    }

    fn shows(&self, finding: &&Finding) -> bool {
        self.settled || !is_settled(finding)
    }

    fn heading(&self, finding: &&Finding) -> Option<String> {
        Some(self.by.of(finding))
    }

    /// The groups with the worst findings first: the list is in that order.
    fn kept(&self) -> Vec<(Option<String>, usize)> {
        let mut kept = self.passing();
        if self.by != Grouping::Severity {
            let mut order: BTreeMap<Option<String>, usize> = BTreeMap::new();
            for (name, _) in &kept {
                let next = order.len();
                order.entry(name.clone()).or_insert(next);
            }
            kept.sort_by_key(|(name, at)| (order.get(name).copied(), *at));
        }
        kept
    }
}

impl Item for &Finding {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }

    fn text(&self) -> String {
        let resources = self.resources.iter().map(|resource| resource.id.as_str());
        format!(
            "{} {} {} {} {} {} {}",
            self.title,
            self.severity,
            self.product,
            self.control,
            self.workflow,
            self.compliance,
            resources.collect::<Vec<_>>().join(" ")
        )
    }

    fn record(&self) -> Option<Record> {
        Some(Record::parse(self.title.clone(), &self.record))
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Finding(self.id.clone()))
    }
}
