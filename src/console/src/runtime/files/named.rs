//! What was named on the command line: whether it is there, whether it is text, and how it is to be read.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use watchdeck_domain::Timestamp;

use super::unpacked::{Unpacked, is_packed};
use crate::app::Problem;

/// How much of a file is looked at to say what it is.
const HEAD: u64 = 8 << 10;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called on the screen.
    pub name: String,
    /// How it is read.
    pub kind: Kind,
    /// How many bytes it has; of a pipe nobody knows.
    pub len: u64,
    /// When it was changed last.
    pub changed: Timestamp,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it stands.
    Plain,
    /// Unpacked with gzip.
    Packed,
    /// Standard input.
    Stdin,
    /// A pipe with a name.
    Pipe,
}

impl Kind {
    /// Whether it comes when it comes, and cannot be read twice.
    pub fn is_pipe(self) -> bool {
        match self {
            Self::Stdin | Self::Pipe => true,
            Self::Plain | Self::Packed => false,
        }
    }
}

impl Named {
    /// Reads it once, from its beginning to its end, unpacked.
    pub fn read(&self) -> io::Result<Unpacked> {
        Ok(match self.kind {
            Kind::Stdin => Unpacked::new(io::stdin()),
            Kind::Plain | Kind::Packed | Kind::Pipe => Unpacked::new(File::open(&self.path)?),
        })
    }
}

/// Looks at what was named: what can be read, and what is wrong with the rest.
pub fn look(paths: &[PathBuf]) -> (Vec<Named>, Vec<Problem>) {
    let (mut found, mut problems): (Vec<Named>, Vec<Problem>) = (Vec::new(), Vec::new());
    for path in paths {
        if found.iter().any(|named| named.path == *path) {
            continue;
        }
        match looked_at(path) {
            Ok(named) => found.push(named),
            Err(problem) => problems.push(problem),
        }
    }
    // Where two have one name, both are called by their path.
    let names: Vec<String> = found.iter().map(|named| named.name.clone()).collect();
    for named in &mut found {
        if names.iter().filter(|name| **name == named.name).count() > 1 {
            named.name = named.path.display().to_string();
        }
    }
    (found, problems)
}

fn looked_at(path: &Path) -> Result<Named, Problem> {
    let shown = path.display();
    let named = |name: String, kind, len, changed| Named {
        path: path.to_owned(),
        name,
        kind,
        len,
        changed,
    };
    if path.as_os_str() == "-" {
        return Ok(named("stdin".to_owned(), Kind::Stdin, 0, Timestamp::default()));
    }
    let name =
        path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into());
    let about = fs::metadata(path).map_err(|error| unread(path, &error))?;
    let kind = about.file_type();
    if kind.is_dir() {
        let what = format!("`{shown}` is a directory");
        let hint = format!("name files in it, such as {shown}/*.log");
        return Err(Problem::new("file.directory", what, "only files can be opened", hint));
    }
    if kind.is_fifo() {
        return Ok(named(name, Kind::Pipe, 0, Timestamp::default()));
    }
    if kind.is_socket() || kind.is_block_device() || kind.is_char_device() {
        let what = format!("`{shown}` is a device or a socket, and no file");
        return Err(Problem::new("file.device", what, "it has no lines to read", ""));
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .map_err(|error| unread(path, &error))?;
    let since = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let millis = since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0);
    let packed = is_packed(&head);
    if !packed && let Some((what, hint)) = foreign(&head, path) {
        return Err(Problem::new(
            "file.foreign",
            format!("`{shown}` {what}"),
            "it is no text",
            hint,
        ));
    }
    let kind = if packed { Kind::Packed } else { Kind::Plain };
    Ok(named(name, kind, about.len(), Timestamp::from_millis(millis)))
}

/// Why a file cannot be read.
pub(super) fn unread(path: &Path, error: &io::Error) -> Problem {
    let hints = [
        (io::ErrorKind::NotFound, "check the name"),
        (io::ErrorKind::PermissionDenied, "check its owner and its mode"),
    ];
    let hint = hints.into_iter().find(|(kind, _)| *kind == error.kind());
    let hint = hint.map_or("", |(_, hint)| hint);
    let what = format!("`{}` cannot be read", path.display());
    Problem::new("file.unread", what, error.to_string(), hint)
}

