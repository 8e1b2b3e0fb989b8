//! Which lines a view shows.

use std::collections::BTreeSet;

use watchdeck_domain::LogGroupName;
use watchdeck_domain::log::LogLevel;
use watchdeck_pattern::Search;

use super::line::LineRef;
use crate::gap::Gap;
use crate::template::Shape;

/// A choice of lines: all conditions hold of those shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What the text must match.
    pub search: Option<Search>,
    /// The lowest level shown. A line that names no level counts as [`LogLevel::Info`].
    pub level: Option<LogLevel>,
    /// The groups shown; nothing for all.
    pub groups: Option<BTreeSet<LogGroupName>>,
    /// The template shown; nothing for all.
    pub template: Option<Shape>,
}

impl Filter {
    /// Whether every line is shown.
    pub fn is_all(&self) -> bool {
        self.search.as_ref().is_none_or(Search::is_all)
            && self.level.is_none_or(|level| level == LogLevel::Trace)
            && self.groups.is_none()
            && self.template.is_none()
    }

    /// Whether a line is shown.
    pub fn admits(&self, line: &LineRef<'_>) -> bool {
        self.level.is_none_or(|least| line.level.unwrap_or(LogLevel::Info) >= least)
            && self.admits_group(line.group())
            && self.search.as_ref().is_none_or(|search| search.matches(line.message))
            && self.template.as_ref().is_none_or(|shape| shape.admits(line))
    }

    /// Whether a gap is shown: whatever is looked for, it may be missing there.
    pub fn admits_gap(&self, gap: &Gap) -> bool {
        self.admits_group(&gap.group)
    }

    pub(super) fn admits_group(&self, group: &LogGroupName) -> bool {
        self.groups.as_ref().is_none_or(|groups| groups.contains(group))
    }
}

impl From<Search> for Filter {
    fn from(search: Search) -> Self {
        Self { search: Some(search), ..Self::default() }
    }
}

impl From<Shape> for Filter {
    fn from(shape: Shape) -> Self {
        Self { template: Some(shape), ..Self::default() }
    }
}
