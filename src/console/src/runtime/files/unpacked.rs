//! A reader that unpacks what gzip packed, and gives anything else as it is.

use std::fmt;
use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;

/// Reads what another reads. Whether that is packed shows in its first bytes, so nothing waits for more than comes.
pub struct Unpacked {
    from: Box<dyn Read>,
    begun: bool,
}

impl Unpacked {
    /// Over a file or a pipe.
    pub fn new(from: impl Read + 'static) -> Self {
        Self { from: Box::new(from), begun: false }
    }
}

impl Read for Unpacked {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(room)?;
        let head = room.get(..read).unwrap_or_default();
        if std::mem::replace(&mut self.begun, true) || !is_packed(head) {
            return Ok(read);
        }
        let rest = std::mem::replace(&mut self.from, Box::new(io::empty()));
        self.from = Box::new(MultiGzDecoder::new(Cursor::new(head.to_vec()).chain(rest)));
        self.from.read(room)
    }
}

impl fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacked").field("begun", &self.begun).finish_non_exhaustive()
    }
}

/// Whether this is the beginning of what gzip packed.
pub(super) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(b"\x1f\x8b")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<u8> {
        let mut all = Vec::new();
        Unpacked::new(Cursor::new(bytes)).read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_rest_is_as_it_was() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"one\ntwo\n").unwrap();
        assert_eq!(read(packer.finish().unwrap()), b"one\ntwo\n");
        assert_eq!(read(b"one\ntwo\n".to_vec()), b"one\ntwo\n");
        assert_eq!(read(Vec::new()), b"");
    }
}
