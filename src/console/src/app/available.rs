//! When a command would do something, and else why not: snapshots of the model, without effects.

use watchdeck_domain::component::Kind;
use watchdeck_guard::{Demand, Gate, Passage};

use super::Model;
use super::command::Command;
use super::details;
use super::place::Arms;
use super::proposing;
use super::reporting;
use super::screens::journal::Entry;
use super::screens::list::{List, Listed as _, Rows as _};
use super::screens::run::Run;
use super::shell::{Overlay, Purpose, Screen};
use super::{steering, triaging};

type Available = Result<(), &'static str>;

/// How one gets from read-only to armed.
pub const HOW_TO_ARM: &str = "read-only: start watchdeck with --write to propose changes";

fn on(condition: bool, why_not: &'static str) -> Available {
    if condition { Ok(()) } else { Err(why_not) }
}

/// Always.
pub fn always(_: &Model) -> Available {
    Ok(())
}

/// A writer stands behind the desk.
pub fn armed(model: &Model) -> Available {
    armable(model)?;
    on(!model.arming.is_over(model.now), "armed no longer: `:arm` arms it again")
}

/// A writer stands behind the desk, which may be armed or have been.
pub fn armable(model: &Model) -> Available {
    match model.place.arms {
        Arms::Armed | Arms::Unconfined => Ok(()),
        Arms::ReadOnly => Err(HOW_TO_ARM),
    }
}

/// The log lines flow.
pub fn logs_flow(model: &Model) -> Available {
    on(!model.logs.paused(), "the lines rest already")
}

/// The log lines are held still.
pub fn logs_rest(model: &Model) -> Available {
    on(model.logs.paused(), "the lines flow already")
}

/// The cursor is not bound to the newest line.
pub fn logs_do_not_follow(model: &Model) -> Available {
    on(!model.logs.follows(), "the newest line is followed already")
}

/// There are log lines.
pub fn logs_held(model: &Model) -> Available {
    on(!model.logs.is_empty(), "there are no lines yet")
}

/// The histogram stands above the log lines.
pub fn histogram_drawn(model: &Model) -> Available {
    logs_held(model)?;
    on(model.logs.zoom.wanted, "the histogram is hidden: toggle-histogram shows it")?;
    on(model.logs.draws_histogram(model.size), "the terminal has no room for the histogram")
}

/// The log lines are narrowed to a time.
pub fn time_narrowed(model: &Model) -> Available {
    on(model.logs.span().is_some(), "all times are shown already")
}

/// There is an account beside which others can be tailed.
pub fn logs_tail(model: &Model) -> Available {
    on(model.place.link != super::Link::Absent, "there is no account here to tail others beside")
}

/// Another place is tailed beside this one.
pub fn places_open(model: &Model) -> Available {
    on(!model.neighbours.open.is_empty(), "no other place is tailed")
}

/// Log lines can be wrapped.
pub fn lines_wrap(model: &Model) -> Available {
    on(!model.logs.table.on, "a table is not wrapped: toggle-columns shows the lines as they are")
}

/// A filter is in force on the log lines.
pub fn lines_filtered(model: &Model) -> Available {
    on(!model.logs.filter.is_empty(), "all lines are shown: there is context only with a filter")
}

/// Some log line is bookmarked.
pub fn bookmarks_there(model: &Model) -> Available {
    on(!model.logs.bookmarks().is_empty(), "no line is bookmarked yet")
}

/// There are lines to export, and no export is under way.
pub fn lines_exportable(model: &Model) -> Available {
    on(model.logs.export.is_none(), "an export is under way: esc gives it up")?;
    if model.shell.screen == Screen::Query {
        return query_answered(model);
    }
    let there = !model.logs.is_empty() || !model.logs.bookmarks().is_empty();
    on(there, "there are no lines yet")
}

/// An export is under way.
pub fn exporting(model: &Model) -> Available {
    on(model.logs.export.is_some(), "no export is under way")
}

/// Some filter has a name.
pub fn filters_kept(model: &Model) -> Available {
    on(!model.filters.is_empty(), "no filter is saved: `:filter save NAME` saves the one in force")
}

/// Some log group is watched.
pub fn logs_watched(model: &Model) -> Available {
    on(!model.logs.watched.is_empty(), "no log group is watched")
}

