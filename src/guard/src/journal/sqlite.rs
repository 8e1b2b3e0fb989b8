//! The journal's storage in one SQLite file: write-ahead log, full synchronisation, one writer.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension as _, Params, TransactionBehavior, params,
};

use super::chain::Hash;
use super::checkpoint::{Checkpoint, beside, private};
use super::error::{Fault, JournalError};
use super::storage::{Line, Storage};

/// The format that this build writes.
const FORMAT: i64 = 1;

/// Marks the file as a watchdeck journal: "wdjl".
const APPLICATION: i64 = 0x7764_6a6c;

/// No holder says more of itself.
const LONGEST_HOLDER: u64 = 400;

/// What the marks of shipped checkpoints begin with; the place follows.
const SHIPPED: &str = "shipped:";

const SCHEMA: &str = "
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE lines(seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TRIGGER lines_stay BEFORE UPDATE ON lines BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER lines_remain BEFORE DELETE ON lines BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER checkpoints_stay BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER checkpoints_remain BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
INSERT INTO meta(name, value) VALUES ('epoch', 0);
";

/// An open journal file.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// Whether the file was made just now.
    fresh: bool,
    /// Held while the journal is open for writing; the system lets go of it with the process.
    lock: Option<File>,
}

impl Sqlite {
    /// Opens the file for writing, and makes it when there is none. Its owner alone may read it.
    ///
    /// # Errors
    /// When another console has it, it cannot be written, or a newer build made it.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)
                .map_err(|e| JournalError::io("make the journal's folder", folder, &e))?;
        }
        let lock = lock(path)?;
        let fresh = !path.exists();
        let file = private()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(|e| JournalError::io("open the journal", path, &e))?;
        only_owner(&file, path)?;
        drop(file);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|e| failure("open", path, &e))?;
        let mut this = Self { connection, path: path.into(), fresh, lock: Some(lock) };
        this.prepare()?;
        if fresh {
            this.sync_folder()?;
        }
        Ok(this)
    }

    /// Opens the file to read it, whoever has it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn view(path: &Path) -> Result<Self, JournalError> {
        if !path.exists() {
            return Err(JournalError::new(
                Fault::Io,
                format!("there is no journal at {}", path.display()),
            ));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|e| failure("open", path, &e))?;
        let this = Self { connection, path: path.into(), fresh: false, lock: None };
        this.connection
            .busy_timeout(std::time::Duration::from_secs(2))
            .map_err(|e| this.fail("open", &e))?;
        let (application, _) = this.mark()?;
        if application != APPLICATION {
            return Err(this.stranger());
        }
        Ok(this)
    }

    /// Whether the file was made when it was opened.
    pub(super) fn is_new(&self) -> bool {
        self.fresh
    }

    /// The format number in the file.
    pub fn format(&self) -> Result<i64, JournalError> {
        Ok(self.mark()?.1)
    }

    fn prepare(&mut self) -> Result<(), JournalError> {
        let (application, format) = self.mark()?;
        let empty = application == 0 && format == 0 && self.is_empty()?;
        if !empty && application != APPLICATION {
            return Err(self.stranger());
        }
        if format > FORMAT {
            return Err(JournalError::new(
                Fault::Newer,
                format!(
                    "the journal at {} has format {format}; this build knows {FORMAT}",
                    self.path.display()
                ),
            ));
        }
        self.set("journal_mode", "WAL")?;
        self.set("synchronous", "FULL")?;
        self.set("fullfsync", "ON")?;
        self.set("trusted_schema", "OFF")?;
        if empty {
            let path = self.path.clone();
            let make = || -> rusqlite::Result<()> {
                let transaction =
                    self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "application_id", APPLICATION)?;
                transaction.pragma_update(None, "user_version", FORMAT)?;
                transaction.commit()
            };
            let mut make = make;
            make().map_err(|e| failure("make", &path, &e))?;
        }
        Ok(())
    }

    fn set(&self, pragma: &str, value: &str) -> Result<(), JournalError> {
        self.connection.pragma_update(None, pragma, value).map_err(|e| self.fail("set up", &e))
    }

    fn mark(&self) -> Result<(i64, i64), JournalError> {
        let ask = |pragma: &str| {
            self.connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
        };
        ask("application_id")
            .and_then(|application| Ok((application, ask("user_version")?)))
            .map_err(|e| self.fail("read", &e))
    }

    /// Checkpoints, by a query for their bodies.
    fn bodies(&self, query: &str, with: impl Params) -> Result<Vec<Checkpoint>, JournalError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare(query)?;
            let bodies = statement.query_map(with, |row| row.get(0))?;
            bodies.collect()
        };
        let bodies = read().map_err(|e| self.fail("read", &e))?;
        let parsed = bodies.iter().map(|body| {
            serde_json::from_str(body).map_err(|error| {
                let what = format!("a checkpoint cannot be read: {error}");
                JournalError::new(Fault::Altered, what)
            })
        });
        parsed.collect()
    }

    /// The places to which checkpoints were to be shipped, and how many rows the newest speaks about that is there.
    pub(super) fn shipments(&self) -> Result<Vec<(String, u64)>, JournalError> {
        let read = || -> rusqlite::Result<Vec<(String, u64)>> {
            let query = "SELECT name, value FROM meta WHERE name LIKE ?1 || '%' ORDER BY name";
            let mut statement = self.connection.prepare(query)?;
            let marks = statement.query_map([SHIPPED], |row| Ok((row.get(0)?, number(row, 1)?)))?;
            marks.collect()
        };
        let marks = read().map_err(|e| self.fail("read", &e))?;
        let bare = |(name, size): (String, u64)| {
            (name.strip_prefix(SHIPPED).unwrap_or(&name).to_owned(), size)
        };
        Ok(marks.into_iter().map(bare).collect())
    }

    fn is_empty(&self) -> Result<bool, JournalError> {
        self.connection
            .query_row("SELECT count(*) = 0 FROM sqlite_master", [], |row| row.get(0))
            .map_err(|e| self.fail("read", &e))
    }

    fn stranger(&self) -> JournalError {
        JournalError::new(
            Fault::Altered,
            format!("{} is a database, but not a journal of watchdeck", self.path.display()),
        )
    }

    fn fail(&self, deed: &str, error: &rusqlite::Error) -> JournalError {
        failure(deed, &self.path, error)
    }

    fn sync_folder(&self) -> Result<(), JournalError> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        if cfg!(unix) {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|e| JournalError::io("secure the journal's folder", folder, &e))?;
        }
        Ok(())
    }
}

