//! The choice of log groups to watch.

use std::collections::BTreeSet;

use serde::Serialize;
use watchdeck_domain::LogGroupName;
use watchdeck_domain::log::LogGroup;

use crate::app::cursor::Cursor;
use crate::app::filter;

/// The most groups of a place that one live tail can watch: a limit of AWS.
pub const MOST: usize = 10;

/// The choice of log groups.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Picker {
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The marked groups.
    pub marked: BTreeSet<LogGroupName>,
    /// The filter, as typed.
    pub filter: String,
}

impl Picker {
    /// The groups that pass the filter.
    pub fn shown<'a>(&self, groups: &[&'a LogGroup]) -> Vec<&'a LogGroup> {
        // Of another place by its name and by its place.
        let passes = |group: &&&LogGroup| match group.name.place() {
            None => filter::passes(&self.filter, group.name.as_str()),
            Some(_) => filter::passes(&self.filter, &group.name.to_string()),
        };
        groups.iter().filter(passes).copied().collect()
    }

    /// The group under the cursor.
    pub fn chosen<'a>(&self, groups: &[&'a LogGroup]) -> Option<&'a LogGroup> {
        let shown = self.shown(groups);
        shown.get(self.cursor.at(shown.len())).copied()
    }

    /// Marks the group under the cursor, or takes its mark off. Says whether that was possible.
    pub fn mark(&mut self, groups: &[&LogGroup]) -> bool {
        let Some(group) = self.chosen(groups) else { return true };
        if self.marked.remove(&group.name) {
            return true;
        }
        let beside = self.marked.iter().filter(|marked| marked.place() == group.name.place());
        if beside.count() >= MOST {
            return false;
        }
        self.marked.insert(group.name.clone());
        true
    }
}

/// The groups to watch without being told: the functions and APIs of the simulated account.
pub fn at_first(groups: &[LogGroup]) -> Vec<LogGroup> {
    let wanted = |group: &&LogGroup| {
        let name = group.name.as_str();
        name.starts_with("/aws/lambda/") || name.starts_with("/aws/apigateway/")
    };
    groups.iter().filter(wanted).take(MOST).cloned().collect()
}

/// A group's name as the log screen shows it: the last part, with what tells it apart from others of that name.
pub fn short_name<'a>(name: &'a str, all: &[LogGroup]) -> &'a str {
    let last = |name: &'a str| name.rsplit_once('/').map_or(name, |(_, last)| last);
    let short = last(name);
    let shared = all.iter().any(|group| {
        let other = group.name.as_str();
        other != name && other.rsplit_once('/').map_or(other, |(_, last)| last) == short
    });
    if shared {
        let above = name.strip_suffix(short).unwrap_or(name).trim_end_matches('/');
        let from = above.rfind('/').map_or(0, |at| at + 1);
        return name.get(from..).unwrap_or(short);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<LogGroup> {
        let group = |name: &&str| LogGroup {
            name: LogGroupName::parse(*name).unwrap(),
            arn: String::new(),
            stored_bytes: 0,
        };
        names.iter().map(group).collect()
    }

    #[test]
    fn short_names_tell_groups_apart() {
        let all = groups(&[
            "/aws/lambda/orders",
            "/aws/apigateway/orders",
            "/aws/lambda/report",
            "plain",
        ]);
        assert_eq!(short_name("/aws/lambda/report", &all), "report");
        assert_eq!(short_name("/aws/lambda/orders", &all), "lambda/orders");
        assert_eq!(short_name("plain", &all), "plain");
    }

    #[test]
    fn no_more_groups_are_marked_than_a_tail_can_watch() {
        let names: Vec<String> = (0..12).map(|i| format!("g{i:02}")).collect();
        let all = groups(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let all: Vec<&LogGroup> = all.iter().collect();
        let mut picker = Picker::default();
        for at in 0..10 {
            picker.cursor.put(at, all.len(), 20);
            assert!(picker.mark(&all));
        }
        picker.cursor.put(11, all.len(), 20);
        assert!(!picker.mark(&all));
        picker.cursor.put(0, all.len(), 20);
        assert!(picker.mark(&all), "a mark can always be taken off");
    }
}
