//! Queries that the account runs, from the `:` line to their rows. What it scans is billed, so nothing is asked unasked.

use std::time::Duration;

use watchdeck_domain::insights::{InsightsAnswer, InsightsId, InsightsStatus};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::InsightsStop;
use watchdeck_domain::{LogGroupName, Printable, Timestamp};
use watchdeck_query::Query;

use super::screens::list::Listed as _;
use super::screens::query::inquiry::{GROUPS, Inquiry, Stage};
use super::shell::{Overlay, Purpose, Screen, Tone};
use super::ticket::Pane;
use super::{Effect, Model, Problem, asking, aws_cli, bill, ceremony, lease, perform, subject};
use crate::look::typed::Between;

/// How far back one asks where no line is held.
const USUAL: Duration = Duration::from_hours(1);

/// Runs a query in the account: `[SPAN] [QUERY]`. Without a query the last one; without anything, goes to it.
pub(super) fn perform(model: &mut Model, argument: &str) -> Vec<Effect> {
    let last = model.history.text.clone();
    if argument.is_empty() && !last.is_empty() {
        return perform::show(model, Screen::Query);
    }
    let (between, rest) = match Between::leading(argument, &model.look.times, model.now) {
        Ok(read) => read,
        Err(why) => {
            model.shell.say(Tone::Bad, why);
            return Vec::new();
        }
    };
    let text = if rest.is_empty() { last } else { rest.to_owned() };
    if text.is_empty() {
        model.shell.type_in(Purpose::Command, &format!("insights {argument}"));
        let said =
            "name a query: `:insights 3h fields @timestamp, @message | filter level = 'ERROR'`";
        model.shell.say(Tone::Plain, said);
        return Vec::new();
    }
    match Query::parse(&text) {
        // What only AWS can run is sent there as it is.
        Err(error) if !error.runs_on_aws => {
            let lead = argument.len() - rest.len();
            let lead = format!("insights {}", argument.get(..lead).unwrap_or_default());
            asking::wrong(model, &lead, &error);
            return Vec::new();
        }
        Ok(_) | Err(_) => {}
    }
    let groups = groups(model);
    begin(model, &text, &groups, between)
}

/// Runs the query of the screen on the other side.
pub(super) fn elsewhere(model: &mut Model) -> Vec<Effect> {
    let text = model.history.text.clone();
    if model.history.inquiry.is_some() {
        return asking::perform(model, &text);
    }
    let groups = model.logs.watched.clone();
    begin(model, &text, &groups, Between::default())
}

/// Runs the same query in the account again: about the time before now, if it was about that.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    let Some(mut inquiry) = model.history.inquiry.clone() else { return Vec::new() };
    let (from, to) = inquiry.span;
    if inquiry.slides {
        inquiry.span = (model.now - to.since(from), model.now);
    }
    let text = model.history.text.clone();
    send(model, &text, inquiry)
}

/// The groups that are meant: the one under the cursor, where it is on one, else those that are watched.
fn groups(model: &Model) -> Vec<LogGroup> {
    let all = model.log_groups();
    let here = match &model.shell.overlay {
        Some(Overlay::Groups(picker)) if picker.marked.is_empty() => picker.chosen(&all).cloned(),
        Some(Overlay::Groups(picker)) => {
            let marked = all.iter().filter(|group| picker.marked.contains(&group.name));
            return marked.map(|group| (*group).clone()).collect();
        }
        Some(_) | None => subject::group(model),
    };
    here.map_or_else(|| model.logs.watched.clone(), |group| vec![group])
}

/// The time that is meant: what was typed; else what the lines are narrowed to; else that of the lines held.
fn span(model: &Model, between: Between) -> ((Timestamp, Timestamp), bool) {
    let now = model.now;
    if between.is_open() {
        if let Some(narrowed) = model.logs.span() {
            return ((narrowed.from, narrowed.to - Duration::from_millis(1)), false);
        }
        let oldest = model.logs.store().ends().map(|(first, _)| first.timestamp);
        return ((oldest.unwrap_or(now - USUAL).min(now), now), true);
    }
    let to = between.to.unwrap_or(now);
    let slides = between.to.is_none() && between.length.is_some();
    ((between.from.unwrap_or(to - USUAL), to), slides)
}

