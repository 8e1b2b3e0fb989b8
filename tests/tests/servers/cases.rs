//! The real program tails a service that ill-treats its clients: nothing lost, nothing told twice.
//!
//! A few of the cases of `tests/python/tail/cases.py`, shortened; the whole table is in docs/performance.md.

use std::path::Path;
use std::process::Command;

use watchdeck_tests::home::binary;
use watchdeck_tests::servers::Tools;

const CASES: &[&str] = &[
    "ingestion jitter 0-2 s",
    "500 in one millisecond",
    "twins",
    "3 s of HTTP 500",
    "empty pages with a token",
    "no live tail, throttled to 0.4 calls/s",
];

#[test]
fn nothing_is_lost_or_told_twice_by_a_service_that_ill_treats_its_clients() {
    let Some(tools) = Tools::servers() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/tail/cases.py");
    let mut command = Command::new(tools.program("python"));
    command.arg(script).arg(binary().unwrap()).args([
        "--seconds",
        "8",
        "--drain",
        "14",
        "--at-once",
        "6",
    ]);
    for case in CASES {
        command.args(["--case", case]);
    }
    let said = command.output().unwrap();
    let (table, notes) =
        (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{table}\n{notes}");
    for case in CASES {
        assert!(table.contains(&format!("| {case} |")), "{table}");
    }
}
