//! Real files and pipes, read by real threads; what they tell is what the loop would hear.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::mpsc;
use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogGroup;

use super::named::look;
use super::{FileEffects, together};
use crate::app::files::Stage;
use crate::app::{Effect, Flow, Model, Msg};
use crate::runtime::events::Mailbox;
use crate::runtime::filters::FilterFile;
use crate::runtime::state::StateFolder;

/// Files that are read, and what was told of them.
struct Read {
    feed: mpsc::Receiver<Msg>,
    lines: Vec<String>,
    notes: Vec<String>,
    stage: Stage,
}

impl Read {
    /// Begins to read; what cannot be read at all is left out.
    fn begin(paths: &[PathBuf], follow: bool) -> Self {
        let (found, _) = look(paths);
        assert!(!together(&found).as_str().is_empty());
        let (feed, told) = mpsc::channel(2);
        let (mailbox, _queue) = Mailbox::pair();
        let state = StateFolder::choose(Some(Path::new("/nowhere"))).unwrap();
        let filters = FilterFile::of(&state);
        let mut effects = FileEffects::new(found, follow, feed, mailbox, filters);
        let mut model: Model = crate::tests::model();
        let ticket = model.questions.draw();
        let groups: Vec<LogGroup> = Vec::new();
        effects.carry_out(Effect::WatchLogs { ticket, groups, pattern: None });
        Self { feed: told, lines: Vec::new(), notes: Vec::new(), stage: Stage::Reading }
    }

    /// Hears what is told until it is as wanted.
    fn until(mut self, wanted: impl Fn(&Self) -> bool) -> Self {
        while !wanted(&self) {
            let msg = self.feed.blocking_recv().expect("nothing more is told");
            if let Msg::Tailed { news, .. } = msg {
                let line = |line: watchdeck_signal::Placed| {
                    let event = line.event;
                    format!("{} {} {}", event.timestamp.clock(), event.group, event.message)
                };
                self.lines.extend(news.lines.into_iter().map(line));
            } else if let Msg::Loaded { leaf, .. } = msg {
                let group = leaf.group();
                let line = |(at, text): (Timestamp, &str)| format!("{} {group} {text}", at.clock());
                self.lines.extend(leaf.lines().map(line));
            } else if let Msg::TailStood { standing, .. } = msg {
                let Flow::Read(intake) = standing.flow else { panic!("{standing:?}") };
                self.stage = intake.stage;
            } else if let Msg::Noted(said) = msg {
                self.notes.push(said.to_string());
            } else if let Msg::Failed(problem) = msg {
                self.notes.push(problem.what.to_string());
            } else {
                panic!("{msg:?}");
            }
        }
        self
    }

    fn whole(self) -> Self {
        self.until(|read| read.stage == Stage::Whole)
    }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

#[test]
fn files_are_merged_by_time_and_a_stack_trace_stays_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a"), "2026-11-22T03:00:00Z a\n  trace\n2026-11-22T03:00:02Z c\n").unwrap();
    fs::write(at("b"), "{\"time\":1795316400000,\"b\":1}\n{\"time\":1795316401000}\n").unwrap();
    let records = b"{\"Records\":[{\"eventTime\":\"2026-11-22T03:00:01Z\"}]}";
    fs::write(at("t.gz"), [packed(records), packed(b"")].concat()).unwrap();
    let read = Read::begin(&[at("a"), at("b"), at("t.gz")], false).whole();
    let wanted = [
        "03:00:00 a 2026-11-22T03:00:00Z a",
        "03:00:00 a   trace",
        "03:00:00 b {\"time\":1795316400000,\"b\":1}",
        "03:00:01 b {\"time\":1795316401000}",
        "03:00:01 t.gz {\"eventTime\":\"2026-11-22T03:00:01Z\"}",
        "03:00:02 a 2026-11-22T03:00:02Z c",
    ];
    assert_eq!(read.lines, wanted);
    assert_eq!(read.notes, Vec::<String>::new());
}

#[test]
fn a_packed_file_that_is_cut_shows_what_can_be_read_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.gz");
    let line = |nth: usize| format!("line {nth} {}", nth * 7_919 % 10_007);
    let text = (0..20_000).map(line).collect::<Vec<_>>().join("\n");
    let bytes = packed(text.as_bytes());
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let read = Read::begin(&[path], false).whole();
    assert_eq!(read.notes, ["`cut.gz` is not read to its end"]);
    assert!(read.lines.len() > 1_000, "{}", read.lines.len());
}

#[test]
fn more_files_than_may_be_open_at_once_are_read_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (0..600)
        .map(|nth| {
            let path = folder.path().join(format!("{nth:03}"));
            let line = format!("2026-11-22T03:{:02}:{:02}Z x\n", nth / 60, nth % 60);
            fs::write(&path, line).unwrap();
            path
        })
        .collect();
    let read = Read::begin(&paths, false).whole();
    assert!(read.lines.len() == 600 && read.lines.is_sorted());
}

#[test]
fn a_file_is_followed_through_growth_rotation_and_truncation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    let write = |text: &str| {
        let file = fs::OpenOptions::new().append(true).create(true).open(&path);
        file.unwrap().write_all(text.as_bytes()).unwrap();
    };
    write("2026-11-22T03:00:00Z one\n");
    let read = Read::begin(std::slice::from_ref(&path), true);
    let read = read.until(|read| read.stage == Stage::Following);
    assert_eq!(read.lines.len(), 1);
    // A line is taken once it has ended.
    write("2026-11-22T03:00:01Z two");
    write(" and more\n");
    let read = read.until(|read| read.lines.len() == 2);
    assert!(read.lines[1].ends_with("two and more"));
    write("2026-11-22T03:00:02Z last\n");
    fs::rename(&path, folder.path().join("app.log.1")).unwrap();
    write("2026-11-22T03:00:03Z first of the new\n");
    let read = read.until(|read| read.lines.len() == 4 && read.notes.len() == 1);
    assert_eq!(read.notes[0], "app.log was rotated: the new file of that name is read");
    fs::write(&path, "2026-11-22T03:00:04Z cut\n").unwrap();
    let read = read.until(|read| read.lines.len() == 5 && read.notes.len() == 2);
    assert_eq!(read.notes[1], "app.log was cut: it is read from its beginning");
}

#[test]
fn a_named_pipe_is_read_as_it_comes_packed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("plain", b"one\ntwo\n".to_vec()), ("packed", packed(b"one\ntwo\n"))] {
        let path = folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let read = Read::begin(std::slice::from_ref(&path), false);
        fs::write(&path, bytes).unwrap();
        let read = read.whole();
        let texts: Vec<_> =
            read.lines.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
        assert_eq!(texts, ["one", "two"]);
    }
}
