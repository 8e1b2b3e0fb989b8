//! Sessions written down and played again: the same model, the same screens, and no secret in the file.

use std::time::Duration;

use proptest::prelude::*;
use watchdeck_domain::Timestamp;

use super::console::{Console, edged, setup};
use super::{fixture, properties};
use crate::app::{self, Arms, Model, Msg, Ticket};
use crate::keymap::key::Chord;
use crate::runtime::recording::playback::Asked;
use crate::runtime::recording::{Header, Playback, Recording, Writer};
use crate::ui;

/// A session that writes itself down, in memory.
struct Session {
    model: Model,
    now: Timestamp,
    file: Writer<Vec<u8>>,
}

impl Session {
    fn new() -> Self {
        let now = Timestamp::parse("2026-11-22T03:04:00Z").unwrap();
        let setup = setup(Arms::Armed);
        // An account whose time passes four times as fast.
        let header = Header::of(&setup, now, 4.0, (100, 24));
        let file = Writer::begin(Vec::new(), &header).unwrap();
        let mut model = Model::new(setup, now);
        model.last_page = crate::ui::last_page;
        drop(app::start(&mut model));
        let mut session = Self { model, now, file };
        session.hear(Msg::Resized { width: 100, height: 24 });
        session
    }

    /// Hears a message after so many seconds of the account.
    fn after(&mut self, seconds: u64, msg: Msg) {
        self.now = self.now + Duration::from_secs(seconds);
        self.hear(msg);
    }

    fn hear(&mut self, msg: Msg) {
        let kept = app::recorded(&self.model, &msg);
        assert!(self.file.hear(self.now, &kept).unwrap(), "{msg:?} does not read back");
        drop(app::update(&mut self.model, msg, self.now));
    }

    fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.after(1, Msg::Key(Chord::parse(key).unwrap()));
        }
    }

    fn log(&mut self, text: &str) {
        let lines = vec![fixture::event("orders-writer", text, self.now).into()];
        let news = Box::new(watchdeck_signal::News { lines, gaps: Vec::new() });
        let ticket = self.model.logs.tail.unwrap_or(Ticket(0));
        self.hear(Msg::Tailed { ticket, news });
    }

    fn watch(&mut self) {
        drop(self.model.watch(Vec::new()));
    }

    fn bytes(&self) -> Vec<u8> {
        self.file.written().clone()
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    fn playback(&self) -> Playback {
        Playback::new(Recording::read(&self.bytes()).unwrap(), 1.0)
    }
}

fn same(one: &Model, other: &Model) -> bool {
    serde_json::to_string(one).unwrap() == serde_json::to_string(other).unwrap()
}

fn damage(bytes: &[u8]) -> String {
    let damage = Recording::read(bytes).unwrap_err();
    format!("{damage}; {}", damage.hint)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_replay_comes_to_the_model_that_was_recorded(messages in proptest::collection::vec(properties::messages(), 1..80), back in 0u64..20) {
        let mut session = Session::new();
        for msg in messages {
            session.now = session.now + Duration::from_millis(250);
            session.hear(msg);
        }
        let mut playback = session.playback();
        playback.seek(u64::MAX);
        prop_assert!(same(playback.model(), &session.model));
        // Back, and by steps to the end again.
        playback.seek(back * 50);
        while playback.step() {}
        prop_assert!(same(playback.model(), &session.model));
    }

    #[test]
    fn no_bytes_stop_the_reader(cut in 0usize..2000, byte in any::<u8>()) {
        let mut session = Session::new();
        session.press(": l o g s enter 6 j enter ?");
        let mut bytes = session.bytes();
        let at = cut % bytes.len();
        // Torn anywhere behind the header, it plays as far as it goes.
        let header = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let torn = Recording::read(&bytes[..at]);
        prop_assert_eq!(torn.is_ok(), at >= header, "{:?}", torn.err());
        bytes[at] = byte;
        if let Ok(recording) = Recording::read(&bytes) {
            Playback::new(recording, 1.0).seek(u64::MAX);
        }
    }
}

