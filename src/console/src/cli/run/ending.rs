//! How a run ended: on stdout in words or as one JSON document, and as the exit code.

use serde::Serialize;
use watchdeck_domain::report::InstanceStanding;
use watchdeck_domain::{RunId, Timestamp};
use watchdeck_guard::{Ended, Outcome, Question, Refusal, Why};

use super::RunArguments;
use super::progress::{Progress, StepTold};
use crate::app::screens::run::ending as words;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;

/// A no of the guard, as a failure of the program. Nothing was sent.
pub(super) fn refused(refusal: &Refusal) -> Failure {
    let kind = match refusal.why {
        Why::Moved => FailureKind::Drifted,
        Why::Absent => FailureKind::Failed,
        Why::Draft
        | Why::Identity
        | Why::Read
        | Why::Check
        | Why::Phrase
        | Why::Expired
        | Why::Policy
        | Why::Gate
        | Why::Stopped
        | Why::Disarmed
        | Why::Journal
        | Why::Busy => FailureKind::Refused,
    };
    Failure::new(kind, refusal.what.clone(), refusal.hint.clone())
}

/// Whether this is the plan that was expected, where one was.
pub(super) fn expected(asked: &RunArguments, question: &Question) -> Result<(), Failure> {
    let Some(wanted) = asked.expect_hash.as_ref().filter(|hash| **hash != question.content) else {
        return Ok(());
    };
    let what = format!(
        "the plan is another one now: its content is {}, and {wanted} was expected; nothing was sent",
        question.content
    );
    Err(Failure::new(FailureKind::Drifted, what, "look at it with --plan, and decide again"))
}

/// Tells the outcome on stdout, and gives the exit code.
pub(super) fn tell(
    asked: &RunArguments,
    progress: &Progress,
    outcome: &Outcome,
    made: Option<&InstanceStanding>,
) -> Result<(), Failure> {
    let undoable = outcome.undoable && !progress.is_fleeting;
    let undo = undoable.then(|| format!("watchdeck run --undo {}{}", outcome.run, asked.way()));
    let text = if asked.json {
        let document = document(progress, ended_word(outcome.ended), &outcome.why);
        format!("{}\n", output::json(&Document { undo, made: made.map(Made::of), ..document }))
    } else {
        let mut text = format!("{}: {}: {}\n", outcome.run, words(outcome.ended), outcome.why);
        if let Some(undo) = undo {
            text = format!("{text}taken back by: {undo}\n");
        }
        if let Some(made) = made.map(Made::of) {
            text.push_str(&made.told());
        }
        output::printable(&text)
    };
    output::say(&text)?;
    let kind = match outcome.ended {
        Ended::Succeeded => return Ok(()),
        Ended::Unverified => FailureKind::Unverified,
        Ended::Failed | Ended::Rejected | Ended::Absent => FailureKind::Failed,
        Ended::Conflict | Ended::Moved => FailureKind::Drifted,
        Ended::Halted | Ended::Abandoned => FailureKind::Unsettled,
    };
    // It was told already.
    Err(Failure::new(kind, "", ""))
}

/// Tells that nothing came of it, where a document is wanted. What waits or was interrupted has told its own.
pub(super) fn failed(asked: &RunArguments, progress: &Progress, failure: &Failure) {
    let ended = match failure.kind {
        FailureKind::Refused | FailureKind::Failed => "refused",
        FailureKind::Drifted => "drifted",
        FailureKind::Usage
        | FailureKind::Tampered
        | FailureKind::Partly
        | FailureKind::NoAccount
        | FailureKind::Unverified
        | FailureKind::Unsettled
        | FailureKind::Raised
        | FailureKind::Signalled(_) => return,
    };
    if asked.json {
        let document = document(progress, ended, failure.what.as_str());
        // The failure that is being told is the graver one.
        drop(output::say(&format!("{}\n", output::json(&document))));
    }
}

