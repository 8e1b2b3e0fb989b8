//! The one place where the model changes: message in, effects out. Pure: it never waits, locks or does I/O.

use watchdeck_domain::reading::{AccountAlias, LogGroups, WhoAmI};
use watchdeck_domain::{RunId, Timestamp};
use watchdeck_guard::{Event, Request};

use super::command::Command;
use super::cursor::Motion;
use super::message::{Mouse, MouseDeed};
use super::model::go_on;
use super::place::Link;
use super::problem::Problem;
use super::screens::run::{ending, is_good};
use super::shell::{Purpose, Screen, Tone};
use super::ticket::Pane;
use super::{
    Effect, Model, Msg, answers, arming, asking, ceremony, files, following, input, inquiring,
    keys, lease, lines, mining, motion, neighbours, notes, perform, refresh, secrets, signin,
    switching,
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
            hear(model, &event);
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

/// The run that goes on.
fn run_of(event: &Event) -> Option<&RunId> {
    match event {
        Event::Step(step) => Some(&step.run),
        Event::Progress(look) => Some(&look.run),
        Event::Done(outcome) => Some(&outcome.run),
        Event::Adrift { run, .. } | Event::Late { run, .. } => Some(run),
        Event::Waits { pause } => Some(&pause.run),
        Event::Armed { .. }
        | Event::Proposed { .. }
        | Event::Asked { .. }
        | Event::Refused { .. }
        | Event::Paused { .. }
        | Event::Held { .. }
        | Event::Gated { .. }
        | Event::Stopped { .. }
        | Event::Released { .. }
        | Event::Reviews { .. }
        | Event::Incident { .. }
        | Event::Mistyped { .. }
        | Event::Withdrawn { .. }
        | Event::Unshipped(_)
        | Event::Shipped { .. }
        | Event::Unfinished { .. }
        | Event::Journal { .. } => None,
    }
}

/// Takes in what the desk tells.
fn hear(model: &mut Model, event: &Event) {
    let now = model.now;
    if let Some(id) = run_of(event)
        && let Some(question) = model.plan.begin(id)
    {
        let run = model.runs.of(id, now);
        run.title = watchdeck_domain::Printable::new(question.title.clone());
        run.question = Some(question);
        model.runs.show(id.clone());
        if model.shell.screen == Screen::Plan {
            model.shell.show(Screen::Run);
        }
    }
    if model.plan.hear(event, now) && model.shell.screen != Screen::Plan {
        let key = perform::first_key(model, Command::ShowPlan);
        model.shell.say(Tone::Plain, format!("the plan has an answer for you: {key} shows it"));
    }
    model.runs.hear(event, now);
    model.journal.hear(event, now);
    arming::hear(model, event);
    ceremony::hear(model, event);
    if let Event::Done(outcome) = event {
        let tone = match is_good(outcome.ended) {
            Some(true) => Tone::Good,
            Some(false) => Tone::Bad,
            None => Tone::Plain,
        };
        model.shell.say(tone, format!("{}: {}", outcome.title, ending(outcome.ended)));
    }
    match event {
        Event::Refused { plan: None, refusal } => {
            let (what, hint) = (refusal.what.clone(), refusal.hint.clone());
            model.shell.say(Tone::Bad, watchdeck_domain::Printable::new(what.clone()).as_str());
            model.problems.meet(Problem::new("desk.refused", what, "", hint), now);
        }
        Event::Late { run, .. } => {
            let key = perform::first_key(model, Command::ShowRun);
            model.runs.show(run.clone());
            let said = format!("{run} took effect after all, late: {key} shows it");
            model.shell.say(Tone::Bad, said);
        }
        Event::Waits { pause } => {
            let asked = watchdeck_domain::Printable::new(pause.question.clone());
            model.shell.say(Tone::Bad, format!("a run waits for your word: {asked}"));
        }
        Event::Mistyped { plan, why }
            if model.runs.all.get(plan.run()).is_some_and(|run| run.pause.is_some()) =>
        {
            model.shell.say(Tone::Bad, watchdeck_domain::Printable::new(why.clone()).as_str());
        }
        Event::Paused { why, .. } => {
            let said = watchdeck_domain::Printable::new(why.clone());
            model.shell.say(Tone::Bad, format!("a run waits for you: {said}"));
        }
        Event::Refused { plan: Some(plan), refusal }
            if model.runs.all.get(plan.run()).is_some_and(|run| run.stopped.is_some()) =>
        {
            let said = watchdeck_domain::Printable::new(refusal.what.clone());
            model.shell.say(Tone::Bad, said.as_str());
        }
        Event::Unshipped(unshipped) => {
            model.shell.say(Tone::Bad, watchdeck_domain::Printable::new(unshipped.told()).as_str());
            let what = format!("checkpoints of the journal are not shipped to {}", unshipped.store);
            let hint = "changes go on; it is tried again by itself, and `watchdeck audit verify` tells what waits";
            model
                .problems
                .meet(Problem::new("journal.unshipped", what, unshipped.why.clone(), hint), now);
        }
        Event::Shipped { store, size } => {
            let said =
                format!("checkpoints are shipped to {store} again: {size} rows are witnessed");
            model.shell.say(Tone::Good, watchdeck_domain::Printable::new(said).as_str());
        }
        Event::Armed { .. }
        | Event::Proposed { .. }
        | Event::Asked { .. }
        | Event::Refused { plan: Some(_), .. }
        | Event::Held { .. }
        | Event::Gated { .. }
        | Event::Stopped { .. }
        | Event::Released { .. }
        | Event::Reviews { .. }
        | Event::Incident { .. }
        | Event::Mistyped { .. }
        | Event::Withdrawn { .. }
        | Event::Step(_)
        | Event::Progress(_)
        | Event::Done(_)
        | Event::Adrift { .. }
        | Event::Unfinished { .. }
        | Event::Journal { .. } => {}
    }
    if let Event::Mistyped { why, .. } = event {
        let said = format!("not the phrase: {why}; nothing was sent, the question stands");
        model.shell.say(Tone::Bad, said);
    }
    if let Event::Unfinished { runs } = event
        && !runs.is_empty()
        && model.shell.screen != Screen::Journal
    {
        let key = perform::first_key(model, Command::ShowJournal);
        let count = runs.len();
        model.shell.say(Tone::Bad, format!("{count} unfinished: {key} shows what can be done"));
    }
}
