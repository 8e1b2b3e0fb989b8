//! Stories of gates, second persons, broken glass and the kill switch, as the operator sees them.

use watchdeck_domain::Environment;
use watchdeck_guard::desk::Review;
use watchdeck_guard::gate::demand;
use watchdeck_guard::{Event, Gate, Passage, Request, Way};

use super::console::Console;
use super::fixture;
use crate::app::Effect;

fn passages(reason: Way) -> Vec<Passage> {
    let risk = fixture::question(watchdeck_domain::Timestamp::default()).risk;
    let passage = |gate| Passage {
        gate,
        demand: demand(gate, risk, Environment::Production),
        way: if gate == Gate::Reason {
            reason
        } else if gate == Gate::Phrase {
            Way::Waits
        } else if [Gate::Preflight, Gate::Lease].contains(&gate) {
            Way::Unable
        } else {
            Way::Passed
        },
        why: if gate == Gate::Policy {
            "rule `managers roll back` permits it".into()
        } else {
            format!("why {gate} stands so")
        },
    };
    Gate::ALL.into_iter().map(passage).collect()
}

fn asked() -> Console {
    let mut console = Console::armed().press(": rollback␣orders-writer␣live␣41 enter");
    console.take_left();
    let mut question = fixture::question(console.now);
    question.passages = passages(Way::Waits);
    question.handover = Some("watchdeck-ask.abc".into());
    question.calls.clear();
    question.evidence.clear();
    console.tell(Event::Asked { plan: fixture::plan(), question: Box::new(question) })
}

#[test]
fn the_plan_shows_its_gates_and_which_rule_permits_it() {
    let console = asked();
    console.row("reason: open");
    console.row("permission tried: cannot be told");
    let console = console.press("j j j j j j");
    console.row("not asked here: second person");
    console.row("rule `managers roll back` permits it");
    console.row("watchdeck-ask.abc");
    let passages = passages(Way::Passed);
    let console = console.press("g g").tell(Event::Gated { plan: fixture::plan(), passages });
    assert!(!console.screen().contains("reason: open"), "{}", console.screen());
}

#[test]
fn a_reason_and_an_approval_go_to_the_desk_as_they_were_written() {
    let mut console = asked().press("R");
    console.row("give-reason");
    console = console.press("INC-7␣lost␣orders enter");
    let reason = Request::GiveReason { plan: fixture::plan(), reason: "INC-7 lost orders".into() };
    assert!(console.take_left().contains(&Effect::Desk(reason)));
    let mut console = console.press(": countersign␣watchdeck-yes.def enter");
    let line = "watchdeck-yes.def".to_owned();
    let back = Request::Countersign { plan: fixture::plan(), line };
    assert!(console.take_left().contains(&Effect::Desk(back)));
    let why = "calendar: `peak` freezes changes".to_owned();
    let console = console.tell(Event::Held { plan: fixture::plan(), why });
    console.row("not yet: calendar: `peak` freezes changes");
}

#[test]
fn the_calls_of_a_plan_are_copied_as_commands_of_the_aws_cli() {
    let mut console = Console::armed().press(": rollback␣orders-writer␣live␣41 enter");
    console.take_left();
    let question = fixture::question(console.now);
    let asked = Event::Asked { plan: fixture::plan(), question: Box::new(question) };
    let mut console = console.tell(asked).press("Y");
    let left = console.take_left();
    let [Effect::Copy(lines)] = left.as_slice() else { panic!("{left:?}") };
    let command = lines[0].as_str();
    assert!(command.starts_with("aws lambda update-alias --function-name arn:aws:"), "{command}");
    assert!(command.ends_with(" --region eu-central-1"), "{command}");
}

#[test]
fn one_key_stops_all_changes_also_while_text_is_typed_and_a_command_releases_them() {
    let mut console = asked().press("enter rollback ctrl-g");
    assert!(console.take_left().contains(&Effect::Desk(Request::Stop)));
    let console = console.tell(Event::Stopped { by: "alice".into() });
    console.row(" STOPPED ");
    let mut console = console.press("esc : release-changes enter");
    assert!(console.take_left().contains(&Effect::Desk(Request::Release)));
    let console = console.tell(Event::Released {});
    assert!(!console.screen().contains(" STOPPED "));
    console.row("changes can be made again");
}

