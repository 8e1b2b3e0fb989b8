//! Where the lines of second persons come from: stdin, a pipe with a name, or a file that fills while it is waited for.
//!
//! An approval counts for one question, which is drawn anew for every plan. So no line can be there before the question is:
//! they are taken in as they come.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

/// How often a file is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Lines that wait; nobody sends many.
const WAITING: usize = 16;

/// Lines, as they come.
#[derive(Debug)]
pub(super) struct Lines(mpsc::Receiver<String>);

impl Lines {
    /// Out of this file, or of stdin where it is `-`.
    pub(super) fn from(path: &Path) -> Self {
        let (sender, lines) = mpsc::channel(WAITING);
        let path = path.to_owned();
        // Not a task: reading stdin cannot be given up, and a task would keep the program from ending.
        thread::spawn(
            move || if path.as_os_str() == "-" { stdin(&sender) } else { file(&path, &sender) },
        );
        Self(lines)
    }

    /// The next one; nothing once there will be no more. Safe to drop half-way.
    pub(super) async fn next(&mut self) -> Option<String> {
        self.0.recv().await
    }
}

fn stdin(sender: &mpsc::Sender<String>) {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        if !line.trim().is_empty() && sender.blocking_send(line).is_err() {
            return;
        }
    }
}

/// Reads the file over and over. It may not be there yet, and a pipe with a name waits for who writes.
fn file(path: &PathBuf, sender: &mpsc::Sender<String>) {
    let mut known = BTreeSet::new();
    while !sender.is_closed() {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        // A line that is not ended may still be being written.
        let ended = text.rsplit_once('\n').map_or("", |(ended, _)| ended);
        for line in ended.lines().filter(|line| !line.trim().is_empty()) {
            if known.insert(line.to_owned()) && sender.blocking_send(line.to_owned()).is_err() {
                return;
            }
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_gives_each_line_once_however_it_fills() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("approvals");
        let mut lines = Lines::from(&path);
        std::fs::write(&path, "one\n\ntw").unwrap();
        assert_eq!(lines.next().await.as_deref(), Some("one"));
        std::fs::write(&path, "one\n\ntwo\n").unwrap();
        assert_eq!(lines.next().await.as_deref(), Some("two"));
    }
}