/// The line under the cursor carries an id of a request.
pub fn request_there(model: &Model) -> Available {
    let line = model.logs.chosen_line();
    let id = line.and_then(|line| super::screens::request::id_of(line.message));
    on(id.is_some(), "this line carries no id of a request")
}

/// A request is followed, or was.
pub fn request_followed(model: &Model) -> Available {
    on(model.request.id().is_some(), "no request was followed yet")
}

/// A query gave rows.
pub fn query_answered(model: &Model) -> Available {
    on(!model.history.listing().is_empty(), "there are no rows yet")
}

/// A query was run.
pub fn query_there(model: &Model) -> Available {
    on(!model.history.text.is_empty(), "there is no query yet: `:query` or `:insights` runs one")
}

/// What is here can be said to the AWS CLI.
pub fn command_there(model: &Model) -> Available {
    if model.shell.screen == Screen::Plan {
        return on(model.plan.question().is_some(), "there is no plan whose calls could be copied");
    }
    query_there(model)
}

/// A query is being run.
pub fn query_runs(model: &Model) -> Available {
    on(model.switching.is_none(), "esc gives the switch up first")?;
    on(model.history.is_under_way(), "no query runs")
}

/// The rows of the query are lines.
pub fn rows_are_lines(model: &Model) -> Available {
    on(model.history.gives_lines(), "the rows are no lines: they lack @timestamp or @message")
}

/// Log groups are asked for the lines of the request.
pub fn request_asked(model: &Model) -> Available {
    on(model.switching.is_none(), "esc gives the switch up first")?;
    on(model.request.is_asking(), "nothing is asked any more")
}

/// Something was searched for here.
pub fn searched(model: &Model) -> Available {
    on(!model.sought().is_empty(), "search for something first, with /")
}

/// The cursor is on a row that can be marked.
pub fn row_marks(model: &Model) -> Available {
    on(list(model).is_some_and(List::on_item), "there is nothing here to mark")
}

/// Something is marked.
pub fn rows_marked(model: &Model) -> Available {
    on(model.switching.is_none(), "esc gives the switch up first")?;
    on(model.signing.is_none(), "esc gives the sign-in up first")?;
    on(list(model).is_some_and(|list| list.listing().marked().0 > 0), "nothing is marked")
}

/// A list is waited for, and has been for a while.
pub fn waits(model: &Model) -> Available {
    on(model.switching.is_none(), "esc gives the switch up first")?;
    on(model.signing.is_none(), "esc gives the sign-in up first")?;
    on(!super::waiting::stoppable(model).is_empty(), "nothing is waited for here")
}

/// The list in front, with nothing over it.
fn list(model: &Model) -> Option<&dyn List> {
    model.list().filter(|_| model.shell.overlay.is_none())
}

/// The cursor is on something that has a name in CloudTrail.
pub fn subject_there(model: &Model) -> Available {
    on(super::subject::here(model).is_some(), "there is nothing here whose changes could be told")
}

/// The cursor is on something that belongs to a component of the map.
pub fn component_there(model: &Model) -> Available {
    on(
        super::subject::component(model).is_some(),
        "no component of the map belongs to what is here",
    )
}

/// The cursor is in a section that folds.
pub fn section_there(model: &Model) -> Available {
    let there = list(model).is_some_and(|list| !list.listing().is_empty());
    on(there, "there is nothing here to fold")
}

/// The cursor is on something that has a log group.
pub fn logs_there(model: &Model) -> Available {
    on(super::subject::group(model).is_some(), "no log group belongs to what is here")
}

/// A runbook is here that could be proposed.
pub fn runbook_there(model: &Model) -> Available {
    on(proposing::here(model).is_some(), "there is no runbook here")?;
    armed(model)
}

/// A finding is here, and what people made of it can be set.
pub fn findings_there(model: &Model) -> Available {
    on(!triaging::here(model).is_empty(), "there is no finding here")?;
    armed(model)
}

/// What is here are findings of `GuardDuty`.
pub fn threats_there(model: &Model) -> Available {
    on(triaging::are_threats(model), "only findings of GuardDuty are archived there")?;
    armed(model)
}

/// There is a plan to look at.
pub fn plan_there(model: &Model) -> Available {
    on(!model.plan.is_empty(), "there is no plan: propose something first")
}

