//! Stories of two regions side by side: what would take over, what is missing there, and a region that says nothing.

use watchdeck_domain::metric::Series;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Answer, ReadError};

use super::console::Console;
use crate::app::screens::recovery::{Side, Topic, Verdict};
use crate::app::shell::Screen;
use crate::app::ticket::Pane;
use crate::app::{Link, Msg};

fn both() -> Console {
    Console::new().sized(160, 40).press(": d r enter")
}

fn tell(console: &mut Console, topic: Topic, answer: Result<Answer, ReadError>) {
    let ticket = console.model.questions.ask(Pane::Recovery(Side::There, topic), console.now);
    console.hear(Msg::Answered { ticket, answer: Box::new(answer) });
}

/// The lag of the copy, a point a minute, in milliseconds.
fn behind(console: &mut Console, points: &[f64]) {
    let now = console.now;
    let points = points.iter().map(|value| (now, *value)).collect();
    let series = vec![Series { id: "l0m0".into(), points, partial: false }];
    tell(console, Topic::Lag, Ok(Answer::Metrics(series)));
}

fn verdict(console: &Console, name: &str) -> Verdict {
    let mut pairs = console.model.recovery.pairs().iter();
    pairs.find(|pair| pair.name == name).unwrap().verdict
}

#[test]
fn what_would_take_over_stands_beside_what_works_now() {
    let mut console = both();
    assert_eq!(console.model.shell.screen, Screen::Recovery);
    console.row("eu-central-1, works");
    console.row("eu-west-1, stands by");
    behind(&mut console, &[80.0, 450.0, 120.0]);
    let row = console.row("shop-global");
    for part in ["writes, 2 instances", "copies, 1 instance", "ready"] {
        assert!(row.contains(part), "{part}: {row}");
    }
    console.row("120 ms behind, 450 at worst in 15 min");
    // What is only where it works now would not be there.
    let writer = console.row("orders-writer");
    let (missing, ready): (Vec<_>, Vec<_>) =
        console.model.recovery.pairs().iter().partition(|it| it.verdict == Verdict::Missing);
    assert!(!missing.is_empty() && !ready.is_empty(), "{writer}");
    console.row(&format!(
        "{} of {} not ready",
        console.model.recovery.count().1,
        console.model.recovery.count().0
    ));
}

#[test]
fn a_copy_that_fell_behind_or_stands_alone_would_not_do() {
    let mut console = both();
    tell(&mut console, Topic::Lag, Ok(Answer::Metrics(vec![])));
    assert_eq!(verdict(&console, "shop-global"), Verdict::Unknown, "its lag is not known");
    behind(&mut console, &[80.0, 9_000.0, 120.0]);
    assert_eq!(verdict(&console, "shop-global"), Verdict::Unfit);
    assert!(console.row("shop-global").contains("9000 ms behind within 15 min"));

    behind(&mut console, &[80.0]);
    assert_eq!(verdict(&console, "shop-global"), Verdict::Ready);
    let mut clusters = super::estate::clusters(console.now);
    clusters[0].arn = clusters[0].arn.replace("eu-central-1", "eu-west-1");
    clusters[0].members.clear();
    tell(&mut console, Topic::Clusters, Ok(Answer::DbClusters(clusters)));
    assert!(console.row("shop-global").contains("its copy has no instance"));
}

#[test]
fn a_region_that_says_nothing_is_not_taken_for_one_that_has_nothing() {
    let mut console = both();
    let dead =
        || ReadError::new(ReadFailure::Unreachable, "lambda:ListFunctions", "connection refused");
    let pane = Pane::Recovery(Side::Here, Topic::Secrets);
    let ticket = console.model.questions.ask(pane, console.now);
    console.hear(Msg::Answered { ticket, answer: Box::new(Ok(Answer::Secrets(vec![]))) });
    tell(&mut console, Topic::Secrets, Ok(Answer::Secrets(vec![])));
    tell(&mut console, Topic::Functions, Err(dead()));
    assert_eq!(verdict(&console, "orders-writer"), Verdict::Unknown);
    console.row("eu-west-1: ");
    let told: Vec<_> = console.model.recovery.pairs().iter().map(|it| it.there.as_str()).collect();
    assert!(told.iter().any(|it| it.ends_with(", when it last answered")), "{told:?}");
    tell(&mut console, Topic::Clusters, Err(dead()));
    console.row("eu-west-1, does not answer");
    assert!(matches!(console.model.place.link, Link::Connected(_)), "the region in front answers");
}

#[test]
fn another_region_is_named_by_hand() {
    let console = both().press(": d r space e u - c e n t r a l - 1 enter");
    console.row("is the region that you are in");
    let console = both().press(": d r space e u - n o r t h - 1 enter");
    console.row("eu-north-1, stands by");
}

#[test]
fn from_here_one_goes_on_to_the_move_that_fits() {
    let console = both().press("F");
    console.row("dr.drill");
    console.row("shop-global");
    // Where the other region takes the writes, it is a failover to this one.
    let mut console = both();
    let mut globals = super::estate::global_databases();
    for member in &mut globals[0].members {
        member.writer = !member.writer;
    }
    let ticket =
        console.model.questions.ask(Pane::Recovery(Side::Here, Topic::Globals), console.now);
    console.hear(Msg::Answered { ticket, answer: Box::new(Ok(Answer::GlobalDatabases(globals))) });
    console.row("eu-west-1, works");
    let console = console.press("F");
    console.row("dr.full-failover");
}
