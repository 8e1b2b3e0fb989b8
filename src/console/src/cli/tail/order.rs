//! Several groups as one stream: in the order of their times while the past is read, and as they come afterwards.

use std::collections::BTreeMap;

use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::Placed;
use watchdeck_signal::tail::Pane;

/// Where a line stands among the others: its time, when it was received, and in which order it was told.
type Place = (Timestamp, Timestamp, u64);

/// Lines that wait for those before them.
#[derive(Debug, Default)]
pub(super) struct Order {
    waiting: BTreeMap<Place, Placed>,
    /// How far the first sweep of each group has come: its pages follow each other in time.
    reached: BTreeMap<LogGroupName, Timestamp>,
    told: u64,
    /// Whether the past of every group has been read: from then on nothing waits.
    past_read: bool,
}

impl Order {
    /// Takes lines in.
    pub(super) fn take(&mut self, lines: Vec<Placed>) {
        for line in lines {
            let event = &line.event;
            // A live tail is ahead of the sweep, and its lines have no id.
            if event.event_id.is_some() && !self.past_read {
                let reached = self.reached.entry(event.group.clone()).or_insert(event.timestamp);
                *reached = event.timestamp.max(*reached);
            }
            let place = (event.timestamp, event.ingested, self.told);
            self.told += 1;
            self.waiting.insert(place, line);
        }
    }

    /// The lines before which none is missing any more, groups that are lost aside.
    pub(super) fn release(
        &mut self,
        pane: &Pane,
        is_lost: impl Fn(&LogGroupName) -> bool,
    ) -> Vec<Placed> {
        if !self.past_read {
            let mut read = pane.tails().filter(|tail| !is_lost(tail.group()));
            self.past_read = read.all(|tail| tail.complete_to().is_some());
        }
        if self.past_read {
            return std::mem::take(&mut self.waiting).into_values().collect();
        }
        let known = pane
            .tails()
            .filter(|tail| !is_lost(tail.group()))
            .map(|tail| tail.complete_to().max(self.reached.get(tail.group()).copied()))
            .min()
            .flatten();
        let Some(known) = known else { return Vec::new() };
        let rest = self.waiting.split_off(&(
            known + std::time::Duration::from_millis(1),
            Timestamp::from_millis(i64::MIN),
            0,
        ));
        std::mem::replace(&mut self.waiting, rest).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::log::{LogEvent, LogGroup};
    use watchdeck_domain::reading::LogPageAnswer;
    use watchdeck_signal::tail::{Policy, TailAction};

    use super::*;

    fn name(group: &str) -> LogGroupName {
        LogGroupName::parse(group).unwrap()
    }

    fn event(group: &str, at: i64) -> LogEvent {
        let timestamp = Timestamp::from_millis(at);
        LogEvent {
            group: name(group),
            stream: "s".into(),
            timestamp,
            ingested: timestamp,
            message: format!("{group}{at}"),
            event_id: Some(format!("{group}{at}")),
        }
    }

    fn said(lines: Vec<Placed>) -> Vec<String> {
        lines.into_iter().map(|line| line.event.message).collect()
    }

    #[test]
    fn the_past_is_printed_in_the_order_of_time_as_far_as_every_group_has_been_read() {
        let now = Timestamp::from_millis(1_000_000);
        let group =
            |group: &str| LogGroup { name: name(group), arn: String::new(), stored_bytes: 0 };
        let policy = Policy { live: false, ..Policy::default() };
        let mut pane = Pane::new(vec![group("a"), group("b")], policy, now);
        let mut order = Order::default();
        let mut answer = |pane: &mut Pane, pages: &[(&str, &[i64], bool)]| {
            for action in pane.next_actions(now) {
                let TailAction::Sweep { sweep, page } = action else { panic!("{action:?}") };
                let (of, times, more) = pages[usize::from(page.group.as_str() == "b")];
                let events = times.iter().map(|at| event(of, *at)).collect();
                let next = more.then(|| "next".to_owned() + &page.next.unwrap_or_default());
                pane.page(now, sweep, Ok(LogPageAnswer { events, next }));
            }
            order.take(pane.drain().lines);
            said(order.release(pane, |_| false))
        };
        let first = answer(&mut pane, &[("a", &[990_001, 990_009], true), ("b", &[990_005], true)]);
        assert_eq!(first, ["a990001", "b990005"]);
        // The quota is used up within this second; the next one brings the rest.
        let now = now + std::time::Duration::from_secs(2);
        let mut rest = Vec::new();
        for action in pane.next_actions(now) {
            let TailAction::Sweep { sweep, .. } = action else { panic!("{action:?}") };
            pane.page(now, sweep, Ok(LogPageAnswer { events: Vec::new(), next: None }));
        }
        order.take(pane.drain().lines);
        rest.extend(said(order.release(&pane, |_| false)));
        assert_eq!(rest, ["a990009"]);
    }

    #[test]
    fn a_group_that_is_lost_holds_nobody_up() {
        let now = Timestamp::from_millis(1_000_000);
        let group =
            |group: &str| LogGroup { name: name(group), arn: String::new(), stored_bytes: 0 };
        let pane = Pane::new(vec![group("a"), group("b")], Policy::default(), now);
        let mut order = Order::default();
        order.take(vec![event("a", 5).into()]);
        assert_eq!(said(order.release(&pane, |_| false)), [""; 0]);
        assert_eq!(said(order.release(&pane, |group| group.as_str() == "b")), ["a5"]);
    }
}
