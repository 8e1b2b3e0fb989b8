//! Stories of signing in: a code that is shown, copied, counted down, given up; and a console without an account.

use watchdeck_domain::Printable;

use super::console::{Console, edged};
use crate::app::signin::SignIn;
use crate::app::switching::Target;
use crate::app::{Effect, Link, Mark, Msg, Problem, RealmName, Ticket, start};

/// A console that was started for an account nobody is signed in to.
fn absent() -> Console {
    let mut console = Console::new();
    console.model.place.link = Link::Absent;
    console.model.place.realm = RealmName::Live;
    console.model.place.mark = Mark::default();
    console.model.place.alias = Printable::default();
    console.model.place.context = Printable::new("profile corp");
    console.take_left();
    console.left = start(&mut console.model);
    console
}

fn asked(console: &Console, ticket: Option<Ticket>) -> Msg {
    Msg::SignInWanted(Box::new(SignIn {
        ticket,
        name: Printable::new("corp"),
        address: Printable::new("https://device.sso.eu-central-1.amazonaws.com/"),
        direct: Some(Printable::new("https://device.sso/?user_code=ABCD-EFGH")),
        code: Printable::new("ABCD-EFGH"),
        ends: console.now,
        left_s: 598,
    }))
}

/// The ticket of the one switch that left the console.
fn ticket(console: &mut Console) -> Ticket {
    match console.take_left().as_slice() {
        [Effect::Switch { ticket, target: Target::Start(name) }] if name == "profile corp" => {
            *ticket
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_console_without_an_account_sets_out_for_it_and_asks_nothing_of_anybody() {
    let mut console = absent();
    let ticket = ticket(&mut console);
    let mut console = console.wait(60).press("2 6 7 1");
    assert_eq!(console.take_left(), []);
    console.hear(asked(&console, Some(ticket)));
    insta::assert_snapshot!(edged(&console.screen()), @"
    │ no account is open  eu-central-1  profile corp                               READ-ONLY  NO ACCOUNT
    │ 1 Overview  2 3 4 5 6 7 8 9 0 !                                      no account 0.0 calls/s 03:05Z
    │
    │ No account is open.
    │
    │
    │
    │           ╭ Sign in: corp ─────────────────────────────────────────────────────────────╮
    │           │ Open this address in a browser, and approve the code there:                │
    │           │                                                                            │
    │           │ https://device.sso.eu-central-1.amazonaws.com/                             │
    │           │                                                                            │
    │           │ code  ABCD-EFGH   good for 9:58                                            │
    │           │                                                                            │
    │           │ c copies the address with the code in it; esc gives up                     │
    │           │ Approve no other code there: that would let somebody else in.              │
    │           ╰────────────────────────────────────────────────────────────────────────────╯
    │
    │
    │
    │
    │
    │ waiting until the code ABCD-EFGH is approved … 9:58   esc gives up
    │ esc back   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn the_code_is_counted_down_and_its_address_copied() {
    let mut console = absent();
    let ticket = ticket(&mut console);
    console.hear(asked(&console, Some(ticket)));
    console.hear(Msg::SignInEnds(61));
    console.row("good for 1:01");
    let mut console = console.press("c");
    let address = Printable::new("https://device.sso/?user_code=ABCD-EFGH");
    assert_eq!(console.take_left(), [Effect::Copy(vec![address])]);
    // The help lies above it, and gives it back.
    let console = console.press("?");
    assert!(!console.screen().contains("Sign in: corp"));
    console.row("ABCD-EFGH");
}

#[test]
fn esc_gives_the_code_up_and_stands_nowhere_until_one_tries_again() {
    let mut console = absent();
    let ticket = ticket(&mut console);
    console.hear(asked(&console, Some(ticket)));
    let mut console = console.press("esc");
    assert_eq!(console.take_left(), [Effect::StopSwitch]);
    console.row("given up: profile corp; no account is open");
    console.row("goes to a context, or to the simulated account");
    // What comes of it later is nobody's.
    console.hear(asked(&console, Some(ticket)));
    assert!(!console.screen().contains("Sign in"));
    let mut console = console.press("ctrl-r");
    let again = self::ticket(&mut console);
    assert!(again > ticket);
    let why = Problem::new("signin.failed", "the sign-in was denied", "by somebody", "try again");
    console.hear(asked(&console, Some(again)));
    console.hear(Msg::Unswitched { ticket: again, problem: why });
    console.row("not switched: the sign-in was denied");
    assert!(!console.screen().contains("Sign in"));
    console.press("!").row("by somebody");
}

#[test]
fn a_renewal_shows_its_code_over_the_account_and_esc_leaves_that() {
    let mut console = Console::new();
    console.hear(asked(&console, None));
    console.row("Sign in: corp");
    let mut console = console.press("ctrl-r");
    console.row("a code waits to be approved al");
    console.take_left();
    let mut console = console.press("esc");
    assert_eq!(console.take_left(), [Effect::StopRenewal]);
    console.row("given up: nobody was signed in");
    console.hear(asked(&console, None));
    console.hear(Msg::Renewed(None));
    assert!(!console.screen().contains("Sign in"));
}

#[test]
fn roles_are_gone_to_by_name_by_arn_and_by_a_few_letters() {
    let mut console = Console::new();
    console.model.place.realm = RealmName::Live;
    let arn = |name: &str| {
        watchdeck_domain::Arn::parse(format!("arn:aws:iam::123456784021:role/{name}")).unwrap()
    };
    let role = |name: &str, of: &str| crate::app::destinations::KnownRole {
        name: name.into(),
        arn: arn(name),
        of: Printable::new(of),
    };
    console.model.destinations.roles =
        vec![role("oncall-read", "profile shop"), role("audit", "context audit")];
    let mut console = console.press(": role␣audit enter");
    let gone = |console: &mut Console| match console.take_left().pop() {
        Some(Effect::Switch { target, .. }) => Some(target),
        _ => None,
    };
    assert_eq!(gone(&mut console), Some(Target::Role(arn("audit"))));
    let mut console = console.press("esc : role␣arn:aws:iam::123456784021:role/new enter");
    assert_eq!(gone(&mut console), Some(Target::Role(arn("new"))));
    let mut console = console.press("esc : role enter onc");
    console.row("Roles: 1 of 2");
    console = console.press("enter");
    assert_eq!(gone(&mut console), Some(Target::Role(arn("oncall-read"))));
    let console = console.press("esc : role␣audti enter");
    console.row("there is no role `audti`: did you mean `audit`?");
}
