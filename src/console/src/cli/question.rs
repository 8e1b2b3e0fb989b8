//! A plan without a screen: everything that a yes commits to, as text and as one JSON document.

use std::fmt::Write as _;

use serde::Serialize;
use watchdeck_guard::{Evidence, Gate, Passage, Question, Standing};

/// A plan as JSON. docs/headless.md tells its members.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    question: &'a Question,
    /// Each call as a command of the AWS CLI.
    commands: Vec<String>,
    /// How long it takes at most from the answer on, in seconds, where that is known.
    at_most_s: Option<u64>,
}

impl<'a> Document<'a> {
    pub(super) fn of(question: &'a Question, at_most_s: Option<u64>) -> Self {
        Self { schema: "plan/1", commands: commands(question), question, at_most_s }
    }
}

/// Each call as a command of the AWS CLI.
fn commands(question: &Question) -> Vec<String> {
    question.calls.iter().map(|call| call.command(&question.scope.region)).collect()
}

/// Everything for eyes, but for the phrase.
pub(super) fn told(question: &Question, at_most_s: Option<u64>) -> String {
    let mut text = format!(
        "{}\n{}, risk {}, in {} as {}\n",
        question.title, question.runbook, question.risk, question.scope, question.identity.arn
    );
    let mut line = |told: String| writeln!(text, "{told}").unwrap_or_default();
    if let Some(run) = &question.undoes {
        line(format!("takes back {run}"));
    }
    line("\nCHECKS".into());
    line(checks(&question.evidence).trim_end().to_owned());
    line("\nDIFFERENCES".into());
    for difference in &question.differences {
        line(format!("  {}: {} -> {}", difference.field, difference.before, difference.after));
    }
    line("\nGATES".into());
    for passage in &question.passages {
        line(format!("  {}", gate(passage)));
    }
    line("\nCALLS".into());
    for command in commands(question) {
        line(format!("  {command}"));
    }
    line("\nFINGERPRINTS: what must still be so when it is done".into());
    for it in &question.fingerprints {
        line(format!("  {}{} = {}", it.fact, it.field, it.value));
    }
    line("\nTOUCHED".into());
    for touched in &question.blast_radius {
        line(format!("  {touched}"));
    }
    line("\nREVERSAL".into());
    for reversal in &question.reversals {
        line(format!("  {reversal}"));
    }
    line("\nAFTERWARDS".into());
    for seen in &question.afterwards {
        line(format!("  {seen}"));
    }
    if let Some(seconds) = at_most_s {
        line(format!("  all of it within {} min", seconds.div_ceil(60)));
    }
    for note in &question.notes {
        line(format!("\n{}", note.title.to_uppercase()));
        for it in &note.lines {
            line(format!("  {it}"));
        }
    }
    text
}

/// One gate, as it stands.
pub(super) fn gate(passage: &Passage) -> String {
    format!("{}: {} {}", passage.gate, passage.state(), passage.why)
}

/// The checks and what came of them.
pub(super) fn checks(evidence: &[Evidence]) -> String {
    let mut text = String::new();
    for check in evidence {
        let word = match check.standing {
            Standing::Passed => "holds",
            Standing::Warned => "warns",
            Standing::Stopped => "stops",
        };
        let why =
            if check.message.is_empty() { String::new() } else { format!(": {}", check.message) };
        writeln!(text, "  {word}  {}{why}", check.title).unwrap_or_default();
    }
    text
}

/// The same question as where nobody is armed: that gate would be one of the desk, and there is none.
pub(super) fn unarmed(mut question: Box<Question>) -> Box<Question> {
    question.passages.retain(|passage| passage.gate != Gate::Armed);
    question
}
