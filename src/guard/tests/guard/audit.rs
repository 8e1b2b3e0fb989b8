//! Proofs out of a journal, and what becomes visible when one is gone.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use watchdeck_domain::Timestamp;
use watchdeck_guard::journal::{Book, Fault, Proof, Record, verify};
use watchdeck_guard::{Journal, PlanId};

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000)
}

/// A closed journal with some rows.
fn filled(path: &Path, rows: i64) {
    let mut journal = Journal::open(path, at(0)).unwrap();
    for second in 0..rows {
        let note = vec![Record::Withdrawn { plan: PlanId::draw(at(second)) }];
        journal.append(at(second), None, note).unwrap();
    }
}

/// The proof as somebody else gets it.
fn handed_on(proof: &Proof) -> Proof {
    serde_json::from_str(&serde_json::to_string(proof).unwrap()).unwrap()
}

#[test]
fn every_signed_row_is_proved_to_whoever_has_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path, 150);
    let book = Book::open(&path).unwrap();
    let key = verify(&path).unwrap().key;
    let (mut proved, mut unsigned) = (0, 0);
    for proof in book.rows() {
        let proof = handed_on(&proof);
        match &proof {
            Proof::Unsigned { .. } => {
                unsigned += 1;
                assert!(proof.check().is_err());
            }
            Proof::Inclusion { .. } | Proof::Consistency { .. } => {
                proved += 1;
                assert_eq!(proof.check(), Ok(()));
                assert_eq!(proof.key(), Some(key.as_str()));
            }
        }
    }
    assert_eq!((proved + unsigned, verify(&path).unwrap().unsigned), (152, unsigned));
    assert!(proved >= 88, "{proved}");
    assert_eq!(book.row(152), None);
}

#[test]
fn a_proof_of_another_row_place_or_checkpoint_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path, 100);
    let text = serde_json::to_string(&Book::open(&path).unwrap().row(20).unwrap()).unwrap();
    let altered = [
        text.replace("withdrawn", "mistyped"),
        text.replacen("\"seq\":20", "\"seq\":21", 1),
        text.replacen("\"size\":", "\"size\":1", 1),
        text.replacen("\"origin\":\"watchdeck", "\"origin\":\"elsewhere", 1),
    ];
    for altered in altered {
        assert_ne!(altered, text);
        let proof: Proof = serde_json::from_str(&altered).unwrap();
        assert!(proof.check().is_err(), "{altered}");
    }
}

#[test]
fn a_journal_that_has_only_grown_is_proved_to_have() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path, 100);
    filled(&path, 100);
    let book = Book::open(&path).unwrap();
    let sizes: Vec<u64> = book.sizes().collect();
    assert!(sizes.len() >= 4, "{sizes:?}");
    for size in sizes {
        assert_eq!(handed_on(&book.growth(size).unwrap()).check(), Ok(()), "{size}");
    }
    assert_eq!(book.growth(3), None, "there is no checkpoint of 3 rows");
}

#[test]
fn au03_a_proof_between_the_checkpoints_of_two_journals_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    filled(&one, 100);
    filled(&two, 100);
    let growth = |path: &Path| {
        let book = Book::open(path).unwrap();
        let first = book.sizes().next().unwrap();
        book.growth(first).unwrap()
    };
    let (Proof::Consistency { first, path, .. }, Proof::Consistency { second, .. }) =
        (growth(&one), growth(&two))
    else {
        panic!("these are no proofs of growth");
    };
    let spliced = Proof::Consistency { first, path, second };
    assert!(spliced.check().unwrap_err().contains("two journals"));
}

#[test]
fn au03_an_altered_journal_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path, 100);
    let sql = "DROP TRIGGER lines_stay; UPDATE lines SET body = replace(body, 'withdrawn', 'mistyped') WHERE seq = 20";
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    assert_eq!(Book::open(&path).unwrap_err().fault, Fault::Altered);
}

#[test]
fn au04_a_journal_that_is_gone_leaves_a_gap_that_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    filled(&path, 3);
    assert_eq!(verify(&path).unwrap().gap, None, "the first one begins as every first one does");
    for ending in ["", "-wal", "-shm"] {
        drop(fs::remove_file(format!("{}{ending}", path.display())));
    }
    let journal = Journal::open(&path, at(9)).unwrap();
    let Record::Genesis { previous, reason, .. } = &journal.since(0)[0].record else {
        panic!("it has no beginning");
    };
    assert_eq!(*previous, None);
    assert!(reason.contains("a journal was here and is gone"), "{reason}");
    drop(journal);
    let report = verify(&path).unwrap();
    assert!(report.is_sound() && report.to_string().contains("gap "), "{report}");
    // And it still shows when the journal has been opened again.
    filled(&path, 1);
    assert!(verify(&path).unwrap().gap.is_some());
}