impl Storage for Sqlite {
    fn begin_epoch(&mut self) -> Result<u64, JournalError> {
        self.connection
            .query_row(
                "UPDATE meta SET value = value + 1 WHERE name = 'epoch' RETURNING value",
                [],
                |row| number(row, 0),
            )
            .map_err(|e| failure("write", &self.path, &e))
    }

    fn held_by(&mut self, holder: &str) -> Result<(), JournalError> {
        let Some(mut lock) = self.lock.as_ref() else { return Ok(()) };
        let mut write = || {
            lock.set_len(0)?;
            lock.rewind()?;
            lock.write_all(holder.as_bytes())
        };
        write().map_err(|e| JournalError::io("write to the journal's lock", &self.path, &e))
    }

    fn checkpoints_over(&self, size: u64, most: usize) -> Result<Vec<Checkpoint>, JournalError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.bodies(
            "SELECT body FROM checkpoints WHERE size > ?1 ORDER BY size LIMIT ?2",
            params![size.cast_signed(), most],
        )
    }

    fn shipped(&self, store: &str) -> Result<Option<u64>, JournalError> {
        let name = format!("{SHIPPED}{store}");
        self.connection
            .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| number(row, 0))
            .optional()
            .map_err(|e| self.fail("read", &e))
    }

    fn mark_shipped(&mut self, store: &str, size: u64) -> Result<(), JournalError> {
        self.connection
            .execute(
                "INSERT INTO meta(name, value) VALUES (?1, ?2)
                 ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)",
                params![format!("{SHIPPED}{store}"), size.cast_signed()],
            )
            .map(drop)
            .map_err(|e| failure("write", &self.path, &e))
    }

    fn lines(&self) -> Result<Vec<Line>, JournalError> {
        let read = || -> rusqlite::Result<Vec<Line>> {
            let mut statement =
                self.connection.prepare("SELECT seq, body, hash FROM lines ORDER BY seq")?;
            let lines = statement.query_map([], |row| {
                Ok(Line { seq: number(row, 0)?, body: row.get(1)?, hash: row.get::<_, Hash>(2)? })
            })?;
            lines.collect()
        };
        read().map_err(|e| self.fail("read", &e))
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>, JournalError> {
        self.bodies("SELECT body FROM checkpoints ORDER BY size", [])
    }

    fn append(
        &mut self,
        epoch: u64,
        lines: &[Line],
        checkpoint: Option<&Checkpoint>,
    ) -> Result<(), JournalError> {
        let path = self.path.clone();
        let fail = |e: rusqlite::Error| failure("write", &path, &e);
        if self.lock.is_none() {
            return Err(JournalError::new(Fault::ReadOnly, "the journal was opened to be read"));
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(fail)?;
        let newest: u64 = transaction
            .query_row("SELECT value FROM meta WHERE name = 'epoch'", [], |row| number(row, 0))
            .map_err(fail)?;
        if newest != epoch {
            return Err(JournalError::new(
                Fault::Busy,
                format!(
                    "another console has opened {} since (epoch {newest}, ours is {epoch})",
                    path.display()
                ),
            ));
        }
        for line in lines {
            transaction
                .execute(
                    "INSERT INTO lines(seq, body, hash) VALUES (?1, ?2, ?3)",
                    params![line.seq.cast_signed(), line.body, line.hash],
                )
                .map_err(fail)?;
        }
        if let Some(checkpoint) = checkpoint {
            let body = serde_json::to_string(checkpoint)
                .map_err(|e| JournalError::new(Fault::Io, e.to_string()))?;
            transaction
                .execute(
                    "INSERT INTO checkpoints(size, body) VALUES (?1, ?2)",
                    params![checkpoint.size.cast_signed(), body],
                )
                .map_err(fail)?;
        }
        transaction.commit().map_err(fail)
    }
}

/// A count out of a column. SQLite's integers are signed; a negative one is not a count of ours.
fn number(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

fn lock(path: &Path) -> Result<File, JournalError> {
    let path = beside(path, ".lock");
    let file = private()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|e| JournalError::io("open the journal's lock", &path, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::new(
            Fault::Busy,
            format!(
                "another console is writing this journal{} (it holds {})",
                holder(&mut &file),
                path.display()
            ),
        )),
        Err(TryLockError::Error(error)) => Err(JournalError::io("lock the journal", &path, &error)),
    }
}

/// Who holds a lock, as far as they have said. It is theirs until their process ends, however it ends.
fn holder(lock: &mut impl Read) -> String {
    let mut said = String::new();
    match lock.take(LONGEST_HOLDER).read_to_string(&mut said) {
        Ok(_) if !said.is_empty() => format!(": {said} until it ends"),
        // Where a lock keeps others from reading, nobody can be told.
        Ok(_) | Err(_) => String::new(),
    }
}

#[cfg(unix)]
fn only_owner(file: &File, path: &Path) -> Result<(), JournalError> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
        .map_err(|e| JournalError::io("keep the journal private", path, &e))
}

