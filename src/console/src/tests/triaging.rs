//! Stories of findings that are set or archived: from the marks to the runbook.

use super::console::Console;
use crate::app::Effect;
use crate::app::shell::{Overlay, Screen};

const FINDING: &str = "arn:aws:securityhub:eu-central-1:123456784021:finding/";
const THREAT: &str = "b0a4d7e2c5f14a68b3d9e1c7f6a2d804";

fn form(console: &Console) -> (&str, String) {
    let Some(Overlay::Form(form)) = &console.model.shell.overlay else { panic!("no form is open") };
    let field = form.fields.iter().find(|field| field.name == "findings").unwrap();
    (form.runbook.as_str(), field.value.clone())
}

#[test]
fn the_finding_under_the_cursor_or_the_marked_ones_open_the_runbook_that_sets_them() {
    let console = Console::armed().press("4 j");
    console.row("S triage");
    let console = console.press("S");
    assert_eq!(form(&console), ("sh.workflow", format!("{FINDING}1")));
    let console = Console::armed().press("4 j space space S");
    assert_eq!(form(&console), ("sh.workflow", format!("{FINDING}1,{FINDING}2")));
    let console = Console::armed().press("4 j enter S");
    assert_eq!(form(&console), ("sh.workflow", format!("{FINDING}1")));
}

#[test]
fn nothing_is_set_from_a_heading_or_by_who_only_reads() {
    let console = Console::armed().press("4 S");
    console.row("there is no finding here");
    let console = Console::new().press("4 j S");
    assert!(console.model.shell.overlay.is_none());
}

#[test]
fn findings_of_guardduty_are_archived_and_no_others() {
    let console = Console::armed().press("4 j A");
    console.row("only findings of GuardDuty are archived there");
    let mut console = Console::armed().press("4 j");
    let found = console.model.findings.list.value.as_mut().unwrap();
    let id = format!("arn:aws:guardduty:eu-central-1:123456784021:detector/8ac7/finding/{THREAT}");
    found[0].id = id;
    console.row("A archive");
    let mut console = console.press("A");
    assert_eq!(console.model.shell.screen, Screen::Plan);
    let proposed = console.take_left().into_iter().find_map(|effect| {
        let Effect::Propose { runbook, parameters } = effect else { return None };
        Some((runbook, parameters))
    });
    let (runbook, parameters) = proposed.unwrap();
    assert_eq!(runbook, "gd.archive");
    assert_eq!(parameters["findings"], THREAT);
}
