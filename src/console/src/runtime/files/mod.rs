//! Files in place of an account: looked at, read beside the loop, merged by time, followed while they grow.
//!
//! Suggested reading order:

pub mod named; // what was named, and whether it can be read
mod telling; // what is told to the loop

mod merge; // several files, by time
mod pipe; // what cannot be read twice
mod source; // one file
pub mod unpacked; // what gzip packed

mod start; // a console on files

#[cfg(test)]
mod tests;

use std::fmt;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Printable, ReadError};

use super::events::Mailbox;
use super::export::Exporter;
use super::filters::FilterFile;
use crate::app::{Effect, Msg, Ticket};
use named::{Kind, Named};
use telling::Teller;

pub use start::{Opening, start};

/// How long leaving waits for what is being kept.
const PATIENCE: Duration = Duration::from_secs(2);

/// Carries effects out where files are open.
pub struct FileEffects {
    /// Those that are not read yet: none once reading has begun.
    files: Vec<Named>,
    follow: bool,
    feed: mpsc::Sender<Msg>,
    mailbox: Mailbox,
    exporter: Option<Exporter>,
    filters: FilterFile,
    keeping: Option<JoinHandle<()>>,
}

impl FileEffects {
    /// Carries effects out on these files. Their lines go into `feed`, all else to the mailbox.
    pub fn new(
        files: Vec<Named>,
        follow: bool,
        feed: mpsc::Sender<Msg>,
        mailbox: Mailbox,
        filters: FilterFile,
    ) -> Self {
        Self { files, follow, feed, mailbox, exporter: None, filters, keeping: None }
    }

    /// Carries one effect out.
    pub fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::WatchLogs { ticket, .. } => self.read(ticket),
            Effect::RecallTemplates { ticket, .. } => {
                self.tell(Msg::TemplatesRecalled { ticket, saved: None });
            }
            Effect::RecallNotes => self.tell(Msg::NotesRecalled(Box::default())),
            Effect::KeepFilter { name, text } => {
                let (before, mailbox) = (self.keeping.take(), self.mailbox.clone());
                self.keeping = Some(self.filters.keep_after(before, name, text, mailbox));
            }
            Effect::Export { ticket, export } => {
                self.exporter = None;
                self.exporter = Some(Exporter::begin(ticket, export, self.mailbox.clone()));
            }
            Effect::StopExport => {
                if let Some(exporter) = self.exporter.take() {
                    exporter.give_up();
                }
            }
            // The model asks nobody while files are open; were it to, it would not wait.
            Effect::Read { ticket, query } => {
                let why = "files are open, and no account";
                let error = ReadError::new(ReadFailure::Unsupported, query.name(), why);
                self.tell(Msg::Answered { ticket, answer: Box::new(Err(error)) });
            }
            // Those of an account, of the screen and of the loop.
            Effect::KeepTemplates { .. }
            | Effect::KeepNote(_)
            | Effect::OpenPlace { .. }
            | Effect::StopOpening
            | Effect::ClosePlace { .. }
            | Effect::Desk(_)
            | Effect::Propose { .. }
            | Effect::Renew
            | Effect::StopRenewal
            | Effect::Copy(_)
            | Effect::SetMouse(_)
            | Effect::Continue
            | Effect::Switch { .. }
            | Effect::StopSwitch
            | Effect::FindDestinations
            | Effect::GiveCode { .. }
            | Effect::KeepSecret { .. }
            | Effect::Quit => {}
        }
    }

    /// Waits until what is to be kept is, for a moment at most.
    pub async fn end(mut self) {
        if let Some(keeping) = self.keeping.take() {
            drop(tokio::time::timeout(PATIENCE, keeping).await);
        }
    }

    /// Begins to read, on threads of their own: one for the files, and one for each pipe, which may never end.
    fn read(&mut self, ticket: Ticket) {
        let (pipes, files): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.files).into_iter().partition(|named| named.kind.is_pipe());
        let readers = pipes.len() + usize::from(!files.is_empty());
        let known = pipes.is_empty().then(|| files.iter().map(|named| named.len).sum());
        let follow = self.follow && files.iter().any(|named| named.kind == Kind::Plain);
        let teller = Teller::new(ticket, self.feed.clone(), readers, known, follow);
        for named in pipes {
            let teller = teller.clone();
            thread::spawn(move || pipe::read(&named, teller));
        }
        if !files.is_empty() {
            let follow = self.follow;
            thread::spawn(move || merge::read(&files, follow, teller));
        }
    }

    fn tell(&self, msg: Msg) {
        let mailbox = self.mailbox.clone();
        tokio::spawn(async move { mailbox.post(msg).await });
    }
}

impl fmt::Debug for FileEffects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileEffects").field("follow", &self.follow).finish_non_exhaustive()
    }
}

/// The names of files, for people.
fn together(files: &[Named]) -> Printable {
    let names: Vec<&str> = files.iter().map(|named| named.name.as_str()).collect();
    match names.len() {
        0..=3 => Printable::new(names.join(", ")),
        many => Printable::new(format!("{many} files: {}", names.join(", "))),
    }
}