#[cfg(not(unix))]
fn only_owner(_file: &File, _path: &Path) -> Result<(), JournalError> {
    Ok(())
}

fn failure(deed: &str, path: &Path, error: &rusqlite::Error) -> JournalError {
    let code = error.sqlite_error_code();
    let fault = match code {
        Some(ErrorCode::DiskFull) => Fault::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            Fault::ReadOnly
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Busy,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch) => {
            Fault::Altered
        }
        Some(_) => Fault::Io,
        None => Fault::Altered,
    };
    JournalError::new(fault, format!("could not {deed} the journal at {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::Timestamp;

    use super::*;
    use crate::draft::PlanId;
    use crate::evidence::Why;
    use crate::journal::{Journal, Record, Signer, verify};

    #[test]
    fn every_append_is_synchronised_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let file = Sqlite::open(&folder.path().join("journal.db")).unwrap();
        let ask = |pragma: &str| -> String {
            let value: rusqlite::types::Value =
                file.connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
            format!("{value:?}")
        };
        assert_eq!(ask("journal_mode"), "Text(\"wal\")");
        assert_eq!(
            ask("synchronous"),
            "Integer(2)",
            "2 is FULL: the log is synchronised at every commit"
        );
        assert_eq!(ask("fullfsync"), "Integer(1)");
    }

    #[test]
    fn who_comes_second_is_told_who_holds_the_journal_and_since_when() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let at = Timestamp::from_millis(1_800_000_000_000);
        let mut journal = Journal::open(&path, at).unwrap();
        let told = |error: JournalError| {
            assert_eq!(error.fault, Fault::Busy);
            error.what
        };
        assert!(told(Journal::open(&path, at).unwrap_err()).contains("this journal (it holds "));
        journal.held_by("alice with a long name", at);
        journal.held_by("alice\u{1b}[2J", at);
        let what = told(Journal::open(&path, at).unwrap_err());
        let wanted = format!(
            "this journal: alice\\u{{1b}}[2J (process {}) since {at} until it ends",
            std::process::id()
        );
        assert!(what.contains(&wanted), "{what}");
        drop(journal);
        assert!(Journal::open(&path, at).is_ok(), "with the process its lock is gone");
    }

    #[test]
    fn a_full_file_takes_all_of_an_append_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let at = Timestamp::from_millis(1_800_000_000_000);
        drop(Journal::open(&path, at).unwrap());
        let file = Sqlite::open(&path).unwrap();
        // SQLite's own limit stands in for the disk's: the same error, at the same place.
        let pages: i64 =
            file.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let limit = pages + 6;
        file.connection
            .pragma_update_and_check(None, "max_page_count", limit, |row| row.get::<_, i64>(0))
            .unwrap();
        let signer = Signer::beside(&path, false).unwrap();
        let mut journal = Journal::over(Box::new(file), signer, at).unwrap();
        let before = journal.size();
        let note = |length: usize| Record::Refused {
            plan: PlanId::draw(at),
            why: Why::Check,
            what: "x".repeat(length),
        };
        // The first would fit, the second does not: neither is there afterwards.
        let error = journal.append(at, None, vec![note(5_000), note(100_000)]).unwrap_err();
        assert_eq!(error.fault, Fault::Full, "{error}");
        assert_eq!(journal.size(), before);
        journal.append(at, None, vec![note(100)]).unwrap();
        assert_eq!(journal.size(), before + 1, "it goes on with what fits");
        drop(journal);
        let report = verify(&path).unwrap();
        assert!(report.is_sound() && report.rows == before + 1, "{report}");
    }
}
