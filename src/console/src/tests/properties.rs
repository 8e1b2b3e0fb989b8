//! What holds for every sequence of messages.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use watchdeck_guard::{Event, Request};

use super::console::Console;
use super::fixture;
use crate::app::{Effect, Msg, Ticket, update};
use crate::keymap::key::Chord;
use crate::keymap::{Keymap, Preset};

/// Keys that an operator could press, the likely ones more often.
pub(super) fn keys() -> impl Strategy<Value = Chord> {
    let named = [
        "enter",
        "esc",
        "tab",
        "up",
        "down",
        "pageup",
        "pagedown",
        "home",
        "end",
        "space",
        "ctrl-r",
        "ctrl-u",
        "ctrl-g",
        "ctrl-l",
        "ctrl-x",
        "alt-x",
        "left",
        "right",
        "backspace",
        "delete",
        "g",
        "G",
        "j",
        "k",
        "1",
        "2",
        "3",
        "4",
        "5",
        "!",
        "/",
        ":",
        "?",
        "-",
        "[",
        "]",
        "e",
        "E",
        "n",
        "N",
        "l",
        "s",
        "w",
        "t",
        "o",
        "y",
        "7",
        "8",
        "c",
        "R",
        "U",
        "W",
        "A",
    ];
    prop_oneof![
        4 => proptest::sample::select(named.to_vec()).prop_map(|key| Chord::parse(key).unwrap()),
        1 => any::<char>().prop_map(Chord::char),
    ]
}

pub(super) fn messages() -> impl Strategy<Value = Msg> {
    let at = Console::new().now;
    prop_oneof![
        12 => keys().prop_map(Msg::Key),
        1 => ".{0,20}".prop_map(Msg::Paste),
        1 => (0u16..320, 0u16..110).prop_map(|(width, height)| Msg::Resized { width, height }),
        2 => Just(Msg::Ticked),
        1 => Just(Msg::Continued),
        1 => Just(Msg::QuestionSeen),
        1 => (0u64..20).prop_map(|ticket| Msg::Answered {
            ticket: Ticket(ticket),
            answer: Box::new(Ok(watchdeck_domain::Answer::Functions(Vec::new()))),
        }),
        1 => Just(Msg::Desk(Box::new(Event::Asked {
            plan: fixture::plan(),
            question: Box::new(fixture::question(at)),
        }))),
        1 => Just(Msg::Desk(Box::new(Event::Mistyped { plan: fixture::plan(), why: "no".into() }))),
        1 => Just(Msg::Desk(Box::new(Event::Withdrawn { plan: fixture::plan() }))),
        2 => ".{0,40}".prop_map(move |text| Msg::Tailed {
            ticket: Ticket(4),
            news: Box::new(watchdeck_signal::News {
                lines: vec![fixture::event("orders-writer", &text, at).into()],
                gaps: Vec::new(),
            }),
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_sequence_of_messages_panics_or_decides_by_chance(messages in proptest::collection::vec(messages(), 1..80)) {
        let mut one = Console::armed();
        let mut other = one.model.clone();
        for msg in messages {
            one.now = one.now + Duration::from_millis(250);
            let effects = update(&mut one.model, msg.clone(), one.now);
            prop_assert_eq!(&effects, &update(&mut other, msg, one.now), "the same message, the same effects");
            let drawn = one.buffer();
            prop_assert!(drawn.area.width <= 320);
        }
        let (one, other) = (serde_json::to_string(&one.model).unwrap(), serde_json::to_string(&other).unwrap());
        prop_assert_eq!(one, other, "the same messages, the same model");
    }

    #[test]
    fn without_write_no_sequence_of_keys_asks_for_a_change(
        preset in proptest::sample::select(Preset::ALL.to_vec()),
        keys in proptest::collection::vec(keys(), 1..200),
    ) {
        let mut console = Console::new();
        console.model.keymap = Arc::new(Keymap::preset(preset).0);
        for key in keys {
            console.hear(Msg::Key(key));
        }
        for effect in console.take_left() {
            let asks = match &effect {
                Effect::Propose { .. } => true,
                Effect::Desk(request) => !matches!(request, Request::List { .. } | Request::Stop),
                Effect::Read { .. } | Effect::WatchLogs { .. } | Effect::OpenPlace { .. } | Effect::StopOpening | Effect::ClosePlace { .. } | Effect::RecallTemplates { .. } | Effect::KeepTemplates { .. } | Effect::KeepFilter { .. } | Effect::RecallNotes | Effect::KeepNote(_) | Effect::Copy(_) | Effect::SetMouse(_) | Effect::Continue | Effect::Switch { .. } | Effect::StopSwitch | Effect::FindDestinations | Effect::StopRenewal | Effect::Export { .. } | Effect::StopExport | Effect::Renew | Effect::GiveCode { .. } | Effect::KeepSecret { .. } | Effect::Quit => false,
            };
            prop_assert!(!asks, "{effect:?}");
        }
    }
}
