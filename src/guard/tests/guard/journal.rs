//! The journal on disk: private, one writer, never altered without a trace, never torn.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;
use watchdeck_domain::Timestamp;
use watchdeck_guard::journal::{Fault, Record, Sqlite, Storage as _, verify};
use watchdeck_guard::{Journal, PlanId};

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000)
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    (folder, path)
}

fn note(second: i64) -> Vec<Record> {
    vec![Record::Withdrawn { plan: PlanId::draw(at(second)) }]
}

/// A closed journal with some rows.
fn filled(path: &Path, rows: i64) {
    let mut journal = Journal::open(path, at(0)).unwrap();
    for second in 0..rows {
        journal.append(at(second), None, note(second)).unwrap();
    }
}

/// Alters a journal behind its back, as somebody with the file and SQLite could.
fn alter(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    for trigger in ["lines_stay", "lines_remain", "checkpoints_stay", "checkpoints_remain"] {
        connection.execute_batch(&format!("DROP TRIGGER IF EXISTS {trigger}")).unwrap();
    }
    connection.execute_batch(sql).unwrap();
}

#[test]
fn a_journal_is_sound_and_comes_back_whole() {
    let (_folder, path) = folder();
    filled(&path, 200);
    let report = verify(&path).unwrap();
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.rows, 202);
    assert!(report.unsigned <= 64, "{report}");
    assert!(report.key_is_ours);
    let journal = Journal::open(&path, at(300)).unwrap();
    assert_eq!(journal.size(), 203, "it notes that it was opened");
    assert!(verify(&path).unwrap().is_sound(), "also while it is open");
    assert!(journal.newest(2).len() == 2 && journal.newest(0).is_empty());
}

#[cfg(unix)]
#[test]
fn a_journal_and_its_key_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, path) = folder();
    let _journal = Journal::open(&path, at(0)).unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

#[test]
fn jr04_a_second_writer_is_refused_and_a_reader_is_not() {
    let (_folder, path) = folder();
    let journal = Journal::open(&path, at(0)).unwrap();
    let error = Journal::open(&path, at(1)).unwrap_err();
    assert_eq!(error.fault, Fault::Busy);
    assert!(error.to_string().contains("another console"), "{error}");
    assert!(verify(&path).unwrap().is_sound());
    drop(journal);
    assert!(Journal::open(&path, at(2)).is_ok());
}

