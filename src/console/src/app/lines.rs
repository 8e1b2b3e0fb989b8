//! Commands on log lines: which time, which fields, which context, bookmarks and exports.

use watchdeck_domain::Printable;

use super::command::Command;
use super::cursor::Cursor;
use super::export::{Came, Export, Exporting, Form};
use super::notes::{self, Note};
use super::perform::first_key;
use super::screens::logs::bookmarks::{MOST, Marked, Reached};
use super::screens::logs::{context, zoom};
use super::shell::{Overlay, Purpose, Screen, Tone};
use super::ticket::Ticket;
use super::{Effect, Model};
use crate::look::typed::Between;

pub(super) fn toggle_histogram(model: &mut Model) {
    model.logs.zoom.wanted = !model.logs.zoom.wanted;
    if model.logs.zoom.wanted && !model.logs.is_empty() && !model.logs.draws_histogram(model.size) {
        model.shell.say(Tone::Plain, "the histogram is shown once the terminal has room for it");
    }
}

pub(super) fn step(model: &mut Model, forward: bool) {
    let page = model.line_rows();
    if !model.logs.step(forward, model.size.0, page) {
        let way = if forward { "after" } else { "before" };
        model.shell.say(Tone::Plain, format!("no lines {way} this bar"));
    }
}

/// Narrows the time to a bar; to the one under the cursor where none is named.
pub(super) fn narrow(model: &mut Model, bar: Option<usize>) {
    let page = model.line_rows();
    if let Err(why) = model.logs.narrow(bar, model.size.0, page) {
        model.shell.say(Tone::Plain, why);
    }
}

pub(super) fn widen(model: &mut Model) {
    let page = model.line_rows();
    model.logs.widen(page);
}

/// The mouse pressed on the screen: on a bar, or on a line.
pub(super) fn point(model: &mut Model, column: u16, row: usize) {
    let above = model.logs.above(model.size);
    if let Some(row) = row.checked_sub(above) {
        return model.logs.point(row, model.line_rows());
    }
    if model.logs.draws_histogram(model.size)
        && (1..zoom::ROWS).contains(&row)
        && let Some(bar) = column.checked_sub(zoom::MARGINS.0)
    {
        narrow(model, Some(usize::from(bar)));
    }
}

pub(super) fn tabulate(model: &mut Model, names: &str) -> Vec<Effect> {
    let page = model.line_rows();
    match model.logs.tabulate(names, page) {
        Ok(chosen) => notes::keep(chosen.map(Note::Chosen)),
        Err(why) => {
            model.shell.say(Tone::Plain, why);
            Vec::new()
        }
    }
}

pub(super) fn toggle_context(model: &mut Model, argument: &str) {
    let context = &mut model.logs.context;
    if argument.is_empty() {
        context.on = !context.on;
        return;
    }
    match argument.parse() {
        Ok(0) => context.on = false,
        Ok(lines) if lines <= context::MOST => {
            (context.on, context.lines) = (true, lines);
        }
        Ok(_) | Err(_) => {
            let said = format!("`{argument}` is no number from 0 to {}", context::MOST);
            model.shell.say(Tone::Bad, said);
        }
    }
}

pub(super) fn mark(model: &mut Model, note: &str) -> Vec<Effect> {
    let (said, note) = match model.logs.mark(note) {
        Marked::On(mark) => {
            let key = first_key(model, Command::ShowBookmarks);
            let said = format!("bookmarked; {key} shows all {}", model.logs.bookmarks().len());
            (said, Some(Note::Marked(mark)))
        }
        Marked::Off(mark) => ("bookmark taken off".to_owned(), Some(Note::Unmarked(mark))),
        Marked::Full => (format!("there are {MOST} bookmarks already: drop some first"), None),
        Marked::Nothing => ("there is no line here to bookmark".to_owned(), None),
    };
    model.shell.say(Tone::Plain, said);
    notes::keep(note)
}

pub(super) fn seek_bookmark(model: &mut Model, forward: bool) {
    let page = model.line_rows();
    if !model.logs.seek_bookmark(forward, page) {
        let way = if forward { "after" } else { "before" };
        model.shell.say(Tone::Plain, format!("no bookmark that is shown {way} this line"));
    }
}

pub(super) fn show_bookmarks(model: &mut Model) {
    // The one nearest to the cursor is chosen.
    let marks = model.logs.bookmarks();
    let at = model.logs.here().map_or(0, |here| marks.partition_point(|mark| mark.id < here));
    let mut cursor = Cursor::default();
    cursor.put(at, marks.len(), model.body_rows().saturating_sub(6));
    model.shell.overlay = Some(Overlay::Bookmarks(cursor));
}