/// What the cursor is on can be shown as data.
pub fn row_is_data(model: &Model) -> Available {
    let there = match &model.shell.overlay {
        None => model.list().is_some_and(|list| list.record().is_some()),
        Some(Overlay::Detail { subject, .. }) => details::record(model, subject).is_some(),
        Some(
            Overlay::Help { .. }
            | Overlay::Palette(_)
            | Overlay::Groups(_)
            | Overlay::Bookmarks(_)
            | Overlay::Targets(_)
            | Overlay::Form(_)
            | Overlay::Record { .. }
            | Overlay::Line { .. },
        ) => false,
    };
    on(there, "there is nothing here to show as data")
}

/// A question waits for its phrase.
pub fn plan_asks(model: &Model) -> Available {
    on(model.plan.asks(model.now), "no question waits for an answer")
}

/// A question waits, and asks for a reason.
pub fn reason_asked(model: &Model) -> Available {
    plan_asks(model)?;
    let asked = model.plan.question().is_some_and(|question| {
        let reason = |one: &Passage| one.gate == Gate::Reason && one.demand != Demand::Nothing;
        question.passages.iter().any(reason)
    });
    on(asked, "this plan asks for no reason")
}

/// A question waits, and asks for a second person.
pub fn second_person_asked(model: &Model) -> Available {
    plan_asks(model)?;
    let asked = model.plan.question().is_some_and(|question| question.handover.is_some());
    on(asked, "this plan asks for no second person")
}

/// All changes were stopped.
pub fn stopped(model: &Model) -> Available {
    on(model.stopped.is_some(), "changes are not stopped")?;
    armable(model)
}

/// The cursor is on broken glass that waits for its review.
pub fn review_open(model: &Model) -> Available {
    armable(model)?;
    let chosen = model.journal.chosen();
    on(matches!(chosen, Some(Entry::Review(_))), "choose what is to be reviewed first")
}

/// A plan stands that could be withdrawn.
pub fn plan_stands(model: &Model) -> Available {
    on(model.plan.standing().is_some(), "there is no plan to withdraw")
}

/// The run that the keys of this view are about, as far as it is known.
fn run(model: &Model) -> Option<&Run> {
    model.runs.all.get(&steering::run_here(model)?)
}

/// A reporting copy is under the cursor, or told of.
pub fn report_there(model: &Model) -> Available {
    on(reporting::here(model).is_some(), "no reporting copy is chosen")
}

/// The run changed something that can be taken back.
pub fn run_undoable(model: &Model) -> Available {
    let run = run(model);
    let ended = run.and_then(|run| run.outcome.as_ref()).is_some_and(|outcome| outcome.undoable);
    let waits = run.and_then(|run| run.pause.as_ref()).is_some_and(|pause| pause.undoable);
    let paused = run.and_then(Run::paused).is_some_and(|paused| paused.undoable);
    on(ended || waits || paused, "there is nothing here to take back")?;
    armed(model)
}

/// There is a run here, and changes can be made.
pub fn run_here(model: &Model) -> Available {
    on(run(model).is_some(), "there is no run here")?;
    armed(model)
}

/// The run waits before a step for somebody's word.
pub fn run_waits(model: &Model) -> Available {
    let waits = run(model).is_some_and(|run| run.pause.is_some());
    on(waits, "this run does not wait for your word")?;
    armed(model)
}

/// The run has not ended, and nobody is at work on it.
pub fn run_unfinished(model: &Model) -> Available {
    let run = run(model).filter(|run| run.under_way() && !run.live);
    let unfinished = run.and_then(|run| run.unfinished.as_ref());
    on(unfinished.is_some(), "there is no unfinished run here")?;
    on(
        unfinished.is_some_and(|run| run.ours),
        "this run belongs to another account, region or realm",
    )?;
    armed(model)
}

/// The run has not ended.
pub fn run_under_way(model: &Model) -> Available {
    on(run(model).is_some_and(Run::under_way), "no run is under way here")?;
    armed(model)
}

/// A database has a copy in the region that could take over.
pub fn copy_there(model: &Model) -> Available {
    on(model.recovery.move_of().is_some(), "no database has a copy that could take over")
}

/// Enter leads somewhere.
pub fn row_opens(model: &Model) -> Available {
    opens(model, model.shell.overlay.as_ref())
}

