//! One file: its bytes, unpacked where it is packed, as events; and what became of it while it is followed.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use watchdeck_domain::Clock as _;
use watchdeck_signal::transcript::{Sink, Transcript};

use super::named::{Kind, Named};
use crate::runtime::clock::MachineClock;

/// A file that is being read.
pub(super) struct Source {
    path: PathBuf,
    name: String,
    input: Input,
    transcript: Transcript,
}

enum Input {
    Plain { file: File, position: u64 },
    Packed(Box<MultiGzDecoder<Counted>>),
}

/// A file that counts what is read of it.
struct Counted {
    file: File,
    count: u64,
}

/// What a step of reading brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Bytes of the file, as it is packed.
    pub(super) bytes: u64,
    /// Whether there is nothing behind them now.
    pub(super) end: bool,
}

/// What became of a file that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is the file it was.
    Same,
    /// It was cut, and is read from its beginning.
    Truncated,
    /// Another file has its name now, and is read from its beginning.
    Rotated,
}

impl Source {
    /// Opens a file.
    pub(super) fn open(named: &Named) -> io::Result<Self> {
        let file = File::open(&named.path)?;
        let input = match named.kind {
            Kind::Packed => {
                Input::Packed(Box::new(MultiGzDecoder::new(Counted { file, count: 0 })))
            }
            Kind::Plain | Kind::Stdin | Kind::Pipe => Input::Plain { file, position: 0 },
        };
        let transcript = Transcript::new(&named.name).dated(named.changed);
        Ok(Self { path: named.path.clone(), name: named.name.clone(), input, transcript })
    }

    /// What it is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is.
    pub(super) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Whether it can grow.
    pub(super) fn grows(&self) -> bool {
        matches!(self.input, Input::Plain { .. })
    }

    /// Reads on, by `room` at most.
    pub(super) fn read(&mut self, room: &mut [u8], out: &mut impl Sink) -> io::Result<Step> {
        let (read, bytes) = match &mut self.input {
            Input::Plain { file, position } => {
                let read = persistent(file, room)?;
                *position += read as u64;
                (read, read as u64)
            }
            Input::Packed(decoder) => {
                let before = decoder.get_ref().count;
                let read = persistent(decoder, room)?;
                (read, decoder.get_ref().count - before)
            }
        };
        self.transcript.feed(room.get(..read).unwrap_or_default(), out);
        Ok(Step { bytes, end: read == 0 })
    }

    /// Gives what waits for more to come: nothing will, or not for a while.
    pub(super) fn rest(&mut self, followed: bool, out: &mut impl Sink) {
        if followed && self.grows() {
            self.transcript.settle(MachineClock.now(), out);
        } else {
            self.transcript.end(out);
        }
    }

    /// Looks whether it still is the file it was, once it was read to its end. If not, what is left of it is given, and the new
    /// one is read from its beginning.
    pub(super) fn look(&mut self, out: &mut impl Sink) -> io::Result<Fate> {
        let Input::Plain { file, position } = &mut self.input else { return Ok(Fate::Same) };
        let ours = file.metadata()?;
        // While it has no name, as between two steps of a rotation, it stays open.
        let named = fs::metadata(&self.path).ok().filter(Metadata::is_file);
        let same = |other: &Metadata| (other.dev(), other.ino()) == (ours.dev(), ours.ino());
        let fate = if named.is_some_and(|named| !same(&named)) {
            *file = File::open(&self.path)?;
            Fate::Rotated
        } else if ours.len() < *position {
            file.rewind()?;
            Fate::Truncated
        } else {
            return Ok(Fate::Same);
        };
        *position = 0;
        self.transcript.end(out);
        self.transcript = Transcript::new(&self.name).dated(MachineClock.now());
        Ok(fate)
    }
}

impl Read for Counted {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(room)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// Reads, and again where a signal came between.
pub(super) fn persistent(from: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
