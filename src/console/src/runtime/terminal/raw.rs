//! Raw mode and the alternate screen as a value: whoever holds it has the terminal, and its drop gives it back.

use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};

/// Whether the terminal is ours now. One terminal a process, so one flag: drop and panic hook both look at it.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal in our hands.
#[derive(Debug)]
pub(super) struct RawMode(());

impl RawMode {
    /// Takes the terminal, and sees to it that a panic on this thread gives it back before it is reported.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let guard = Self(());
        execute!(
            io::stdout(),
            EnterAlternateScreen,
            // One that a killed program left behind is not blank.
            Clear(ClearType::All),
            EnableBracketedPaste,
            Hide
        )?;
        if mouse {
            guard.set_mouse(true)?;
        }
        Ok(guard)
    }

    /// Takes the mouse, or leaves it to the terminal. What was not taken is given back all the same at the end.
    #[expect(clippy::unused_self, reason = "only who holds the terminal may")]
    pub(super) fn set_mouse(&self, on: bool) -> io::Result<()> {
        if on {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, once. Nothing can be done about a terminal that is gone.
fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        drop(execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        ));
        drop(disable_raw_mode());
    }
}

/// A panic on the thread that draws ends the program, so it restores the terminal before the message is printed. A panic
/// in a task does not end it: it is written to the log and comes back to the loop as a problem of that task.
fn restore_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let drawing = thread::current().id();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            tracing::error!("{panic}");
            if thread::current().id() == drawing {
                restore();
            }
            if !TAKEN.load(Ordering::SeqCst) {
                before(panic);
            }
        }));
    });
}