/// The groups that one query can ask, as it runs in one account and region: those of the place in front, if there are
/// some, else all, if they are of one place. Gives how many are left out.
fn of_one_place(groups: &[LogGroup]) -> Option<(Vec<LogGroup>, usize)> {
    let front = groups.iter().any(|group| group.name.place().is_none());
    let place = if front { None } else { groups.first()?.name.place() };
    let (asked, others): (Vec<&LogGroup>, Vec<&LogGroup>) =
        groups.iter().partition(|group| group.name.place() == place);
    (front || others.is_empty()).then(|| (asked.into_iter().cloned().collect(), others.len()))
}

fn begin(model: &mut Model, text: &str, groups: &[LogGroup], between: Between) -> Vec<Effect> {
    let Some((groups, left_out)) =
        of_one_place(groups).or_else(|| groups.is_empty().then(Default::default))
    else {
        let said = "these log groups are of several places, and a query runs in one: put the cursor on one of them";
        model.shell.say(Tone::Bad, said);
        return Vec::new();
    };
    if groups.is_empty() || groups.len() > GROUPS {
        let said = if groups.is_empty() {
            "no log group is watched, and the cursor is on none".to_owned()
        } else {
            format!("one query takes {GROUPS} log groups at most, and here are {}", groups.len())
        };
        model.shell.say(Tone::Bad, said);
        return Vec::new();
    }
    let (span, slides) = span(model, between);
    let inquiry = Inquiry::new(&groups, span, slides, model.now);
    let effects = send(model, text, inquiry);
    if left_out > 0 && !effects.is_empty() {
        let (groups, are) = if left_out == 1 { ("log group", "is") } else { ("log groups", "are") };
        let said =
            format!("{left_out} {groups} of other places {are} not asked: a query runs in one");
        model.shell.say(Tone::Plain, said);
    }
    effects
}

/// Sends it, under a number of its own.
fn send(model: &mut Model, text: &str, like: Inquiry) -> Vec<Effect> {
    if lease::rests(model) {
        lease::tell(model);
        return Vec::new();
    }
    let mut effects = release(model);
    let inquiry = like.anew(model.questions.draw().0, model.now);
    let question = inquiry.start(text);
    effects.push(model.ask(Pane::InsightsStart(inquiry.number), question));
    model.history.inquire(text, inquiry);
    effects.extend(perform::show(model, Screen::Query));
    // What was said of another query is in the way of what is known of this one.
    model.shell.flash = None;
    let odd = Query::parse(text).ok().and_then(|query| query.warnings().first().cloned());
    if let Some(odd) = odd {
        let said = format!("{} at character {}", odd.message, odd.at + 1);
        model.shell.say(Tone::Plain, said);
    }
    effects
}

/// It has an id, or none. One that nobody waits for any more is stopped.
pub(super) fn started(
    model: &mut Model,
    number: u64,
    answer: Result<InsightsId, Problem>,
) -> Vec<Effect> {
    let waiting = model.history.inquiry.as_mut();
    let waiting = waiting
        .filter(|inquiry| inquiry.number == number && matches!(inquiry.stage, Stage::Starting));
    match (waiting, answer) {
        (Some(inquiry), Ok(id)) => {
            inquiry.begun(id);
            tick(model)
        }
        (Some(inquiry), Err(mut problem)) => {
            if problem.code == "read.throttled" {
                problem.hint =
                    Printable::new("so many queries run at once, and no more: stop one, or wait");
            }
            inquiry.fail(problem, model.now);
            told(model)
        }
        (None, Ok(id)) => stopping(model, id),
        (None, Err(_)) => Vec::new(),
    }
}

