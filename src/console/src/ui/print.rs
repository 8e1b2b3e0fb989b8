//! A screen as text, with or without its styles: for pages, tests and pipes.

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use crate::app::Model;

/// No screen is printed larger than so many columns and rows.
pub const LARGEST: (u16, u16) = (1000, 500);

/// The screen of a recorded model at this size, row by row; with `ansi` in its styles.
pub fn print(model: &Model, (width, height): (u16, u16), ansi: bool) -> String {
    let (width, height) = (width.clamp(1, LARGEST.0), height.clamp(1, LARGEST.1));
    // Neither can fail: it is memory.
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    let Ok(_) = terminal.draw(|frame| super::draw(model, frame, frame.area(), true));
    let buffer = terminal.backend().buffer();
    (0..height).map(|y| row(buffer, y, ansi)).collect()
}

fn row(buffer: &Buffer, y: u16, ansi: bool) -> String {
    let (mut text, mut style, mut hidden) = (String::new(), String::new(), 0);
    for x in 0..buffer.area.width {
        let Some(cell) = buffer.cell((x, y)) else { continue };
        // A wide character covers the cells after it.
        if hidden > 0 {
            hidden -= 1;
            continue;
        }
        hidden = cell.symbol().width().saturating_sub(1);
        let wanted = if ansi { codes(cell) } else { String::new() };
        if wanted != style {
            write!(text, "\u{1b}[0{wanted}m").unwrap_or_default();
            style = wanted;
        }
        text.push_str(cell.symbol());
    }
    if !style.is_empty() {
        text.push_str("\u{1b}[0m");
    }
    let kept = if ansi { text.as_str() } else { text.trim_end() };
    format!("{kept}\n")
}

/// The style of a cell, as SGR parameters after a reset.
fn codes(cell: &Cell) -> String {
    let mut codes = String::new();
    let modifiers = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::SLOW_BLINK, 5),
        (Modifier::RAPID_BLINK, 6),
        (Modifier::REVERSED, 7),
        (Modifier::HIDDEN, 8),
        (Modifier::CROSSED_OUT, 9),
    ];
    for (modifier, code) in modifiers {
        if cell.modifier.contains(modifier) {
            write!(codes, ";{code}").unwrap_or_default();
        }
    }
    codes.push_str(&colour(cell.fg, 30));
    codes.push_str(&colour(cell.bg, 40));
    codes
}

/// A colour as SGR parameters; `base` is 30 for the front and 40 for the back.
fn colour(colour: Color, base: u8) -> String {
    let named = |index: u8| {
        let first = if index < 8 { base } else { base + 60 - 8 };
        format!(";{}", first + index)
    };
    match colour {
        Color::Reset => String::new(),
        Color::Indexed(index) => format!(";{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!(";{};2;{red};{green};{blue}", base + 8),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(8),
        Color::LightRed => named(9),
        Color::LightGreen => named(10),
        Color::LightYellow => named(11),
        Color::LightBlue => named(12),
        Color::LightMagenta => named(13),
        Color::LightCyan => named(14),
        Color::White => named(15),
    }
}
