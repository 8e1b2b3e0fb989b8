//! Security findings: read page by page, under headings that fold.

use serde::Serialize;
use watchdeck_domain::finding::{Finding, Workflow};
use watchdeck_domain::reading::{self, FindingsAnswer};
use watchdeck_domain::{Printable, Timestamp};

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::details::Subject;
use crate::app::filter;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;
use crate::app::sections::{Row, Sections};
use crate::app::statement::name_of;

/// The most findings read: twenty pages.
pub const MOST: usize = 2_000;

/// The findings that still stand.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// All of them, the worst first.
    pub list: Loaded<Vec<Finding>>,
    /// What the reading under way has brought so far.
    coming: Vec<Finding>,
    /// Where its next page begins; nothing when no reading is under way.
    next: Option<String>,
    /// Whether a reading was ever through.
    whole: bool,
    /// Whether there are more than were read.
    pub more: bool,
    /// What the headings are made of.
    pub by: Grouping,
    /// Whether findings that are resolved or suppressed are shown too.
    pub settled: bool,
    /// The rows.
    pub sections: Sections,
    /// The chosen row.
    pub cursor: Cursor,
    /// The filter, as typed.
    filter: String,
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
    /// The first page, asked anew.
    pub fn question(&mut self) -> reading::Findings {
        self.coming.clear();
        self.next = None;
        reading::Findings { workflow: Vec::new(), next: None }
    }

    /// Takes a page in, or why there is none. Gives the question for the next one.
    pub fn take(
        &mut self,
        answer: Result<FindingsAnswer, Problem>,
        now: Timestamp,
    ) -> Option<reading::Findings> {
        let page = match answer {
            Ok(page) => page,
            Err(problem) => {
                self.next = None;
                self.list.take(Err(problem), now);
                return None;
            }
        };
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

    fn show(&mut self, mut found: Vec<Finding>, now: Timestamp) {
        let chosen = self.chosen().map(|finding| finding.id.clone());
        found.sort_by_key(|finding| (finding.severity, std::cmp::Reverse(finding.updated)));
        self.list.take(Ok(found), now);
        self.arrange();
        let at = chosen.and_then(|id| self.list.rows().iter().position(|f| f.id == id));
        if let Some(row) = at.and_then(|at| self.sections.place(at)) {
            self.cursor.slide(row);
        }
    }

    /// Whether a reading is under way, and how many it has brought.
    pub fn reading(&self) -> Option<usize> {
        self.next.as_ref().map(|_| self.coming.len())
    }

    /// Puts the rows together anew.
    fn arrange(&mut self) {
        let passes = |finding: &Finding| {
            (self.settled || !is_settled(finding))
                && (self.filter.is_empty() || filter::passes(&self.filter, &text(finding)))
        };
        let all = self.list.rows().iter().enumerate();
        let mut kept: Vec<(String, usize)> = all
            .filter(|(_, finding)| passes(finding))
            .map(|(at, finding)| (self.by.of(finding), at))
            .collect();
        if self.by != Grouping::Severity {
            // The groups with the worst findings first: the list is in that order.
            let mut order: Vec<String> = Vec::new();
            for (name, _) in &kept {
                if !order.contains(name) {
                    order.push(name.clone());
                }
            }
            let place = |name: &str| order.iter().position(|other| other == name);
            kept.sort_by_key(|(name, at)| (place(name), *at));
        }
        self.sections.arrange(kept);
    }

    /// Puts them together by something else; without a choice by what comes next.
    pub fn group(&mut self, by: Option<Grouping>) {
        self.by = by.unwrap_or_else(|| self.by.after());
        self.sections.unfold();
        self.cursor = Cursor::default();
        self.arrange();
    }

    /// Shows findings that people are done with, or hides them.
    pub fn toggle_settled(&mut self) {
        self.settled = !self.settled;
        self.arrange();
    }

    /// How many are hidden because people are done with them.
    pub fn hidden(&self) -> usize {
        if self.settled { 0 } else { self.list.rows().iter().filter(|f| is_settled(f)).count() }
    }

    /// The one at a row; nothing for a heading.
    pub fn at(&self, row: usize) -> Option<&Finding> {
        self.list.rows().get(self.sections.item(row)?)
    }

    /// The one under the cursor.
    pub fn chosen(&self) -> Option<&Finding> {
        self.at(self.cursor.at(self.sections.len()))
    }

    /// The finding of that id.
    pub fn get(&self, id: &str) -> Option<&Finding> {
        self.list.rows().iter().find(|finding| finding.id == id)
    }
}

/// What the filter looks at.
fn text(finding: &Finding) -> String {
    let resources = finding.resources.iter().map(|resource| resource.id.as_str());
    format!(
        "{} {} {} {} {} {} {}",
        finding.title,
        finding.severity,
        finding.product,
        finding.control,
        finding.workflow,
        finding.compliance,
        resources.collect::<Vec<_>>().join(" ")
    )
}

impl List for Findings {
    fn len(&self) -> usize {
        self.sections.len()
    }

    fn cursor(&mut self) -> &mut Cursor {
        &mut self.cursor
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
        self.arrange();
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|finding| Printable::new(finding.id.clone()))
    }

    fn record(&self) -> Option<Record> {
        let finding = self.chosen()?;
        Some(Record::parse(finding.title.clone(), &finding.record))
    }

    fn opens(&self) -> Option<Subject> {
        self.chosen().map(|finding| Subject::Finding(finding.id.clone()))
    }

    fn head(&self) -> bool {
        let at = self.cursor.at(self.sections.len());
        matches!(self.sections.row(at), Some(Row::Head { .. }))
    }

    fn fold(&mut self) {
        let at = self.cursor.at(self.sections.len());
        let Some(section) = self.sections.section(at).map(str::to_owned) else { return };
        self.sections.toggle(&section);
        self.arrange();
        if let Some(head) = self.sections.head(&section) {
            self.cursor.slide(head);
        }
    }
}