#[test]
fn jr04_a_writer_of_an_older_epoch_is_refused() {
    let (_folder, path) = folder();
    filled(&path, 1);
    let mut old = Sqlite::open(&path).unwrap();
    let epoch = old.begin_epoch().unwrap();
    alter(&path, "UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
    let error = old.append(epoch, &[], None).unwrap_err();
    assert_eq!(error.fault, Fault::Busy);
    assert!(error.to_string().contains("epoch"), "{error}");
}

#[test]
fn au03_every_alteration_leaves_a_trace() {
    let cases = [
        ("edit", "UPDATE lines SET body = replace(body, 'withdrawn', 'mistyped') WHERE seq = 20"),
        ("delete", "DELETE FROM lines WHERE seq = 20"),
        (
            "delete and close the gap",
            "DELETE FROM lines WHERE seq = 20; UPDATE lines SET seq = seq - 1 WHERE seq > 20",
        ),
        (
            "insert",
            "UPDATE lines SET seq = -seq WHERE seq > 20; UPDATE lines SET seq = 1 - seq WHERE seq < 0; INSERT INTO lines SELECT 21, body, hash FROM lines WHERE seq = 20",
        ),
        (
            "swap",
            "UPDATE lines SET seq = 1000 WHERE seq = 20; UPDATE lines SET seq = 20 WHERE seq = 21; UPDATE lines SET seq = 21 WHERE seq = 1000",
        ),
        ("cut off before a checkpoint", "DELETE FROM lines WHERE seq > 30"),
        ("cut off all", "DELETE FROM lines"),
        ("forge a hash", "UPDATE lines SET hash = zeroblob(32) WHERE seq = 20"),
        (
            "a foreign checkpoint",
            "UPDATE checkpoints SET body = replace(body, '\"origin\":\"watchdeck', '\"origin\":\"elsewhere')",
        ),
        (
            "a longer checkpoint",
            "UPDATE checkpoints SET body = replace(body, '\"size\":', '\"size\":1')",
        ),
        (
            "a checkpoint by another key",
            "UPDATE checkpoints SET body = json_set(body, '$.key', 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')",
        ),
        ("no checkpoints", "DELETE FROM checkpoints"),
        (
            "a second beginning",
            "UPDATE lines SET body = (SELECT body FROM lines WHERE seq = 0) WHERE seq = 20",
        ),
    ];
    for (name, sql) in cases {
        let (_folder, path) = folder();
        filled(&path, 100);
        alter(&path, sql);
        let report = verify(&path).unwrap();
        assert!(!report.is_sound(), "{name}: {report}");
        assert!(report.to_string().contains("ALTERED"));
    }
}

#[test]
fn the_file_itself_refuses_to_be_edited() {
    let (_folder, path) = folder();
    filled(&path, 3);
    let connection = Connection::open(&path).unwrap();
    for sql in ["UPDATE lines SET body = ''", "DELETE FROM lines", "DELETE FROM checkpoints"] {
        let error = connection.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

#[test]
fn jr03_an_altered_journal_is_not_written_on() {
    let (_folder, path) = folder();
    filled(&path, 30);
    alter(&path, "UPDATE lines SET body = replace(body, 'withdrawn', 'mistyped') WHERE seq = 20");
    let error = Journal::open(&path, at(50)).unwrap_err();
    assert_eq!(error.fault, Fault::Altered);
    assert!(error.to_string().contains("row 20"), "{error}");
}

#[test]
fn au03_a_spliced_journal_does_not_verify() {
    let (_one, first) = folder();
    let (_two, second) = folder();
    filled(&first, 100);
    filled(&second, 100);
    alter(
        &first,
        &format!(
            "ATTACH '{}' AS other; DELETE FROM lines WHERE seq > 40; INSERT INTO lines SELECT * FROM other.lines WHERE seq > 40",
            second.display()
        ),
    );
    assert!(!verify(&first).unwrap().is_sound());
}

#[test]
fn a_wrong_a_lost_and_an_emptied_key_are_found_and_no_new_one_is_made() {
    let (folder, path) = folder();
    filled(&path, 3);
    let key = folder.path().join("journal.db.key");
    let refused = |named: &str| {
        let report = verify(&path).unwrap();
        assert!(!report.is_sound() && report.to_string().contains(named), "{report}");
        assert_eq!(Journal::open(&path, at(9)).unwrap_err().fault, Fault::Altered, "{named}");
    };
    fs::write(&key, "11".repeat(32)).unwrap();
    refused("another key");
    fs::write(&key, "").unwrap();
    refused("no key");
    assert_eq!(fs::read(&key).unwrap(), b"");
    fs::remove_file(&key).unwrap();
    refused("no key");
    assert!(!key.exists());
}

/// Edits a row and chains everything after it anew, as somebody who knows the format would.
fn rewrite(path: &Path, seq: u64) {
    let lines = Sqlite::view(path).unwrap().lines().unwrap();
    alter(path, "");
    let connection = Connection::open(path).unwrap();
    let mut tip = watchdeck_guard::journal::BEGINNING;
    for line in lines {
        let body =
            if line.seq == seq { line.body.replace("withdrawn", "mistyped") } else { line.body };
        tip = watchdeck_guard::journal::link(&tip, body.as_bytes());
        connection
            .execute(
                "UPDATE lines SET body = ?2, hash = ?3 WHERE seq = ?1",
                rusqlite::params![line.seq.cast_signed(), body, tip],
            )
            .unwrap();
    }
}

#[test]
fn rows_that_were_chained_anew_are_found_and_not_signed_on() {
    let cases = [
        ("signatures kept", ""),
        ("signatures dropped", "DELETE FROM checkpoints"),
        ("signatures over them dropped", "DELETE FROM checkpoints WHERE size > 2"),
    ];
    for (name, sql) in cases {
        let (_folder, path) = folder();
        filled(&path, 100);
        rewrite(&path, 20);
        alter(&path, sql);
        let report = verify(&path).unwrap();
        assert!(!report.is_sound(), "{name}: {report}");
        assert!(!report.to_string().contains("the chain breaks"), "{name}: the chain is whole");
        let error = Journal::open(&path, at(200)).unwrap_err();
        assert_eq!(error.fault, Fault::Altered, "{name}: {error}");
        assert!(!verify(&path).unwrap().is_sound(), "{name}: the attempt has not vouched for it");
    }
}

#[test]
fn what_is_about_to_be_sent_and_what_came_of_it_are_signed_at_once() {
    let (_folder, path) = folder();
    let mut journal = Journal::open(&path, at(0)).unwrap();
    journal.append(at(1), None, note(1)).unwrap();
    assert_eq!(verify(&path).unwrap().unsigned, 1);
    let fate = watchdeck_guard::journal::Fate::Absent;
    journal.append(at(2), None, vec![Record::Outcome { step: "a".into(), fate }]).unwrap();
    assert_eq!(verify(&path).unwrap().unsigned, 0);
    journal.append(at(500), None, vec![]).unwrap();
    assert!(verify(&path).unwrap().is_sound(), "nothing new is signed twice");
}

#[test]
fn a_hostile_journal_reaches_the_terminal_printable() {
    let (_folder, path) = folder();
    filled(&path, 3);
    alter(
        &path,
        "UPDATE lines SET body = json_set(body, '$.origin', char(27) || ']52;c;aGk=' || char(7)) WHERE seq = 0;
         UPDATE checkpoints SET body = json_set(body, '$.key', char(27) || '[2J', '$.origin', char(155) || '31m')",
    );
    fs::remove_file(path.with_extension("db.key")).unwrap();
    let lines = Sqlite::view(&path).unwrap().lines().unwrap();
    alter(
        &path,
        &format!("UPDATE lines SET hash = x'{}' WHERE seq = 0", {
            let tip = watchdeck_guard::journal::link(
                &watchdeck_guard::journal::BEGINNING,
                lines[0].body.as_bytes(),
            );
            tip.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
        }),
    );
    let report = verify(&path).unwrap();
    let said = format!("{report}{}", serde_json::to_string(&report).unwrap());
    assert!(said.contains("]52;c;"), "the name is told: {said}");
    assert!(said.contains("[2J"), "the key is told: {said}");
    assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
    alter(&path, "UPDATE checkpoints SET body = json_set(body, '$.size', char(27) || '[2J')");
    let error = verify(&path).unwrap_err().to_string();
    assert!(!error.chars().any(char::is_control), "{error:?}");
}

#[test]
fn jr05_a_journal_of_a_newer_build_is_not_resumed() {
    let (_folder, path) = folder();
    filled(&path, 3);
    alter(&path, "PRAGMA user_version = 2");
    let error = Journal::open(&path, at(9)).unwrap_err();
    assert_eq!(error.fault, Fault::Newer);
    assert!(verify(&path).unwrap().is_sound(), "but it can be verified");
}

#[test]
fn jr05_a_row_of_an_unknown_kind_stops_the_resume_and_not_the_verification() {
    let (_folder, path) = folder();
    filled(&path, 3);
    let mut storage = Sqlite::open(&path).unwrap();
    let epoch = storage.begin_epoch().unwrap();
    let lines = storage.lines().unwrap();
    let last = lines.last().unwrap();
    let body =
        format!(r#"{{"seq":{},"epoch":9,"at":0,"run":null,"kind":"countersign"}}"#, last.seq + 1);
    let hash = watchdeck_guard::journal::link(&last.hash, body.as_bytes());
    let line = watchdeck_guard::journal::Line { seq: last.seq + 1, body, hash };
    storage.append(epoch, &[line], None).unwrap();
    drop(storage);
    assert_eq!(Journal::open(&path, at(9)).unwrap_err().fault, Fault::Newer);
    let report = verify(&path).unwrap();
    assert!(report.is_sound() && report.unknown == 1, "{report}");
}

#[test]
fn what_is_no_journal_is_refused_and_left_alone() {
    let (_folder, path) = folder();
    fs::write(
        &path,
        "these are my notes, not a database, and they are long enough to be looked at ".repeat(9),
    )
    .unwrap();
    let before = fs::read(&path).unwrap();
    assert!(Journal::open(&path, at(0)).is_err());
    assert!(verify(&path).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine(x)").unwrap();
    let error = Journal::open(&path, at(0)).unwrap_err();
    assert!(error.to_string().contains("not a journal"), "{error}");
}

#[test]
fn jr08_where_nothing_can_be_written_the_reason_is_said() {
    let error = Journal::open(Path::new("/proc/nowhere/journal.db"), at(0)).unwrap_err();
    assert!(error.to_string().contains("/proc/nowhere"), "{error}");
    assert!(!error.hint().is_empty());
    assert!(
        verify(Path::new("/nowhere/journal.db"))
            .unwrap_err()
            .to_string()
            .contains("there is no journal")
    );
}

/// What a crash can leave: the database as it was, and any beginning of the write-ahead log.
#[test]
fn jr02_a_torn_tail_is_cut_and_never_guessed() {
    let (folder, path) = folder();
    let mut journal = Journal::open(&path, at(0)).unwrap();
    for second in 0..4 {
        journal.append(at(second), None, note(second)).unwrap();
    }
    let rows: Vec<_> = journal.since(0).to_vec();
    let log = fs::read(folder.path().join("journal.db-wal")).unwrap();
    let database = fs::read(&path).unwrap();
    let key = fs::read(folder.path().join("journal.db.key")).unwrap();
    let whole = |kept: &[watchdeck_guard::journal::Row]| {
        kept.iter().zip(&rows).take_while(|(a, b)| a == b).count()
    };
    let mut seen = std::collections::BTreeSet::new();
    for end in (0..log.len()).step_by(509).chain([log.len()]) {
        let (_torn, copy) = self::folder();
        fs::write(&copy, &database).unwrap();
        fs::write(copy.with_extension("db-wal"), &log[..end]).unwrap();
        fs::write(copy.with_extension("db.key"), &key).unwrap();
        let Ok(torn) = Journal::open(&copy, at(99)) else {
            panic!("a torn log of {end} bytes must open");
        };
        let kept = torn.since(0);
        // What this opening wrote comes last; before it stands a beginning of what was there, unchanged.
        let common = whole(kept);
        assert!(kept.len() - common <= 2, "{end}: {} rows, {common} known", kept.len());
        seen.insert(common);
    }
    assert!(seen.contains(&0) && seen.contains(&rows.len()), "{seen:?}");
    // The last row, torn at every byte: it is there when its last byte is, and nothing else is touched.
    let (_torn, copy) = self::folder();
    let (mut short, mut full) = (0, log.len());
    while full - short > 1 {
        let middle = usize::midpoint(short, full);
        let all = torn(&copy, &database, &log[..middle]) == rows.len();
        (short, full) = if all { (short, middle) } else { (middle, full) };
    }
    for end in full - FRAME..full {
        assert_eq!(torn(&copy, &database, &log[..end]), rows.len() - 1, "{end}");
    }
    assert_eq!(torn(&copy, &database, &log[..full]), rows.len());
}

/// A page of the database in its log, with its header.
const FRAME: usize = 4_096 + 24;

/// How many rows are read of a database with this much of its log.
fn torn(path: &Path, database: &[u8], log: &[u8]) -> usize {
    fs::write(path, database).unwrap();
    fs::write(path.with_extension("db-wal"), log).unwrap();
    let _gone = fs::remove_file(path.with_extension("db-shm"));
    Sqlite::view(path).and_then(|file| file.lines()).map_or(0, |lines| lines.len())
}

#[test]
fn jr03_a_flipped_bit_is_found_or_changes_nothing() {
    let (folder, path) = folder();
    filled(&path, 20);
    let clean = fs::read(&path).unwrap();
    let rows = Sqlite::view(&path).unwrap().lines().unwrap();
    let key = fs::read(folder.path().join("journal.db.key")).unwrap();
    for position in (100..clean.len()).step_by(97) {
        let (_flipped, copy) = self::folder();
        let mut bytes = clean.clone();
        bytes[position] ^= 0x20;
        fs::write(&copy, &bytes).unwrap();
        fs::write(copy.with_extension("db.key"), &key).unwrap();
        let same = |path: &Path| {
            Sqlite::view(path).and_then(|file| file.lines()).is_ok_and(|lines| lines == rows)
        };
        let found = verify(&copy).map_or(true, |report| !report.is_sound());
        assert!(found || same(&copy), "a flip at {position} went unseen");
    }
}

#[test]
fn jr09_the_sequence_rules_when_the_clock_goes_back() {
    let (_folder, path) = folder();
    let mut journal = Journal::open(&path, at(100)).unwrap();
    journal.append(at(50), None, note(50)).unwrap();
    journal.append(at(10), None, note(10)).unwrap();
    let seqs: Vec<_> = journal.since(0).iter().map(|row| row.seq).collect();
    assert_eq!(seqs, [0, 1, 2, 3]);
    drop(journal);
    assert!(verify(&path).unwrap().is_sound());
}
