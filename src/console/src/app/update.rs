//! The one place where the model changes: message in, effects out. Pure: it never waits, locks or does I/O.

use watchdeck_domain::Timestamp;
use watchdeck_domain::reading::{AccountAlias, LogGroups, WhoAmI};
use watchdeck_guard::Request;

use super::cursor::Motion;
use super::message::{Mouse, MouseDeed};
use super::model::go_on;
use super::place::Link;
use super::shell::{Purpose, Tone};
use super::ticket::Pane;
use super::{
    Effect, Model, Msg, answers, arming, asking, files, following, hearing, input, inquiring, keys,
    lease, lines, mining, motion, neighbours, notes, perform, refresh, secrets, signin, switching,
};

/// The most log groups listed to choose from.
const GROUPS: u32 = 1_000;
/// The most rows of the journal asked for at once.
pub const ROWS: usize = 500;

/// What the console wants first. Call once, before the first message.
pub fn start(model: &mut Model) -> Vec<Effect> {
    if model.place.link == Link::Absent {
        return switching::set_out(model);
    }
    if files::open(model) {
        return files::begin(model);
    }
    let mut effects = vec![
        model.ask(Pane::Identity, WhoAmI {}),
        model.ask(Pane::LogGroups, LogGroups { prefix: String::new(), limit: GROUPS }),
        Effect::Desk(Request::List { rows: ROWS }),
        Effect::RecallNotes,
    ];
    if model.place.alias.as_str().is_empty() {
        effects.push(model.ask(Pane::Alias, AccountAlias {}));
    }
    effects.extend(refresh::due(model));
    let line = model.wishes.start.clone();
    effects.extend(perform::run_line(model, &line));
    effects
}

/// Takes one message in at the instant `now`, and says what is to be done.
///
/// The same model, message and instant always give the same result.
pub fn update(model: &mut Model, msg: Msg, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let effects = take(model, msg);
    input::close_stray_phrase(model);
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let now = model.now;
    match msg {
        Msg::Key(chord) => return keys::pressed(model, chord),
        Msg::Paste(text) => paste(model, &text),
        Msg::Mouse(mouse) => turn(model, mouse),
        Msg::Resized { width, height } => model.size = (width, height),
        Msg::Ticked => return tick(model),
        Msg::Answered { ticket, answer } => return answers::take(model, ticket, *answer),
        Msg::Tailed { ticket, news } => {
            let more = model.logs.take(ticket, *news);
            return go_on(mining::advance(model) | more);
        }
        Msg::Loaded { ticket, leaf } => {
            let more = model.logs.load(ticket, &leaf);
            return go_on(mining::advance(model) | more);
        }
        Msg::TemplatesRecalled { ticket, saved } => {
            return mining::recall(model, ticket, saved.map(|saved| *saved));
        }
        Msg::TailStood { ticket, standing } => {
            if model.logs.tail == Some(ticket) {
                let before = std::mem::replace(&mut model.logs.standing, standing);
                files::stood(model, &before.flow);
            }
        }
        Msg::FiltersKept(filters) => model.filters = filters,
        Msg::Runbooks(catalogue) => model.runbooks.take(*catalogue),
        Msg::NotesRecalled(recalled) => notes::recall(model, *recalled),
        Msg::Desk(event) => {
            hearing::hear(model, &event);
        }
        Msg::Unproposed(problem) => {
            model.plan.unproposed(problem.clone());
            model.problems.meet(problem, now);
        }
        Msg::Switched(switched) => return switching::arrive(model, *switched),
        Msg::Unswitched { ticket, problem } => switching::fail(model, ticket, problem),
        Msg::PlaceOpened { ticket, answer } => return neighbours::opened(model, ticket, *answer),
        Msg::Leased(told) => lease::take(model, told),
        Msg::Renewed(problem) => return lease::renewed(model, problem),
        Msg::CodeWanted { ticket, device, refused } => lease::ask(model, ticket, device, refused),
        Msg::SignInWanted(asked) => signin::ask(model, *asked),
        Msg::SignInEnds(seconds) => signin::left(model, seconds),
        Msg::Hid(count) => lease::hid(model, count),
        Msg::SecretKept { name, told } => return secrets::kept(model, &name, &told),
        Msg::QuestionSeen => model.plan.see(),
        Msg::Continued => {
            let more = model.logs.go_on()
                | mining::advance(model)
                | following::advance(model)
                | asking::advance(model);
            return go_on(more);
        }
        Msg::Found(found, problems) => return switching::found(model, *found, problems),
        Msg::Exported { ticket, came } => lines::exported(model, ticket, came),
        Msg::Metered(meter) => model.place.meter = meter,
        Msg::Noted(text) => model.shell.say(Tone::Plain, text),
        Msg::Failed(problem) => {
            model.shell.say(Tone::Bad, problem.what.as_str());
            model.problems.meet(problem, now);
        }
    }
    Vec::new()
}

/// A paste goes into the text being typed, but never into the phrase: that is typed by a person who reads it.
fn paste(model: &mut Model, text: &str) {
    match model.shell.typing.as_mut() {
        Some(typing) if matches!(typing.purpose, Purpose::Phrase(_)) => {
            model.shell.say(Tone::Bad, "the phrase is typed by hand; a paste is refused");
        }
        Some(typing) if typing.purpose.is_secret() => {}
        Some(typing) => {
            typing.line.insert_text(text);
            keys::edited(model);
        }
        None => model.shell.say(Tone::Plain, "open the command line with : before you paste"),
    }
}

fn turn(model: &mut Model, mouse: Mouse) {
    let way = match mouse.deed {
        MouseDeed::ScrolledUp => Motion::Up,
        MouseDeed::ScrolledDown => Motion::Down,
        MouseDeed::Pressed => {
            return motion::point(model, mouse.column, usize::from(mouse.row));
        }
    };
    for _ in 0..3 {
        motion::go(model, way);
    }
}

fn tick(model: &mut Model) -> Vec<Effect> {
    if let Some(flash) = &mut model.shell.flash {
        flash.ticks = flash.ticks.saturating_sub(1);
        if flash.ticks == 0 {
            model.shell.flash = None;
        }
    }
    arming::tick(model);
    model.logs.tend();
    let mut effects = mining::tick(model);
    effects.extend(following::tick(model));
    effects.extend(inquiring::tick(model));
    effects.extend(refresh::due(model));
    effects
}

/// What is to be done before this account is left, or the program.
pub fn farewell(model: &mut Model) -> Vec<Effect> {
    let mut effects = inquiring::release(model);
    effects.extend(mining::keep(model, true));
    effects
}
