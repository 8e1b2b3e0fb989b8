//! The real program in a real pseudo-terminal: press keys, wait for what the screen says, read what was left behind.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::home::Home;

/// How long a test waits for something to appear before it gives up. Bounds a hang; nothing sleeps this long.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Why a story did not go on: what was waited for, and the screen at that moment. Its `Debug` shows the screen.
pub struct Stuck(String);

impl fmt::Debug for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Stuck {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// What the emulated terminal shows, shared with the thread that reads the program's output.
#[derive(Default)]
struct Shown {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    parser: vt100::Parser,
    closed: bool,
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A program that runs in a pseudo-terminal. Dropping it kills the program.
pub struct Program {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn std::io::Write + Send>,
    shown: Arc<Shown>,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program showing\n{}", self.screen())
    }
}

impl Program {
    /// Starts the `watchdeck` binary of this build with these arguments, on a screen of 160 by 48.
    ///
    /// # Errors
    /// The binary was not built, or there are no pseudo-terminals.
    pub fn start(home: &Home, arguments: &[&str]) -> Result<Self, Stuck> {
        Self::start_sized(home, arguments, (160, 48))
    }

    /// The same on a screen of so many columns and rows.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub fn start_sized(home: &Home, arguments: &[&str], size: (u16, u16)) -> Result<Self, Stuck> {
        let mut command = CommandBuilder::new(crate::home::binary().map_err(Stuck)?);
        command.args(arguments);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        command.cwd(home.path());
        Self::spawn(command, size)
    }

