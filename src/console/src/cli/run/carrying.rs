//! From the wish to the end of the run: the account, the desk, the question, its answer, and what comes of it.

use watchdeck_domain::reading::Reports;
use watchdeck_domain::report::InstanceStanding;
use watchdeck_domain::{RunId, ask};
use watchdeck_guard::run::Pause;
use watchdeck_guard::{Event, Outcome, PlanId, Question, Refusal, Request};

use super::attendance::Attendance;
use super::{RunArguments, again, ceremony, ending};
use crate::app::RealmName;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::question::{checks, told};
use crate::cli::{console, drafting, headless, output};
use crate::config::Settings;
use crate::runtime::accounts::{self, Opened};
use crate::runtime::contexts::Contexts;
use crate::runtime::sitting::Sitting;
use crate::runtime::state::StateFolder;
use crate::runtime::{runbooks, settings};

/// Opens the account, and says on stderr what should be known first.
pub(super) async fn open(
    asked: &RunArguments,
    files: &FileArguments,
) -> Result<(Opened, Settings), Failure> {
    let place = asked.place();
    let settings = settings::load(files, &place).sound()?;
    let contexts = Contexts::load().await;
    let opened = match asked.story() {
        Some(story) => accounts::demo(&story).await?,
        None => {
            console::reach(&place, &settings, &contexts).await.map_err(|error| error.failure)?
        }
    };
    if let Some(notice) = &opened.notice {
        super::progress::say(&format!("{}: {}", notice.what.as_str(), notice.why.as_str()));
    }
    Ok((opened, settings))
}

/// Carries it out.
pub(super) async fn carry_out(asked: &RunArguments, files: &FileArguments) -> Result<(), Failure> {
    let mut signals = headless::signals()?;
    let catalogue = runbooks::load();
    if let Some(id) = &asked.runbook {
        catalogue.find(id).map_err(|error| drafting::misused(&error))?;
    }
    let opening = Box::pin(open(asked, files));
    let (opened, settings) = headless::unless_ended(&mut signals, opening).await?;
    if let Some(context) = &opened.route.forbidden_by {
        let what = format!("the context {context} forbids changes; nothing was sent");
        let hint = "it stands in contexts.toml with `read_only = true`; --plan tells what would be";
        return Err(Failure::new(FailureKind::Refused, what, hint));
    }
    let wish = match (&asked.runbook, &asked.undo, &asked.resume) {
        (Some(id), ..) => {
            let drafting = drafting::draft(&catalogue, id, &asked.params, &opened);
            let draft = headless::unless_ended(&mut signals, drafting).await?;
            Request::Propose { draft: Box::new(draft) }
        }
        (None, Some(run), _) => Request::Undo { run: run.clone() },
        (None, None, Some(run)) => Request::Resume { run: run.clone() },
        // The command line asks for one of them.
        (None, None, None) => {
            return Err(Failure::new(FailureKind::Usage, "nothing was named", ""));
        }
    };
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    if let Some(run) = &asked.resume {
        again::give(run, &asked.params, &opened, &state)?;
    }
    let sitting = Sitting::open(&opened, &state, &settings)
        .map_err(|failure| Failure { kind: FailureKind::Refused, ..failure })?;
    let mut attendance = Attendance::new(asked, sitting, signals);
    attendance.progress.is_fleeting = opened.realm == RealmName::Simulated;
    let ended = attend(&mut attendance, wish).await;
    let progress = attendance.progress.clone();
    attendance.end().await;
    match ended {
        Ok(outcome) => {
            let made = made(asked, &opened, &outcome.run).await;
            ending::tell(asked, &progress, &outcome, made.as_ref())
        }
        Err(failure) => {
            ending::failed(asked, &progress, &failure);
            Err(failure)
        }
    }
}