#[test]
fn an_incident_is_declared_shown_in_the_header_and_ended() {
    use watchdeck_guard::Incident;

    let mut console = Console::armed().press(": incident␣INC-7␣orders␣are␣lost enter");
    let (id, title) = ("INC-7".to_owned(), "orders are lost".to_owned());
    let declare = Request::DeclareIncident { id: id.clone(), title: title.clone() };
    assert!(console.take_left().contains(&Effect::Desk(declare)));
    let (since, by) = (console.now, "alice".to_owned());
    let until = since + std::time::Duration::from_hours(4);
    let incident = Incident { id, title, by, since, until };
    let console = console.tell(Event::Incident { incident: Some(incident) });
    console.row(" INCIDENT INC-7 ");
    let mut console = console.press(": incident␣end enter");
    assert!(console.take_left().contains(&Effect::Desk(Request::EndIncident)));
    let console = console.tell(Event::Incident { incident: None });
    assert!(!console.screen().contains(" INCIDENT "), "{}", console.screen());
    console.row("the incident INC-7 is over");
}

/// GD08: a key that was pressed before the question could be read answers nothing.
#[test]
fn gd08_keys_from_before_the_question_answer_nothing() {
    use crate::app::{Msg, update::update};
    use crate::keymap::key::Chord;

    let mut console = Console::armed().press(": rollback␣orders-writer␣live␣41 enter");
    console.take_left();
    let question = Box::new(fixture::question(console.now));
    let asked = Event::Asked { plan: fixture::plan(), question };
    let now = console.now;
    update(&mut console.model, Msg::Desk(Box::new(asked)), now);
    let enter = Msg::Key(Chord::parse("enter").unwrap());
    assert_eq!(update(&mut console.model, enter.clone(), now), Vec::new());
    assert!(console.model.shell.typing.is_none());
    console.row("that key came before the question did");
    update(&mut console.model, Msg::QuestionSeen, now);
    update(&mut console.model, enter, now);
    assert!(console.model.shell.typing.is_some());
}

#[test]
fn broken_glass_stands_on_top_of_the_journal_until_it_is_reviewed() {
    let console = Console::armed();
    let review = Review {
        plan: fixture::plan(),
        title: "roll live@orders-writer back".into(),
        gates: vec![Gate::SecondPerson],
        reason: "INC-7 nobody else is awake".into(),
        by: "alice".into(),
        at: console.now,
    };
    let console = console.tell(Event::Reviews { reviews: vec![review] });
    console.row("1 to be reviewed");
    let mut console = console.press("9 g g");
    console.row("to review");
    console.row("roll live@orders-writer back, by alice");
    console.take_left();
    let mut console = console.press(": close-review␣seen␣with␣carol enter");
    let close = Request::CloseReview { plan: fixture::plan(), note: "seen with carol".into() };
    assert!(console.take_left().contains(&Effect::Desk(close)));
}

/// GD01: a console without a writer asks the desk for no change, whatever leads to one.
#[test]
fn gd01_nothing_that_leads_to_a_change_does_anything_without_a_writer() {
    use crate::app::command::{COMMANDS, Weight};

    let leading = COMMANDS.iter().filter(|entry| entry.weight == Weight::LeadsToChange);
    for screen in ["", "6 j enter", "8", "9", "0"] {
        for entry in leading.clone() {
            let keys = format!("{screen} : {} enter", entry.id);
            let mut console = Console::new().press(&keys);
            let asks = |effect: &Effect| {
                let listing = matches!(effect, Effect::Desk(Request::List { .. }));
                matches!(effect, Effect::Desk(_) | Effect::Propose { .. }) && !listing
            };
            let left = console.take_left();
            assert!(!left.iter().any(asks), "{keys}: {left:?}");
        }
    }
}

/// GD13: the smallest terminal, and a change of its size while the phrase is typed.
#[test]
fn gd13_a_phrase_being_typed_outlives_a_change_of_size() {
    use crate::app::Msg;

    let mut console = asked().press("enter rollback");
    for (width, height) in [(20, 5), (1, 1), (200, 60), (100, 30)] {
        console.hear(Msg::Resized { width, height });
        let drawn = console.buffer();
        assert_eq!((drawn.area.width, drawn.area.height), (width, height));
        let typing = console.model.shell.typing.as_ref().unwrap();
        assert_eq!(typing.line.text(), "rollback");
    }
}