#[test]
fn a_replay_shows_the_screen_of_then_and_says_that_it_is_one() {
    let mut session = Session::new();
    session.press("6 ?");
    let mut playback = session.playback();
    playback.seek(u64::MAX);
    let printed = ui::print(playback.model(), (100, 24), false);
    let (header, rest) = printed.split_once('\n').unwrap();
    assert!(header.ends_with("REPLAY  ARMED  SIMULATED"), "{header}");
    let mut live = Console::armed();
    live.model = session.model;
    let live = live.screen();
    assert_eq!(rest.trim_end(), live.split_once('\n').unwrap().1.trim_end());
}

#[test]
fn the_line_at_the_foot_says_where_the_replay_stands() {
    let mut session = Session::new();
    session.after(500, Msg::Ticked);
    let mut playback = session.playback();
    playback.seek(65_000);
    playback.press(Chord::parse("+").unwrap());
    let draw = |playback: &Playback, size: (u16, u16)| {
        let mut terminal =
            ratatui::Terminal::new(ratatui::backend::TestBackend::new(size.0, size.1)).unwrap();
        terminal.draw(|frame| ui::replay(playback.model(), &playback.playing(), frame)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        let rows = buffer.content.chunks(usize::from(size.0));
        let row = |cells: &[ratatui::buffer::Cell]| {
            cells
                .iter()
                .map(ratatui::buffer::Cell::symbol)
                .collect::<String>()
                .trim_end()
                .to_owned()
        };
        rows.map(row).collect::<Vec<_>>()
    };
    // As large as it was: over the row of keys. Larger: below it. Smaller: as much smaller.
    let rows = draw(&playback, (100, 24));
    insta::assert_snapshot!(edged(&rows[23]), @"│ ▶ 1:05 of 2:05  x2  space pause  left right 10 s  + - speed  g G begin, end  q quit");
    let rows = draw(&playback, (120, 30));
    assert!(rows[23].contains("quit") && rows[24].contains("1:05 of 2:05"), "{rows:#?}");
    assert!(rows[25..].iter().all(String::is_empty), "{rows:#?}");
    let rows = draw(&playback, (70, 16));
    assert!(rows[15].contains("recorded at 100 x 24"), "{rows:#?}");
    draw(&playback, (1, 1));
}

#[test]
fn time_passes_as_it_was_lived_and_keys_move_through_it() {
    let mut session = Session::new();
    session.after(80, Msg::Ticked);
    session.press("6");
    session.after(79, Msg::Ticked);
    let mut playback = session.playback();
    let press = |playback: &mut Playback, keys: &str| {
        for key in keys.split_whitespace() {
            assert_eq!(playback.press(Chord::parse(key).unwrap()), Asked::Stay);
        }
        playback.playing().position_ms
    };
    assert_eq!(playback.playing().length_ms, 40_000);
    playback.pass(1_000);
    assert_eq!(press(&mut playback, ""), 1_000);
    assert_eq!(press(&mut playback, "right right"), 21_000);
    let functions =
        |playback: &Playback| playback.model().shell.screen == app::shell::Screen::Functions;
    assert!(functions(&playback));
    assert_eq!(press(&mut playback, "left"), 11_000);
    assert!(!functions(&playback));
    press(&mut playback, "space");
    playback.pass(5_000);
    assert_eq!(press(&mut playback, "space + +"), 11_000);
    playback.pass(1_000);
    assert_eq!(press(&mut playback, "-"), 15_000);
    assert_eq!(press(&mut playback, "G"), 40_000);
    playback.pass(1);
    assert!(playback.paused(), "the end stands still");
    assert_eq!(press(&mut playback, "space"), 0);
    assert!(!playback.paused());
    assert_eq!(press(&mut playback, "G g left"), 0);
    assert_eq!(playback.press(Chord::char('q')), Asked::Leave);
}

#[test]
fn no_secret_of_a_log_line_or_a_refused_paste_is_in_the_file() {
    let mut session = Session::new();
    session.watch();
    session.log("{\"password\":\"hunter2\",\"user\":\"ann\"}");
    session.log("ERROR signed with AKIAIOSFODNN7EXAMPLE, Authorization: Bearer abc.def.ghi");
    session.hear(Msg::Paste("from-the-clipboard".into()));
    session.hear(Msg::Noted("token: deadbeef1".into()));
    let text = session.text();
    for secret in ["hunter2", "IOSFODNN7EXAMPLE", "abc.def.ghi", "from-the-clipboard", "deadbeef1"]
    {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains("ann") && text.contains("AKIAxxxxxxxxxxxxxxxx"), "{text}");
}

#[test]
fn what_is_typed_into_a_phrase_is_kept_and_a_paste_into_it_is_not() {
    let mut session = Session::new();
    let question = Box::new(fixture::question(session.now));
    session.hear(Msg::Desk(Box::new(watchdeck_guard::Event::Asked {
        plan: fixture::plan(),
        question,
    })));
    session.hear(Msg::QuestionSeen);
    session.press("0 enter r o l l");
    session.hear(Msg::Paste("pasted".into()));
    let mut playback = session.playback();
    playback.seek(u64::MAX);
    assert!(same(playback.model(), &session.model));
    assert_eq!(playback.model().shell.typing.as_ref().unwrap().line.text(), "roll");
    assert!(!session.text().contains("pasted"));
}

#[test]
fn numbers_that_json_cannot_hold_are_missing_and_said_to_be() {
    let mut session = Session::new();
    let series = watchdeck_domain::metric::Series {
        id: "errors".into(),
        points: vec![(session.now, f64::NAN)],
        partial: false,
    };
    let answer = Box::new(Ok(watchdeck_domain::Answer::Metrics(vec![series])));
    let kept = session.file.hear(session.now, &Msg::Answered { ticket: Ticket(9), answer });
    assert!(!kept.unwrap());
    let recording = Recording::read(&session.bytes()).unwrap();
    assert_eq!(recording.lost(), 1);
}

#[test]
fn a_torn_last_line_is_left_out_and_any_other_is_told_with_its_number() {
    let mut session = Session::new();
    session.press("6 j");
    let bytes = session.bytes();
    let torn = Recording::read(&bytes[..bytes.len() - 4]).unwrap();
    assert!(torn.torn && torn.moments.len() == 2);
    let whole = Recording::read(&bytes).unwrap();
    assert!(!whole.torn && whole.moments.len() == 3);
    let text = session.text().replacen("Resized", "Resigned", 1);
    let said = damage(text.as_bytes());
    assert!(said.starts_with("line 2: this is no message: unknown variant `Resigned`"), "{said}");
    let said = damage(text.replacen("\"program\":\"", "\"program\":\"9", 1).as_bytes());
    assert!(said.contains("play it with that version"), "{said}");
}

#[test]
fn what_is_no_recording_or_a_newer_one_is_told() {
    for bytes in [&b""[..], b"\n", b"{}", b"nonsense\n", b"\xff\xfe"] {
        assert!(damage(bytes).starts_with("line 1: this is no recording"), "{bytes:?}");
    }
    let newer = Session::new().text().replacen("recording/1", "recording/2", 1);
    assert!(damage(newer.as_bytes()).starts_with("line 1: this is `recording/2` of watchdeck"));
    let slow = Session::new().text().replacen("\"speed\":4.0", "\"speed\":0.0", 1);
    assert!(damage(slow.as_bytes()).starts_with("line 1: `0` is no speed"));
    let other = Session::new().text().replacen("= [\\\"quit\\\"]", "= [\\\"leave\\\"]", 1);
    assert!(
        damage(other.as_bytes()).contains("there is no command `leave`"),
        "{}",
        damage(other.as_bytes())
    );
}
