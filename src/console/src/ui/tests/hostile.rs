//! A million hostile lines, drawn through the terminal's own writer: what leaves holds the console's sequences and no others.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::{Terminal, TerminalOptions, Viewport};
use watchdeck_domain::Printable;

use crate::ui::{paint, text};

/// What an attacker writes into a log, as bytes: some are no UTF-8.
const PIECES: [&[u8]; 30] = [
    b"\x1b[9999;9999H",
    b"\x1b[31;5;8m",
    b"\x1b[2J\x1b[3J",
    b"\x1b[?1049l",
    b"\x1b[c\x1b[6n",
    b"\x1bc",
    b"\x1b#8",
    b"\x1b]0;title\x07",
    b"\x1b]52;c;cm0gLXJmIC8=\x07",
    b"\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    b"\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\",
    b"\x1bP+q544e\x1b\\",
    b"\x1b_Gf=100;aGk=\x1b\\",
    b"\x9b31m",
    b"\xc2\x9b31m",
    b"\xc2\x9d52;c;aGk=\xc2\x9c",
    b"\xc2\x90q\xc2\x9c",
    b"\0\x07\x08\x0b\x0c\x0e\x0f\x7f",
    b"\r\n\r",
    b"\t",
    b"\xff\xfe\xc0\xaf\xed\xa0\x80",
    b"\xf0\x9f\x91",
    b"\xe2\x80\xae\xe2\x81\xa6",
    b"\xe2\x80\x8b\xef\xbb\xbf\xf3\xa0\x81\x81",
    b"e\xcc\x81\xcc\xa7",
    b"\xe6\x97\xa5\xe6\x9c\xac",
    b"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
    b"[2J ",
    b"order 5512 taken",
    b"{\"level\":\"ERROR\"}",
];

/// A sequence of numbers that the same seed gives again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn line(&mut self, number: usize) -> Vec<u8> {
        let pieces = if number.is_multiple_of(20_000) { 2_000 } else { 1 + self.below(2) };
        let mut line = Vec::new();
        for _ in 0..pieces {
            line.extend_from_slice(PIECES[self.below(PIECES.len())]);
        }
        line
    }
}

/// What leaves for the terminal.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SIZE: (u16, u16) = (12, 4_000);

/// Holds that bytes are text and the sequences of a drawing without styles: the cursor put into the frame or hidden, and
/// styles taken off. Says how many sequences there were.
fn scan(bytes: &[u8]) -> Result<usize, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut pieces = text.split('\x1b');
    let before = pieces.next().unwrap_or_default();
    let mut seen = 0;
    let mut texts = vec![before];
    for piece in pieces {
        let long = piece.find(|c: char| c != '[' && c != '?' && c != ';' && !c.is_ascii_digit());
        let (sequence, rest) = piece.split_at(long.map_or(piece.len(), |at| at + 1));
        let put = || {
            let (y, x) = sequence.strip_prefix('[')?.strip_suffix('H')?.split_once(';')?;
            let inside = |at: &str, most: u16| Some((1..=most).contains(&at.parse().ok()?));
            Some(inside(y, SIZE.1)? && inside(x, SIZE.0)?)
        };
        let known = ["[?25l", "[?25h", "[39m", "[49m", "[59m", "[0m", "[39;49m"];
        if !known.contains(&sequence) && put() != Some(true) {
            return Err(format!("{sequence:?} is none of ours"));
        }
        seen += 1;
        texts.push(rest);
    }
    let drives = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..)
    };
    // Most of it is ASCII, and quickly looked through.
    let drives = |text: &&&str| {
        let quick = text.is_ascii() && !text.as_bytes().iter().any(u8::is_ascii_control);
        !quick && text.chars().any(drives)
    };
    match texts.iter().find(drives) {
        Some(text) => Err(format!("{text:?} drives the terminal")),
        None => Ok(seen),
    }
}

#[test]
fn the_scanner_sees_what_is_not_ours() {
    assert_eq!(scan(b"\x1b[1;1Hok\x1b[39m\x1b[0m"), Ok(3));
    for bytes in PIECES.iter().filter(|bytes| bytes.contains(&0x1b)) {
        assert!(scan(bytes).is_err(), "{bytes:?}");
    }
    for bytes in [
        &b"\xc2\x9b31m"[..],
        b"\x9b",
        b"a\x07",
        b"a\tb",
        b"\xe2\x80\xae",
        b"\x1b[4001;1H",
        b"\x1b",
        b"\x1b[",
    ] {
        assert!(scan(bytes).is_err(), "{bytes:?}");
    }
}

// A million lines in two halves, which the harness runs side by side.

#[test]
fn half_a_million_hostile_lines_send_nothing_to_the_terminal_but_text() {
    draw(0x5eed_2026_1122);
}

#[test]
fn another_half_million_hostile_lines_send_nothing_to_the_terminal_but_text() {
    draw(0x5eed_2026_1123);
}

/// Draws half a million hostile lines, a frame full at a time, and scans what leaves.
fn draw(seed: u64) {
    println!("seed {seed:#x}");
    let mut chance = Chance(seed);
    let wire = Wire::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, SIZE.0, SIZE.1));
    let backend = CrosstermBackend::new(wire.clone());
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    let page = usize::from(SIZE.1);
    let (mut known, mut sent) = (0, 0);
    for from in (0..500_000).step_by(page) {
        let lines: Vec<Line<'static>> = (from..from + page)
            .map(|number| {
                let line = Printable::from_bytes(&chance.line(number));
                // Every other one scrolled, so that it begins in the middle of something.
                let shift = if number.is_multiple_of(2) { 0 } else { chance.below(24) };
                let shown = text::cut(&text::skip(line.as_str(), shift), usize::from(SIZE.0));
                text::line(shown, Style::new())
            })
            .collect();
        terminal.draw(|frame| paint::lines(frame, frame.area(), &lines, 0)).unwrap();
        let mut bytes = wire.0.borrow_mut();
        let scanned = scan(&bytes);
        known += scanned.unwrap_or_else(|wrong| panic!("seed {seed:#x}, line {from} on: {wrong}"));
        sent += bytes.len();
        bytes.clear();
    }
    println!("{sent} bytes, {known} sequences, all of them ours");
    assert!(sent > 5_000_000 && known > 500_000);
}
