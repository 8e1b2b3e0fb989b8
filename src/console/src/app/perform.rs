//! Commands, carried out on the model.

use watchdeck_domain::FunctionName;
use watchdeck_domain::component::Kind;
use watchdeck_guard::Request;

use super::command::{Command, Context};
use super::cursor::Motion;
use super::destinations::Wanted;
use super::details;
use super::line::Line;
use super::screens::findings::Grouping;
use super::screens::groups::{MOST, Picker};
use super::screens::journal::Entry;
use super::screens::list::{List, Rows as _};
use super::sheet::Sheet;
use super::shell::{Overlay, Purpose, Screen, Tone};
use super::update::ROWS;
use super::{
    Effect, Model, arming, asking, ceremony, copy, following, input, inquiring, keeping, lease,
    lines, looks, mining, motion, narrowing, neighbours, palette, proposing, recovering, refresh,
    reporting, rollback, secrets, signin, steering, subject, switching, times, triaging, waiting,
};

/// Runs a command that is available, or says why it is not.
#[expect(clippy::too_many_lines, reason = "one line a command")]
pub(super) fn perform(model: &mut Model, command: Command, argument: &str) -> Vec<Effect> {
    if let Err(why) = command.entry().available(model) {
        model.shell.say(Tone::Bad, why);
        return Vec::new();
    }
    if command != Command::Quit {
        model.shell.leaving = false;
    }
    match command {
        Command::Quit => return quit(model),
        Command::Refresh => return refresh::all(model),
        Command::Arm => return arming::perform(),
        Command::Open => return open(model),
        Command::ShowRecord => show_record(model),
        Command::CopyRow => return copy::perform(model),
        Command::ToggleTimes => times::choose(model, argument),
        Command::ToggleMouse => return looks::toggle_mouse(model),
        Command::AcceptInput => return input::accept(model),

        Command::ShowOverview => return show(model, Screen::Overview),
        Command::ShowLogs => return show(model, Screen::Logs),
        Command::ShowTemplates => return show(model, Screen::Templates),
        Command::ShowRequest => return following::named(model, argument),
        Command::RunQuery => return asking::perform(model, argument),
        Command::RunInsights => return inquiring::perform(model, argument),
        Command::RunElsewhere => return inquiring::elsewhere(model),
        Command::StopQuery => return inquiring::stop(model),
        Command::CopyCommand => return inquiring::copy_command(model),
        Command::ToggleLines => model.history.as_lines = !model.history.as_lines,
        Command::SortRows => model.history.sort(),
        Command::FollowRequest => return following::here(model),
        Command::StopFollowing => following::stop(model),
        Command::CopyRequest => return copy::whole(model, following::lines(model)),
        Command::ShowTrail => return show(model, Screen::Trail),
        Command::ShowFindings => return show(model, Screen::Findings),
        Command::ShowAlarms => return show(model, Screen::Alarms),
        Command::ShowFunctions => return show(model, Screen::Functions),
        Command::ShowFunction => return rollback::show_function(model, argument),
        Command::ShowDatabases => return show(model, Screen::Databases),
        Command::ShowReports => return show(model, Screen::Reports),
        Command::ShowRecovery => return recovering::show(model, argument),
        Command::ShowRunbooks => return show(model, Screen::Runbooks),
        Command::ShowPlan => return show(model, Screen::Plan),
        Command::ShowRun => return show(model, Screen::Run),
        Command::ShowJournal => return show(model, Screen::Journal),
        Command::ShowProblems => return show(model, Screen::Problems),
        Command::ShowLastView => return show_last(model),
        Command::GoEarlier => return went(model, true),
        Command::GoLater => return went(model, false),
        Command::GoBack => return back(model),
        Command::SwitchContext => return switching::go(model, Wanted::Context, argument),
        Command::SwitchProfile => return switching::go(model, Wanted::Profile, argument),
        Command::SwitchRole => return switching::go(model, Wanted::Role, argument),
        Command::SwitchRegion => return switching::go(model, Wanted::Region, argument),
        Command::ProposeRollback => return rollback::propose(model, argument),
        Command::ChooseTarget => return rollback::choose(model),
        Command::ProposeRunbook => return proposing::perform(model, argument),
        Command::FillForm => return proposing::open_here(model),
        Command::SetWorkflow => return triaging::set(model),
        Command::ArchiveFindings => return triaging::archive(model),
        Command::MakeReport => return reporting::make(model),
        Command::MoveRegion => return recovering::propose(model),
        Command::ExtendReport => return reporting::extend(model),
        Command::EndReport => return reporting::end(model),
        Command::FillField => return proposing::choose(model),
        Command::ShowItsLogs => return subject::show_logs(model),
        Command::ShowItsChanges => return subject::show_changes(model),
        Command::ShowItsComponent => return subject::show_component(model),
        Command::ToggleReads => return toggle_reads(model),
        Command::ToggleErrors => model.trail.toggle_errors(),
        Command::GroupFindings => group_findings(model, argument),
        Command::ToggleSettled => model.findings.toggle_settled(),
        Command::MarkRow => mark_row(model),
        Command::UnmarkRows => unmark_rows(model),
        Command::FoldSection => fold(model),
        Command::ToggleYaml => {
            if let Some(Overlay::Record { sheet, .. }) = &mut model.shell.overlay {
                sheet.turn();
            }
        }
        Command::GiveReason => return ceremony::give_reason(model, argument),
        Command::AskApproval => return ceremony::ask_approval(model),
        Command::Countersign => return ceremony::countersign(model, argument),
        Command::Incident => return ceremony::incident(model, argument),
        Command::BreakGlass => return ceremony::break_glass(model, argument),
        Command::CloseReview => return ceremony::close_review(model, argument),
        Command::StopChanges => return ceremony::stop(model),
        Command::ReleaseChanges => return vec![Effect::Desk(Request::Release)],
        Command::WithdrawPlan => return withdraw(model),
        Command::GiveSecret => {
            let run = steering::run_here(model);
            return secrets::ask_again(model, run.as_ref(), argument);
        }
        Command::GoOn => return ceremony::go_on(model, argument),
        Command::UndoRun => return steering::undo(model),
        Command::ResumeRun => return steering::resume(model),
        Command::AbortRun => return steering::abort(model),
        Command::WatchMarked => return watch_marked(model),
        Command::OpenPlace => return neighbours::tail(model, argument),
        Command::LeavePlace => return neighbours::leave(model, argument),

        Command::AnswerQuestion => input::begin_phrase(model),
        Command::OpenPalette => palette::open(model),
        Command::OpenCommandLine => model.shell.type_in(Purpose::Command, ""),
        Command::StopWaiting => return waiting::stop(model),
        Command::OpenFilter => return keeping::filter(model, argument),
        Command::PickFilter => keeping::pick(model),
        Command::NarrowLogs => return narrowing::perform(model, argument),
        Command::ClearFilter => return model.clear_filter(),
        Command::ToggleFilter => return model.toggle_filter(),
        Command::OpenHelp => model.shell.open_help(),
        Command::ChooseTheme => looks::choose_theme(model, argument),
        Command::PickGroups => pick_groups(model),
        Command::MarkGroup => mark_group(model),

        Command::PauseLogs => model.logs.pause(),
        Command::ResumeLogs => model.logs.resume(),
        Command::FollowLogs => model.logs.follow(),
        Command::NextError => model.seek(false, true),
        Command::PreviousError => model.seek(false, false),
        Command::NextMatch => model.seek(true, true),
        Command::PreviousMatch => model.seek(true, false),
        Command::ToggleHistogram => lines::toggle_histogram(model),
        Command::NextBar => lines::step(model, true),
        Command::PreviousBar => lines::step(model, false),
        Command::NarrowTime => lines::narrow(model, None),
        Command::WidenTime => lines::widen(model),
        Command::ToggleColumns => return lines::tabulate(model, argument),
        Command::ToggleContextLines => lines::toggle_context(model, argument),
        Command::MarkLine => return lines::mark(model, argument),
        Command::NextBookmark => lines::seek_bookmark(model, true),
        Command::PreviousBookmark => lines::seek_bookmark(model, false),
        Command::ShowBookmarks => lines::show_bookmarks(model),
        Command::GoToBookmark => lines::go_to_bookmark(model),
        Command::DropBookmark => return lines::drop_bookmark(model),
        Command::ExportLines => return lines::export(model, argument),
        Command::StopExport => return lines::stop_export(model),
        Command::WrapLines => model.logs.wrap = !model.logs.wrap,

        Command::MoveDown => motion::go(model, Motion::Down),
        Command::MoveUp => motion::go(model, Motion::Up),
        Command::PageDown => motion::go(model, Motion::PageDown),
        Command::PageUp => motion::go(model, Motion::PageUp),
        Command::GoTop => motion::go(model, Motion::Top),
        Command::GoBottom => motion::go(model, Motion::Bottom),
        Command::MoveLeft => return motion::shift(model, false),
        Command::MoveRight => return motion::shift(model, true),

        Command::CompleteInput => return input::complete(model),
        Command::InputEarlier => input::recall(model, true),
        Command::InputLater => input::recall(model, false),
        Command::InputLeft => input::edit(model, Line::left),
        Command::InputRight => input::edit(model, Line::right),
        Command::InputStart => input::edit(model, Line::start),
        Command::InputEnd => input::edit(model, Line::end),
        Command::EraseLeft => input::edit(model, Line::erase_left),
        Command::EraseRight => input::edit(model, Line::erase_right),
        Command::EraseWord => input::edit(model, Line::erase_word),
        Command::EraseInput => input::edit(model, Line::erase_all),
    }
    Vec::new()
}

