//! Who writes exports: a thread beside the loop, into a new file of its owner's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::events::Mailbox;
use crate::app::export::{Came, Export, Written};
use crate::app::{Msg, Problem, Ticket};

/// How often it is told how far an export has come: after so many lines.
const TOLD: u64 = 20_000;
/// How long the end of an export waits for room in the queue, again and again.
const PATIENCE: Duration = Duration::from_millis(10);

/// An export under way. Dropped, it is given up, and its file with it.
#[derive(Debug)]
pub struct Exporter {
    stop: Arc<AtomicBool>,
    /// What it gives is the file, once it is whole.
    thread: Option<JoinHandle<Option<PathBuf>>>,
}

impl Exporter {
    /// Begins to write.
    pub fn begin(ticket: Ticket, export: Export, mailbox: Mailbox) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            // How far it has come may be left out.
            let told = |written| {
                drop(mailbox.offer(Msg::Exported { ticket, came: Came::SoFar(written) }));
            };
            let came = match write(&export, &stopped, told) {
                Ok(Some(written)) => Came::Whole(written),
                Ok(None) => return None,
                Err(problem) => Came::Failed(problem),
            };
            let whole = matches!(came, Came::Whole(_)).then(|| place(&export.file));
            let mut msg = Msg::Exported { ticket, came };
            while let Err(back) = mailbox.offer(msg) {
                if stopped.load(Ordering::Relaxed) {
                    return whole;
                }
                msg = back;
                thread::sleep(PATIENCE);
            }
            whole
        });
        Self { stop, thread: Some(thread) }
    }

    /// Gives it up. A file that has become whole before anybody was told of it goes as well.
    pub fn give_up(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let whole = self.thread.take().and_then(|thread| thread.join().ok().flatten());
        if let Some(path) = whole {
            drop(fs::remove_file(path));
        }
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It looks at the flag after each line and never waits for the loop: the file is gone when this returns.
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Writes all of it. Nothing when it was stopped; then, and when it fails, there is no file.
fn write(
    export: &Export,
    stop: &AtomicBool,
    told: impl Fn(Written),
) -> Result<Option<Written>, Problem> {
    let path = place(&export.file);
    let file = create(&path).map_err(|error| unmade(&path, &error))?;
    match fill(export, file, stop, told) {
        Ok(Some(written)) => Ok(Some(written)),
        Ok(None) => {
            drop(fs::remove_file(&path));
            Ok(None)
        }
        Err(error) => {
            drop(fs::remove_file(&path));
            Err(Problem::new(
                "export.stopped",
                format!("the export to `{}` could not be finished", path.display()),
                error.to_string(),
                "its file was taken away again; make room, or name a file elsewhere",
            ))
        }
    }
}

/// A new file, for its owner only. One that is there already is left alone.
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn fill(
    export: &Export,
    file: File,
    stop: &AtomicBool,
    told: impl Fn(Written),
) -> io::Result<Option<Written>> {
    let mut out = BufWriter::with_capacity(1 << 18, file);
    let mut written = Written::default();
    let mut failed = None;
    let stopped = || stop.load(Ordering::Relaxed);
    export.lines.each(export.form, stopped, |text, line| {
        let put = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
        if let Err(error) = put {
            failed = Some(error);
            return ControlFlow::Break(());
        }
        written.bytes += text.len() as u64 + 1;
        written.lines += u64::from(line);
        if line && written.lines % TOLD == 0 {
            told(written);
        }
        if stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match failed {
        Some(error) => return Err(error),
        None if stopped() => return Ok(None),
        None => {}
    }
    out.flush()?;
    Ok(Some(written))
}

/// The file that was meant; `~/` is the home of the operator.
fn place(file: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match (file.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(file),
    }
}

fn unmade(path: &Path, error: &io::Error) -> Problem {
    let hint = if error.kind() == io::ErrorKind::AlreadyExists {
        "name another: an export never writes over a file"
    } else {
        "name a file in a folder that exists and is yours"
    };
    let what = format!("the export to `{}` cannot be begun", path.display());
    Problem::new("export.file", what, error.to_string(), hint)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::app::export::{Form, Snapshot};

    fn export(file: &Path) -> Export {
        let file = file.display().to_string();
        Export { file, form: Form::Jsonl, lines: Snapshot::default() }
    }

    #[test]
    fn an_export_makes_a_file_of_its_owners_and_never_writes_over_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.jsonl");
        let go_on = AtomicBool::new(false);
        let written = write(&export(&path), &go_on, |_| {}).unwrap().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "{\"record\":\"export\"}\n");
        assert_eq!((written.lines, written.bytes), (0, text.len() as u64));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let problem = write(&export(&path), &go_on, |_| {}).unwrap_err();
        assert_eq!(problem.code, "export.file");
        assert!(problem.hint.as_str().contains("never writes over"));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn an_export_that_is_given_up_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.txt");
        let stop = AtomicBool::new(true);
        assert_eq!(write(&export(&path), &stop, |_| {}).unwrap(), None);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn an_export_that_is_given_up_at_its_end_leaves_no_file_either() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.txt");
        let (mailbox, mut queue) = Mailbox::pair();
        let exporter = Exporter::begin(Ticket(7), export(&path), mailbox);
        queue.recv().await.unwrap();
        assert!(path.exists());
        exporter.give_up();
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_came_of_an_export_reaches_the_loop() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("lines.txt");
        let (mailbox, mut queue) = Mailbox::pair();
        let exporter = Exporter::begin(Ticket(7), export(&path), mailbox);
        let told = queue.recv().await.unwrap();
        let Msg::Exported { ticket, came: Came::Failed(problem) } = told else {
            panic!("{told:?}")
        };
        assert_eq!((ticket, problem.code.as_str()), (Ticket(7), "export.file"));
        drop(exporter);
    }
}
