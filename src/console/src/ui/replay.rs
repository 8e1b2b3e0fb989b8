//! A recorded screen: drawn as large as it was, marked as a replay, with where the replay stands below it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::paint;
use super::text::{self, span};
use super::theme::Theme;
use crate::app::Model;

/// Where a replay stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playing {
    /// How far it is, in milliseconds as the session was lived.
    pub position_ms: u64,
    /// How long the recording is.
    pub length_ms: u64,
    /// How fast it plays, as a multiple of that.
    pub speed: f64,
    /// Whether it stands still.
    pub paused: bool,
    /// Messages that are missing from the recording.
    pub lost: u64,
    /// Whether its last line was torn.
    pub torn: bool,
}

/// Draws a recorded screen at its own size, or as much smaller as the terminal is. The line of the replay stands below
/// it; where there is no room it takes the last row, whose keys do nothing here.
pub fn replay(model: &Model, playing: &Playing, frame: &mut Frame<'_>) {
    let whole = frame.area();
    let (width, height) = model.size;
    let area = Rect { width: width.min(whole.width), height: height.min(whole.height), ..whole };
    super::draw(model, frame, area, true);
    let theme = Theme::new(&model.look);
    let y = area.bottom().min(whole.bottom().saturating_sub(1));
    let foot = Rect { y, height: whole.height.min(1), ..whole };
    frame.render_widget(ratatui::widgets::Clear, foot);
    frame.buffer_mut().set_style(foot, theme.bar);
    let line = line(playing, model.size, (whole.width, whole.height), &theme);
    paint::row(frame, foot, &line);
    if model.look.ascii {
        super::glyphs::plain(frame.buffer_mut());
    }
}

/// What the replay says of itself, the most important first.
fn line(playing: &Playing, recorded: (u16, u16), here: (u16, u16), theme: &Theme) -> Line<'static> {
    let strong = theme.bar.patch(theme.strong);
    let sign = if playing.paused { "■" } else { "▶" };
    let at = format!(" {sign} {} of {} ", clock(playing.position_ms), clock(playing.length_ms));
    let mut spans = vec![span(at, strong), span(format!(" x{} ", playing.speed), theme.bar)];
    let warn = theme.bar.patch(theme.warn);
    if playing.lost > 0 {
        spans.push(span(format!(" {} missing ", text::things(playing.lost, "message")), warn));
    }
    if playing.torn {
        spans.push(span(" the last line is torn ", warn));
    }
    if recorded.0 > here.0 || recorded.1 > here.1 {
        spans.push(span(format!(" recorded at {} x {} ", recorded.0, recorded.1), warn));
    }
    let key = theme.bar.patch(theme.key);
    let keys = [
        ("space", if playing.paused { "go on" } else { "pause" }),
        ("left right", "10 s"),
        ("+ -", "speed"),
        ("g G", "begin, end"),
        ("q", "quit"),
    ];
    for (name, does) in keys {
        spans.push(span(format!(" {name} "), key));
        spans.push(span(format!("{does} "), theme.bar));
    }
    Line::from(spans)
}

/// `1:05`, `1:00:05`.
fn clock(millis: u64) -> String {
    let seconds = millis / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        return format!("{minutes}:{seconds:02}");
    }
    format!("{hours}:{minutes:02}:{seconds:02}")
}
