//! Stories of places beside the one in front: their groups chosen, their lines told apart, and what becomes of them.

use std::sync::Arc;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::{AccountId, Printable, Region, Scope};

use super::console::{Console, drawn};
use super::fixture;
use crate::app::neighbours::{Answering, Whereabouts};
use crate::app::tail::PlaceStanding;
use crate::app::{Effect, Flow, Msg, Problem, TailStanding, Ticket};

fn scope(account: &str, region: &str) -> Scope {
    Scope { account: AccountId::parse(account).unwrap(), region: Region::parse(region).unwrap() }
}

fn east() -> Scope {
    scope(fixture::ACCOUNT, "us-east-1")
}

/// The place that the console asks for.
fn wanted(console: &mut Console) -> Option<(Ticket, Whereabouts)> {
    let mut wanted = None;
    for effect in console.take_left() {
        if let Effect::OpenPlace { ticket, asked } = effect {
            wanted = Some((ticket, asked));
        }
    }
    wanted
}

/// The groups that are tailed now, with their places.
fn tailed(console: &mut Console) -> Option<Vec<String>> {
    let mut tailed = None;
    for effect in console.take_left() {
        if let Effect::WatchLogs { groups, .. } = effect {
            tailed = Some(groups.into_iter().map(|group| group.name.to_string()).collect());
        }
    }
    tailed
}

/// Lets a place answer that has the groups of the one in front.
fn answer(console: &mut Console, ticket: Ticket, scope: Scope) {
    let groups: Vec<LogGroup> = fixture::groups();
    let answer = Box::new(Ok(Answering { scope, groups }));
    console.hear(Msg::PlaceOpened { ticket, answer });
}

/// A console that watches `orders-writer` here, and in us-east-1.
fn both() -> Console {
    let mut console = Console::new().press(": tail␣us-east-1␣/aws/lambda/orders-writer enter");
    let (ticket, asked) = wanted(&mut console).unwrap();
    assert_eq!(asked.to_string(), "us-east-1");
    console.row("connecting to us-east-1 … ");
    answer(&mut console, ticket, east());
    console
}

/// Lets a line of a place arrive.
fn arrive(console: &mut Console, place: Option<Scope>, message: &str) {
    let mut event = fixture::event("orders-writer", message, console.now);
    event.group = event.group.at(place.map(Arc::new).as_ref());
    console.arrive(vec![event]);
}

#[test]
fn groups_of_two_regions_stand_in_one_stream_and_each_line_says_where_it_is_from() {
    let mut console = both();
    let there = "/aws/lambda/orders-writer@123456784021/us-east-1".to_owned();
    assert!(tailed(&mut console).unwrap().contains(&there));
    arrive(&mut console, None, "from Frankfurt");
    arrive(&mut console, Some(east()), "from Virginia");
    let (here, far) = (console.row("from Frankfurt"), console.row("from Virginia"));
    assert!(here.contains(" eu orders-writer ") || here.contains("0eu orders-writer"), "{here}");
    assert!(far.contains("us orders-writer"), "{far}");
    let hue = |place: Option<Scope>| {
        let group = fixture::event("orders-writer", "", console.now).group;
        console.model.logs.hue_of(&group.at(place.map(Arc::new).as_ref()))
    };
    assert_ne!(hue(None), hue(Some(east())), "two sources have two colours");
    let console = console.press("G enter");
    console.row("place      us: us-east-1, account 123456784021");
}

#[test]
fn the_places_are_chosen_from_and_their_groups_are_marked_among_those_here() {
    let mut console = Console::new().press("l p");
    console.row("Places to tail beside this one: ");
    console = console.press("virginia enter");
    let (ticket, asked) = wanted(&mut console).unwrap();
    assert_eq!(asked.region, Some(Region::parse("us-east-1").unwrap()));
    answer(&mut console, ticket, east());
    console.row("Log groups: 3 of at most 10 a place marked");
    assert!(console.row("▌").contains("us-east-1  /aws/"), "the cursor is on the first of them");
    let mut console = console.press("space enter");
    let tailed = tailed(&mut console).unwrap();
    assert_eq!(tailed.len(), 4, "{tailed:?}");
    let mut console = console.press("l / us-east enter x");
    assert!(
        console.take_left().iter().any(|effect| *effect == Effect::ClosePlace { scope: east() })
    );
    assert!(!console.model.logs.watched.iter().any(|group| group.name.place().is_some()));
}

