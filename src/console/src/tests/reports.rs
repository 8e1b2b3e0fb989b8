//! Stories of the reporting copies: what is overdue, what it costs, and the ways to what is done about it.

use std::time::Duration;

use watchdeck_domain::report::{InstanceStanding, tag};
use watchdeck_domain::{Answer, RunId, Timestamp};

use super::console::Console;
use crate::app::Msg;
use crate::app::shell::Screen;
use crate::app::ticket::Pane;

/// A copy that is wanted until so many hours from now, or was until so many hours ago.
fn copy(now: Timestamp, id: &str, hours: i64, status: &str) -> InstanceStanding {
    let span = Duration::from_hours(hours.unsigned_abs());
    let expires = if hours < 0 { now - span } else { now + span };
    let run = RunId::from_bits(7).to_string();
    let tags = [
        (tag::PURPOSE, tag::REPORTING.to_owned()),
        (tag::RUN, run),
        (tag::OWNER, "finance".to_owned()),
        (tag::SOURCE, "ledger-db".to_owned()),
    ];
    InstanceStanding {
        id: id.into(),
        status: status.into(),
        engine: "postgres".into(),
        class: "db.m6g.large".into(),
        storage_gb: 100,
        user: "ledger".into(),
        database: "ledger".into(),
        endpoint: format!("{id}.x.eu-central-1.rds.amazonaws.com:5432"),
        secret: "arn:aws:secretsmanager:eu-central-1:123456784021:secret:rds!db-1".into(),
        secret_state: "active".into(),
        protected: true,
        tags: tags.map(|(name, value)| (name.to_owned(), value)).into(),
        expires: Some(expires),
        created: Some(now - Duration::from_mins(12)),
        ..InstanceStanding::default()
    }
}

fn with_copies() -> Console {
    let mut console = Console::new().sized(150, 40);
    let now = console.model.now;
    let copies = vec![
        copy(now, "rpt-new", 40, "creating"),
        copy(now, "rpt-old", -30, "available"),
        copy(now, "rpt-wanted", 10, "available"),
    ];
    console.model.reports.list.value = None;
    let ticket = console.model.questions.ask(Pane::Reports, console.now);
    console.hear(Msg::Answered { ticket, answer: Box::new(Ok(Answer::Reports(copies))) });
    console
}

#[test]
fn pw31_what_is_overdue_is_told_at_the_start_and_comes_first() {
    let console = with_copies();
    console.row("the reporting copy rpt-old is overdue and still billed");
    let console = console.press(": r e p o r t s enter j");
    console.row("OVERDUE");
    assert_eq!(console.model.reports.late(console.model.now), 1);
    let old = console.row("rpt-old");
    assert!(old.contains("finance") && old.contains("0.18 USD/h"), "{old}");
    let new = console.row("rpt-new");
    assert!(new.contains("creating 12 of 20–90 min"), "{new}");
}

#[test]
fn a_copy_tells_how_one_signs_in_to_it() {
    let console = with_copies().press(": r e p o r t s enter j enter");
    console.row("sslmode=verify-full");
    console.row("secret:rds!db-1");
}

#[test]
fn a_copy_is_extended_and_taken_away_by_its_runbooks() {
    let console = with_copies().press(": r e p o r t s enter j");
    assert_eq!(console.model.shell.screen, Screen::Reports);
    let console = console.press("X");
    console.row("rds.report-extend");
    let console = with_copies().press(": r e p o r t s enter j D");
    console.row("rds.report-release");
}
