//! What comes through a pipe, as it comes: its lines are shown while it is still open.

use std::io;

use watchdeck_domain::Clock as _;
use watchdeck_signal::transcript::Transcript;

use super::named::{Named, unread};
use super::source::persistent;
use super::telling::{Over, Teller};
use super::unpacked::Unpacked;
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
    match named.read() {
        Ok(from) => flow(named, from, teller)?,
        Err(error) => teller.fail(unread(&named.path, &error))?,
    }
    teller.done()
}

fn flow(named: &Named, mut from: Unpacked, teller: &mut Teller) -> Result<(), Over> {
    let mut transcript = Transcript::new(&named.name).dated(MachineClock.now());
    let mut room = vec![0; PORTION];
    loop {
        let read = match persistent(&mut from, &mut room) {
            Ok(read) => read,
            Err(error) => {
                teller.fail(broken(named, &error))?;
                0
            }
        };
        let bytes = room.get(..read).unwrap_or_default();
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
