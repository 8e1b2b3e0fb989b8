//! `watchdeck approve`: the second person reads what is asked, and approves it, with a key or as who they are at AWS.

mod sts; // as who they are at AWS

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use watchdeck_domain::Printable;
use watchdeck_guard::{ApproverKey, Handover};

use super::arguments::{ApproveArguments, FileArguments};
use super::failure::{Failure, FailureKind};
use super::output;
use crate::runtime::terminal::asking::{self, Pastes, Typed};

/// No line that is handed over is longer.
const LARGEST: u64 = 1 << 16;

/// Makes a key, or tells what would be approved, or approves it.
pub(super) fn run(asked: &ApproveArguments, files: &FileArguments) -> Result<(), Failure> {
    if let Some(path) = &asked.make_key {
        let key = ApproverKey::make(path).map_err(|error| failed(error.to_string(), ""))?;
        return output::say(&roster_entry(&key));
    }
    let Some(text) = &asked.what else {
        let what = "nothing was named that could be approved";
        let hint = "give the line that was handed over, or a file that holds it";
        return Err(Failure::new(FailureKind::Usage, what, hint));
    };
    let text = text_of(text)?;
    let handover = Handover::parse(&text).map_err(|error| {
        failed(error.to_string(), "ask for the whole line, from `watchdeck-ask.` to its end")
    })?;
    output::complain(&told(&handover));
    if asked.sts {
        return super::tasks()?.block_on(sts::approve(&handover, asked, files));
    }
    let Some(path) = asked.key.as_deref().filter(|_| asked.yes) else {
        output::complain(
            "\nNothing was approved. If this is what should be done, once more with --yes, and --key KEY or --sts.\n",
        );
        return Ok(());
    };
    let key = ApproverKey::read(path)
        .map_err(|error| failed(error.to_string(), "make one with --make-key"))?;
    output::complain("\nApproved. Hand this line back:\n");
    output::say(&format!("{}\n", handover.sign(&key).line()))
}

/// Whether they say yes: on the command line, or on the terminal, by the whole word.
fn agreed(asked: &ApproveArguments) -> Result<bool, Failure> {
    if asked.yes {
        return Ok(true);
    }
    if !asking::is_possible() {
        return Ok(false);
    }
    let typed = asking::ask("\napprove it? type yes: ", Pastes::Refused, &AtomicBool::new(false));
    let typed = typed.map_err(|error| failed(error.to_string(), "say so with --yes"))?;
    Ok(typed == Typed::Line("yes".into()))
}

/// The text itself, or that of the file it names.
fn text_of(text: &str) -> Result<String, Failure> {
    if text.trim_start().starts_with("watchdeck-ask.") {
        return Ok(text.to_owned());
    }
    let path = Path::new(text);
    let wrong = |why: String| {
        failed(
            format!("`{}` is no line to approve, and no file: {why}", Printable::new(text)),
            "give the line that begins with `watchdeck-ask.`, or a file that holds it",
        )
    };
    let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if size > LARGEST {
        return Err(wrong(format!("it is larger than {LARGEST} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))
}

/// What is asked, for a person to read. Remote text: all of it printable.
fn told(handover: &Handover) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        writeln!(text, "{name:<12} {}", Printable::new(value)).unwrap_or_default();
    };
    line("plan", &handover.title);
    line("where", &format!("{} ({})", handover.scope, handover.environment.name()));
    line("realm", &handover.realm);
    line("risk", &handover.risk.to_string());
    line("asked by", &handover.asks);
    for call in &handover.calls {
        line("sends", call);
    }
    line("plan id", &handover.plan.to_string());
    line("sha256", &handover.hash);
    line("counts until", &handover.until.to_string());
    text
}

/// What goes into the file of approvers.
fn roster_entry(key: &ApproverKey) -> String {
    format!(
        "# into the file of approvers, with your names as AWS and your machine know you\n\
         [[approver]]\nname = \"\"\nteam = \"\"\nkey = \"{}\"\nnames = []\n",
        key.public()
    )
}

fn failed(what: impl Into<String>, hint: &str) -> Failure {
    Failure::new(FailureKind::Failed, what.into(), hint)
}
