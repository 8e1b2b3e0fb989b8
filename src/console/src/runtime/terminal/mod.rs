//! The terminal: taken as a value, given back whatever happens.

pub mod asking; // a line asked for without a screen
pub mod facts; // what the terminal says about itself
pub mod input; // what the terminal sends, as messages
mod raw; // raw mode and the alternate screen, as a guard
mod sixteen; // colours for terminals that have no more than sixteen

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write};
use std::rc::Rc;

use crossterm::clipboard::CopyToClipboard;
use crossterm::style::force_color_output;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use watchdeck_domain::Printable;

use crate::cli::failure::{Failure, FailureKind};
use crate::look::Look;
use crate::look::colour::Depth;
use raw::RawMode;

/// The screen of the console. While it lives the terminal is ours; dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<FrameWriter>>,
    frame: FrameWriter,
    raw: Option<RawMode>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal: raw mode, the alternate screen, paste reports and, where the look says so, the mouse.
    ///
    /// # Errors
    /// There is no terminal, or one that cannot show screens.
    pub fn open(look: &Look) -> Result<Self, Failure> {
        check()?;
        Self::take(look)
    }

    /// The same where the keyboard need not be standard input: keys are then read from the terminal itself.
    ///
    /// # Errors
    /// The terminal could not be taken.
    pub fn take(look: &Look) -> Result<Self, Failure> {
        let refused = |error: io::Error| {
            Failure::new(
                FailureKind::Failed,
                format!("the terminal could not be taken: {error}"),
                "",
            )
        };
        // The theme says whether there are colours, and NO_COLOR had its say in that.
        force_color_output(true);
        let raw = RawMode::enter(look.mouse).map_err(refused)?;
        let frame = FrameWriter::new(look.depth);
        let terminal = Terminal::new(CrosstermBackend::new(frame.clone())).map_err(refused)?;
        Ok(Self { terminal, frame, raw: Some(raw), mouse: look.mouse })
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Draws a frame and sends what changed in one write, between the marks of a synchronized update. Where nothing changed,
    /// nothing is sent.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(view)?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.frame.release()
    }

    /// Puts lines on the clipboard through the terminal (OSC 52), which also works over SSH.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn copy(&mut self, lines: &[Printable]) -> io::Result<()> {
        let lines: Vec<&str> = lines.iter().map(Printable::as_str).collect();
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(lines.join("\n")))
    }

    /// Takes the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        self.raw.as_ref().map_or(Ok(()), |raw| raw.set_mouse(on))
    }

    /// Gives the terminal back for a while, such as while the process is stopped.
    pub fn leave(&mut self) {
        self.raw = None;
    }

    /// Takes it again after [`Screen::leave`]. The next frame is drawn whole.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn come_back(&mut self) -> io::Result<()> {
        self.raw = Some(RawMode::enter(self.mouse)?);
        self.forget()
    }

    /// Forgets what the terminal shows: the next frame is drawn whole.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn forget(&mut self) -> io::Result<()> {
        // Not `clear`: that asks the terminal where its cursor is, and waits for an answer among the keys.
        let area = self.terminal.size()?.into();
        self.frame.forget();
        self.terminal.resize(area)
    }
}

/// Whether there is a terminal, and one that can show screens.
///
/// # Errors
/// Says which is missing.
pub fn check() -> Result<(), Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Failure::new(
            FailureKind::Failed,
            "the console needs a terminal: standard input or output is something else",
            "start it without pipes or redirections; `watchdeck sim serve` and `watchdeck audit verify` need none",
        ));
    }
    positions()
}

/// Whether there is a terminal to draw on and to read keys from, though standard input may be something else.
///
/// # Errors
/// Says which is missing, with what to do instead.
pub fn check_beside(instead: &str) -> Result<(), Failure> {
    if !io::stdout().is_terminal() {
        let what = "the console needs a terminal: standard output is something else";
        return Err(Failure::new(FailureKind::Failed, what, instead));
    }
    if !io::stdin().is_terminal() && std::fs::File::open("/dev/tty").is_err() {
        let what =
            "there are no keys: standard input is no terminal, and this process has no other";
        return Err(Failure::new(FailureKind::Failed, what, instead));
    }
    positions()
}

fn positions() -> Result<(), Failure> {
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(Failure::new(
            FailureKind::Failed,
            "the console cannot draw here: TERM is `dumb`",
            "use a terminal that can position its cursor, and set TERM accordingly, such as xterm-256color",
        ));
    }
    Ok(())
}

/// Keeps a frame together: ratatui flushes several times a frame, the terminal gets one write. Shared between the
/// backend, which fills it, and the screen, which sends it; both stay on the thread that draws.
#[derive(Clone, Debug)]
struct FrameWriter {
    frame: Rc<RefCell<Vec<u8>>>,
    /// What was sent last.
    sent: Rc<RefCell<Vec<u8>>>,
    depth: Depth,
}

impl FrameWriter {
    fn new(depth: Depth) -> Self {
        let frame = Rc::new(RefCell::new(Vec::with_capacity(64 * 1024)));
        Self { frame, sent: Rc::default(), depth }
    }

    /// What the terminal shows is no longer what was sent last.
    fn forget(&self) {
        self.sent.borrow_mut().clear();
    }

    fn release(&self) -> io::Result<()> {
        let mut frame = self.frame.borrow_mut();
        let mut last = self.sent.borrow_mut();
        // A frame says where everything goes: the same frame twice in a row shows what it showed before.
        if *frame == *last {
            frame.clear();
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let sent = match self.depth {
            Depth::Sixteen => out.write_all(&sixteen::rewritten(&frame)),
            Depth::Palette | Depth::True => out.write_all(&frame),
        };
        let sent = sent.and_then(|()| out.flush());
        std::mem::swap(&mut *frame, &mut *last);
        frame.clear();
        sent
    }
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
