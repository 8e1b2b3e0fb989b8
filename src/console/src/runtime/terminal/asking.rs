//! A line asked for on the terminal, without a screen. What was typed before the question is thrown away, and a paste is known
//! as one wherever the terminal says so.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind,
    KeyModifiers, poll, read,
};
use crossterm::execute;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use watchdeck_domain::Printable;

/// How often it is looked whether the question still stands.
const LOOK: Duration = Duration::from_millis(50);

/// No line is longer.
const LONGEST: usize = 16_384;

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A line, as it was typed.
    Line(String),
    /// Something was pasted where only typing counts.
    Pasted,
    /// Ctrl-c, ctrl-d or escape.
    GivenUp,
    /// Who asked does not want to know any more.
    Cancelled,
}

/// Whether a paste becomes part of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pastes {
    /// It does.
    Taken,
    /// It ends the question: what is asked for is typed by hand.
    Refused,
}

/// Whether somebody can be asked here: keys come from a terminal, and what is told goes to one.
pub fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on stderr and reads a line. It waits for keys: call it where waiting is allowed.
///
/// # Errors
/// The terminal is gone.
pub fn ask(prompt: &str, pastes: Pastes, cancelled: &AtomicBool) -> io::Result<Typed> {
    let raw = Raw::enter()?;
    while poll(Duration::ZERO)? {
        drop(read()?);
    }
    say(Printable::new(prompt).as_str())?;
    let mut line = String::new();
    let typed = loop {
        if cancelled.load(Ordering::SeqCst) {
            break Typed::Cancelled;
        }
        if !poll(LOOK)? {
            continue;
        }
        match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                if let Some(typed) = press(&mut line, key)? {
                    break typed;
                }
            }
            Event::Paste(_) if pastes == Pastes::Refused => break Typed::Pasted,
            Event::Paste(text) => text.chars().try_for_each(|c| push(&mut line, c))?,
            Event::Key(_)
            | Event::Mouse(_)
            | Event::Resize(..)
            | Event::FocusGained
            | Event::FocusLost => {}
        }
    };
    say("\r\n")?;
    drop(raw);
    Ok(typed)
}

/// Takes a key in; says when it ends the question.
fn press(line: &mut String, key: KeyEvent) -> io::Result<Option<Typed>> {
    let held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if key.code == KeyCode::Enter {
        return Ok(Some(Typed::Line(std::mem::take(line))));
    }
    let leaves = [KeyCode::Char('c'), KeyCode::Char('d')].contains(&key.code) && held;
    if key.code == KeyCode::Esc || leaves {
        return Ok(Some(Typed::GivenUp));
    }
    if key.code == KeyCode::Backspace && line.pop().is_some() {
        say("\u{8} \u{8}")?;
    } else if key.code == KeyCode::Char('u') && held {
        while line.pop().is_some() {
            say("\u{8} \u{8}")?;
        }
    } else if let KeyCode::Char(c) = key.code
        && !held
    {
        push(line, c)?;
    }
    Ok(None)
}

/// Adds a character and shows it, so that it takes one cell.
fn push(line: &mut String, c: char) -> io::Result<()> {
    if c.is_control() || line.len() + c.len_utf8() > LONGEST {
        return Ok(());
    }
    line.push(c);
    let shown = if c.is_ascii() { c } else { '?' };
    say(shown.encode_utf8(&mut [0; 4]))
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stderr().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// Raw mode with pastes told apart, given back when it is dropped.
struct Raw;

impl Raw {
    fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        let raw = Self;
        execute!(io::stderr(), EnableBracketedPaste)?;
        Ok(raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that is gone.
        drop(execute!(io::stderr(), DisableBracketedPaste));
        drop(disable_raw_mode());
    }
}