pub(super) fn go_to_bookmark(model: &mut Model) {
    let Some(Overlay::Bookmarks(cursor)) = &model.shell.overlay else { return };
    let marks = model.logs.bookmarks();
    let Some(id) = marks.get(cursor.at(marks.len())).map(|mark| mark.id) else { return };
    let page = model.line_rows();
    let why = match model.logs.go_to(id, page) {
        Reached::There => {
            model.shell.overlay = None;
            return;
        }
        Reached::Hidden => "the filter hides this line: clear-filter shows it",
        Reached::Later => "this line arrived after the pause: resume-logs shows it",
        Reached::Gone => "this line is not held; the bookmark keeps what it said",
    };
    model.shell.say(Tone::Plain, why);
}

pub(super) fn drop_bookmark(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Bookmarks(cursor)) = &model.shell.overlay else { return Vec::new() };
    let at = cursor.at(model.logs.bookmarks().len());
    let dropped = model.logs.unmark(at);
    if model.logs.bookmarks().is_empty() {
        model.shell.overlay = None;
    }
    notes::keep(dropped.map(Note::Unmarked))
}

pub(super) fn export(model: &mut Model, argument: &str) -> Vec<Effect> {
    let mut words: Vec<&str> = argument.split_whitespace().collect();
    // The file comes first, whatever it is called.
    let first = words.len().min(1);
    let mut others = words.split_off(first);
    let between = match Between::taken(&mut others, &model.look.times, model.now) {
        Ok(between) => between,
        Err(why) => {
            model.shell.say(Tone::Bad, why);
            return Vec::new();
        }
    };
    words.extend(others);
    let screen = model.shell.screen.clone();
    let (mut file, mut form, mut marks) = (None, None, false);
    for word in words {
        match (word, Form::parse(word)) {
            ("--bookmarks", _) if screen == Screen::Logs => marks = true,
            (_, Some(named)) if file.is_some() && named.is_of(&screen) => form = Some(named),
            _ if file.is_none() => file = Some(word),
            _ => {
                let forms = if screen == Screen::Query {
                    "rows are written as text, jsonl or csv"
                } else {
                    "lines are written as text or jsonl"
                };
                let said = format!("`{word}` is no form: {forms}");
                model.shell.say(Tone::Bad, said);
                return Vec::new();
            }
        }
    }
    let Some(file) = file else {
        model.shell.type_in(Purpose::Command, "export ");
        let said =
            "name a file: `:export FILE [text|jsonl|csv] [--bookmarks] [since TIME] [until TIME]`";
        model.shell.say(Tone::Plain, said);
        return Vec::new();
    };
    if marks && model.logs.bookmarks().is_empty() {
        model.shell.say(Tone::Bad, "no line is bookmarked yet");
        return Vec::new();
    }
    if screen == Screen::Query && !between.is_open() {
        model
            .shell
            .say(Tone::Bad, "the rows are those of the query: its own text narrows the time");
        return Vec::new();
    }
    let form = form.unwrap_or_else(|| Form::of_file(file, &screen));
    let ticket = model.questions.draw();
    let export = if screen == Screen::Query {
        Export::rows(model, file, form)
    } else {
        Export::lines(model, file, form, marks, between)
    };
    model.logs.export = Some(Exporting::new(ticket, file, &screen));
    vec![Effect::Export { ticket, export }]
}

pub(super) fn stop_export(model: &mut Model) -> Vec<Effect> {
    if let Some(export) = model.logs.export.take() {
        let said = format!("export given up; {} is not kept", export.file);
        model.shell.say(Tone::Plain, said);
    }
    vec![Effect::StopExport]
}

/// Takes in how an export has come on; one that was given up tells nothing any more.
pub(super) fn exported(model: &mut Model, ticket: Ticket, came: Came) {
    let Some(export) = model.logs.export.as_mut().filter(|export| export.ticket == ticket) else {
        return;
    };
    match came {
        Came::SoFar(written) => export.written = written,
        Came::Whole(written) => {
            let said = format!("{} written to {}", written.told(export.one), export.file);
            model.logs.export = None;
            model.shell.say(Tone::Good, said);
        }
        Came::Failed(problem) => {
            model.logs.export = None;
            let said = Printable::new(format!("{}: {}", problem.what, problem.why));
            model.shell.say(Tone::Bad, said.as_str());
            model.problems.meet(problem, model.now);
        }
    }
}
