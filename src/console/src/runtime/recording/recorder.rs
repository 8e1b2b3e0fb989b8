//! Who writes a recording: a thread beside the loop, which the loop never waits for.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use watchdeck_domain::Timestamp;

use super::format::{Header, Writer};
use crate::app::{self, Model, Msg, Problem};
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;

/// Messages that may wait to be written. What comes while so many wait is left out, and counted.
const QUEUE: usize = 4096;

/// How long the end of the program waits for one more line to be written.
const PATIENCE: Duration = Duration::from_secs(5);

/// A recording under way.
#[derive(Debug)]
pub struct Recorder {
    /// Nothing once writing has failed.
    lines: Option<SyncSender<Line>>,
    /// Left out since the last line that found room.
    left_out: u64,
    /// How many messages were missing when it was last told.
    told: u64,
    shared: Arc<Shared>,
    /// Ends with the thread.
    ended: oneshot::Receiver<()>,
}

/// What the thread and the loop tell each other.
#[derive(Debug, Default)]
struct Shared {
    /// Messages that are not in the file.
    lost: AtomicU64,
    /// Lines that are.
    written: AtomicU64,
    /// Why nothing can be written any more.
    trouble: OnceLock<String>,
}

/// What the thread is given.
#[derive(Debug)]
enum Line {
    Heard(Timestamp, Box<Msg>),
    Lost(u64),
}

/// Makes the file of a recording, for its owner only. A file that is there already is left alone.
///
/// # Errors
/// It could not be made.
pub fn create(file: &Path) -> Result<File, Failure> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|error| {
        let hint = if error.kind() == io::ErrorKind::AlreadyExists {
            "name another: a recording is never written over"
        } else {
            "name a file in a folder that exists and is yours"
        };
        let what = format!("the recording `{}` cannot be begun: {error}", file.display());
        Failure::new(FailureKind::Failed, what, hint)
    })
}

impl Recorder {
    /// Begins to write.
    pub fn begin(file: File, header: Header) -> Self {
        let (lines, taken) = sync_channel(QUEUE);
        let (ending, ended) = oneshot::channel::<()>();
        let shared = Arc::new(Shared::default());
        let sharing = Arc::clone(&shared);
        thread::spawn(move || {
            if let Err(error) = write(file, &header, &taken, &sharing) {
                drop(sharing.trouble.set(error.to_string()));
            }
            drop(ending);
        });
        Self { lines: Some(lines), left_out: 0, told: 0, shared, ended }
    }

