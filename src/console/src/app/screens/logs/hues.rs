//! Which colour each group's name has: the same for as long as the program runs, whatever else is watched.

use std::collections::BTreeMap;

use serde::Serialize;
use watchdeck_domain::LogGroupName;
use watchdeck_domain::log::LogGroup;

use watchdeck_signal::store::LineRef;

use super::Logs;
use crate::look::theme::NAMES;

/// The colours of the groups, by their number in the theme.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Hues(BTreeMap<LogGroupName, usize>);

impl Hues {
    /// Gives groups that have none the colour that their name leads to, or the next one that no other of them has.
    pub(super) fn give(&mut self, groups: &[LogGroup]) {
        for group in groups {
            if self.0.contains_key(&group.name) {
                continue;
            }
            let taken = |hue: usize| {
                groups.iter().filter(|other| self.0.get(&other.name) == Some(&hue)).count()
            };
            let first = led_to(group.name.as_str());
            let hue = (0..NAMES).map(|step| (first + step) % NAMES).min_by_key(|hue| taken(*hue));
            self.0.insert(group.name.clone(), hue.unwrap_or(first));
        }
    }

    /// The colour of a group.
    pub(super) fn of(&self, group: &LogGroupName) -> usize {
        self.0.get(group).copied().unwrap_or_else(|| led_to(group.as_str()))
    }
}

impl Logs {
    /// The number of the colour of a line's group.
    pub fn hue(&self, line: &LineRef<'_>) -> usize {
        self.hue_of(line.group())
    }

    /// The number of the colour of a group.
    pub fn hue_of(&self, group: &LogGroupName) -> usize {
        self.hues.of(group)
    }
}

/// The colour that a name leads to, in every session the same (FNV-1a).
fn led_to(name: &str) -> usize {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash % NAMES as u64).unwrap_or(0)
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
    fn a_group_keeps_its_colour_and_no_two_share_one_while_there_are_enough() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut hues = Hues::default();
        hues.give(&groups(&names[..2]));
        let first = hues.of(&groups(&["b"])[0].name);
        hues.give(&groups(&["b", "e", "f"]));
        assert_eq!(hues.of(&groups(&["b"])[0].name), first);
        let mut hues = Hues::default();
        hues.give(&groups(&names));
        let mut told: Vec<usize> =
            groups(&names).iter().map(|group| hues.of(&group.name)).collect();
        told.sort_unstable();
        assert_eq!(told, [0, 1, 2, 3, 4, 5]);
    }
}