/// The key that runs a command in the view in front, or how to type it.
pub fn first_key(model: &Model, command: Command) -> String {
    let keys = model.keymap.keys_of(&model.shell.view_contexts(), command);
    keys.into_iter().next().unwrap_or_else(|| format!(":{}", command.entry().id))
}

/// Runs a line typed after `:`.
pub(super) fn run_line(model: &mut Model, text: &str) -> Vec<Effect> {
    let (name, argument) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    if name.is_empty() {
        return Vec::new();
    }
    let Some(command) = Command::parse(name) else {
        let near = Command::nearest(name).map_or_else(
            || "tab completes, ? lists what there is".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        model.shell.say(Tone::Bad, format!("there is no command `{name}`: {near}"));
        return Vec::new();
    };
    let scope = command.entry().scope;
    let here = model.shell.view_contexts();
    if !scope.iter().any(|context| here.contains(context)) {
        let places: Vec<&str> = scope.iter().map(|context| context.name()).collect();
        model.shell.say(Tone::Bad, format!("`{name}` works in {}", places.join(", ")));
        return Vec::new();
    }
    perform(model, command, argument.trim())
}

fn quit(model: &mut Model) -> Vec<Effect> {
    if model.runs.any_live() && !model.shell.leaving {
        model.shell.leaving = true;
        model.shell.say(
            Tone::Bad,
            "a run is under way; once more leaves it, and the journal offers to resume it",
        );
        return Vec::new();
    }
    vec![Effect::Quit]
}

/// Brings a screen to the front and asks for what it lacks.
pub(super) fn show(model: &mut Model, screen: Screen) -> Vec<Effect> {
    model.shell.show(screen);
    entered(model)
}

fn entered(model: &mut Model) -> Vec<Effect> {
    let mut effects = refresh::due(model);
    match &model.shell.screen {
        Screen::Journal => effects.push(Effect::Desk(Request::List { rows: ROWS })),
        Screen::Problems => model.problems.unseen = 0,
        Screen::Run => model.runs.show_newest(),
        Screen::Logs => choose_groups(model),
        Screen::Templates => effects.extend(mining::entered(model)),
        Screen::Request
        | Screen::Query
        | Screen::Overview
        | Screen::Component(_)
        | Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Function(_)
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Runbooks
        | Screen::Plan => {}
    }
    effects
}

/// Offers the log groups to choose from, once, where none is watched: a live tail of a real account costs money.
pub(super) fn choose_groups(model: &mut Model) {
    let idle = model.shell.overlay.is_none() && model.shell.typing.is_none();
    let groups = !model.logs.groups.rows().is_empty() && model.logs.watched.is_empty();
    if idle && groups && !model.logs.offered {
        model.logs.offered = true;
        model.shell.overlay = Some(Overlay::Groups(Picker::default()));
    }
}

/// Shows what the cursor is on as data.
fn show_record(model: &mut Model) {
    let record = match &model.shell.overlay {
        Some(Overlay::Detail { subject, .. }) => details::record(model, subject),
        Some(_) | None => model.list().and_then(List::record),
    };
    let Some(record) = record else { return };
    let under = model.shell.overlay.take().map(Box::new);
    model.shell.overlay = Some(Overlay::Record { sheet: Sheet::json(record), top: 0, under });
}

fn show_last(model: &mut Model) -> Vec<Effect> {
    let Some(last) = model.shell.past.last().cloned() else { return Vec::new() };
    show(model, last)
}

/// Goes back to the view before this one.
pub(super) fn back_to_before(model: &mut Model) -> Vec<Effect> {
    went(model, true)
}

fn went(model: &mut Model, earlier: bool) -> Vec<Effect> {
    let moved = if earlier { model.shell.earlier() } else { model.shell.later() };
    if moved { entered(model) } else { Vec::new() }
}

/// Closes what is open, innermost first; else goes one level up.
fn back(model: &mut Model) -> Vec<Effect> {
    if let Some(typing) = model.shell.typing.take() {
        match typing.purpose {
            Purpose::Filter => model.filter_lists(""),
            Purpose::Palette => model.shell.overlay = None,
            Purpose::Code { ticket, .. } => return lease::withhold(model, ticket),
            Purpose::Command
            | Purpose::Phrase(_)
            | Purpose::Destination(_)
            | Purpose::Secret { .. }
            | Purpose::Field(_) => {}
        }
        return Vec::new();
    }
    if let Some(signing) = model.signing.take() {
        return signin::give_up(model, &signing);
    }
    if model.switching.is_some() {
        return switching::give_up(model);
    }
    if model.neighbours.opening.is_some() {
        return neighbours::give_up(model);
    }
    if model.shell.close_overlay() {
        return Vec::new();
    }
    if let Some(parent) = model.shell.screen.parent() {
        // Back where one came from, so that the next step back does not lead here again.
        if parent == Screen::Logs && model.shell.past.last() == Some(&parent) {
            return back_to_before(model);
        }
        return show(model, parent);
    }
    went(model, true)
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.shell.screen.clone() {
        Screen::Overview => {
            let Some(id) = model.overview.chosen() else { return Vec::new() };
            model.overview.top = 0;
            show(model, Screen::Component(id))
        }
        Screen::Component(id) => match FunctionName::parse(id.short()) {
            Ok(name) if id.kind == Kind::Function => show(model, Screen::Function(name)),
            Ok(_) | Err(_) => Vec::new(),
        },
        Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Runbooks => {
            open_detail(model);
            refresh::due(model)
        }
        Screen::Logs => {
            model.logs.hold();
            model.shell.overlay = Some(Overlay::Line { top: 0 });
            Vec::new()
        }
        Screen::Templates => mining::open(model),
        Screen::Request => following::open(model),
        Screen::Query => asking::open(model),
        Screen::Functions => {
            let Some(name) = model.functions.chosen().map(|function| function.name.clone()) else {
                return Vec::new();
            };
            show(model, Screen::Function(name))
        }
        Screen::Journal => {
            let Some(run) = model.journal.chosen().as_ref().and_then(Entry::run).cloned() else {
                return Vec::new();
            };
            model.runs.show(run);
            show(model, Screen::Run)
        }
        Screen::Function(_) | Screen::Plan | Screen::Run | Screen::Problems => Vec::new(),
    }
}

/// Tells of what the cursor is on; the head of a section folds.
fn open_detail(model: &mut Model) {
    match model.list().and_then(List::opens) {
        Some(subject) => model.shell.overlay = Some(Overlay::Detail { subject, top: 0 }),
        None => fold(model),
    }
}

fn fold(model: &mut Model) {
    if let Some(list) = model.list_mut() {
        list.fold();
    }
}

fn mark_row(model: &mut Model) {
    let page = model.list_rows().saturating_sub(1);
    if let Some(list) = model.list_mut() {
        list.mark(page);
    }
}

fn unmark_rows(model: &mut Model) {
    if let Some(list) = model.list_mut() {
        list.listing_mut().unmark();
    }
}

fn toggle_reads(model: &mut Model) -> Vec<Effect> {
    model.trail.toggle_reads();
    refresh::due(model)
}

fn group_findings(model: &mut Model, argument: &str) {
    let by = Grouping::ALL.into_iter().find(|by| by.word() == argument);
    if by.is_none() && !argument.is_empty() {
        let words = Grouping::ALL.map(Grouping::word).join(", ");
        return model.shell.say(Tone::Bad, format!("findings are grouped by {words}"));
    }
    model.findings.group(by);
}

fn pick_groups(model: &mut Model) {
    let marked = model.logs.watched.iter().map(|group| group.name.clone()).collect();
    model.shell.overlay = Some(Overlay::Groups(Picker { marked, ..Picker::default() }));
}

fn mark_group(model: &mut Model) {
    let page = model.body_rows();
    let Some(Overlay::Groups(mut picker)) = model.shell.overlay.take() else { return };
    let groups = model.log_groups();
    let marked = picker.mark(&groups);
    if marked {
        let len = picker.shown(&groups).len();
        picker.cursor.go(Motion::Down, len, page);
    }
    model.shell.overlay = Some(Overlay::Groups(picker));
    if !marked {
        model.shell.say(Tone::Bad, format!("a live tail watches at most {MOST} groups of a place"));
    }
}

fn watch_marked(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Groups(picker)) = model.shell.overlay.take() else { return Vec::new() };
    let all = model.log_groups();
    let marked = all.iter().filter(|group| picker.marked.contains(&group.name));
    let mut groups: Vec<_> = marked.map(|group| (*group).clone()).collect();
    if groups.is_empty() {
        groups.extend(picker.chosen(&all).cloned());
    }
    model.watch(groups)
}

fn withdraw(model: &mut Model) -> Vec<Effect> {
    let Some(plan) = model.plan.standing().cloned() else { return Vec::new() };
    vec![Effect::Desk(Request::Withdraw { plan })]
}

/// Whether a command means something in one of these contexts.
pub(super) fn means_something(command: Command, contexts: &[Context]) -> bool {
    command.entry().scope.iter().any(|context| contexts.contains(context))
}