    /// Writes a message down that `model` is about to take in. Never waits.
    pub fn take_down(&mut self, model: &Model, msg: &Msg, at: Timestamp) {
        let Some(lines) = &self.lines else { return };
        if self.left_out > 0 && lines.try_send(Line::Lost(self.left_out)).is_ok() {
            self.left_out = 0;
        }
        let line = Line::Heard(at, Box::new(app::recorded(model, msg)));
        if self.left_out > 0 || lines.try_send(line).is_err() {
            self.left_out += 1;
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A second has passed: what the operator should know, if there is something new.
    pub fn tick(&mut self) -> Option<Msg> {
        self.lines.as_ref()?;
        if let Some(why) = self.shared.trouble.get() {
            self.lines = None;
            return Some(Msg::Failed(Problem::new(
                "recording.stopped",
                "the recording has stopped: it cannot be written",
                why.as_str(),
                "the console goes on; what was written so far can be played",
            )));
        }
        let lost = self.shared.lost.load(Ordering::Relaxed);
        let first = self.told == 0;
        if std::mem::replace(&mut self.told, lost) == lost {
            return None;
        }
        if first {
            return Some(Msg::Failed(Problem::new(
                "recording.lost",
                "messages are missing from the recording",
                "they came faster than they could be written, or do not read back",
                "a replay says how many, and may differ from then on",
            )));
        }
        Some(Msg::Noted(format!("{lost} messages are missing from the recording").into()))
    }

    /// Ends the recording: waits for its last lines, but not for a disk that takes none.
    pub async fn end(mut self) {
        if let Some(lines) = self.lines.take()
            && self.left_out > 0
        {
            drop(lines.try_send(Line::Lost(self.left_out)));
        }
        let mut written = self.shared.written.load(Ordering::Relaxed);
        while tokio::time::timeout(PATIENCE, &mut self.ended).await.is_err() {
            let before =
                std::mem::replace(&mut written, self.shared.written.load(Ordering::Relaxed));
            if before == written {
                return output::complain(
                    "watchdeck: the end of the recording is not written: the disk takes nothing\n",
                );
            }
            output::complain("watchdeck: the end of the recording is being written\n");
        }
    }
}

/// Writes until the loop ends. Whatever waits is written together, and then handed to the system: a crash of the
/// program loses no more than that.
fn write(file: File, header: &Header, taken: &Receiver<Line>, shared: &Shared) -> io::Result<()> {
    let mut writer = Writer::begin(BufWriter::new(file), header)?;
    writer.flush()?;
    while let Ok(line) = taken.recv() {
        put(&mut writer, line, shared)?;
        for line in taken.try_iter().take(QUEUE) {
            put(&mut writer, line, shared)?;
        }
        writer.flush()?;
    }
    Ok(())
}

fn put(writer: &mut Writer<BufWriter<File>>, line: Line, shared: &Shared) -> io::Result<()> {
    match line {
        Line::Heard(at, msg) => {
            if !writer.hear(at, &msg)? {
                shared.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
        Line::Lost(lost) => writer.lose(lost)?,
    }
    shared.written.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::{Playback, Recording};
    use super::*;
    use crate::app::{Arms, Link, Meter, Place, RealmName, Setup};
    use crate::look::choice::Preferences;

    fn setup() -> Setup {
        let place = Place {
            alias: "".into(),
            context: "https://ann:hunter2@localhost".into(),
            region: watchdeck_domain::Region::parse("eu-central-1").unwrap(),
            realm: RealmName::Live,
            arms: Arms::ReadOnly,
            link: Link::Connecting,
            mark: crate::app::Mark::default(),
            lease: crate::app::Lease::default(),
            meter: Meter::default(),
        };
        let keymap = crate::keymap::Keymap::built_in().unwrap();
        let (look, _) =
            crate::runtime::looks::load(&Preferences::default(), &Preferences::default()).unwrap();
        Setup {
            place,
            keymap,
            look,
            groups: Vec::new(),
            destinations: crate::app::destinations::Destinations::default(),
            store_bytes: 1 << 20,
            start: crate::app::shell::Screen::Logs,
            wishes: crate::app::Wishes::default(),
        }
    }

    fn begun(file: File) -> (Recorder, Model) {
        let (setup, now) = (setup(), Timestamp::default());
        let recorder = Recorder::begin(file, Header::of(&setup, now, 1.0, (80, 24)));
        (recorder, Model::new(setup, now))
    }

    #[tokio::test]
    async fn a_recording_is_whole_when_the_program_ends_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.jsonl");
        let (mut recorder, model) = begun(create(&path).unwrap());
        for second in 0..2_000 {
            recorder.take_down(&model, &Msg::Ticked, Timestamp::from_millis(second * 1000));
        }
        assert_eq!(recorder.tick(), None);
        recorder.end().await;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let bytes = std::fs::read(&path).unwrap();
        let recording = Recording::read(&bytes).unwrap();
        assert_eq!((recording.moments.len(), recording.lost()), (2_000, 0));
        assert_eq!(Playback::new(recording, 1.0).playing().length_ms, 1_999_000);
        assert!(!String::from_utf8(bytes).unwrap().contains("hunter2"));
        let again = create(&path).unwrap_err();
        assert!(again.hint.as_str().contains("never written over"), "{again:?}");
    }

    #[tokio::test]
    async fn a_recording_that_cannot_be_written_is_told_once_and_the_console_goes_on() {
        let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (mut recorder, model) = begun(file);
        recorder.take_down(&model, &Msg::Ticked, Timestamp::default());
        // The thread has ended by then.
        drop((&mut recorder.ended).await);
        let Some(Msg::Failed(problem)) = recorder.tick() else { panic!("not told") };
        assert_eq!(problem.code, "recording.stopped");
        recorder.take_down(&model, &Msg::Ticked, Timestamp::default());
        assert_eq!(recorder.tick(), None);
    }

    #[tokio::test]
    async fn what_finds_no_room_is_counted_on_the_screen_and_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.jsonl");
        let (mut recorder, model) = begun(create(&path).unwrap());
        // A writer that does not keep up: nobody takes from this queue.
        let (full, taken) = sync_channel(1);
        let writing = recorder.lines.replace(full).unwrap();
        for _ in 0..3 {
            recorder.take_down(&model, &Msg::Ticked, Timestamp::default());
        }
        let Some(Msg::Failed(problem)) = recorder.tick() else { panic!("not told") };
        assert_eq!(problem.code, "recording.lost");
        recorder.take_down(&model, &Msg::Ticked, Timestamp::default());
        let told = recorder.tick();
        assert_eq!(told, Some(Msg::Noted("3 messages are missing from the recording".into())));
        assert_eq!(recorder.tick(), None);
        drop(taken);
        recorder.lines = Some(writing);
        recorder.take_down(&model, &Msg::Ticked, Timestamp::default());
        recorder.end().await;
        let recording = Recording::read(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!((recording.moments.len(), recording.lost()), (2, 3));
    }
}