    /// Runs a line of shell in the pseudo-terminal, with `$WATCHDECK` naming the binary: for limits and odd settings.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub fn start_shell(home: &Home, line: &str) -> Result<Self, Stuck> {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", line]);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        command.env("WATCHDECK", crate::home::binary().map_err(Stuck)?);
        command.cwd(home.path());
        Self::spawn(command, (160, 48))
    }

    fn spawn(command: CommandBuilder, (cols, rows): (u16, u16)) -> Result<Self, Stuck> {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).map_err(|error| Stuck(error.to_string()))?;
        let child = pair.slave.spawn_command(command).map_err(|error| Stuck(error.to_string()))?;
        drop(pair.slave);
        let mut output =
            pair.master.try_clone_reader().map_err(|error| Stuck(error.to_string()))?;
        let keys = pair.master.take_writer().map_err(|error| Stuck(error.to_string()))?;
        let shown = Arc::new(Shown::default());
        let (rows, cols) = cells(rows, cols)?;
        shown.lock().parser = vt100::Parser::new(rows, cols, 0);
        let writing = Arc::clone(&shown);
        thread::spawn(move || {
            let mut bytes = [0; 8192];
            loop {
                let count = output.read(&mut bytes).unwrap_or(0);
                let mut state = writing.lock();
                match bytes.get(..count) {
                    Some(bytes) if count > 0 => state.parser.process(bytes),
                    _ => state.closed = true,
                }
                writing.changed.notify_all();
                if state.closed {
                    return;
                }
            }
        });
        Ok(Self { child, master: pair.master, keys, shown })
    }

    /// Presses keys, as chords with spaces between them: `g f`, `enter`, `ctrl-c`, `space`.
    ///
    /// # Errors
    /// The program no longer reads, or a chord is unknown.
    pub fn press(&mut self, chords: &str) -> Result<(), Stuck> {
        for chord in chords.split_whitespace() {
            let bytes = bytes_of(chord).ok_or_else(|| Stuck(format!("`{chord}` is no chord")))?;
            self.keys.write_all(&bytes)?;
            self.keys.flush()?;
        }
        Ok(())
    }

    /// Types a text, character by character.
    ///
    /// # Errors
    /// The program no longer reads.
    pub fn type_text(&mut self, text: &str) -> Result<(), Stuck> {
        self.keys.write_all(text.as_bytes())?;
        self.keys.flush()?;
        Ok(())
    }

    /// Waits until the screen shows this text, and gives the screen back.
    ///
    /// # Errors
    /// It did not come within [`PATIENCE`], or the program ended first.
    pub fn wait_for(&self, text: &str) -> Result<String, Stuck> {
        self.wait_until(&format!("`{text}`"), |screen| screen.contains(text))
    }

    /// Waits until the screen is as `wanted`, and gives it back. Looks whenever the program has drawn something.
    ///
    /// # Errors
    /// It did not come within [`PATIENCE`], or the program ended first.
    pub fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> Result<String, Stuck> {
        let waiting = |state: &mut State| !state.closed && !wanted(&contents(state));
        let (state, _) = self
            .shown
            .changed
            .wait_timeout_while(self.shown.lock(), PATIENCE, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        let screen = contents(&state);
        if wanted(&screen) {
            return Ok(screen);
        }
        let ended = if state.closed { "the program ended" } else { "nothing more came" };
        Err(Stuck(format!("waiting for {what}, {ended}; the screen:\n{screen}")))
    }

    /// What the screen shows now.
    pub fn screen(&self) -> String {
        contents(&self.shown.lock())
    }

    /// What each cell shows and in which style, row by row, once the screen has rested for a moment.
    ///
    /// # Errors
    /// It did not rest within [`PATIENCE`].
    pub fn cells(&self) -> Result<Cells, Stuck> {
        let rest = Duration::from_millis(40);
        let mut before = cells_of(self.shown.lock().parser.screen());
        for _ in 0..PATIENCE.as_millis() / rest.as_millis() {
            thread::park_timeout(rest);
            let now = cells_of(self.shown.lock().parser.screen());
            if now == before {
                return Ok(now);
            }
            before = now;
        }
        Err(Stuck(format!("the screen does not rest:\n{}", self.screen())))
    }

    /// Whether the terminal is as a shell wants it: ordinary screen, cursor shown, no mouse or paste reports.
    pub fn terminal_is_restored(&self) -> bool {
        let state = self.shown.lock();
        let screen = state.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Whether the terminal echoes what is typed and reads by lines again. It can be asked while the terminal is open.
    pub fn echoes(&self) -> bool {
        use std::process::{Command, Stdio};
        let Some(name) = self.master.tty_name() else { return false };
        let Ok(tty) = std::fs::File::open(name) else { return false };
        let settings = Command::new("stty").arg("-a").stdin(Stdio::from(tty)).output();
        settings.is_ok_and(|output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.contains(" icanon") && text.contains(" echo ")
        })
    }

    /// Gives the terminal another size.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resize(&mut self, (cols, rows): (u16, u16)) -> Result<(), Stuck> {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let (rows, cols) = cells(rows, cols)?;
        self.shown.lock().parser.set_size(rows, cols);
        self.master.resize(size).map_err(|error| Stuck(error.to_string()))
    }

    /// Kills the program as `kill -9` does.
    ///
    /// # Errors
    /// It could not be killed.
    pub fn kill(&mut self) -> Result<(), Stuck> {
        self.signal("KILL")?;
        self.wait_for_end().map(drop)
    }

    /// Sends a signal by name, such as `TERM`.
    ///
    /// # Errors
    /// It could not be sent.
    pub fn signal(&self, name: &str) -> Result<(), Stuck> {
        let id = self.child.process_id().ok_or_else(|| Stuck("the program has no id".into()))?;
        let sent = std::process::Command::new("kill")
            .args([format!("-{name}"), id.to_string()])
            .status()?;
        if sent.success() { Ok(()) } else { Err(Stuck(format!("kill -{name} {id}: {sent}"))) }
    }

    /// Waits until the system says that the program is stopped: giving the terminal back comes a moment before.
    ///
    /// # Errors
    /// It is not, after [`PATIENCE`].
    pub fn wait_until_stopped(&self) -> Result<(), Stuck> {
        let id = self.child.process_id().ok_or_else(|| Stuck("the program has no id".into()))?;
        let look = Duration::from_millis(10);
        for _ in 0..PATIENCE.as_millis() / look.as_millis() {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
            if stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T')) {
                return Ok(());
            }
            thread::park_timeout(look);
        }
        Err(Stuck(format!("the program {id} has not stopped")))
    }

    /// Limits the size of every file that the program writes from now on, in bytes: a disk that is full.
    ///
    /// # Errors
    /// There is no `prlimit`, or it was refused.
    pub fn limit_files(&self, bytes: u64) -> Result<(), Stuck> {
        let id = self.child.process_id().ok_or_else(|| Stuck("the program has no id".into()))?;
        let set = std::process::Command::new("prlimit")
            .args([format!("--pid={id}"), format!("--fsize={bytes}")])
            .status()?;
        if set.success() { Ok(()) } else { Err(Stuck(format!("prlimit of {id}: {set}"))) }
    }

    /// Waits until the program has ended, and gives its exit code; 128 and more after a signal.
    ///
    /// # Errors
    /// It did not end within [`PATIENCE`].
    pub fn wait_for_end(&mut self) -> Result<u32, Stuck> {
        let (state, _) = self
            .shown
            .changed
            .wait_timeout_while(self.shown.lock(), PATIENCE, |state| !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        if !state.closed {
            return Err(Stuck(format!(
                "the program did not end; the screen:\n{}",
                contents(&state)
            )));
        }
        drop(state);
        let status = self.child.wait()?;
        Ok(if status.signal().is_some() { 137 } else { status.exit_code() })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What each cell shows on a fresh terminal of so many columns and rows, after this text.
///
/// # Errors
/// The terminal would have no cell.
pub fn cells_after(text: &str, (cols, rows): (u16, u16)) -> Result<Cells, Stuck> {
    let (rows, cols) = cells(rows, cols)?;
    let mut parser = vt100::Parser::new(rows, cols, 0);
    parser.process(text.trim_end_matches('\n').replace('\n', "\r\n").as_bytes());
    Ok(cells_of(parser.screen()))
}

fn cells_of(screen: &vt100::Screen) -> Cells {
    let (rows, cols) = screen.size();
    let cell = |row, col| {
        let Some(cell) = screen.cell(row, col) else { return (String::new(), String::new()) };
        let blank = if cell.is_wide_continuation() { "" } else { " " };
        let symbol = if cell.has_contents() { cell.contents() } else { blank };
        let on = [cell.bold(), cell.dim(), cell.underline(), cell.inverse()];
        let style = format!("{:?} on {:?} {on:?}", cell.fgcolor(), cell.bgcolor());
        (symbol.to_owned(), style)
    };
    (0..rows.get()).map(|row| (0..cols.get()).map(|col| cell(row, col)).collect()).collect()
}

fn contents(state: &State) -> String {
    state.parser.screen().contents()
}

fn cells(rows: u16, cols: u16) -> Result<(NonZeroU16, NonZeroU16), Stuck> {
    match (NonZeroU16::new(rows), NonZeroU16::new(cols)) {
        (Some(rows), Some(cols)) => Ok((rows, cols)),
        _ => Err(Stuck("a terminal has at least one cell".into())),
    }
}

/// The symbol and the style of each cell, row by row.
pub type Cells = Vec<Vec<(String, String)>>;

/// What a terminal sends for a chord.
fn bytes_of(chord: &str) -> Option<Vec<u8>> {
    let named: &[u8] = match chord {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "shift-tab" => b"\x1b[Z",
        "space" => b" ",
        "backspace" => b"\x7f",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "home" => b"\x1b[H",
        "end" => b"\x1b[F",
        "pageup" => b"\x1b[5~",
        "pagedown" => b"\x1b[6~",
        _ => {
            if let Some(letter) = chord.strip_prefix("ctrl-") {
                let &[letter] = letter.as_bytes() else { return None };
                return Some(vec![letter & 0x1f]);
            }
            if let Some(letter) = chord.strip_prefix("alt-") {
                return Some([b"\x1b", letter.as_bytes()].concat());
            }
            return (chord.chars().count() == 1).then(|| chord.as_bytes().to_vec());
        }
    };
    Some(named.to_vec())
}