/// A run that waits for somebody.
pub(super) fn paused(asked: &RunArguments, progress: &Progress, why: &str, hint: &str) -> Failure {
    let resume = resume(asked, progress);
    if asked.json {
        let document = document(progress, "paused", why);
        let document = Document { resume: resume.clone(), ..document };
        if let Err(failure) = output::say(&format!("{}\n", output::json(&document))) {
            return failure;
        }
    }
    let hint = resume.map_or_else(|| hint.to_owned(), |line| format!("{hint}; go on with: {line}"));
    Failure::new(FailureKind::Unsettled, format!("the run has not ended: {why}"), hint)
}

/// A signal came: how the run stands, and how it is gone on with.
pub(super) fn interrupted(asked: &RunArguments, progress: &Progress, number: u8) -> Failure {
    if let Some(outcome) = &progress.outcome {
        return tell(asked, progress, outcome, None)
            .err()
            .unwrap_or_else(|| Failure::signalled(number));
    }
    let resume = resume(asked, progress);
    let why = match (&resume, progress.begun) {
        (Some(line), true) => {
            format!("the run has begun, and is not watched any more; go on with: {line}")
        }
        (None, true) => "the run has begun, and its account ends here".to_owned(),
        (_, false) => "nothing was sent".to_owned(),
    };
    super::progress::say(&why);
    if asked.json {
        let document = document(progress, "interrupted", &why);
        let document = Document { resume: resume.filter(|_| progress.begun), ..document };
        if let Err(failure) = output::say(&format!("{}\n", output::json(&document))) {
            return failure;
        }
    }
    Failure::signalled(number)
}

/// How it is gone on with, where it can be.
fn resume(asked: &RunArguments, progress: &Progress) -> Option<String> {
    let run = progress.run.as_ref().filter(|_| !progress.is_fleeting)?;
    Some(format!("watchdeck run --resume {run}{}", asked.way()))
}

/// How a run stands, as JSON. docs/headless.md tells its members.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    run: Option<&'a RunId>,
    title: Option<&'a str>,
    ended: &'a str,
    why: &'a str,
    at: Option<Timestamp>,
    undoes: Option<&'a RunId>,
    steps: &'a [StepTold],
    refusal: Option<&'a Refusal>,
    undo: Option<String>,
    resume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<Made<'a>>,
}

/// A copy that was made, as it is handed out.
#[derive(Serialize)]
struct Made<'a> {
    id: &'a str,
    endpoint: &'a str,
    secret: &'a str,
    expires: Option<Timestamp>,
    connect: Option<String>,
}

impl<'a> Made<'a> {
    fn of(copy: &'a InstanceStanding) -> Self {
        let connect = copy.connect();
        let InstanceStanding { id, endpoint, secret, expires, .. } = copy;
        Self { id, endpoint, secret, expires: *expires, connect }
    }

    fn told(&self) -> String {
        let until = self.expires.map_or_else(|| "not told".to_owned(), |at| at.to_string());
        let connect = self.connect.as_deref().unwrap_or("not known for this engine");
        format!(
            "copy:     {}\nendpoint: {}\npassword: {}\nuntil:    {until}\nconnect:  {connect}\n",
            self.id, self.endpoint, self.secret
        )
    }
}

fn document<'a>(progress: &'a Progress, ended: &'a str, why: &'a str) -> Document<'a> {
    let outcome = progress.outcome.as_ref();
    Document {
        schema: "run/1",
        run: progress.run.as_ref(),
        title: outcome.map(|outcome| outcome.title.as_str()),
        ended,
        why,
        at: outcome.map(|outcome| outcome.at),
        undoes: outcome.and_then(|outcome| outcome.undoes.as_ref()),
        steps: &progress.steps,
        refusal: progress.refusal.as_deref(),
        undo: None,
        resume: None,
        made: None,
    }
}

/// An ending in one word, as the journal writes it.
fn ended_word(ended: Ended) -> &'static str {
    match ended {
        Ended::Succeeded => "succeeded",
        Ended::Unverified => "unverified",
        Ended::Failed => "failed",
        Ended::Rejected => "rejected",
        Ended::Absent => "absent",
        Ended::Conflict => "conflict",
        Ended::Moved => "moved",
        Ended::Halted => "halted",
        Ended::Abandoned => "abandoned",
    }
}
