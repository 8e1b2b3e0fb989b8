//! The harness: a console that answers questions from the fixture, pressed key by key.

use std::collections::VecDeque;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{Printable, Region, Timestamp};
use watchdeck_guard::{Event, Request};
use watchdeck_signal::News;

use super::fixture;
use crate::app::destinations::Destinations;
use crate::app::shell::Screen;
use crate::app::{
    self, Arms, Effect, Flow, Lease, Link, Mark, Meter, Model, Msg, Place, Problem, RealmName,
    Setup, TailStanding, Wishes,
};
use crate::keymap::Keymap;
use crate::keymap::key::Chord;
use crate::look::choice::{self, Surroundings, choose};
use crate::look::{Look, Theme};
use crate::runtime::recording::{Header, Playback, Recording, Writer};
use crate::ui;

/// A console on the simulated account of the fixture.
pub(super) struct Console {
    pub(super) model: Model,
    pub(super) now: Timestamp,
    /// Effects that nobody has answered: what left the console.
    pub(super) left: Vec<Effect>,
    /// Whether questions are answered at once.
    answering: bool,
    /// What a recording of the session holds.
    header: Header,
    heard: Vec<(Timestamp, Msg)>,
}

impl Console {
    /// A read-only console, 100 x 24, every question answered.
    pub(super) fn new() -> Self {
        Self::with(Arms::ReadOnly, true)
    }

    /// An armed one.
    pub(super) fn armed() -> Self {
        Self::with(Arms::Armed, true)
    }

    /// One whose questions are not answered before [`Console::answer`].
    pub(super) fn silent() -> Self {
        Self::with(Arms::ReadOnly, false)
    }

    /// A read-only one of an operator who set something in advance.
    pub(super) fn wishing(wishes: Wishes) -> Self {
        Self::built(Arms::ReadOnly, true, wishes)
    }

    fn with(arms: Arms, answering: bool) -> Self {
        Self::built(arms, answering, Wishes::default())
    }

    fn built(arms: Arms, answering: bool, wishes: Wishes) -> Self {
        Self::of(Setup { wishes, ..setup(arms) }, answering)
    }

    /// One on files, or pipes that are shown from their newest line on.
    pub(super) fn on_files(names: &[&str], newest: bool) -> Self {
        let base = setup(Arms::ReadOnly);
        let place = Place {
            alias: Printable::default(),
            context: Printable::new(names.join(", ")),
            region: Region::nowhere(),
            realm: RealmName::Files,
            link: Link::Offline,
            ..base.place.clone()
        };
        let groups = names.iter().map(ToString::to_string).collect();
        let wishes = Wishes { newest, ..Wishes::default() };
        Self::of(Setup { place, groups, wishes, ..base }, true)
    }

    fn of(setup: Setup, answering: bool) -> Self {
        let now = Timestamp::parse("2026-11-22T03:04:00Z").unwrap();
        let header = Header::of(&setup, now, 1.0, (100, 24));
        let mut model = Model::new(setup, now);
        model.last_page = ui::last_page;
        let effects = app::start(&mut model);
        let (left, heard) = (Vec::new(), Vec::new());
        let mut console = Self { model, now, left, answering, header, heard };
        console.carry_out(effects);
        console.hear(Msg::Resized { width: 100, height: 24 });
        console
    }

    /// The same at another size.
    pub(super) fn sized(mut self, width: u16, height: u16) -> Self {
        self.hear(Msg::Resized { width, height });
        self
    }

    /// Takes one message in.
    pub(super) fn hear(&mut self, msg: Msg) {
        let effects = self.update(msg);
        self.carry_out(effects);
        // As the loop does after a frame, when no key waits.
        if self.model.plan.is_unseen() && self.model.shell.screen == Screen::Plan {
            let effects = self.update(Msg::QuestionSeen);
            self.carry_out(effects);
        }
    }

    fn update(&mut self, msg: Msg) -> Vec<Effect> {
        self.heard.push((self.now, app::recorded(&self.model, &msg)));
        app::update(&mut self.model, msg, self.now)
    }

    /// How many messages it has heard.
    pub(super) fn heard(&self) -> usize {
        self.heard.len()
    }

