//! What a plan must pass before it is answered: reason, second person, phrase. None of it has a default.

use watchdeck_guard::run::Pause;
use watchdeck_guard::{Event, Gate, Passage, Question, Request, Risk};

use super::attendance::Attendance;
use super::carrying::refused;
use super::countersigning::Lines;
use super::ending;
use super::progress::say;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::question::gate;
use crate::runtime::terminal::asking::{self, Pastes, Typed};

/// Passes every gate but the phrase, or lets the plan go.
pub(super) async fn pass(
    attendance: &mut Attendance<'_>,
    question: &Question,
) -> Result<(), Failure> {
    let mut passages = question.passages.clone();
    // What nobody here can open keeps all else from being asked.
    let ours = [Gate::Reason, Gate::SecondPerson, Gate::Phrase];
    if passages.iter().any(|one| one.bars() && !ours.contains(&one.gate)) {
        return Err(barred(attendance, question, &passages).await);
    }
    if let Some(reason) = &attendance.asked.reason {
        let (plan, reason) = (question.plan.clone(), reason.clone());
        passages = gated(attendance, Request::GiveReason { plan, reason }).await?;
    } else if bars(&passages, Gate::Reason) && asking::is_possible() {
        let typed = attendance.question("why is it done? ", Pastes::Taken).await?;
        if let Typed::Line(reason) = typed {
            let plan = question.plan.clone();
            passages = gated(attendance, Request::GiveReason { plan, reason }).await?;
        }
    }
    if bars(&passages, Gate::SecondPerson) && !bars(&passages, Gate::Reason) {
        passages = countersigned(attendance, question, passages).await?;
    }
    if passages.iter().any(|one| one.bars() && one.gate != Gate::Phrase) {
        return Err(barred(attendance, question, &passages).await);
    }
    Ok(())
}

fn bars(passages: &[Passage], gate: Gate) -> bool {
    passages.iter().any(|one| one.gate == gate && one.bars())
}

/// Hands something in about the gates, and hears how they stand then.
async fn gated(attendance: &mut Attendance<'_>, request: Request) -> Result<Vec<Passage>, Failure> {
    let is_signature = matches!(request, Request::Countersign { .. });
    attendance.ask(request);
    let heard = attendance.until(|event| {
        if let Event::Gated { passages, .. } = event {
            return Some(Ok(passages.clone()));
        }
        if let Event::Held { why, .. } = event {
            // Of a signature that does not count it is told why, and then how the gates stand.
            if is_signature {
                say(why);
                return None;
            }
            return Some(Err(held(why)));
        }
        refused(event).map(|refusal| Err(ending::refused(&refusal)))
    });
    heard.await?
}

/// Prints the line to hand over, and takes in what comes back until enough have approved.
async fn countersigned(
    attendance: &mut Attendance<'_>,
    question: &Question,
    mut passages: Vec<Passage>,
) -> Result<Vec<Passage>, Failure> {
    let Some(handover) = &question.handover else { return Ok(passages) };
    let from = attendance.asked.countersign.clone();
    if from.is_none() && !asking::is_possible() {
        return Ok(passages);
    }
    say("a second person is asked for; this line is for them, and for `watchdeck approve`:");
    crate::cli::output::complain(&format!("{handover}\n"));
    let mut lines = from.as_deref().map(Lines::from);
    while bars(&passages, Gate::SecondPerson) {
        let line = match &mut lines {
            Some(lines) => attendance.beside(lines.next()).await?,
            None => match attendance.question("their line: ", Pastes::Taken).await? {
                Typed::Line(line) => Some(line),
                Typed::Pasted | Typed::GivenUp | Typed::Cancelled => None,
            },
        };
        let Some(line) = line else { break };
        let plan = question.plan.clone();
        passages = gated(attendance, Request::Countersign { plan, line }).await?;
    }
    Ok(passages)
}

/// Lets a plan go that cannot be answered, and says why.
async fn barred(
    attendance: &mut Attendance<'_>,
    question: &Question,
    passages: &[Passage],
) -> Failure {
    if let Err(failure) = attendance.withdraw(&question.plan).await {
        return failure;
    }
    let barring = passages.iter().filter(|one| one.bars() && one.gate != Gate::Phrase);
    let named: Vec<String> = barring.map(gate).collect();
    let what = format!("a gate is not passed, and nothing was sent: {}", named.join("; "));
    let hint = if bars(passages, Gate::Reason) {
        "give it with --reason"
    } else if bars(passages, Gate::SecondPerson) {
        "take what they hand back with --countersign FILE, or on a terminal"
    } else {
        "docs/guard.md tells of the gates; the console can break the glass of some"
    };
    Failure::new(FailureKind::Refused, what, hint)
}

