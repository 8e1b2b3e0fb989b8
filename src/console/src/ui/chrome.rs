//! What surrounds every screen: where one is, which views there are, what was said, what can be pressed.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use watchdeck_domain::Timestamp;

use super::paint;
use super::screens;
use super::text::{self, span};
use super::theme::Theme;
use crate::app::command::{COMMANDS, Command, Context};
use crate::app::destinations::Wanted;
use crate::app::files;
use crate::app::place::{Arms, Lease, Link, RealmName};
use crate::app::shell::{Purpose, Screen, Typing};
use crate::app::signin::SignIn;
use crate::app::switching::Switching;
use crate::app::{Model, completions, first_key};
use crate::contexts::Colour;
use crate::keymap::written;

/// Says that the terminal is too small, and how large it must be.
pub(super) fn too_small(frame: &mut Frame<'_>, area: Rect, theme: &Theme, smallest: (u16, u16)) {
    let said = [
        format!("{} x {} is too small", area.width, area.height),
        format!("{} x {} shows watchdeck", smallest.0, smallest.1),
        "ctrl-c quits".to_owned(),
    ];
    let lines: Vec<Line<'_>> = said.map(|said| text::line(said, theme.warn)).to_vec();
    paint::lines(frame, area, &lines, 0);
}

/// The seconds from which on the end of the keys is a warning.
const SOON_S: u64 = 600;

/// The fewest cells that a cut part of the header still says something in.
const SHORTEST: usize = 10;

/// The most cells of the name of a context in the header.
const NAME: usize = 20;

/// Where we stand: account, region, role, and whether anything can be changed; or stood, in a replay.
pub(super) fn header(
    model: &Model,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    replayed: bool,
) {
    frame.buffer_mut().set_style(area, theme.bar);
    let place = &model.place;
    let arms = (!files::open(model)).then(|| arms(model, theme));
    let realm = match (&place.link, place.realm) {
        (Link::Absent, _) => span(" NO ACCOUNT ", theme.read_only),
        (_, RealmName::Simulated | RealmName::Served) => span(" SIMULATED ", theme.simulated),
        (_, RealmName::Live) => span(" AWS ", theme.real),
        (_, RealmName::Files) => span(" FILE ", theme.read_only),
    };
    let replay = replayed.then(|| span(" REPLAY ", theme.replay));
    let incident = model.incident.as_ref().filter(|incident| incident.until > model.now);
    let incident = incident.map(|incident| {
        let id = text::safe(&incident.id);
        span(format!(" INCIDENT {} ", text::cut(&id, NAME)), theme.armed)
    });
    let badges: Line<'_> = replay.into_iter().chain(incident).chain(arms).chain([realm]).collect();
    let left = environment(model, theme);
    let left_width = u16::try_from(left.width()).unwrap_or(area.width).min(area.width);
    paint::row(frame, area, &left);
    let area = Rect { x: area.x + left_width, width: area.width - left_width, ..area };
    let badge_width = u16::try_from(badges.width()).unwrap_or(area.width).min(area.width);
    let room = usize::from(area.width - badge_width).saturating_sub(1);
    let (first, rest) = if files::open(model) {
        super::files::whereabouts(model, room)
    } else {
        account(model, room)
    };
    let bold = theme.bar.patch(theme.strong);
    let line = Line::from(vec![span(text::cut(&first, room), bold), span(rest, theme.bar)]);
    paint::row(frame, area, &line);
    let right = Rect { x: area.right() - badge_width, width: badge_width, ..area };
    paint::row(frame, right, &badges);
}

/// The account and the region, which always keep their place; the alias, the role and the context take what is left.
fn account(model: &Model, room: usize) -> (String, String) {
    let place = &model.place;
    let (account, role) = match place.link.identity() {
        Some(identity) => (identity.account.to_string(), text::safe(identity.role())),
        None if place.link == Link::Absent => ("no account is open".to_owned(), String::new()),
        None => ("account not known yet".to_owned(), String::new()),
    };
    let region = place.region.to_string();
    let fixed = text::width(&account) + text::width(&region) + 3;
    // A context is often called as its account is: once is enough.
    let alias = Some(place.alias.as_str()).filter(|alias| *alias != place.mark.name.as_str());
    let alias = text::cut(alias.unwrap_or_default(), room.saturating_sub(fixed + 1));
    let first = format!(" {alias} {account}");
    let first = if alias.is_empty() { format!(" {account}") } else { first };
    let mut rest = format!("  {region}");
    for part in [role, place.context.to_string()] {
        let left = room.saturating_sub(text::width(&first) + text::width(&rest) + 2);
        if !part.is_empty() && left >= text::width(&part).min(SHORTEST) {
            rest = format!("{rest}  {}", text::cut(&part, left));
        }
    }
    (first, rest)
}