    /// The session recorded, and played to its end in the same look.
    pub(super) fn replayed(&self) -> Playback {
        let mut file = Writer::begin(Vec::new(), &self.header).unwrap();
        for (at, msg) in &self.heard {
            assert!(file.hear(*at, msg).unwrap(), "{msg:?} does not read back");
        }
        let mut playback = Playback::new(Recording::read(file.written()).unwrap(), 1.0);
        playback.seek(u64::MAX);
        playback.dress(|look| *look = self.model.look.clone());
        playback
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            let msg = match effect {
                Effect::Read { ticket, query } if self.answering => {
                    Msg::Answered { ticket, answer: Box::new(fixture::answer(&query, self.now)) }
                }
                // One that waits already serves for all.
                Effect::Continue if waiting.contains(&Effect::Continue) => continue,
                Effect::Continue => Msg::Continued,
                Effect::RecallTemplates { ticket, .. } => {
                    Msg::TemplatesRecalled { ticket, saved: None }
                }
                Effect::RecallNotes => Msg::NotesRecalled(Box::default()),
                Effect::Desk(Request::List { .. }) if self.answering => {
                    Msg::Desk(Box::new(Event::Unfinished { runs: Vec::new() }))
                }
                Effect::FindDestinations => {
                    Msg::Found(Box::new(self.model.destinations.clone()), Vec::new())
                }
                effect @ (Effect::Read { .. }
                | Effect::WatchLogs { .. }
                | Effect::OpenPlace { .. }
                | Effect::StopOpening
                | Effect::ClosePlace { .. }
                | Effect::KeepTemplates { .. }
                | Effect::KeepFilter { .. }
                | Effect::KeepNote(_)
                | Effect::Desk(_)
                | Effect::Propose { .. }
                | Effect::Copy(_)
                | Effect::SetMouse(_)
                | Effect::Switch { .. }
                | Effect::StopSwitch
                | Effect::StopRenewal
                | Effect::Export { .. }
                | Effect::StopExport
                | Effect::Renew
                | Effect::GiveCode { .. }
                | Effect::KeepSecret { .. }
                | Effect::Quit) => {
                    self.left.push(effect);
                    continue;
                }
            };
            waiting.extend(self.update(msg));
        }
    }

    /// Answers the questions that wait, the oldest first.
    pub(super) fn answer(mut self) -> Self {
        self.answering = true;
        let left = std::mem::take(&mut self.left);
        self.carry_out(left);
        self
    }

    /// The same, its questions no longer answered.
    pub(super) fn silent_after(console: Self) -> Self {
        Self { answering: false, ..console }
    }

    /// Presses keys: `: logs enter`, `g g`, `ctrl-r`. A word that is no key is typed letter by letter; `␣` is a blank.
    pub(super) fn press(mut self, keys: &str) -> Self {
        for word in keys.split_whitespace() {
            match Chord::parse(word) {
                Ok(chord) => self.hear(Msg::Key(chord)),
                Err(_) => {
                    for c in word.chars() {
                        self.hear(Msg::Key(Chord::char(if c == '␣' { ' ' } else { c })));
                    }
                }
            }
        }
        self
    }

    /// Lets log lines arrive: `group level text` one a line, a second apart.
    pub(super) fn lines(mut self, text: &str) -> Self {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (group, message) = line.split_once(' ').unwrap();
            self.now = self.now + Duration::from_secs(1);
            self.arrive(vec![fixture::event(group, message, self.now)]);
        }
        self
    }

    /// Lets events arrive in one batch.
    pub(super) fn arrive(&mut self, events: Vec<LogEvent>) {
        let Some(ticket) = self.model.logs.tail else { return };
        let lines = events.into_iter().map(Into::into).collect();
        self.hear(Msg::Tailed { ticket, news: Box::new(News { lines, gaps: Vec::new() }) });
        let complete_to = Some(self.now - Duration::from_secs(3));
        let standing = TailStanding { complete_to, flow: Flow::Pushed, ..TailStanding::default() };
        self.hear(Msg::TailStood { ticket, standing });
    }

    /// Lets the desk tell something.
    pub(super) fn tell(mut self, event: Event) -> Self {
        self.hear(Msg::Desk(Box::new(event)));
        self
    }

    /// Lets something go wrong outside.
    pub(super) fn fail(mut self, problem: Problem) -> Self {
        self.hear(Msg::Failed(problem));
        self
    }

    /// Lets time pass, a tick a second.
    pub(super) fn wait(mut self, seconds: u64) -> Self {
        for _ in 0..seconds {
            self.now = self.now + Duration::from_secs(1);
            self.hear(Msg::Ticked);
        }
        self
    }

    /// Takes what left the console since the last time.
    pub(super) fn take_left(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.left)
    }

    /// The frame, as it is drawn now.
    pub(super) fn buffer(&self) -> Buffer {
        drawn(&self.model)
    }

    /// The glyphs on the screen, without blanks at the ends of rows.
    pub(super) fn screen(&self) -> String {
        let buffer = self.buffer();
        let mut rows = Vec::new();
        for y in 0..buffer.area.height {
            let mut row = String::new();
            let mut hidden = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if hidden > 0 {
                    hidden -= 1;
                    continue;
                }
                row.push_str(symbol);
                hidden = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            }
            rows.push(row.trim_end().to_owned());
        }
        rows.join("\n")
    }

    /// The styles on the screen: a letter for each cell, with a legend. Cells in plain style are blank.
    pub(super) fn styles(&self) -> String {
        let buffer = self.buffer();
        let mut legend: Vec<Style> = Vec::new();
        let mut rows = Vec::new();
        for y in 0..buffer.area.height {
            let mut row = String::new();
            for x in 0..buffer.area.width {
                let style = buffer[(x, y)].style();
                let plain = Style::reset();
                let same =
                    style.fg == plain.fg && style.bg == plain.bg && style.add_modifier.is_empty();
                if same {
                    row.push(' ');
                    continue;
                }
                let at = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                    legend.push(style);
                    legend.len() - 1
                });
                row.push(char::from(b'a' + u8::try_from(at).unwrap()));
            }
            rows.push(row.trim_end().to_owned());
        }
        for (at, style) in (b'a'..).zip(&legend) {
            let colour = |colour: Option<ratatui::style::Color>| {
                colour.map_or_else(|| "-".to_owned(), |colour| colour.to_string())
            };
            rows.push(format!(
                "{} {} on {} {:?}",
                char::from(at),
                colour(style.fg),
                colour(style.bg),
                style.add_modifier
            ));
        }
        rows.join("\n")
    }

    /// The screen as a picture, its left edge drawn: inline snapshots lose common blanks.
    pub(super) fn picture(&self) -> String {
        edged(&self.screen())
    }

    /// The styles as a picture.
    pub(super) fn style_picture(&self) -> String {
        edged(&self.styles())
    }

    /// The row of the screen that holds a text.
    pub(super) fn row(&self, text: &str) -> String {
        let screen = self.screen();
        let row = screen.lines().find(|row| row.contains(text));
        row.unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{screen}")).to_owned()
    }
}

