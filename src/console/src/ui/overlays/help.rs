//! The help: keys and commands of the view below, out of the command table.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::app::available::under_help;
use crate::app::command::{COMMANDS, Context, Entry};
use crate::app::files;
use crate::app::shell::{Overlay, Screen};
use crate::ui::page::Page;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Cells of the widest help: a longer line is hard to read.
const WIDEST: u16 = 140;

/// The overlay.
pub(in crate::ui) fn page(model: &Model, theme: &Theme, area: Rect) -> Page {
    let under = model.shell.beneath_help();
    let context = under.map_or_else(|| model.shell.screen.context(), Overlay::context);
    let mut crumbs = model.shell.screen.crumbs();
    crumbs.extend(under.map(|under| under.title().to_owned()));
    let title = text::safe(format!("Help: {}", crumbs.join(" › ")));
    let wide = area.width.min(WIDEST);
    let width = usize::from(wide).saturating_sub(2);
    let contexts = [context, Context::Anywhere];
    let mut lines = Vec::new();
    let mut section = |title: &str, entries: Vec<&Entry>| {
        lines.push(text::line(format!(" {title}"), theme.faint));
        for entry in entries {
            let keys = model.keymap.keys_of(&contexts, entry.command);
            lines.extend(rows(model, entry, &keys, width, theme));
        }
        lines.push(Line::default());
    };
    let shown = |entry: &&Entry| !files::leave_out(model, entry.command);
    let here = |entry: &&Entry| entry.scope.contains(&context) && shown(entry);
    let anywhere = |entry: &&Entry| entry.scope.contains(&Context::Anywhere) && shown(entry);
    let own: Vec<&Entry> = COMMANDS.iter().filter(here).collect();
    if !own.is_empty() {
        section("THIS VIEW", own);
    }
    section("ANYWHERE", COMMANDS.iter().filter(anywhere).collect());
    if under.is_none() && model.shell.screen == Screen::Logs {
        lines.extend(grammar(width, theme));
    }
    let height = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
    Page::framed(paint::middle(area, (wide, height)), title, |_| lines)
}

/// The forms of a filter, each with an example.
const FORMS: [(&str, &str); 10] = [
    (
        "timeout orders-writer",
        "Lines that hold all of these words, wherever they stand; upper and lower case differ.",
    ),
    ("\"no stock\"", "These words, one behind the other."),
    ("?ERROR ?WARN", "One of these words."),
    ("ERROR -retry", "The one word, and not the other."),
    (
        "{ $.level = \"ERROR\" }",
        "JSON lines with that member; `*` in the value stands for anything.",
    ),
    ("{ $.status >= 500 && $.path = \"/orders*\" }", "Both; `||` is either, and `( )` groups."),
    ("{ $.error NOT EXISTS }", "Also `IS NULL`, `IS TRUE`, `IS FALSE`."),
    ("[ip, user, time, request, status=5*, ...]", "Lines of columns; `...` is any number of them."),
    ("/timed? ?out/", "A regular expression; `%timed out%` is one that AWS understands too."),
    ("!heartbeat", "All lines but those; before any of these forms."),
];

/// How a filter of the logs is written. It is AWS's filter pattern, but for the last two forms.
fn grammar(width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![text::line(" A FILTER OF THE LOGS", theme.faint)];
    for (form, doc) in FORMS {
        let pieces = text::wrap(doc, width.saturating_sub(48));
        for (at, piece) in pieces.into_iter().enumerate() {
            let form = if at == 0 { form } else { "" };
            lines.push(Line::from(vec![
                span(format!(" {} ", text::left(form, 43)), theme.key),
                span(piece, theme.text),
            ]));
        }
    }
    lines.push(Line::default());
    lines
}

fn rows(
    model: &Model,
    entry: &Entry,
    keys: &[String],
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let ready = under_help(model, entry.command);
    let style = if ready.is_ok() { theme.text } else { theme.faint };
    let said = match ready {
        Ok(()) => entry.doc.to_owned(),
        Err(why) => format!("{} Not now: {why}.", entry.doc),
    };
    let mut lines = Vec::new();
    // Where there is room, no key is cut.
    let room = if width < 110 { 13 } else { 22 };
    for (at, piece) in text::wrap(&said, width.saturating_sub(room + 25)).into_iter().enumerate() {
        let (key, id) = if at == 0 { (keys.join(" "), entry.id) } else { (String::new(), "") };
        lines.push(Line::from(vec![
            span(format!(" {} ", text::left(&key, room)), theme.key),
            span(text::left(id, 21), theme.dim),
            span(format!(" {piece}"), style),
        ]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_the_help_tells_is_a_filter() {
        for (form, _) in FORMS {
            let parsed = watchdeck_pattern::Search::parse(form);
            assert!(parsed.is_ok_and(|search| !search.is_all()), "{form}");
        }
    }
}
