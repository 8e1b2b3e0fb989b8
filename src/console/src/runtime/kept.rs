//! Files of our own that are written anew as a whole: whoever reads one finds the old text or the new one, never a part.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The text of a file of at most `most` bytes; nothing if there is none.
///
/// # Errors
/// It cannot be read, or is longer.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<String>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() as u64 > most {
        return Err(io::Error::other(format!("it is longer than {most} bytes")));
    }
    Ok(Some(text))
}

/// Writes a file anew, for the eyes of its owner only. Its folder exists.
///
/// # Errors
/// It could not be written; what stood there before still does.
pub(super) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let fresh = path.with_file_name(name);
    let written = write_fresh(&fresh, text).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // Nobody needs half of it.
        fs::remove_file(&fresh).ok();
    }
    written
}

fn write_fresh(fresh: &Path, text: &[u8]) -> io::Result<()> {
    // A process of that number may have left one.
    match fs::remove_file(fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(fresh)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_written_as_a_whole_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.json");
        assert_eq!(read(&path, 9).unwrap(), None);
        write(&path, b"one").unwrap();
        write(&path, b"other").unwrap();
        assert_eq!(read(&path, 9).unwrap().as_deref(), Some("other"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        assert!(read(&path, 3).is_err());
        assert!(write(&folder.path().join("none/kept.json"), b"x").is_err());
    }
}