/// The reporting copy that the run has made, if that is what it was for.
async fn made(asked: &RunArguments, opened: &Opened, run: &RunId) -> Option<InstanceStanding> {
    asked.runbook.as_ref().filter(|id| *id == "rds.pitr-report")?;
    let source = opened.connection.source();
    let copies = ask(source.as_ref(), Reports {}).await.ok()?;
    copies.into_iter().find(|copy| copy.run().as_ref() == Some(run))
}

async fn attend(attendance: &mut Attendance<'_>, wish: Request) -> Result<Outcome, Failure> {
    if let Request::Resume { run } = &wish {
        let run = run.clone();
        attendance.progress.attend(&run, true);
        attendance.ask(wish);
        return follow(attendance, &run).await;
    }
    attendance.ask(wish);
    let question = question(attendance).await?;
    approve(attendance, &question).await?;
    follow(attendance, question.plan.run()).await
}

/// Tells a plan, and has it approved, or lets it go.
async fn approve(attendance: &mut Attendance<'_>, question: &Question) -> Result<(), Failure> {
    if let Err(failure) = ending::expected(attendance.asked, question) {
        attendance.withdraw(&question.plan).await?;
        return Err(failure);
    }
    output::complain(&output::printable(&told(question, None)));
    ceremony::pass(attendance, question).await?;
    ceremony::answer(attendance, question).await
}

/// What a desk says when it will not.
pub(super) fn refused(event: &Event) -> Option<Box<Refusal>> {
    let Event::Refused { refusal, .. } = event else { return None };
    Some(refusal.clone())
}

/// The question about what was wished for.
async fn question(attendance: &mut Attendance<'_>) -> Result<Box<Question>, Failure> {
    let heard = attendance.until(|event| {
        if let Event::Asked { question, .. } = event {
            return Some(Ok(question.clone()));
        }
        refused(event).map(Err)
    });
    match heard.await? {
        Ok(question) => Ok(question),
        Err(refusal) => {
            output::complain(&output::printable(&checks(&refusal.evidence)));
            Err(ending::refused(&refusal))
        }
    }
}

/// What ends a run, or the attendance to it.
enum End {
    Done(Box<Outcome>),
    Paused { why: String, hint: String },
    Waits(Box<Pause>),
    Asked(Box<Question>),
    Refused(Failure),
}

/// Sees the run to its end.
async fn follow(attendance: &mut Attendance<'_>, run: &RunId) -> Result<Outcome, Failure> {
    loop {
        match end(attendance, run).await? {
            End::Done(outcome) => return Ok(*outcome),
            End::Paused { why, hint } => {
                return Err(ending::paused(attendance.asked, &attendance.progress, &why, &hint));
            }
            End::Waits(pause) => ceremony::go_on(attendance, &pause).await?,
            End::Asked(question) => approve(attendance, &question).await?,
            End::Refused(failure) => return Err(failure),
        }
    }
}

/// What ends a run next, or has it wait.
async fn end(attendance: &mut Attendance<'_>, run: &RunId) -> Result<End, Failure> {
    // What is left of a run may begin with a step that waits for a word.
    if let Some(pause) = attendance.progress.waits.take() {
        return Ok(End::Waits(pause));
    }
    let own = PlanId::of(run);
    let end = attendance.until(|event| {
        if let Event::Done(outcome) = event
            && outcome.run == *run
        {
            return Some(End::Done(Box::new(outcome.clone())));
        }
        if let Event::Paused { run: paused, why, hint } = event
            && paused == run
        {
            return Some(End::Paused { why: why.clone(), hint: hint.clone() });
        }
        if let Event::Waits { pause } = event
            && pause.run == *run
        {
            return Some(End::Waits(pause.clone()));
        }
        if let Event::Asked { plan, question } = event
            && *plan == own
        {
            return Some(End::Asked(question.clone()));
        }
        if let Event::Refused { plan, refusal } = event
            && plan.as_ref().is_none_or(|plan| *plan == own)
        {
            return Some(End::Refused(ending::refused(refusal)));
        }
        None
    });
    let end = end.await;
    attendance.progress.waits = None;
    end
}