/// Whether anything can be changed, and for how long still: to the minute, and in the last minute to the second.
fn arms(model: &Model, theme: &Theme) -> Span<'static> {
    if model.stopped.is_some() {
        return span(" STOPPED ", theme.armed);
    }
    let word = match model.place.arms {
        Arms::ReadOnly => return span(" READ-ONLY ", theme.read_only),
        Arms::Armed => "ARMED",
        Arms::Unconfined => "ARMED UNCONFINED",
    };
    match model.arming.left(model.now).map(|left| left.as_secs()) {
        None => span(format!(" {word} "), theme.armed),
        Some(0) => span(" DISARMED ", theme.read_only),
        Some(seconds @ 1..60) => span(format!(" {word} {seconds}s "), theme.armed),
        Some(seconds) => span(format!(" {word} {}m ", seconds.div_ceil(60)), theme.armed),
    }
}

/// How much a slip costs here, and what the operator calls the place. It says in a word what it says in colour.
fn environment(model: &Model, theme: &Theme) -> Line<'static> {
    let mark = &model.place.mark;
    let Some(environment) = mark.environment else { return Line::default() };
    let style = theme.badge(mark.colour.unwrap_or_else(|| Colour::of(environment)));
    let mut spans = vec![span(format!(" {} ", environment.badge()), style)];
    if !mark.name.as_str().is_empty() {
        let bold = theme.bar.patch(theme.strong);
        spans.push(span(format!(" {}", text::cut(mark.name.as_str(), NAME)), bold));
    }
    Line::from(spans)
}

/// The views, the path to the one in front, the connection and the time.
pub(super) fn tabs(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    // A plan becomes a run: one place shows whichever there is.
    let screen = &model.shell.screen;
    let run = *screen == Screen::Run || (model.plan.is_empty() && *screen != Screen::Plan);
    let act = if run { (Command::ShowRun, "Run") } else { (Command::ShowPlan, "Plan") };
    let views = [
        (Command::ShowOverview, "Overview"),
        (Command::ShowLogs, "Logs"),
        (Command::ShowTrail, "Trail"),
        (Command::ShowFindings, "Findings"),
        (Command::ShowAlarms, "Alarms"),
        (Command::ShowFunctions, "Functions"),
        (Command::ShowDatabases, "Databases"),
        (Command::ShowRunbooks, "Runbooks"),
        (Command::ShowJournal, "Journal"),
        act,
        (Command::ShowProblems, "Problems"),
    ];
    let shown = |view: &(Command, &str)| !files::leave_out(model, view.0);
    let views: Vec<_> = views.into_iter().filter(shown).collect();
    let whole = views_line(model, &views, true, theme);
    // The connection and the time always keep their place.
    let fits = whole.width() + 14 <= usize::from(area.width);
    let left = if fits { whole } else { views_line(model, &views, false, theme) };
    paint::row(frame, area, &left);
    let right = standing(model, theme, usize::from(area.width).saturating_sub(left.width()));
    let width = u16::try_from(right.width()).unwrap_or(area.width).min(area.width);
    paint::row(frame, Rect { x: area.right() - width, width, ..area }, &right);
}

