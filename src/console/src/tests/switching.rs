//! Stories of switching: to a context, a profile, a region; what stays, what goes, and what comes too late.

use watchdeck_domain::{Printable, Query, Region};

use super::console::{Console, edged};
use super::fixture;
use crate::app::switching::{Target, may_arrive};
use crate::app::{
    Arms, Effect, Flow, Lease, Link, Mark, Msg, Place, Problem, RealmName, Switched, TailStanding,
    Ticket,
};
use crate::contexts::Environment;

/// A console that knows some places.
fn console() -> Console {
    let mut console = Console::new();
    console.model.place.realm = RealmName::Live;
    let context = |name: &str, more: &str| (name.to_owned(), Printable::new(more));
    console.model.destinations.contexts = vec![
        context("shop-prod", "production, profile shop-prod, read-only"),
        context("shop-staging", "staging, profile shop-staging"),
        context("sandbox", "sandbox, eu-west-1"),
    ];
    console.model.destinations.profiles = vec!["default".into(), "shop-prod".into()];
    console
}

/// The switch that left the console.
fn wanted(console: &mut Console) -> Option<(Ticket, Target)> {
    let mut wanted = None;
    for effect in console.take_left() {
        if let Effect::Switch { ticket, target } = effect {
            wanted = Some((ticket, target));
        }
    }
    wanted
}

/// The questions that left the console.
fn asked(console: &mut Console) -> Vec<(Ticket, Query)> {
    let mut asked = Vec::new();
    for effect in console.take_left() {
        if let Effect::Read { ticket, query } = effect {
            asked.push((ticket, query));
        }
    }
    asked
}

fn staging() -> Place {
    Place {
        alias: Printable::default(),
        context: Printable::new("shop-staging"),
        mark: Mark {
            name: Printable::new("shop-staging"),
            environment: Some(Environment::Staging),
            colour: None,
        },
        region: Region::parse("eu-west-1").unwrap(),
        realm: RealmName::Live,
        arms: Arms::ReadOnly,
        link: Link::Connected(fixture::identity()),
        lease: Lease::Lasting,
        meter: crate::app::Meter::default(),
    }
}

fn arrive(mut console: Console, ticket: Ticket) -> Console {
    console.hear(Msg::Switched(Box::new(Switched { ticket, place: staging(), notice: None })));
    console
}

#[test]
fn a_name_switches_at_once_and_a_mistyped_one_is_told_with_the_nearest() {
    let mut console = console().press(": ctx␣shop-staging enter");
    let (_, target) = wanted(&mut console).unwrap();
    assert_eq!(target, Target::Context("shop-staging".into()));
    console.row("connecting to context shop-staging");
    let mut console = console.press(": profile␣shop-prd enter");
    console.row("there is no profile `shop-prd`: did yo");
    assert_eq!(wanted(&mut console), None);
    let mut console = console.press(": region␣xx-new-7 enter");
    let (_, target) = wanted(&mut console).unwrap();
    assert_eq!(target, Target::Region(Region::parse("xx-new-7").unwrap()), "younger than the list");
}

#[test]
fn without_a_name_one_chooses_from_a_list_that_is_filtered_as_it_is_typed() {
    let console = console().press("C");
    console.row("Contexts: 4 of 4");
    let console = console.press("stag");
    console.row("Contexts: 1 of 4");
    assert!(!console.screen().contains("eu-west-1"));
    let mut console = console.press("enter");
    assert_eq!(wanted(&mut console).unwrap().1, Target::Context("shop-staging".into()));
    let mut console = console.press("esc : region enter frankf enter");
    let (_, target) = wanted(&mut console).unwrap();
    assert_eq!(target, Target::Region(Region::parse("eu-central-1").unwrap()));
    let mut console = console.press("esc C down enter");
    assert_eq!(wanted(&mut console).unwrap().1, Target::Context("shop-staging".into()));
    let mut console = console.press("esc C zzz");
    console.row("None matches.");
    console = console.press("esc");
    assert!(!console.screen().contains("Contexts:"), "esc closes the choice");
    assert_eq!(wanted(&mut console), None);
}