/// What a file is that cannot be read here, and what to do.
fn foreign(head: &[u8], path: &Path) -> Option<(String, String)> {
    let shown = path.display();
    let known: [(&[u8], &str, &str); 8] = [
        (b"\x28\xb5\x2f\xfd", "is packed with zstd", "zstd -dc"),
        (b"BZh", "is packed with bzip2", "bzip2 -dc"),
        (b"\xfd7zXZ\0", "is packed with xz", "xz -dc"),
        (b"PK\x03\x04", "is a zip archive", "unzip -p"),
        (b"\xff\xfe", "is written in UTF-16", "iconv -f UTF-16 -t UTF-8"),
        (b"\xfe\xff", "is written in UTF-16", "iconv -f UTF-16 -t UTF-8"),
        (b"PAR1", "is a Parquet file", ""),
        (b"\x7fELF", "is a program", ""),
    ];
    for (begin, what, by) in known {
        if head.starts_with(begin) {
            let hint = match by {
                "" => String::new(),
                by => format!("{by} {shown} | watchdeck open -"),
            };
            return Some((what.to_owned(), hint));
        }
    }
    let share = strange(head);
    let hint = "unpack or convert it first; what prints text can be piped into `watchdeck open -`";
    (share > 30).then(|| {
        let what =
            format!("is a binary file: {share} % of its beginning are bytes that no text has");
        (what, hint.to_owned())
    })
}

/// How many of a hundred bytes are none that a text has. A hole that a rotated log leaves at its beginning is no part of it.
fn strange(head: &[u8]) -> usize {
    let hole = head.iter().take_while(|byte| **byte == 0).count();
    let head = head.get(hole..).filter(|rest| !rest.is_empty()).unwrap_or(head);
    let control = |byte: &u8| {
        byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x08 | 0x0c | 0x1b)
    };
    let controls = head.iter().filter(|byte| control(byte)).count();
    let invalid: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    ((controls + invalid) * 100).checked_div(head.len()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_one_file_is_told_and_the_others_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            path
        };
        let noise: Vec<u8> = (0..=255).cycle().take(4_000).collect();
        let paths = [
            write("a/app.log", b"x\n"),
            write("b/app.log", b"a \xff byte that is none\n"),
            write("empty", b""),
            write("hole", &[&[0; 4_000][..], b"2026-11-22T03:00:00Z x\n"].concat()),
            write("x.gz", b"\x1f\x8b\x08"),
            write("noise", &noise),
            write("x.zst", b"\x28\xb5\x2f\xfd"),
            write("wide", b"\xff\xfea\0"),
            folder.path().to_owned(),
            folder.path().join("missing"),
            PathBuf::from("/dev/null"),
            PathBuf::from("-"),
            PathBuf::from("-"),
        ];
        let (found, problems) = look(&paths);
        let kinds: Vec<_> = found.iter().map(|named| named.kind).collect();
        let plain = Kind::Plain;
        assert_eq!(kinds, [plain, plain, plain, plain, Kind::Packed, Kind::Stdin]);
        assert!(found[0].name.ends_with("a/app.log") && found[2].name == "empty");
        let told = problems.iter().map(|problem| {
            let hint = problem.hint.as_str();
            format!("{} | {}", problem.what, hint)
                .replace(&folder.path().display().to_string(), "D")
        });
        let told: Vec<_> = told.collect();
        let wanted = [
            "`D/noise` is a binary file: 59 % of its beginning are bytes that no text has | unpack or convert it first; what prints text can be piped into `watchdeck open -`",
            "`D/x.zst` is packed with zstd | zstd -dc D/x.zst | watchdeck open -",
            "`D/wide` is written in UTF-16 | iconv -f UTF-16 -t UTF-8 D/wide | watchdeck open -",
            "`D` is a directory | name files in it, such as D/*.log",
            "`D/missing` cannot be read | check the name",
            "`/dev/null` is a device or a socket, and no file | ",
        ];
        assert_eq!(told, wanted);
    }
}