/// The views, the one in front with its path; the others by name, or by their key alone.
fn views_line(
    model: &Model,
    views: &[(Command, &str)],
    named: bool,
    theme: &Theme,
) -> Line<'static> {
    let crumbs = model.shell.screen.crumbs();
    let front = crumbs.first().map_or("", String::as_str);
    let mut spans = Vec::new();
    for (command, name) in views.iter().copied() {
        let key = model.keymap.keys_of(&[Context::Anywhere], command).into_iter().next();
        spans.push(span(format!(" {}", key.unwrap_or_default()), theme.key));
        if name == front || named {
            spans.push(span(" ", theme.text));
        }
        if name == front {
            spans.push(span(text::safe(crumbs.join(" › ")), theme.accent));
        } else if named {
            spans.push(span(name, theme.dim));
        }
        spans.push(match (command, name == front) {
            (Command::ShowAlarms, _) if model.alarms.ringing() > 0 => {
                span(format!("▲{}", model.alarms.ringing()), theme.bad)
            }
            (Command::ShowLogs, _) if model.logs.narrowed.is_some() => {
                span(" narrowed", theme.warn)
            }
            (Command::ShowLogs, _) if model.templates.new > 0 => {
                span(format!("+{}", model.templates.new), theme.warn)
            }
            (Command::ShowPlan, _) if model.plan.question().is_some() => span("•", theme.warn),
            (Command::ShowRun, _) if model.runs.any_live() => span("•", theme.good),
            (Command::ShowJournal, _) if !model.journal.unfinished.is_empty() => {
                span(format!(" {}", model.journal.unfinished.len()), theme.bad)
            }
            (Command::ShowProblems, false) if model.problems.unseen > 0 => {
                span(format!(" {}", model.problems.unseen), theme.bad)
            }
            _ => span("", theme.text),
        });
        if name == front || named {
            spans.push(span(" ", theme.text));
        }
    }
    Line::from(spans)
}

/// The time: to the second where something in front lives by the second. Elsewhere a second changes nothing, and a screen
/// on which nothing happens is not written to.
fn clock(model: &Model) -> String {
    let clock = model.now.clock();
    let live = match model.shell.screen {
        Screen::Request => model.request.is_asking(),
        Screen::Query => model.history.is_running(),
        Screen::Logs | Screen::Templates | Screen::Trail => true,
        Screen::Plan => model.plan.question().is_some(),
        Screen::Run => model.runs.any_live(),
        Screen::Overview
        | Screen::Component(_)
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Function(_)
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Runbooks
        | Screen::Journal
        | Screen::Problems => false,
    };
    if live { clock } else { clock.get(..5).unwrap_or(&clock).to_owned() }
}

/// The connection, the calls, the time: as much as there is room for.
fn standing(model: &Model, theme: &Theme, room: usize) -> Line<'static> {
    let link = match &model.place.link {
        Link::Absent => span("no account", theme.warn),
        Link::Offline => {
            return text::line(format!("{}Z ", clock(model)), theme.text);
        }
        Link::Connecting => span("connecting", theme.warn),
        Link::Connected(_) => span("●", theme.good),
        Link::Troubled(_, problem) => {
            let said = problem.code.trim_start_matches("read.").to_owned();
            span(format!("● {}", text::safe(said)), theme.bad)
        }
    };
    let meter = model.place.meter;
    let throttled = if meter.throttled > 0 {
        span(format!(" {} throttled", text::count(meter.throttled)), theme.warn)
    } else {
        span("", theme.dim)
    };
    let calls = span(format!(" {}.{} calls/s", meter.calls / 10, meter.calls % 10), theme.dim);
    let time = span(format!(" {}Z ", clock(model)), theme.text);
    let (keys, urgent) = lease(model.place.lease, theme);
    let whole = Line::from(vec![link.clone(), throttled, calls, keys.clone(), time.clone()]);
    if whole.width() <= room {
        return whole;
    }
    // Keys that end soon are told before anything else.
    if urgent { Line::from(vec![link, keys, time]) } else { Line::from(vec![link, time]) }
}

/// How long the keys are good for, and whether that is urgent.
fn lease(lease: Lease, theme: &Theme) -> (Span<'static>, bool) {
    match lease {
        Lease::Lasting => (span("", theme.dim), false),
        Lease::Expired => (span(" EXPIRED ", theme.fatal), true),
        Lease::Ends(seconds) => {
            let left = text::clock(Duration::from_secs(seconds));
            let soon = seconds < SOON_S;
            let style = if soon { theme.warn } else { theme.dim };
            (span(format!(" keys {left}"), style), soon)
        }
    }
}