/// A model as it is drawn.
pub(super) fn drawn(model: &Model) -> Buffer {
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::view(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The look of the stories: the default, on a terminal that can do everything.
pub(super) fn look() -> Look {
    let surroundings =
        Surroundings { colourless: false, unicode: true, depth: crate::look::colour::Depth::True };
    let none = choice::Preferences::default();
    Look::new(Theme::built_in().unwrap(), &choose(&none, &none, &none, surroundings))
}

/// What the consoles of the stories begin with.
pub(super) fn setup(arms: Arms) -> Setup {
    let place = Place {
        alias: Printable::new("shop-prod"),
        context: Printable::new("story bad-deploy"),
        region: Region::parse("eu-central-1").unwrap(),
        realm: RealmName::Simulated,
        arms,
        link: Link::Connecting,
        mark: Mark::default(),
        lease: Lease::default(),
        meter: Meter::default(),
    };
    Setup {
        place,
        keymap: Keymap::built_in().unwrap(),
        look: look(),
        groups: Vec::new(),
        destinations: Destinations::default(),
        store_bytes: 64 << 20,
        start: Screen::Logs,
        wishes: Wishes::default(),
    }
}

pub(super) fn edged(text: &str) -> String {
    text.lines().map(|row| ["│", row, "\n"].concat()).collect()
}