fn opens(model: &Model, overlay: Option<&Overlay>) -> Available {
    let opens = overlay.is_none()
        && match &model.shell.screen {
            Screen::Overview => model.overview.chosen().is_some(),
            Screen::Component(id) => id.kind == Kind::Function,
            Screen::Logs => model.logs.chosen().is_some(),
            Screen::Functions => model.functions.chosen().is_some(),
            Screen::Journal => model.journal.chosen().as_ref().and_then(Entry::run).is_some(),
            Screen::Templates
            | Screen::Request
            | Screen::Query
            | Screen::Trail
            | Screen::Findings
            | Screen::Alarms
            | Screen::Databases
            | Screen::Reports
            | Screen::Runbooks => model.list().is_some_and(|list| !list.listing().is_empty()),
            Screen::Function(_)
            | Screen::Recovery
            | Screen::Plan
            | Screen::Run
            | Screen::Problems => false,
        };
    on(opens, "there is nothing to open")
}

/// The view can be filtered.
pub fn view_filters(model: &Model) -> Available {
    filters(model, model.shell.overlay.as_ref())
}

fn filters(model: &Model, overlay: Option<&Overlay>) -> Available {
    let filters = match overlay {
        Some(Overlay::Groups(_)) => true,
        None => model.shell.screen == Screen::Logs || model.list().is_some(),
        Some(
            Overlay::Help { .. }
            | Overlay::Palette(_)
            | Overlay::Bookmarks(_)
            | Overlay::Targets(_)
            | Overlay::Form(_)
            | Overlay::Record { .. }
            | Overlay::Detail { .. }
            | Overlay::Line { .. },
        ) => false,
    };
    on(filters, "this view has no filter")
}

/// Whether a command would do something in the view under the help, were the help closed.
pub fn under_help(model: &Model, command: Command) -> Available {
    let overlay = model.shell.beneath_help();
    match (command, overlay) {
        (Command::OpenHelp, _) | (Command::GoBack, Some(_)) => Ok(()),
        (Command::Open, overlay) => opens(model, overlay),
        (Command::OpenFilter, overlay) => filters(model, overlay),
        (Command::ClearFilter, Some(Overlay::Groups(picker))) => {
            on(!picker.filter.is_empty(), NO_FILTER)
        }
        (Command::GoBack, None) => screen_leads_back(model),
        (command, _) => command.entry().available(model),
    }
}

const NO_FILTER: &str = "there is no filter";

/// A filter is in force.
pub fn filtered(model: &Model) -> Available {
    on(model.switching.is_none(), "esc gives the switch up first")?;
    on(model.signing.is_none(), "esc gives the sign-in up first")?;
    on(model.neighbours.opening.is_none(), "esc gives the other place up first")?;
    on(!model.filter().is_empty() || model.narrowed().is_some(), NO_FILTER)
}

/// Something can be copied.
pub fn row_copies(model: &Model) -> Available {
    on(super::copy::lines(model).is_some(), "there is nothing to copy")
}

/// There was another view before this one.
pub fn was_elsewhere(model: &Model) -> Available {
    on(!model.shell.past.is_empty(), "there was no other view")
}

/// One came back from somewhere.
pub fn came_back(model: &Model) -> Available {
    on(!model.shell.future.is_empty(), "there is no later view")
}

/// Esc leads somewhere.
pub fn leads_back(model: &Model) -> Available {
    let open = model.shell.typing.is_some()
        || model.shell.overlay.is_some()
        || model.signing.is_some()
        || model.switching.is_some()
        || model.neighbours.opening.is_some();
    if open { Ok(()) } else { screen_leads_back(model) }
}

fn screen_leads_back(model: &Model) -> Available {
    on(model.shell.screen.parent().is_some() || !model.shell.past.is_empty(), "this is the top")
}

/// The help is not open yet.
pub fn help_is_closed(model: &Model) -> Available {
    on(!matches!(model.shell.overlay, Some(Overlay::Help { .. })), "this is the help")
}

/// A command line is open.
pub fn completes(model: &Model) -> Available {
    let typing = model.shell.typing.as_ref();
    on(
        typing.is_some_and(|typing| typing.purpose == Purpose::Command),
        "there is nothing to complete",
    )
}