/// The two lowest rows: what was said or is being typed, and what can be pressed.
pub(super) fn foot(model: &Model, theme: &Theme, frame: &mut Frame<'_>, body: Rect) {
    let said = Rect { y: body.bottom(), height: 1, ..body };
    let hints_row = Rect { y: body.bottom() + 1, height: 1, ..body };
    if let Some(typing) = &model.shell.typing {
        typed(model, typing, theme, frame, body, said);
    } else if !model.shell.pressed.is_empty() {
        pending(model, theme, frame, said);
    } else if let Some(signing) = &model.signing {
        paint::row(frame, said, &waiting(model, signing, theme));
    } else if let Some(switching) = &model.switching {
        paint::row(frame, said, &on_the_way(model, switching, theme));
    } else if let Some(opening) = &model.neighbours.opening {
        let where_to = opening.asked.to_string();
        paint::row(frame, said, &connecting(model, &where_to, opening.since, theme));
    } else if let Some(flash) = &model.shell.flash {
        let text = text::cut(flash.text.as_str(), usize::from(said.width).saturating_sub(2));
        paint::row(frame, said, &text::line(format!(" {text}"), theme.tone(flash.tone)));
    } else if let Some(line) = screens::standing(model, theme) {
        paint::row(frame, said, &line);
    }
    paint::row(frame, hints_row, &hints(model, theme, usize::from(hints_row.width)));
}

/// The code that waits to be approved.
fn waiting(model: &Model, signing: &SignIn, theme: &Theme) -> Line<'static> {
    let left = text::clock(Duration::from_secs(signing.left_s));
    let said = format!(" waiting until the code {} is approved … {left}", signing.code);
    let back = format!("   {} gives up", key(model, Command::GoBack));
    let mut spans = vec![span(said, theme.warn), span(back, theme.dim)];
    if let Some(flash) = &model.shell.flash {
        spans.push(span(format!("   {}", flash.text), theme.tone(flash.tone)));
    }
    Line::from(spans)
}

/// The switch that is under way.
fn on_the_way(model: &Model, switching: &Switching, theme: &Theme) -> Line<'static> {
    connecting(model, &switching.target.to_string(), switching.since, theme)
}

/// A place that is connected to: to be gone to, or to be tailed beside this one.
fn connecting(model: &Model, to: &str, since: Timestamp, theme: &Theme) -> Line<'static> {
    let waited = text::clock(model.now.since(since));
    let said = format!(" connecting to {} … {waited}", text::safe(to.to_owned()));
    let back = format!("   {} stays here", key(model, Command::GoBack));
    let mut spans = vec![span(said, theme.warn), span(back, theme.dim)];
    if let Some(flash) = &model.shell.flash {
        spans.push(span(format!("   {}", flash.text), theme.tone(flash.tone)));
    }
    Line::from(spans)
}

/// What can be pressed, and would do something in this very state.
fn hints(model: &Model, theme: &Theme, room: usize) -> Line<'static> {
    let contexts = model.shell.contexts();
    let mut found: Vec<(Command, String, &str)> = Vec::new();
    for entry in COMMANDS {
        let here = entry.scope.iter().any(|scope| contexts.contains(scope));
        if entry.label.is_empty() || !here || entry.available(model).is_err() {
            continue;
        }
        // A key is shown once: with the first of its commands that is available.
        let mut keys = model.keymap.keys_of(&contexts, entry.command).into_iter();
        let free = |key: &String| found.iter().all(|(_, taken, _)| taken != key);
        if let Some(key) = keys.find(free) {
            found.push((entry.command, key, entry.label));
        }
    }
    // The way to the help and the way out are always there; what stands between gives way.
    let kept = |command: Command| {
        matches!(
            command,
            Command::OpenHelp
                | Command::Quit
                | Command::GoBack
                | Command::ClearFilter
                | Command::UnmarkRows
                | Command::StopWaiting
                | Command::WidenTime
                | Command::StopExport
                | Command::StopFollowing
        )
    };
    let long = |key: &str, label: &str| text::width(key) + text::width(label) + 4;
    let mut left = found
        .iter()
        .filter(|(command, ..)| kept(*command))
        .fold(room + 2, |left, (_, key, label)| left.saturating_sub(long(key, label)));
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (command, key, label) in &found {
        if !kept(*command) {
            let Some(rest) = left.checked_sub(long(key, label)) else { continue };
            left = rest;
        }
        spans.push(span(format!(" {key} "), theme.key));
        spans.push(span(format!("{label}  "), theme.dim));
    }
    Line::from(spans)
}

/// The keys pressed so far; what they could become stands in the box above.
fn pending(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let pressed = span(format!(" {} ", written(&model.shell.pressed)), theme.accent);
    paint::row(frame, area, &Line::from(vec![pressed, span("  esc cancels", theme.dim)]));
}

