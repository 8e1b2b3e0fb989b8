//! Text in cells: cut, padded, wrapped and numbered by what people see.

use std::borrow::Cow;
use std::time::Duration;

use ratatui::buffer::CellWidth as _;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;
use watchdeck_domain::Printable;

use super::theme::Theme;
pub(super) use crate::look::times::age;

/// Text from anywhere, made safe to show.
pub(super) fn safe(text: impl Into<String>) -> String {
    Printable::new(text).into()
}

/// Remote text that must be read exactly: where only ASCII is drawn, what is beyond it is written out as `\u{..}`.
pub(super) fn exact(text: impl Into<String>, theme: &Theme) -> String {
    let text = safe(text);
    if !theme.ascii || text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    out
}

/// Cells that a text takes when it is drawn. Grapheme by grapheme, as it is drawn: scripts whose letters join take fewer
/// on paper than on a screen.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(wide).sum() }
}

/// Cells that one grapheme takes.
fn wide(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { usize::from(grapheme.cell_width()) }
}

/// The text, cut to `most` cells; what is missing is marked by `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most || width(text) <= most {
        return text.to_owned();
    }
    if text.is_ascii() {
        // Most of what is written into logs is, and takes a cell for a character.
        let mark = if most > 0 { "…" } else { "" };
        return [text.get(..most.saturating_sub(1)).unwrap_or(text), mark].concat();
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += wide(grapheme);
        if used >= most {
            break;
        }
        out.push_str(grapheme);
    }
    if most > 0 {
        out.push('…');
    }
    out
}

/// The text without its first `cells` cells. Of a glyph that lies across the edge a blank is left, so that what follows
/// keeps its column.
pub(super) fn skip(text: &str, cells: usize) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.get(cells..).unwrap_or("").into();
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used >= cells {
            let rest = text.get(at..).unwrap_or("");
            let blanks = used - cells;
            return match blanks {
                0 => rest.into(),
                1.. => format!("{}{rest}", " ".repeat(blanks)).into(),
            };
        }
        used += wide(grapheme);
    }
    " ".repeat(used.saturating_sub(cells)).into()
}

/// The text in exactly `cells` cells, blanks after it.
pub(super) fn left(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells);
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&out))));
    out
}

/// The text in exactly `cells` cells, blanks before it.
pub(super) fn right(text: &str, cells: usize) -> String {
    let cut = cut(text, cells);
    let mut out = " ".repeat(cells.saturating_sub(width(&cut)));
    out.push_str(&cut);
    out
}

/// The text in lines of at most `cells` cells, broken at blanks where there are some.
pub(super) fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in words(text) {
        let long = width(word.trim_end());
        if used + long > cells && used > 0 {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        if long > cells {
            for grapheme in word.graphemes(true) {
                let wide = wide(grapheme);
                // The blank after a word that fills the line goes with it.
                if used + wide > cells && grapheme != " " {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += wide;
            }
        } else {
            line.push_str(word);
            used += width(word);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The words of a text, each with the blank after it. A blank that bears a mark, or is borne by one, parts nothing.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let blanks = text.grapheme_indices(true).filter(|(_, grapheme)| *grapheme == " ");
    let ends = blanks.map(|(at, _)| at + 1).chain([text.len()]);
    let words = ends.map(move |end| {
        let word = text.get(from..end).unwrap_or_default();
        from = end;
        word
    });
    words.filter(|word| !word.is_empty())
}

/// A piece of a line.
pub(super) fn span(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

/// A whole line in one style.
pub(super) fn line(text: impl Into<String>, style: Style) -> Line<'static> {
    Line::from(span(text, style))
}

/// A count with thin groups: `1,234,567`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count out of CloudWatch, which counts in floating point.
pub(super) fn amount(number: f64) -> String {
    // A sum of nothing is -0.0.
    let whole = format!("{:.0}", number.max(0.0) + 0.0);
    whole.parse().map_or(whole, count)
}

/// A count of things: `1 error`, `2 errors`.
pub(super) fn things(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(number))
}

/// A share: `34.2 %`; a dash when there is none.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0 + 0.0))
}

/// A span of time: `9:42`, `2:03:00`.
pub(super) fn clock(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// Bars of eight heights.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar, for a count of at most `most`; the smallest is still seen.
pub(super) fn bar(count: usize, most: usize) -> &'static str {
    const STEPS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let step = (count.saturating_mul(8)).div_ceil(most.max(1)).clamp(1, 8) - 1;
    STEPS.get(step).copied().unwrap_or("█")
}

/// A line of bars between 0 and `most`, the last `cells` values of it. A value that is not there is a blank.
pub(super) fn bars(values: &[Option<f64>], most: f64, cells: usize) -> String {
    let from = values.len().saturating_sub(cells);
    let shown = values.get(from..).unwrap_or_default().iter();
    shown
        .map(|value| {
            let Some(value) = value else { return ' ' };
            let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
            let steps = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];
            let step = steps.iter().filter(|step| share > **step).count();
            BARS.get(step).copied().unwrap_or('█')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_what_people_see() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größer", 5), "größ…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(left("ab", 4), "ab  ");
        assert_eq!(right("ab", 4), "  ab");
        assert_eq!(skip("日本語", 2), "本語");
        assert_eq!(skip("abc", 9), "");
        assert_eq!(skip("abc", 0), "abc");
    }

    #[test]
    fn text_is_wrapped_at_blanks_where_there_are_some() {
        assert_eq!(wrap("roll it back now.", 9), ["roll it", "back now."]);
        assert_eq!(wrap("0123456789ab", 8), ["01234567", "89ab"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
        assert_eq!([things(1, "gap"), things(2, "gap")], ["1 gap", "2 gaps"]);
        assert_eq!(amount(1204.0), "1,204");
        assert_eq!((amount(-0.0), percent(Some(-0.0))), ("0".into(), "0.0 %".into()));
        assert_eq!(percent(Some(0.342)), "34.2 %");
        assert_eq!(percent(None), "–");
        assert_eq!(clock(Duration::from_secs(582)), "9:42");
        assert_eq!(clock(Duration::from_mins(123)), "2:03:00");
        let ages = [45, 720, 11_100, 187_200].map(|seconds| age(Duration::from_secs(seconds)));
        assert_eq!(ages, ["45 s", "12 min", "3 h 05", "2 d 4 h"]);
        assert_eq!(bars(&[Some(0.0), None, Some(0.5), Some(1.0)], 1.0, 9), "▁ ▄█");
    }
}