/// Answers the question: with the phrase that was given, or with one typed on the terminal.
pub(super) async fn answer(
    attendance: &mut Attendance<'_>,
    question: &Question,
) -> Result<(), Failure> {
    loop {
        let given = attendance.asked.phrase.clone();
        let by_script = given.is_some();
        let typed = match given {
            Some(_) if question.risk == Risk::R4 => {
                Err("a plan of R4 is answered by hand, on a terminal")
            }
            Some(phrase) => Ok(phrase),
            None if asking::is_possible() => {
                say(&format!("to do it, type: {}", question.phrase));
                match attendance.question("phrase: ", Pastes::Refused).await? {
                    Typed::Line(line) => Ok(line),
                    Typed::Pasted | Typed::GivenUp | Typed::Cancelled => {
                        say("the phrase is typed by hand; a paste is refused");
                        continue;
                    }
                }
            }
            None => Err("no phrase was given, and there is no terminal to ask on"),
        };
        let typed = match typed {
            Ok(typed) => typed,
            Err(why) => {
                attendance.withdraw(&question.plan).await?;
                let what = format!("{why}; nothing was sent");
                let hint = format!("the phrase is `{}`, given with --phrase", question.phrase);
                let hint = if by_script { String::new() } else { hint };
                return Err(Failure::new(FailureKind::Refused, what, hint));
            }
        };
        let Some(why) = heard(attendance, question, typed).await? else { return Ok(()) };
        if by_script {
            attendance.withdraw(&question.plan).await?;
            let what = format!("the phrase is not the one, and nothing was sent: {why}");
            return Err(Failure::new(FailureKind::Refused, what, "--plan prints it"));
        }
        say(&format!("not the phrase: {why}"));
    }
}

/// Gives the answer in. Why it was none, if it was not; the question then stands.
async fn heard(
    attendance: &mut Attendance<'_>,
    question: &Question,
    typed: String,
) -> Result<Option<String>, Failure> {
    attendance.ask(Request::Answer { plan: question.plan.clone(), typed });
    let run = question.plan.run();
    let heard = attendance.until(|event| {
        if let Event::Mistyped { why, .. } = event {
            return Some(Ok(Some(why.clone())));
        }
        if let Event::Step(step) = event
            && step.run == *run
        {
            return Some(Ok(None));
        }
        // The word of a step comes after the phrase of its plan.
        if let Event::Waits { pause } = event
            && pause.run == *run
        {
            return Some(Ok(None));
        }
        if let Event::Held { why, .. } = event {
            return Some(Err(held(why)));
        }
        refused(event).map(|refusal| Err(ending::refused(&refusal)))
    });
    let heard = heard.await?;
    if heard.is_err() && attendance.progress.open_question().is_some() {
        attendance.withdraw(&question.plan).await?;
    }
    heard
}

/// Lets a run go on that waits before a step, by a word that is typed on the terminal. Where there is none it stays where it
/// is: nobody has looked.
pub(super) async fn go_on(attendance: &mut Attendance<'_>, pause: &Pause) -> Result<(), Failure> {
    let (number, of) = (pause.number, pause.of);
    say(&format!("it waits before step {number} of {of}, {}: {}", pause.next, pause.question));
    if pause.no_return {
        say("this is the point of no return: nothing before it is taken back afterwards");
    }
    if !asking::is_possible() {
        let why = format!("it waits before step {number} of {of}: {}", pause.question);
        let hint = "a person lets it go on, on a terminal or in the console";
        return Err(ending::paused(attendance.asked, &attendance.progress, &why, hint));
    }
    loop {
        say(&format!("to let it go on, type: {}", pause.phrase));
        let typed = match attendance.question("word: ", Pastes::Refused).await? {
            Typed::Line(line) => line,
            Typed::Pasted | Typed::GivenUp | Typed::Cancelled => {
                say("the word is typed by hand; a paste is refused");
                continue;
            }
        };
        attendance.ask(Request::GoOn { run: pause.run.clone(), typed });
        let heard = attendance.until(|event| {
            if let Event::Mistyped { why, .. } = event {
                return Some(Ok(Some(why.clone())));
            }
            if let Event::Step(step) = event
                && step.run == pause.run
            {
                return Some(Ok(None));
            }
            if let Event::Done(outcome) = event
                && outcome.run == pause.run
            {
                let hint = "see the journal for what it did";
                return Some(Err(Failure::new(FailureKind::Failed, outcome.why.clone(), hint)));
            }
            if let Event::Paused { run, why, hint } = event
                && *run == pause.run
            {
                return Some(Err(Failure::new(FailureKind::Unsettled, why.clone(), hint.clone())));
            }
            refused(event).map(|refusal| Err(ending::refused(&refusal)))
        });
        let Some(why) = heard.await?? else { return Ok(()) };
        say(&format!("not the word: {why}"));
    }
}

fn held(why: &str) -> Failure {
    let what = format!("a gate is not passed, and nothing was sent: {why}");
    Failure::new(FailureKind::Refused, what, "docs/guard.md tells of the gates")
}
