//! `watchdeck doctor`: what is in order, what is not, why, and what to do about it.

mod account; // credentials, identity, clock
mod finding; // one thing that was looked at
mod machine; // terminal, files, folders, journals
mod permission; // each reading operation, and the policy for those that are denied

use std::fmt::Write as _;

use serde_json::json;
use watchdeck_domain::Printable;

use super::arguments::{AccountArguments, FileArguments};
use super::failure::{Failure, FailureKind};
use super::output;
use crate::runtime::settings;
use finding::{Finding, Verdict};

/// Looks at everything, tells it, and fails where something is bad.
pub(super) fn examine(look: &AccountArguments, files: &FileArguments) -> Result<(), Failure> {
    let place = look.place();
    let loaded = settings::load(files, &place);
    let mut findings = machine::examine(&loaded, files);
    let (found, policy) = super::tasks()?.block_on(account::examine(&place, &loaded.settings))?;
    findings.extend(found);
    let text = if look.json {
        let policy = policy.as_ref();
        format!(
            "{:#}\n",
            json!({ "sound": bad(&findings) == 0, "findings": findings, "policy": policy })
        )
    } else {
        as_text(&findings, policy.as_ref())
    };
    output::say(&text)?;
    match bad(&findings) {
        0 => Ok(()),
        1 => Err(Failure::new(FailureKind::Failed, "one finding is bad", "see above")),
        count => {
            Err(Failure::new(FailureKind::Failed, format!("{count} findings are bad"), "see above"))
        }
    }
}

fn bad(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.verdict == Verdict::Bad).count()
}

fn as_text(findings: &[Finding], policy: Option<&serde_json::Value>) -> String {
    let mut text = String::new();
    let wide = findings.iter().map(|finding| finding.check.chars().count()).max().unwrap_or(0);
    for Finding { check, verdict, what, why, next } in findings {
        writeln!(text, "{:<7}  {check:<wide$}  {}", verdict.name(), what.as_str())
            .unwrap_or_default();
        for (word, more) in [("why", why), ("next", next)] {
            if !more.as_str().is_empty() {
                let indent = wide + 11;
                writeln!(text, "{:indent$}{word}: {}", "", more.as_str()).unwrap_or_default();
            }
        }
    }
    let count = |wanted| findings.iter().filter(|finding| finding.verdict == wanted).count();
    let counts = Verdict::ALL.map(|verdict| format!("{} {}", count(verdict), verdict.name()));
    writeln!(text, "\n{}", counts.join(", ")).unwrap_or_default();
    if let Some(policy) = policy {
        text.push_str("\nThis policy allows what is denied, and nothing else:\n\n");
        // Made printable line by line: it quotes the account's own names.
        for line in format!("{policy:#}").lines() {
            writeln!(text, "{}", Printable::new(line).as_str()).unwrap_or_default();
        }
    }
    text
}