#[test]
fn a_context_is_another_account_and_its_lines_say_so() {
    let mut console = Console::new();
    let context = ("shared".to_owned(), Printable::new("production"));
    console.model.destinations.contexts = vec![context];
    let mut console = console.press(": tail␣shared/us-east-1␣/aws/lambda/orders-writer enter");
    let (ticket, asked) = wanted(&mut console).unwrap();
    assert_eq!(asked.context.as_deref(), Some("shared"));
    let other = scope("210987654321", "us-east-1");
    answer(&mut console, ticket, other.clone());
    arrive(&mut console, Some(other), "elsewhere");
    console = console.sized(140, 24);
    assert!(console.row("elsewhere").contains("shared/us orders-writer"));
}

#[test]
fn what_lags_throttles_or_fails_is_named_and_the_watermark_is_the_least() {
    let mut console = both();
    let ticket = console.model.logs.tail.unwrap();
    let now = console.now;
    let place = |place: Option<Scope>, behind: u64, slowed: bool, unread: usize| PlaceStanding {
        place,
        complete_to: Some(now - std::time::Duration::from_secs(behind)),
        flow: Flow::Pushed,
        unread,
        slowed,
    };
    let stand = |console: &mut Console, places: Vec<PlaceStanding>| {
        let complete_to = places.iter().filter_map(|place| place.complete_to).min();
        let slowed = places.iter().any(|place| place.slowed);
        let standing = TailStanding {
            complete_to,
            flow: Flow::Pushed,
            places,
            slowed,
            ..TailStanding::default()
        };
        console.hear(Msg::TailStood { ticket, standing });
    };
    let well = vec![place(None, 3, false, 0), place(Some(east()), 5, false, 0)];
    stand(&mut console, well);
    console.row("complete up to 03:03:55 (eu 03:03:57, us 03:03:55)");
    let slow = vec![place(None, 3, false, 0), place(Some(east()), 95, true, 0)];
    stand(&mut console, slow);
    let row = console.row("complete up to");
    assert!(row.contains("us throttles: asked more slowly · us lags"), "{row}");
    assert!(!row.contains("eu lags"), "{row}");
    let failing = vec![place(None, 3, false, 0), place(Some(east()), 95, false, 1)];
    stand(&mut console, failing);
    console.row("us fails: a group cannot be read");
}

#[test]
fn a_place_that_does_not_answer_is_told_and_nothing_here_changes() {
    let mut console = Console::new().press(": tail␣us-east-1␣/aws/lambda/orders enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    let problem = Problem::new("place.unreached", "the account denies it", "not opted in", "");
    let answer = Box::new(Err(problem));
    console.hear(Msg::PlaceOpened { ticket, answer });
    console.row("us-east-1 is not tailed: the account denies it");
    assert_eq!(tailed(&mut console), None);
    assert_eq!(console.model.logs.watched.len(), 3);
}

#[test]
fn esc_gives_a_place_up_and_what_it_still_brings_is_not_taken() {
    let mut console = Console::new().press(": tail␣us-east-1 enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    let mut console = console.press("esc");
    assert!(console.take_left().contains(&Effect::StopOpening));
    answer(&mut console, ticket, east());
    assert!(console.model.neighbours.open.is_empty());
    assert_eq!(tailed(&mut console), None);
}

#[test]
fn a_place_that_is_none_or_a_group_that_is_not_there_is_refused_with_the_reason() {
    let mut console = Console::new().press(": tail␣atlantis enter");
    console.row("`atlantis` is neither a region nor a context");
    assert_eq!(wanted(&mut console), None);
    let mut console = console.press(": tail␣us-east-1␣/nowhere enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    answer(&mut console, ticket, east());
    console.row("no log group `/nowhere` is there");
    let console = console.press(": tail␣eu-central-1␣/aws/lambda/orders-writer enter");
    assert_eq!(console.model.neighbours.open.len(), 1, "the place in front is open already");
}

#[test]
fn a_query_in_the_account_says_that_other_places_are_not_asked() {
    let console = both().press(": insights␣1h␣stats␣count(*) enter");
    console.row("1 log group of other places is not asked: a query runs in one");
    assert_eq!(console.model.history.inquiry.map(|inquiry| inquiry.groups.len()), Some(3));
}

#[test]
fn a_session_with_two_places_is_played_again_as_it_was() {
    let mut console = both();
    arrive(&mut console, Some(east()), "from Virginia");
    assert_eq!(drawn(console.replayed().model()), console.buffer());
}
