//! A runbook, told: what it wants to know, what must hold, what it does, what it looks at afterwards, and how one proposes
//! it.

use watchdeck_guard::OnFail;
use watchdeck_runbook::{Entry, Runbook, Undo, Unsound};

use super::{Detail, Look};
use crate::app::Model;
use crate::app::available::{HOW_TO_ARM, armed};
use crate::app::command::{Command, Context};
use crate::app::screens::runbooks::{Shown, words};

/// What the file says, or what is wrong with it.
pub(super) fn told(model: &Model, shown: &Shown) -> Detail {
    match shown {
        Shown::Sound(entry) => sound(model, entry),
        Shown::Unsound(unsound) => mistakes(unsound),
    }
}

/// What is wrong with a file, and what to do.
fn mistakes(unsound: &Unsound) -> Detail {
    let mut detail = Detail::new(unsound.file.clone());
    detail.heading("WHY IT IS LEFT OUT");
    for complaint in &unsound.complaints {
        detail.text(&complaint.to_string(), Look::Bad);
        detail.text(&complaint.hint, Look::Dim);
    }
    detail
}

/// What the file says, for people.
fn sound(model: &Model, entry: &Entry) -> Detail {
    let Entry { runbook, file, shadows } = entry;
    let mut detail = Detail::new(format!("{} v{}", runbook.id, runbook.version));
    detail.heading("WHAT IT DOES");
    detail.text(&runbook.summary, Look::Plain);
    if let Some(file) = file {
        detail.field("file", file.clone());
    }
    if *shadows {
        detail.marked("shadows", "it stands in place of the built-in one", Look::Warn);
    }
    detail.marked("risk", format!("{}: {}", runbook.risk, words(runbook.risk)), Look::Warn);
    detail.field("phrase", runbook.gates.phrase.clone());
    detail.field("a plan stands", format!("{} s", runbook.gates.plan_ttl_s));
    proposing(&mut detail, model, runbook);
    detail.heading("WHAT IT WANTS TO KNOW");
    for (name, param) in runbook.all_params() {
        let given = param.default.as_ref().map(|value| format!("; {value} unless said"));
        let given = given.unwrap_or_default();
        detail.text(&format!("{name}: {}{given}", param.help), Look::Plain);
    }
    detail.heading("WHAT MUST HOLD");
    for check in &runbook.checks {
        let (word, look) = match check.on_fail.effect() {
            OnFail::Stop => ("stops", Look::Bad),
            OnFail::Warn => ("warns", Look::Warn),
        };
        detail.marked(word, check.title.clone(), look);
        detail.text(&format!("{}{}", " ".repeat(17), check.message), Look::Dim);
    }
    for human in &runbook.humans {
        detail.marked("asks", human.question.clone(), Look::Warn);
    }
    detail.heading("WHAT IS DONE");
    for step in &runbook.steps {
        detail.field("step", step.title.clone());
        let undone = match (&step.undo, &step.irreversible) {
            (Some(Undo::Restore(_)), _) => "what was there is put back".to_owned(),
            (Some(Undo::Call(undo)), _) => format!("by `{}`", undo.action),
            (None, why) => why.clone().unwrap_or_default(),
        };
        detail.field("undone", undone);
    }
    for wait in &runbook.waits {
        detail.field("wait", format!("{}, {} s at most", wait.title, wait.timeout_s));
    }
    detail.heading("WHAT MUST BE SEEN AFTERWARDS");
    for seen in &runbook.verifications {
        let (every, most) = (seen.every_s, seen.timeout_s);
        detail
            .field("seen", format!("{}; looked at every {every} s, {most} s at most", seen.title));
    }
    for note in &runbook.notes {
        detail.heading("NOTE");
        detail.text(&note.title, Look::Plain);
        for line in &note.lines {
            detail.text(line, Look::Plain);
        }
    }
    detail
}

/// How one comes to a plan of it, and whether one may.
fn proposing(detail: &mut Detail, model: &Model, runbook: &Runbook) {
    detail.heading("HOW TO PROPOSE IT");
    if armed(model).is_ok() {
        detail.marked("who may", "you: the console is armed", Look::Good);
    } else {
        detail.marked("who may", HOW_TO_ARM, Look::Warn);
    }
    if runbook.id == "lambda.rollback" {
        let keys = model.keymap.keys_of(&[Context::Function], Command::ProposeRollback);
        let show = model.keymap.keys_of(&[Context::Anywhere], Command::ShowFunctions);
        let key = |keys: Vec<String>, command: Command| {
            let typed = || format!(":{}", command.entry().id);
            keys.into_iter().next().unwrap_or_else(typed)
        };
        let (show, key) = (key(show, Command::ShowFunctions), key(keys, Command::ProposeRollback));
        detail.field(
            "from a function",
            format!("{show}, choose one, enter, choose the alias, {key}"),
        );
        detail.field("by name", ":rollback FUNCTION ALIAS [VERSION]");
    }
    let keys = model.keymap.keys_of(&[Context::Detail], Command::FillForm);
    if let Some(key) = keys.into_iter().next() {
        detail.field("by its form", format!("{key}, here or on its row"));
    }
    detail.field("in one line", format!(":run {} NAME=VALUE ...", runbook.id));
    detail.text("Proposing changes nothing: a plan is checked and asked about first.", Look::Dim);
}
