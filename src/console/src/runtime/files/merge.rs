//! Several files as one stream in order of time; then, where they are followed, what is written to them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io;
use std::thread;
use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogEvent;

use super::named::{Named, unread};
use super::source::{Fate, Source};
use super::telling::{Over, Teller};
use crate::app::Problem;

/// Files open at once: fewer than a process may open. More are read one such lot after the other.
const LOT: usize = 256;
/// Bytes read at once, and of one file among many.
const PORTION: usize = 256 << 10;
const SMALL: usize = 64 << 10;
/// Files from which on they are many.
const MANY: usize = 8;
/// How often files are looked at for what was written since.
const LOOK: Duration = Duration::from_millis(200);
/// Bytes taken from one file before the others have their turn.
const TURN: u64 = 4 << 20;

/// A file among those that are merged.
struct Strand {
    source: Source,
    waiting: VecDeque<LogEvent>,
    /// The latest time so far: a line that is out of order keeps its place in its file.
    latest: Timestamp,
    ended: bool,
}

/// Reads the files, and goes on with what is written to them where they are followed.
pub(super) fn read(files: &[Named], follow: bool, mut teller: Teller) {
    // Whoever is told that nobody listens any more has nothing left to do.
    drop(all(files, follow, &mut teller));
}

fn all(files: &[Named], follow: bool, teller: &mut Teller) -> Result<(), Over> {
    let mut followed = Vec::new();
    let mut room = vec![0; if files.len() < MANY { PORTION } else { SMALL }];
    for lot in files.chunks(LOT) {
        let mut sources = Vec::new();
        for named in lot {
            match Source::open(named) {
                Ok(source) => sources.push(source),
                Err(error) => teller.fail(unread(&named.path, &error))?,
            }
        }
        let sources = if let [source] = sources.as_mut_slice() {
            alone(source, follow, &mut room, teller)?;
            sources
        } else {
            merge(sources, follow, &mut room, teller)?
        };
        followed.extend(sources.into_iter().filter(|source| follow && source.grows()));
        if followed.len() > LOT {
            let name = followed.get(LOT).map_or("", Source::name).to_owned();
            followed.truncate(LOT);
            teller.note(format!("{LOT} files are followed; {name} and those after it are not"))?;
        }
    }
    teller.done()?;
    if followed.is_empty() { Ok(()) } else { go_on(followed, &mut room, teller) }
}

impl Strand {
    fn new(source: Source) -> Self {
        let latest = Timestamp::from_millis(i64::MIN);
        Self { source, waiting: VecDeque::new(), latest, ended: false }
    }

    /// The time by which its next line takes its turn; nothing once there is none.
    fn next(
        &mut self,
        follow: bool,
        room: &mut [u8],
        teller: &Teller,
    ) -> Result<Option<Timestamp>, Over> {
        let mut events = Vec::new();
        while self.waiting.is_empty() && !self.ended {
            match self.source.read(room, &mut events) {
                Ok(step) => {
                    teller.count(step.bytes);
                    self.ended = step.end;
                }
                Err(error) => {
                    self.ended = true;
                    teller.fail(broken(&self.source, &error))?;
                }
            }
            if self.ended {
                self.source.rest(follow, &mut events);
            }
            self.waiting.extend(events.drain(..));
        }
        Ok(self.waiting.front().map(|event| self.latest.max(event.timestamp)))
    }
}

/// Tells the lines of one file, as they come.
fn alone(
    source: &mut Source,
    follow: bool,
    room: &mut [u8],
    teller: &mut Teller,
) -> Result<(), Over> {
    loop {
        let end = match source.read(room, teller) {
            Ok(step) => {
                teller.count(step.bytes);
                step.end
            }
            Err(error) => {
                teller.fail(broken(source, &error))?;
                true
            }
        };
        if end {
            source.rest(follow, teller);
        }
        teller.keep_up()?;
        if end {
            return teller.flush();
        }
    }
}

/// Tells the lines of all in order of time, and gives the files back. Of one instant those of one file stay together, as a line and its stack trace do.
fn merge(
    sources: Vec<Source>,
    follow: bool,
    room: &mut [u8],
    teller: &mut Teller,
) -> Result<Vec<Source>, Over> {
    let mut strands: Vec<Strand> = sources.into_iter().map(Strand::new).collect();
    let mut turns = BinaryHeap::new();
    for (at, strand) in strands.iter_mut().enumerate() {
        if let Some(time) = strand.next(follow, room, teller)? {
            turns.push(Reverse((time, at)));
        }
    }
    let mut first = true;
    while let Some(Reverse((_, at))) = turns.pop() {
        let others = turns.peek().map(|Reverse((time, _))| *time);
        let Some(strand) = strands.get_mut(at) else { continue };
        while let Some(time) = strand.next(follow, room, teller)? {
            if others.is_some_and(|others| time > others) {
                turns.push(Reverse((time, at)));
                break;
            }
            strand.latest = time;
            let Some(event) = strand.waiting.pop_front() else { break };
            teller.tell(event)?;
            // The first page does not wait for a whole portion.
            if first && strand.waiting.is_empty() {
                first = false;
                teller.flush()?;
            }
        }
    }
    teller.flush()?;
    Ok(strands.into_iter().map(|strand| strand.source).collect())
}

/// Tells what is written to the files from now on, until nobody listens.
fn go_on(mut sources: Vec<Source>, room: &mut [u8], teller: &mut Teller) -> Result<(), Over> {
    let mut events = Vec::new();
    while !teller.is_over() {
        thread::sleep(LOOK);
        for source in &mut sources {
            match look(source, room, &mut events, teller) {
                Ok(Fate::Same) => {}
                Ok(Fate::Truncated) => {
                    teller.note(format!(
                        "{} was cut: it is read from its beginning",
                        source.name()
                    ))?;
                }
                Ok(Fate::Rotated) => {
                    let name = source.name();
                    teller
                        .note(format!("{name} was rotated: the new file of that name is read"))?;
                }
                // It may come back, as a file on a share does; it is told once a look, which the screen shows once.
                Err(error) => tracing::debug!(%error, name = source.name(), "a followed file"),
            }
            for event in events.drain(..) {
                teller.tell(event)?;
            }
        }
        teller.flush()?;
    }
    Ok(())
}

fn look(
    source: &mut Source,
    room: &mut [u8],
    events: &mut Vec<LogEvent>,
    teller: &Teller,
) -> io::Result<Fate> {
    let mut taken = 0;
    loop {
        let step = source.read(room, events)?;
        teller.count(step.bytes);
        taken += step.bytes;
        if taken > TURN {
            return Ok(Fate::Same);
        }
        if step.end {
            break;
        }
    }
    let fate = source.look(events)?;
    source.rest(true, events);
    Ok(fate)
}

fn broken(source: &Source, error: &io::Error) -> Problem {
    let what = format!("`{}` is not read to its end", source.name());
    let hint = "the lines before are shown; if it should not end there, fetch it again";
    let why = format!("{}: {error}", source.path().display());
    Problem::new("file.broken", what, why, hint)
}