/// The text being typed, with its cursor, its completions and what is wrong with it.
fn typed(
    model: &Model,
    typing: &Typing,
    theme: &Theme,
    frame: &mut Frame<'_>,
    body: Rect,
    area: Rect,
) {
    let lead = match &typing.purpose {
        Purpose::Command => ":",
        Purpose::Filter => "/",
        Purpose::Palette => "go to: ",
        Purpose::Code { .. } => "code: ",
        Purpose::Destination(choosing) => match choosing.wanted {
            Wanted::Context => "context: ",
            Wanted::Profile => "profile: ",
            Wanted::Role => "role: ",
            Wanted::Region => "region: ",
            Wanted::Place => "tail beside: ",
        },
        Purpose::Phrase(_) => "phrase: ",
        Purpose::Field(name) => &format!("{name}: "),
        Purpose::Secret { name, .. } => &format!("secret {name}: "),
    };
    let (before, after) = typing.line.halves();
    let room = usize::from(area.width).saturating_sub(text::width(lead) + 2);
    let over = text::width(before).saturating_sub(room);
    let before = text::skip(before, over);
    let column = text::width(lead) + text::width(&before);
    let left = room.saturating_sub(text::width(&before));
    let line = Line::from(vec![
        span(lead, theme.accent),
        span(before, if typing.line.selected() { theme.found } else { theme.strong }),
        span(text::cut(after, left), theme.strong),
    ]);
    paint::row(frame, area, &line);
    let column = u16::try_from(column).unwrap_or(area.width).min(area.width.saturating_sub(1));
    frame.set_cursor_position((area.x + column, area.y));
    let above = match (&typing.wrong, &typing.purpose) {
        (Some((wrong, at)), _) => {
            let blanks = (text::width(lead) + at).min(usize::from(area.width) / 2);
            vec![text::line(format!("{}^ {wrong}", " ".repeat(blanks)), theme.bad)]
        }
        (None, Purpose::Command) => offered(model, typing, theme, usize::from(area.width)),
        (None, Purpose::Code { device, .. }) => {
            let flash = model.shell.flash.iter();
            let told =
                flash.map(|flash| text::line(format!(" {}", flash.text), theme.tone(flash.tone)));
            let asked =
                format!(" The one-time code of {device}; it is not shown, and kept by nobody.");
            told.chain([text::line(asked, theme.text)]).collect()
        }
        (None, Purpose::Secret { .. }) => {
            let flash = model.shell.flash.iter();
            let told =
                flash.map(|flash| text::line(format!(" {}", flash.text), theme.tone(flash.tone)));
            let asked = " It is not shown, stands in no plan or journal, and is kept until the console ends.";
            told.chain([text::line(asked, theme.text)]).collect()
        }
        (None, Purpose::Palette) => Vec::new(),
        // The row of messages is taken by the text.
        (
            None,
            Purpose::Filter | Purpose::Phrase(_) | Purpose::Destination(_) | Purpose::Field(_),
        ) => {
            let flash = model.shell.flash.iter();
            flash
                .map(|flash| text::line(format!(" {}", flash.text), theme.tone(flash.tone)))
                .collect()
        }
    };
    let rows = u16::try_from(above.len()).unwrap_or(0).min(body.height);
    let box_area = Rect { y: body.bottom() - rows, height: rows, ..body };
    paint::clear(frame, box_area, theme);
    frame.buffer_mut().set_style(box_area, theme.bar);
    paint::lines(frame, box_area, &above, 0);
}

/// The completions, the likeliest nearest to the line.
fn offered(model: &Model, typing: &Typing, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let offered: Vec<(String, String)> = match &typing.chosen {
        Some((texts, _)) => texts.iter().map(|text| (text.clone(), String::new())).collect(),
        None => completions(model, typing.line.text()),
    };
    let chosen = typing.chosen.as_ref().map(|(_, at)| *at);
    let lines = offered.into_iter().enumerate().map(|(at, (name, doc))| {
        let style = if chosen == Some(at) { theme.accent } else { theme.strong };
        let doc = text::cut(&doc, width.saturating_sub(24));
        Line::from(vec![span(format!(" {} ", text::left(&name, 22)), style), span(doc, theme.dim)])
    });
    lines.rev().collect()
}

/// The key of a command, for texts that name one.
pub(super) fn key(model: &Model, command: Command) -> String {
    first_key(model, command)
}
