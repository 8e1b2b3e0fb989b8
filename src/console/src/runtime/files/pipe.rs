//! What comes through a pipe, as it comes: its lines are shown while it is still open.

use std::fs::File;
use std::io::{self, Cursor, Read, stdin};

use flate2::read::MultiGzDecoder;
use watchdeck_domain::Clock as _;
use watchdeck_signal::transcript::Transcript;

use super::named::{Kind, Named, is_packed, unread};
use super::source::persistent;
use super::telling::{Over, Teller};
use crate::app::Problem;
use crate::runtime::clock::MachineClock;

/// Bytes read at once.
const PORTION: usize = 256 << 10;

/// Reads a pipe until it ends.
pub(super) fn read(named: &Named, mut teller: Teller) {
    // Whoever is told that nobody listens any more has nothing left to do.
    drop(all(named, &mut teller));
}

fn all(named: &Named, teller: &mut Teller) -> Result<(), Over> {
    // Something is said at once: whoever writes into it may take its time.
    teller.stand()?;
    let opened: io::Result<Box<dyn Read>> = match named.kind {
        Kind::Stdin => Ok(Box::new(stdin())),
        Kind::Plain | Kind::Packed | Kind::Pipe => {
            File::open(&named.path).map(|file| Box::new(file) as Box<dyn Read>)
        }
    };
    match opened {
        Ok(from) => flow(named, from, teller)?,
        Err(error) => teller.fail(unread(&named.path, &error))?,
    }
    teller.done()
}

fn flow(named: &Named, mut from: Box<dyn Read>, teller: &mut Teller) -> Result<(), Over> {
    let mut transcript = Transcript::new(&named.name).dated(MachineClock.now());
    let mut room = vec![0; PORTION];
    let mut first = true;
    loop {
        let read = match persistent(&mut from, &mut room) {
            Ok(read) => read,
            Err(error) => {
                teller.fail(broken(named, &error))?;
                0
            }
        };
        let bytes = room.get(..read).unwrap_or_default();
        if std::mem::take(&mut first) && is_packed(bytes) {
            let head = Cursor::new(bytes.to_vec());
            from = Box::new(MultiGzDecoder::new(head.chain(from)));
            continue;
        }
        if read == 0 {
            transcript.end(teller);
        } else {
            transcript.feed(bytes, teller);
            transcript.settle(MachineClock.now(), teller);
        }
        teller.count(read as u64);
        teller.flush()?;
        if read == 0 {
            return Ok(());
        }
    }
}

fn broken(named: &Named, error: &io::Error) -> Problem {
    let what = format!("`{}` is not read to its end", named.name);
    Problem::new("file.broken", what, error.to_string(), "the lines before are shown")
}
