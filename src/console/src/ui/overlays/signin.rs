//! The code that waits to be approved in a browser: where to go with it, and how long it is good for.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::command::Command;
use crate::app::signin::SignIn;
use crate::app::{Model, first_key};
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Columns of the box.
const WIDTH: u16 = 78;

/// Draws it over the view: it is what the operator waits for.
pub(in crate::ui) fn draw(
    model: &Model,
    signing: &SignIn,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let width = usize::from(WIDTH.min(area.width)).saturating_sub(4);
    let mut lines = vec![
        text::line(" Open this address in a browser, and approve the code there:", theme.text),
        Line::default(),
    ];
    // The whole of it, however long: it is read off, or selected with the mouse.
    let address = text::wrap(signing.address.as_str(), width);
    lines.extend(address.into_iter().map(|part| text::line(format!(" {part}"), theme.accent)));
    lines.push(Line::default());
    let left = text::clock(Duration::from_secs(signing.left_s));
    lines.push(Line::from(vec![
        span(" code  ", theme.dim),
        span(text::cut(signing.code.as_str(), 24), theme.strong),
        span(format!("   good for {left}"), theme.dim),
    ]));
    lines.push(Line::default());
    let copies = match signing.direct {
        Some(_) => "copies the address with the code in it",
        None => "copies the address",
    };
    let (copy, back) = (first_key(model, Command::CopyRow), first_key(model, Command::GoBack));
    lines.push(text::line(format!(" {copy} {copies}; {back} gives up"), theme.dim));
    lines.push(text::line(
        " Approve no other code there: that would let somebody else in.",
        theme.dim,
    ));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let title = format!("Sign in: {}", signing.name);
    let inner = paint::boxed(frame, area, (WIDTH, height), &title, theme);
    paint::lines(frame, inner, &lines, 0);
}