#[test]
fn the_choice_is_drawn_over_the_view() {
    let console = console().press("C s h o p");
    let screen = console.screen();
    let rows: Vec<&str> = screen.lines().skip(10).take(4).chain(screen.lines().skip(22)).collect();
    insta::assert_snapshot!(edged(&rows.join("\n")), @"
    │           ╭ Contexts: 2 of 4 ──────────────────────────────────────────────────────────╮
    │           │▌ shop-prod                production, profile shop-prod, read-only         │
    │           │  shop-staging             staging, profile shop-staging                    │
    │           ╰────────────────────────────────────────────────────────────────────────────╯
    │context: shop
    │ esc back   enter accept
    ");
}

#[test]
fn esc_stays_in_the_old_place_and_what_arrives_later_is_not_entered() {
    let mut console = console().press(": ctx␣sandbox enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    assert!(may_arrive(&console.model, ticket).is_ok());
    let mut console = console.press("esc");
    assert!(matches!(console.take_left().as_slice(), [Effect::StopSwitch]));
    console.row("given up: context sandbox");
    assert!(may_arrive(&console.model, ticket).is_err());
    console.hear(Msg::Unswitched { ticket, problem: Problem::new("switch.stale", "x", "", "") });
    assert!(console.model.problems.newest_first().all(|met| met.problem.code != "switch.stale"));
}

#[test]
fn a_switch_that_fails_is_told_and_the_old_place_stays() {
    let mut console = console().press(": ctx␣sandbox enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    let why = Problem::new("switch.failed", "the credentials have expired", "", "log in again");
    console.hear(Msg::Unswitched { ticket, problem: why });
    console.row("not switched: the credentials have expired");
    console.row("123456784021  eu-central-1");
    assert!(console.model.switching.is_none());
    console.press("!").row("log in again");
}

#[test]
fn no_late_answer_of_the_old_place_appears_in_the_new() {
    let mut console = Console::silent();
    console.model.place.realm = RealmName::Live;
    console.model.destinations.contexts.push(("b".into(), Printable::default()));
    let mut console = console.press("6").press(": ctx␣b enter");
    let asked = asked(&mut console);
    assert!(asked.len() >= 3, "nothing is under way");
    let ticket = console.model.switching.as_ref().unwrap().ticket;
    let mut console = arrive(console, ticket);
    let fresh = self::asked(&mut console);
    assert!(fresh.iter().all(|(new, _)| asked.iter().all(|(old, _)| old < new)), "used twice");
    let before = serde_json::to_value(&console.model).unwrap();
    for (ticket, query) in asked {
        let answer = Box::new(fixture::answer(&query, console.now));
        console.hear(Msg::Answered { ticket, answer });
    }
    let mut after = serde_json::to_value(&console.model).unwrap();
    // That they came is counted, and nothing else of them is anywhere.
    after["questions"]["stale"] = before["questions"]["stale"].clone();
    assert_eq!(before, after);
}

#[test]
fn no_late_line_of_the_old_place_appears_in_the_new() {
    let mut console = console().press("2").lines("orders-writer plain words");
    let old = console.model.logs.tail.unwrap();
    console = console.press(": ctx␣sandbox enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    let mut console = arrive(console, ticket);
    let lines = vec![fixture::event("orders-writer", "a late line", console.now).into()];
    let news = Box::new(watchdeck_signal::News { lines, gaps: Vec::new() });
    console.hear(Msg::Tailed { ticket: old, news });
    let standing = TailStanding { flow: Flow::Pushed, dropped: 7, ..TailStanding::default() };
    console.hear(Msg::TailStood { ticket: old, standing });
    let screen = console.press("2 esc").screen();
    assert!(!screen.contains("late line") && !screen.contains("plain words"), "{screen}");
}

#[test]
fn what_is_the_operators_stays_and_what_is_the_accounts_goes() {
    let mut console = console().press("6 : logs enter").lines("orders-writer plain words");
    console.hear(Msg::Failed(Problem::new("keymap.mistake", "mine", "", "")));
    console.hear(Msg::Failed(Problem::new("read.denied", "theirs", "", "")));
    console = console.press(": function␣orders-writer enter : ctx␣shop-staging enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    let console = arrive(console, ticket);
    console.row(" STAGING  shop-staging shop-prod 123456784021  eu-west-1");
    console.row("this is shop-staging, read-only");
    assert!(console.screen().contains("Functions"), "one function leads to the list of them");
    assert!(console.model.shell.commands.texts().contains(&"function orders-writer".to_owned()));
    assert!(console.model.shell.past.is_empty() && console.model.logs.store().is_empty());
    let codes: Vec<_> =
        console.model.problems.newest_first().map(|met| met.problem.code.as_str()).collect();
    assert_eq!(codes, ["keymap.mistake"]);
    assert!(console.model.destinations.contexts.len() == 3);
}

#[test]
fn a_run_that_is_under_way_keeps_the_console_here() {
    let mut console = console();
    let now = console.now;
    console.model.runs.of(&fixture::run(), now).live = true;
    let mut console = console.press("C");
    console.row("a run is under way here");
    assert_eq!(wanted(&mut console), None);
    // One that began while the new place was being connected to.
    let ticket = Ticket(99);
    let since = console.now;
    let target = Target::Context("sandbox".into());
    console.model.switching = Some(crate::app::switching::Switching { ticket, target, since });
    assert_eq!(may_arrive(&console.model, ticket).unwrap_err().code, "switch.refused");
}

#[test]
fn production_is_unmistakable_with_colours_and_without() {
    let mut console = console();
    console.model.place.mark = Mark {
        name: Printable::new("shop"),
        environment: Some(Environment::Production),
        colour: None,
    };
    for (width, colours) in [(60, true), (60, false), (160, true), (160, false)] {
        console = console.sized(width, 24);
        assert!(console.model.look.choose(if colours { "dark" } else { "mono" }));
        let screen = console.screen();
        assert!(screen.starts_with(" PROD  shop"), "{screen}");
        let cell = console.buffer()[(1, 0)].style();
        assert_ne!(cell.bg == Some(ratatui::style::Color::Indexed(160)), !colours);
    }
}

#[test]
fn keys_that_end_soon_are_told_and_expired_ones_in_red() {
    let mut console = console().sized(160, 24);
    for (lease, said) in [
        (Lease::Ends(3_725), "keys 1:02:05"),
        (Lease::Ends(61), "keys 1:01"),
        (Lease::Expired, " EXPIRED "),
    ] {
        console.model.place.lease = lease;
        console.row(said);
    }
    for width in [60, 80] {
        console = console.sized(width, 24);
        console.row(" EXPIRED ");
    }
}

#[test]
fn with_expired_credentials_reads_rest_until_they_are_renewed() {
    let mut console = console();
    console.hear(Msg::Leased(Lease::Expired));
    console.row("the credentials have expired: nothing is read until ctrl-r renews them");
    console.take_left();
    let mut console = console.press("6 7 5 1").wait(120);
    assert!(asked(&mut console).is_empty(), "something was asked");
    let mut console = console.press("6 ctrl-r");
    assert!(console.take_left().contains(&Effect::Renew));
    let why = Problem::new("credentials.expired", "nobody is logged in", "", "log in");
    console.hear(Msg::Renewed(Some(why)));
    console.row("not renewed: nobody is logged in");
    console.hear(Msg::Renewed(None));
    assert!(console.screen().contains("asked again"));
    assert!(!console.screen().contains("EXPIRED"));
}

#[test]
fn a_code_is_asked_for_by_its_device_and_shown_as_dots() {
    let mut console = console().press(": ctx␣sandbox enter");
    let (ticket, _) = wanted(&mut console).unwrap();
    let device = Printable::new("arn:aws:iam::123456784021:mfa/operator");
    console.hear(Msg::CodeWanted { ticket: Some(ticket), device: device.clone(), refused: None });
    console.row("The one-time code of arn:aws:iam::123456784021:mfa/operator");
    console.hear(Msg::Hid(4));
    console.row("code: ••••");
    // A key that should have been hidden is not taken.
    let mut console = console.press("7");
    console.row("code: ••••");
    console.hear(Msg::Paste("987654".into()));
    assert!(!console.screen().contains("987654"));
    let mut console = console.press("enter");
    assert_eq!(console.take_left(), [Effect::GiveCode { ticket: Some(ticket) }]);
    let refused = Some(Printable::new("the one-time code was refused"));
    console.hear(Msg::CodeWanted { ticket: Some(ticket), device: device.clone(), refused });
    console.row("the one-time code was refused");
    let mut console = console.press("esc");
    assert_eq!(console.take_left(), [Effect::StopSwitch]);
    // It is asked for in vain when nobody waits for that place any more.
    console.hear(Msg::CodeWanted { ticket: Some(ticket), device, refused: None });
    assert!(!console.screen().contains("code:"));
}

#[test]
fn the_name_of_an_account_is_shown_and_that_one_may_not_ask_for_it_is_no_problem() {
    use crate::app::ticket::Pane;
    let mut console = console();
    console.model.place.alias = Printable::default();
    let error = watchdeck_domain::ReadError::new(
        watchdeck_domain::reading::ReadFailure::Denied,
        "iam:ListAccountAliases",
        "no",
    );
    let ticket = console.model.questions.ask(Pane::Alias, console.now);
    console.hear(Msg::Answered { ticket, answer: Box::new(Err(error)) });
    assert_eq!(console.model.problems.newest_first().len(), 0);
    console.row(" 123456784021  eu-central-1");
    let named = || Box::new(Ok(watchdeck_domain::Answer::AccountAlias(Some("shop\u{1b}".into()))));
    let ticket = console.model.questions.ask(Pane::Alias, console.now);
    console.hear(Msg::Answered { ticket, answer: named() });
    assert!(!console.row(" 123456784021  eu-central-1").contains('\u{1b}'));
    console.row(" shop");
    // A context that is called the same says it once.
    console.model.place.alias = Printable::new("shop");
    console.model.place.mark.name = Printable::new("shop");
    console.model.place.mark.environment = Some(Environment::Staging);
    console.row(" STAGING  shop 123456784021  eu-central-1");
}
