//! The box of a sequence that is begun: the keys that go on, and what each of them runs.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::keymap::{Binding, Reached, written};
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Rows that the box fills before it begins a second column: it stays low, so that the view is seen above it.
const LOW: usize = 8;

/// The fewest cells of a document that still say something.
const SHORTEST: usize = 24;

/// One way to go on.
struct Way {
    keys: String,
    id: &'static str,
    doc: &'static str,
    ready: bool,
}

/// Draws the box at the foot of the view, while a sequence is begun and not complete.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, body: Rect) {
    if model.shell.pressed.is_empty() {
        return;
    }
    let contexts = model.shell.contexts();
    let Reached::More(more) = model.keymap.reach(&contexts, &model.shell.pressed) else { return };
    let mut seen = BTreeSet::new();
    // The same keys in an outer context are not reached.
    let reached = more.into_iter().filter(|(rest, _)| seen.insert(rest.clone()));
    let ways: Vec<Way> =
        reached.filter_map(|(rest, binding)| way(model, written(&rest), binding)).collect();
    let keys = ways.iter().map(|way| text::width(&way.keys)).max().unwrap_or_default();
    let ids = ways.iter().map(|way| way.id.len()).max().unwrap_or_default();
    let inside = usize::from(body.width).saturating_sub(2);
    let most = usize::from(body.height).saturating_sub(2).max(1);
    let columns = (inside / (keys + ids + SHORTEST + 6)).clamp(1, ways.len().div_ceil(LOW).max(1));
    let rows = ways.len().div_ceil(columns).min(most);
    let height = u16::try_from(rows + 2).unwrap_or(u16::MAX).min(body.height);
    let area = Rect { y: body.bottom() - height, height, ..body };
    let title = written(&model.shell.pressed);
    let inner = paint::boxed(frame, area, (area.width, area.height), &title, theme);
    let cell = inside / columns;
    let lines: Vec<Line<'_>> = (0..rows)
        .map(|row| {
            let over = ways.len().saturating_sub(rows * columns);
            let row_ways = (0..columns).filter_map(|column| {
                let last = over > 0 && row + 1 == rows && column + 1 == columns;
                if last {
                    return Some(vec![span(format!(" … and {} more", over + 1), theme.dim)]);
                }
                Some(pieces(ways.get(column * rows + row)?, (keys, ids, cell), theme))
            });
            Line::from(row_ways.flatten().collect::<Vec<_>>())
        })
        .collect();
    paint::lines(frame, inner, &lines, 0);
}

/// What keys run: the first command that is available now, else the last, which says why not.
fn way(model: &Model, keys: String, binding: &Binding) -> Option<Way> {
    let ready = binding.tries.iter().find(|bound| bound.command.entry().available(model).is_ok());
    let entry = ready.or_else(|| binding.tries.last())?.command.entry();
    Some(Way { keys, id: entry.id, doc: entry.doc, ready: ready.is_some() })
}

fn pieces(
    way: &Way,
    (keys, ids, cell): (usize, usize, usize),
    theme: &Theme,
) -> Vec<Span<'static>> {
    let (dim, plain) = if way.ready { (theme.dim, theme.text) } else { (theme.faint, theme.faint) };
    let room = cell.saturating_sub(keys + ids + 6);
    vec![
        span(format!(" {}  ", text::left(&way.keys, keys)), theme.key),
        span(format!("{}  ", text::left(way.id, ids)), plain),
        span(format!("{} ", text::left(way.doc, room)), dim),
    ]
}