/// A second has passed: how far is it?
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    if lease::rests(model) {
        return Vec::new();
    }
    let Some(inquiry) = &mut model.history.inquiry else { return Vec::new() };
    let pane = Pane::InsightsResults(inquiry.number);
    if model.questions.of(&pane).is_some() {
        return Vec::new();
    }
    let question = inquiry.question();
    question.map(|question| model.ask(pane, question)).into_iter().collect()
}

/// Takes in how far it is.
pub(super) fn heard(
    model: &mut Model,
    number: u64,
    answer: Result<InsightsAnswer, Problem>,
) -> Vec<Effect> {
    let now = model.now;
    let over = match answer {
        Ok(answer) => model.history.take(number, answer, now),
        Err(problem) => {
            let inquiry = model.history.inquiry.as_mut();
            let inquiry = inquiry.filter(|inquiry| inquiry.number == number);
            inquiry.is_some_and(|inquiry| inquiry.miss(problem, now))
        }
    };
    if over { told(model) } else { Vec::new() }
}

/// Takes in whether one was stopped.
pub(super) fn stopped(model: &mut Model, answer: Result<bool, Problem>) {
    if let Err(problem) = answer {
        let said = format!("the query may still run: {}", problem.why);
        model.shell.say(Tone::Bad, said);
    }
}

/// Says to whoever looks elsewhere what became of it.
fn told(model: &mut Model) -> Vec<Effect> {
    let Some(inquiry) = &model.history.inquiry else { return Vec::new() };
    if model.shell.screen == Screen::Query {
        return Vec::new();
    }
    let (tone, said) = match &inquiry.stage {
        Stage::Over(InsightsStatus::Complete) => {
            let rows = model.history.listing().len();
            let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            let scanned = bill::amount(inquiry.scanned.bytes);
            (
                Tone::Good,
                format!("the query is done: {rows}, {scanned} scanned; `:query` shows them"),
            )
        }
        Stage::Over(status) => (Tone::Bad, format!("the query ended without its result: {status}")),
        Stage::Failed(problem) => (Tone::Bad, format!("the query failed: {}", problem.why)),
        Stage::Starting | Stage::Under(..) => return Vec::new(),
    };
    model.shell.say(tone, said);
    Vec::new()
}

/// Stops the query, here or in the account.
pub(super) fn stop(model: &mut Model) -> Vec<Effect> {
    if model.history.is_running() {
        model.history.stop_here();
        model.shell.say(Tone::Plain, "stopped: the rows are of the lines looked at until then");
        return Vec::new();
    }
    let effects = release(model);
    model.shell.say(Tone::Plain, "stopped; what was scanned until then is billed");
    effects
}

/// What is to be done before the query gives way to another, or the account is left.
pub(super) fn release(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(inquiry) = &mut model.history.inquiry else { return Vec::new() };
    let number = inquiry.number;
    let id = inquiry.stop(now);
    model.questions.forget(&Pane::InsightsResults(number));
    id.map_or_else(Vec::new, |id| stopping(model, id))
}

fn stopping(model: &mut Model, id: InsightsId) -> Vec<Effect> {
    vec![model.ask(Pane::InsightsStop(id.0.clone()), InsightsStop { id })]
}

/// Copies the query, or the calls of the plan, as commands of the AWS CLI.
pub(super) fn copy_command(model: &mut Model) -> Vec<Effect> {
    if model.shell.screen == Screen::Plan {
        return ceremony::copy_calls(model);
    }
    let region = match &model.history.inquiry {
        Some(inquiry) => inquiry.region(&model.place.region).to_string(),
        None => model.place.region.to_string(),
    };
    let options = [("--region", Some(region.as_str()))];
    let (names, span): (Vec<&str>, _) = if let Some(inquiry) = &model.history.inquiry {
        (inquiry.groups.iter().map(LogGroupName::as_str).collect(), inquiry.span)
    } else {
        let watched = model.logs.watched.iter().map(|group| group.name.as_str());
        (watched.collect(), span(model, Between::default()).0)
    };
    let command = aws_cli::start_query(names, span, &model.history.text, &options);
    model.shell.say(Tone::Plain, "copied as a command of the AWS CLI");
    vec![Effect::Copy(vec![Printable::new(command)])]
}
